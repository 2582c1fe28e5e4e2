"""Image references: their parts, and which of them BuildKit accepts."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.reference import invalid_reference_message, is_valid_reference, split_reference


def parts(text: str) -> tuple[str | None, str, str | None, str | None]:
    """Registry, repository, tag and digest, after a check of their spans."""
    reference = split_reference(text)
    assert reference.span.of(text) == reference.text == text
    assert reference.repository_span.of(text) == reference.repository
    assert reference.name_span.of(text) == reference.name
    for part, span in (
        (reference.registry, reference.registry_span),
        (reference.tag, reference.tag_span),
        (reference.digest, reference.digest_span),
    ):
        assert (None if span is None else span.of(text)) == part
    return reference.registry, reference.repository, reference.tag, reference.digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ubuntu", (None, "ubuntu", None, None)),
        ("ubuntu:22.04", (None, "ubuntu", "22.04", None)),
        ("a/b", (None, "a/b", None, None)),
        ("mcr.microsoft.com/azureml/x:1", ("mcr.microsoft.com", "azureml/x", "1", None)),
        ("localhost/a", ("localhost", "a", None, None)),
        ("localhost:5000/a/b:c", ("localhost:5000", "a/b", "c", None)),
        ("localhost:5000", (None, "localhost", "5000", None)),
        ("Registry/a", ("Registry", "a", None, None)),
        ("a@sha256:00", (None, "a", None, "sha256:00")),
        ("a.b/c:d@sha256:00", ("a.b", "c", "d", "sha256:00")),
        ("[::1]:5000/a:b", ("[::1]:5000", "a", "b", None)),
    ],
)
def test_a_reference_has_registry_repository_tag_and_digest(
    text: str, expected: tuple[str | None, str, str | None, str | None]
) -> None:
    """The part before the first slash is a registry when it has a dot, a colon or an upper-case letter."""
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A", (None, "$A", None, None)),
        ("$REG/a:$TAG", (None, "$REG/a", "$TAG", None)),
        ("${REG}/a:1", (None, "${REG}/a", "1", None)),
        ("${REG:-a.b/c:d}/e:1", (None, "${REG:-a.b/c:d}/e", "1", None)),
        ("${A:-${B:-c:d}:e}", (None, "${A:-${B:-c:d}:e}", None, None)),
        ("a:${TAG:-1@2}", (None, "a", "${TAG:-1@2}", None)),
        ("${A}.io/b", ("${A}.io", "b", None, None)),
        ("$A.io/b", ("$A.io", "b", None, None)),
    ],
)
def test_a_variable_may_be_anywhere(text: str, expected: tuple[str | None, str, str | None, str | None]) -> None:
    """Separators inside braces belong to the variable."""
    assert parts(text) == expected


def test_a_tag_may_be_a_template() -> None:
    """Azure ML's own Dockerfiles have such tags, with a regular expression inside."""
    assert parts("mcr.microsoft.com/azureml/a:{{latest-image-tag:\\d+/x:y@z}}") == (
        "mcr.microsoft.com",
        "azureml/a",
        "{{latest-image-tag:\\d+/x:y@z}}",
        None,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (None, "", None, None)),
        (":", (None, "", "", None)),
        ("a:", (None, "a", "", None)),
        ("a@", (None, "a", None, "")),
        ("/", (None, "/", None, None)),
        ("mcr.", (None, "mcr.", None, None)),
        ("mcr.microsoft.com/", ("mcr.microsoft.com", "", None, None)),
        ("a:{{x", (None, "a", "{{x", None)),
        ("a:${x", (None, "a", "${x", None)),
        ("{{" * 20_000, (None, "{{" * 20_000, None, None)),
        ("${" * 20_000, (None, "${" * 20_000, None, None)),
    ],
)
def test_half_a_reference_has_parts_too(text: str, expected: tuple[str | None, str, str | None, str | None]) -> None:
    """A separator at the end makes an empty part; an open brace hides nothing."""
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("ubuntu", "a/b/c:D_e-f.g", "localhost:5000/a", "Reg.IO/a", "a__b/c--d/e.f", "a:{{latest-image-tag:.*}}"),
        "a@sha256:" + "0" * 64,
    ],
)
def test_references_that_can_be_pulled(text: str) -> None:
    """The grammar is that of the distribution project; a template is filled in before the image is pulled."""
    assert is_valid_reference(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Ubuntu", "invalid reference format: repository name (library/Ubuntu) must be lowercase"),
        ("a/B:C", "invalid reference format: repository name (a/B) must be lowercase"),
        ("a.io/B:C", "invalid reference format: repository name (B) must be lowercase"),
        ("a" * 64, f"invalid repository name ({'a' * 64}), cannot specify 64-byte hexadecimal strings"),
        ("a:", "invalid reference format"),
        ("a b", "invalid reference format"),
        ("-a", "invalid reference format"),
        ("a___b", "invalid reference format"),
        ("a:.b", "invalid reference format"),
        ("a@sha256:0", "invalid reference format"),
        ("<image>", "invalid reference format"),
        ("", "invalid reference format"),
    ],
)
def test_references_that_cannot_be_pulled(text: str, message: str) -> None:
    """The message has BuildKit's words."""
    assert not is_valid_reference(text)
    assert invalid_reference_message(text) == message


_HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"a@sha256:{_HASH}", None),
        (f"a.b/c:d@sha512:{_HASH}{_HASH}", None),
        (f"a@sha256:{_HASH[1:]}", "invalid checksum digest length"),
        (f"a@sha512:{_HASH}", "invalid checksum digest length"),
        (f"a@sha256:{_HASH.upper()}", "invalid checksum digest format"),
        (f"a@sh256:{_HASH}", "unsupported digest algorithm"),
        (f"a@md5:{_HASH[:32]}", "unsupported digest algorithm"),
        (f"a@SHA256:{_HASH}", "invalid reference format: repository name (library/a@SHA256) must be lowercase"),
        ("a@sha256:abc", "invalid reference format"),
        ("a@sha256", "invalid reference format"),
        ("a@", "invalid reference format"),
        (f"a.b/{'x' * 255}", None),
        (f"a.b/{'x' * 256}", "repository name must not be more than 255 characters"),
        ("x" * 250, "repository name must not be more than 255 characters"),
    ],
)
def test_digests_and_long_names(text: str, message: str | None) -> None:
    """A digest has a known algorithm and the length of its hash; a name has a limit, `library/` included."""
    assert invalid_reference_message(text) == message
    assert is_valid_reference(text) == (message is None)
