"""Completion of ports, signals, labels, heredoc delimiters, durations and arguments."""

from __future__ import annotations

import pytest

from tests.features.menus import IMAGE, check_completion, check_pick, check_silent, menu


def test_an_inference_image_exposes_the_port_of_its_server() -> None:
    """5001 is offered on an inference image, and nowhere else."""
    check_completion(f"FROM {IMAGE}\nEXPOSE $0", "5001")
    check_silent(f"FROM {IMAGE}\nEXPOSE 5001 $0")
    check_silent("FROM ubuntu\nEXPOSE $0")


def test_a_port_is_followed_by_its_protocol() -> None:
    """The port stays."""
    check_completion("FROM ubuntu\nEXPOSE 80/$0", "tcp", "udp", "sctp")
    check_pick("FROM ubuntu\nEXPOSE 80/u$0 81", "udp", "FROM ubuntu\nEXPOSE 80/udp 81")
    check_silent("FROM ubuntu\nEXPOSE 80/tcp$0")


def test_stopsignal_offers_signals() -> None:
    """The usual ones come first; nothing is offered once one is complete."""
    assert menu("FROM a\nSTOPSIGNAL $0").in_vscode()[:2] == ["SIGTERM", "SIGINT"]
    check_pick("FROM a\nSTOPSIGNAL SIGQ$0", "SIGQUIT", "FROM a\nSTOPSIGNAL SIGQUIT")
    check_silent("FROM a\nSTOPSIGNAL SIGTERM$0")
    check_silent("FROM a\nSTOPSIGNAL TERM$0")
    check_silent("FROM a\nSTOPSIGNAL 9 $0")


def test_label_offers_the_keys_of_oci() -> None:
    """A key that is set is not offered again, and none inside a value."""
    key = "org.opencontainers.image.source"
    check_pick("FROM a\nLABEL a=b $0 c=d", key, f"FROM a\nLABEL a=b {key}= c=d")
    check_pick("FROM a\nLABEL org$0=x", key, f"FROM a\nLABEL {key}=x")
    assert key not in menu(f"FROM a\nLABEL {key}=x $0").in_vscode()
    check_silent("FROM a\nLABEL a=$0")
    check_silent('FROM a\nLABEL a="b $0')


@pytest.mark.parametrize(
    ("fixture", "label", "after"),
    [
        ("RUN <<$0", "EOF", "RUN <<EOF\n\nEOF"),
        ("run <<e$0", "eof", "run <<eof\n\neof"),
        ("RUN <<-E$0", "EOF", "RUN <<-EOF\n\nEOF"),
        ("RUN <<'$0", "EOF", "RUN <<'EOF'"),
        ("COPY <<$0 /x", "EOF", "COPY <<EOF /x"),
    ],
)
def test_a_heredoc_gets_its_delimiter(fixture: str, label: str, after: str) -> None:
    """Where nothing follows, the closing line comes with it."""
    check_pick(f"FROM a\n{fixture}", label, f"FROM a\n{after}")


def test_a_heredoc_has_the_line_ends_of_the_file() -> None:
    """A file with CRLF stays one."""
    check_pick("FROM a\r\nRUN <<$0\r\nRUN b\r\n", "EOF", "FROM a\r\nRUN <<EOF\r\n\r\nEOF\r\nRUN b\r\n")


@pytest.mark.parametrize("fixture", ["ENV A=<<$0", "CMD cat <<$0", "RUN <<EOF$0\nEOF", "RUN cat <<SQL$0"])
def test_no_delimiter_is_offered_elsewhere(fixture: str) -> None:
    """CMD has no heredocs, and a delimiter of the user's own stays."""
    assert "EOF" not in menu(f"FROM a\n{fixture}").in_vscode()


@pytest.mark.parametrize(
    ("fixture", "label", "after"),
    [
        ("HEALTHCHECK --interval=$0 CMD x", "30s", "HEALTHCHECK --interval=30s CMD x"),
        ("HEALTHCHECK --timeout=5$0 CMD x", "5s", "HEALTHCHECK --timeout=5s CMD x"),
        ("HEALTHCHECK --retries=$0 CMD x", "3", "HEALTHCHECK --retries=3 CMD x"),
        ("COPY --chmod=$0 a b", "755", "COPY --chmod=755 a b"),
        ("COPY --exclude=$0 a b", "**/__pycache__", "COPY --exclude=**/__pycache__ a b"),
        ("ADD --checksum=$0 a b", "sha256:", "ADD --checksum=sha256: a b"),
        ("RUN --security=$0 x", "insecure", "RUN --security=insecure x"),
        ("RUN --network=$0\\\n  x", "none", "RUN --network=none\\\n  x"),
        ("SHELL $0", '["/bin/bash", "-c"]', 'SHELL ["/bin/bash", "-c"]'),
        ("SHELL [$0]", '["/bin/bash", "-c"]', 'SHELL ["/bin/bash", "-c"]'),
    ],
)
def test_values_that_most_files_have_are_offered(fixture: str, label: str, after: str) -> None:
    """They come from the table of the language."""
    check_pick(f"FROM a\n{fixture}", label, f"FROM a\n{after}")


def test_cmd_starts_the_services_of_an_inference_image() -> None:
    """Only of such an image, and only where no command is written."""
    check_completion(f"FROM {IMAGE}\nCMD $0", '["runsvdir", "/var/runit"]')
    check_silent("FROM ubuntu\nCMD $0")
    check_silent(f'FROM {IMAGE}\nCMD $0["x"]')


def test_arg_takes_over_what_is_defined_before_the_first_stage() -> None:
    """The ARGs of the platform are offered once a letter is typed."""
    check_completion("ARG VERSION=1\nFROM a\nARG $0", "VERSION")
    check_pick("FROM a\nARG TARGETP$0", "TARGETPLATFORM", "FROM a\nARG TARGETPLATFORM")
    check_silent("ARG VERSION=1\nFROM a\nARG VERSION\nARG $0")
    check_silent("ARG $0\nFROM a")
    check_silent("FROM a\nARG TAG$0")
    check_silent("ARG VERSION=1\nFROM a\nARG X=$0")
