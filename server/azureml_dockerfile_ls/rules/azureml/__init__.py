"""Rules about Azure ML's images."""
