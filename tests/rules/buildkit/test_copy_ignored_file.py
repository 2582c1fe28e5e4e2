"""CopyIgnoredFile: cOPY or ADD has a source that `.dockerignore` excludes."""

from __future__ import annotations

from pathlib import Path

from tests.annotated import check_rule, context_of

RULE = "CopyIgnoredFile"
FILES = {".dockerignore": "*.pkl\nsecret\n", "model.pkl": "", "code/score.py": "", "secret/a.txt": ""}


def test_sources_that_are_not_sent(tmp_path: Path) -> None:
    """Every stage is checked, with the folders above a source and with its variables."""
    check_rule(
        RULE,
        """
        FROM alpine AS a
        COPY model.pkl code /a/
        #    ^^^^^^^^^ CopyIgnoredFile Attempting to Copy file "model.pkl" that is excluded by .dockerignore
        FROM alpine
        ARG FOLDER=secret
        ADD ./$FOLDER/a.txt /b
        #   ^^^^^^^^^^^^^^^ CopyIgnoredFile Attempting to Add file "secret/a.txt"
        COPY --from=a model.pkl /c
        ADD https://example.com/model.pkl /d
        """,
        context_of(tmp_path, FILES),
    )


def test_a_file_of_exceptions(tmp_path: Path) -> None:
    """Like BuildKit, the rule is silent if .dockerignore has exceptions."""
    context = context_of(tmp_path, {**FILES, ".dockerignore": "*\n!code\n"})

    check_rule(RULE, "FROM alpine\nCOPY model.pkl /a\n", context)


def test_without_dockerignore(tmp_path: Path) -> None:
    """Without .dockerignore every file is sent, and without a build context nothing is known."""
    check_rule(RULE, "FROM alpine\nCOPY model.pkl /a\n", context_of(tmp_path, {"model.pkl": ""}))
    check_rule(RULE, "FROM alpine\nCOPY model.pkl /a\n")


def test_paths_from_the_root(tmp_path: Path) -> None:
    """BuildKit does not compare a source with a leading / or .. with the names in .dockerignore."""
    check_rule(RULE, "FROM alpine\nCOPY /model.pkl ../model.pkl /code/../model.pkl /a/\n", context_of(tmp_path, FILES))
