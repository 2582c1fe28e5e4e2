"""What BuildKit refuses or warns of."""
