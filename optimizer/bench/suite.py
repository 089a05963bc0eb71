"""A benchmark: every instance solved in every way, one process after the other, and compared.

Gaps are to the least bound that any row of the same instance proved: a row is not better for a
bound of its own. A bound below a plan that another row found is none, and is told.
"""

from __future__ import annotations

import contextlib
import json
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from infraplan.models.catalogue import NOTHING_SAID, Phrase, pair, phrase
from infraplan.optimizer.backends.base import SOLVERS
from infraplan.optimizer.backends.host import job_folder
from infraplan.optimizer.backends.process import GuestProcess
from infraplan.optimizer.bench.row import Asked
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.status import relative_gap

ENGINES = ("own", "bare", "by-hand", "greedy")
"""Ways to solve: as the product does; its program alone, given to a solver that knows nothing
else; the program of money by year as one writes it by hand; a greedy of forty lines."""
_ROW = "infraplan.optimizer.bench.row"
READING_S = 900.0
"""Seconds after which a row that has not read its instance is ended."""
LATE_S, LATE_SHARE = 15.0, 0.2
"""Seconds, and share of the time limit, beyond it after which a row is ended."""
_TICK_S = 0.1
CONTRADICTED = 1e-6
"""Relative distance below a plan from which on a bound is wrong."""


@dataclass(frozen=True)
class Size:
    """An instance that is measured: where it lies, and how large it is."""

    name: str
    path: Path
    projects: int
    years: int


class Better(NamedTuple):
    """A better plan or bound: seconds since the end of reading, CPU seconds, plan, bound."""

    seconds: float
    cpu_s: float
    plan: float | None
    bound: float | None


@dataclass(frozen=True)
class Row:
    """One solve; seconds are counted from the end of reading, None where it never came to that."""

    instance: str
    projects: int
    years: int
    engine: str
    solver: str
    columns: str
    time_limit_s: float
    objective: float | None = None
    bound: float | None = None
    best_bound: float | None = None
    gap: float | None = None
    gap_at_limit: float | None = None
    first_plan_s: float | None = None
    t_1pct: float | None = None
    t_01pct: float | None = None
    t_001pct: float | None = None
    seconds: float | None = None
    cpu_s: float | None = None
    peak_mb: float | None = None
    stages: Mapping[str, float] = field(default_factory=dict)
    trail: tuple[Better, ...] = ()
    fault: Phrase = NOTHING_SAID

    def data(self) -> dict[str, Any]:
        """The row as JSON."""
        found = asdict(replace(self, fault=NOTHING_SAID))
        del found["fault"]
        return found | {"fault": str(self.fault), "fault_zh": self.fault.zh}


