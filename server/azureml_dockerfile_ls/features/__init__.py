"""What an editor asks for: one feature a file, from a snapshot and an offset to plain results."""
