"""Symbols: the names that a Dockerfile gives to stages, variables and heredocs, with every occurrence of each."""
