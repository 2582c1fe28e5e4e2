"""The parts of one instruction, and their spans."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, VariableReference
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span


def only(text: str) -> Instruction:
    """The one instruction of a text."""
    (instruction,) = parse(text).instructions
    return instruction


def values(instruction: Instruction) -> list[str]:
    """The arguments."""
    return [word.value for word in instruction.words]


def written(instruction: Instruction) -> list[str]:
    """The arguments as they are written in the file."""
    return [word.span.of(instruction.text) for word in instruction.words]


def at(instruction: Instruction, span: Span | None) -> str | None:
    """The text at a span of an instruction."""
    return None if span is None else span.of(instruction.text)


# Keyword and forms


@pytest.mark.parametrize("keyword", ["RUN", "run", "Run", "rUn"])
def test_a_keyword_may_have_any_case(keyword: str) -> None:
    """The name is in upper case; the keyword is as written, and the instruction begins with it."""
    instruction = only(f" \t{keyword} a\n")

    assert instruction.name == "RUN"
    assert instruction.keyword.value == keyword
    assert instruction.span.of(instruction.text) == f"{keyword} a"


def test_the_long_s_is_not_an_s_of_a_keyword() -> None:
    """The upper case of the long s is S for Unicode, but not for BuildKit."""
    assert only("ſHELL a").spec is None


def test_shell_form_is_one_text() -> None:
    """A command that is not a JSON array is one word, with its inner spaces and quotes."""
    for name in ("RUN", "CMD", "ENTRYPOINT"):
        instruction = only(f'{name}  a "b  c"  && d  \n')

        assert values(instruction) == ['a "b  c"  && d']
        assert not instruction.is_json


def test_exec_form_is_a_list_of_strings() -> None:
    """The strings of a JSON array are decoded; their spans are inside the quotes."""
    instruction = only('ENTRYPOINT [ "a", "b\\u0020\\"c\\"" ,\\\n "" ]')

    assert instruction.is_json
    assert values(instruction) == ["a", 'b "c"', ""]
    assert written(instruction) == ["a", 'b\\u0020\\"c\\"', ""]


@pytest.mark.parametrize("array", ["['a']", '["a",]', '["a"', '["a"] b', "[a]", '["a" "b"]', "[NaN]", "[" * 5000])
def test_a_broken_array_is_shell_form(array: str) -> None:
    """BuildKit runs it as a command, so it is not an error."""
    instruction = only(f"RUN {array}")

    assert not instruction.is_json
    assert values(instruction) == [array]
    assert not instruction.problems


def test_an_empty_array_is_exec_form() -> None:
    """`[]` is exec form without words."""
    instruction = only("CMD []")

    assert instruction.is_json
    assert instruction.words == ()


def test_paths_are_between_blanks_or_in_an_array() -> None:
    """COPY, ADD and VOLUME take both forms; quotes do not keep a path together."""
    assert values(only("COPY a\tb  'c d'")) == ["a", "b", "'c", "d'"]
    assert values(only('ADD ["a b", "c"]')) == ["a b", "c"]
    assert values(only("VOLUME /a /b")) == ["/a", "/b"]


def test_a_no_break_space_does_not_separate_words() -> None:
    """Only ASCII blanks separate words; other white space is removed at both ends of the line."""
    assert values(only("COPY a\u00a0b c\u00a0")) == ["a\u00a0b", "c"]


def test_one_text_keeps_its_spaces() -> None:
    """The argument of USER, WORKDIR, STOPSIGNAL and MAINTAINER is the rest of the line."""
    assert values(only("WORKDIR  /a b ")) == ["/a b"]
    assert values(only("USER a:b")) == ["a:b"]


def test_healthcheck_is_a_type_and_a_command() -> None:
    """The command is in shell or in exec form."""
    assert values(only("HEALTHCHECK --interval=5s CMD a b")) == ["CMD", "a b"]
    assert values(only('healthcheck cmd ["a", "b"]')) == ["cmd", "a", "b"]
    assert values(only("HEALTHCHECK NONE")) == ["NONE"]


def test_onbuild_keeps_an_instruction() -> None:
    """The trigger is parsed like any instruction; its spans are relative to the start of ONBUILD."""
    instruction = only("ONBUILD copy --from=a \\\n  b $C\n")
    trigger = instruction.trigger

    assert trigger is not None
    assert trigger.name == "COPY"
    assert at(instruction, trigger.keyword.span) == "copy"
    assert [at(instruction, word.span) for word in trigger.words] == ["b", "$C"]
    assert [variable.name for variable in trigger.variables] == ["C"]
    assert trigger.trigger is None


def test_the_arguments_are_what_follows_the_flags() -> None:
    """Their span is from the first argument to the last, without white space at both ends."""
    instruction = only("COPY --link  a \\\n # c\n  b  ")

    assert at(instruction, instruction.arguments_span) == "a \\\n # c\n  b"
    assert at(only("RUN"), only("RUN").arguments_span) == ""


# Flags


def flags(text: str) -> list[tuple[str, str | None]]:
    """Names and values of the flags of an instruction."""
    return [(flag.name, flag.value) for flag in only(text).flags]


def test_flags_precede_the_arguments() -> None:
    """A flag has a name and perhaps a value, each with its span; after the first argument `--` is text."""
    instruction = only("COPY --from=a:1 --link \\\n --chown=b x --y /z\n")
    source, link, owner = instruction.flags

    assert (source.name, source.value) == ("from", "a:1")
    assert at(instruction, source.span) == "--from=a:1"
    assert at(instruction, source.name_span) == "from"
    assert at(instruction, source.value_span) == "a:1"
    assert (link.value, link.value_span) == (None, None)
    assert at(instruction, owner.value_span) == "b"
    assert values(instruction) == ["x", "--y", "/z"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY --chown='a b' x y", [("chown", "a b")]),
        ('COPY --chown="a b"c x y', [("chown", "a bc")]),
        ("COPY --chown=a\\ b x y", [("chown", "a b")]),
        ('COPY --"from"=a x y', [("from", "a")]),
        ("COPY '--from=a' x y", []),
        ("COPY --from= x y", [("from", "")]),
        ("COPY --from x y", [("from", None)]),
        ("COPY --a=b=c x y", [("a", "b=c")]),
        ("COPY --=a x y", [("", "a")]),
        ("COPY -- --from=a x", []),
        ("COPY --- x y", [("-", None)]),
        ("COPY - --from=a x", []),
        ("RUN --mount=type=cache,target=/x a", [("mount", "type=cache,target=/x")]),
        ("RUN --a", [("a", None)]),
        ("RUN --a=", [("a", "")]),
        ("RUN --a='x", [("a", "x")]),
    ],
)
def test_quotes_and_escapes_of_flags(text: str, expected: list[tuple[str, str | None]]) -> None:
    """Quotes and backslashes are removed, whatever the escape character; `--` ends the flags."""
    assert flags(text) == expected


def test_the_backslash_escapes_in_flags_always() -> None:
    """BuildKit ignores the escape character there."""
    (flag,) = parse("# escape=`\nCOPY --chown=a\\ b x y").instructions[0].flags

    assert isinstance(flag, Flag)
    assert flag.value == "a b"


def test_a_no_break_space_does_not_precede_a_flag() -> None:
    """A flag begins after ASCII blanks; after a no-break space `--link` is an argument."""
    assert flags("COPY \u00a0--link a b") == []


def test_a_flag_is_found_by_its_name() -> None:
    """Of several flags with one name the last is found."""
    flag = only("COPY --from=a --from=b x y").flag("from")

    assert flag is not None
    assert flag.value == "b"
    assert only("COPY x y").flag("from") is None


# Pairs


def pairs(text: str) -> list[tuple[str, str | None, str]]:
    """The names, values and separators of ENV, LABEL or ARG, after a check of their spans."""
    instruction = only(text)
    for pair in instruction.pairs:
        assert at(instruction, pair.name_span) == pair.name
        assert at(instruction, pair.value_span) == pair.value
    return [(pair.name, pair.value, pair.separator) for pair in instruction.pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV A=1", [("A", "1", "=")]),
        ("ENV A=1 B=", [("A", "1", "="), ("B", "", "=")]),
        ("ENV A='x y' B=\"x 'y\"", [("A", "'x y'", "="), ("B", '"x \'y"', "=")]),
        ("ENV A=x\\ y", [("A", "x\\ y", "=")]),
        ("ENV A='x\\' B=1", [("A", "'x\\'", "="), ("B", "1", "=")]),
        ('ENV A="x\\" y"', [("A", '"x\\" y"', "=")]),
        ('ENV A=x"y z"w', [("A", 'x"y z"w', "=")]),
        ("ENV A=b=c", [("A", "b=c", "=")]),
        ("ENV A=1 B", [("A", "1", "="), ("B", None, "")]),
        ("ENV A x  y=z ", [("A", "x  y=z", " ")]),
        ("ENV A", [("A", None, " ")]),
        ("ENV A='x y", [("A", "'x y", "=")]),
        ("ENV =1", [("", "1", "=")]),
        ("LABEL a.b=c 'x y'=z", [("a.b", "c", "="), ("'x y'", "z", "=")]),
        ("ARG A", [("A", None, "")]),
        ("ARG A B=1 C", [("A", None, ""), ("B", "1", "="), ("C", None, "")]),
        ("ENV", []),
        ("ARG", []),
    ],
)
def test_key_value_pairs(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    """A pair is `name=value`, the old `name value`, or for ARG a name; quotes and `\\ ` keep a value together."""
    assert pairs(text) == expected


def test_pairs_continue_in_the_next_line() -> None:
    """Each pair's span is its own, without the escape characters between them."""
    instruction = only("ENV A=1 \\\n    # c\n    B='x\\\n  y' \\\n    C=3\n")

    assert [at(instruction, pair.span) for pair in instruction.pairs] == ["A=1", "B='x\\\n  y'", "C=3"]
    assert instruction.pairs[1].value == "'x  y'"


