"""Studies: commands of many solves that a planner begins from a form, each as a job of the queue.

A study is data: the command, what it is asked of, its options with limits. One page shows all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.report.table_data import table_data
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.sweeps.axes import axes_of, metrics_of
from infraplan.optimizer.sweeps.study_tables import NPV, study_tables
from infraplan.optimizer.workbench.kept import Kept
from infraplan.optimizer.workbench.kept_apart import kept_apart
from infraplan.optimizer.workbench.kept_sheets import is_large
from infraplan.optimizer.workbench.reading import files_of, is_there

STUDY_FOLDER, ROLLED_FILE, ACTUALS_FILE = "study", "next.xlsx", "actuals.csv"
"""Names within the folder of a job."""
MOST_INSTANCES = 4
_INSTANCES: Kept[Instance] = Kept(MOST_INSTANCES)
INSTANCE = "instance"
"""Piece of what is kept of a large workbook: all of it."""
MOST_TEXT = 200_000
"""Characters of what happened that are taken in at once."""


class Of(StrEnum):
    """What a study is asked of."""

    VERSION = "version"
    RUN = "run"


class Kind(StrEnum):
    """How a field of a form is filled."""

    COUNT = "count"
    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True)
class Field:
    """A field of a form and its option; numbers are held between `low` and `high`."""

    key: str
    option: str
    kind: Kind
    default: Any = None
    low: float = 0.0
    high: float = 0.0
    scale: float = 1.0

    def arguments(self, value: Any) -> list[str]:
        """What the command is called with; nothing where the field was left blank."""
        if self.kind is Kind.FLAG:
            name = self.option.removeprefix("--")
            return [self.option if value else f"--no-{name}"]
        if value in (None, ""):
            return []
        if self.kind in (Kind.COUNT, Kind.NUMBER):
            number = min(max(float(value), self.low), self.high)
            told = f"{int(number)}" if self.kind is Kind.COUNT else f"{number * self.scale:g}"
            return [f"{self.option}={told}"]
        return [f"{self.option}={value}"]


@dataclass(frozen=True)
class Study:
    """A command that is offered as a study."""

    command: str
    of: Of
    fields: tuple[Field, ...]


GAP = Field("gap_percent", "--gap", Kind.NUMBER, 0.5, 0.0, 100.0, 0.01)
LIMIT = Field("limit_each_s", "--time-limit", Kind.NUMBER, 60, 1.0, 86_400.0)
SEED = Field("field_seed", "--seed", Kind.COUNT, 0, 0, 2**31 - 2)
TO = Field("field_to", "--to", Kind.COUNT, None, 1900, 2200)
ACTUALS = Field("field_actuals", "--actuals", Kind.TEXT, "")
STUDIES = {
    study.command: study
    for study in (
        Study(
            "frontier",
            Of.VERSION,
            (
                Field("field_x", "--x", Kind.CHOICE, "budget"),
                Field("field_y", "--y", Kind.CHOICE, NPV),
                Field("field_points", "--points", Kind.COUNT, 8, 1, 200),
                GAP,
                LIMIT,
            ),
        ),
        Study(
            "rank",
            Of.VERSION,
            (
                Field("field_levels", "--levels", Kind.COUNT, 5, 1, 50),
                Field("field_draws", "--draws", Kind.COUNT, 0, 0, 10_000),
                Field("field_proof", "--proof", Kind.FLAG, True),
                SEED,
                GAP,
                LIMIT,
            ),
        ),
        Study(
            "robust",
            Of.VERSION,
            (
                Field("field_draws", "--draws", Kind.COUNT, 50, 2, 10_000),
                Field("field_plans", "--plans", Kind.COUNT, 4, 0, 50),
                Field("field_together", "--together", Kind.COUNT, 4, 0, 200),
                SEED,
                GAP,
                LIMIT,
            ),
        ),
        Study(
            "sweep",
            Of.VERSION,
            (
                Field("field_scenarios", "--scenarios", Kind.CHOICE, "all"),
                Field("field_probabilities", "--probabilities", Kind.CHOICE, ""),
                Field("field_hold", "--hold", Kind.FLAG, True),
                Field("field_two_stage", "--two-stage", Kind.FLAG, True),
                GAP,
                LIMIT,
            ),
        ),
        Study("roll", Of.RUN, (TO, ACTUALS)),
        Study(
            "replan",
            Of.RUN,
            (
                TO,
                ACTUALS,
                Field("field_keep_within", "--keep-within", Kind.NUMBER, 1.0, 0.0, 100.0, 0.01),
                Field("field_freeze", "--freeze", Kind.COUNT, None, 1900, 2200),
                Field("field_points", "--points", Kind.COUNT, 4, 0, 100),
                GAP,
                LIMIT,
            ),
        ),
    )
}


def choices_of(field: Field, instance: Instance) -> list[str]:
    """What a choice offers for `instance`, as the command knows it."""
    if field.option == "--x":
        return list(axes_of(instance))
    if field.option == "--y":
        return [NPV, *metrics_of(instance)]
    if field.option == "--scenarios":
        return ["all", *(row.id for row in instance.scenarios)]
    return ["", "equal"]


def instance_of(workbook: Path) -> Instance:
    """Instance of a version, kept in memory while its file stays.

    Raises
    ------
    InstanceError
        If it has errors.
    """
    key = (workbook, workbook.stat().st_mtime_ns)
    return _INSTANCES.of(key, lambda: _instance(workbook))


def _instance(workbook: Path) -> Instance:
    large = is_large(workbook)
    kept: Instance | None = kept_apart("instance", INSTANCE, workbook, workbook, is_large=large)
    return inspect_instance(workbook).require() if kept is None else kept


def study_line(
    command: str, values: Mapping[str, Any], source: Path, home: Path, lang: str
) -> list[str | Path]:
    """The command of a study in the folder `home`; what was typed stands behind `=` alone."""
    study = STUDIES[command]
    told: list[str | Path] = []
    for field in study.fields:
        value = values.get(field.option)
        if field.kind is Kind.TEXT:
            if value:
                path = home / ACTUALS_FILE
                path.write_text(as_csv(str(value)), "utf-8")
                told.append(f"{field.option}={path}")
            continue
        told += field.arguments(value)
    told.append(f"--lang={lang}")
    if command == "roll":
        target = home / ROLLED_FILE
        target.unlink(missing_ok=True)
        return [command, *told, "--", source, target]
    place = home / STUDY_FOLDER
    resume = ["--resume"] if place.is_dir() else []
    return [command, *told, *resume, "-o", place, "--", source]


def as_csv(text: str) -> str:
    """Cells pasted from a spreadsheet (tabs) or typed with commas, as CSV."""
    cleaned = text[:MOST_TEXT].replace("\r", "")
    if "\t" not in cleaned:
        return cleaned
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(line.split("\t") for line in cleaned.split("\n") if line.strip())
    return out.getvalue()


def plans_of(home: Path) -> list[str]:
    """Names of the run folders of a study."""
    place = home / STUDY_FOLDER
    if not place.is_dir():
        return []
    return sorted(path.name for path in place.iterdir() if path.is_dir() and is_there(path))


def plan_folder(home: Path, name: str) -> Path | None:
    """Run folder `name` of a study; None where there is none, whatever was typed."""
    return home / STUDY_FOLDER / name if name in plans_of(home) else None


def tables_of(
    command: str, answer: Mapping[str, Any], asked: Instance, home: Path, lang: str
) -> list[dict[str, Any]]:
    """Tables of what a study found, for a grid."""
    instance = asked
    if command == "replan" and (chosen := answer.get("chosen")):
        folder = plan_folder(home, name_of(str(chosen["run_dir"])))
        instance = asked if folder is None else files_of(folder).instance
    return [table_data(table, lang) for table in study_tables(command, instance, answer)]


def name_of(run_dir: str) -> str:
    """Name of a run folder in a study's answer, however the folders before it are written."""
    return run_dir.replace("\\", "/").rstrip("/").rpartition("/")[2]


