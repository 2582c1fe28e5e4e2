"""The rules about the entry script and the variables, held against Azure ML's inference server itself."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from azureml_dockerfile_ls.azureml.entry_script import read_script
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import findings_of
from tests.builds.buildah import INFERENCE, project, repaired
from tests.builds.packages import Packages
from tests.waiting import PATIENCE, wait_until

ASK = Path(__file__).with_name("ask_server.py")
INIT = "def init():\n    pass\n"
RUN = "def run(data):\n    return data\n"

SCHEMA = """\
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema
"""
RAW = "from azureml_inference_server_http.api.aml_request import rawhttp\n"
INPUT = "@input_schema('data', StandardPythonParameterType(1))\n"
OUTPUT = "@output_schema(StandardPythonParameterType(1))\n"

REFUSED = {
    "no init": RUN,
    "no run": INIT,
    "nothing": "",
    "functions of other names": "def initialize():\n    pass\ndef predict(data):\n    pass\n",
    "methods": "class Model:\n    def init(self):\n        pass\n    def run(self, data):\n        pass\n",
    "inside a function": f"def outer():\n    def init():\n        pass\n{RUN}",
    "init that wants the model": f"def init(model):\n    pass\n{RUN}",
    "run without data": f"{INIT}def run():\n    pass\n",
    "run with the headers only": f"{INIT}def run(request_headers):\n    pass\n",
    "run with any data": f"{INIT}def run(*args, **kwargs):\n    pass\n",
    "both decorators": f"{SCHEMA}{RAW}{INIT}@rawhttp\n{INPUT}{RUN}",
}
ACCEPTED = {
    "the plain one": INIT + RUN,
    "asynchronous": f"async {INIT}async {RUN}",
    "with the headers": f"{INIT}def run(data, request_headers):\n    pass\n",
    "raw requests": f"{RAW}{INIT}@rawhttp\n{RUN}",
    "a schema": f"{SCHEMA}{INIT}{INPUT}{OUTPUT}{RUN}",
    "a schema of the output": f"{SCHEMA}{INIT}{OUTPUT}{RUN}",
    "defined where it fits": f"if True:\n    def init():\n        pass\nelse:\n    pass\n{RUN}",
    "defined in a try": (
        f"try:\n    import a_module_that_is_not_there\nexcept ImportError:\n    def init():\n        pass\n{RUN}"
    ),
    "an init with defaults": f"def init(model=None, *more, **settings):\n    pass\n{RUN}",
    "lambdas": "init = lambda: None\nrun = lambda data: data\n",
    "a bound method": "class M:\n    def go(self, data):\n        pass\nrun = M().go\n" + INIT,
    "a class that is called": f"class init:\n    pass\n{RUN}",
    "a wrapper that adds the data": (
        f"def adding(f):\n    return lambda data: f()\n{INIT}@adding\ndef run():\n    pass\n"
    ),
    "a wrapper that gives the model": (
        f"import functools\ndef giving(f):\n    return functools.partial(f, 1)\n"
        f"@giving\ndef init(model):\n    pass\n{RUN}"
    ),
    "imported": f"from time import localtime as init\n{RUN}",
    "a module that is put there": (
        f"import sys, types\nsys.modules['m'] = m = types.ModuleType('m')\nm.init = print\nfrom m import init\n{RUN}"
    ),
    "put there": f"globals()['init'] = print\n{RUN}",
    "global": f"def define():\n    global init\n    init = print\ndefine()\n{RUN}",
    "executed": f"exec('def init(): pass')\n{RUN}",
    "a driver": (
        "import types\ndriver_module = types.ModuleType('d')\ndriver_module.run = lambda data: 1\n"
        "driver_module.__file__ = 'driver.py'\n"
        f"{INIT}def run():\n    pass\n"
    ),
    "an older one of the same name": f"{INIT}def run():\n    pass\n{RUN}",
    "a walrus": f"(init := print)\n{RUN}",
    "a loop": f"for init in [print]:\n    pass\n{RUN}",
    "a module's __getattr__": f"def __getattr__(name):\n    return print if name == 'init' else None\n{RUN}",
}
UNSEEN = {
    "replaced by a wrong one": f"{INIT}{RUN}def run():\n    pass\n",
    "deleted": f"{INIT}{RUN}del run\n",
    "no function": f"{INIT}run = 1\n",
    "an error at the import": f"import a_module_that_is_not_there\n{INIT}{RUN}",
    "no Python": f"{INIT}def run(data:\n",
}


def refusals(packages: Packages, scripts: Sequence[str]) -> list[str | None]:
    """Why the server refuses each script; None where it takes it."""
    command, question = [packages.server_python, ASK], json.dumps(scripts)
    done = subprocess.run(command, input=question, check=True, stdout=subprocess.PIPE, text=True, timeout=3 * PATIENCE)
    result: list[str | None] = json.loads(done.stdout)
    return result


# Scripts


def is_refused(text: str) -> bool:
    """Whether InvalidEntryScript reports a script with this text."""
    return bool(read_script(text).problems)


def test_what_the_server_refuses_is_reported(packages: Packages) -> None:
    """As far as the text of the script shows."""
    found = dict(zip(REFUSED, refusals(packages, list(REFUSED.values())), strict=True))

    assert [name for name, reason in found.items() if reason is None] == []
    assert [name for name, text in REFUSED.items() if not is_refused(text)] == []


def test_what_the_server_takes_is_not_reported(packages: Packages) -> None:
    """However `init` and `run` come to be there."""
    found = dict(zip(ACCEPTED, refusals(packages, list(ACCEPTED.values())), strict=True))

    assert {name: reason for name, reason in found.items() if reason is not None} == {}
    assert [name for name, text in ACCEPTED.items() if is_refused(text)] == []


def test_what_only_running_tells_is_not_reported(packages: Packages) -> None:
    """The server refuses these too, but the text alone does not say so."""
    assert None not in refusals(packages, list(UNSEEN.values()))
    assert [name for name, text in UNSEEN.items() if is_refused(text)] == []


def signatures() -> Iterator[str]:
    """Lists of parameters with all that Python knows."""
    first = ("", "a, /", "a=1, /")
    normal = ("", "data", "data=None", "data, other=1", "request_headers", "request_headers=None")
    more = ("", "request_headers, data", "data, request_headers")
    rest = ("", "*args", "*, key", "*, key=1", "*, request_headers", "*args, key", "*, key, request_headers=1")
    for parts in product(first, normal + more[1:], rest, ("", "**kwargs")):
        parameters = ", ".join(filter(None, parts))
        try:
            compile(f"def f({parameters}): pass", "signature", "exec")
        except SyntaxError:
            continue
        yield parameters


def test_every_signature_of_run(packages: Packages) -> None:
    """Exactly those that the server refuses are reported, and the others are offered as entry scripts."""
    texts = [f"{INIT}def run({parameters}):\n    pass\n" for parameters in signatures()]
    found = refusals(packages, texts)

    assert len(texts) > 150
    assert [text for text, reason in zip(texts, found, strict=True) if is_refused(text) != bool(reason)] == []
    assert [text for text, reason in zip(texts, found, strict=True) if read_script(text).fits == bool(reason)] == []


def test_every_signature_of_init(packages: Packages) -> None:
    """Exactly those that cannot be called without arguments are reported."""
    texts = [f"def init({parameters}):\n    pass\n{RUN}" for parameters in signatures()]
    found = refusals(packages, texts)

    assert [text for text, reason in zip(texts, found, strict=True) if is_refused(text) != bool(reason)] == []


def test_every_signature_of_a_decorated_run(packages: Packages) -> None:
    """What is reported is refused: a decorator may refuse more."""
    decorators = (f"{RAW}@rawhttp\n", f"{SCHEMA}{INPUT}", f"{SCHEMA}{OUTPUT}")
    texts = [
        f"{INIT}{decorator}def run({parameters}):\n    pass\n"
        for decorator in decorators
        for parameters in list(signatures())[::2]
    ]
    found = refusals(packages, texts)

    assert [text for text, reason in zip(texts, found, strict=True) if is_refused(text) and not reason] == []


# The server


class Ended(Exception):
    """The server has ended; with what it printed."""


@contextmanager
def serving(packages: Packages, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The URL of a server that runs in `folder` as the app root. Raises Ended where it ends at the start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [packages.server_python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    # gunicorn keeps a socket in the home folder.
    variables = {"AML_APP_ROOT": str(folder), "HOME": str(folder), **environment}
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [*command, "azureml_inference_server_http.server.entry:app"],
            cwd=folder,
            env={**os.environ, **variables},
            stdout=log,
            stderr=log,
        )
        try:
            wait_until(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/"))
            if process.poll() is not None:
                raise Ended((folder / "log").read_text())
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def answers(url: str) -> bool:
    """Whether somebody answers."""
    try:
        ask(url)
    except OSError:
        return False
    return True


def ask(url: str, data: str | None = None) -> str:
    """The answer to a GET, or to a POST of JSON."""
    request = Request(url, data.encode() if data else None, {"Content-Type": "application/json"})
    with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
    return text


def environment_of(text: str, context: Path) -> dict[str, str]:
    """The variables that a Dockerfile sets."""
    environment = analyse(text, context=BuildContext(str(context))).model.stages[-1].stage.environment
    return {name: found.value for name, found in environment.items() if isinstance(found.value, str)}


def check_repair(packages: Packages, rule: str, text: str, context: Path, reason: str) -> None:
    """With the Dockerfile's variables the server ends, for this reason; after the quick fix it answers requests."""
    with pytest.raises(Ended, match=reason), serving(packages, context / "code", environment_of(text, context)):
        pass
    fixed = repaired(rule, text, context=context)
    assert analyse(fixed, context=BuildContext(str(context))).findings == ()
    with serving(packages, context / "code", environment_of(fixed, context)) as url:
        assert ask(f"{url}/score", '{"x": 1}') == '"{\\"x\\": 1}"'


