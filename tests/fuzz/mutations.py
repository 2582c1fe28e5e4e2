"""New texts out of old ones: by words of the language, where the fuzzer's own mutations are by bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import ManifestRule
from tests.features.test_completion_properties import LINES as COMPLETED
from tests.features.test_ignore import COMMENTS, INSTRUCTIONS, TOPS
from tests.rules.test_pages import WRONG_THROUGHOUT, example
from tests.test_properties import BLANKS, CONTINUATIONS, KEYWORDS, LINES, WORDS

_WORD = re.compile(r"\S+")

YAML_LINES = r"""
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
$schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
name: e
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
image: {docker: {image: ubuntu}}
conda_file: conda.yml
conda_file: {dependencies: [python=3.8, pip: [azureml-core]]}
build:
  path: context
  dockerfile_path: Dockerfile
environment: azureml:AzureML-sklearn-0.24@latest
environment: azureml://registries/azureml/environments/sklearn-1.5/labels/latest
environment:
  inference_config: {}
endpoint_name: e
model: azureml:m:1
code_configuration:
  code: .
  scoring_script: score.py
code: code
command: >-
  python train.py
  --rate 1
jobs:
  a: {type: command, code: ../code, environment: azureml:b:1}
inputs: {a: "b", 'c': ${{inputs.d}}}
channels: [conda-forge]
dependencies:
- python=3.12
- pip
- pip:
  - torch>=2
  - -r requirements.txt
environment_variables: {AZUREML_ENTRY_SCRIPT: score.py}
type: environment
spec: spec.yaml
# comment
---
...
""".strip("\n").split("\n")
YAML_WORDS = (
    """
a: - ? | > |- >+2 & * ! % @ ` [ ] { } , : " ' \\ # &a *a !t !!str <<: *a ${{a}} azureml: null ~ true 1.0 0o7
conda.yml ../x /etc Dockerfile context latest :1 @latest 'it''s' "a\\u00e9" "a\\ "" ''' - - -a
""".split()
    + ["\t", "  ", " ", "é😀", "\ud800", "\x85", "\ufeff"]
)


def seeds(*, is_yaml: bool) -> list[str]:
    """The texts to begin with: the examples on the pages of the rules."""
    rules = [rule for rule in RULES if isinstance(rule, ManifestRule) == is_yaml]
    found = [example(rule, section) for rule in rules for section in ("Example", "Use instead")]
    if is_yaml:
        return [*found, "\n".join(YAML_LINES[5:30])]
    return [*(text for text in found if len(text) < 5_000), WRONG_THROUGHOUT, "\n".join(COMPLETED)]


def _pieces(is_yaml: bool) -> tuple[Sequence[str], Sequence[str]]:
    if is_yaml:
        return YAML_LINES, YAML_WORDS
    lines = [*LINES, *COMPLETED, *INSTRUCTIONS, *(text.rstrip("\n") for text in (*TOPS, *COMMENTS))]
    return lines, [*WORDS, *KEYWORDS, *BLANKS, *CONTINUATIONS]


def _replaced_word(text: str, chance: random.Random, word: str) -> str:
    found = list(_WORD.finditer(text))
    if not found:
        return text + word
    start, end = chance.choice(found).span()
    return text[:start] + word + text[chance.choice((start, end, end)) :]


def mutated(text: str, other: str, chance: random.Random, *, is_yaml: bool) -> str:
    """A text with one to four changes of lines and words; some lines come from the text `other`."""
    lines, words = _pieces(is_yaml)
    for _ in range(chance.randint(1, 4)):
        here = text.split("\n")
        at, to = chance.randrange(len(here)), chance.randrange(len(here))
        changes: tuple[Callable[[], str], ...] = (
            lambda text=text: _replaced_word(text, chance, chance.choice(words)),  # type: ignore[misc]
            lambda here=here, at=at: "\n".join([*here[:at], chance.choice(lines), *here[at:]]),  # type: ignore[misc]
            lambda here=here, at=at: "\n".join([*here[:at], *here[at + 1 :]]),  # type: ignore[misc]
            lambda here=here, at=at, to=to: "\n".join([*here[:at], here[to], *here[at:]]),  # type: ignore[misc]
            lambda here=here, at=at: "\n".join(  # type: ignore[misc]
                [*here[:at], chance.choice(other.split("\n")), *here[at:]]
            ),
            lambda text=text: text.replace("\n", "\r\n") if "\r" not in text else text.replace("\r", ""),  # type: ignore[misc]
            lambda here=here, at=at: "\n".join([*here[:at], f"{chance.choice('  -# ')}{here[at]}", *here[at + 1 :]]),  # type: ignore[misc]
        )
        text = chance.choice(changes)()
    return text
