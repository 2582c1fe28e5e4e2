"""The requirements of the inference server for an entry script. The script is read, never run.

They are in `server/user_script.py` of azureml-inference-server-http: `init()`, which is called without arguments, and
`run()`, whose first parameter besides `request_headers` receives the data of the request.
"""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.derived import latest
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.origins import files_below
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import LineIndex, Span

MAX_LENGTH = 64 * 1024
"""The longest text that is parsed; the densest one of this length takes some tenths of a second."""

_MAX_OPERATORS = 3000
"""The number of operators up to which a statement is parsed; deeper nesting overflows the stack in Python 3.10."""

_STATEMENT = lazy_pattern(
    r"\n[ \t]*(?:(?:async|class|def|for|from|if|import|raise|return|try|while|with)\b|\w+[ \t]*=(?!=))"
)
_OPERATOR = lazy_pattern(r"[-+*/%@&|^<>=(\[{]+|(?<!\d)\.|\b(?:and|or|not|if|else|elif|lambda|await|in|is)\b")
_DYNAMIC = lazy_pattern(r"\b(?:global|exec|globals|locals|vars|modules|__dict__)\b")
_KEEPS_PARAMETERS = frozenset(("rawhttp", "input_schema", "output_schema"))
_SERVER_MODULES = lazy_pattern(r"(?:azureml|inference_schema)\b|azureml_inference_server_http\b")
_HEADERS = "request_headers"
_INIT = lazy_pattern(r"\bdef[\s\\]+init\b")
_RUN = lazy_pattern(r"\bdef[\s\\]+run\b")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class ScriptProblem(NamedTuple):
    """A reason why the server refuses a script, at a span of the script in code points."""

    span: Span
    message: str


class Script(NamedTuple):
    """The result of reading a script.

    `problems` are in the order of the text. They are None if the text cannot be judged: it does not parse, for example
    because it is written for a newer Python, or it is too long or too deeply nested. A name that may come from
    elsewhere, such as an import or an assignment, is not a problem. The lines are those of the last functions `init()`
    and `run()`, counted from 1; None if there is no such function.
    """

    problems: tuple[ScriptProblem, ...] | None
    init_line: int | None = None
    run_line: int | None = None

    @property
    def fits(self) -> bool:
        """Whether the script is certainly an entry script: it defines `init` and `run` as the server requires."""
        return self.problems == () and self.init_line is not None and self.run_line is not None


def read_script(text: str) -> Script:
    """Read the text of a script."""
    tree = parsed(text)
    if tree is None:
        return Script(None)
    names = _Names(tree, text)
    found = [*_init_problems(names), *_run_problems(names)]
    index = NodeSpans(text)
    problems = tuple(sorted(ScriptProblem(index.span(node), message) for node, message in found))
    return Script(problems, names.last_line("init"), names.last_line("run"))


