"""Tests of hadolint's findings beside ours."""
