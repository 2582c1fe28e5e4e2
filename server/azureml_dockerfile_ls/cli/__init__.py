"""The commands of the terminal: check, explain, images."""
