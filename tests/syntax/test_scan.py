"""The split of a text into directives, comments, blank lines and the logical lines of instructions."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.nodes import Instruction, SegmentKind, Tree
from azureml_dockerfile_ls.syntax.tree import parse

BLANK, COMMENT, DIRECTIVE, INSTRUCTION = (
    SegmentKind.BLANK,
    SegmentKind.COMMENT,
    SegmentKind.DIRECTIVE,
    SegmentKind.INSTRUCTION,
)


def kinds(tree: Tree) -> list[SegmentKind]:
    """The kinds of the segments."""
    return [segment.kind for segment in tree.segments]


def texts(tree: Tree) -> list[str]:
    """The text of each instruction."""
    return [instruction.text for instruction in tree.instructions]


def messages(tree: Tree) -> list[str]:
    """BuildKit's messages about the file and its instructions."""
    own = [problem.message for problem in tree.problems]
    return own + [problem.message for instruction in tree.instructions for problem in instruction.problems]


def only(text: str) -> Instruction:
    """The one instruction of a text."""
    (instruction,) = parse(text).instructions
    return instruction


def command(text: str) -> str:
    """The text that the shell gets from the one RUN of a text."""
    (word,) = only(text).words
    return word.value


def bodies(instruction: Instruction) -> list[str]:
    """The bodies of the heredocs of an instruction."""
    return [heredoc.body_span.of(instruction.text) for heredoc in instruction.heredocs]


# Directives


def test_directives_have_names_and_values_with_spans() -> None:
    """`# name = value` at the top is a directive; case and white space around the name do not matter."""
    text = "#syntax=docker/dockerfile:1\n#  ESCAPE  =  `  \n# check=skip=all;error=true\nFROM a\n"
    tree = parse(text)

    assert [(directive.name, directive.value) for directive in tree.directives] == [
        ("syntax", "docker/dockerfile:1"),
        ("escape", "`"),
        ("check", "skip=all;error=true"),
    ]
    assert [directive.name_span.of(text) for directive in tree.directives] == ["syntax", "ESCAPE", "check"]
    assert [directive.value_span.of(text) for directive in tree.directives] == [
        "docker/dockerfile:1",
        "`",
        "skip=all;error=true",
    ]
    assert tree.directives[1].span.of(text) == "#  ESCAPE  =  `"
    assert kinds(tree) == [DIRECTIVE] * 3 + [INSTRUCTION]
    assert tree.escape == "`"


@pytest.mark.parametrize(
    "before",
    [
        "# a comment\n",
        "#\n",
        "\n",
        "FROM a\n",
        "# unknown=directive\n",
        "#!/usr/bin/env docker\n",
        "# escape\n",
        "# escape=\n",
    ],
)
def test_only_directives_may_precede_a_directive(before: str) -> None:
    """After a comment, a blank line, an instruction or an unknown directive, a directive is a comment."""
    tree = parse(f"{before}# escape=`\nFROM a\n")

    assert tree.directives == ()
    assert tree.escape == "\\"
    assert kinds(tree)[1] is COMMENT


def test_a_repeated_directive_is_refused() -> None:
    """The second directive with a name is an error at that directive."""
    text = "# syntax=a\n# syntax=b\nFROM a\n"
    tree = parse(text)

    assert [(problem.message, problem.span.of(text)) for problem in tree.problems] == [
        ("only one syntax parser directive can be used", "# syntax=b")
    ]
    assert [directive.value for directive in tree.directives] == ["a"]


@pytest.mark.parametrize(("line", "value"), [("# escape=x", "x"), ("# escape=\\\\", "\\\\"), ("# escape=   ", " ")])
def test_another_escape_is_refused(line: str, value: str) -> None:
    """Only a backslash and a backtick can escape; with anything else the backslash still does."""
    text = f"{line}\nFROM a\\\n:1\n"
    tree = parse(text)

    assert [(problem.message, problem.span.of(text)) for problem in tree.problems] == [
        (f"invalid escape token '{value}' does not match ` or \\", value)
    ]
    assert texts(tree) == ["FROM a\\\n:1"]


