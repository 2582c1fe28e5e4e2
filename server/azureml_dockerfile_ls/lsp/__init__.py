"""The language server: the only part that knows pygls, lsprotocol and the wire."""
