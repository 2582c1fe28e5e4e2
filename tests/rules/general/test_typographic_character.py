"""TypographicCharacter: a typographic dash, quote or space replaces the ASCII one.

The fixtures spell out the characters that look the same in print: N is a no-break space, Z a zero-width space.
"""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import apply_edits, check_fix, check_rule, crlf, findings_of

RULE = "TypographicCharacter"
N, Z = "\u00a0", "\u200b"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def test_a_dash_at_the_start_of_an_option() -> None:
    """The example of Microsoft's guide is reported."""
    [finding] = check_rule(
        RULE,
        """
        FROM python:3.12
        RUN pip install –r requirements.txt
        #               ^ TypographicCharacter This en dash does not start an option. Use "-" instead.
        """,
    )

    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash(dash: str) -> None:
    """The rule knows every hyphen, dash and minus sign except the ASCII one."""
    check_rule(RULE, f"FROM python:3.12\nRUN pip install {dash}r a.txt\n#               ^ {RULE}\n")


def test_dashes_in_all_places() -> None:
    """The rule finds dashes in flags, the exec form, `bash -c` scripts and quoted options, also several in a row."""
    check_rule(
        RULE,
        r"""
        FROM python:3.12
        COPY –-from=build /a /a
        #    ^^ TypographicCharacter Use "--" instead
        ENTRYPOINT ["python", "–m", "http.server"]
        #                      ^ TypographicCharacter
        RUN bash -c "pip install –r a.txt"
        #                        ^ TypographicCharacter
        RUN pip "–r" a.txt && \
        #        ^ TypographicCharacter
            # pip –r
            pip install ——user –U pip
        #               ^^ TypographicCharacter
        #                      ^ TypographicCharacter
        HEALTHCHECK CMD curl –f localhost
        #                    ^ TypographicCharacter
        """,
    )


@pytest.mark.parametrize(
    "line",
    [
        "RUN apt-get install a–b",
        "RUN ls 2020–2021 – files",
        "–RUN true",
        "RUN echo '–r' \"–r\" && printf '–r'",
        "RUN git commit -m 'one –two' --author=\"a –b\"",
        "RUN sed -i 's/–x/-x/' a.txt",
        'RUN bash -c \'echo "“a”"\' && bash -c "echo \\"“b”\\""',
        'RUN ["bash", "-c", "echo \\"“a” –b\\""]',
        "RUN pip install pandas # –r",
        "RUN pip install pandas # “the newest” don’t",
        "RUN <<EOF\npip install –r a.txt\nEOF",
        "COPY <<EOF /a.txt\n“a” –b\nEOF",
        "# RUN pip install –r a.txt",
        'LABEL description="Azure –ML", vendor="“x”" it=\'it’s\'',
        "ENV OPTIONS='–r' TITLE=\"“a” – b\"",
        'ARG TITLE="a –b “c”"',
        'CMD ["echo", "–x", "“y”", "a –b"]',
        "MAINTAINER José “Joe” –X",
        "RUN echo don’t",
        "RUN echo “a” – b && echo –n",
        "RUN grep -q '–r' a.txt && tr '“”' '\"' <a.txt",
        f"RUN ls \\\n{N}# a\n  b",
        "LABEL name=d’Artagnan",
    ],
)
def test_text(line: str) -> None:
    """The rule is silent in comments, heredocs, quoted text, sentences and the arguments of commands that print."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n")


def test_quotes() -> None:
    """Typographic quotes are reported, because Docker and the shell read them as letters."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        LABEL description=“a”
        #                 ^ TypographicCharacter left double quotation mark
        #                   ^ TypographicCharacter right double quotation mark
        CMD [“python”]
        #    ^ TypographicCharacter
        #           ^ TypographicCharacter
        RUN mkdir ‘a’
        #         ^ TypographicCharacter
        #           ^ TypographicCharacter
        RUN echo “PATH=/a:$PATH” >> ~/.bashrc
        #        ^ TypographicCharacter
        #                      ^ TypographicCharacter
        """,
    )


def test_spaces() -> None:
    """A no-break space does not separate words; several in a row are one finding."""
    check_rule(
        RULE,
        f"""
        FROM python:3.12
        ENV{N}A=b
        #  ^ TypographicCharacter no-break space
        RUN pip install{N}{N}pandas
        #              ^^ TypographicCharacter Use a plain space
        RUN pip install pan{Z}das
        #                  ^ TypographicCharacter zero width space
        RUN apt-get install{N}\\
        #                  ^ TypographicCharacter
            curl{Z}
        #       ^ TypographicCharacter Remove it
        """,
    )


@pytest.mark.parametrize("blanks", [N, f" {N}", f"{N} ", f"{N}{N}"])
def test_a_space_after_the_continuation(blanks: str) -> None:
    """A no-break space after the escape character is reported, because the line does not continue."""
    before = f"FROM python:3.12\nRUN pip install \\{blanks}\n    pandas\n"
    [finding] = findings_of(RULE, before)

    assert "the line does not continue" in finding.message
    assert len(findings_of("ParseError", before)) == 1
    repaired = apply_edits(before, finding.fixes[0].edits)
    assert repaired.replace(" \n", "\n") == "FROM python:3.12\nRUN pip install \\\n    pandas\n"
    assert findings_of("ParseError", repaired) == findings_of(RULE, repaired) == []


def test_the_other_escape_character() -> None:
    """The rule uses the escape character of the file."""
    check_rule(
        RULE,
        f"""
        # escape=`
        FROM python:3.12
        COPY a `{N}
        #       ^ TypographicCharacter after the `, the line does not continue
        COPY a b\\{N}
        """,
    )


@pytest.mark.parametrize(
    "line",
    [
        f"{N}RUN true",
        f"RUN true{N}",
        f"RUN true \\\n{N}\n    && true",
        f"RUN true \\\n    # a{N}comment\n    && true",
        f"#{N}a comment",
        f"RUN echo 'a{N}b' \"c{N}d\"",
        f'LABEL a="b{N}c"',
        f"RUN <<EOF\na{N}b\nEOF",
        N,
    ],
)
def test_harmless_spaces(line: str) -> None:
    """The rule is silent at both ends of an instruction, where BuildKit removes white space, and in text."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n")


