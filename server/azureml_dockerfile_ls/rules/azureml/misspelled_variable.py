"""A variable is set whose name is a slip away from one that Azure ML reads.

## What it does

Reports an ENV of an Azure ML image whose name is almost that of a variable of Azure ML. It is silent where the
Dockerfile sets the right name too, and where it uses the name itself, for that is then a variable of its own.

## Why is this bad?

Nothing reads the misspelt variable, and nothing complains: the default counts, as if it had not been set.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_EXTRA_REQUIRMENTS_TXT=requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.spelling import misspelt
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, ModelRule, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import KeyValuePair


def check(model: Model) -> Iterator[Finding]:
    """Every misspelt variable of the final image, at the first place that sets it, in whichever stage that is."""
    wrong = misspelt(model.final) if model.final else {}
    if not wrong:
        return
    reaching = model.final_ancestry()
    found: dict[str, list[tuple[int, KeyValuePair]]] = {}
    for first, stage in model.stages:
        if stage not in reaching:
            continue
        for index, instruction in stage.instructions_named("ENV"):
            for pair in instruction.pairs:
                if pair.name in wrong:
                    found.setdefault(pair.name, []).append((first + index, pair))
    for name, places in found.items():
        meant = wrong[name]
        edits = tuple(Edit(at, pair.name_span, meant) for at, pair in places)
        at, pair = places[0]
        message = f"Azure ML does not read {name}, so it has no effect: the variable is called {meant}."
        yield Finding(at, pair.name_span, message, (Fix(f"Rename it to {meant}", edits, is_preferred=True),))


RULE = ModelRule("MisspelledVariable", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
