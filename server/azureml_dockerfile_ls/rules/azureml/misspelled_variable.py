"""A variable name looks like a typo of one that Azure ML reads.

## What it does

Reports an ENV of an Azure ML image with a name that is almost that of an Azure ML variable. The rule is silent if the
Dockerfile also sets the correct name. It is also silent if the Dockerfile uses the name itself, because it is then a
separate variable.

## Why is this bad?

Azure ML does not read the misspelled variable and does not report it. The default applies, as if the variable were not
set.

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
    """Find each misspelled variable of the final image where it is first set, in any of its stages."""
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
        message = f"Azure ML does not read {name}, so it has no effect. Rename it to {meant}."
        yield Finding(at, pair.name_span, message, (Fix(f"Rename to {meant}", edits, is_preferred=True),))


RULE = ModelRule("MisspelledVariable", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
