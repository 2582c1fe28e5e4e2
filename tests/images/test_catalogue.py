"""What the embedded catalogue holds, and what it suggests for names that it does not hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from azureml_dockerfile_ls.azureml import families
from azureml_dockerfile_ls.azureml.families import Family
from azureml_dockerfile_ls.images import catalogue
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE, Image, embedded
from azureml_dockerfile_ls.images.tags import newest, sort_key

AZUREML = "mcr.microsoft.com/azureml/"
FILE = Path(catalogue.__file__).with_name("catalogue.json")
CATALOGUE = embedded()

# The data that the catalogue was made from names 285 repositories with 5,535 tags. Five of them, with three tags, are
# names that people write but that do not exist. Public Dockerfiles use 15 more repositories and 12 more tags.
REPOSITORIES = 285 - 5 + 15
TAGS = 5539 - 3 + 12

WRONG_NAMES = [
    "azureml/openmpi4.1.0-ubuntu22.04",
    "oopenmpi5.0-ubuntu24.04",
    "openmpi4.0.1-ubuntu20.04",
    "openmpi4.1.0-ubuntu24.04",
    "openmpi4.1.0-cuda11.7-cudnn8-ubuntu20.04",
    "openmpi4.1.0-cuda11.8-cudnn8-ubuntu20.04",
    "foundation=model-inference",
    "pytorch-1.13-ubuntu20.04-py38-cpu",
    "pytorch-2.0-ubuntu20.04-py39-cuda11-gpu",
    "tensorflow-2.9-ubuntu20.04-py38-cuda11-gpu",
    "tensorflow-2.10-ubuntu20.04-py38-cuda11-gpu",
    "sklearn-1.2-1",
    "curated/pytorch-1.13-ubuntu20.04-py38-cpu-inference",
    "mlflow-ubuntu22.04-py311-cpu-inference",
    "curated/minimal-ubuntu22.04-py39-cpu-inference",
    "inference-base",
]


def image(name: str) -> Image:
    """The image of that name under `azureml/`, which must exist."""
    found = CATALOGUE.find(AZUREML + name)
    assert found is not None
    return found


def test_every_repository_and_tag_is_there() -> None:
    """The catalogue contains all known repositories except the wrong names, with all their tags, each once."""
    assert len(CATALOGUE.images) == REPOSITORIES
    assert len({image.repository for image in CATALOGUE.images}) == REPOSITORIES
    assert sum(len(image.tags) for image in CATALOGUE.images) == TAGS
    assert sum(len(set(image.tags)) for image in CATALOGUE.images) == TAGS


def test_the_date_of_the_catalogue() -> None:
    """No release and no dated tag in the catalogue is newer than its date."""
    releases = [image.last_release for image in CATALOGUE.images if image.last_release]
    dated = [tag[:8] for image in CATALOGUE.images for tag in image.tags if re.fullmatch(r"20[0-9]{6}\.v[0-9]+", tag)]

    assert max(releases) <= BUILT_IN_DATE
    assert max(dated) <= BUILT_IN_DATE.replace("-", "")


def test_counts_by_status_and_kind() -> None:
    """The numbers of images by status and kind are those that were collected."""
    assert Counter(image.status for image in CATALOGUE.images) == {
        "current": 72,
        "deprecated": 29,
        "retired": 150,
        "unknown": 34 - 5 + 15,
    }
    assert Counter(image.kind for image in CATALOGUE.images) == {
        "inference": 40,
        "training-base": 52 - 4 + 12,
        "curated": 178 - 1,
        "other": 15 + 3,
    }


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("minimal-py312-inference", 2, "latest", "20260316.v1"),
        ("openmpi4.1.0-ubuntu22.04", 104, "latest", "20230112.v1"),
        ("inference-base-2204", 74, "latest", "20240415.v2"),
        ("curated/acft-hf-nlp-gpu", 128, "latest", "1"),
        ("curated/component", 29, "latest", "1"),
        ("curated/model-evaluation", 59, "latest", "0.0.1-preview"),
        ("aifx/stable-ubuntu2004-cu113-py38-torch1110", 25, "latest", "monthly.202206"),
        ("o16n-base/python-assets", 13, "20250310.v1", "20201122.26528846"),
        ("curated/acpt-pytorch-1.12-py39-cuda11.6-gpu", 1, "2", "2"),
    ],
)
def test_tags_of_every_form(name: str, count: int, first: str, last: str) -> None:
    """Tags of every form are restored from the compact file, newest first."""
    tags = image(name).tags

    assert (count, first, last) == (len(tags), tags[0], tags[-1])


def test_runs_of_integers_keep_their_gaps() -> None:
    """A curated environment lists the versions that exist, without filling gaps."""
    tags = image("curated/component").tags

    assert tags == ("latest", *(str(version) for version in range(79, 52, -1)), "1")


def test_tags_are_sorted() -> None:
    """The tags of every image are sorted."""
    assert all(list(image.tags) == sorted(image.tags, key=sort_key) for image in CATALOGUE.images)


def test_the_newest_tag_names_a_release() -> None:
    """It is the newest of the image's tags that names a release, and never `latest`."""
    assert all(image.newest_tag == newest(reversed(image.tags)) for image in CATALOGUE.images)
    assert image("minimal-py312-inference").newest_tag == image("minimal-py312-inference").tags[1]


