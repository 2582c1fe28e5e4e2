"""The operating systems and architectures that a platform can consist of."""

from __future__ import annotations

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
