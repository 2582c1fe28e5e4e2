"""Copies the server and its dependencies into `bundled/`, and writes their versions and licenses into NOTICE.

Everything is pure Python, so that it runs with any interpreter from 3.10 on, on any system.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BUNDLED = HERE / "bundled"
NATIVE = (".so", ".pyd", ".dll", ".dylib")

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
ANY_PYTHON = ("--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.10")
OLDEST = {"python_version": "3.10", "python_full_version": "3.10.0", "extra": ""}
"""What markers such as `python_version < "3.11"` are asked about: pip itself asks the Python that it runs on."""


def main() -> None:
    """Fills `bundled/` and writes NOTICE."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = list(collect(Path(folder)))
        for wheel in wheels:
            check_pure(wheel)
            with ZipFile(wheel) as archive:
                archive.extractall(BUNDLED)
        parts = [python_part(wheel) for wheel in wheels]
    for entry in BUNDLED.rglob("*"):
        if entry.suffix in NATIVE:
            raise SystemExit(f"{entry} is not pure Python")
    parts = [part for part in parts if part[0] != "azureml-dockerfile-ls"] + list(npm_parts())
    (HERE / "NOTICE").write_text(notice(parts), encoding="utf-8")
    print(f"bundled {len(parts)} packages of others; see NOTICE")


def collect(folder: Path) -> Iterator[Path]:
    """The wheel of the server, and those of all that it needs with the oldest Python too."""
    server, others = folder / "server", folder / "others"
    subprocess.run([*PIP, "wheel", "--no-deps", f"--wheel-dir={server}", str(ROOT)], check=True)
    (own,) = server.glob("*.whl")
    yield own
    others.mkdir()
    while missing := sorted(missing_requirements([own, *others.glob("*.whl")])):
        subprocess.run([*PIP, "download", *ANY_PYTHON, f"--dest={others}", *missing], check=True)
    yield from sorted(others.glob("*.whl"))


def missing_requirements(wheels: Iterable[Path]) -> set[str]:
    """What these wheels need and is not among them."""
    needed: dict[str, str] = {}
    there = set()
    for wheel in wheels:
        metadata = metadata_of(wheel)
        there.add(canonicalize_name(metadata["Name"]))
        for line in metadata.get_all("Requires-Dist", []):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(OLDEST):
                requirement.marker = None
                needed[canonicalize_name(requirement.name)] = str(requirement)
    return {requirement for name, requirement in needed.items() if name not in there}


def metadata_of(wheel: Path) -> Message:
    """The METADATA of a wheel."""
    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        return HeaderParser().parsestr(archive.read(name).decode())


def check_pure(wheel: Path) -> None:
    """Stops where a wheel is not for any system, or needs a file outside the place where it is unpacked."""
    if not wheel.name.endswith("-none-any.whl"):
        raise SystemExit(f"{wheel.name} is not pure Python")
    with ZipFile(wheel) as archive:
        data = [name.split(".data/", 1)[1] for name in archive.namelist() if ".data/" in name]
        odd = [name for name in data if not name.startswith("data/")]
        if odd:
            raise SystemExit(f"{wheel.name} has files that are not simply unpacked: {odd[0]}")


Part = tuple[str, str, str, str]
"""The name of a package, its version, its licence, and the text of that."""


def python_part(wheel: Path) -> Part:
    """What NOTICE says of a wheel."""
    metadata = metadata_of(wheel)
    classified = [
        line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier", []) if line.startswith("License :: ")
    ]
    short = (metadata["License"] or "").strip()
    licence = metadata["License-Expression"] or (short if short and "\n" not in short else ", ".join(classified))
    with ZipFile(wheel) as archive:
        names = [
            name
            for name in archive.namelist()
            if ".dist-info/" in name and re.match(r"(?i)(licen[cs]e|copying|notice)", name.rpartition("/")[2])
        ]
        text = "\n\n".join(archive.read(name).decode().strip() for name in sorted(names))
    return metadata["Name"], metadata["Version"], licence, text


def npm_parts() -> Iterator[Part]:
    """What NOTICE says of the npm packages that esbuild took code from."""
    inputs = json.loads((HERE / "dist" / "meta.json").read_text(encoding="utf-8"))["inputs"]
    folders = {found[0] for path in inputs if (found := re.match(r"(.*node_modules/(?:@[^/]+/)?[^/]+)/", path))}
    for folder in sorted(folders):
        package = json.loads((HERE / folder / "package.json").read_text(encoding="utf-8"))
        files = [file for file in (HERE / folder).iterdir() if re.match(r"(?i)(licen[cs]e|copying|notice)", file.name)]
        text = "\n\n".join(file.read_text(encoding="utf-8").strip() for file in sorted(files) if file.is_file())
        yield package["name"], package["version"], package["license"], text


def notice(parts: Iterable[Part]) -> str:
    """NOTICE: a table, then every licence. Stops where a licence is not known."""
    rows, texts = [], []
    for name, version, licence, text in parts:
        if not licence:
            raise SystemExit(f"{name} does not name its licence")
        rows.append(f"{name:32} {version:12} {licence}")
        texts.append(f"{'=' * 80}\n{name} {version} ({licence})\n{'=' * 80}\n\n{text or 'No text comes with it.'}")
    head = "This extension comes with these packages of others.\n"
    return "\n".join([head, *rows, "", "", "\n\n\n".join(texts), ""])


if __name__ == "__main__":
    shutil.rmtree(BUNDLED, ignore_errors=True)
    main()
