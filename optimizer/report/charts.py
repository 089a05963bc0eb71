"""Charts as inline SVG, each text in both languages.

Own code, because the page must be one self-contained file whose charts switch language with the
page and print sharply; no chart library writes bilingual SVG.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from infraplan.optimizer.report.drawings.palette import (
    BEFORE,
    CRITICAL,
    OPERATING,
    WORKS,
    Paint,
    definitions,
    money_paint,
)

WIDTH = 960


@dataclass(frozen=True)
class Series:
    """A named sequence of values, one per year; None leaves a gap.

    `paint` is its colour by what it means; None takes that of a source of money by its place.
    """

    name: tuple[str, str]
    values: tuple[float | None, ...]
    dashed: bool = False
    paint: Paint | None = None


@dataclass(frozen=True)
class Bar:
    """A project in the Gantt chart."""

    name: tuple[str, str]
    start: int
    finish: int
    opening: int
    estimated: bool
    cost: float = 0.0
    critical: bool = False


def scope_of(label: tuple[str, str]) -> str:
    """A name that keeps the ids in the drawing called `label` apart from those of others."""
    return f"d{zlib.crc32('/'.join(label).encode()):08x}"


def paints_of(series: Sequence[Series]) -> list[Paint]:
    """The paint of each of `series`."""
    return [row.paint or money_paint(number) for number, row in enumerate(series)]


def words(pair: tuple[str, str]) -> Markup:
    """Both languages as SVG text spans, one of them hidden by the page's style."""
    return Markup('<tspan class="en">{}</tspan><tspan class="zh">{}</tspan>').format(*pair)


def _tag(text: str, *values: object) -> Markup:
    return Markup(text).format(*values)


def nice_ticks(top: float, count: int = 5) -> list[float]:
    """Round tick values from 0 to at least `top`."""
    if top <= 0.0:
        return [0.0, 1.0]
    raw = top / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * power >= raw - 1e-12)
    return [step * n for n in range(math.ceil(top / step - 1e-9) + 1)]


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _frame(
    height: int, label: tuple[str, str], parts: Iterable[Markup], width: int = WIDTH
) -> Markup:
    body = Markup("").join(parts)
    return _tag(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{} / {}" preserveAspectRatio="xMinYMin">{}'
        "</svg>",
        width,
        height,
        label[0],
        label[1],
        body,
    )


def _legend(series: Sequence[Series], top: int, scope: str) -> list[Markup]:
    parts, x, y = [], 60, top
    for row, paint in zip(series, paints_of(series), strict=True):
        length = 28 + 7 * max(len(row.name[0]), 2 * len(row.name[1]))
        if x + length > WIDTH and x > 60:
            x, y = 60, y + 18
        parts.append(
            _tag(
                '<rect x="{}" y="{}" width="12" height="{}" fill="{}"/>'
                '<text x="{}" y="{}" class="small">{}</text>',
                x,
                y - (9 if not row.dashed else 5),
                10 if not row.dashed else 3,
                paint.fill(scope) if not row.dashed else paint.color,
                x + 17,
                y,
                words(row.name),
            )
        )
        x += length
    return parts


def legend_height(series: Sequence[Series]) -> int:
    """Height of the legend in pixels."""
    x, lines = 60, 1
    for row in series:
        length = 28 + 7 * max(len(row.name[0]), 2 * len(row.name[1]))
        if x + length > WIDTH and x > 60:
            x, lines = 60, lines + 1
        x += length
    return 18 * lines


def _axes(
    labels: Sequence[tuple[str, str]],
    ticks: Sequence[float],
    left: int,
    top: int,
    height: int,
    every: int,
) -> list[Markup]:
    span = (WIDTH - left - 10) / len(labels)
    parts = []
    for tick in ticks:
        y = top + height * (1.0 - tick / ticks[-1])
        parts.append(
            _tag(
                '<line x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}" class="grid"/>'
                '<text x="{}" y="{:.1f}" class="small end">{}</text>',
                left,
                y,
                WIDTH - 10,
                y,
                left - 6,
                y + 4,
                _number(tick),
            )
        )
    for number, label in enumerate(labels):
        if number % every == 0:
            x = left + span * (number + 0.5)
            parts.append(
                _tag(
                    '<text x="{:.1f}" y="{}" class="small mid">{}</text>',
                    x,
                    top + height + 16,
                    words(label),
                )
            )
    return parts


