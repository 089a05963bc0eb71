"""The command line: which command is called, and the page that lists them.

No command is imported before it is called or asked for its own help: `infraplan --help` costs
little more than importing Typer.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.main import get_command

from infraplan.optimizer import stopping
from infraplan.optimizer.cli.clock import start_clock
from infraplan.optimizer.cli.command_list import COMMANDS, CommandEntry
from infraplan.optimizer.cli.help_texts import TranslatedGroup, chinese_help
from infraplan.optimizer.version import __version__

PACKAGE = "infraplan.optimizer.cli"


class LazyCommands(MutableMapping[str, Any]):
    """Commands by name; one is imported when it is asked for, never by being listed."""

    def __init__(self, entries: Mapping[str, CommandEntry]) -> None:
        self._entries = entries
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = load_command(name, self._entries[name])
        return self._built[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        message = f"{name}: commands are listed in command_list.py"
        raise TypeError(message)

    def __contains__(self, name: object) -> bool:
        return name in self._entries or name in self._built

    def __iter__(self) -> Iterator[str]:
        return iter([*self._entries, *(self._built.keys() - self._entries.keys())])

    def __len__(self) -> int:
        return len(self._entries.keys() | self._built.keys())


RARELY = (50_000, 20, 10)
"""Objects made until garbage is looked for, and how often what is older is looked through: an
instance and its program are hundreds of thousands of objects, hardly any of them garbage, and
looking through them was a seventh of what building the five plans takes."""


def load_command(name: str, entry: CommandEntry) -> Any:
    """Import the command `name` and return it as Typer builds it."""
    found = getattr(import_module(f"{PACKAGE}.{entry.module}"), entry.attribute)
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*RARELY)
        gc.enable()
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        found = alone
    command = get_command(found)
    command.name = name
    return command


class LazyGroup(TranslatedGroup):
    """The program itself: its commands are known by name and by one line of help."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = LazyCommands(COMMANDS)

    def help_line(self, name: str) -> str:
        """Line of the command `name` on the page that lists all commands."""
        english = COMMANDS[name].help
        return chinese_help(english) if self.lang == "zh" else english

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one line for each command, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.help_line(name)) for name in COMMANDS])


app = typer.Typer(
    name="infraplan",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    # Rich's Markdown, which Typer loads for its boxes, costs more than all else of this page.
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"infraplan {__version__}")
        raise typer.Exit


@app.callback(
    help="Decide which transport, water and energy projects a region builds, when, and with whose "
    "money.",
)
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options of the program itself."""


def run() -> None:
    """Run the command of this process; `entry_point.py` calls it when signals are answered."""
    start_clock()
    gc.disable()  # until the command is imported: classes and functions are no garbage
    # Looking for plug-ins of pydantic reads the record of every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Numpy's library of linear algebra starts a thread for each processor when it is loaded, here
    # and in every guest; nothing of the product is dense and large enough to use them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _keep_standard_output()
    try:
        app(prog_name="infraplan")
    except SystemExit as end:
        if not stopping.has_left_behind():
            raise
        # A library still computes what nobody waits for, and must not meet its own tear-down.
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


def _keep_standard_output() -> None:
    """Move standard output to a descriptor of its own, and let descriptor 1 lead nowhere.

    Libraries in C write to descriptor 1 whatever Python does: HiGHS inside scipy prints the name of
    a function of its own now and then, which would stand in the midst of the JSON or of what a
    planner reads. Their errors go to descriptor 2, which stays. What a guest prints is in its log.
    """
    ours = sys.stdout
    if not isinstance(ours, TextIOWrapper):
        return  # closed, or a caller's own
    ours.flush()
    buffering = 1 if ours.line_buffering else -1
    sys.stdout = os.fdopen(
        os.dup(ours.fileno()), "w", buffering, encoding=ours.encoding, errors=ours.errors
    )
    sys.stdout.reconfigure(write_through=ours.write_through)
    sys.__stdout__ = sys.stdout  # type: ignore[misc]  # of which the width of a terminal is asked
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, ours.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    run()
