"""Errors and warnings of BuildKit."""
