"""Editor features of Azure ML's YAML. Red Hat's YAML server has the keys; these have what they name."""
