"""A language server and checker for Dockerfiles that extend Azure Machine Learning images."""

__version__ = "0.2.0"