def ways(
    engines: Sequence[str], solvers: Sequence[str], columns: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    """Engine, solver and form of columns of each row of an instance.

    A model by hand has no form of its own choice, a greedy neither solver nor form.
    """
    found: list[tuple[str, str, str]] = []
    for engine in engines:
        if engine == "greedy":
            found.append((engine, "", ""))
            continue
        for solver in solvers:
            forms = [c for c in columns if engine != "by-hand" or c != Columns.AUTO]
            found += [(engine, solver, form) for form in forms]
    return tuple(found)


def measure(
    size: Size,
    asked: Sequence[Asked],
    on_row: Callable[[Row], None] | None = None,
) -> Iterator[Row]:
    """Solve an instance in each way that is asked, one after the other; gaps are not known yet.

    `on_row` hears of each row that begins.
    """
    for way in asked:
        row = Row(
            size.name,
            size.projects,
            size.years,
            way.engine,
            way.solver,
            way.columns,
            way.time_limit_s,
        )
        if on_row is not None:
            on_row(row)
        yield _measured(row, size.path, way)


def _measured(row: Row, path: Path, asked: Asked) -> Row:
    """`row` solved in a process of its own, ended where it goes far beyond its limit."""
    trail: list[Better] = []
    answer: dict[str, Any] = {}
    fault, peak = NOTHING_SAID, 0.0
    with job_folder() as folder, GuestProcess(_ROW, folder) as process:
        process.tell({"command": "job", "asked": asdict(asked), "instance": str(path)})
        end = time.perf_counter() + READING_S
        while True:
            peak = max(peak, process.memory_mb() or 0.0)
            line: bytes | None = b""
            with contextlib.suppress(queue.Empty):
                line = process.hear(_TICK_S)
            if line is None:
                break
            if line:
                event = json.loads(line)
                if event["event"] == "read":
                    end = time.perf_counter() + LATE_S + (1.0 + LATE_SHARE) * asked.time_limit_s
                elif event["event"] == "better":
                    trail.append(Better(*(event[name] for name in Better._fields)))
                elif event["event"] == "answer":
                    answer = event
                elif event["event"] == "error":
                    english = str(event["message"])
                    fault = pair(english, str(event.get("chinese", english)))
                elif event["event"] == "end":
                    peak = max(peak, float(event["peak_mb"] or 0.0))
            elif time.perf_counter() > end:
                fault = phrase("ended-beyond-its-limit")
                break
    if not answer and not fault:
        fault = phrase("ended-without-an-answer")
    last = trail[-1] if trail else Better(0.0, 0.0, None, None)
    return replace(
        row,
        objective=last.plan,
        bound=last.bound,
        first_plan_s=next((b.seconds for b in trail if b.plan is not None), None),
        seconds=answer.get("seconds"),
        cpu_s=answer.get("cpu_s"),
        peak_mb=round(peak, 1),
        stages=answer.get("stages", {}),
        trail=tuple(trail),
        fault=fault,
    )


def compared(rows: Sequence[Row]) -> tuple[Row, ...]:
    """`rows` with their gaps to the least bound that any row of the same instance proved."""
    found: list[Row] = []
    for row in rows:
        others = [other for other in rows if other.instance == row.instance]
        best = max((r.objective for r in others if r.objective is not None), default=None)
        bounds = [r.bound for r in others if r.bound is not None and not _is_wrong(r.bound, best)]
        bound = min(bounds, default=None)
        if bound is not None and best is not None:
            bound = max(bound, best)
        fault = row.fault
        if row.bound is not None and _is_wrong(row.bound, best):
            fault = phrase("a-plan-is-above-the-bound", bound=row.bound, plan=best)
        in_time = (b.plan for b in row.trail if b.seconds <= row.time_limit_s)
        at_limit = max((plan for plan in in_time if plan is not None), default=None)
        found.append(
            replace(
                row,
                best_bound=bound,
                gap=relative_gap(row.objective, bound),
                gap_at_limit=relative_gap(at_limit, bound),
                fault=fault,
                t_1pct=_reached(row, bound, 1e-2),
                t_01pct=_reached(row, bound, 1e-3),
                t_001pct=_reached(row, bound, 1e-4),
            )
        )
    return tuple(found)


def _is_wrong(bound: float, plan: float | None) -> bool:
    return plan is not None and bound < plan - CONTRADICTED * max(1.0, abs(plan))


def _reached(row: Row, bound: float | None, level: float) -> float | None:
    """Seconds until the plan was within `level` of `bound`."""
    for better in row.trail:
        gap = relative_gap(better.plan, bound)
        if gap is not None and gap <= level:
            return better.seconds
    return None


def unknown_names(
    engines: Sequence[str], solvers: Sequence[str], columns: Sequence[str]
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(option, name, known names) of each name that there is not."""
    known: tuple[tuple[str, Sequence[str], tuple[str, ...]], ...] = (
        ("--engines", engines, ENGINES),
        ("--solvers", solvers, tuple(SOLVERS)),
        ("--columns", columns, tuple(form.value for form in Columns)),
    )
    return tuple(
        (option, name, names)
        for option, given, names in known
        for name in given
        if name not in names
    )
