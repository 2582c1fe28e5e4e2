"""What is said about instructions, flags, mounts and parser directives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.settings import DEFAULTS
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.syntax.language import DIRECTIVES, INSTRUCTIONS, MOUNT_KEYS, MOUNTS
from tests.annotated import cursor
from tests.features.test_hover import check_hover, check_silent

REFERENCE = "[Docker's documentation](https://docs.docker.com/reference/dockerfile/#"


@pytest.mark.parametrize(
    ("fixture", "word", "said"),
    [
        ("R$0UN x\n", "RUN", "Runs a command while the image is built"),
        ("w$0orkdir /x\n", "workdir", "```dockerfile\nWORKDIR PATH\n```\nSets the working directory"),
        ("ONBUILD CO$0PY a b\n", "COPY", "Copies files from the build context"),
        ("ONB$0UILD COPY a b\n", "ONBUILD", "Keeps an instruction for later"),
        ("COPY --ch$0own=a b c\n", "--chown=a", "`--chown`: Owner of what is copied"),
        ("RUN --mou$0nt=type=cache,target=/x y\n", "--mount=type=cache,target=/x", "- `type=bind`\n- `type=cache`"),
        ("ONBUILD RUN --net$0work=none x\n", "--network=none", "Network of the command."),
    ],
)
def test_instructions_and_flags_are_explained(fixture: str, word: str, said: str) -> None:
    """Whatever the letter case, after ONBUILD too."""
    check_hover(f"FROM ubuntu\n{fixture}", word, said)


@pytest.mark.parametrize(
    "fixture",
    [
        "RUN ec$0ho a\n",
        "FROM a$0s\n",
        "# RU$0N\n",
        "RUN <<EOF\nRU$0N\nEOF\n",
        "COPY --chwon$0=1 a b\n",
        "\n$0\n",
        "WORKDIR /RU$0N\n",
    ],
)
def test_ordinary_text_has_no_hover(fixture: str) -> None:
    """Commands, comments, heredocs, paths, and flags that do not exist."""
    text, offset = cursor(f"FROM ubuntu\n{fixture}")
    found = hover(analyse(text), offset)
    assert found is None or found.markdown.startswith("unknown flag")


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        ("RUN --network=no$0ne x", "none", "No network but the loopback interface."),
        ("RUN --security=insec$0ure x", "insecure", "The build must allow `security.insecure`."),
        ("RUN --mount=type=ca$0che,target=/x y", "cache", "Keys: `target`, `id`, `sharing`"),
        ("RUN --mount=type=cache,sha$0ring=locked,target=/x y", "sharing", "- `locked`: A build waits"),
        ("RUN --mount=type=cache,sharing=loc$0ked,target=/x y", "locked", "A build waits until no other build"),
        (
            "RUN --mount=type=cache,ds$0t=/x y",
            "dst",
            "`target`: Path of the mount in the container. Also written `dst`",
        ),
        ("RUN --mount=type=secret,id=x,en$0v=X y", "env", "Since version 1.10 of the Dockerfile syntax."),
        ("RUN --mount=type=bind,ro$0,target=/x y", "ro", "`readonly`: Forbid writes."),
        (
            "RUN --dev$0ice=x y",
            "--device=x",
            "Since version 1.14 of the Dockerfile syntax, in the `labs` channel only.",
        ),
        ("COPY --exc$0lude=*.md . /x", "--exclude=*.md", "Since version 1.19 of the Dockerfile syntax."),
        ("HEALTHCHECK NO$0NE", "NONE", "Switches off the check"),
        ("HEALTHCHECK C$0MD x", "CMD", "Runs this command to check the container."),
        ("FROM as A$0S b", "AS", "Gives the stage a name."),
        ("ONBUILD HEALTHCHECK --inter$0val=30s CMD x", "--interval=30s", "Time between two checks"),
    ],
)
def test_values_keys_and_keywords_are_explained(line: str, word: str, said: str) -> None:
    """With the version of the syntax that has them, and a link."""
    check_hover(f"FROM ubuntu\n{line}\n", word, said, REFERENCE)


@pytest.mark.parametrize(
    "line",
    ["HEALTHCHECK CMD --inter$0val=30s", "FROM a$0s AS b", "RUN C$0MD", "FROM a AS a$0s"],
)
def test_words_that_only_look_like_the_language_have_no_hover(line: str) -> None:
    """A flag of the command that HEALTHCHECK runs, a command, and names."""
    check_silent(f"FROM ubuntu\n{line}\n")


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("# escape$0=`\n", "# escape=`", "The character that escapes and that continues a line"),
        ("#es$0cape=`\n# syntax=docker/dockerfile:1\n", "#escape=`", "- `` ` ``: The backtick escapes"),
        ("# escape=`$0\n", "`", "The backtick escapes and continues a line"),
        ("#synt$0ax=docker/dockerfile:1\n", "#syntax=docker/dockerfile:1", "The Dockerfile frontend"),
        ("# esc$0ape=\n# syntax=docker/dockerfile:1\n", "# escape=", "The character that escapes"),
        ("# syntax=docker/dockerfile:1\r\n# escape$0=`\r\n", "# escape=`", "The character that escapes"),
        ("# check=sk$0ip=all;error=true\n", "skip", "Since version 1.8 of the Dockerfile syntax."),
        ("# check=skip=all;err$0or=true\n", "error", "Whether a finding stops the build."),
    ],
)
def test_a_parser_directive_is_explained(text: str, word: str, said: str) -> None:
    """Its name, its value, and the options in it; also while it has no value."""
    check_hover(f"{text}FROM a\n", word, said, REFERENCE)


@pytest.mark.parametrize("text", ["# note: esc$0ape\nFROM a\n", "FROM a\n# esc$0ape=`\n"])
def test_a_comment_has_no_hover(text: str) -> None:
    """A directive is one at the top of the file only."""
    check_silent(text)


def every_word() -> Iterator[str]:
    """A line for each instruction, flag, key, type of mount and directive, with the cursor in it."""
    for spec in INSTRUCTIONS.values():
        yield f"FROM a\n{spec.name[:1]}$0{spec.name[1:]} x\n"
        for flag in spec.flags:
            yield f"FROM a\n{spec.name} --$0{flag.name}=1 x y\n"
            for value in flag.meanings:
                yield f"FROM a\n{spec.name} --{flag.name}=$0{value} x y\n"
    for name, key in MOUNT_KEYS.items():
        yield f"FROM a\nRUN --mount=$0{name}=1 x\n"
        for value in key.meanings:
            yield f"FROM a\nRUN --mount={name}=$0{value} x\n"
    for name in MOUNTS:
        yield f"FROM a\nRUN --mount=type={name},$0target=/x x\n"
    for name in DIRECTIVES:
        yield f"# $0{name}=1\nFROM a\n"


@pytest.mark.parametrize("fixture", list(every_word()))
def test_every_word_of_the_language_is_explained(fixture: str) -> None:
    """What the table has, the hover shows, with a link; and not beside another server that shows it."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)
    assert found is not None
    assert REFERENCE in found.markdown
    without = hover(analyse(text, settings=replace(DEFAULTS, dockerfile_features=False)), offset)
    assert without is None or REFERENCE not in without.markdown


def test_every_choice_has_a_meaning() -> None:
    """A reader sees what each value of a flag or key with fixed values does."""
    flags = [flag for spec in INSTRUCTIONS.values() for flag in spec.flags]
    choices = [spec for spec in (*flags, *MOUNT_KEYS.values()) if spec.kind.name == "CHOICE"]
    assert choices
    for spec in choices:
        assert set(spec.values) == set(spec.meanings), spec.name
