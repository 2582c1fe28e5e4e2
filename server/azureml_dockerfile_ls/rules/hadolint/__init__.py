"""The findings of hadolint, and of ShellCheck in it, beside ours: which of them to show, and at which word."""
