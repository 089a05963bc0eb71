"""Where the program begins: signals are answered before anything large is loaded.

Until a command takes them itself (`signals.py`), Ctrl-C, SIGTERM and SIGHUP end the program with
a line in the user's language and exit code 5. This module imports nothing of the product but what
Python loads in a moment.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

TYPE_CHECKING = False  # typing itself takes longer to load than all that is needed here
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, NoReturn

    from infraplan.models.catalogue import Phrase

EXIT_STOPPED = 5
"""Exit code of a command that was ended before it had anything to keep: docs/commands.md."""

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""By name, because not every system has them."""


class _Early:
    """Whether a signal came before its answer could be written, and what writes it."""

    def __init__(self) -> None:
        self.was_asked = False
        self.tell: Callable[[], None] | None = None


_EARLY = _Early()


def run() -> None:
    """Run the program in a process of its own, as `infraplan` and `python -m infraplan` do."""
    _answer_signals()
    # The words first: a signal that comes while they are loaded waits for them.
    from infraplan.models.catalogue import phrase
    from infraplan.optimizer.cli.language import language_of

    words = phrase("stopped-before-there-was-anything-to-keep")
    arguments = sys.argv[1:]
    said = words.zh if language_of(arguments) == "zh" else str(words)
    data = _json_of(words) if "--json" in arguments else ""
    _EARLY.tell = lambda: _tell(said, data)
    if _EARLY.was_asked:
        _leave()
    from infraplan.optimizer.cli.main import run as run_command

    try:
        run_command()
    finally:
        _ignore_signals()  # all is written and told: what comes while Python ends changes nothing


def _answer_signals() -> None:
    """Answer signals that Python or the system would; what is ignored stays so (`nohup`)."""
    if threading.current_thread() is not threading.main_thread():
        return
    own: tuple[Any, ...] = (signal.SIG_DFL, signal.default_int_handler)
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in own:
            signal.signal(number, stopped_early)


def stopped_early(number: int, frame: FrameType | None) -> None:
    """Say that there was nothing to keep, and leave at once.

    An exception could not be relied on: it would be raised in the midst of some library's import,
    which may take it for a sign that another library is missing.
    """
    del number, frame
    _EARLY.was_asked = True
    if _EARLY.tell is not None:
        _leave()


def _leave() -> NoReturn:
    _ignore_signals()
    try:
        if _EARLY.tell is not None:
            _EARLY.tell()
    finally:
        os._exit(EXIT_STOPPED)


def _ignore_signals() -> None:
    """Hear no more of them: a system that goes down says it more than once."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in SIGNALS:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)


def _json_of(words: Phrase) -> str:
    """The JSON object, made beforehand: a signal may come in the midst of the import of json."""
    import json

    data = {"error": "interrupted", "message": str(words), "message_zh": words.zh}
    return json.dumps(data, ensure_ascii=False)


def _tell(said: str, data: str) -> None:
    """Write the line, and the JSON object where there is one, past streams that may be in use."""
    os.write(sys.stderr.fileno(), f"{said}\n".encode())
    if data:
        os.write(sys.stdout.fileno(), f"{data}\n".encode())
