"""The ports of EXPOSE, as BuildKit reads them."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import LocalSpan


class ExposedPort(NamedTuple):
    """A port at `span`, which is the word that holds it; `is_literal` if the word is exactly the port."""

    span: LocalSpan
    text: str
    is_literal: bool

    @property
    def host(self) -> str:
        """The address and the port of the host, with the colons; empty without them."""
        return self.text[: len(self.text) - len(self.container)]

    @property
    def container(self) -> str:
        """The port of the container with its protocol."""
        return self.text.rpartition(":")[2]

    @property
    def protocol(self) -> str:
        """The protocol as written; empty without one."""
        return self.container.partition("/")[2]


def exposed_ports(site: Site) -> tuple[ExposedPort, ...]:
    """The ports of an EXPOSE whose values are known."""
    return tuple(_ports(site))


def _ports(site: Site) -> Iterator[ExposedPort]:
    for word in site.instruction.words:
        text = word.value
        if "$" in text:
            text = expand_word(text, site.instruction.escape, site.lookup) or ""
        # A variable can hold several ports.
        for port in text.split():
            yield ExposedPort(word.span, port, port == word.value)
