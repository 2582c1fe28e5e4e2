"""The forms of an instruction, and the parameter at the cursor."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.signature_help import Trigger, signature_help
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS
from tests.annotated import cursor


def check_signature(fixture: str, label: str, parameter: str | None, trigger: Trigger = Trigger.INVOKED) -> str:
    """The form at the cursor, and its parameter; the documentation of the parameter is returned."""
    text, offset = cursor(f"FROM scratch\n{fixture}")
    found = signature_help(analyse(text), offset, trigger)
    assert found is not None
    active = found.signatures[found.active]
    assert active.label == label
    if found.parameter is None:
        assert parameter is None
        return ""
    shown = active.parameters[found.parameter]
    assert shown.span.of(active.label) == parameter
    return shown.documentation


def check_silent(fixture: str, trigger: Trigger = Trigger.INVOKED) -> None:
    """There is no signature at the cursor."""
    text, offset = cursor(f"FROM scratch\n{fixture}")
    assert signature_help(analyse(text), offset, trigger) is None


FROM = "FROM [--platform=PLATFORM] IMAGE[:TAG][@DIGEST] [AS NAME]"
RUN = "RUN [OPTIONS] COMMAND …"
RUN_EXEC = 'RUN [OPTIONS] ["EXECUTABLE", "ARGUMENT", …]'
COPY = "COPY [OPTIONS] SOURCE … DESTINATION"
COPY_JSON = 'COPY [OPTIONS] ["SOURCE", …, "DESTINATION"]'
ENV = "ENV NAME=VALUE …"
CHECK = "# check=skip=RULE,…;error=true|false;experimental=RULE,…"
HEALTHCHECK = "HEALTHCHECK [OPTIONS] CMD COMMAND …"


# Arguments


@pytest.mark.parametrize(
    ("line", "label", "parameter"),
    [
        ("FROM $0", FROM, "IMAGE"),
        ("FROM host:80/a$0", FROM, "IMAGE"),
        ("FROM a:$0", FROM, "TAG"),
        ("FROM a:1@sha$0", FROM, "DIGEST"),
        ("FROM a AS $0", FROM, "NAME"),
        ("FROM --pl$0", FROM, "[--platform=PLATFORM]"),
        ("RUN $0", RUN, "COMMAND"),
        ("RUN a && \\\n  b $0", RUN, "COMMAND"),
        ("RUN [$0", RUN_EXEC, "EXECUTABLE"),
        ('RUN ["a,b", "$0"]', RUN_EXEC, "ARGUMENT"),
        ("CMD $0", "CMD COMMAND …", "COMMAND"),
        ("COPY $0", COPY, "SOURCE"),
        ("COPY a $0", COPY, "DESTINATION"),
        ("COPY a $0b c", COPY, "SOURCE"),
        ("COPY a b c$0", COPY, "DESTINATION"),
        ("COPY --chown=a \\\n  b $0", COPY, "DESTINATION"),
        ("COPY --$0", COPY, "[OPTIONS]"),
        ('COPY ["a$0"]', COPY_JSON, "SOURCE"),
        ('COPY ["a", "$0', COPY_JSON, "DESTINATION"),
        ('COPY ["a", "b$0", "c"]', COPY_JSON, "SOURCE"),
        ("WORKDIR $0", "WORKDIR PATH", "PATH"),
        ("USER $0", "USER NAME[:GROUP]", "NAME"),
        ("USER a:$0", "USER NAME[:GROUP]", "GROUP"),
        ("EXPOSE 80$0", "EXPOSE PORT[/PROTOCOL] …", "PORT"),
        ("EXPOSE 80/$0", "EXPOSE PORT[/PROTOCOL] …", "PROTOCOL"),
        ("HEALTHCHECK $0", HEALTHCHECK, "COMMAND"),
        ("HEALTHCHECK CMD x $0", HEALTHCHECK, "COMMAND"),
        ("HEALTHCHECK N$0", "HEALTHCHECK NONE", "NONE"),
        ('SHELL ["a", $0', 'SHELL ["EXECUTABLE", "ARGUMENT", …]', "ARGUMENT"),
        ('VOLUME ["$0', 'VOLUME ["PATH", …]', "PATH"),
        ("ONBUILD COPY a $0", COPY, "DESTINATION"),
    ],
)
def test_the_parameter_at_the_cursor_is_highlighted(line: str, label: str, parameter: str) -> None:
    """In the form that is typed, over several lines, and after ONBUILD."""
    check_signature(line, label, parameter)


def test_the_keyword_shows_the_forms_to_who_asks() -> None:
    """No parameter is highlighted yet."""
    check_signature("RU$0N x", RUN, None)
    check_silent("RU$0N x", Trigger.TYPING)


@pytest.mark.parametrize(
    ("line", "parameter"),
    [
        ("ENV $0", "NAME"),
        ("ENV A=$0", "VALUE"),
        ("ENV A=b $0", "NAME"),
        ("ENV A=1 B$0=2", "NAME"),
        ("ENV A=1 B=2$0 C=3", "VALUE"),
        ('ENV A="b c$0"', "VALUE"),
        ('ENV A="b $0', "VALUE"),
        ("ENV A='b' $0", "NAME"),
        ("ENV A $0", "VALUE"),
        ("ENV A=1 \\\n  B=$0", "VALUE"),
    ],
)
def test_pairs_have_a_name_and_a_value(line: str, parameter: str) -> None:
    """A value in quotes may have spaces."""
    check_signature(line, ENV, parameter)
    check_signature(line.replace("ENV", "LABEL"), "LABEL NAME=VALUE …", parameter)


def test_an_arg_may_have_a_default() -> None:
    """Its value is called so."""
    check_signature("ARG A$0", "ARG NAME[=DEFAULT] …", "NAME")
    check_signature("ARG A=$0", "ARG NAME[=DEFAULT] …", "DEFAULT")


# Flags


@pytest.mark.parametrize(
    ("line", "label", "parameter"),
    [
        ("COPY --chown=$0", "--chown=USER[:GROUP]", "USER"),
        ("COPY --chown=a:$0", "--chown=USER[:GROUP]", "GROUP"),
        ("COPY --link=$0", "--link=true|false", "true|false"),
        ("FROM --platform=linux/$0", "--platform=OS/ARCHITECTURE[/VARIANT]", "ARCHITECTURE"),
        ("HEALTHCHECK --interval=$0", "--interval=DURATION", "DURATION"),
        ("ADD --checksum=sha256:$0", "--checksum=ALGORITHM:HASH", "HASH"),
    ],
)
def test_a_flag_has_a_signature_of_its_own(line: str, label: str, parameter: str) -> None:
    """While its value is typed."""
    check_signature(line, label, parameter)


@pytest.mark.parametrize(
    ("value", "parameter"),
    [
        ("type=tmpfs$0", "type=tmpfs"),
        ("type=tmpfs,$0", "target=PATH"),
        ("type=tmpfs,ds$0", None),
        ("type=tmpfs,si$0", "size=SIZE"),
        ("type=tmpfs,dst=/x,$0", "size=SIZE"),
        ("type=tmpfs,size=1,dst=$0", "target=PATH"),
        ("type=tmpfs,id=$0", None),
    ],
)
def test_a_mount_shows_the_keys_of_its_type(value: str, parameter: str | None) -> None:
    """The key at the cursor, or the next one that is missing; a key that does not fit is none of them."""
    check_signature(f"RUN --mount={value}", "--mount=type=tmpfs,target=PATH[,size=SIZE]", parameter)


def test_the_types_of_mounts_are_listed_while_one_is_typed() -> None:
    """Each with what it does."""
    said = check_signature(
        "RUN --mount=type=$0", "--mount=type=bind|cache|tmpfs|secret|ssh", "bind|cache|tmpfs|secret|ssh"
    )
    assert "- `cache`: Keeps the folder" in said


def test_the_options_are_listed_at_the_first_dashes() -> None:
    """With what each does."""
    assert "- `--chown`: Owner of what is copied" in check_signature("COPY --$0", COPY, "[OPTIONS]")


# Parser directives


@pytest.mark.parametrize(
    ("text", "label", "parameter"),
    [
        ("# syntax=$0\n", "# syntax=IMAGE[:TAG][@DIGEST]", "IMAGE[:TAG][@DIGEST]"),
        ("#escape=$0\nFROM a\n", "# escape=\\|`", "\\|`"),
        ("# esc$0ape=`\nFROM a\n", "# escape=\\|`", None),
        ("# check=$0\n", CHECK, "skip=RULE,…"),
        ("# check=skip=all;er$0\n", CHECK, "error=true|false"),
        ("# check=skip=all;error=$0\n", CHECK, "error=true|false"),
        ("# check=none=$0\n", CHECK, None),
    ],
)
def test_a_directive_shows_its_value(text: str, label: str, parameter: str | None) -> None:
    """Also before it has one; the options of a check are parameters."""
    text, offset = cursor(text)
    found = signature_help(analyse(text), offset, Trigger.TYPING)
    assert found is not None
    (signature,) = found.signatures
    assert signature.label == label
    shown = signature.parameters[found.parameter].span.of(label) if found.parameter is not None else None
    assert shown == parameter


# Where there is none


@pytest.mark.parametrize(
    "fixture",
    [
        "$0",
        "RU$0",
        "# RUN $0",
        "# escape=$0",
        "FOO $0",
        "RUN <<EOF\nCOPY $0\nEOF\n",
        "RUN a \\\n# COPY $0\n  b",
        "ONBUILD FOO $0",
    ],
)
def test_outside_of_arguments_there_is_no_signature(fixture: str) -> None:
    """Keywords, comments, unknown instructions and heredocs."""
    check_silent(fixture)


@pytest.mark.parametrize(
    "line",
    ["RUN apt-get $0", "RUN a$0", "CMD a $0", "HEALTHCHECK CMD a $0", "WORKDIR $0", "STOPSIGNAL $0", "ONBUILD $0"],
)
def test_while_typing_it_does_not_get_in_the_way(line: str) -> None:
    """Of a command, and of an instruction whose only parameter is obvious. Who asks for it gets it."""
    check_silent(line, Trigger.TYPING)
    text, offset = cursor(f"FROM scratch\n{line}x")
    assert signature_help(analyse(text), offset) is not None


@pytest.mark.parametrize(
    ("line", "label", "parameter"),
    [
        ("RUN $0", RUN, "COMMAND"),
        ("RUN --mount=type=tmpfs,$0", "--mount=type=tmpfs,target=PATH[,size=SIZE]", "target=PATH"),
        ('RUN ["a", $0', RUN_EXEC, "ARGUMENT"),
        ("COPY a $0", COPY, "DESTINATION"),
        ("ENV A=$0", ENV, "VALUE"),
    ],
)
def test_while_typing_it_helps_with_parameters(line: str, label: str, parameter: str) -> None:
    """Flags, the exec form, paths and pairs."""
    check_signature(line, label, parameter, Trigger.TYPING)


# The table


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_every_word_of_every_form_is_explained(name: str) -> None:
    """Each parameter has a place in the form and a documentation."""
    text = f"FROM scratch\n{name} x"
    found = signature_help(analyse(text), len(text))
    assert found is not None
    assert [signature.label for signature in found.signatures] == list(INSTRUCTIONS[name].forms)
    for signature in found.signatures:
        assert "docs.docker.com/reference/dockerfile/#" in signature.documentation
        assert signature.parameters
        for parameter in signature.parameters:
            assert parameter.span.of(signature.label)
            assert parameter.documentation


def test_a_signature_at_every_place_of_a_file() -> None:
    """No place raises, and each parameter is one of the form."""
    text = (
        "# escape=\\\nFROM --platform=linux/amd64 a:1@b AS c\nRUN --mount=type=x,y,\\\n ro <<E\nx\nE\n"
        'COPY ["a", \nENV a=\'b\\\n c\n'
        'ONBUILD\nONBUILD RUN ["\n\nHEALTHCHECK --interval= CMD ["a"]\nEXPOSE 1/2/3\nUSER :\nLABEL =\nVOLUME\t[\n'
    )
    snapshot = analyse(text)
    for offset in range(len(text) + 1):
        found = signature_help(snapshot, offset)
        if found is not None and found.parameter is not None:
            assert found.parameter < len(found.signatures[found.active].parameters)
