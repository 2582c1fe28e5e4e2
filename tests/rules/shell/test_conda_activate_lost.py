"""CondaActivateLost: the activation of a conda environment ends with its own RUN."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, findings_of
from tests.images_used import FROM_TRAINING

RULE = "CondaActivateLost"


def test_an_activation_alone() -> None:
    """The finding covers the command without the comment."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN conda activate score # for pip
        #   ^^^^^^^^^^^^^^^^^^^^ CondaActivateLost the next instruction starts a new one
        RUN pip install pandas
        """,
    )

    assert finding.severity is Severity.HINT
    assert finding.fixes == ()


def test_the_last_command_of_a_list() -> None:
    """An activation at the end is reported, because the commands before it do not use it."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN . /opt/miniconda/etc/profile.d/conda.sh && \\
            pip install a && conda activate score
        #                    ^^^^^^^^^^^^^^^^^^^^ CondaActivateLost
        """,
    )


def test_another_shell_after_bash_c() -> None:
    """An activation in `bash -c` is reported, because the commands after it run in another shell."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN bash -c "source activate score" && pip install a
        #            ^^^^^^^^^^^^^^^^^^^^^ CondaActivateLost
        RUN ["bash", "-lc", "conda activate score"]
        #                    ^^^^^^^^^^^^^^^^^^^^ CondaActivateLost
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "conda activate a && echo done",
        "conda activate a; conda deactivate",
        "micromamba activate a",
        "source activate",
        ". /opt/miniconda/bin/activate",
        "source /opt/env/bin/activate a",
        "<<EOF\nconda activate a\n\n# done\nEOF",
        "$(conda activate a) && pip install b",
    ],
)
def test_activations_without_effect(command: str) -> None:
    """The rule knows every form of activation, and commands that do not depend on one."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")) == 1


@pytest.mark.parametrize(
    "command",
    [
        "conda activate a && pip install b",
        "source activate a; python --version",
        "bash -c 'source activate a && pip install b'",
        "bash -c 'source activate a && pip install b' && echo done",
        "conda activate a && VERSION=$(python --version)",
        "conda activate a && echo $CONDA_PREFIX > /prefix",
        "conda activate a && bash -c 'pip install b'",
        "<<EOF\nconda activate a\npip install b\nEOF",
        "echo 'conda activate a' >> ~/.bashrc",
        "echo source activate a",
        "conda init && conda create -n activate",
        "python -m venv /a && . /a/bin/activate",
        "source activate a && \\",
        "# conda activate a",
        "cat <<EOF > /a\nconda activate a\nEOF",
    ],
)
def test_activations_in_use(command: str) -> None:
    """The rule is silent if a command follows in the same shell, if the list is unfinished, and for plain text."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "FROM continuumio/miniconda3\nRUN conda activate a\n",
        f'{FROM_TRAINING}CMD ["bash", "-c", "conda activate a"]\n',
        f'{FROM_TRAINING}SHELL ["pwsh", "-c"]\nRUN conda activate a\n',
    ],
)
def test_instructions_that_are_not_examined(lines: str) -> None:
    """The rule does not examine other images, CMD and ENTRYPOINT, and other shells than POSIX ones."""
    check_rule(RULE, lines)
