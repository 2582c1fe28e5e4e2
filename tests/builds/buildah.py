"""Real builds with Debian's buildah, on stand-ins for Azure ML's images.

The real images have gigabytes. The stand-ins are made of Debian's packages, and have what is said of the real ones:
user, folders, variables, and a pip. They bear their names, so that the Dockerfiles are built as they are, without any
registry. buildah needs no daemon, but root; `apt-get install buildah mmdebstrap`.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import apply_edits, dockerfile, findings_of
from tests.builds.packages import Packages
from tests.machine import make_debian, require, run

INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"

DEBIAN = "stand-in:debian"

_DEBIAN = """
    FROM scratch
    ADD rootfs.tar /
    # An environment of Python's own in the place of conda's base environment.
    RUN python3 -m venv /opt/miniconda
    COPY --chmod=755 conda /opt/miniconda/bin/
    COPY pip.conf /etc/
    ENV PATH=/opt/miniconda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    """
_STAND_INS = {
    INFERENCE: f"""
    FROM {DEBIAN}
    RUN useradd --create-home --uid 1000 dockeruser && \\
        mkdir -p /var/azureml-app /var/runit /var/lib/nginx && \\
        chown -R dockeruser /var/runit /var/log /var/lib/nginx /run /opt/miniconda /var/azureml-app
    ENV AZUREML_INFERENCE_SERVER_HTTP_ENABLED=True SVDIR=/var/runit
    EXPOSE 5001 8883 8888
    USER dockeruser
    CMD ["runsvdir", "/var/runit"]
    """,
    TRAINING: f"""
    FROM {DEBIAN}
    ENV LD_LIBRARY_PATH=/usr/local/lib
    CMD ["bash"]
    """,
}
# There is no conda among the packages of Debian and of Python. It is strict about its arguments.
_CONDA = """
    #!/bin/sh
    set -eu
    case "$*" in
    "env create -p /"*" -f /"*" -q")
        test -s "$6"
        test ! -e "$4"
        python3 -m venv "$4"
        ;;
    "clean -a -y") ;;
    *)
        echo "The stand-in does not know: conda $*" >&2
        exit 2
        ;;
    esac
    """
_PIP_CONF = """
    [global]
    no-index = true
    find-links = /wheels
    no-compile = true
    """
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def require_programs() -> None:
    """Skip the test where the builds cannot run."""
    require("buildah", "mmdebstrap")
    if os.geteuid() != 0:
        pytest.skip("only root can build images with buildah's chroot isolation")


@dataclass(frozen=True)
class Buildah:
    """A storage of images in `folder`, and the built ones among them; `wheels` is what pip finds in a build."""

    folder: Path
    driver: str
    wheels: Path
    built: list[str] = field(default_factory=list)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run buildah on the storage; stderr is in stdout."""
        storage = ("--root", self.folder / "root", "--runroot", self.folder / "run", "--storage-driver", self.driver)
        return run("buildah", *storage, *arguments)

    def must_run(self, *arguments: str | Path) -> str:
        """Run buildah, and return what it says; fails where it does."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def build(self, text: str, context: Path, name: str) -> subprocess.CompletedProcess[str]:
        """Build a Dockerfile, which need not be in its build context."""
        path = self.folder / "Dockerfile"
        path.write_text(text, encoding="utf-8")
        options = ["--isolation", "chroot", "--pull=never", "--layers=false", "--tag", name, "--file", path]
        return self.run("bud", *self._policy, *options, *self._volumes, context)

    def run_in(self, name: str, command: str) -> str:
        """What a shell prints in a container of an image, by the user and with the variables of the image."""
        # What a program prints last does not always come through buildah, but it is in a file for sure.
        printed = self.folder / "output" / "printed"
        printed.parent.mkdir(exist_ok=True)
        printed.write_text("")
        printed.chmod(0o666)
        container = self.must_run("from", *self._policy, "--pull=never", name).strip()
        try:
            options = ["--isolation", "chroot", *self._volumes, f"--volume={printed.parent}:/output"]
            shell = ["--", "sh", "-euc", f"exec >/output/printed 2>&1\n{dedent(command)}"]
            done = self.run("run", *options, container, *shell)
        finally:
            self.must_run("rm", container)
        assert done.returncode == 0, printed.read_text() + done.stdout
        return printed.read_text()

    def remove_built(self) -> None:
        """Remove the images that were built: with some drivers each is a whole copy of its base image's files."""
        self.must_run("rm", "--all")
        if self.built:
            self.must_run("rmi", *self.built)
            self.built.clear()

    @property
    def _policy(self) -> list[str | Path]:
        return ["--signature-policy", self.folder / "policy.json"]

    @property
    def _volumes(self) -> list[str]:
        # The machine's apt may use a server that only the machine's certificates know.
        shared = [(self.wheels, "/wheels"), *([(_CERTIFICATES, _CERTIFICATES)] if _CERTIFICATES.exists() else [])]
        return [f"--volume={source}:{target}:ro" for source, target in shared]


