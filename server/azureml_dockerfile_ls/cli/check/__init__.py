"""The sub-command `check`: check files, repair them, and report what is left."""
