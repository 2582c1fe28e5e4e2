"""Regular expressions that are compiled when they are first used.

The package has hundreds of them, and most Dockerfiles need few. Compiling all took a tenth of the server's start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    lazy_pattern = re.compile
else:

    class lazy_pattern:
        """What `re.compile` gives, later. The functions of `re` do not take it; its methods are those of a pattern."""

        def __init__(self, pattern: str, flags: int = 0) -> None:
            self.pattern = pattern
            self._flags = flags

        def __getattr__(self, name: str) -> Any:
            compiled = re.compile(self.pattern, self._flags)
            # Found in the object itself from now on, as fast as in the pattern.
            for method in ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"):
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)
