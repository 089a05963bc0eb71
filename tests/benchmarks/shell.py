"""CPU time of the shell beside that of importing the libraries that it cannot do without.

Run by `make bench-shell`. Each pair is measured in turn, so that both meet the same machine, and
the least of several times is taken: what else the machine does only ever adds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infraplan.optimizer.storage import new_instance, write_instance

ROUNDS = 15
MOST = 2.0
"""Most that a command may cost, in times of its imports alone."""

NO_BYTECODE = ("PYTHONDONTWRITEBYTECODE",)
"""What in the environment would have every start compile the package anew."""


@dataclass(frozen=True)
class Pair:
    """A command, and the imports beside which it is measured."""

    name: str
    arguments: tuple[str, ...]
    imports: str


def cpu_seconds(arguments: list[str]) -> float:
    """User and system time of a Python process with `arguments`, in seconds.

    Bytecode is kept, as it is where nothing says otherwise: what compiling costs is no part of it.
    """
    kept = {name: value for name, value in os.environ.items() if name not in NO_BYTECODE}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=kept,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{' '.join(arguments)} ended with {process.returncode}"
        raise RuntimeError(message)
    return usage.ru_utime + usage.ru_stime


def measure(pair: Pair, rounds: int = ROUNDS) -> tuple[float, float]:
    """Least CPU seconds of the command and of its imports alone."""
    command = ["-m", "infraplan", *pair.arguments]
    alone = ["-c", f"import {pair.imports}"]
    cpu_seconds(command)  # the first start compiles what is not compiled yet
    times = [(cpu_seconds(command), cpu_seconds(alone)) for _ in range(rounds)]
    return min(t for t, _ in times), min(t for _, t in times)


def main() -> None:
    """Print one line for each command."""
    with tempfile.TemporaryDirectory() as folder:
        example = Path(folder) / "example"
        instance = new_instance(example)
        for suffix in (".json", ".xlsx"):
            write_instance(instance, example.with_suffix(suffix))
        libraries = "pydantic, typer, yaml, numpy"
        pairs = (
            Pair("--help", ("--help",), "typer, rich"),
            Pair("validate FOLDER", ("validate", str(example)), libraries),
            Pair("validate FILE.json", ("validate", f"{example}.json"), libraries),
            Pair("validate FILE.xlsx", ("validate", f"{example}.xlsx"), f"{libraries}, openpyxl"),
        )
        print(f"{'command':<20}{'CPU s':>8}{'imports':>9}{'ratio':>7}   beside")
        for pair in pairs:
            command, alone = measure(pair)
            ratio = command / alone
            mark = "" if ratio <= MOST else f"   more than {MOST:g}"
            print(
                f"{pair.name:<20}{command:>8.3f}{alone:>9.3f}{ratio:>7.2f}   {pair.imports}{mark}"
            )


if __name__ == "__main__":
    main()
