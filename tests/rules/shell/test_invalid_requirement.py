"""InvalidRequirement in Dockerfiles: `pip install`, and the files that it installs from."""

from __future__ import annotations

from pathlib import Path

from tests.annotated import check_clean, check_fix, check_rule, context_of

RULE = "InvalidRequirement"


def test_requirements_of_a_command() -> None:
    """Each word of `pip install`, in quotes too, on any base image."""
    check_rule(
        RULE,
        """
        FROM ubuntu:24.04
        RUN pip install numpy=1.26 'pandas=2.2' torch==2.6.0 && python -m pip install "x[a]=1"
        #               ^^^^^^^^^^ InvalidRequirement Write numpy==1.26
        #                          ^^^^^^^^^^^^ InvalidRequirement Write pandas==2.2
        #                                                                             ^^^^^^^^ InvalidRequirement
        """,
    )


def test_the_fix_doubles_the_sign() -> None:
    """The rest of the word stays."""
    check_fix(
        RULE,
        "FROM ubuntu:24.04\nRUN pip install 'numpy=1.26'\n",
        "FROM ubuntu:24.04\nRUN pip install 'numpy==1.26'\n",
        "Change to ==",
    )


def test_what_pip_reads_otherwise() -> None:
    """Options, variables, URLs, markers and packages of conda."""
    check_clean(
        """
        FROM ubuntu:24.04
        ARG VERSION=1
        RUN pip install --index-url=https://example.org/simple "a; python_version=='3.12'" b===1 "c$VERSION=1"
        RUN pip install git+https://example.org/a.git@main#egg=a
        RUN conda install -y numpy=1.26
        """
    )


def test_a_requirements_file(tmp_path: Path) -> None:
    """The finding is on the name of the file, and leads to the line."""
    context = context_of(tmp_path, {"requirements.txt": "# numpy=1\npandas==2\nnumpy=1.26\n"})
    [finding] = check_rule(
        RULE,
        """
        FROM ubuntu:24.04
        COPY requirements.txt /tmp/
        RUN pip install -r /tmp/requirements.txt
        #                  ^^^^^^^^^^^^^^^^^^^^^ InvalidRequirement numpy==1.26
        """,
        context,
    )
    [place] = finding.related
    assert (place.path, place.span) == ("requirements.txt", (20, 30))
