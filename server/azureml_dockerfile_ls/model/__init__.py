"""Build stages: base images, users, variables, working directories and copied files. No I/O, nothing about Azure ML."""