def stacked_bars(
    title: tuple[str, str],
    labels: Sequence[tuple[str, str]],
    series: Sequence[Series],
    unit: tuple[str, str],
) -> Markup:
    """Stacked columns: one per label, one colour per series."""
    totals = [sum(row.values[n] or 0.0 for row in series) for n in range(len(labels))]
    ticks = nice_ticks(max(totals, default=0.0))
    left, top, height = 60, 24, 240
    span = (WIDTH - left - 10) / max(1, len(labels))
    paints, scope = paints_of(series), scope_of(title)
    parts = [definitions(paints, scope)]
    parts += [_tag('<text x="{}" y="12" class="small">{}</text>', left, words(unit))]
    parts += _axes(labels, ticks, left, top, height, max(1, math.ceil(len(labels) / 16)))
    for n, label in enumerate(labels):
        base = float(top + height)
        for row, paint in zip(series, paints, strict=True):
            value = row.values[n] or 0.0
            size = height * value / ticks[-1]
            if size > 0.0:
                base -= size
                parts.append(
                    _tag(
                        '<rect x="{:.1f}" y="{:.2f}" width="{:.1f}" height="{:.2f}" fill="{}">'
                        "<title>{} {} / {}: {:,.2f}</title></rect>",
                        left + span * n + span * 0.15,
                        base,
                        span * 0.7,
                        size,
                        paint.fill(scope),
                        label[0],
                        row.name[0],
                        row.name[1],
                        value,
                    )
                )
    parts += _legend(series, top + height + 38, scope)
    return _frame(top + height + 34 + legend_height(series), title, parts)


def lines(
    title: tuple[str, str],
    years: Sequence[int],
    series: Sequence[Series],
    unit: tuple[str, str],
    *,
    plan_end: int | None = None,
    share: bool = False,
) -> Markup:
    """Lines over years; `plan_end` marks the plan's last year, `share` labels in per cent."""
    top_value = max((v for row in series for v in row.values if v is not None), default=0.0)
    ticks = nice_ticks(top_value * (100.0 if share else 1.0))
    factor = 100.0 if share else 1.0
    left, top, height = 60, 24, 200
    span = (WIDTH - left - 10) / max(1, len(years))
    parts = [_tag('<text x="{}" y="12" class="small">{}</text>', left, words(unit))]
    parts += _axes(
        [(str(y), str(y)) for y in years],
        ticks,
        left,
        top,
        height,
        max(1, math.ceil(len(years) / 16)),
    )
    if plan_end in years:
        x = left + span * (list(years).index(plan_end or 0) + 1)
        parts.append(
            _tag(
                '<line x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}" class="mark"/>',
                x,
                top,
                x,
                top + height,
            )
        )
    for row, paint in zip(series, paints_of(series), strict=True):
        runs: list[list[str]] = [[]]
        for n, value in enumerate(row.values):
            if value is None:
                runs.append([])
                continue
            x = left + span * (n + 0.5)
            y = top + height * (1.0 - value * factor / ticks[-1])
            runs[-1].append(f"{x:.1f},{y:.1f}")
        style = "6 4" if row.dashed else "none"
        parts += [
            _tag(
                '<polyline points="{}" fill="none" stroke="{}" stroke-width="2.2" '
                'stroke-dasharray="{}"/>',
                " ".join(run),
                paint.color,
                style,
            )
            for run in runs
            if run
        ]
    parts += _legend(series, top + height + 38, scope_of(title))
    return _frame(top + height + 34 + legend_height(series), title, parts)


def gantt(
    title: tuple[str, str],
    bars: Sequence[Bar],
    first_year: int,
    last_year: int,
    phases: Sequence[tuple[tuple[str, str], int, int]],
) -> Markup:
    """Works and start of operation of projects over the years; phases as bands."""
    axis = _YearAxis(330, 34, (WIDTH - 338) / (last_year - first_year + 1), first_year, last_year)
    height = BAR_ROW * len(bars)
    parts = [*_phase_bands(axis, phases, height), *_year_lines(axis, height)]
    for number, bar in enumerate(bars):
        parts += _bar_marks(axis, bar, axis.top + BAR_ROW * number)
    return _frame(axis.top + height + 6, title, parts)