def parsed(text: str) -> ast.Module | None:
    """The syntax tree of a script; None if it does not parse, or is too long or too deeply nested."""
    if len(text) > MAX_LENGTH or any(
        sum(1 for _ in _OPERATOR.finditer(part)) > _MAX_OPERATORS for part in _STATEMENT.split(text)
    ):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Names:
    """The names that a module defines at its top level, and whether it may define more dynamically."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        self._functions: dict[str, list[_Function]] = {}
        self._others: set[str] = set()
        self._imported: dict[str, str] = {}
        self.is_dynamic = False
        # In an expression, only `:=` binds a name.
        looks_into_expressions = ":=" in text
        pending: list[ast.AST] = list(reversed(tree.body))
        while pending:
            node = pending.pop()
            self._note(node)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                pending.extend(reversed(node.decorator_list))
            elif not isinstance(node, (ast.ClassDef, ast.Lambda)):
                children = [
                    child
                    for child in ast.iter_child_nodes(node)
                    if looks_into_expressions
                    or not isinstance(child, ast.expr)
                    or isinstance(getattr(child, "ctx", None), (ast.Store, ast.Del))
                ]
                pending.extend(reversed(children))
        for node in ast.walk(tree) if _DYNAMIC.search(text) else ():
            if isinstance(node, ast.Global):
                self._others.update(node.names)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                name = node.id if isinstance(node, ast.Name) else node.attr
                self.is_dynamic |= _DYNAMIC.fullmatch(name) is not None

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, _Function):
            self._functions.setdefault(node.name, []).append(node)
            self.is_dynamic |= node.name == "__getattr__"
        elif isinstance(node, ast.ClassDef):
            self._others.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self._others.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                self.is_dynamic |= alias.name == "*"
                name = alias.asname or alias.name.partition(".")[0]
                self._others.add(name)
                self._imported[name] = (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            self._others.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self._others.add(node.rest)

    def is_missing(self, name: str) -> bool:
        """Whether a name is certainly not defined."""
        return not self.is_dynamic and name not in self._functions and name not in self._others

    def functions(self, name: str) -> list[_Function]:
        """The functions that a name may refer to; empty if it may refer to something else."""
        return [] if self.is_dynamic or name in self._others else self._functions.get(name, [])

    def last_line(self, name: str) -> int | None:
        """The line of the last function that a name may refer to."""
        functions = self.functions(name)
        return functions[-1].lineno if functions else None

    def is_servers(self, decorator: ast.expr) -> str | None:
        """The name of a decorator of the server or of inference-schema; None for any other decorator."""
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        while isinstance(node, ast.Attribute):
            node = node.value
        module = self._imported.get(node.id, "") if isinstance(node, ast.Name) else ""
        return name if name in _KEEPS_PARAMETERS and _SERVER_MODULES.match(module) else None

    @property
    def has_driver(self) -> bool:
        """Whether the server may look for `run` in another module, which `driver_module` names."""
        return not self.is_missing("driver_module")


_Found = Iterator[tuple[ast.AST | None, str]]


def _init_problems(names: _Names) -> _Found:
    if names.is_missing("init"):
        yield None, "The script has no function init(), which the server calls when it starts."
        return
    found = [_required(function) for function in names.functions("init")]
    if found and all(found):
        yield found[-1], "init() is called without arguments, but has a parameter without a default."


def _required(function: _Function) -> ast.AST | None:
    """The first required parameter; None if there is none, or a decorator may change that."""
    if function.decorator_list:
        return None
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    without_default = positional[: len(positional) - len(arguments.defaults)]
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return next(iter([*without_default, *(argument for argument, default in keywords if default is None)]), None)


def _run_problems(names: _Names) -> _Found:
    if names.is_missing("run"):
        yield None, "The script has no function run(), which the server calls for every request."
        return
    if names.has_driver:
        return
    found = [_run_problem(names, function) for function in names.functions("run")]
    if found and all(found):
        yield from (problem for problem in found[-1:] if problem is not None)


def _run_problem(names: _Names, function: _Function) -> tuple[ast.AST | None, str] | None:
    decorators = [names.is_servers(decorator) for decorator in function.decorator_list]
    if None in decorators:
        return None
    arguments = function.args
    refused = [*arguments.posonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]
    if refused:
        return refused[0], "The server refuses a run() with positional-only parameters, *args or **kwargs."
    taken = [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
    if not [name for name in taken if name != _HEADERS]:
        other = f" besides {_HEADERS}" if taken else ""
        return function, f"run() needs a parameter{other} for the data of the request."
    if "rawhttp" in decorators and "input_schema" in decorators:
        return function.decorator_list[0], "The server refuses a run() with both @rawhttp and @input_schema."
    return None


class NodeSpans:
    """The spans of nodes in a text. `ast` counts columns in bytes of UTF-8, and lines from 1."""

    def __init__(self, text: str) -> None:
        """Index the lines of the text."""
        self._text = text
        self._lines = LineIndex(text)

    def span(self, node: ast.AST | None) -> Span:
        """The span of a node, or of the name of a function; the start of the text for None."""
        if node is None:
            return Span(0, 0)
        line, column = getattr(node, "lineno", 1) - 1, getattr(node, "col_offset", 0)
        start = self._offset(line, column)
        if isinstance(node, _Function):
            found = re.compile(r"(?:async\s+)?def\s+(\w+)").match(self._text, start)
            return Span(*found.span(1)) if found else Span(start, start)
        end = self._offset(getattr(node, "end_lineno", line + 1) - 1, getattr(node, "end_col_offset", column))
        return Span(start, max(start, end))

    def _offset(self, line: int, column: int) -> int:
        span = self._lines.line_span(line)
        before = span.of(self._text).encode("utf-8", "replace")[:column].decode("utf-8", "replace")
        return span.start + len(before)


MAX_SCRIPTS = 300
"""The limit of scripts that are read to find valid ones."""

MAX_PARSED = 512 * 1024
"""The limit of characters that are parsed to find valid scripts; the densest text takes about two seconds."""


def fitting_scripts(context: BuildContext, paths: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The files of the context that are valid entry scripts, and whether all files were examined."""
    fitting: list[str] = []
    length = 0
    for path in paths[:MAX_SCRIPTS]:
        length += context.value_of(path, _length_to_parse) or 0
        if length > MAX_PARSED:
            return tuple(fitting), False
        if context.value_of(path, _length_to_parse) and (script := context.value_of(path, read_script)) and script.fits:
            fitting.append(path)
    return tuple(fitting), len(paths) <= MAX_SCRIPTS


def _length_to_parse(text: str) -> int:
    """The length of a text that may be a valid script; 0 if it surely is not, so that it is not parsed."""
    return len(text) if len(text) <= MAX_LENGTH and _INIT.search(text) and _RUN.search(text) else 0


def entry_scripts(stage: Stage, root: str, context: BuildContext) -> tuple[tuple[str, ...], bool]:
    """The valid entry scripts below the app root `root`, relative to it, and whether the list is surely complete."""
    return latest(stage, (entry_scripts, root), context, lambda: _entry_scripts(stage, root, context))


def _entry_scripts(stage: Stage, root: str, context: BuildContext) -> tuple[tuple[str, ...], bool]:
    files, has_all_files = files_below(stage, root, context)
    scripts = [file for file in files if file.path.endswith(".py")]
    fitting, considered_all = fitting_scripts(context, [script.source for script in scripts])
    paths = tuple(posixpath.relpath(script.path, root) for script in scripts if script.source in fitting)
    return paths, has_all_files and considered_all
