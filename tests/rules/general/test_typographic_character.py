"""TypographicCharacter: dashes, quotes and spaces that are none.

The fixtures spell out the characters that cannot be told apart in print: N is a no-break space, Z a zero width space.
"""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import apply_edits, check_fix, check_rule, crlf, findings_of

RULE = "TypographicCharacter"
N, Z = "\u00a0", "\u200b"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def test_a_dash_that_begins_an_option() -> None:
    """As in Microsoft's own guide."""
    [finding] = check_rule(
        RULE,
        """
        FROM python:3.12
        RUN pip install –r requirements.txt
        #               ^ TypographicCharacter This is an en dash, which begins no option: write a plain “-” here.
        """,
    )

    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash(dash: str) -> None:
    """Hyphens, dashes and the minus sign, all but the one on the keyboard."""
    check_rule(RULE, f"FROM python:3.12\nRUN pip install {dash}r a.txt\n#               ^ {RULE}\n")


def test_dashes_in_all_places() -> None:
    """Of flags, in the exec form, in the script of `bash -c`, in quotes that hold nothing else, several in a row."""
    check_rule(
        RULE,
        r"""
        FROM python:3.12
        COPY –-from=build /a /a
        #    ^^ TypographicCharacter write a plain “--” here
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
    """Comments, heredocs, quoted text, words of a sentence, and the arguments of commands that print."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n")


def test_quotes() -> None:
    """Docker and the shell take them as letters."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        LABEL description=“a”
        #                 ^ TypographicCharacter This is a left double quotation mark
        #                   ^ TypographicCharacter This is a right double quotation mark
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
    """A no-break space parts no words; a run of them is one finding."""
    check_rule(
        RULE,
        f"""
        FROM python:3.12
        ENV{N}A=b
        #  ^ TypographicCharacter This is a no-break space
        RUN pip install{N}{N}pandas
        #              ^^ TypographicCharacter write a plain space here
        RUN pip install pan{Z}das
        #                  ^ TypographicCharacter This is a zero width space
        RUN apt-get install{N}\\
        #                  ^ TypographicCharacter
            curl{Z}
        #       ^ TypographicCharacter remove it
        """,
    )


@pytest.mark.parametrize("blanks", [N, f" {N}", f"{N} ", f"{N}{N}"])
def test_a_space_after_the_continuation(blanks: str) -> None:
    """It undoes the continuation: the next line becomes an instruction of its own, which Docker does not know."""
    before = f"FROM python:3.12\nRUN pip install \\{blanks}\n    pandas\n"
    [finding] = findings_of(RULE, before)

    assert "the line does not go on" in finding.message
    assert len(findings_of("ParseError", before)) == 1
    repaired = apply_edits(before, finding.fixes[0].edits)
    assert repaired.replace(" \n", "\n") == "FROM python:3.12\nRUN pip install \\\n    pandas\n"
    assert findings_of("ParseError", repaired) == findings_of(RULE, repaired) == []


def test_the_other_escape_character() -> None:
    """The file says which character continues a line."""
    check_rule(
        RULE,
        f"""
        # escape=`
        FROM python:3.12
        COPY a `{N}
        #       ^ TypographicCharacter with it after the `, the line does not go on
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
def test_spaces_that_do_no_harm(line: str) -> None:
    """BuildKit cuts white space off both ends of an instruction; and text may hold them."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n")


def test_any_image() -> None:
    """The characters are wrong in every Dockerfile, and in every stage."""
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
def test_the_plain_character_takes_its_place(before: str, after: str) -> None:
    """Both quotes of a pair at once, since one alone would never be closed; line ends stay."""
    check_fix(RULE, crlf(f"FROM python:3.12\n{before}\n"), crlf(f"FROM python:3.12\n{after}\n"))


@pytest.mark.parametrize("name", ["user", "yes", "eux", "name"])
def test_one_dash_or_two(name: str) -> None:
    """`set –eux` means one dash, `–yes` two: where nobody can tell, both are offered, and none is preferred."""
    [finding] = findings_of(RULE, f"FROM python:3.12\nRUN true –{name}\n")

    assert [(fix.title, fix.is_preferred) for fix in finding.fixes] == [
        ("Replace it by a plain “-”", False),
        ("Replace it by a plain “--”", False),
    ]


def test_most_likely_two_dashes() -> None:
    """Few programs have long options with one dash, as `find` does."""
    [finding] = findings_of(RULE, "FROM python:3.12\nRUN find /a –maxdepth 1\n")

    assert [(fix.title, fix.is_preferred) for fix in finding.fixes] == [
        ("Replace it by a plain “--”", True),
        ("Replace it by a plain “-”", False),
    ]


@pytest.mark.parametrize("line", ["LABEL owner=users’", "RUN echo the users’ files > a"])
def test_the_apostrophe_at_the_end_of_a_word_is_text(line: str) -> None:
    """Nothing was opened that it could close."""
    assert findings_of(RULE, f"FROM a\n{line}\n") == []


def test_a_line_that_holds_nothing_else_is_removed() -> None:
    """A character that is alone on its line goes with the line."""
    check_fix(RULE, "FROM python\n\u200b\nRUN pip list\n", "FROM python\nRUN pip list\n")