BAR_ROW = 15
"""Height of a bar's row."""


@dataclass(frozen=True)
class _YearAxis:
    """Years beside one another: left and upper edge, width of a year, first and last year."""

    left: int
    top: int
    span: float
    first: int
    last: int

    def x(self, year: int) -> float:
        """Where `year` begins."""
        return self.left + self.span * (year - self.first)


def _phase_bands(
    axis: _YearAxis, phases: Sequence[tuple[tuple[str, str], int, int]], height: int
) -> list[Markup]:
    parts = []
    for number, (name, begin, end) in enumerate(phases):
        x = axis.x(begin)
        width = axis.span * (end - begin + 1)
        shade = "band-even" if number % 2 else "band-odd"
        parts.append(
            _tag(
                '<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" class="{}"/>',
                x,
                axis.top - 16,
                width,
                height + 16,
                shade,
            )
        )
        if width > 44:
            parts.append(
                _tag(
                    '<text x="{:.1f}" y="12" class="small mid">{}</text>',
                    x + width / 2,
                    words(name),
                )
            )
    return parts


def _year_lines(axis: _YearAxis, height: int) -> list[Markup]:
    parts = []
    top = axis.top
    for year in range(axis.first, axis.last + 1):
        x = axis.x(year)
        parts.append(
            _tag(
                '<line x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}" class="grid"/>',
                x,
                top,
                x,
                top + height,
            )
        )
        parts.append(
            _tag(
                '<text x="{:.1f}" y="{}" class="tiny mid">{}</text>',
                x + axis.span / 2,
                top - 4,
                year,
            )
        )
    return parts


def _bar_marks(axis: _YearAxis, bar: Bar, y: int) -> list[Markup]:
    """Name, works and operation of one project at height `y`."""
    works_end = min(bar.opening, axis.last + 1)
    x, x_open = axis.x(bar.start), axis.x(works_end)
    mark = "*" if bar.estimated else ""
    label = (_clip(bar.name[0], 46) + mark, _clip(bar.name[1], 24) + mark)
    hint = f"{bar.name[0]} / {bar.name[1]}: {bar.start}-{bar.finish}, {bar.opening}"
    parts = []
    parts.append(
        _tag('<text x="{}" y="{}" class="tiny end">{}</text>', axis.left - 6, y + 11, words(label))
    )
    parts.append(
        _tag(
            '<rect x="{:.1f}" y="{}" width="{:.1f}" height="9" fill="{}"><title>{}</title></rect>',
            x,
            y + 3,
            max(2.0, x_open - x),
            (CRITICAL if bar.critical else WORKS).color,
            hint,
        )
    )
    if bar.opening <= axis.last:
        parts.append(
            _tag(
                '<rect x="{:.1f}" y="{}" width="{:.1f}" height="5" fill="{}"/>',
                x_open,
                y + 5,
                axis.x(axis.last + 1) - x_open,
                OPERATING.color,
            )
        )
    return parts


def _clip(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def bullet(achieved: float, required: float, existing: float) -> Markup:
    """A small bar: how much of the required value is reached, existing stock in grey."""
    top = max(achieved, required, 1e-12)
    scale = 150.0 / top
    good = achieved >= required * (1 - 1e-9)
    return _tag(
        '<svg viewBox="0 0 160 16" width="160" height="16" role="img" aria-label="{:.6g} / {:.6g}">'
        '<rect x="0" y="3" width="{:.1f}" height="10" fill="{}"/>'
        '<rect x="0" y="3" width="{:.1f}" height="10" fill="{}"/>'
        '<line x1="{:.1f}" y1="0" x2="{:.1f}" y2="16" class="limit" stroke-width="2"/></svg>',
        achieved,
        required,
        max(0.0, achieved) * scale,
        (OPERATING if good else WORKS).color,
        max(0.0, min(existing, achieved)) * scale,
        BEFORE.color,
        required * scale,
        required * scale,
    )


__all__ = [
    "Bar",
    "Series",
    "bullet",
    "gantt",
    "lines",
    "nice_ticks",
    "stacked_bars",
    "words",
]
