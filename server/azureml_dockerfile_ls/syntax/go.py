"""Texts in quotes, as Go prints them in BuildKit's messages, and numbers, as Go reads them."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_INTEGER = lazy_pattern(r"([+-]?)0*([0-9]+)")
_SHORT = {'"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"} | {
    "\v": "\\v"
}


def quoted(text: str) -> str:
    """A text as `%q` prints it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted_bytes(text: str) -> str:
    """A text as package `time` prints it: every byte that is not printable ASCII is escaped."""
    shown = []
    for character in text:
        if character in '"\\':
            shown.append(f"\\{character}")
        elif " " <= character < "\x7f":
            shown.append(character)
        else:
            shown.extend(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    return f'"{"".join(shown)}"'


def integer(text: str, bits: int = 64) -> int | None:
    """A decimal number as `strconv.ParseInt` reads it; None where it is none, or is out of range."""
    match = _INTEGER.fullmatch(text)
    # Python refuses to read numbers with thousands of digits.
    if match is None or len(match[2]) > 20:
        return None
    value = int(match[1] + match[2])
    return value if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None


def is_integer(text: str) -> bool:
    """Whether a text is a decimal number, of whatever size."""
    return _INTEGER.fullmatch(text) is not None
