"""YAML: text → nodes with exact spans."""
