"""The operating systems and architectures that a platform can consist of."""

from __future__ import annotations

from azureml_dockerfile_ls.syntax.language.pages import section_url

OPERATING_SYSTEMS = tuple(
    (
        "aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris "
        "windows zos"
    ).split()
)
"""The operating systems that containerd knows."""

ARCHITECTURES = tuple(
    (
        "386 i386 amd64 x86_64 x86-64 amd64p32 arm armbe armhf armel arm64 aarch64 arm64be loong64 ppc ppc64 ppc64le "
        "mips mipsle mips64 mips64le mips64p32 mips64p32le riscv riscv64 s390 s390x sparc sparc64 wasm"
    ).split()
)
"""The architectures that containerd knows, under all their names."""

BUILD_ARGUMENTS = {
    "TARGETPLATFORM": "the platform that the image is built for, such as `linux/amd64`.",
    "TARGETOS": "the operating system that the image is built for, such as `linux`.",
    "TARGETOSVERSION": "the version of the operating system that the image is built for.",
    "TARGETARCH": "the architecture that the image is built for, such as `amd64`.",
    "TARGETVARIANT": "the variant of the architecture that the image is built for, such as `v7`.",
    "TARGETSTAGE": "the name of the stage that is built.",
    "BUILDPLATFORM": "the platform of the machine that builds, such as `linux/amd64`.",
    "BUILDOS": "the operating system of the machine that builds, such as `linux`.",
    "BUILDOSVERSION": "the version of the operating system of the machine that builds.",
    "BUILDARCH": "the architecture of the machine that builds, such as `amd64`.",
    "BUILDVARIANT": "the variant of the architecture of the machine that builds, such as `v7`.",
}
"""The ARGs that BuildKit sets for every FROM, with their meanings. A stage sees one after it declares it."""

BUILD_ARGUMENTS_URL = section_url("automatic-platform-args-in-the-global-scope")
"""Where the Dockerfile reference describes these ARGs."""
