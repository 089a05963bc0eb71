"""A signal before a command has begun ends it with exit code 5, and says so.

Each process sends a real signal to itself where it looks for a module, so that no test depends on
how quick the machine is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.markers import needs_signals

pytestmark = needs_signals

PROGRAM = """
import os, signal, sys
number, module = int(sys.argv[1]), sys.argv[2]
for name in ("SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.argv[3] == "ignored":
    signal.signal(number, signal.SIG_IGN)
class Press:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            print("pressed", file=sys.stderr, flush=True)
            os.kill(os.getpid(), number)
sys.meta_path.insert(0, Press())
sys.argv[1:] = sys.argv[4:]
from infraplan.optimizer.cli.entry_point import run
run()
"""
WORDS, FIRST, LARGE = "infraplan.models.catalogue.phrases", "typer", "pydantic"
"""Modules that are looked for while the words are loaded, then, and with the command itself."""
HALF = "json.encoder"
"""Looked for when json itself is there by half: nothing can be made into JSON in that moment."""


def pressed(
    number: int, module: str, *arguments: str, how: str = "heard"
) -> subprocess.CompletedProcess[str]:
    """What a process says that gets signal `number` where it looks for `module`."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(int(number)), module, how, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


@pytest.mark.parametrize("module", [WORDS, FIRST, LARGE])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_while_modules_are_loaded(name: str, module: str, tmp_path: Path) -> None:
    told = pressed(getattr(signal, name), module, "solve", str(tmp_path), "-o", str(tmp_path / "r"))
    assert told.returncode == 5
    assert told.stderr == "pressed\nStopped before there was anything to keep.\n"
    assert told.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", [FIRST, HALF])
def test_it_is_told_in_the_users_language_and_as_json(module: str) -> None:
    told = pressed(signal.SIGTERM, module, "solve", "x", "--json", "--lang", "zh")
    assert told.returncode == 5
    assert told.stderr == "pressed\n已中断，尚无可保存的结果。\n"
    assert json.loads(told.stdout)["error"] == "interrupted"


def test_what_was_to_be_ignored_stays_ignored() -> None:
    told = pressed(signal.SIGHUP, FIRST, "--version", how="ignored")
    assert told.returncode == 0
    assert told.stdout.startswith("infraplan ")
    assert told.stderr == "pressed\n"


def test_nothing_large_is_loaded_before_signals_are_answered() -> None:
    """Until then Python itself answers Ctrl-C, with a traceback out of whatever it loads."""
    code = "import sys; from infraplan.optimizer.cli import entry_point; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name for name in told.stdout.split() if name.partition(".")[0] == "infraplan"}
    path = ("infraplan", "infraplan.optimizer", "infraplan.optimizer.cli")
    assert loaded == {*path, "infraplan.optimizer.version", "infraplan.optimizer.cli.entry_point"}
    assert not {"typing", "contextlib", "json"} & set(told.stdout.split())


AFTERWARDS = """
import os, signal
for name in ("SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
from infraplan.optimizer.cli import entry_point, signals
entry_point._answer_signals()
for again in range(2):
    with signals.ended_as_by_ctrl_c():
        pass
    for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGTERM"):
        os.kill(os.getpid(), getattr(signal, name))
try:
    with signals.ended_as_by_ctrl_c():
        os.kill(os.getpid(), getattr(signal, "SIGTERM"))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_signals_between_the_end_of_a_command_and_of_the_process_change_nothing() -> None:
    """The system's own answer to them would end the process before its exit code is told."""
    told = subprocess.run(
        [sys.executable, "-c", AFTERWARDS], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "interrupted\n", "")