@pytest.mark.parametrize(
    "options", ["skip=all", "skip=A,B;error=true", "error=0", "experimental=all;skip=A;error=T", "skip=A // b=c"]
)
def test_check_takes_skip_error_and_experimental(options: str) -> None:
    """`check` takes three options, and a reason after a space."""
    assert parse(f"# check={options}\nFROM a\n").problems == ()


@pytest.mark.parametrize(
    ("options", "message", "marked"),
    [
        ("skip", 'failed to parse check options: invalid check option "skip"', "skip"),
        ("ignore=A", 'failed to parse check options: invalid check option "ignore"', "ignore=A"),
        (
            "skip=A;error=maybe",
            'failed to parse check options: failed to parse check option "error=maybe": '
            'strconv.ParseBool: parsing "maybe": invalid syntax',
            "error=maybe",
        ),
    ],
)
def test_other_options_of_check_are_refused(options: str, message: str, marked: str) -> None:
    """An unknown option, or one without a value, is an error at that option."""
    text = f"# check={options}\nFROM a\n"

    assert [(problem.message, problem.span.of(text)) for problem in parse(text).problems] == [(message, marked)]


def test_a_byte_order_mark_precedes_the_first_line() -> None:
    """A byte order mark is not part of the first directive or instruction."""
    tree = parse("\ufeff# escape=`\nFROM a`\n:1\n")

    assert kinds(tree) == [BLANK, DIRECTIVE, INSTRUCTION]
    assert tree.directives[0].name_span.of(tree.text) == "escape"
    assert texts(parse("\ufeffFROM a\n")) == ["FROM a"]


# Lines


