"""Links into Docker's reference page of the Dockerfile."""

from __future__ import annotations


def section_url(section: str) -> str:
    """The address of a section of the Dockerfile reference."""
    return f"https://docs.docker.com/reference/dockerfile/#{section}"