def test_entry_script_not_found(packages: Packages, tmp_path: Path) -> None:
    """The server ends where there is no such script."""
    context = project(tmp_path, {"code/score.py": INIT + RUN})
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=scoring.py\n"
    check_repair(packages, "EntryScriptNotFound", text, context, "No such file or directory: .*scoring.py")


def test_missing_entry_script(packages: Packages, tmp_path: Path) -> None:
    """Without the variable the server looks for `main.py`, and ends where there is none."""
    context = project(tmp_path, {"code/score.py": INIT + RUN})
    text = f"{INFERENCE}COPY code /var/azureml-app\n"
    check_repair(packages, "MissingEntryScript", text, context, "Expected score script main.py")


def test_invalid_entry_script(packages: Packages, tmp_path: Path) -> None:
    """The server ends at a script that the rule reports, and serves once the script is as it should be."""
    context = project(tmp_path, {"code/score.py": INIT})
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n"
    environment = environment_of(text, context)

    assert findings_of("InvalidEntryScript", text, BuildContext(str(context)))
    with (
        pytest.raises(Ended, match=r"does not have a run\(\) function"),
        serving(packages, context / "code", environment),
    ):
        pass
    (context / "code" / "score.py").write_text(INIT + RUN)
    assert not findings_of("InvalidEntryScript", text, BuildContext(str(context)))
    with serving(packages, context / "code", environment) as url:
        assert ask(f"{url}/score", "1") == '"1"'