def test_every_line_is_a_segment() -> None:
    """Blank lines, comments and instructions are segments, with any white space before their first character."""
    tree = parse("\n# c\n \t# c\n \v\f\nFROM a\n\u2003RUN b\n")

    assert kinds(tree) == [BLANK, COMMENT, COMMENT, BLANK, INSTRUCTION, INSTRUCTION]
    assert [instruction.name for instruction in tree.instructions] == ["FROM", "RUN"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", ""])
def test_any_line_end_is_accepted(end: str) -> None:
    """With LF, CRLF and no line end at all, the line's text is the same."""
    assert texts(parse(f"FROM a{end}")) == ["FROM a"]


def test_a_carriage_return_alone_does_not_end_a_line() -> None:
    """For BuildKit only a line feed ends a line; a carriage return inside is white space between words."""
    instruction = only("FROM a\rAS\rb\n")

    assert [word.value for word in instruction.words] == ["a", "AS", "b"]


def test_a_text_without_instructions_is_refused() -> None:
    """An empty text, and one with nothing but comments and blank lines, cannot be built."""
    assert messages(parse("")) == ["the Dockerfile cannot be empty"]
    assert messages(parse("\n# c\n")) == ["file with no instructions"]


# Continuations


@pytest.mark.parametrize("end", ["\\\n", "\\ \t\n", "\\\r\n", "\\ \r\n"])
def test_an_escape_at_the_end_continues_the_line(end: str) -> None:
    """Blanks may follow the escape character; the next line is joined as it is, with its indentation."""
    assert command(f"RUN a {end}  b\n") == "a   b"


def test_a_no_break_space_after_the_escape_undoes_it() -> None:
    """Only spaces and tabs may follow; a no-break space, which looks the same, makes the next line an instruction."""
    assert texts(parse("RUN a \\\u00a0\n  b\n")) == ["RUN a \\\u00a0", "  b"]


def test_a_doubled_escape_does_not_continue_the_line() -> None:
    """`\\\\` at the end of a line is an escaped escape character."""
    assert texts(parse("RUN a \\\\\nRUN b\n")) == ["RUN a \\\\", "RUN b"]


def test_the_backtick_can_be_the_escape() -> None:
    """With `# escape=` and a backtick, a backslash at the end of a line is text."""
    tree = parse("# escape=`\nRUN dir c:\\\nRUN a `\n  b\n")

    assert [instruction.words[0].value for instruction in tree.instructions] == ["dir c:\\", "a   b"]


def test_comments_and_blank_lines_may_be_inside_an_instruction() -> None:
    """They are not part of it and do not end it, even where a comment ends with the escape character."""
    text = "RUN a \\\n# one\n\n  # two \\\n\t\n b\nRUN c\n"
    first, second = parse(text).instructions

    assert first.words[0].value == "a  b"
    assert [span.of(first.text) for span in first.comments] == ["# one", "# two \\"]
    assert [span.of(first.text) for span in first.empty_continuations] == ["\n", "\t\n"]
    assert second.text == "RUN c"


@pytest.mark.parametrize("rest", ["", "\n", "\n\n", "\n# c", "\n\n# c\n\n"])
def test_a_continued_line_may_be_the_last(rest: str) -> None:
    """While the next line is not typed yet, the instruction is the text so far."""
    instruction = only(f"RUN a \\{rest}")

    assert instruction.words[0].value == "a"
    assert instruction.words[0].span.of(instruction.text) == "a"


def test_a_word_may_continue_in_the_next_line() -> None:
    """A span across lines covers all of them; the value excludes the escape, the line end and comments."""
    instruction = only("FROM ub\\\n# c\nuntu:2\\\n2.04\n")

    assert instruction.words[0].value == "ubuntu:22.04"
    assert instruction.words[0].span.of(instruction.text) == "ub\\\n# c\nuntu:2\\\n2.04"
    assert instruction.image is not None
    assert instruction.image.tag_span is not None
    assert instruction.image.tag_span.of(instruction.text) == "2\\\n2.04"


def test_an_instruction_may_begin_with_a_continuation() -> None:
    """A line with only the escape character begins the instruction that follows."""
    instruction = only("\\\n  \\\nFROM a\n")

    assert instruction.name == "FROM"
    assert instruction.keyword.span.of(instruction.text) == "FROM"


# Heredocs


def test_a_heredoc_is_part_of_its_instruction() -> None:
    """The lines up to the one that repeats the delimiter are not instructions."""
    run, copy = parse("RUN <<EOF\nFROM b\n# not a comment\n\n\\\nEOF\nCOPY a b\n").instructions
    (heredoc,) = run.heredocs

    assert heredoc.span.of(run.text) == "<<EOF"
    assert heredoc.name_span.of(run.text) == heredoc.name == "EOF"
    assert bodies(run) == ["FROM b\n# not a comment\n\n\\\n"]
    assert heredoc.terminator_span is not None
    assert heredoc.terminator_span.of(run.text) == "EOF"
    assert run.text[: run.head_end] == "RUN <<EOF\n"
    assert copy.name == "COPY"


@pytest.mark.parametrize(
    "line",
    [
        "RUN <<EOF",
        "run cat <<EOF > /x",
        "RUN --mount=type=cache,target=/x --network=none <<EOF",
        "RUN python3 - <<EOF && echo done",
        "RUN cat \\\n  <<EOF",
        "RUN 3<<EOF",
        "RUN [ -f a ] <<EOF",
        "COPY <<EOF /x",
        "COPY --chown=a:b <<EOF /x",
        "ADD <<EOF /x",
        "ONBUILD RUN <<EOF",
        "onbuild copy --link <<EOF /x",
        "RUN echo ${A:-b} <<EOF",
    ],
)
def test_run_copy_and_add_have_heredocs(line: str) -> None:
    """Heredocs are found in any case, with flags, across lines, and after ONBUILD."""
    instruction = only(f"{line}\nbody\nEOF\n")

    assert bodies(instruction) == ["body\n"]
    assert not instruction.problems


@pytest.mark.parametrize(
    "line",
    [
        "CMD cat <<EOF",
        "ENV A=<<EOF",
        "LABEL a=<<EOF",
        'RUN ["cat", "<<EOF"]',
        'COPY ["<<EOF", "/x"]',
        "RUN cat<<EOF",
        'RUN echo "<<EOF"',
        "RUN echo '<<EOF'",
        "RUN echo \\<<EOF",
        "RUN a <<<EOF",
        "RUN a <<",
        "RUN a <<''",
        "ONBUILD CMD <<EOF",
        "COPY\u2003<<EOF /x",
    ],
)
def test_other_texts_have_no_heredocs(line: str) -> None:
    """Other instructions, exec form, quotes, words that only contain `<<`, and `<<` without a delimiter have none."""
    tree = parse(f"{line}\nRUN b\nEOF\n")

    assert tree.instructions[0].heredocs == ()
    assert texts(tree) == [line, "RUN b", "EOF"]


@pytest.mark.parametrize(
    "line", ["RUN cat <<EOF it's", 'RUN cat <<EOF "', "RUN cat <<EOF ${A", "RUN cat <<EOF ${A^^}", "RUN cat <<EOF ${}"]
)
def test_a_line_that_buildkit_cannot_read_has_no_heredocs(line: str) -> None:
    """BuildKit finds heredocs with its own lexer; where that fails, as at an open quote, it finds none."""
    assert texts(parse(f"{line}\nRUN b\nEOF\n")) == [line, "RUN b", "EOF"]


def test_several_heredocs_follow_each_other() -> None:
    """The body of the second begins after the end of the first."""
    instruction = only("COPY <<A <<B /x\n1\nB\nA\n2\nB\n")

    assert [heredoc.name for heredoc in instruction.heredocs] == ["A", "B"]
    assert bodies(instruction) == ["1\nB\n", "2\n"]


def test_with_a_dash_the_terminator_may_follow_tabs() -> None:
    """`<<-` lets the terminator be indented with tabs, not with spaces."""
    instruction = only("RUN <<-EOF\n\tbody\n  EOF\n\t\tEOF\n")

    assert instruction.heredocs[0].strips_tabs
    assert bodies(instruction) == ["\tbody\n  EOF\n"]


@pytest.mark.parametrize(
    ("delimiter", "name", "expands"),
    [
        ("EOF", "EOF", True),
        ("'EOF'", "EOF", False),
        ('"EOF"', "EOF", False),
        ('E"O"F', "EOF", False),
        ('"E F"', "E F", False),
        ("\\EOF", "EOF", True),
        ("E\\'F", "E'F", True),
        ("$A", "$A", True),
        ("EOF)", "EOF)", True),
    ],
)
def test_a_quoted_delimiter_keeps_the_body_as_it_is(delimiter: str, name: str, expands: bool) -> None:
    """Quotes in the delimiter are not part of its name and switch variables off; a backslash does not."""
    instruction = only(f"COPY <<{delimiter} /x\n$X\n{name}\n")
    (heredoc,) = instruction.heredocs

    assert (heredoc.name, heredoc.expands) == (name, expands)
    assert heredoc.name_span.of(instruction.text) == delimiter
    assert [variable.name for variable in instruction.variables if variable.span.start > instruction.head_end - 1] == (
        ["X"] if expands else []
    )


def test_a_carriage_return_is_not_part_of_the_terminator() -> None:
    """Heredocs end in a file with CRLF too."""
    tree = parse("RUN <<EOF\r\nbody\r\nEOF\r\nRUN b\r\n")

    assert bodies(tree.instructions[0]) == ["body\r\n"]
    assert texts(tree)[1] == "RUN b"


@pytest.mark.parametrize("closing", [" EOF", "EOF ", "eof", "EOF2"])
def test_only_the_delimiter_closes(closing: str) -> None:
    """A line with more than the delimiter is part of the body."""
    assert bodies(only(f"RUN <<EOF\n{closing}\nEOF\n")) == [f"{closing}\n"]


def test_the_instructions_after_an_open_heredoc_are_parsed() -> None:
    """Without a terminator BuildKit refuses the file; the instructions after the body are still found."""
    tree = parse("FROM a\nRUN cat <<EOF <<E\n  body\nfrom here on\nRUN b\nUSER c\n")
    run = tree.instructions[1]

    assert [instruction.name for instruction in tree.instructions] == ["FROM", "RUN", "RUN", "USER"]
    assert bodies(run) == ["  body\nfrom here on", ""]
    assert all(heredoc.terminator_span is None for heredoc in run.heredocs)
    assert [(problem.message, problem.span.of(run.text)) for problem in run.problems] == [
        ("unterminated heredoc", "<<EOF"),
        ("unterminated heredoc", "<<E"),
    ]


def test_a_closed_heredoc_after_an_open_one_is_closed() -> None:
    """The terminator of each heredoc is searched for in all the text after it."""
    tree = parse("RUN <<A\nRUN <<B\nRUN b\nB\nRUN <<-C\nRUN c\n\tC\nRUN <<A\nRUN <<B\n")
    closed = [[heredoc.terminator_span is not None for heredoc in one.heredocs] for one in tree.instructions]

    assert closed == [[False], [True], [True], [False], [False]]


def test_an_open_heredoc_after_onbuild_is_one_error() -> None:
    """A problem of a line is reported once, not again for the trigger."""
    assert messages(parse("ONBUILD RUN <<EOF\n")) == ["unterminated heredoc"]


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("RUN << EOF", "a\n"),
        ("RUN cat <<  \t EOF > /x", "a\n"),
        ("RUN cat << 'EOF' > /x", "a\n"),
        ('RUN cat << "EOF"', "a\n"),
        ("RUN cat << \\EOF", "a\n"),
        ("RUN 3<< EOF", "a\n"),
        ("RUN cat <<\\\n EOF", "a\n"),
        ("RUN --mount=type=ssh cat << EOF", "a\n"),
        ("ONBUILD RUN << EOF", "a\n"),
        ("COPY << EOF /x", "a\n"),
        ("RUN echo ${A:-b <<EOF c}", "a\n"),
    ],
)
def test_white_space_may_precede_the_name_of_a_heredoc(command: str, body: str) -> None:
    """BuildKit takes it into the word; the lines up to the name are the body, not instructions."""
    tree = parse(f"FROM b\n{command}\n{body}EOF\nRUN c\n")

    assert messages(tree) == []
    assert [bodies(instruction) for instruction in tree.instructions] == [[], [body], []]


