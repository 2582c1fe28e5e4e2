"""Text to instructions with exact spans: never raises, does no I/O, knows nothing of Azure ML."""
