"""What holds for every text: no exception, and answers that make sense.

A check takes a text as a user may have it. It fails with an AssertionError, or with whatever the program raises. What
is looked at beside the text, such as the place of the cursor, follows from the text, so that a text is all that a
failure needs.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import code_actions
from azureml_dockerfile_ls.features.code_lenses import code_lenses
from azureml_dockerfile_ls.features.completion import Item, Trigger, complete, documentation
from azureml_dockerfile_ls.features.fix_all import MAX_ROUNDS, analysed_again, fix_everything
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.features.inlay_hints import inlay_hints
from azureml_dockerfile_ls.features.inline_completion import inline_completion
from azureml_dockerfile_ls.features.linked_editing import linked_spans
from azureml_dockerfile_ls.features.links import Link, links
from azureml_dockerfile_ls.features.manifest.completion import complete_manifest
from azureml_dockerfile_ls.features.manifest.hover import manifest_hover
from azureml_dockerfile_ls.features.manifest.links import file_at, manifest_links
from azureml_dockerfile_ls.features.navigation import definition
from azureml_dockerfile_ls.features.signature_help import signature_help
from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot, ManifestSnapshot, analyse_manifest
from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import LineIndex, Span, TextEdit, apply_edits
from tests import test_properties_editor as editor
from tests import test_rewriting_properties as rewriting
from tests.features.test_fix_all import check_every_repair
from tests.features.test_ignore import check_every_way
from tests.fuzz.surroundings import Surroundings
from tests.test_properties import check_findings, check_tree, nothing_logged, seen_in
from tests.test_rename_properties import check_all as check_renames

SOME_SETTINGS = (DEFAULTS, Settings(inline_completion=True), Settings(dockerfile_features=False))


class Case(NamedTuple):
    """A text with its analysis, and the places at which it is looked at."""

    text: str
    snapshot: Snapshot
    places: Sequence[int]
    random: random.Random


class YamlCase(NamedTuple):
    """The same of a YAML."""

    text: str
    snapshot: ManifestSnapshot
    places: Sequence[int]
    random: random.Random


def places_in(text: str, chance: random.Random, most: int) -> list[int]:
    """Offsets at which something may be asked: the end, the ends of lines, and any."""
    ends = [offset for offset, character in enumerate(text) if character == "\n"]
    found = {len(text), *chance.sample(ends, min(len(ends), most // 2))}
    found.update(chance.randint(0, len(text)) for _ in range(most - len(found)))
    return sorted(found)


def assert_inside(text: str, spans: Iterable[Span]) -> None:
    """Spans are in the text."""
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text), span


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after edits that an editor can make: inside the text, and disjoint."""
    in_order = tuple(sorted(edits, key=lambda edit: edit.span))
    assert_inside(text, (edit.span for edit in in_order))
    assert all(one.span.end <= other.span.start for one, other in pairwise(in_order)), in_order
    return apply_edits(text, in_order)


def errors_of(snapshot: AnySnapshot) -> int:
    """The number of errors: those of BuildKit, whether a comment hides them or not; of a YAML, those of the rules."""
    if isinstance(snapshot, ManifestSnapshot):
        return sum(finding.severity is Severity.ERROR for finding in snapshot.findings)
    tree = snapshot.tree
    in_lines = len(tree.problems) + sum(len(instruction.problems) for instruction in tree.instructions)
    return in_lines + sum(1 for _ in problems_of_model(tree, snapshot.model))


def place_after(edits: Sequence[TextEdit], span: Span) -> Span:
    """Where a span is after edits; what an edit has put at its ends belongs to it."""

    def moved(offset: int, *, is_end: bool) -> int:
        shift = 0
        for edit in sorted(edits, key=lambda edit: edit.span):
            if edit.span.end < offset or (edit.span.end == offset and is_end):
                shift += len(edit.text) - (edit.span.end - edit.span.start)
            elif edit.span.start < offset:
                return edit.span.start + shift + (len(edit.text) if is_end else 0)
        return offset + shift

    return Span(moved(span.start, is_end=False), moved(span.end, is_end=True))


def check_repairs(snapshot: AnySnapshot) -> None:
    """Each repair, made alone, removes its finding and brings no error.

    The same may be found elsewhere then. The repair of a misspelt keyword shows the errors of the arguments, and
    that of a folder those of the files in it.
    """

    def seen(found: Iterable[PlacedFinding]) -> Counter[tuple[str, str]]:
        return Counter((finding.rule.name, finding.message) for finding in found)

    before, errors = seen(snapshot.findings), errors_of(snapshot)
    for finding in snapshot.findings:
        key = (finding.rule.name, finding.message)
        for fix in finding.fixes:
            text = edited(snapshot.text, fix.edits)
            assert text != snapshot.text
            after = analysed_again(text, snapshot)
            place = place_after(fix.edits, finding.span)
            stays = [
                each
                for each in after.findings
                if key == (each.rule.name, each.message)
                and each.span.start <= place.end
                and place.start <= each.span.end
            ]
            assert seen(after.findings)[key] < before[key] or not stays, ("the finding stays", key, fix.title, text)
            shows_more = finding.rule.name == "BuildPathNotFound" or finding.message.startswith("unknown instruction")
            assert shows_more or errors_of(after) <= errors, ("an error is new", key, fix.title, text)


