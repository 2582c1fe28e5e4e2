"""Update `catalogue.json` for a release: `python -m server.tools.catalogue`.

The names of images and their tags come from the registry. Everything else in the catalogue is written by hand, and is
kept. Nothing is removed without `--prune`. The differences are printed as Markdown, for review. The same catalogue and
the same registry give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azureml_dockerfile_ls.azureml.families import PREFIX, Family
from azureml_dockerfile_ls.cli.terminal import Progress, complain, print_text
from azureml_dockerfile_ls.files import replace_file
from azureml_dockerfile_ls.images.catalogue import REGISTRY, Image, kind_of
from azureml_dockerfile_ls.images.http import Absent, Deadline, RegistryError, origin_of
from azureml_dockerfile_ls.images.questions import PREFIXES
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.images.responses import Listing
from azureml_dockerfile_ls.images.tags import newest, sort_key

CATALOGUE = Path(__file__).parents[1] / "azureml_dockerfile_ls" / "images" / "catalogue.json"

_INTEGER = re.compile(r"0|[1-9][0-9]{0,6}")
_SHARED_ENDS = re.compile(r"([0-9]{4})([0-9]{4})(\.v[0-9]+)|(biweekly\.[0-9]{4})[0-9]{2}(?:\.v?[0-9]+)*")

_FACTS_OF_NEWEST: tuple[str, ...] = ("last_release", "base_image")

Record = dict[str, Any]
"""The entry of one image in the catalogue."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a registry."""

    names: frozenset[str]
    """The full names of the listed images."""
    complete_prefixes: frozenset[str]
    """The prefixes, among PREFIXES, of which `names` has every image."""
    tags: Mapping[str, Listing | None]
    """The tags of each image, or None if it has none. Images without an answer are missing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What an update changes, and what needs a review. Tags are newest first."""

    new_images: dict[str, list[str]] = field(default_factory=dict)
    new_tags: dict[str, list[str]] = field(default_factory=dict)
    vanished_tags: dict[str, list[str]] = field(default_factory=dict)
    vanished_images: dict[str, str] = field(default_factory=dict)
    """The images that the registry does not list any more, and what happens to each."""
    unconfirmed: list[str] = field(default_factory=list)
    """Those that are published after all."""
    outdated_facts: dict[str, list[str]] = field(default_factory=dict)
    """The facts about the newest tag of images that have a newer one now."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the generator and return its exit status. `--help` lists them."""
    options = _parser().parse_args(arguments)
    try:
        old = options.catalogue.read_bytes()
        records = _records(old)
        registry = Registry({REGISTRY.rstrip("/"): options.registry} if options.registry else {})
        answers, has_failed = _ask(registry, records)
        updated, difference = update(records, answers, is_pruning=options.prune)
        new = written(updated)
        report = as_markdown(difference, is_pruning=options.prune)
        if new != old:
            replace_file(str(options.catalogue), new, options.catalogue.stat())
        if options.diff is not None:
            options.diff.write_text(report, encoding="utf-8")
    except (OSError, ValueError) as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("cancelled; the catalogue is unchanged")
        return 130
    print_text(report.rstrip())
    return int(has_failed)


def update(
    records: Mapping[str, Record], answers: Answers, *, is_pruning: bool
) -> tuple[dict[str, Record], Difference]:
    """Merge the answers of the registry into the catalogue; return the new catalogue and the difference.

    An image has vanished if the registry neither lists its name nor has tags of it. `is_pruning` removes it, unless it
    is deprecated, retired, or the successor of another image: rules still report about those. A tag has vanished if a
    complete list does not have it.
    """
    updated: dict[str, Record] = {}
    difference = Difference()
    successors = {record.get("successor") for record in records.values()}
    for name in sorted({*records, *answers.names}):
        record = dict(records.get(name) or {"kind": kind_of(name), "status": "unknown"})
        listing = answers.tags.get(name)
        known = _tags(record)
        if name not in records:
            difference.new_images[name] = list(listing.names) if listing else []
        elif listing is not None:
            _compare(name, record, known, listing, difference)
        elif _has_vanished(name, answers):
            is_kept = not is_pruning or record["status"] in ("deprecated", "retired") or name in successors
            difference.vanished_images[name] = f"{record['status']}, {'kept' if is_kept else 'removed'}"
            if not is_kept:
                continue
        if listing is not None:
            gone = set(difference.vanished_tags.get(name, ())) if is_pruning else set()
            tags = sorted({*known, *listing.names} - gone, key=sort_key)
            if tags:
                record["tag_runs"] = compress(tags)
            else:
                record.pop("tag_runs", None)
            record.pop("unconfirmed", None)
        updated[name] = record
    return updated, difference


def _compare(name: str, record: Record, known: Sequence[str], listing: Listing, difference: Difference) -> None:
    new = [tag for tag in listing.names if tag not in known]
    gone = [tag for tag in known if tag not in listing.names]
    if new:
        difference.new_tags[name] = new
    if gone and listing.is_complete:
        difference.vanished_tags[name] = gone
    if record.get("unconfirmed"):
        difference.unconfirmed.append(name)
    facts = [fact for fact in _FACTS_OF_NEWEST if fact in record]
    if facts and newest([*known, *new]) != newest(known):
        difference.outdated_facts[name] = facts


def _has_vanished(name: str, answers: Answers) -> bool:
    is_listed_whole = any(name.startswith(prefix + "/") for prefix in answers.complete_prefixes)
    return is_listed_whole and name not in answers.names and name in answers.tags


