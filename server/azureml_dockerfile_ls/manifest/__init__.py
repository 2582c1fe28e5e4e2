"""Azure ML's YAML: text → nodes with exact spans → environments, deployments, jobs and packages."""
