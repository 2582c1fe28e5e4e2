"""Which YAML is Azure ML's: by its `$schema`, or by a shape that no other program's files have.

It reads only the head of a text, so the YAML of Kubernetes, of workflows or of Helm costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.schema import (
    ASSET_IMAGE_KEYS,
    ASSET_KEYS,
    ASSET_TYPES,
    BATCH_KEYS,
    CONDA_KEYS,
    DEPLOYMENT_KEYS,
    ENVIRONMENT_KEYS,
    HOSTS,
    JOB_TYPES,
    KINDS_OF_SCHEMAS,
    Kind,
)

HEAD = 8192
"""The number of characters that decide what a text is."""

_SCHEMA = lazy_pattern(r"^[\"']?\$schema[\"']?[ \t]*:[ \t]*[\"']?(\S+?)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_SCHEMA_COMMENT = lazy_pattern(r"^#[ \t]*yaml-language-server:[ \t]*\$schema=(\S+)", re.MULTILINE)
_SCHEMA_NAME = lazy_pattern(r"(?<![A-Za-z])([A-Za-z]+)(?:\.schema)?\.json$")
_KEY = lazy_pattern(r"^[\"']?([A-Za-z_$][\w$-]*)[\"']?[ \t]*:(?=[ \t\r\n]|\Z)([^\r\n]*)", re.MULTILINE)
_PYTHON_ITEM = lazy_pattern(r"^[ ]*-[ ]+[\"']?(?:[\w.-]+::)?(?:python|pip)\b", re.MULTILINE)
_AZUREML_IMAGE = lazy_pattern(r"[\"']?mcr\.microsoft\.com/(?:azureml|aifx)/")
_AZUREML_REFERENCE = lazy_pattern(r"[\"']?azureml:")
_DOCKERFILE_PATH = lazy_pattern(r"^[ ]+dockerfile_path[ ]*:", re.MULTILINE)
_SCORING_SCRIPT = lazy_pattern(r"^[ ]+scoring_script[ ]*:", re.MULTILINE)
_ASSET_CONTEXT = lazy_pattern(
    r"^[ ]+context[ ]*:[ ]*\r?\n(?:[ ]*(?:#.*)?\r?\n)*[ ]+(?:dir|dockerfile|template_files)[ ]*:", re.MULTILINE
)
_LOWER_KINDS = {name.lower(): kind for name, kind in KINDS_OF_SCHEMAS.items()}


def kind_of(text: str) -> Kind | None:
    """What a YAML text describes; None if it is not certainly Azure ML's."""
    head = text[:HEAD]
    schema = _SCHEMA.search(head) or _SCHEMA_COMMENT.search(head)
    if schema is not None:
        name = _SCHEMA_NAME.search(schema[1])
        if not any(host in schema[1].lower() for host in HOSTS):
            return None
        return _LOWER_KINDS.get(name[1].lower(), Kind.OTHER) if name is not None else Kind.OTHER
    keys = {match[1]: match[2].strip() for match in _KEY.finditer(head)}
    if not keys or "apiVersion" in keys or "kind" in keys or "services" in keys:
        return None
    return _conda(keys, head) or _deployment(keys, head) or _asset(keys, head) or _job(keys) or _environment(keys, head)


Keys = Mapping[str, str]


def _conda(keys: Keys, head: str) -> Kind | None:
    if "dependencies" not in keys or not keys.keys() <= CONDA_KEYS:
        return None
    if keys["dependencies"] and not keys["dependencies"].startswith(("[", "#", "&")):
        return None
    return Kind.CONDA if "channels" in keys or _PYTHON_ITEM.search(head) else None


def _deployment(keys: Keys, head: str) -> Kind | None:
    # The endpoint may be an option of the command line instead: `--endpoint-name`.
    is_served = "code_configuration" in keys and _SCORING_SCRIPT.search(head) is not None
    if not (is_served or "endpoint_name" in keys) or not keys.keys() & DEPLOYMENT_KEYS:
        return None
    return Kind.BATCH_DEPLOYMENT if keys.keys() & BATCH_KEYS else Kind.ONLINE_DEPLOYMENT


def _asset(keys: Keys, head: str) -> Kind | None:
    if "spec" in keys and keys.keys() <= ASSET_KEYS and keys.get("type", "").strip("\"'") in ASSET_TYPES:
        return Kind.ASSET
    is_image = keys.get("image") == "" and keys.keys() <= ASSET_IMAGE_KEYS and _ASSET_CONTEXT.search(head)
    return Kind.ASSET_IMAGE if is_image else None


def _job(keys: Keys) -> Kind | None:
    is_ours = _AZUREML_REFERENCE.match(keys.get("environment", "")) or _AZUREML_REFERENCE.match(keys.get("compute", ""))
    kind = keys.get("type", "").strip("\"'")
    if "command" in keys and "environment" in keys and (is_ours or kind == "command"):
        return Kind.COMPONENT if kind == "command" and "name" in keys and "compute" not in keys else Kind.JOB
    if "jobs" in keys and kind == "pipeline":
        return Kind.JOB
    return Kind.JOB if kind in JOB_TYPES and is_ours else None


def _environment(keys: Keys, head: str) -> Kind | None:
    if not keys.keys() <= ENVIRONMENT_KEYS:
        return None
    # GitLab's pipelines have an image at the top, and any names of jobs beside it.
    is_ours = "name" in keys and "build" not in keys and _AZUREML_IMAGE.match(keys.get("image", "")) is not None
    has_both = "image" in keys and ("conda_file" in keys or "inference_config" in keys)
    builds = keys.get("build") == "" and _DOCKERFILE_PATH.search(head) is not None
    return Kind.ENVIRONMENT if is_ours or has_both or builds else None