def test_the_span_of_an_empty_name() -> None:
    """It is where the pair begins, also at the start of a line."""
    instruction = only("ENV \\\n=1")

    assert instruction.pairs[0].name_span == Span(6, 6)


# Stages and images


def test_from_names_an_image_and_a_stage() -> None:
    """AS may have any case."""
    instruction = only("FROM --platform=$X mcr.microsoft.com/azureml/a:1 as Build")

    assert instruction.image is not None
    assert at(instruction, instruction.image.span) == "mcr.microsoft.com/azureml/a:1"
    assert at(instruction, instruction.image.tag_span) == "1"
    assert instruction.stage_name is not None
    assert at(instruction, instruction.stage_name.span) == "Build"


def test_a_variable_in_the_name_of_a_stage_is_none() -> None:
    """BuildKit replaces those of the image and of the platform, and refuses such a name."""
    instruction = only("FROM --platform=$A ${B}:c AS $D")

    assert [variable.name for variable in instruction.variables] == ["A", "B"]


@pytest.mark.parametrize("text", ["FROM a", "FROM a AS", "FROM a b c", "FROM"])
def test_without_as_there_is_no_stage_name(text: str) -> None:
    """A name needs AS before it."""
    assert only(text).stage_name is None


@pytest.mark.parametrize("flag", ["--from=a/b:1", "--from='a/b:1'", '--from="a/b:1"'])
def test_copy_from_names_an_image_or_a_stage(flag: str) -> None:
    """The span of its image excludes the quotes."""
    instruction = only(f"COPY {flag} x y")

    assert instruction.image is not None
    assert at(instruction, instruction.image.span) == "a/b:1"
    assert at(instruction, instruction.image.tag_span) == "1"