def test_tags_are_valid() -> None:
    """Every tag is valid."""
    assert all(
        re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", tag) for image in CATALOGUE.images for tag in image.tags
    )


def test_facts_of_an_inference_image() -> None:
    """An inference image has a framework, Python, CUDA and a user."""
    gpu = image("minimal-ubuntu22.04-py39-cuda11.8-gpu-inference")

    assert (gpu.os, gpu.python, gpu.cuda, gpu.framework) == ("Ubuntu 22.04", "3.9", "11.8", None)
    assert (gpu.family, gpu.default_user, gpu.status, gpu.successor) == (
        Family.INFERENCE,
        "dockeruser",
        "current",
        None,
    )


def test_facts_of_a_curated_image() -> None:
    """A curated image has an environment, a last release and a base image."""
    sklearn = image("curated/sklearn-1.5")

    assert sklearn.name == "curated/sklearn-1.5"
    assert sklearn.curated_environment == "sklearn-1.5"
    assert sklearn.last_release == "2026-06-29"
    assert sklearn.base_image == "mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:20260715.v1"
    assert (sklearn.framework, sklearn.python, sklearn.default_user) == ("scikit-learn 1.5", None, None)


def test_facts_of_a_deprecated_image() -> None:
    """A deprecated image has a date in words that continue its status."""
    old = image("openmpi4.1.0-ubuntu20.04")

    assert f"{old.status} {old.status_detail}" == "deprecated since 2025-02-24"
    assert old.outdated


def test_names_outside_azureml() -> None:
    """An image outside `azureml/` is listed under the rest of its path."""
    found = CATALOGUE.find("mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280")

    assert found is not None
    assert found.name == "aifx/acpt/stable-ubuntu2204-cu126-py310-torch280"
    assert newest(found.tags) == "biweekly.202607.1"


def test_default_user_agrees_with_the_family() -> None:
    """If the name implies the user, the catalogue agrees."""
    told = {image.repository: families.default_user(image.repository) for image in CATALOGUE.images}

    assert all(image.default_user == told[image.repository] for image in CATALOGUE.images if told[image.repository])


def test_only_outdated_images_tell_why() -> None:
    """A current image has neither a successor nor a reason."""
    assert not [
        image for image in CATALOGUE.images if image.status == "current" and (image.status_detail or image.successor)
    ]
    assert not [image for image in CATALOGUE.images if image.outdated and not image.status_detail]


def test_every_successor_is_current() -> None:
    """A successor is in the catalogue and current, and only an outdated image has one."""
    followed = {image.repository: image.successor for image in CATALOGUE.images if image.successor}

    assert len(followed) == 125
    assert all(image.outdated for image in CATALOGUE.images if image.successor)
    for successor in followed.values():
        found = CATALOGUE.find(successor)
        assert found is not None
        assert (found.status, found.unconfirmed) == ("current", False)


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("inference-base-2004", "inference-base-2204"),
        ("inference-base-gpu-2004", "inference-base-cuda12.4-ubuntu22.04"),
        ("openmpi3.1.2-ubuntu16.04", "openmpi4.1.0-ubuntu22.04"),
        ("openmpi3.1.2-ubuntu18.04", "openmpi4.1.0-ubuntu22.04"),
        ("openmpi4.1.0-ubuntu20.04", "openmpi4.1.0-ubuntu22.04"),
        ("openmpi4.1.0-cuda11.6-cudnn8-ubuntu20.04", "openmpi5.0-cuda12.4-ubuntu22.04"),
        ("openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04", "openmpi5.0-cuda12.4-ubuntu22.04"),
        ("pytorch-1.6-ubuntu18.04-py37-cpu-inference", "minimal-py312-inference"),
        ("minimal-ubuntu20.04-py38-cpu-inference", "minimal-py312-inference"),
        ("tensorflow-2.4-ubuntu18.04-py37-cuda11.0.3-gpu-inference", "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference"),
        ("mlflow-ubuntu20.04-py38-cpu-inference", "curated/mlflow-py312-inference"),
        ("curated/minimal-py39-inference", "curated/minimal-py311-inference"),
        ("curated/acpt-pytorch-1.13-cuda11.7", "curated/acpt-pytorch-2.8-cuda12.6"),
        ("curated/sklearn-1.1", "curated/sklearn-1.5"),
    ],
)
def test_successor(name: str, successor: str) -> None:
    """The successor of an outdated image is the current one of its family, and of its framework if there is one."""
    assert image(name).successor == AZUREML + successor