def csv_files(home: Path) -> list[Path]:
    """Tables that a study wrote."""
    return sorted((home / STUDY_FOLDER).glob("*.csv"))


def csv_of(table: Mapping[str, Any]) -> str:
    """A table of the page as CSV, with its headings."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = [str(column["key"]) for column in table["columns"]]
    writer.writerow([column["title"] for column in table["columns"]])
    writer.writerows([_cell(row.get(key)) for key in keys] for row in table["rows"])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def _cell(value: Any) -> Any:
    from infraplan.optimizer.storage.cells import escape

    return "" if value is None else escape(value) if isinstance(value, str) else value


def last_lines(log: Path, homes: Sequence[Path], count: int = 40) -> list[str]:
    """The last lines that a study said, without the folders of the server."""
    try:
        text = log.read_bytes()[-20_000:].decode("utf-8", "replace")
    except OSError:
        return []
    for home in homes:
        for form in (home, home.resolve()):
            text = text.replace(f"{form}/", "").replace(str(form), "")
    return [line for line in text.splitlines() if line.strip()][-count:]


def conclusions(lines: Sequence[str]) -> list[str]:
    """What a study said in the end: without how far it was, and where its files lie."""
    wrote = phrase("sweep-wrote", folder=STUDY_FOLDER).both
    mark = "\N{REPLACEMENT CHARACTER}"
    blanks = dict.fromkeys(("finished", "of", "run", "value", "left"), mark)
    keys = ("sweep-progress", "sweep-progress-known")
    forms = [_form(text, mark) for key in keys for text in phrase(key, **blanks).both]
    return [line for line in lines if line not in wrote and not any(f.match(line) for f in forms)]


def _form(text: str, mark: str) -> re.Pattern[str]:
    """What a message looks like, whatever stands at its marks."""
    return re.compile(".*?".join(re.escape(part) for part in text.split(mark)))
