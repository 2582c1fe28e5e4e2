"""Rename of stages, variables and heredocs, and the reasons against it."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.rename import Refusal, Renamable, prepare_rename, rename
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import apply_edits, cursor, dockerfile

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


def check_rename(before: str, new_name: str, after: str) -> None:
    """Check that a rename at the cursor gives the text `after`, from a name that can be changed."""
    text, offset = cursor(before)
    snapshot = analyse(text)
    prepared = prepare_rename(snapshot, offset)
    assert isinstance(prepared, Renamable)
    assert prepared.span.touches(offset)
    edits = rename(snapshot, offset, new_name)
    assert isinstance(edits, list)
    assert apply_edits(text, edits) == dockerfile(after)


def check_refused(fixture: str, new_name: str, *words: str) -> None:
    """Check that a new name is refused, and that the reason has these words."""
    text, offset = cursor(fixture)
    found = rename(analyse(text), offset, new_name)
    assert isinstance(found, Refusal)
    assert all(word in found.reason for word in words), found.reason


def check_fixed(fixture: str, *words: str) -> None:
    """Check that a name cannot be changed at all, and that the reason has these words."""
    text, offset = cursor(fixture)
    found = prepare_rename(analyse(text), offset)
    assert isinstance(found, Refusal)
    check_refused(fixture, "other", *words)


def test_a_stage_is_renamed_everywhere() -> None:
    """From any of its places, whatever the case there; a number stays."""
    before = """
        FROM alpine AS base
        FROM base
        FROM busybox
        COPY --from=B$0ase /x /y
        COPY --from=0 /x /y
        RUN --mount=from=base,target=/x ls base
        """
    after = """
        FROM alpine AS base2
        FROM base2
        FROM busybox
        COPY --from=base2 /x /y
        COPY --from=0 /x /y
        RUN --mount=from=base2,target=/x ls base
        """
    check_rename(before, "base2", after)


def test_from_gets_a_name_in_lower_case() -> None:
    """In FROM, BuildKit does not find a name with capitals."""
    check_rename(
        "FROM a AS ba$0se\nFROM base\nCOPY --from=base x y\n",
        "Base2",
        "FROM a AS Base2\nFROM base2\nCOPY --from=Base2 x y\n",
    )


def test_the_case_of_a_stage_can_change() -> None:
    """Its own name is not taken."""
    check_rename("FROM a AS B$0ase\nFROM base\n", "base", "FROM a AS base\nFROM base\n")


def test_a_variable_is_renamed_in_its_stages() -> None:
    """Where it is set, read by BuildKit and read by a shell, with the stages that inherit it."""
    before = """
        FROM alpine AS one
        ENV PORT=80 URL="http://x:${PORT}"
        EXPOSE ${PO$0RT:-80}
        FROM one
        RUN echo $PORT $PORTS && PORT=1 sh -c 'echo $PORT'
        FROM alpine
        ENV PORT=1
        """
    after = """
        FROM alpine AS one
        ENV HTTP_PORT=80 URL="http://x:${HTTP_PORT}"
        EXPOSE ${HTTP_PORT:-80}
        FROM one
        RUN echo $HTTP_PORT $PORTS && HTTP_PORT=1 sh -c 'echo $HTTP_PORT'
        FROM alpine
        ENV PORT=1
        """
    check_rename(before, "HTTP_PORT", after)


def test_a_global_arg_is_renamed_with_its_declarations() -> None:
    """Else the stages would lose its value."""
    check_rename(
        "ARG V$0=1\nFROM a:$V\nARG V\nRUN $V\nFROM a:$V\nARG V=2\n",
        "W",
        "ARG W=1\nFROM a:$W\nARG W\nRUN $W\nFROM a:$W\nARG V=2\n",
    )


def test_a_heredoc_is_renamed_at_both_ends() -> None:
    """The quotes stay, and so do the words in the body."""
    check_rename("FROM a\nRUN cat <<-'EO$0F'\n EOF\n\tEOF\n", "END", "FROM a\nRUN cat <<-'END'\n EOF\n\tEND\n")


@pytest.mark.parametrize("name", ["", "1a", "a b", "a-b", "é", "$A", "a\n"])
def test_a_variable_needs_a_valid_name(name: str) -> None:
    """Letters, digits and underscores, as a shell demands."""
    check_refused("FROM a\nENV A$0=1\n", name, "not the name of a variable")


@pytest.mark.parametrize("name", ["", "1a", "a b", "-a", "é", "a:b", "$A"])
def test_a_stage_needs_a_valid_name(name: str) -> None:
    """As BuildKit demands."""
    check_refused("FROM a AS b$0\n", name, "not the name of a stage")


@pytest.mark.parametrize("name", ["", "a b", "<", "'a'", "-a"])
def test_a_heredoc_needs_a_valid_name(name: str) -> None:
    """One word without quotes."""
    check_refused("FROM a\nRUN <<EO$0F\nEOF\n", name, "not the name of a heredoc")


@pytest.mark.parametrize("name", ["scratch", "Context"])
def test_a_stage_cannot_have_a_reserved_name(name: str) -> None:
    """BuildKit uses it."""
    check_refused("FROM a AS b$0\n", name, "reserved")


@pytest.mark.parametrize(("name", "word"), [("C", "stage"), ("ubuntu", "image"), ("nginx", "image")])
def test_the_name_of_another_stage_or_image_is_taken(name: str, word: str) -> None:
    """Whatever its case."""
    check_refused(
        "FROM a AS b$0\nFROM ubuntu AS c\nCOPY --from=nginx x y\n",
        name,
        f"of a{'nother' if word == 'stage' else 'n'} {word}",
    )


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM a\nENV A$0=1\nENV B=2\n",
        "FROM a\nENV A$0=1\nRUN echo $B\n",
        "FROM a\nENV A$0=1\nRUN B=1; echo $B\n",
        "FROM a AS b\nENV A$0=1\nFROM b\nENV B=2\n",
        "FROM a AS b\nENV B=1\nFROM b\nRUN $B\nENV A$0=1\n",
        "ARG A$0=1\nARG B\nFROM a\n",
        "ARG A$0=1\nFROM a\nARG B\n",
        "ARG B=1\nFROM a\nARG A$0\n",
    ],
)
def test_the_name_of_another_variable_that_is_seen_there_is_taken(fixture: str) -> None:
    """In its stage, in one that inherits it, before the first FROM, and in the shell."""
    check_refused(fixture, "B", "B is the name of another variable, on line ")


def test_a_name_of_another_stage_is_free() -> None:
    """Stages that do not inherit from each other can use the same name."""
    check_rename("FROM a\nENV A$0=1\nFROM a\nENV B=2\n", "B", "FROM a\nENV B=1\nFROM a\nENV B=2\n")


@pytest.mark.parametrize(
    ("fixture", "words"),
    [
        ("FROM a\nARG TARGET$0ARCH\n", "BuildKit sets TARGETARCH"),
        ("FROM --platform=$BUILDPLAT$0FORM a\n", "BuildKit sets BUILDPLATFORM"),
        ("FROM a\nRUN echo $http_pr$0oxy\n", "BuildKit sets http_proxy"),
        ("FROM a\nENV PA$0TH=/x:$PATH\n", "PATH has a meaning of its own"),
        (f"FROM {IMAGE}\nENV AZUREML_ENTRY_$0SCRIPT=x.py\n", "Azure ML reads AZUREML_ENTRY_SCRIPT"),
        ("FROM a AS b\nFROM a\nCOPY --from=$00 x y\n", "number of a stage"),
        ("ARG B=b\nFROM a AS b$0\nFROM $B\n", "$B in a FROM"),
    ],
)
def test_a_name_that_others_know_stays(fixture: str, words: str) -> None:
    """BuildKit, the base image, Azure ML or a variable would not find it any more."""
    check_fixed(fixture, words)


@pytest.mark.parametrize("name", ["TARGETARCH", "PATH", "HTTP_PROXY", "BUILDKIT_SYNTAX"])
def test_a_name_that_others_know_cannot_be_taken(name: str) -> None:
    """It would get another meaning."""
    check_refused("FROM a\nENV A$0=1\n", name, name)


def test_a_misspelt_variable_of_azure_ml_can_get_its_name() -> None:
    """Also where the base image has a default."""
    check_rename(
        f"FROM {IMAGE}\nENV AZUREML_ENTRY_$0SCIPT=x.py\n",
        "AZUREML_ENTRY_SCRIPT",
        f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=x.py\n",
    )


def test_a_heredoc_cannot_end_earlier() -> None:
    """A line of its body is not a valid new name."""
    check_refused("FROM a\nRUN <<EO$0F\necho\nEOF\n", "echo", "would end there")


def test_elsewhere_nothing_can_be_renamed() -> None:
    """The answer is empty, and no error."""
    text, offset = cursor("FROM al$0pine\n")
    assert prepare_rename(analyse(text), offset) is None
    assert rename(analyse(text), offset, "x") is None
