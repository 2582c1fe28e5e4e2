"""Semantic tokens: what each word of a Dockerfile is, for the colours of an editor."""
