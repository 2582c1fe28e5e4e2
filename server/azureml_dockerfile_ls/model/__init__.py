"""Instructions to stages: base images, users, variables and working directories. No I/O, nothing of Azure ML."""
