"""The environment variables of Azure ML's contract."""
