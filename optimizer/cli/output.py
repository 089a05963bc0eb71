"""How commands speak: one JSON object or tables on standard output, prose on standard error."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

from infraplan.models.catalogue import Phrase, in_language, pair, phrase, system_reason
from infraplan.models.errors import Finding, InstanceError, PlanningError
from infraplan.optimizer.cli.signals import ended_as_by_ctrl_c
from infraplan.optimizer.cli.wrong_use import IN_JSON, USAGE

if TYPE_CHECKING:
    from rich.console import Console


_LEAST_WIDTH = 20
"""Columns below which a terminal is not one that is read."""


class Language(StrEnum):
    """Languages of tables, messages and reports."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True)
class Output:
    """Where a command writes.

    `kept` say what is on disk when the command is stopped, None where nothing is.
    """

    as_json: bool
    lang: str
    kept: list[Callable[[], Phrase | None]] = field(default_factory=list, compare=False)
    written: list[str] = field(default_factory=list, compare=False)
    """The one JSON object, once it has been begun: a fault found later is told in prose alone."""

    @property
    def console(self) -> Console:
        """Standard output, for tables."""
        from rich.console import Console  # here, so that prose alone does not wait for it

        return Console(file=sys.stdout, highlight=False)

    @property
    def errors(self) -> Console:
        """Standard error, for progress that is drawn."""
        from rich.console import Console

        return Console(file=sys.stderr, highlight=False)

    def say(self, text: Phrase) -> None:
        """Write a line of prose to standard error; where nobody listens any more, do without."""
        with suppress(OSError):  # a closed terminal must not cost a plan
            typer.echo(_fitted(self.text(text)), err=True)

    def text(self, text: Phrase) -> str:
        """Return `text` in the language asked for."""
        return in_language(text, self.lang)

    def refuse(self, text: Phrase, option: str | None = None) -> typer.BadParameter:
        """Return the error of a wrong use of `option`, once it is told as JSON in JSON mode."""
        self.emit_fault({"error": USAGE, "message": str(text), "message_zh": text.zh})
        told = typer.BadParameter(self.text(text), param_hint=option)
        vars(told)[IN_JSON] = True
        return told

    def fail(self, kind: str, text: Phrase) -> None:
        """Write a fault: the JSON object in JSON mode, and a line of prose."""
        self.emit_fault({"error": kind, "message": str(text), "message_zh": text.zh})
        self.say(text)

    def emit_fault(self, data: Mapping[str, Any]) -> None:
        """Write a fault as the one JSON object, in JSON mode; nothing where there is one already.

        What comes to nothing after the answer was printed (a table that cannot be written, a
        terminal that is gone) is told in prose and by the exit code.
        """
        if not self.written:
            self.emit(data)

    def emit(self, data: Mapping[str, Any]) -> None:
        """Write the one JSON object, in JSON mode.

        Raises
        ------
        RuntimeError
            If there is one already: a fault of the program.
        """
        if not self.as_json:
            return
        if self.written:
            message = "a second JSON object"
            raise RuntimeError(message)
        text = json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"
        self.written.append(text)
        sys.stdout.write(text)


def _fitted(told: str) -> str:
    """`told` in lines that a terminal holds without breaking a word; as it is for a file or pipe.

    `COLUMNS` in the environment states the width, as for tables.
    """
    stated = os.environ.get("COLUMNS", "")
    if not stated.isdigit() and not sys.stderr.isatty():
        return told
    width = int(stated) if stated.isdigit() else shutil.get_terminal_size().columns
    if len(told) * 2 <= width or width < _LEAST_WIDTH:
        return told
    from infraplan.optimizer.report.drawn_tables import wrapped

    lines = []
    for line in told.splitlines():
        text = line.lstrip(" ")
        indent = " " * (len(line) - len(text))
        lines += [indent + part for part in wrapped(text, width - len(indent)).splitlines()]
    return "\n".join(lines)


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {
        "severity": finding.severity.value,
        "rule": finding.rule,
        "file": finding.file,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "message": finding.message,
        "message_zh": in_language(finding.message, "zh"),
        "advice": finding.advice,
        "advice_zh": in_language(finding.advice, "zh"),
    }


def print_findings(output: Output, findings: Sequence[Finding]) -> None:
    """Write findings to standard error, one a line, errors first."""
    order = {"error": 0, "warning": 1, "note": 2}
    for finding in sorted(findings, key=lambda f: order[f.severity.value]):
        output.say(
            phrase(
                "severity-and-finding",
                severity=finding.severity,
                finding=pair(finding.text(), finding.text("zh")),
            )
        )


def draw(
    output: Output,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers_from: int | None = None,
) -> None:
    """Print a table with words of the catalogue; columns from `numbers_from` on are numbers."""
    from infraplan.optimizer.report.drawn_tables import draw_table
    from infraplan.optimizer.report.texts import text

    draw_table(
        output.console,
        text(title, output.lang),
        [text(column, output.lang) for column in columns],
        rows,
        numbers=[numbers_from is not None and at >= numbers_from for at in range(len(columns))],
        colon="：" if output.lang == "zh" else ": ",
    )


@contextmanager
def reporting(output: Output) -> Iterator[None]:
    """Turn every error into one clear message and its exit code; never a traceback.

    A signal that asks the process to end is taken as Ctrl-C.
    """
    try:
        with ended_as_by_ctrl_c():
            yield
    except InstanceError as error:
        findings = error.findings
        output.emit_fault({"error": "instance", "findings": [finding_data(f) for f in findings]})
        print_findings(output, findings)
        count = sum(f.severity.value == "error" for f in findings)
        if error.run_dir:
            told = phrase("the-run-cannot-be-used-error-s", run_dir=error.run_dir, count=count)
        else:
            told = phrase("the-instance-cannot-be-used-error-s", count=count)
        output.say(told)
        raise typer.Exit(error.exit_code) from None
    except PlanningError as error:
        output.fail(type(error).__name__, error.message)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        output.fail("interrupted", _stopped(output))
        raise typer.Exit(5) from None
    except OSError as error:
        told = pair(str(error), f"{error.filename or ''} {system_reason(error).zh}".strip())
        output.fail("file", phrase("a-file-could-not-be-used", error=told))
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        output.fail("unexpected", phrase("unexpected-error-please-report-it", text=text))
        raise typer.Exit(1) from None


def _stopped(output: Output) -> Phrase:
    """What a stopped command leaves behind."""
    told = [text for text in (kept() for kept in output.kept) if text is not None]
    return told[-1] if told else phrase("stopped-before-there-was-anything-to-keep")
