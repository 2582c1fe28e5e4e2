"""Rules about the text of any Dockerfile."""