def test_successor_outside_azureml() -> None:
    """The successors of the ACPT images that left `azureml/` are current ones at their new location."""
    old = image("aifx/stable-ubuntu2004-cu117-py38-torch200")

    assert old.successor == "mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu118-py310-torch271"


def test_no_successor_without_a_sound_one() -> None:
    """A retired image whose purpose no current image serves has no successor."""
    assert image("tritonserver-21.02-py38-inference").successor is None
    assert image("curated/promptflow-runtime").successor is None


def test_menu_order() -> None:
    """A menu starts with current inference images, followed by training bases, and ends with outdated images."""
    names = [image.name for image in CATALOGUE.images]

    assert names[:8] == [
        "minimal-py312-inference",
        "minimal-ubuntu22.04-py39-cpu-inference",
        "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference",
        "curated/minimal-py312-cuda12.4-inference",
        "curated/minimal-py311-inference",
        "curated/mlflow-py312-inference",
        "inference-base-2204",
        "inference-base-cuda12.4-ubuntu22.04",
    ]
    assert names[8:17] == [
        "openmpi5.0-cuda13.1-ubuntu24.04",
        "openmpi5.0-cuda12.8-ubuntu24.04",
        "openmpi5.0-cuda12.6-ubuntu24.04",
        "openmpi5.0-cuda12.5-ubuntu22.04",
        "openmpi5.0-cuda12.4-ubuntu22.04",
        "openmpi5.0-ubuntu24.04",
        "openmpi4.1.0-ubuntu22.04",
        "aifx/acpt/stable-ubuntu2204-cu126-py310-torch280",
        "aifx/acpt/stable-ubuntu2204-cu118-py310-torch271",
    ]


def test_unconfirmed_images_are_known_but_not_recommended() -> None:
    """An image that was probably never published is found, has unknown status, and is never a successor."""
    unconfirmed = {image.repository for image in CATALOGUE.images if image.unconfirmed}

    assert len(unconfirmed) == 11
    assert {image.status for image in CATALOGUE.images if image.unconfirmed} == {"unknown"}
    assert all(image.note for image in CATALOGUE.images if image.unconfirmed)
    assert not unconfirmed & {image.successor for image in CATALOGUE.images}


def test_menu_order_by_status() -> None:
    """Outdated images come last, after those of unknown status."""
    statuses = [image.status for image in CATALOGUE.images]

    order = ["current", "unknown", "deprecated", "retired"]
    assert statuses == sorted(statuses, key=order.index)


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_wrong_names_are_unknown(name: str) -> None:
    """Common wrong names are not in the catalogue."""
    assert CATALOGUE.find(AZUREML + name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *zip(
            WRONG_NAMES,
            [
                ["openmpi4.1.0-ubuntu22.04"],
                ["openmpi5.0-ubuntu24.04"],
                ["openmpi4.1.0-ubuntu22.04"],
                ["openmpi5.0-ubuntu24.04"],
                ["openmpi5.0-cuda12.4-ubuntu22.04"],
                ["openmpi5.0-cuda12.4-ubuntu22.04"],
                ["curated/foundation-model-inference"],
                [],  # no current image is made for training with PyTorch on a CPU
                ["curated/acpt-pytorch-2.8-cuda12.6"],
                ["curated/tensorflow-2.16-cuda12"],
                ["curated/tensorflow-2.16-cuda12"],
                ["curated/sklearn-1.5"],
                ["minimal-py312-inference"],
                ["curated/mlflow-py312-inference"],
                ["minimal-ubuntu22.04-py39-cpu-inference"],
                ["inference-base-2204"],
            ],
            strict=True,
        ),
        ("sklearn-1.5", ["curated/sklearn-1.5"]),
        ("azureml/sklearn-1.5", ["curated/sklearn-1.5"]),
        ("azureml/azureml/openmpi4.1.0-ubuntu22.04", ["openmpi4.1.0-ubuntu22.04"]),
        ("curated/minimal-py312-inference", ["minimal-py312-inference"]),
        ("minimal-py312-inferance", ["minimal-py312-inference"]),
        ("minimal-py312-inferecne", ["minimal-py312-inference"]),
        ("curated/tensorflow-2.16-cuda1", ["curated/tensorflow-2.16-cuda12", "curated/tensorflow-2.16-cuda11"]),
        ("minimal-py311-inference", ["curated/minimal-py311-inference"]),
    ],
)
def test_suggestion(name: str, expected: list[str]) -> None:
    """A known mistake, a doubled or missing folder, and a name within two edits lead to the right image."""
    assert [AZUREML + right for right in expected] == list(CATALOGUE.suggest(AZUREML + name))


