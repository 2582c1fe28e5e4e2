"""Azure ML's contract as data: image families, folders, ports and variables."""
