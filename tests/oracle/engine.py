"""A Docker Engine that `install.sh` put into a folder, and its judgement of a Dockerfile."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.responses import Configuration

IMAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "mcr.microsoft.com/azureml/minimal-py312-inference:latest": ("dockeruser", {"AML_APP_ROOT": "/var/azureml-app"}),
    "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest": ("root", {"CONDA_PREFIX": "/opt/miniconda"}),
    "python:3.12": ("root", {"PYTHON_VERSION": "3.12.7"}),
    "alpine:latest": ("root", {}),
}
"""The images that the engine has: each with its user and its variables."""

KNOWN_IMAGES = ImageIndex(
    configurations={
        name: Configuration(f"sha256:{'0' * 64}", user, {"PATH": "/bin", **variables}, "/", (), {}, None)
        for name, (user, variables) in IMAGES.items()
    }
)
"""The same images, as this server knows them from a registry."""

_UNREACHABLE = re.compile(r"failed to resolve source metadata|pull access denied|failed to do request")
_AT_ONCE = 40
"""The number of texts of one process of Docker."""

_AT_LINE = re.compile(r"dockerfile parse error on line \d+: ")


class Warning(NamedTuple):
    """A warning of BuildKit: its check, and the first line of its instruction, from 1 on."""

    check: str
    line: int
    message: str


class Verdict(NamedTuple):
    """The judgement of BuildKit: its warnings, and the error that stops the build.

    `line` is that of the error, 0 without one. `needs_network` is True if an image of the text is none of `IMAGES`.
    """

    warnings: tuple[Warning, ...]
    error: str | None
    line: int
    needs_network: bool


class Engine:
    """A running engine."""

    def __init__(self, root: Path, state: Path) -> None:
        """`root` holds the programs, `state` the data of the engine."""
        self._docker = root / "usr/bin/docker"
        self._environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{state}/docker.sock",
            "DOCKER_CONFIG": str(state / "config"),
        }

    def judge(self, text: str) -> Verdict:
        """What `docker build --check` says of a text, in an empty build context."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "Dockerfile").write_bytes(text.encode())
            command = [self._docker, "build", "--call=check,format=json", folder]
            run = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if not run.stdout.strip():
            error = re.sub(r"^ERROR: (failed to build: )?(failed to solve: )?", "", run.stderr.strip().splitlines()[-1])
            return Verdict((), error, 0, bool(_UNREACHABLE.search(run.stderr)))
        return self._verdict(json.loads(run.stdout))

    def judge_all(self, texts: Sequence[str]) -> Iterator[Verdict]:
        """What `docker build --check` says of each text. Most of them share a process, which is much faster."""
        for start in range(0, len(texts), _AT_ONCE):
            yield from self._judge_some(texts[start : start + _AT_ONCE])

    def _judge_some(self, texts: Sequence[str]) -> Iterator[Verdict]:
        with tempfile.TemporaryDirectory() as folder:
            names = [f"t{number}" for number in range(len(texts))]
            for name, text in zip(names, texts, strict=True):
                (Path(folder) / name).mkdir()
                (Path(folder) / name / "Dockerfile").write_bytes(text.encode())
            targets = {name: {"context": name} for name in names}
            (Path(folder) / "bake.json").write_text(
                json.dumps({"group": {"default": {"targets": names}}, "target": targets})
            )
            command = [self._docker, "buildx", "bake", "--file", "bake.json", "--call=check,format=json"]
            run = subprocess.run(
                command, cwd=folder, env=self._environment, capture_output=True, text=True, check=False
            )
        answers = json.loads(run.stdout)["target"] if run.stdout.strip() else {}
        for name, text in zip(names, texts, strict=True):
            answer = answers.get(name, {}).get("check")
            yield self.judge(text) if answer is None else self._verdict(answer)

    @staticmethod
    def _verdict(answer: Mapping[str, Any]) -> Verdict:
        warnings = tuple(
            Warning(warning["ruleName"], _line(warning), warning["detail"]) for warning in answer.get("warnings") or ()
        )
        error = answer.get("buildError")
        if error is None:
            return Verdict(warnings, None, 0, needs_network=False)
        message = _AT_LINE.sub("", error["message"])
        return Verdict(warnings, message, _line(error), bool(_UNREACHABLE.search(message)))

    def add_image(self, name: str, user: str, variables: Mapping[str, str]) -> None:
        """Give the engine an image with one file."""
        changes = [f"USER {user}", "ENV PATH=/bin", *(f"ENV {key}={value}" for key, value in variables.items())]
        options = [part for change in changes for part in ("-c", change)]
        subprocess.run(
            [self._docker, "import", *options, "-", name],
            env=self._environment,
            input=_layer(),
            capture_output=True,
            check=True,
        )


def _line(answer: Mapping[str, object]) -> int:
    location = answer.get("location")
    ranges = location.get("ranges") if isinstance(location, dict) else None
    return int(ranges[0]["start"]["line"]) if ranges else 0


def _layer() -> bytes:
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        file = tarfile.TarInfo("etc/hostname")
        archive.addfile(file, io.BytesIO())
    return layer.getvalue()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Engine]:
    """Start the engine of a folder with the images of `IMAGES`, and stop it afterwards.

    Raises RuntimeError with the engine's log if it does not start.
    """
    root = folder.resolve() / "root"
    # The path of a socket must be short.
    state = Path(tempfile.mkdtemp(prefix="engine-"))
    try:
        plugins = state / "config/cli-plugins"
        plugins.mkdir(parents=True)
        (plugins / "docker-buildx").symlink_to(root / "usr/libexec/docker/cli-plugins/docker-buildx")
        (state / "daemon.json").write_text('{"features": {"buildkit": true}}')
        with (state / "log").open("wb") as log:
            daemon = subprocess.Popen(_daemon(state), env=_path(root), stdout=log, stderr=log, start_new_session=True)
        try:
            engine = Engine(root, state)
            _wait(engine, daemon, state)
            for name, (user, variables) in IMAGES.items():
                engine.add_image(name, user, variables)
            yield engine
        finally:
            daemon.terminate()
            daemon.wait()
            subprocess.run(["umount", state / "run/netns/default"], check=False, stderr=subprocess.DEVNULL)
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _daemon(state: Path) -> list[str]:
    network = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"]
    places = ["--data-root", f"{state}/data", "--exec-root", f"{state}/run", "--pidfile", f"{state}/pid"]
    return [
        *("dockerd", *network, "--storage-driver=vfs", *places),
        *("--host", f"unix://{state}/docker.sock", "--config-file", f"{state}/daemon.json"),
    ]


def _path(root: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{root}/usr/sbin:{root}/usr/bin:{os.environ['PATH']}"}


def _wait(engine: Engine, daemon: subprocess.Popen[bytes], state: Path) -> None:
    for _ in range(600):
        if (state / "docker.sock").exists() and engine.judge("FROM scratch\n").error is None:
            return
        if daemon.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the engine does not start: {(state / 'log').read_text()[-2000:]}")
