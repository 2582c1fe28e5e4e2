"""The entry script: what the inference server would say of it, with exact places."""

from __future__ import annotations

import warnings
from textwrap import dedent

import pytest

from azureml_dockerfile_ls.azureml.entry_script import MAX_LENGTH, read_script

GOOD = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
INIT = "def init():\n    pass\n"


def found(text: str) -> list[tuple[str, str]]:
    """The texts that have problems, with the first words of each message."""
    result = read_script(dedent(text)).problems
    assert result is not None
    return [(problem.span.of(dedent(text)), " ".join(problem.message.split()[:3])) for problem in result]


def test_a_good_script() -> None:
    """A script with the required functions has no problem, and fits."""
    assert read_script(GOOD).problems == ()
    assert read_script(GOOD).fits


@pytest.mark.parametrize(
    "text",
    [
        "def run(data, request_headers):\n    pass\n",
        "def run(request_headers, data=None):\n    pass\n",
        "def run(*, data):\n    pass\n",
        "def run(a, b, c=1):\n    pass\n",
        "async def run(data):\n    pass\n",
        "if True:\n    def run(data):\n        pass\n",
        "try:\n    import x\nexcept ImportError:\n    def run(data):\n        pass\n",
        "with x:\n    def run(data):\n        pass\n",
        "for x in y:\n    def run(data):\n        pass\n",
        "def run():\n    pass\n\n\ndef run(data):\n    pass\n",
        "if a:\n    def run():\n        pass\nelse:\n    def run(data):\n        pass\n",
        "from azureml_inference_server_http.api.aml_request import rawhttp\n@rawhttp\ndef run(request):\n    pass\n",
        "from inference_schema.schema_decorators import input_schema\n@input_schema('a', 1)\ndef run(a):\n    pass\n",
    ],
)
def test_other_good_ones(text: str) -> None:
    """Every form of `run` that the server accepts is accepted."""
    script = f"{INIT}\n\n{text}"

    assert read_script(script).problems == ()
    assert read_script(script).fits


@pytest.mark.parametrize("text", ["def init(a=1, *b, c=2, **d):\n    pass\n", "def init(*a):\n    pass\n"])
def test_init_with_defaults(text: str) -> None:
    """`init` can have parameters with defaults."""
    assert read_script(f"{text}\n\ndef run(data):\n    pass\n").fits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("", "The script has"), ("", "The script has")]),
        ("def init():\n    pass\n", [("", "The script has")]),
        (
            "class Model:\n    def init(self):\n        pass\n    def run(self, a):\n        pass\n",
            [("", "The script has")] * 2,
        ),
        (f"{INIT}def predict(data):\n    run = 1\n", [("", "The script has")]),
        (f"{INIT}def outer():\n    def run(data):\n        pass\n", [("", "The script has")]),
        (f"{INIT}x = [lambda run: run, a.run, f(run=1)]\n", [("", "The script has")]),
        ("def init(path):\n    pass\ndef run(a):\n    pass\n", [("path", "init() is called")]),
        ("def init(a=1, *, b):\n    pass\ndef run(a):\n    pass\n", [("b", "init() is called")]),
        (f"{INIT}def run():\n    pass\n", [("run", "run() needs a")]),
        (f"{INIT}async def run():\n    pass\n", [("run", "run() needs a")]),
        (f"{INIT}def run(request_headers):\n    pass\n", [("run", "run() needs a")]),
        (f"{INIT}def run(data, /):\n    pass\n", [("data", "The server refuses")]),
        (f"{INIT}def run(*data):\n    pass\n", [("data", "The server refuses")]),
        (f"{INIT}def run(data, **rest: int):\n    pass\n", [("rest: int", "The server refuses")]),
        (f"é = 'ü'; \n{INIT}if é:\n    'ö'; \n    def run(ä, *ßß): pass\n", [("ßß", "The server refuses")]),
        ("def init(a): pass\ndef run(): pass\n", [("a", "init() is called"), ("run", "run() needs a")]),
        (f"{INIT}if a:\n    def run(): pass\nelse:\n    def run(*b): pass\n", [("b", "The server refuses")]),
    ],
)
def test_problems(text: str, expected: list[tuple[str, str]]) -> None:
    """A problem is at the parameter or the name, in code points, or at the start if something is missing."""
    assert found(text) == expected
    assert not read_script(text).fits


def test_both_decorators() -> None:
    """The server accepts only one of the two decorators."""
    text = """
        from azureml.contrib.services.aml_request import rawhttp
        from inference_schema import schema_decorators as s

        def init():
            pass

        @rawhttp
        @s.input_schema("data", sample)
        @s.output_schema(sample)
        def run(data):
            pass
        """
    assert found(text) == [("rawhttp", "The server refuses")]


@pytest.mark.parametrize(
    "text",
    [
        "from model import init, run\n",
        "import init, run\n",
        "import model as run, other as init\n",
        "from model import *\n",
        "init = run = load()\n",
        "init, (run, *x) = load()\n",
        "init: Callable = a\nrun: Callable = b\n",
        "if (init := a) and (run := b):\n    pass\n",
        "for init, run in x:\n    pass\n",
        "with a as init, b as run:\n    pass\n",
        "class init:\n    pass\nclass run:\n    pass\n",
        "def main():\n    global init, run\n    from x import init, run\nmain()\n",
        "exec(open('x').read())\n",
        "globals().update(load())\n",
        "sys.modules[__name__] = other\n",
        "def __getattr__(name):\n    return f\n",
        "def init():\n    pass\ndef run():\n    pass\nrun = wrap(run)\n",
        "def init():\n    pass\n@wrap\ndef run():\n    pass\n",
        "@wrap\ndef init(a):\n    pass\ndef run(a):\n    pass\n",
        "def init():\n    pass\n@rawhttp\ndef run():\n    pass\n",
        "def init():\n    pass\nimport driver_module\ndef run():\n    pass\n",
        "match x:\n    case {'a': init, **run}:\n        pass\n",
    ],
)
def test_what_may_come_from_elsewhere(text: str) -> None:
    """A name that is imported, assigned, decorated or created at run time is not a problem."""
    assert read_script(text).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "def init(:\n",
        "print 'python 2'\n",
        "def init():\n\tpass\n        x\n",
        "\x00",
        "x" * (MAX_LENGTH + 1),
        "'\ud800'",
    ],
)
def test_what_does_not_parse(text: str) -> None:
    """A script that does not parse may be for another Python, so it has no verdict."""
    assert read_script(text).problems is None
    assert not read_script(f"{text}{GOOD}").fits


def test_no_warnings() -> None:
    """Reading a script emits no warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_script(f"x = '\\d'\ny = 1is 2\n{GOOD}").problems == ()


def test_line_ends() -> None:
    """Spans are correct with the line ends of Windows."""
    text = "def init():\r\n    pass\r\n\r\ndef run(a, *bc):\r\n    pass\r\n"

    [problem] = read_script(text).problems or ()
    assert problem.span.of(text) == "bc"
