"""The files that COPY and ADD write in a stage."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.model.copies import copies, may_write
from azureml_dockerfile_ls.snapshot import analyse
from tests.images_used import FROM_INFERENCE


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY conf /etc/apt/apt.conf.d/", True),
        ("COPY 99yes /etc/apt", True),
        ("COPY etc /etc", True),
        ("COPY . /", True),
        ("COPY --from=base /files /", True),
        ("COPY a.txt b.txt /etc/", False),
        ("COPY a.tar.gz /", False),
        ("COPY conf /opt/apt", False),
        ("ADD a.txt /", False),
        ("ADD a.tar.gz /", True),
        ("ADD https://example.com/a.git /", True),
        ("COPY $FILES /etc", True),
        ("COPY 99yes $FOLDER", True),
        ("WORKDIR /etc\nCOPY 99yes a.txt", False),
    ],
)
def test_a_copy_may_write_to_a_path(line: str, expected: bool) -> None:
    """A COPY may write below its destination, unless all its sources are files that ADD does not unpack."""
    stage = analyse(f"{FROM_INFERENCE}ARG FILES\nARG FOLDER\n{line}\n").model.final
    assert stage is not None
    [copy] = copies(stage)

    assert may_write(copy.files, "/etc/apt") is expected