def test_any_image() -> None:
    """The rule applies to any base image and any stage."""
    check_rule(
        RULE,
        f"""
        FROM{N}scratch
        #   ^ TypographicCharacter
        FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest
        RUN rm –rf /a
        #      ^ TypographicCharacter
        """,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN pip install –r a.txt", "RUN pip install -r a.txt"),
        ("RUN pip install —no-cache-dir a", "RUN pip install --no-cache-dir a"),
        ("RUN pip install –upgrade pip", "RUN pip install --upgrade pip"),
        ("RUN pip install ––user a", "RUN pip install --user a"),
        ("RUN pip install -–user a", "RUN pip install --user a"),
        ("RUN curl –fsSL a", "RUN curl -fsSL a"),
        ("RUN tar –xzvf a", "RUN tar -xzvf a"),
        ("RUN –mount=type=cache,target=/a true", "RUN --mount=type=cache,target=/a true"),
        ("COPY –from=python:3.12 /a /a", "COPY --from=python:3.12 /a /a"),
        (f"ENV{N}A=b", "ENV A=b"),
        (f"RUN pip install{N} \\\n    a", "RUN pip install  \\\n    a"),
        (f"RUN pip install{Z} a", "RUN pip install a"),
        ("LABEL a=‘b’", "LABEL a='b'"),
        ("RUN touch a“b”c don’t", 'RUN touch a"b"c don’t'),
        ("CMD [“python”, “-m”]", 'CMD ["python", “-m”]'),
        ("RUN touch ”a” ‘it’s’", 'RUN touch "a" ‘it’s’'),
    ],
)
def test_the_ascii_character_replaces_it(before: str, after: str) -> None:
    """The fix replaces both quotes of a pair, and keeps line ends."""
    check_fix(RULE, crlf(f"FROM python:3.12\n{before}\n"), crlf(f"FROM python:3.12\n{after}\n"))


@pytest.mark.parametrize("name", ["user", "yes", "eux", "name"])
def test_one_dash_or_two(name: str) -> None:
    """`set –eux` means one dash and `–yes` two; for an ambiguous name there are two fixes, and neither is preferred."""
    [finding] = findings_of(RULE, f"FROM python:3.12\nRUN true –{name}\n")

    assert [(fix.title, fix.is_preferred) for fix in finding.fixes] == [
        ('Replace with "-"', False),
        ('Replace with "--"', False),
    ]


def test_most_likely_two_dashes() -> None:
    """For a longer name two dashes are preferred, because few programs have long options with one dash."""
    [finding] = findings_of(RULE, "FROM python:3.12\nRUN find /a –maxdepth 1\n")

    assert [(fix.title, fix.is_preferred) for fix in finding.fixes] == [
        ('Replace with "--"', True),
        ('Replace with "-"', False),
    ]


@pytest.mark.parametrize("line", ["LABEL owner=users’", "RUN echo the users’ files > a"])
def test_the_apostrophe_at_the_end_of_a_word_is_text(line: str) -> None:
    """A typographic apostrophe without an opening quote is text."""
    assert findings_of(RULE, f"FROM a\n{line}\n") == []


def test_a_line_that_holds_nothing_else_is_removed() -> None:
    """A character that is alone on its line goes with the line."""
    check_fix(RULE, "FROM python\n\u200b\nRUN pip list\n", "FROM python\nRUN pip list\n")


@pytest.mark.parametrize(
    "line",
    [
        f"COPY {N}a b",
        f"ENV {N}A=b",
        f"ENV A=b{N}C=d",
        f"ENV A=b{N} C=d",
        f"RUN {N}pip install numpy",
        f"ONBUILD RUN {N}pip install numpy",
        f'CMD {N}["a"]',
    ],
)
def test_a_space_that_buildkit_trims(line: str) -> None:
    """Before the first argument, and between pairs, a no-break space does no harm."""
    assert findings_of(RULE, f"FROM {N}python:3.12\n{line}\n") == []


@pytest.mark.parametrize("line", [f"COPY {N}--from=a b c", f"RUN a {N}b", f"ENV A=b B={N}c{Z}", f"COPY a{N}b c"])
def test_a_space_that_buildkit_keeps(line: str) -> None:
    """Before a flag, which it makes an argument, and inside the arguments it does."""
    assert findings_of(RULE, f"FROM python:3.12\n{line}\n")
