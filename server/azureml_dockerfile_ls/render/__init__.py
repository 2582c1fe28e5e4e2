"""Facts about images, files and paths in Markdown, for the editor and the terminal."""