# Variables


def variables(text: str) -> list[tuple[str, str, str | None]]:
    """The references of an instruction: the written text, the modifier, and the text after it."""
    instruction = only(text)
    for variable in instruction.variables:
        assert isinstance(variable, VariableReference)
        assert at(instruction, variable.name_span) == variable.name
    return [
        (variable.span.of(instruction.text), variable.modifier, at(instruction, variable.word_span))
        for variable in instruction.variables
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM $A", [("$A", "", None)]),
        ("FROM x:${A}-y", [("${A}", "", None)]),
        ("FROM ${A:-b c", [("${A:-b", ":-", "b")]),
        ("FROM ${A:+b}", [("${A:+b}", ":+", "b")]),
        ("FROM ${A:?b}", [("${A:?b}", ":?", "b")]),
        ("FROM ${A-b}", [("${A-b}", "-", "b")]),
        ("FROM ${A##*/}", [("${A##*/}", "##", "*/")]),
        ("FROM ${A%:*}", [("${A%:*}", "%", ":*")]),
        ("FROM ${A//x/y}", [("${A//x/y}", "//", "x/y")]),
        ("FROM ${A:-${B:-c}}", [("${A:-${B:-c}}", ":-", "${B:-c}"), ("${B:-c}", ":-", "c")]),
        ("FROM ${A:-$B}$C", [("${A:-$B}", ":-", "$B"), ("$B", "", None), ("$C", "", None)]),
        ("USER \\$A$B", [("$B", "", None)]),
        ("ENV A='$B' C=\"$D\" E='x'$F", [("$D", "", None), ("$F", "", None)]),
        ("ENV A=\"'$B'\"", [("$B", "", None)]),
        ("ENV A$B=1", [("$B", "", None)]),
        ("COPY --chown=$A b c", [("$A", "", None)]),
        ('COPY ["$A", "b"]', [("$A", "", None)]),
        ("RUN echo $A", [("$A", "", None)]),
        ("USER $1a", [("$1", "", None)]),
        ("USER $", []),
        ("USER ${", []),
        ("USER a$.b", []),
    ],
)
def test_references_to_variables(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    """References have braces or not, any modifier, may be nested or half-typed, and are not in single quotes."""
    assert variables(text) == expected


def test_a_reference_may_continue_in_the_next_line() -> None:
    """Its span covers both lines, its name is joined."""
    instruction = only("USER ${AB\\\nC:-d}")

    assert [(variable.name, at(instruction, variable.span)) for variable in instruction.variables] == [
        ("ABC", "${AB\\\nC:-d}")
    ]


def test_with_a_backtick_as_escape_the_backslash_is_text() -> None:
    """`\\$A` is then a backslash and a reference."""
    instruction = parse("# escape=`\nUSER \\$A`$B").instructions[0]

    assert [variable.name for variable in instruction.variables] == ["A"]


def test_the_body_of_a_heredoc_has_variables() -> None:
    """For COPY and ADD quotes are text there; the body for RUN belongs to its shell."""
    copy = only("COPY <<E /x\n'$A' \"${B:-c}\" \\$C\nE\n")

    assert [variable.name for variable in copy.variables] == ["A", "B"]
    assert only("RUN <<E\n$A\nE\n").variables == ()


# Half-typed


@pytest.mark.parametrize(
    "text",
    [
        *(
            "F",
            "FROM",
            "FROM ",
            "FROM mcr.",
            "FROM mcr.microsoft.com/azureml/x:",
            "FROM a AS ",
            "COPY",
            "COPY --",
            "COPY --fr",
        ),
        *(
            "COPY --from=",
            "COPY --from=a",
            "COPY a",
            "ENV",
            "ENV A",
            "ENV A=",
            'ENV A="',
            "RUN",
            "RUN --mount=",
            "RUN --mount=type=",
        ),
        *(
            "RUN a \\",
            "RUN <<",
            "RUN <<E",
            "RUN [",
            'RUN ["a',
            "USER $",
            "USER ${",
            "USER ${A",
            "USER ${A:",
            "USER ${A:-",
            "ONBUILD",
        ),
        *("ONBUILD ", "ONBUILD C", "HEALTHCHECK ", "HEALTHCHECK C", "EXPOSE ", "\\", "# ", "# esc", "#escape="),
    ],
)
def test_every_prefix_of_an_instruction_is_parsed(text: str) -> None:
    """While a text is typed, each part has its span; a missing part is a problem, not a failure."""
    tree = parse(f"FROM x\n{text}")

    assert tree.instructions[0].name == "FROM"
    assert tree.text == f"FROM x\n{text}"
    for instruction in tree.instructions[1:]:
        assert text.startswith(instruction.keyword.value)
        assert all(0 <= problem.span.start <= problem.span.end <= len(text) for problem in instruction.problems)


def test_the_parts_of_a_half_typed_image() -> None:
    """A colon without a tag is an empty tag after the colon."""
    image = only("FROM mcr.microsoft.com/azureml/x:").image

    assert image is not None
    assert (image.name, image.tag) == ("mcr.microsoft.com/azureml/x", "")
    assert image.tag_span == Span(33, 33)


def test_the_same_text_is_the_same_instruction() -> None:
    """The place is not part of an instruction, so the same text is the same object everywhere."""
    first, second, third = parse("RUN a\n\nRUN a\nRUN  a\n").instructions

    assert first is second
    assert first is not third
