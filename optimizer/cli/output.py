"""How commands speak: one JSON object or tables on standard output, prose on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

from infraplan.models.errors import Finding, InstanceError, PlanningError
from infraplan.optimizer.cli.signals import ended_as_by_ctrl_c

if TYPE_CHECKING:
    from rich.console import Console


class Language(StrEnum):
    """Languages of tables, messages and reports."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True)
class Output:
    """Where a command writes."""

    as_json: bool
    lang: str

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

    def say(self, english: str, chinese: str) -> None:
        """Write a line of prose to standard error; where nobody listens any more, do without."""
        with suppress(OSError):  # a closed terminal must not cost a plan
            typer.echo(chinese if self.lang == "zh" else english, err=True)

    def emit(self, data: Mapping[str, Any]) -> None:
        """Write the one JSON object, in JSON mode."""
        if self.as_json:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n")


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
        "advice": finding.advice,
    }


def print_findings(output: Output, findings: Sequence[Finding]) -> None:
    """Write findings to standard error, one a line, errors first."""
    order = {"error": 0, "warning": 1, "note": 2}
    words = {
        "en": {"error": "error", "warning": "warning", "note": "note"},
        "zh": {"error": "错误", "warning": "警告", "note": "提示"},
    }[output.lang]
    for finding in sorted(findings, key=lambda f: order[f.severity.value]):
        typer.echo(f"{words[finding.severity.value]}: {finding}", err=True)


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
        output.emit({"error": "instance", "findings": [finding_data(f) for f in findings]})
        print_findings(output, findings)
        count = sum(f.severity.value == "error" for f in findings)
        output.say(
            f"The instance cannot be used: {count} error(s).", f"算例不可用:共{count}处错误。"
        )
        raise typer.Exit(error.exit_code) from None
    except PlanningError as error:
        output.emit({"error": type(error).__name__, "message": str(error)})
        output.say(f"{error}", f"{error}")
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        output.emit(
            {"error": "interrupted", "message": "stopped before there was anything to keep"}
        )
        output.say("Stopped before there was anything to keep.", "已中断,尚无可保存的结果。")
        raise typer.Exit(5) from None
    except OSError as error:
        output.emit({"error": "file", "message": str(error)})
        output.say(f"A file could not be used: {error}", f"文件无法使用:{error}")
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        output.emit({"error": "unexpected", "message": text})
        output.say(f"Unexpected error, please report it: {text}", f"意外错误,请反馈:{text}")
        raise typer.Exit(1) from None
