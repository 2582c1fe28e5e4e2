"""The image is deprecated or retired.

## What it does

Reports a base image, the image of `COPY --from`, or the `image` of an environment in YAML, that Azure ML no longer
supports.

`check` also reports, as information, such images in scripts and notebooks: `.py`, `.ipynb`, `.sh`, `.cs` and `.bicep`.
It searches their text for the name of the image, whatever it is there for, but not the outputs of a notebook. A name
that continues with a variable is not known, so nothing is said about it.

## Why is this bad?

Old tags can still be pulled, so the build works. But the image no longer receives security fixes, and Azure ML may
refuse to register an environment that is built on it.

The fix replaces the image with its successor. Python, CUDA and the operating system change with it, so test your code.
The inference images with a framework have successors without one. The message names the missing framework, and the fix
installs it unless the Dockerfile installs packages from a file.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, is_template
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.fixes import line_below
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Fix,
    Group,
    ImageRule,
    ManifestSubject,
    ScriptSubject,
    Severity,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction

_PACKAGES = {
    "LightGBM": "lightgbm",
    "ONNX Runtime": "onnxruntime",
    "PyTorch": "torch",
    "TensorFlow": "tensorflow",
    "XGBoost": "xgboost",
    "scikit-learn": "scikit-learn",
}
"""The Python packages of the frameworks in inference images."""
_PYTHON = lazy_pattern(r"-py([0-9])\.?([0-9]+)(?=-|$)")
_VERSION = lazy_pattern(r" [0-9.]+$")


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every image of the stage that is deprecated or retired."""
    return _check(images_of(stage), images, stage)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every image of an environment that is deprecated or retired."""
    from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest

    return _check(images_in_manifest(subject.manifest), subject.images, None)


def check_script(subject: ScriptSubject) -> Iterator[Finding]:
    """Find every image in a script that is deprecated or retired.

    The fix is the obvious one where the successor has the framework too.
    """
    from azureml_dockerfile_ls.rules.script_images import images_in_script

    for use, is_whole in images_in_script(subject):
        found = _retired(use, subject.images)
        if found is None:
            continue
        image, successor, message = found
        fixes = (_fix_in_script(use, image, successor),) if successor and is_whole else ()
        yield Finding(0, use.name_span, message, fixes, Severity.INFORMATION)


def _fix_in_script(use: ImageUse, image: Image, successor: Image) -> Fix:
    fix = _fix(use, successor)
    if use.written.tag is None and use.written.digest is None:
        # What follows may add a tag.
        fix = replacement(f"Replace with {successor.name}", use.at, use.written.span, successor.repository)
    return replace(fix, is_preferred=_lacking(image, successor) is None)


def _check(uses: Iterable[ImageUse], images: ImageIndex, stage: Stage | None) -> Iterator[Finding]:
    for use in uses:
        found = _retired(use, images)
        if found is not None:
            image, successor, message = found
            fixes = _fixes(stage, use, image, successor) if successor and use.is_literal else ()
            yield Finding(use.at, use.name_span, message, tuple(fixes))


def _retired(use: ImageUse, images: ImageIndex) -> tuple[Image, Image | None, str] | None:
    """A deprecated or retired image, its successor and the message; None for any other image."""
    image = images.find(use.resolved.name)
    if image is None or not image.outdated:
        return None
    detail = f" ({image.status_detail})" if image.status_detail else ""
    message = f"{image.name} is {image.status}{detail} and no longer receives fixes."
    successor = images.find(image.successor) if image.successor else None
    if successor:
        message = f"{message} Use {successor.name}{_changes(image, successor)}."
    return image, successor, message


def _changes(image: Image, successor: Image) -> str:
    """What the successor has instead, as the end of a sentence; only what the names of both images reveal."""
    changes = []
    before, after = _python_of(image), _python_of(successor)
    if before and after and before != after:
        changes.append(f"has Python {after} instead of {before}")
    lacking = _lacking(image, successor)
    if lacking:
        changes.append(f"does not include {lacking}")
    return f", which {' and '.join(changes)}" if changes else ""


def _python_of(image: Image) -> str | None:
    found = _PYTHON.search(image.name)
    return f"{found[1]}.{found[2]}" if found else None


def _lacking(image: Image, successor: Image) -> str | None:
    """The framework of the image, if the successor is a minimal image, which has none."""
    framework = _VERSION.sub("", image.framework or "")
    is_minimal = successor.name.removeprefix("curated/").startswith("minimal-")
    return framework if is_minimal and framework in _PACKAGES else None


def _fixes(stage: Stage | None, use: ImageUse, image: Image, successor: Image) -> Iterator[Fix]:
    fix = _fix(use, successor)
    package = _PACKAGES.get(_lacking(image, successor) or "")
    # With CUDA, the right package depends on its version.
    if stage and package and not successor.cuda and use.at == 0 and not _may_install(stage, package):
        line = line_below(0, stage.instructions[0], f"RUN pip install --no-cache-dir {package}")
        if line:
            yield Fix(f"{fix.title} and install {package}", (*fix.edits, line))
    yield fix


def _may_install(stage: Stage, package: str) -> bool:
    """Whether a RUN installs a package, or packages from a file."""
    installed = [name for part in stage.ancestry() for _, names in part.each(_installed) for name in names]
    return any(name is None or name.startswith(package) for name in installed)


def _installed(run: Instruction) -> tuple[str | None, ...]:
    """The requirements that a RUN installs with pip or conda; None for those of a file."""
    if run.name != "RUN":
        return ()
    found: list[str | None] = []
    for command in commands_of(run):
        pip, conda = pip_of(command), conda_of(command)
        words = (*(pip.requirements if pip else ()), *(conda.packages if conda else ()))
        has_file = (pip is not None and pip.requirement_files) or (conda is not None and conda.action.startswith("env"))
        found += [word.value.lower() if word.is_literal else None for word in words]
        found += [None] if has_file or (conda and conda.files) else []
    return tuple(found)


def _fix(use: ImageUse, successor: Image) -> Fix:
    tag = use.written.tag or LATEST
    if is_template(tag):
        tag = "{{latest-image-tag}}"
    elif tag != LATEST:
        tag = successor.newest_tag or LATEST
    reference = f"{successor.repository}:{tag}"
    return replacement(f"Replace with {successor.name}:{tag}", use.at, use.written.span, reference)


RULE = ImageRule(
    "RetiredImage",
    Severity.WARNING,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    marks_deprecated=True,
    in_manifest=check_manifest,
    in_script=check_script,
    looks_at=frozenset(("COPY",)),
)
