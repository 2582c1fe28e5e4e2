"""Errors of BuildKit that depend on the variables, or on the working directory, at an instruction."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator

from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.values import strict_value
from azureml_dockerfile_ls.syntax.digests import digest_message
from azureml_dockerfile_ls.syntax.errors.arguments import EMPTY_VOLUME, MEANS_MORE, signal_problems
from azureml_dockerfile_ls.syntax.errors.flags import permissions_message
from azureml_dockerfile_ls.syntax.errors.mounts import mount_fields, value_problem
from azureml_dockerfile_ls.syntax.errors.ports import port_message
from azureml_dockerfile_ls.syntax.errors.quotes import expansion_problem, quote_problems
from azureml_dockerfile_ls.syntax.expansion import Lookup
from azureml_dockerfile_ls.syntax.language import MOUNT_KEYS
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Problem
from azureml_dockerfile_ls.syntax.sources import git_message, is_git, is_remote, is_url

EXPANDED = ("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")
"""The instructions of which BuildKit expands a part."""

_MOUNTED_AT_TARGET = ("bind", "cache", "tmpfs")


def site_problems(site: Site) -> tuple[Problem, ...]:
    """The problems of an instruction in its state."""
    instruction = site.instruction
    if instruction.name == "RUN":
        return tuple(_mount_problems(site)) if instruction.flags else ()
    found = list(_argument_problems(site))
    if any(variable.modifier.endswith("?") for variable in instruction.variables):
        found += required_problems(instruction, site.lookup)
    return tuple(found)


def required_problems(instruction: Instruction, lookup: Lookup) -> Iterator[Problem]:
    """The problems of variables such as `${NAME:?}` that are surely not set."""
    if instruction.spec is not None and instruction.spec.expands:
        known = {problem.span for problem in instruction.problems}
        yield from (
            problem for problem in quote_problems(instruction, instruction.spec, lookup) if problem.span not in known
        )


def _argument_problems(site: Site) -> Iterator[Problem]:
    name = site.instruction.name
    if name in ("ADD", "COPY"):
        yield from _permission_problems(site)
    if name == "ADD":
        yield from _add_problems(site)
    elif name in ("EXPOSE", "STOPSIGNAL", "VOLUME"):
        for word in site.instruction.words:
            if MEANS_MORE.search(word.value):
                value = strict_value(word.value, site.instruction.escape, site.lookup)
                if value is None:
                    continue
                if name == "STOPSIGNAL":
                    yield from signal_problems(value, word.span)
                elif name == "EXPOSE":
                    # A variable can hold several ports.
                    messages = map(port_message, value.split())
                    yield from (Problem(word.span, message) for message in messages if message)
                elif not value:
                    yield Problem(word.span, EMPTY_VOLUME)


def _permission_problems(site: Site) -> Iterator[Problem]:
    flag = site.instruction.flag("chmod")
    if flag and flag.value_span and flag.value and "$" in flag.value:
        value = _value(site, flag)
        message = permissions_message(value) if value else None
        if message:
            yield Problem(flag.value_span, message)


def _add_problems(site: Site) -> Iterator[Problem]:
    instruction = site.instruction
    checksum = instruction.flag("checksum")
    keep = instruction.flag("keep-git-dir")
    sources = instruction.words[:-1]
    expected = _value(site, checksum) if checksum and checksum.value else None
    if checksum and expected and len(sources) > 1:
        yield Problem(checksum.span, "checksum can't be specified for multiple sources")
        return
    kept = None if keep is None else (keep.value or "true").lower() == "true"
    for source in sources:
        if not checksum and "?" not in source.value and "$" not in source.value:
            continue
        value = strict_value(source.value, instruction.escape, site.lookup)
        if value is None:
            continue
        message = git_message(value, expected or "", kept)
        if message:
            yield Problem(source.span, message)
        elif checksum and checksum.value_span and expected:
            if not is_remote(value):
                yield Problem(checksum.span, "checksum requires HTTP(S) or Git sources")
            elif is_url(value) and not is_git(value) and (message := digest_message(expected)):
                yield Problem(checksum.value_span, message)


def _value(site: Site, flag: Flag) -> str | None:
    return strict_value(flag.value or "", site.instruction.escape, site.lookup)


def _mount_problems(site: Site) -> Iterator[Problem]:
    escape = site.instruction.escape
    refused = sorted(problem.span.start for problem in site.instruction.problems)
    for flag in site.instruction.flags:
        fields = mount_fields(flag) if flag.name == "mount" else None
        has_problem = bisect_left(refused, flag.span.end) > bisect_left(refused, flag.span.start)
        if fields is None or has_problem:
            continue
        values: dict[str, str | None] = {}
        problems: list[Problem] = []
        for name, field in fields.items():
            values[name] = field.text
            if MEANS_MORE.search(field.text):
                values[name] = strict_value(field.text, escape, site.lookup)
                problems += expansion_problem(field.text, field.span, escape, site.lookup)
                if values[name] is not None:
                    problem = value_problem(MOUNT_KEYS[name], name, values[name] or "", field.span)
                    problems += (problem,) if problem else ()
        yield from problems
        if not problems and (values.get("type", "bind") or "").lower() in _MOUNTED_AT_TARGET:
            target = values.get("target", "")
            # BuildKit compares an absolute target as it is written.
            path = target if target is None or target.startswith("/") else _joined(site.workdir, target)
            if path == "/":
                span = fields["target"].span if fields.get("target") and fields["target"].text else flag.span
                yield Problem(span, 'invalid mount target "/"')


def _joined(folder: str | None, target: str) -> str | None:
    if folder is None:
        return None
    path = posixpath.normpath(posixpath.join(folder, target))
    return f"/{path.lstrip('/')}"
