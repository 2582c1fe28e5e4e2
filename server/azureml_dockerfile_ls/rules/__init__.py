"""The rules: one per file, listed in `registry.py`, run by `engine.py`."""
