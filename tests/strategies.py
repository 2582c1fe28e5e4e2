"""Texts for property tests: Dockerfiles put together from fragments, and any text at all."""

from __future__ import annotations

from hypothesis import strategies as st

from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS

_KEYWORDS = [case(name) for name in INSTRUCTIONS for case in (str.upper, str.lower, str.capitalize)]

_ARGUMENTS = (
    "mcr.microsoft.com/azureml/minimal-py312-inference:latest",
    "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:{{latest-image-tag:.*}}",
    "mcr.microsoft.com/azureml/",
    "localhost:5000/a/b:c@sha256:0",
    "scratch AS base",
    "base",
    "${BASE:-x}",
    "$A",
    "${A",
    "${A:+${B:-c}}",
    "${{",
    "--from=base",
    "--from=0",
    "--chown=a:b",
    "--mount=type=cache,target=/x",
    "--platform=$BUILDPLATFORM",
    "--",
    '["a", "b"]',
    '["a", 1',
    "[[[",
    "A=1 B='x y' C=\"z",
    "AZUREML_ENTRY_SCRIPT=score.py",
    "AZUREML_MODEL_DIR=/var/azureml-app/azureml-models",
    "code /var/azureml-app",
    "model /var/azureml-app/azureml-models",
    "root:root",
    "dockeruser",
    "apt-get update && apt-get install -y libgl1",
    "bash -c 'apt-get update'",
    "useradd dockeruser",
    "pip install –r x",
    "<package-1> ...",
    "# not a comment",
    "5001/tcp 80-90",
    "CMD true",
    "NONE",
    "<<EOF",
    "<<-'E' <<F",
    "$(echo $(date) `id`)",
    "|| { true; } >& /dev/null",
    "'",
    '"',
    "\\",
    "`",
    "\u00a0",
    "é 🐳",
)

_LINES = (
    "# syntax=docker/dockerfile:1",
    "# escape=`",
    "# escape=\\",
    "# check=skip=all;error=true",
    "# check=skip=RetiredImage // why",
    "# a comment",
    "#",
    "EOF",
    "\tE",
    "F",
    "",
    "  ",
    "&& \\",
)

_instructions = st.builds(
    lambda keyword, arguments: " ".join([keyword, *arguments]),
    st.sampled_from(_KEYWORDS),
    st.lists(st.sampled_from(_ARGUMENTS), max_size=4),
)
_parts = st.one_of(_instructions, st.sampled_from(_LINES), st.sampled_from(_ARGUMENTS), st.text(max_size=8))
_ends = st.sampled_from(("\n", "\n", "\n", "\r\n", " \\\n", "\\\n", " `\n", "\r", "", "\u2028"))

dockerfiles = st.builds(
    lambda mark, lines: mark + "".join(part + end for part, end in lines),
    st.sampled_from(("", "", "", "\ufeff")),
    st.lists(st.tuples(_parts, _ends), max_size=12),
)
"""Texts made of what Dockerfiles are made of, in any order, so that few of them are right."""

any_text = st.text(alphabet=st.characters(), max_size=60)
"""Any characters, lone surrogates included."""
