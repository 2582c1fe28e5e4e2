"""Coverage-guided fuzzing of the analysis and of every feature, with the checks of `tests/fuzz/checks.py`.

    python -m tests.fuzz FOLDER [--yaml] [--seconds 1800]

FOLDER gets `texts/`, the texts that led into new code, and `failures/`, one text for each kind of failure with what
failed, and `slow/`. A run goes on after a failure, and a new run continues with the texts of the last one. It needs
`pip install atheris`.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import random
import sys
import time
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["azureml_dockerfile_ls"]):
    from tests.fuzz.checks import check
    from tests.fuzz.mutations import mutated, seeds
    from tests.fuzz.surroundings import surroundings_in

MAX_BYTES = 3_000
SLOW_SECONDS = 2.0
"""The time of the processor from which on a text is kept as slow. Instrumented code takes about three times as long."""

ROOT = Path(__file__).parents[2]


def to_text(data: bytes) -> str:
    """The text of the fuzzer's bytes; a lone surrogate is what an editor can send too."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def to_bytes(text: str) -> bytes:
    """The bytes of a text, as `to_text` reads them."""
    return text.encode("utf-8", "surrogatepass")


class Run:
    """One run: it counts, and keeps what failed."""

    def __init__(self, folder: Path, *, is_yaml: bool, share: float) -> None:
        self.folder = folder
        self.is_yaml = is_yaml
        self.share = share
        self.texts = 0
        self.failures: dict[str, int] = {}
        self.around = surroundings_in(folder / "around")
        self.pool = seeds(is_yaml=is_yaml)

    def look(self, data: bytes) -> None:
        """Check one text. A garbage collection within it would not be its own time."""
        text = to_text(data)
        data = to_bytes(text)
        self.texts += 1
        started = time.process_time()
        for error in check(text, is_yaml=self.is_yaml, around=self.around, share=self.share):
            self.keep("failures", self.kind_of(error), data, "".join(traceback.format_exception(error)))
        seconds = time.process_time() - started
        if seconds > SLOW_SECONDS:
            self.keep("slow", f"slow-{int(seconds)}", data, f"{seconds:.1f} s\n")
        if self.texts % 20 == 0:
            gc.collect()

    @staticmethod
    def kind_of(error: Exception) -> str:
        """A name of what failed: the exception, the last place in the tests and the last place at all."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if ROOT in Path(frame.filename).parents]
        last = frames[-1]
        check = next((frame for frame in reversed(frames) if "tests" in Path(frame.filename).parts), last)
        words = str(error.args[0])[:120] if error.args and isinstance(error.args[0], tuple) else ""
        words = "-".join(str(part) for part in error.args[0][:3]) if words else ""
        name = f"{type(error).__name__}-{check.name}-{check.lineno}-{last.name}-{words}"
        return "".join(character if character.isalnum() else "-" for character in name)[:150]

    def keep(self, where: str, kind: str, data: bytes, why: str) -> None:
        """Keep the shortest text of each kind."""
        self.failures[kind] = self.failures.get(kind, 0) + 1
        path = self.folder / where / f"{kind}.txt"
        if not path.exists() or len(data) < path.stat().st_size:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.with_suffix(".why").write_text(why, encoding="utf-8", errors="backslashreplace")

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """The next text: most are changed by words, the others by bytes."""
        chance = random.Random(seed)
        if chance.random() < 0.2:
            return bytes(atheris.Mutate(data, most))
        text = to_text(data)
        if chance.random() < 0.02:
            text = chance.choice(self.pool)
        made = to_bytes(mutated(text, chance.choice(self.pool), chance, is_yaml=self.is_yaml))
        return made if len(made) <= most else made[:most]


def main() -> None:
    """Run until the time is over, then print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--yaml", action="store_true", help="fuzz Azure ML's YAML instead of Dockerfiles")
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--share", type=float, default=0.4, help="the share of the checks that each text undergoes")
    options = parser.parse_args()
    texts = options.folder / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    run = Run(options.folder, is_yaml=options.yaml, share=options.share)
    kept = Path(__file__).parent / "corpus" / ("yaml" if options.yaml else "dockerfile")
    for text in [*map(to_bytes, run.pool), *(path.read_bytes() for path in kept.glob("*.txt"))]:
        (texts / hashlib.sha1(text).hexdigest()).write_bytes(text)
    gc.disable()
    started = time.process_time()

    def report() -> None:
        seconds = time.process_time() - started
        print(f"\n{run.texts} texts in {seconds / 60:.1f} minutes of processor time", file=sys.stderr)
        for kind, count in sorted(run.failures.items(), key=lambda each: -each[1]):
            print(f"{count:6} {kind}", file=sys.stderr)

    def one(data: bytes) -> None:
        run.look(data)
        if time.process_time() - started > options.seconds:
            report()
            sys.stderr.flush()
            # The fuzzer has no other way to end.
            os._exit(1 if run.failures else 0)

    flags = [f"-max_len={MAX_BYTES}", "-timeout=120", "-rss_limit_mb=4096", "-len_control=0", "-reduce_inputs=0"]
    atheris.Setup([sys.argv[0], *flags, str(texts)], one, custom_mutator=run.mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
