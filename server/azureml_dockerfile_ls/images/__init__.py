"""What is known of the images: the embedded catalogue and the order of their tags."""
