"""A rename changes a name and nothing else, in every text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.features.navigation import highlights, references, span_of
from azureml_dockerfile_ls.features.rename import Refusal, Renamable, prepare_rename, rename
from azureml_dockerfile_ls.model.symbols.find import definitions, symbol_at
from azureml_dockerfile_ls.model.symbols.occurrences import heredocs_of, stages_of, variables_of
from azureml_dockerfile_ls.model.symbols.symbol import Occurrence, SymbolKind
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import apply_edits
from tests.test_properties import fragments, note_example

FRESH = "zq9"
"""A name that no text has."""

LINES = r"""
FROM a AS one
FROM one AS two
FROM two
FROM $A AS one
FROM ${A:-one}
FROM a AS A
ARG A=1
ARG A
ARG A=$A B=$A
ARG one
ENV A=1
ENV A=$A:x B=${A:-${B:+$C}}
ENV A b
ENV B="$A" C='$A'
RUN echo $A ${B} "$C" '$A'
RUN A=1 && echo $A
RUN for A in x; do echo ${A}; done
RUN export A=2 B=$A; echo $((A + B))
RUN <<EOF
RUN cat <<'A' <<-B
COPY <<A /x
COPY --from=one /x /y
COPY --from=0 $A ${B}
RUN --mount=type=bind,from=two,target=/$A true
ONBUILD RUN echo $A
ONBUILD ENV A=$B
CMD echo $A
CMD ["sh", "-c", "echo $A"]
ENTRYPOINT ["$A"]
LABEL $A=$B
USER $A\
B
echo $A
A=3
EOF
A
	B
""".strip("\n").split("\n")
names_and_scopes = st.builds(
    lambda start, lines: "\n".join([*start, *lines]),
    st.sampled_from([[], ["ARG A=1", "FROM a AS one"], ["FROM a AS one", "ENV A=1", "FROM one"], ["FROM a AS one"]]),
    st.lists(st.sampled_from(LINES), max_size=14),
)
"""Texts in which few names mean many things."""


def occurrences(instruction: Instruction) -> Iterator[Occurrence]:
    """Every name in an instruction."""
    yield from variables_of(instruction)
    yield from stages_of(instruction)
    for heredoc in heredocs_of(instruction):
        yield from heredoc


def structure(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """What each name of a text means: its form, the places of the symbol and its definitions, as numbers of places."""
    places: list[tuple[int, Occurrence]] = []
    for index, instruction in enumerate(snapshot.tree.instructions):
        places += [(index, occurrence) for occurrence in occurrences(instruction)]
    number = {(index, occurrence.span, occurrence.form): at for at, (index, occurrence) in enumerate(places)}
    found = []
    for index, occurrence in places:
        symbol = symbol_at(snapshot.tree, snapshot.model, snapshot.tree.offset_of(index) + occurrence.span.start)
        if symbol is None:
            found.append((occurrence.name, occurrence.form))
            continue
        same = [number.get((each.at, *each.occurrence[1:3])) for each in symbol.symbol.places]
        defined = definitions(snapshot.tree, snapshot.model, symbol)
        found.append(
            (
                symbol.symbol.name,
                symbol.place.form,
                symbol.symbol.kind,
                same,
                [number.get((each.at, *each.occurrence[1:3])) for each in defined],
            )
        )
    return found


def meaning(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """What BuildKit makes of the stages, without their names: base, image, and the values of the environment."""
    stages = [placed.stage for placed in snapshot.model.stages]
    return [
        (
            stages.index(stage.base) if stage.base else None,
            stage.image.text if stage.image else None,
            [definition.value for _, definition in sorted(stage.environment.items(), key=_by_place)],
            stage.workdir_at(stage.end),
        )
        for stage in stages
    ]


def _by_place(item: Any) -> tuple[int, int]:
    return item[1].index, item[1].pair.span.start


def check_rename(snapshot: Snapshot, offset: int) -> None:
    """Check that the name at an offset is renamed to a fresh one everywhere, and that nothing else changes."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    assert found is not None
    edits = rename(snapshot, offset, FRESH)
    if isinstance(prepare_rename(snapshot, offset), Refusal):
        assert isinstance(edits, Refusal)
        return
    assert isinstance(edits, list)
    before = structure(snapshot)
    text = apply_edits(snapshot.text, tuple(edits))
    note_example(text)
    after = analyse(text)
    expected = structure(snapshot)
    own = symbol_structure(before, found.symbol.name, found.symbol.kind, snapshot, offset)
    for at in own:
        expected[at] = (FRESH, *expected[at][1:])
    assert structure(after) == expected
    assert meaning(after) == meaning(snapshot)


def symbol_structure(
    before: list[tuple[Any, ...]], name: str, kind: SymbolKind, snapshot: Snapshot, offset: int
) -> list[int]:
    """The numbers of the places of the symbol at an offset."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    assert found is not None
    spans = {span_of(snapshot, place) for place in found.symbol.places}
    numbers, at = [], 0
    for index, instruction in enumerate(snapshot.tree.instructions):
        start = snapshot.tree.offset_of(index)
        for occurrence in occurrences(instruction):
            if len(before[at]) > 2 and before[at][0] == name and before[at][2] is kind:
                numbers += [at] if occurrence.span.at(start) in spans else []
            at += 1
    return numbers


def check_all(text: str) -> int:
    """Check a rename of each symbol of a text; returns the number of symbols."""
    snapshot = analyse(text)
    seen = set()
    for index, instruction in enumerate(snapshot.tree.instructions):
        start = snapshot.tree.offset_of(index)
        for occurrence in occurrences(instruction):
            offset = start + occurrence.span.start
            found = symbol_at(snapshot.tree, snapshot.model, offset)
            if found is None or found.symbol in seen:
                continue
            seen.add(found.symbol)
            note_example(f"{found.symbol.kind.value} {found.symbol.name}")
            check_rename(snapshot, offset)
    return len(seen)


@pytest.mark.slow
@given(st.one_of(names_and_scopes, names_and_scopes, fragments))
@settings(max_examples=max(settings().max_examples // 2, 400))
def test_a_rename_changes_only_the_name(text: str) -> None:
    """Applied and parsed again, each name means what it meant, and the stages are the same but for the name."""
    check_all(text)


@pytest.mark.slow
@given(st.one_of(names_and_scopes, fragments), st.integers(0, 400))
def test_navigation_answers_at_any_place(text: str, offset: int) -> None:
    """The name at the cursor is among its own places, and a name that can be changed is one of them."""
    snapshot = analyse(text)
    found = [highlight.span for highlight in highlights(snapshot, offset)]
    assert found == references(snapshot, offset, include_definitions=True)
    prepared = prepare_rename(snapshot, offset)
    if isinstance(prepared, Renamable):
        assert prepared.span in found
        assert re.sub(r"\\[ \t]*\n", "", prepared.span.of(text)).lower() == prepared.name.lower() or "\n" in text
