"""Asks the inference server about entry scripts: run by a Python that has azureml-inference-server-http.

Reads a JSON list of scripts, and writes the list of why the server refuses each, with null where it takes it. Each is
loaded, and its `init()` called, by the server's own code, in a process of its own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path

# What many scripts import is here before them all.
import inference_schema.parameter_types.standard_py_parameter_type
import inference_schema.schema_decorators  # noqa: F401
from azureml_inference_server_http.server.user_script import UserScript


def refusal(script: str) -> str | None:
    """Why the server does not take a script; None where it does."""
    # In a folder of its own. In the place of an older script Python would run what it has compiled of that one, where
    # both are as long and were written in the same second.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "score.py").write_text(script, encoding="utf-8")
        reason = Path(folder, "reason")
        child = os.fork()
        if child == 0:
            try:
                user_script = UserScript("score.py")
                user_script.load_script(folder)
                user_script.invoke_init()
            except BaseException:
                reason.write_text(traceback.format_exc(), encoding="utf-8")
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        return reason.read_text(encoding="utf-8") if status else None


logging.disable()
json.dump([refusal(script) for script in json.load(sys.stdin)], sys.stdout)
