"""EXPOSE has an address or a port of the host.

## What it does

Reports an EXPOSE such as `127.0.0.1:80:5001` or `80:5001`.

## Why is this bad?

EXPOSE names ports of the container only, and Docker drops the rest. `docker run --publish` maps ports of the host.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
EXPOSE 8080:5001
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
EXPOSE 5001
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.exposed_ports import exposed_ports
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, Severity, StageRule, page_of, replacement


def check(stage: Stage) -> Iterator[Finding]:
    """The ports of EXPOSE."""
    for index, ports in stage.each_site(exposed_ports, "EXPOSE"):
        for port in ports:
            if not port.host.strip(":"):
                continue
            fixes: tuple[Fix, ...] = ()
            if port.is_literal:
                fixes = (
                    replacement(f"Change to {port.container}", index, port.span, port.container, is_preferred=True),
                )
            message = f"EXPOSE instruction should not define an IP address or host-port mapping, found '{port.text}'"
            yield Finding(index, port.span, message, fixes)


RULE = StageRule(
    "ExposeInvalidFormat",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("ExposeInvalidFormat"),
    looks_at=frozenset(("EXPOSE",)),
)
