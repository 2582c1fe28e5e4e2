"""What each word of a Dockerfile is: the tokens that an editor colours."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.semantic_tokens.document import semantic_tokens
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex
from tests.annotated import crlf, dockerfile, marked
from tests.features.tokens import ReadToken, read_tokens


def tokens(text: str) -> list[ReadToken]:
    """The tokens of a text."""
    index = LineIndex(text, "utf-16")
    return read_tokens(semantic_tokens(analyse(text), index), index)


def check_tokens(fixture: str) -> None:
    """Each mark is below a token of that type, perhaps with a modifier; `nothing` is below a text without tokens."""
    text, marks = marked(fixture)
    found = tokens(text)
    assert marks
    for mark in marks:
        touching = [token for token in found if token.span.start < mark.span.end and mark.span.start < token.span.end]
        if mark.name == "nothing":
            assert touching == [], mark.span.of(text)
        else:
            expected = ReadToken(mark.span, mark.name, tuple(mark.message.split()))
            assert touching == [expected], (mark.span.of(text), [(one.span.of(text), one) for one in touching])


def check_line(line: str, *expected: str, before: str = "FROM a AS b\n") -> None:
    """The tokens of one line, each as its text and its type, after other lines."""
    text = before + line
    found = [token for token in tokens(text) if token.span.start >= len(before)]
    assert [f"{token.span.of(text)} {token.type}" for token in found] == list(expected)


# The language


def test_an_image_has_its_parts() -> None:
    """Registry and repository, tag, digest and variables; the stage is declared."""
    check_tokens(
        """
        ARG TAG=22.04
        #^^ keyword
        #   ^^^ variable declaration
        #      ^ operator
        #       ^^^^^ number
        FROM --platform=linux/amd64 mcr.microsoft.com/azureml/x:latest@sha256:00 AS build
        #    ^^^^^^^^^^ parameter
        #               ^^^^^^^^^^^ string
        #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ namespace
        #                                                       ^^^^^^ enumMember
        #                                                              ^^^^^^^^^ number
        #                                                                        ^^ keyword
        #                                                                           ^^^^^ class declaration
        FROM ubuntu:${TAG:-20.04}
        #    ^^^^^^ namespace
        #           ^^^^^ variable
        #                ^^ operator
        #                       ^ variable
        """
    )


def test_a_stage_is_a_stage_wherever_it_is_named() -> None:
    """In FROM, `COPY --from` and a mount. FROM compares the text as it is; a later stage is an image there."""
    check_tokens(
        """
        FROM ubuntu AS build
        FROM build AS Second
        #    ^^^^^ class
        COPY --from=BUILD /a /b
        #           ^^^^^ class
        COPY --from=last /a /b
        #           ^^^^ namespace
        RUN --mount=type=bind,from=build,target=/x ls
        #           ^^^^ property
        #                ^^^^ enumMember
        #                     ^^^^ property
        #                         ^ operator
        #                          ^^^^^ class
        #                                       ^^ string
        ONBUILD COPY --from=build /a /b
        #       ^^^^ keyword
        #                   ^^^^^ class
        FROM Build AS last
        #    ^^^^^ namespace
        """
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("EXPOSE 80-90/tcp $P", "80 number|- operator|90 number|/ operator|tcp enumMember|$P variable"),
        ("USER 1000:me", "1000 number|me string"),
        ("STOPSIGNAL SIGTERM", "SIGTERM enumMember"),
        ("WORKDIR /a b", "/a b string"),
        ("VOLUME /a /b", "/a string|/b string"),
        ('VOLUME ["/a", "/b"]', '"/a" string|"/b" string'),
        ("LABEL a.b=c d='e f'", "a.b property|= operator|c string|d property|= operator|'e f' string"),
        ("MAINTAINER me", "me string"),
        ('SHELL ["bash", "-c"]', '"bash" string|"-c" string'),
        ('CMD ["a", "$B"]', '"a" string|"$B" string'),
        ("HEALTHCHECK NONE", "NONE keyword"),
        ("ENV a b c", "a variable|b c string"),
        ("ENV A=-1 B=x$C", "A variable|= operator|-1 number|B variable|= operator|x string|$C variable"),
        ("COPY --chown=1:me --chmod=755 --link a b",
         "--chown parameter|= operator|1 number|me string|--chmod parameter|= operator|755 number|--link parameter"
         "|a string|b string"),
    ],
)  # fmt: skip
def test_arguments_are_what_the_instruction_takes(line: str, expected: str) -> None:
    """Numbers, words of a fixed list, names and text."""
    check_line(line, f"{line.split()[0]} keyword", *expected.split("|"))


def test_only_instructions_are_keywords() -> None:
    """A frontend that is not Docker's may have more."""
    check_line("RUM ls")
    check_line("RUM ls", "RUM keyword", before="# syntax=example.com/mine\nFROM a\n")
    check_line("run ls", "run keyword", "ls function")


