"""The rules: one a file, listed in `registry.py`, run by `check.py`."""