def compress(tags: Sequence[str]) -> str:
    """The compact form of tags in the catalogue, for tags in any order. `Image.tags` is the inverse."""
    words: list[str] = []
    index = 0
    while index < len(tags):
        first = tags[index]
        end = index + 1
        if _INTEGER.fullmatch(first):
            while end < len(tags) and tags[end] == str(int(first) - (end - index)):
                end += 1
            run = f"{{{first}..{tags[end - 1]}}}"
        else:
            ends = _shared_ends(first)
            while ends is not None and end < len(tags) and _shared_ends(tags[end]) == ends:
                end += 1
            prefix, suffix = ends or ("", "")
            parts = [tag[len(prefix) : len(tag) - len(suffix)] for tag in tags[index:end]]
            run = f"{prefix}{{{','.join(parts)}}}{suffix}"
        words.append(run if end - index > 1 else first)
        index = end
    return " ".join(words)


def _shared_ends(tag: str) -> tuple[str, str] | None:
    """The parts that a tag can share with its neighbours: the year, and the revision of a dated tag."""
    match = _SHARED_ENDS.fullmatch(tag)
    return (match[1] or match[4], match[3] or "") if match else None


def written(records: Mapping[str, Record]) -> bytes:
    """The content of the catalogue file: one line for each image, sorted."""
    lines = [f"{json.dumps(name)}: {json.dumps(records[name], ensure_ascii=False)}" for name in sorted(records)]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def as_markdown(difference: Difference, *, is_pruning: bool) -> str:
    """The difference in Markdown."""
    action = "removed" if is_pruning else "kept"
    sections = (
        ("New images", [f"{_shown(name)}: {_runs(tags)}" for name, tags in difference.new_images.items()]),
        ("New tags", [f"{_shown(name)}: {_runs(tags)}" for name, tags in difference.new_tags.items()]),
        (
            f"Tags that the registry does not list ({action})",
            [f"{_shown(name)}: {_runs(tags)}" for name, tags in difference.vanished_tags.items()],
        ),
        (
            "Images that the registry does not list",
            [f"{_shown(name)} ({what})" for name, what in difference.vanished_images.items()],
        ),
        (
            "To review",
            [
                *(f"{_shown(name)}: status, and facts in its name" for name in difference.new_images),
                *(f"{_shown(name)}: published, but was unconfirmed; its note" for name in difference.unconfirmed),
                *(f"{_shown(name)}: {', '.join(facts)}" for name, facts in difference.outdated_facts.items()),
            ],
        ),
    )
    lines = ["# The catalogue of images"]
    for title, entries in sections:
        if entries:
            lines += ["", f"## {title}: {len(entries)}", "", *(f"- {entry}" for entry in entries)]
    if len(lines) == 1:
        lines += ["", "Nothing changed."]
    return "\n".join(lines) + "\n"


def _shown(name: str) -> str:
    return f"`{name.removeprefix(PREFIX).removeprefix(REGISTRY)}`"


def _runs(tags: Sequence[str]) -> str:
    return f"`{compress(tags)}`" if tags else "no tags"


def _records(content: bytes) -> dict[str, Record]:
    records = json.loads(content)
    if not isinstance(records, dict) or not all(isinstance(record, dict) for record in records.values()):
        raise ValueError("not a catalogue of images")
    return records


def _tags(record: Record) -> tuple[str, ...]:
    return Image("", "other", Family.OTHER, "unknown", tag_runs=record.get("tag_runs", "")).tags


def _ask(registry: Registry, records: Iterable[str]) -> tuple[Answers, bool]:
    """Ask the registry, one request after the other; return its answers, and whether any request failed."""
    names: set[str] = set()
    complete: set[str] = set()
    tags: dict[str, Listing | None] = {}
    failures: list[RegistryError] = []
    with Progress("the names of images", len(PREFIXES)) as progress:
        for prefix in PREFIXES:
            try:
                with Deadline() as deadline:
                    listing = registry.images(prefix, deadline)
            except RegistryError as error:
                failures.append(error)
                progress.complain(str(error))
            else:
                names.update(listing.names)
                complete.update([prefix] if listing.is_complete else [])
            progress.step()
    wanted = [(name, where) for name in sorted({*records, *names}) if (where := registry.locate(name)) is not None]
    with Progress(f"the tags of {len(wanted)} images", len(wanted)) as progress:
        for name, where in wanted:
            try:
                with Deadline() as deadline:
                    tags[name] = registry.tags(where, deadline)
            except Absent:
                tags[name] = None
            except RegistryError as error:
                failures.append(error)
                progress.complain(str(error))
            progress.step()
    return Answers(frozenset(names), frozenset(complete), tags), bool(failures)


def _url(text: str) -> str:
    if origin_of(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http or https URL")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m server.tools.catalogue",
        description="Update the built-in catalogue from a registry, and print the differences as Markdown. Exit "
        "status: 1 if an answer of the registry is missing (the other answers are written), 2 if the catalogue cannot "
        "be read or written, 130 after Ctrl-C.",
    )
    parser.add_argument(
        "--registry", metavar="URL", type=_url, help="the registry to ask in place of https://mcr.microsoft.com"
    )
    parser.add_argument(
        "--catalogue",
        metavar="FILE",
        type=Path,
        default=CATALOGUE,
        help="the catalogue (default: the one in the package)",
    )
    parser.add_argument("--prune", action="store_true", help="remove the tags and images that the registry lacks")
    parser.add_argument("--diff", metavar="FILE.md", type=Path, help="also write the differences to a file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
