"""The session with one client: the open documents, settings, build contexts, images and diagnostics."""
