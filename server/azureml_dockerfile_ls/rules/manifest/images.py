"""The images that a YAML of Azure ML names."""

from __future__ import annotations

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.manifest.model import Manifest
from azureml_dockerfile_ls.model.image_uses import ImageUse
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.yaml.nodes import Scalar


@derived
def images_in_manifest(manifest: Manifest) -> tuple[ImageUse, ...]:
    """The images of the environments whose names are known; a tag may be a template. All are `at` 0."""
    images = (environment.image for environment in manifest.environments)
    references = [reference_of(image) for image in images if image is not None]
    return tuple(ImageUse(0, reference, reference) for reference in references if not _is_template(reference.name))


def reference_of(image: Scalar) -> ImageReference:
    """The parts of an image that a scalar names, with their spans in the file."""
    return split_reference(image.value, lambda start, end: image.part(start, end).inside(0))


def _is_template(name: str) -> bool:
    return any(mark in name for mark in "{}$<>")