# Variables


@pytest.mark.parametrize("name", ["SCORING_TIMEOUT_MS", "AZUREML_DEBUG_PORT"])
def test_numbers_of_the_configuration(packages: Packages, name: str) -> None:
    """A value is an error for exactly those that the server's configuration refuses."""
    values = "60000 60s 1.5 5.0 1_000 -1 +1 0x10 1e3 ten".split()
    reported = [value for value in values if errors_of(name, value)]
    refused = [value for value in values if not is_configured(packages, {name: value})]

    assert reported == refused
    assert "60s" in refused
    assert "60000" not in refused


def errors_of(name: str, value: str) -> bool:
    """Whether InvalidVariableValue is an error for a value of a variable."""
    found = findings_of("InvalidVariableValue", f'{INFERENCE}ENV {name}="{value}"\n')
    return any(finding.severity is Severity.ERROR for finding in found)


def is_configured(packages: Packages, environment: Mapping[str, str]) -> bool:
    """Whether the server's configuration takes these variables."""
    command = [packages.server_python, "-c", "import azureml_inference_server_http.server.config"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0 or "Configuration Error" in done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("WORKER_COUNT", "two"), ("WORKER_COUNT", "2.0"), ("WORKER_TIMEOUT", "1.5"), ("WORKER_TIMEOUT", "-1")],
)
def test_numbers_of_the_start(packages: Packages, tmp_path: Path, name: str, value: str) -> None:
    """What is an error for these ends `azmlinfsrv`, the program that starts the server."""
    (tmp_path / "score.py").write_text(INIT + RUN)
    command = [packages.server_python.with_name("azmlinfsrv"), "--entry_script", "score.py"]
    environment = {**os.environ, name: value}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE)

    assert errors_of(name, value)
    assert done.returncode != 0
    assert value in done.stdout + done.stderr
