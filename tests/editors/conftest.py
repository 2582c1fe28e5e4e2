"""Neovim is driven by every run; the other editors, which take long to install, where `ALL_EDITORS` is set.

`install.sh` installs them.
"""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("ALL_EDITORS") else ["test_terminal_editors.py", "test_vscode.py"]
