"""Editor features of Azure ML's YAML. Red Hat's YAML server knows the keys; these features know the values."""
