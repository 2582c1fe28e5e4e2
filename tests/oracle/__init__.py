"""Compares this server with BuildKit itself, on texts of our own and on slips of typing in them.

`tests/oracle/install.sh FOLDER` gets the newest Docker Engine of Debian, and `python -m tests.oracle FOLDER` compares.
"""
