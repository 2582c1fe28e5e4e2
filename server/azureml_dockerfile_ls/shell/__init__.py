"""The commands of a RUN: the reader of shell text, and what is known of programs."""
