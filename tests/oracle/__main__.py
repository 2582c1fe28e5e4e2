"""Compares this server with the Docker Engine in a folder: python -m tests.oracle FOLDER [--count N] [--seed N]."""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from tests.oracle.comparison import Difference, compare
from tests.oracle.engine import running
from tests.oracle.reasons import reason_for
from tests.oracle.texts import corpus, mutants


def main() -> int:
    """Compare, and print the differences by kind; 1 if one of them has no reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of tests/oracle/install.sh")
    parser.add_argument("--count", type=int, default=5000, help="the number of generated texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="the number of texts to show of each kind")
    arguments = parser.parse_args()
    texts = (*corpus(), *mutants(arguments.count, arguments.seed))
    found: dict[str, list[tuple[Difference, str]]] = defaultdict(list)
    needs_network = 0
    with running(arguments.folder) as engine:
        for text, verdict in zip(texts, engine.judge_all(texts), strict=True):
            needs_network += verdict.needs_network
            difference = compare(text, verdict)
            if difference is not None:
                reason = reason_for(text, difference)
                found[f"{difference.kind}: {reason or 'UNEXPLAINED'}"].append((difference, text))
    print(f"{len(texts)} texts, {needs_network} need a network, {sum(map(len, found.values()))} differ")
    for kind, cases in sorted(found.items()):
        print(f"{len(cases):5}  {kind}")
        for difference, text in cases[: arguments.show]:
            print(f"       theirs: {difference.theirs}\n       ours:   {difference.ours}")
            print("".join(f"         | {line}\n" for line in text.splitlines()))
    return int(any(kind.endswith("UNEXPLAINED") for kind in found))


if __name__ == "__main__":
    raise SystemExit(main())