def test_directives_and_comments_are_told_apart() -> None:
    """A directive has a name and a value; below the first instruction there is none."""
    check_tokens(
        """
        # syntax=docker/dockerfile:1
        # ^^^^^^ macro
        #       ^ operator
        #        ^^^^^^^^^^^^^^^^^^^ string
        # escape=`
        # ^^^^^^ macro
        FROM a
        # escape=`
        """
    )
    check_line("# escape=`", "# escape=` comment")


def test_comments_between_lines_are_comments() -> None:
    """In every instruction; the escape character at the end of a line continues it."""
    check_tokens(
        """
        FROM ubuntu
        ENV \\
        #   ^ operator
        # common:
          ENV1=something \\
        # ^^^^ variable declaration
        #     ^ operator
        #      ^^^^^^^^^ string
          # ENV2 \\
          ENV2=999
        # ^^^^ variable declaration
        """
    )
    check_line("ENV A=b \\\n# c: \\\n  D=1", *"ENV keyword|A variable|= operator|b string".split("|"), "\\ operator",
               "# c: \\ comment", "D variable", "= operator", "1 number")  # fmt: skip
    check_line("RUN a `\n  # b\n  -c", "RUN keyword", "a function", "` operator", "# b comment", "-c parameter",
               before="# escape=`\nFROM x\n")  # fmt: skip


# The shell


def test_commands_and_options() -> None:
    """Also after `sudo` and other programs that start one; the words between have no colour of their own."""
    check_tokens(
        """
        FROM a
        RUN set -eux; A=1 apt-get install -y --opt=x curl && sudo -u bob pip install 'a>=1' > /x 2>&1 || exit 1
        #   ^^^ function
        #       ^^^^ parameter
        #           ^ operator
        #             ^ variable declaration
        #              ^ operator
        #                 ^^^^^^^ function
        #                         ^^^^^^^ nothing
        #                                 ^^ parameter
        #                                    ^^^^^ parameter
        #                                         ^ operator
        #                                            ^^^^ nothing
        #                                                 ^^ operator
        #                                                    ^^^^ function
        #                                                            ^^^ nothing
        #                                                                ^^^ function
        #                                                                            ^^^^^^ string
        #                                                                                   ^ operator
        #                                                                                                ^^^^ function
        """
    )


def test_strings_have_variables_and_commands_in_them() -> None:
    """Not in single quotes. What is around the parts of a substitution has no colour."""
    check_tokens(
        r"""
        FROM a
        RUN echo "a $A ${B:-c} $(ls -l "$D") `pwd`" '$E' \$F $1
        #        ^^^ string
        #           ^^ variable
        #              ^^^ variable
        #                 ^^ operator
        #                    ^ variable
        #                      ^^ operator
        #                        ^^ function
        #                           ^^ parameter
        #                               ^^ variable
        #                                     ^^^ function
        #                                           ^^^^ string
        #                                                ^^^ nothing
        #                                                    ^^ variable
        """
    )


