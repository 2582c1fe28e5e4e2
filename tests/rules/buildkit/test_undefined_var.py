"""UndefinedVar: an instruction uses a variable that nothing sets."""

from __future__ import annotations

from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.responses import Configuration
from tests.annotated import check_fix, check_rule

RULE = "UndefinedVar"


def test_variables_of_a_known_base() -> None:
    """Nothing sets the variable before the instruction that uses it; each word has one finding for a name."""
    check_rule(
        RULE,
        """
        FROM ubuntu:24.04
        ENV A=$A B=$PATH
        #     ^^ UndefinedVar Usage of undefined variable '$A'
        ENV C=$A D=$B ROOT=/a
        LABEL x=$NONE$NONE y=$NONE
        #       ^^^^^ UndefinedVar
        #                    ^^^^^ UndefinedVar
        COPY --chown=$OWNER a $ROOTS/b
        #            ^^^^^^ UndefinedVar
        #                     ^^^^^^ UndefinedVar (did you mean $ROOT?)
        WORKDIR ${NO:-/app}
        #       ^^^^^^^^^^^ UndefinedVar
        USER $UID
        #    ^^^^ UndefinedVar
        """,
    )


def test_instructions_that_are_not_expanded() -> None:
    """BuildKit expands neither commands nor ports, and not in single quotes."""
    check_rule(
        RULE,
        """
        FROM scratch
        RUN echo $A
        CMD ["echo", "$A"]
        HEALTHCHECK CMD echo $A
        ONBUILD ENV X=$A
        ENV Y='$A' Z=\\$A
        """,
    )


def test_the_mounts_of_run() -> None:
    """BuildKit expands the fields of a mount."""
    check_rule(
        RULE,
        """
        FROM scratch
        RUN --mount=type=cache,target=$CACHE/pip echo $A
        #                             ^^^^^^ UndefinedVar
        """,
    )


def test_args() -> None:
    """An ARG without a value is known, and a pair of ARG sees the pairs before it."""
    check_rule(
        RULE,
        """
        ARG GLOBAL=1
        FROM scratch
        ARG A
        ARG B=$A C=$B D=$GLOBAL
        #               ^^^^^^^ UndefinedVar
        ENV E=$A F=$C
        """,
    )


def test_an_unknown_base_image() -> None:
    """The base image may set a variable, unless its name is a misspelt one of the file or no name at all."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        ENV MODEL_ROOT=/models
        ENV A=$PYTHON_VERSION B=$ROOT
        ENV C=$MODEL_ROT/a D=$@
        #     ^^^^^^^^^^ UndefinedVar Usage of undefined variable '$MODEL_ROT' (did you mean $MODEL_ROOT?)
        #                    ^^ UndefinedVar
        """,
    )


def test_a_base_image_of_the_registry() -> None:
    """The registry answers with the variables of an image."""
    image = "mcr.microsoft.com/azureml/minimal-py312-inference"
    configuration = Configuration("sha256:" + "0" * 64, "", {"LANG": "C.UTF-8"}, "/", (), {}, None)
    images = ImageIndex(configurations={f"{image}:latest": configuration})

    check_rule(
        RULE,
        f"""
        FROM {image}:latest
        ENV A=$LANG B=$PATH C=$LANGUAGE
        #                     ^^^^^^^^^ UndefinedVar
        """,
        images=images,
    )


def test_the_body_of_a_heredoc() -> None:
    """The delimiter is marked, because quotes around it keep the body as it is."""
    before = """
        FROM scratch
        COPY <<EOF /run.sh
        #    ^^^^^ UndefinedVar '$@'
        exec "$@"
        EOF
        """

    check_rule(RULE, before)
    check_fix(RULE, before, "FROM scratch\nCOPY <<'EOF' /run.sh\nexec \"$@\"\nEOF\n")


def test_the_fix() -> None:
    """The fix takes the name that the file sets."""
    check_fix(RULE, "FROM alpine\nENV ROOT=/a\nENV B=${ROT}/b\n", "FROM alpine\nENV ROOT=/a\nENV B=${ROOT}/b\n")
