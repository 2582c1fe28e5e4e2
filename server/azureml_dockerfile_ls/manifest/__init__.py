"""Azure ML's YAML: nodes → environments, deployments, jobs and packages."""