def test_the_language_of_the_shell_has_keywords() -> None:
    """Conditions, loops and cases; a pattern of a case is not a command."""
    check_tokens(
        """
        FROM a
        RUN if [ -f /x ]; then ls; fi; for i in a b; do echo; done; case "$x" in a|if) ls;; *) pwd;; esac; ls
        #   ^^ keyword
        #      ^ function
        #                 ^^^^ keyword
        #                      ^^ function
        #                          ^^ keyword
        #                              ^^^ keyword
        #                                  ^ variable
        #                                    ^^ keyword
        #                                       ^^^ nothing
        #                                            ^^ keyword
        #                                               ^^^^ function
        #                                                     ^^^^ keyword
        #                                                           ^^^^ keyword
        #                                                                     ^^ keyword
        #                                                                        ^ nothing
        #                                                                         ^ operator
        #                                                                          ^^ nothing
        #                                                                              ^^ function
        #                                                                                      ^^^ function
        #                                                                                            ^^^^ keyword
        #                                                                                                  ^^ function
        """
    )


def test_the_body_of_a_heredoc_is_shell_text() -> None:
    """Where a shell reads it; a comment in it may have a quote."""
    check_tokens(
        """
        FROM a
        RUN <<EOF
        #   ^^ operator
        #     ^^^ macro
          echo $A
        # ^^^^ function
        #      ^^ variable
          cat <<X > /y
        #     ^^ operator
        #       ^ macro
        not a command
        #^^^^^^^^^^^^ string
        X
        # don't
          ls -l
        # ^^ function
        #    ^^ parameter
        EOF
        #^^ macro
        RUN ls
        #   ^^ function
        """
    )


def test_the_body_of_another_heredoc_is_text() -> None:
    """Of COPY, and of a program that is not a shell. Variables are replaced in it unless the name is quoted."""
    check_tokens(
        """
        FROM a
        COPY <<-A <<"B" /x/
        #    ^^^ operator
        #       ^ macro
        #           ^^^ macro
        RUN $x
        #   ^^ variable
        A
        RUN $x
        #^^^^^ string
        B
        RUN python3 - <<E
        print("$A")
        #      ^^ variable
        E
        RUN <<E
        #!/usr/bin/env python3
        print("A")
        #^^^^^^^^^ string
        E
        """
    )


@pytest.mark.parametrize(
    "before",
    ['FROM a\nSHELL ["powershell", "-c"]\n', 'FROM a AS b\nSHELL ["cmd", "/S"]\nFROM b\n', "FROM x/windows/y\n"],
)
def test_another_shell_is_left_alone(before: str) -> None:
    """PowerShell and cmd, by SHELL, also of a stage below, and on an image of Windows; flags and comments are not."""
    check_line("RUN --network=none Get-Item $x # a", "RUN keyword", "--network parameter", "= operator",
               "none enumMember", before=before)  # fmt: skip
    check_line("RUN <<EOF\nGet-Item\nEOF", "RUN keyword", "<< operator", "EOF macro", "EOF macro", before=before)
    check_line("COPY a b", "COPY keyword", "a string", "b string", before=before)


def test_a_posix_shell_comes_back() -> None:
    """With the next SHELL."""
    check_line(
        "RUN ls", "RUN keyword", "ls function", before='FROM a\nSHELL ["cmd"]\nRUN x\nSHELL ["/bin/bash", "-c"]\n'
    )


# Lines and columns


def test_a_string_on_several_lines_is_a_token_on_each() -> None:
    """Without the indentation, and with the same outcome for other line ends."""
    fixture = "FROM a\nRUN echo 'a \\\n  b' 😀 $C\n"
    for text in (dockerfile(fixture), crlf(fixture)):
        found = [(token.span.of(text), token.type) for token in tokens(text)][3:]
        assert found == [
            ("echo", "function"),
            ("'a ", "string"),
            ("\\", "operator"),
            ("b'", "string"),
            ("$C", "variable"),
        ]


def test_a_byte_order_mark_moves_the_first_line() -> None:
    """By its length in the client's unit."""
    for encoding, column in (("utf-8", 3), ("utf-16", 1)):
        text = "\ufeffFROM a\nRUN b"
        numbers = semantic_tokens(analyse(text), LineIndex(text, encoding))  # type: ignore[arg-type]
        assert numbers[:3] == [0, column, 4]
        assert numbers[10:13] == [1, 0, 3]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "#", "FROM", "RUN", "RUN <<", "COPY --from", "ENV =", "RUN case"])
def test_a_text_that_is_being_typed_has_tokens(text: str) -> None:
    """Whatever is missing."""
    tokens(text)