def test_suggestion_prefers_the_current_image() -> None:
    """A name close to a retired image leads to a current one: a similar image, or the successor."""
    near_both = CATALOGUE.suggest(AZUREML + "openmpi4.1.0-ubuntu20.0")
    near_retired = CATALOGUE.suggest(AZUREML + "pytorch-1.6-ubuntu18.04-py37-cpu-inferenc")

    assert near_both == (AZUREML + "openmpi4.1.0-ubuntu22.04",)
    assert near_retired == (AZUREML + "minimal-py312-inference",)


def test_suggestions_are_never_outdated_with_a_successor() -> None:
    """Whichever letter of a known name is missing, the suggestion is current or has no successor."""
    for known in CATALOGUE.images:
        if known.repository.startswith(AZUREML):
            for suggestion in CATALOGUE.suggest(known.repository[:-1]):
                found = CATALOGUE.find(suggestion)
                assert found is not None
                assert found.successor is None


@pytest.mark.parametrize(
    "repository",
    [
        AZUREML + "something-completely-different",
        AZUREML + "x",
        AZUREML,
        "mcr.microsoft.com/azureml",
        AZUREML + "minimal-py312-inference",
        AZUREML + "openmpi4.1.0-ubuntu20.04",
        "docker.io/azureml/minimal-py312-inferance",
        "mcr.microsoft.com/openmpi4.1.0-ubuntu22.04",
        "",
    ],
)
def test_no_suggestion(repository: str) -> None:
    """A known name, a distant name and a name outside Azure ML have no suggestion."""
    assert CATALOGUE.suggest(repository) == ()


@pytest.mark.parametrize("name", ["minimal-py313-inference", "curated/sklearn-1.6", "openmpi5.1-ubuntu24.04"])
def test_no_suggestion_for_what_may_be_newer(name: str) -> None:
    """A name that only has a higher version may be newer than the catalogue, so it has no suggestion."""
    assert CATALOGUE.suggest(AZUREML + name) == ()


def test_find_is_exact() -> None:
    """An image is found by its exact full name only."""
    assert image("minimal-py312-inference").repository == AZUREML + "minimal-py312-inference"
    assert CATALOGUE.find("minimal-py312-inference") is None
    assert CATALOGUE.find(AZUREML + "minimal-py312-inference:latest") is None
    assert CATALOGUE.find("example.azurecr.io/azureml/minimal-py312-inference") is None


def test_file_reads_well_in_a_diff() -> None:
    """The file has one line per repository, sorted by name, in the spelling of Python's `json.dumps`."""
    text = FILE.read_text(encoding="utf-8")
    records = json.loads(text)

    lines = [f"{json.dumps(name)}: {json.dumps(records[name], ensure_ascii=False)}" for name in sorted(records)]
    assert text == "{\n" + ",\n".join(lines) + "\n}\n"


def test_catalogue_is_read_late_and_fast() -> None:
    """Importing the module reads no file; the first look-up reads it quickly."""
    program = """
import sys, time
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from azureml_dockerfile_ls.images import catalogue
assert not any(name.endswith("catalogue.json") for name in opened), "read on import"
started = time.process_time()
catalogue.embedded().find("x")
print(time.process_time() - started)
assert any(name.endswith("catalogue.json") for name in opened), "not read when asked"
"""
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    # It takes some 3 ms of the processor.
    assert float(found.stdout) < 0.05


def test_suggestion_is_fast() -> None:
    """Comparing a distant name with the whole catalogue is fast."""
    assert CATALOGUE.images
    started = time.process_time()
    CATALOGUE.suggest(AZUREML + "something-completely-different")

    assert time.process_time() - started < 0.05
