"""YAML that anyone can write: each is read in little time, and nothing is raised."""

from __future__ import annotations

import time

import pytest

from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest

HEAD = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: x\n"
COUNT = 60_000
TEXTS = {
    "aliases that multiply": "a: &a0 [x, x]\n" + "".join(f"b: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 2000)),
    "an alias of itself": "a: &a [*a]\n<<: *a\nb: &b\n  <<: *b\n",
    "open lists": "image: " + "[" * COUNT,
    "open mappings": "image: " + "{a: " * (COUNT // 4),
    "a long mapping": "tags: {" + "a: b, " * (COUNT // 6) + "}",
    "deep blocks": "".join(" " * depth + "a:\n" for depth in range(400)),
    "deep lists": "a:\n" + "- " * (COUNT // 2),
    "escapes": 'image: "' + "\\x" * (COUNT // 2),
    "an open quote": "image: '" + "a\n" * (COUNT // 2),
    "quotes": "tags: [" + '"a", ' * (COUNT // 5),
    "a block scalar": "image: |\n" + "  x\n" * (COUNT // 4),
    "blanks": "image:" + " " * COUNT + "x",
    "colons": ": " * (COUNT // 2),
    "question marks": "? " * (COUNT // 2),
    "documents": "---\n" * (COUNT // 4),
    "anchors": "a: " + "&a " * (COUNT // 3),
    "tags": "a: " + "!!python/object/apply:os.system " * (COUNT // 30),
    "paths that go up": f"build:\n  path: {'../' * (COUNT // 3)}\n  dockerfile_path: {'../' * (COUNT // 3)}",
    "a path of itself": "build:\n  path: environment.yml/environment.yml\n  dockerfile_path: ../environment.yml",
    "a long image": "image: mcr.microsoft.com/" + "a/" * (COUNT // 2),
    "blank lines": "a: x" + "\n" * COUNT + "  y",
    "what is no text": "a: \ud800\x00\u2028\x85",
    "variables": "environment_variables:\n" + "".join(f"  AZUREML_{n}: x\n" for n in range(3000)),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_yaml_is_read_in_little_time(name: str) -> None:
    """It takes less than a second of the processor."""
    start = time.process_time()
    assert analyse_manifest(HEAD + TEXTS[name]).findings is not None
    assert time.process_time() - start < 1