@dataclass(frozen=True)
class Image:
    """An image that was built."""

    buildah: Buildah
    name: str

    def run(self, command: str) -> str:
        """What a shell prints in a container, by the user and with the variables of the image; it must not fail."""
        return self.buildah.run_in(self.name, command)

    @property
    def user(self) -> str:
        """The user in the image's configuration."""
        return str(self._config.get("User", ""))

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables in the image's configuration."""
        return dict(variable.split("=", 1) for variable in self._config["Env"])

    @property
    def _config(self) -> dict[str, list[str]]:
        told = json.loads(self.buildah.must_run("inspect", "--type", "image", self.name))
        config: dict[str, list[str]] = told["OCIv1"]["config"]
        return config


def make_stand_ins(folder: Path, packages: Packages) -> Buildah:
    """A storage with the stand-ins. Skips the test where Debian's packages cannot be had."""
    (folder / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    context = folder / "context"
    context.mkdir()
    make_debian(context / "rootfs.tar", "python3-venv")
    (context / "conda").write_text(dockerfile(_CONDA))
    (context / "pip.conf").write_text(dockerfile(_PIP_CONF))
    # pip is not used before it is known which packages this Python takes.
    first = Buildah(folder, _storage_driver(folder / "try"), context)
    check_done(first.build(dockerfile(_DEBIAN), context, DEBIAN))
    version = 'import sys; print("%d.%d" % sys.version_info[:2])'
    buildah = Buildah(folder, first.driver, packages.download(first.run_in(DEBIAN, f"python3 -c '{version}'").strip()))
    for base, text in _STAND_INS.items():
        check_done(buildah.build(dockerfile(text), context, base.split()[1]))
    return buildah


def _storage_driver(folder: Path) -> str:
    """The fastest driver that works in a folder: overlay needs a file system that allows it, vfs copies all files."""
    storage = ("--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "overlay")
    return "vfs" if run("buildah", *storage, "info").returncode else "overlay"


def project(folder: Path, files: Mapping[str, str]) -> Path:
    """A build context in `folder`: files by path."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(dedent(content.removeprefix("\n")), encoding="utf-8")
    return folder


def repaired(rule: str, text: str, title: str | None = None, context: Path | None = None) -> str:
    """The text after a quick fix of the first finding of a rule: the fix called `title`, else the preferred one."""
    [finding, *_] = findings_of(rule, text, BuildContext(str(context)) if context else None)
    fix = next(fix for fix in finding.fixes if (fix.is_preferred if title is None else fix.title == title))
    return apply_edits(text, fix.edits)


def check_done(done: subprocess.CompletedProcess[str]) -> None:
    """The program has ended without an error."""
    assert done.returncode == 0, done.stdout


def check_builds(buildah: Buildah, text: str, context: Path) -> Image:
    """The Dockerfile builds; the image is returned."""
    image = Image(buildah, f"built:{len(buildah.built)}")
    done = buildah.build(text, context, image.name)
    assert done.returncode == 0, f"{text}\n{done.stdout}"
    buildah.built.append(image.name)
    return image


def check_fails(buildah: Buildah, text: str, context: Path, reason: str, status: int | None = None) -> None:
    """The Dockerfile does not build, for this reason, and with this exit status where one is given."""
    for _ in range(3):
        done = buildah.build(text, context, "built:failed")
        assert done.returncode != 0, f"{text}\n{done.stdout}"
        assert status in (None, done.returncode), done.stdout
        # What a program prints last does not always come through buildah.
        if reason in done.stdout:
            return
    raise AssertionError(f"{reason!r} is not in {done.stdout}")


def check_silent(text: str, context: Path) -> None:
    """No rule finds anything in the Dockerfile."""
    findings = analyse(text, context=BuildContext(str(context))).findings
    assert [(finding.rule.name, finding.message) for finding in findings] == []
