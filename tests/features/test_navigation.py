"""Definitions, references and highlights of stages, variables, heredocs and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.features.navigation import definition, highlights, references
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import check_marks, context_of, cursor


def check_definition(fixture: str) -> None:
    """Check that the definitions of the name at the cursor are the marks called `definition`."""
    text, offset = cursor(fixture)
    check_marks("definition", fixture, spans_of_definition(text, offset))


def spans_of_definition(text: str, offset: int) -> list[Span]:
    """The definitions in the document."""
    return [target.span for target in definition(analyse(text), offset) if target.span is not None]


def check_highlights(fixture: str) -> None:
    """Check that the places of the name at the cursor are the marks `write` and `read`, and that references agree."""
    text, offset = cursor(fixture)
    snapshot = analyse(text)
    found = highlights(snapshot, offset)
    check_marks("write", fixture, [each.span for each in found if each.is_written])
    check_marks("read", fixture, [each.span for each in found if not each.is_written])
    assert references(snapshot, offset, include_definitions=True) == [each.span for each in found]


# Stages


def test_a_stage_is_its_name_and_what_names_it() -> None:
    """FROM, COPY and RUN name it, in any case but in FROM, which knows lower case only."""
    check_highlights(
        """
        FROM alpine AS Ba$0se
        #              ^^^^^^ write
        FROM base AS other
        #    ^^^^ read
        COPY --from=BASE /x /y
        #           ^^^^ read
        RUN --mount=type=bind,from=base,target=/x true
        #                          ^^^^ read
        ONBUILD COPY --from=base /x /y
        #                   ^^^^ read
        FROM Base
        COPY base /x
        """
    )


def test_a_stage_has_a_number_too() -> None:
    """The number of a stage is a reference to its name."""
    check_highlights(
        """
        FROM alpine
        FROM alpine AS base
        #              ^^^^ write
        FROM busybox
        COPY --from=$01 /x /y
        #           ^^^ read
        RUN --mount=from=base,target=/x true
        #                ^^^^ read
        COPY --from=0 /x /y
        """
    )


def test_a_stage_without_a_name_is_at_its_image() -> None:
    """Its number leads there."""
    check_definition(
        """
        FROM alpine:3.20
        #    ^^^^^^^^^^^ definition
        FROM busybox
        COPY --from=$00 /x /y
        """
    )


def test_an_image_is_no_stage() -> None:
    """Before a stage has this name, and in the FROM that gives it."""
    for fixture in (
        "FROM al$0pine AS alpine\nFROM alpine\n",
        "FROM al$0pine\n",
        "FROM alpine\nCOPY --from=ngi$0nx:1 /x /y\n",
        "FROM alpine\nCOPY --from=$07 /x /y\n",
        "FROM alpine\nCOPY --from=nginx /x /y\nFROM alpine AS ngi$0nx2\n",
    ):
        text, offset = cursor(fixture)
        assert [span for span in spans_of_definition(text, offset) if "nginx2" not in span.of(text)] == []


def test_a_later_stage_is_not_the_source_of_a_copy() -> None:
    """BuildKit takes the name for that of an image."""
    check_highlights(
        """
        FROM alpine
        COPY --from=lat$0er /x /y
        #           ^^^^^^^ read
        FROM alpine AS later
        COPY --from=later /x /y
        """
    )


def test_of_stages_with_one_name_the_last_one_before_is_meant() -> None:
    """As BuildKit takes it."""
    check_definition(
        """
        FROM alpine AS base
        FROM busybox AS base
        #               ^^^^ definition
        FROM ba$0se
        FROM scratch AS base
        """
    )


# Variables


def test_a_variable_of_a_stage_ends_with_the_stage() -> None:
    """Another stage has its own."""
    check_highlights(
        """
        FROM alpine
        ARG var=1
        #   ^^^ write
        RUN echo $v$0ar ${var:-x}
        #         ^^^^^ read
        #                 ^^^ read
        FROM alpine
        ARG var=2
        RUN echo $var
        """
    )


def test_an_arg_before_from_is_read_by_every_from() -> None:
    """And by a stage that declares it again without a value, not by one with a value of its own."""
    check_highlights(
        """
        ARG IMA$0GE=alpine
        #   ^^^^^^^ write
        ARG TAG=$IMAGE
        #        ^^^^^ read
        FROM --platform=$BUILDPLATFORM ${IMAGE}:1
        #                                ^^^^^ read
        RUN echo $IMAGE
        FROM $IMAGE
        #     ^^^^^ read
        ARG IMAGE
        #   ^^^^^ write
        RUN echo $IMAGE
        #         ^^^^^ read
        FROM alpine
        ARG IMAGE=mine
        RUN echo $IMAGE
        """
    )


def test_a_declaration_without_a_value_leads_to_the_global_one() -> None:
    """Its readers lead to the declaration."""
    check_definition("ARG A=1\n#   ^ definition\nFROM alpine\nARG $0A\nRUN echo $A\n")
    check_definition("ARG A=1\nFROM alpine\nARG A\n#   ^ definition\nRUN echo $$0A\n")


def test_a_stage_inherits_the_variables_of_its_base() -> None:
    """Also through stages that do not name them; an ENV that sets one again is the same variable."""
    check_highlights(
        """
        FROM alpine AS one
        ENV A=1
        #   ^ write
        FROM one AS two
        FROM two
        ENV $0A=2 B=$A
        #   ^^^ write
        #            ^ read
        CMD echo $A
        #         ^ read
        FROM alpine
        CMD echo $A
        """
    )


def test_the_definition_of_an_inherited_variable_is_in_the_base() -> None:
    """Until the stage sets it."""
    check_definition(
        """
        FROM alpine AS one
        ENV A=1
        #   ^ definition
        FROM one
        ENV A=$$0A:2
        """
    )


def test_a_variable_that_is_set_again_has_the_first_definition_and_the_one_in_force() -> None:
    """Not the one after the cursor."""
    check_definition(
        """
        FROM alpine
        ENV A=1
        #   ^ definition
        ENV A=2
        ENV A=3
        #   ^ definition
        RUN echo $$0A
        ENV A=4
        """
    )


def test_an_env_reads_what_was_set_before_it() -> None:
    """The pairs of one ENV do not see each other, those of an ARG do."""
    check_definition("FROM alpine\nENV A=1\n#   ^ definition\nENV A=2 B=$$0A\n")
    check_definition("FROM alpine\nARG A=1\n#   ^ definition\nARG A=2 B=$$0A\n#   ^ definition\n")


def test_names_are_found_in_nested_defaults_and_over_lines() -> None:
    """A continuation can be in the middle of a name."""
    check_highlights("FROM a\nARG A$0=1\n#   ^^^ write\nUSER ${B:-${C:+$A}}\n#               ^ read\n")
    text, offset = cursor("FROM a\nARG port=80\nEXPOSE ${po\\\n$0rt}\n")
    assert [each.span.of(text) for each in highlights(analyse(text), offset)] == ["port", "po\\\nrt"]


def test_onbuild_is_read_like_the_instruction_in_it() -> None:
    """Variables of the trigger are those of the stage."""
    check_highlights(
        """
        FROM alpine
        ENV A=1
        #   ^ write
        ONBUILD ENV B=$A
        #              ^ read
        ONBUILD RUN echo $$0A
        #                 ^^^ read
        """
    )


def test_quotes_and_escapes_decide() -> None:
    """BuildKit does not look into single quotes; a shell may, as in `sh -c`."""
    check_highlights(
        """
        FROM alpine
        ENV A$0=1
        #   ^^^ write
        LABEL a="$A" b='$A' c=\\$A
        #         ^ read
        RUN sh -c 'echo $A' && echo \\$A "$A"
        #                ^ read
        #                                 ^ read
        """
    )


def test_the_exec_form_replaces_nothing_unless_it_starts_a_shell() -> None:
    """JSON strings reach the program as they are."""
    check_highlights(
        """
        FROM alpine
        ENV A$0=1
        #   ^^^ write
        RUN ["echo", "$A"]
        CMD ["sh", "-c", "echo $A"]
        #                       ^ read
        """
    )


def test_a_container_does_not_see_an_arg() -> None:
    """CMD, ENTRYPOINT and HEALTHCHECK run after the build."""
    check_highlights("FROM alpine\nARG A$0=1\n#   ^^^ write\nRUN echo $A\n#         ^ read\nCMD echo $A\n")
    check_highlights("FROM alpine\nENV A$0=1\n#   ^^^ write\nHEALTHCHECK CMD echo $A\n#                     ^ read\n")


def test_the_shell_sets_variables_too() -> None:
    """A variable of the image is written by an assignment; another one belongs to its RUN."""
    check_highlights(
        """
        FROM alpine
        ENV A=1
        #   ^ write
        RUN export A=2 && echo $$0A
        #          ^ write
        #                       ^^^ read
        """
    )
    check_highlights(
        """
        FROM alpine
        RUN for i in 1 2; do echo $i; done
        RUN i=1; echo $$0i
        #   ^ write
        #              ^^^ read
        CMD echo $i
        """
    )
    check_definition("FROM alpine\nRUN i=1; echo $$0i\n#   ^ definition\n")


@pytest.mark.parametrize(
    ("start", "is_read"),
    [
        ("RUN <<EOF", True),
        ("RUN <<'EOF'", True),
        ("RUN cat <<EOF > /x", True),
        ("RUN cat <<'EOF' > /x", False),
        ("RUN bash <<'EOF'", True),
        ("RUN <<EOF\n#!/usr/bin/env python", False),
        ("RUN <<EOF\n#!/bin/bash", True),
        ("COPY <<EOF /x", True),
        ("COPY <<'EOF' /x", False),
    ],
)
def test_the_body_of_a_heredoc_is_read_by_the_shell_or_by_buildkit(start: str, is_read: bool) -> None:
    """Not where its name is quoted, unless a shell runs it as a script."""
    text, offset = cursor(f"FROM alpine\nENV A$0=1\n{start}\necho ${{A}}\nEOF\n")
    assert len(highlights(analyse(text), offset)) == 1 + is_read


def test_powershell_has_variables_of_its_own() -> None:
    """`$NAME` is not from the environment there."""
    check_highlights('FROM a\nENV A$0=1\n#   ^^^ write\nSHELL ["pwsh", "-c"]\nRUN echo $A\nUSER $A\n#     ^ read\n')


def test_a_name_that_is_never_set_has_places_but_no_definition() -> None:
    """In its stage."""
    check_highlights("FROM a\nUSER $$0A\n#     ^^^ read\nWORKDIR $A\n#        ^ read\nFROM a\nUSER $A\n")
    check_definition("FROM a\nUSER $$0A\nENV A=1\n")


# Heredocs and files


def test_a_heredoc_is_its_name_and_its_last_line() -> None:
    """Quotes and tabs are not part of the name."""
    check_highlights("FROM a\nRUN cat <<'EO$0F' > x\n#          ^^^^^ write\n\tEOF\nEOF\n#^^ read\n")
    check_definition("FROM a\nRUN cat <<-A <<B\n#              ^ definition\n\tA\n$0B\n")


def test_references_can_leave_out_the_definitions() -> None:
    """As a client asks."""
    text, offset = cursor("FROM a\nENV A=1\nRUN A=2 echo $$0A\n")
    found = references(analyse(text), offset, include_definitions=False)
    assert [(span.start, span.of(text)) for span in found] == [(19, "A"), (29, "A")]


@pytest.mark.parametrize("fixture", ["", "$0", "FROM a\n# $0A\nENV A=1\n", "FROM a\nR$0UN x\n", "FROM a\n$0\n"])
def test_elsewhere_there_is_nothing(fixture: str) -> None:
    """In comments, in keywords and between instructions."""
    text, offset = cursor(fixture or "$0")
    snapshot = analyse(text)
    assert definition(snapshot, offset) == []
    assert highlights(snapshot, offset) == []


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("COPY requi$0rements.txt /tmp/", "requirements.txt"),
        ('ADD ["code/sco$0re.py", "/x"]', "code/score.py"),
        ("RUN pip install -r /tmp/r$0equirements.txt", "requirements.txt"),
        ("ENV AZUREML_ENTRY_SCRIPT=sco$0re.py", "code/score.py"),
        ("COPY co$0de /x", None),
        ("COPY missi$0ng /x", None),
        ("COPY requirements.txt $0/tmp", None),
    ],
)
def test_a_path_leads_to_its_file(tmp_path: Path, line: str, path: str | None) -> None:
    """A source of COPY or ADD, a requirements file, and the entry script; not a folder, not a missing file."""
    context = context_of(tmp_path, {"requirements.txt": "x\n", "code/score.py": "x = 1\n"})
    image = "mcr.microsoft.com/azureml/minimal-py312-inference"
    before = f"FROM {image}\nCOPY requirements.txt /tmp/\nCOPY code /var/azureml-app\n"
    text, offset = cursor(f"{before}{line}\n")
    found = definition(analyse(text, context=context), offset)
    assert [target.path for target in found] == ([path] if path else [])
    assert all(target.origin.touches(offset) for target in found)
