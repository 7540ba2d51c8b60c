"""Commands as people type them: in a process of its own, or in this one where only the words matter and time counts."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from data.settings import settings as read_settings
from tests.support.server import ROOT, environment


def run_apart(*words: object, stdin: str = "", **settings: object) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    return subprocess.run(
        [sys.executable, "app.py", *(str(word) for word in words)], cwd=ROOT, env=environment(**settings), text=True,
        capture_output=True, timeout=120, check=False, input=stdin,
    )  # fmt: skip


def run_here(*words: object, stdin: str = "", **settings: object) -> subprocess.CompletedProcess[str]:
    """One command in this process: the same entrance, without the second it takes to start Python."""
    arguments = [str(word) for word in words]
    out, err = io.StringIO(), io.StringIO()
    main = importlib.import_module("app").main
    with (
        patch.dict(os.environ, environment(**settings), clear=True),
        patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        read_settings.cache_clear()
        try:
            code = main(arguments)
        finally:
            read_settings.cache_clear()
    return subprocess.CompletedProcess(["app.py", *arguments], code, out.getvalue(), err.getvalue())