def test_several_heredocs_with_white_space() -> None:
    """Their bodies follow each other, and quotes around the name mean that nothing is expanded."""
    instruction = only("RUN cat << A <<  'B'\na\nA\nb\nB\n")

    assert [(heredoc.name, heredoc.expands) for heredoc in instruction.heredocs] == [("A", True), ("B", False)]
    assert [heredoc.span.of(instruction.text) for heredoc in instruction.heredocs] == ["<< A", "<<  'B'"]
    assert bodies(instruction) == ["a\n", "b\n"]


@pytest.mark.parametrize(
    "command",
    [
        "RUN cat <<- EOF",
        "RUN cat << <<EOF",
        "RUN cat <<\u00a0EOF",
        "RUN cat <<\vEOF",
        'RUN echo "<< EOF"',
        "RUN echo ${A:-b << EOF}",
    ],
)
def test_no_heredoc_after_other_white_space(command: str) -> None:
    """After `<<-`, and in quotes, white space ends the word, so the next line is an instruction of its own."""
    tree = parse(f"{command}\na\n")

    assert [instruction.heredocs for instruction in tree.instructions] == [(), ()]
    assert messages(tree)[-1].startswith("unknown instruction: a")


@pytest.mark.parametrize("line", ["RUN cat <<-", 'ADD <<- "EOF" a b', "RUN cat <<", "RUN cat << "])
def test_a_lone_start_is_no_heredoc(line: str) -> None:
    """Without a name nothing begins."""
    assert messages(parse(f"{line}\nRUN a\n")) == []


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("RUN echo $((1 << 4))", "<< 4))"),
        ("RUN x=$((1 << 2)) && a", "<< 2))"),
        ("RUN if [ $((X << 3)) -gt 1 ]; then a; fi", "<< 3))"),
        ("RUN ls # << EOF", "<< EOF"),
    ],
)
def test_a_shift_in_a_command_begins_a_heredoc(line: str, marked: str) -> None:
    """BuildKit takes it for one that does not end; in quotes, or without white space, it is text."""
    tree = parse(f"{line}\nRUN a\n")
    (problem,) = tree.instructions[0].problems

    assert (problem.message, problem.span.of(line)) == ("unterminated heredoc", marked)
    assert messages(parse('RUN echo "$((1 << 4))" $((1<<4))\nRUN a\n')) == []
