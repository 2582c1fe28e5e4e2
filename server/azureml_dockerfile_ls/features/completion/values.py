"""Completion of the values that ENV gives to Azure ML's variables."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from azureml_dockerfile_ls.azureml.entry_script import entry_scripts, fitting_scripts
from azureml_dockerfile_ls.azureml.families import APP_ROOT, DEFAULT_APP_ROOT, ENTRY_SCRIPT, MODEL_DIR
from azureml_dockerfile_ls.azureml.file_references import script_folder
from azureml_dockerfile_ls.azureml.model_files import is_model
from azureml_dockerfile_ls.azureml.serving import app_root, models_folder
from azureml_dockerfile_ls.azureml.variables.table import Variable, find
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.features.completion.arguments import Argument
from azureml_dockerfile_ls.features.completion.folders import known_folders
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import copies
from azureml_dockerfile_ls.model.origins import files_below
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

_REST = lazy_pattern(r"[^\s\"'\\]*")
_MAX_WALKED = 2000

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_BY_SUFFIX = {
    "AZUREML_EXTRA_REQUIREMENTS_TXT": (".txt",),
    "AZUREML_EXTRA_CONDA_YAML": (".yml", ".yaml"),
}

_Values = Iterator[tuple[str, str]]
"""Values, the likeliest first, and what they are."""


def value_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The values of the variable at the cursor that continue the typed text; nothing once one of them is complete."""
    found = _value_at(snapshot, cursor)
    if found is None or cursor.stage is None:
        return
    variable, argument = found
    kind = _KINDS.get(variable.name, Kind.FOLDER if "path" in variable.type else Kind.VALUE)
    context = None if cursor.is_trigger else snapshot.context
    values: dict[str, str] = {}
    for value, detail in _values(variable, cursor.stage, cursor.at, context):
        values.setdefault(value, detail)
    found_by = {value: _from_where_it_begins(value, argument.typed) for value in values if argument.takes(value)}
    # Enter after a name that is typed to its end must leave it as it is.
    if argument.typed in found_by.values():
        return
    for value, filter_text in found_by.items():
        if filter_text is not None:
            yield Item(value, kind, argument.span, value, filter_text, values[value], part=Part.AZUREML)


def _from_where_it_begins(value: str, typed: str) -> str | None:
    """The suffix of `value` that starts with `typed`, cutting leading folders; None if there is none."""
    while not value.startswith(typed):
        _, slash, value = value.partition("/")
        if not slash:
            return None
    return value


def _value_at(snapshot: Snapshot, cursor: InInstruction) -> tuple[Variable, Argument] | None:
    """The variable whose value the cursor is in, and the value, of which only the first line can be completed."""
    instruction = snapshot.tree.instructions[cursor.index]
    at = cursor.offset - snapshot.tree.offset_of(cursor.index)
    for pair in (instruction.trigger or instruction).pairs:
        start = at if pair.value_span is None else pair.value_span.start
        is_inside_value = pair.name_span.end < start <= at <= (pair.value_span or Span(at, at)).end
        variable = find(pair.name)
        if not is_inside_value or not pair.separator or variable is None or not variable.has_effect:
            continue
        typed = instruction.text[start:at]
        quote = typed[:1] if typed[:1] in ("'", '"') else ""
        typed = typed[len(quote) :]
        if any(character in typed for character in ("\n", "\r", "'", '"', "$", instruction.escape, "\\")):
            return None
        rest = _REST.match(snapshot.text, cursor.offset)
        span = Span(cursor.offset - len(typed), rest.end() if rest else cursor.offset)
        return variable, Argument(span, typed, (), True, bool(quote))
    return None


def _values(variable: Variable, stage: Stage, index: int, context: BuildContext | None) -> _Values:
    special = _SPECIAL.get(variable.name)
    if special is not None:
        yield from special(stage, context)
    elif variable.name in _BY_SUFFIX and context is not None:
        yield from _files_beside_script(stage, context, _BY_SUFFIX[variable.name])
    elif variable.type == "boolean":
        yield from ((value, _default(variable, value)) for value in ("true", "false"))
    elif variable.type == "log level":
        yield from ((value, _default(variable, value)) for value in _LOG_LEVELS)
    elif variable.default is not None:
        yield variable.default, "default"
    if variable.name == APP_ROOT:
        yield from ((path, folder.detail) for path, folder in known_folders(stage, index).items())


def _default(variable: Variable, value: str) -> str:
    return "default" if value == variable.default else ""


def _entry_scripts(stage: Stage, context: BuildContext | None) -> _Values:
    """First the scripts below the app root that fit, then the other ones there; before any is copied, the context's."""
    root = app_root(stage)
    if context is None or root is None:
        return
    fitting, _ = entry_scripts(stage, root, context)
    yield from ((script, "defines init() and run()") for script in fitting)
    files, _ = files_below(stage, root, context)
    scripts = [posixpath.relpath(file.path, root) for file in files if file.path.endswith(".py")]
    yield from ((script, "copied to the app root") for script in scripts if script not in fitting)
    if scripts or any(copy.destination and is_inside(copy.destination, root) for copy in copies(stage)):
        return
    walked = (entry for entry in context.walk("", _MAX_WALKED) if entry is not None)
    found = [path for path, entry in walked if entry.kind is EntryKind.FILE and path.endswith(".py")]
    fitting, _ = fitting_scripts(context, found)
    yield from ((path, "defines init() and run(); not copied yet") for path in fitting)


def _model_folders(stage: Stage, _context: BuildContext | None) -> _Values:
    """Where models are copied to, then where Azure ML puts them, then where other folders are copied to."""
    root = app_root(stage)
    default = models_folder(root or DEFAULT_APP_ROOT)
    others: list[str] = []
    for copy in copies(stage):
        folder = copy.target_folder()
        if folder is None or folder == "/":
            continue
        if is_inside(folder, default) or any(map(is_model, filter(None, copy.sources))):
            yield folder, "a model is copied there"
        elif folder != root and not any(map(is_file_name, filter(None, copy.sources))):
            others.append(folder)
    yield default, "where Azure ML puts models"
    yield from ((folder, "a folder is copied there") for folder in others)


def _files_beside_script(stage: Stage, context: BuildContext, suffixes: tuple[str, ...]) -> _Values:
    """The files of a kind that are copied to the folder of the entry script, or below it."""
    root = app_root(stage)
    if root is None:
        return
    folder = posixpath.normpath(posixpath.join(root, script_folder(stage)))
    files, _ = files_below(stage, folder, context)
    for file in files:
        if file.path.endswith(suffixes):
            yield posixpath.relpath(file.path, folder), f"{file.source} of the build context"


_SPECIAL: Mapping[str, Callable[[Stage, BuildContext | None], _Values]] = {
    ENTRY_SCRIPT: _entry_scripts,
    MODEL_DIR: _model_folders,
}
_KINDS = {ENTRY_SCRIPT: Kind.FILE, **dict.fromkeys(_BY_SUFFIX, Kind.FILE)}
