"""EXPOSE has a protocol in capital letters.

## What it does

Reports a protocol such as `TCP` that is not in lower case.

## Why is this bad?

Docker changes it to lower case, so the image and the Dockerfile differ.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
EXPOSE 5001/TCP
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
EXPOSE 5001/tcp
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.exposed_ports import exposed_ports
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, Severity, StageRule, page_of, replacement


def check(stage: Stage) -> Iterator[Finding]:
    """The protocols of EXPOSE."""
    for index, ports in stage.each_site(exposed_ports, "EXPOSE"):
        for port in ports:
            lower = port.protocol.lower()
            if lower == port.protocol or port.container.startswith("/"):
                continue
            fixes: tuple[Fix, ...] = ()
            if port.is_literal:
                text = f"{port.text.removesuffix(port.protocol)}{lower}"
                fixes = (replacement(f"Change to {text}", index, port.span, text, is_preferred=True, is_safe=True),)
            message = f"Defined protocol '{port.text}' in EXPOSE instruction should be lowercase"
            yield Finding(index, port.span, message, fixes)


RULE = StageRule(
    "ExposeProtoCasing",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("ExposeProtoCasing"),
    looks_at=frozenset(("EXPOSE",)),
)
