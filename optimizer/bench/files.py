"""What a benchmark leaves: `bench.csv`, `bench.json`, and `bench.svg` with gaps over time."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import escape

from infraplan.optimizer.bench.suite import Row
from infraplan.optimizer.report.drawings.palette import MONEY_HUES
from infraplan.optimizer.report.frames import (
    COUNT,
    NUMBER,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import text
from infraplan.optimizer.status import relative_gap

FIELDS = (
    "instance",
    "projects",
    "years",
    "engine",
    "solver",
    "columns",
    "time_limit_s",
    "objective",
    "bound",
    "best_bound",
    "gap",
    "gap_at_limit",
    "first_plan_s",
    "t_1pct",
    "t_01pct",
    "t_001pct",
    "seconds",
    "cpu_s",
    "peak_mb",
    "fault",
)
"""Columns of the CSV file, after which come the seconds of each stage."""
STAGES = ("read", "build", "solve", "report", "write")
WIDTH, PANEL, LEFT, TOP, LINE = 960, 320, 70, 30, 16
"""Pixels of the drawing: its width, height of a panel, margins, height of a line of its legend."""
EARLIEST_S, LEAST_GAP, MOST_GAP = 0.05, 1e-6, 1.0
"""Where the axes begin and end; what is beyond is drawn at the edge."""


def rows_data(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as JSON."""
    return [row.data() for row in rows]


def write_files(folder: Path, rows: Sequence[Row], lang: str) -> None:
    """Write the three files into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.csv").write_text(csv_text(rows), encoding="utf-8")
    found = json.dumps({"rows": rows_data(rows)}, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "bench.json").write_text(found + "\n", encoding="utf-8")
    (folder / "bench.svg").write_text(drawing(rows, lang), encoding="utf-8")


def csv_text(rows: Sequence[Row]) -> str:
    """The rows as CSV; an empty cell is what is not known."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow([*FIELDS, *(f"{stage}_s" for stage in STAGES)])
    for row in rows:
        data = row.data()
        cells = [*(data[name] for name in FIELDS), *(row.stages.get(stage) for stage in STAGES)]
        writer.writerow(["" if cell is None else cell for cell in cells])
    return into.getvalue()


def bench_table(rows: Sequence[Row], instance: str) -> ReportTable:
    """The rows of one instance for the terminal."""
    columns = (
        Column("bench_way"),
        Column("bench_first", NUMBER),
        Column("bench_1", NUMBER),
        Column("bench_01", NUMBER),
        Column("bench_001", NUMBER),
        Column("gap_share"),
        Column("bench_cpu", NUMBER),
        Column("bench_mb", COUNT),
    )
    found = [
        text_pair("bench_way", (_name(row, rows, "en"), _name(row, rows, "zh")))
        | text_pair("gap_share", (_gap_text(row), _gap_text(row)))
        | {
            "bench_first": _rounded(row.first_plan_s),
            "bench_1": _rounded(row.t_1pct),
            "bench_01": _rounded(row.t_01pct),
            "bench_001": _rounded(row.t_001pct),
            "bench_cpu": _rounded(row.cpu_s),
            "bench_mb": row.peak_mb,
        }
        for row in rows
        if row.instance == instance
    ]
    return ReportTable("bench", columns, frame_of(columns, found), "bench_note")


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def _gap_text(row: Row) -> str:
    return "-" if row.gap is None else f"{100.0 * row.gap:.4f} %"


def _name(row: Row, rows: Sequence[Row], lang: str) -> str:
    """Engine, solver and form of a row, and its limit where that differs between `rows`."""
    parts = [text(f"bench_{row.engine}", lang), row.solver, row.columns]
    if len({other.time_limit_s for other in rows}) > 1:
        parts.append(f"{row.time_limit_s:g} s")
    return " ".join(part for part in parts if part)


def drawing(rows: Sequence[Row], lang: str) -> str:
    """Gap to the best bound over seconds, both by powers of ten, a panel for each instance."""
    names = list(dict.fromkeys(row.instance for row in rows))
    parts: list[str] = []
    top = 0
    for name in names:
        mine = [row for row in rows if row.instance == name]
        parts += _panel(name, mine, top, lang)
        top += PANEL + 2 * TOP + LINE * len(mine)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {max(top, 1)}" '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg>\n'
    )


def _panel(name: str, rows: Sequence[Row], top: int, lang: str) -> list[str]:
    latest = max([10.0 * EARLIEST_S, *(b.seconds for row in rows for b in row.trail)])

    def x(seconds: float) -> float:
        share = math.log(max(seconds, EARLIEST_S) / EARLIEST_S) / math.log(latest / EARLIEST_S)
        return LEFT + share * (WIDTH - LEFT - 20)

    def y(gap: float) -> float:
        inside = min(max(gap, LEAST_GAP), MOST_GAP)
        share = math.log(MOST_GAP / inside) / math.log(MOST_GAP / LEAST_GAP)
        return top + TOP + share * PANEL

    bottom = top + TOP + PANEL
    title = f"{name}: {text('bench_axes', lang)}"
    parts = [f'<text x="{LEFT}" y="{top + 18}" font-weight="bold">{escape(title)}</text>']
    for power in range(round(math.log10(LEAST_GAP)), round(math.log10(MOST_GAP)) + 1):
        at, label = y(10.0**power), f"{100.0 * 10.0**power:g} %"
        parts.append(_rule(LEFT, at, WIDTH - 20, at))
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    for power in range(math.ceil(math.log10(EARLIEST_S)), math.floor(math.log10(latest)) + 1):
        at = x(10.0**power)
        parts.append(_rule(at, top + TOP, at, bottom))
        label = f"{10.0**power:g} s"
        parts.append(f'<text x="{at:.1f}" y="{bottom + 14}" text-anchor="middle">{label}</text>')
    for number, row in enumerate(rows):
        color = MONEY_HUES[number % len(MONEY_HUES)]
        dash = "" if number < len(MONEY_HUES) else ' stroke-dasharray="5 3"'
        line = bottom + TOP + LINE * number
        if steps := " ".join(f"{x(s):.1f},{y(gap):.1f}" for s, gap in _steps(row, latest)):
            parts.append(
                f'<polyline points="{steps}" fill="none" stroke="{color}" stroke-width="2"{dash}/>'
            )
        parts.append(_rule(LEFT, line - 4, LEFT + 24, line - 4, color, dash))
        label = f"{_name(row, rows, lang)}: {_gap_text(row)}"
        parts.append(f'<text x="{LEFT + 30}" y="{line}">{escape(label)}</text>')
    return parts


def _rule(x1: float, y1: float, x2: float, y2: float, color: str = "#ddd", dash: str = "") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"{dash}/>'


def _steps(row: Row, latest: float) -> Iterable[tuple[float, float]]:
    """Corners of the line of a row: its gap stays as it is until a better plan is found."""
    before: float | None = None
    for better in row.trail:
        gap = relative_gap(better.plan, row.best_bound)
        if gap is None:
            continue
        if before is not None:
            yield better.seconds, before
        yield better.seconds, gap
        before = gap
    if before is not None:
        yield latest, before
