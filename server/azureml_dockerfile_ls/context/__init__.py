"""The build context: the files beside a Dockerfile, as far as Docker would see them."""