def check_fix_all(snapshot: AnySnapshot) -> None:
    """All safe repairs twice are all safe repairs once, and they bring no error."""
    text = edited(snapshot.text, fix_everything(snapshot))
    after = analysed_again(text, snapshot)
    assert errors_of(after) <= errors_of(snapshot), text
    assert fix_everything(after) == (), (MAX_ROUNDS, text)


def check_actions(case: Case | YamlCase) -> None:
    """The edits of each action can be made, and bring no error."""
    text, snapshot = case.text, case.snapshot
    errors = errors_of(snapshot)
    for place in case.places[:3]:
        end = case.random.choice((place, min(place + 30, len(text))))
        for action in code_actions(snapshot, Span(place, end)):
            assert action.title.strip()
            assert "\n" not in action.title
            change = action.computed()
            after = edited(text, change.edits)
            if action.kind is not ActionKind.QUICKFIX:
                assert errors_of(analysed_again(after, snapshot)) <= errors, (action.title, after)


def check_items(text: str, offset: int, items: Sequence[Item]) -> None:
    """Each item replaces a part of the cursor's line around the cursor, and all from the same place on."""
    index = LineIndex(text)
    line = index.line_span(index.line_at(offset))
    assert len({item.span.start for item in items}) <= 1
    for item in items:
        assert line.start <= item.span.start <= offset <= item.span.end <= line.end or not line.touches(offset), item
        assert item.label
        assert "\n" not in item.label


def check_completion(case: Case) -> None:
    """What is above the cursor's line stays as it is, whatever is picked."""
    text, snapshot = case.text, case.snapshot
    for offset in case.places:
        items = complete(snapshot, offset, case.random.choice(tuple(Trigger))).items
        check_items(text, offset, items)
        line = text.rfind("\n", 0, offset) + 1
        above = [each.text for each in parse(text[:line]).instructions]
        for item in case.random.sample(items, min(len(items), 3)):
            after = text[: item.span.start] + item.text + text[item.span.end :]
            assert [each.text for each in parse(after[:line]).instructions] == above, item
            if item.key is not None:
                documentation(item.key, snapshot.images)


def check_places(case: Case) -> None:
    """What is said about a place is about that place, and leads into the text or to a file that is there."""
    text, snapshot = case.text, case.snapshot
    for offset in case.places:
        found = hover(snapshot, offset, shows_findings=case.random.random() < 0.5)
        if found is not None:
            assert_inside(text, [found.span])
            assert found.span.touches(offset)
            assert found.markdown.strip()
        for target in definition(snapshot, offset):
            assert_inside(text, [target.origin, *([target.span] if target.span is not None else [])])
            if target.path is not None and snapshot.context is not None:
                assert snapshot.context.kind_of(target.path) is not EntryKind.MISSING
        spans = linked_spans(snapshot, offset)
        assert_inside(text, spans)
        assert all(one.end <= other.start for one, other in pairwise(sorted(spans)))
        help_ = signature_help(snapshot, offset)
        if help_ is not None:
            assert 0 <= help_.active < len(help_.signatures)
            shown = help_.signatures[help_.active]
            assert help_.parameter is None or 0 <= help_.parameter < max(len(shown.parameters), 1)
        suggested = inline_completion(snapshot, offset)
        assert suggested is None or "\n" not in suggested


def check_links(text: str, found: Sequence[Link], context: BuildContext | None) -> None:
    """Each link is in the text, apart from the others, and leads to a page or to a file that is there."""
    assert_inside(text, (link.span for link in found))
    assert all(one.span.end <= other.span.start for one, other in pairwise(found)), found
    for link in found:
        assert (link.url is None) != (link.path is None)
        assert link.url is None or link.url.startswith("https://")
        if link.path is not None:
            assert context is not None
            assert context.kind_of(link.path) is not EntryKind.MISSING, link


def check_document(case: Case) -> None:
    """What is shown beside the text: links, hints and lenses."""
    text, snapshot = case.text, case.snapshot
    check_links(text, links(snapshot), snapshot.context)
    hints = inlay_hints(snapshot, Span(0, len(text)))
    assert all(0 <= hint.offset <= len(text) and hint.label for hint in hints)
    assert [hint.offset for hint in hints] == sorted({hint.offset for hint in hints})
    assert_inside(text, (lens.span for lens in code_lenses(snapshot)))


