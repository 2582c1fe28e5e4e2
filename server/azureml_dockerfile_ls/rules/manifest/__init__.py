"""Rules about Azure ML's YAML: environments, deployments and conda files."""