def check_view(case: Case) -> None:
    """The tokens, folds, selections and symbols."""
    text, one, other = case.text, case.random.random(), case.random.random()
    # The properties of `test_properties_editor`, each with one text.
    properties: tuple[tuple[Callable[..., None], tuple[object, ...]], ...] = (
        (editor.test_tokens_are_sorted_and_lie_on_their_lines, (case.random.choice(("utf-8", "utf-16", "utf-32")),)),
        (editor.test_the_tokens_of_a_part_are_those_of_the_file_there, (one, other)),
        (editor.test_folds_are_disjoint_or_one_is_in_the_other, (case.random.choice((None, 0, 2)),)),
        (editor.test_selections_grow_to_the_file, (one,)),
        (editor.test_the_outline_that_is_kept_is_that_of_the_text, ("utf-16", [])),
        (editor.test_definitions_are_in_the_text, ()),
    )
    for test, arguments in properties:
        test.hypothesis.inner_test(text, *arguments)  # type: ignore[attr-defined]


def check_formatting(case: Case) -> None:
    """Formatting and refactorings keep what is built."""
    text, one, other = case.text, case.random.random(), case.random.random()
    properties: tuple[tuple[Callable[..., None], tuple[object, ...]], ...] = (
        (rewriting.test_formatting_keeps_what_is_built_and_is_stable, (rewriting.DEFAULT,)),
        (rewriting.test_formatting_a_range_keeps_what_is_built, (one, other)),
        (rewriting.test_formatting_on_type_keeps_what_is_built, (one, case.random.choice("\n\\`"))),
        (rewriting.test_refactorings_keep_what_is_run, (one, case.random.choice((0, 20)))),
    )
    for test, arguments in properties:
        test.hypothesis.inner_test(text, *arguments)  # type: ignore[attr-defined]


def check_edit(case: Case) -> None:
    """The analysis after an edit is that of the new text."""
    text, snapshot = case.text, case.snapshot
    for place in case.places[:3]:
        deleted, inserted = case.random.randint(0, 5), case.random.choice(("", "\n", "x", "\\\n", "'", "<<A ", "# "))
        text = text[:place] + inserted + text[place + deleted :]
        assert snapshot.findings is not None
        snapshot = analysed_again(text, snapshot)  # type: ignore[assignment]
        fresh = analyse(text, None, snapshot.context, snapshot.settings, snapshot.images)
        assert seen_in(snapshot) == seen_in(fresh)


DOCKERFILE_CHECKS: tuple[Callable[[Case], None], ...] = (
    lambda case: check_tree(case.snapshot.tree),
    lambda case: check_findings(case.snapshot),
    lambda case: check_repairs(case.snapshot),
    lambda case: check_fix_all(case.snapshot),
    lambda case: check_every_repair(case.text),
    lambda case: check_every_way(case.text) and None,
    lambda case: check_renames(case.text) and None,
    check_actions,
    check_completion,
    check_places,
    check_document,
    check_view,
    check_formatting,
    check_edit,
)


def check_yaml_places(case: YamlCase) -> None:
    """Menus and facts at places of a YAML."""
    text, snapshot = case.text, case.snapshot
    for offset in case.places:
        check_items(text, offset, complete_manifest(snapshot, offset).items)
        found = manifest_hover(snapshot, offset)
        if found is not None:
            assert_inside(text, [found.span])
            assert found.span.touches(offset)
            assert found.markdown.strip()
        link = file_at(snapshot, offset)
        assert link is None or link.span.touches(offset)


def check_yaml_findings(case: YamlCase) -> None:
    """The findings are in the text, and in its order."""
    spans = [finding.span for finding in case.snapshot.findings]
    assert_inside(case.text, spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)


YAML_CHECKS: tuple[Callable[[YamlCase], None], ...] = (
    check_yaml_findings,
    lambda case: check_repairs(case.snapshot),
    lambda case: check_fix_all(case.snapshot),
    check_actions,
    check_yaml_places,
    lambda case: check_links(case.text, manifest_links(case.snapshot), case.snapshot.context),
)


def check(text: str, *, is_yaml: bool, around: Surroundings, share: float = 1) -> Iterator[Exception]:
    """Look at a text in every way, or at random in a share of the ways; the exceptions are those of failed checks."""
    chance = random.Random(text.encode("utf-8", "surrogatepass"))
    places = places_in(text, chance, 4 if share < 1 else 8)
    checks: list[Callable[[], None]] = []
    if is_yaml:
        read = analyse_manifest(text, files=around.files)
        yaml = YamlCase(text, read, places, chance)
        checks = [lambda look=look: look(yaml) for look in YAML_CHECKS]  # type: ignore[misc]
    else:
        context = chance.choice((around.context, around.context, None))
        snapshot = analyse(text, None, context, chance.choice(SOME_SETTINGS))
        case = Case(text, snapshot, places, chance)
        checks = [lambda look=look: look(case) for look in DOCKERFILE_CHECKS]  # type: ignore[misc]
    for look in checks:
        if chance.random() <= share:
            try:
                with nothing_logged():
                    look()
            except Exception as error:
                yield error
