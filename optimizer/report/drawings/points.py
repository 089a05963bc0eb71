"""Plans as points of two amounts, each a link that mouse and keyboard follow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from infraplan.optimizer.report.charts import WIDTH, words
from infraplan.optimizer.report.drawings.palette import AFTER, CRITICAL, LIMIT

LEFT, TOP, RIGHT, HEIGHT = 84, 28, 24, 300
Pair = tuple[str, str]


@dataclass(frozen=True)
class Spot:
    """A plan: amounts, what no plan exceeds, what it is called, where its link leads."""

    x: float
    y: float
    bound: float | None
    name: Pair
    href: str
    is_knee: bool = False
    is_chosen: bool = False


def ticks_between(low: float, high: float, count: int = 5) -> list[float]:
    """Round values from at most `low` to at least `high`."""
    if high <= low:
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * power >= raw * (1 - 1e-12))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * n for n in range(first, last + 1)]


def draw_points(title: Pair, spots: Sequence[Spot], x_unit: Pair, y_unit: Pair) -> Markup:
    """The points with a line through them and what is proven above each, as inline SVG."""
    bounds = [spot.bound for spot in spots if spot.bound is not None]
    across = ticks_between(min(s.x for s in spots), max(s.x for s in spots))
    heights = [*(s.y for s in spots), *bounds]
    up = ticks_between(min(heights), max(heights))
    parts = [*_axes(across, up), *_units(x_unit, y_unit)]
    order = sorted(spots, key=lambda spot: (spot.x, spot.y))
    line = " ".join("{:.1f},{:.1f}".format(*_at(s.x, s.y, across, up)) for s in order)
    parts.append(
        Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="1.6"/>').format(
            line, AFTER.color
        )
    )
    parts += [_spot(spot, across, up) for spot in order]
    return Markup('<svg viewBox="0 0 {} {}" aria-label="{} / {}" role="group">{}</svg>').format(
        WIDTH, TOP + HEIGHT + 46, *title, Markup("").join(parts)
    )


def _at(x: float, y: float, across: Sequence[float], up: Sequence[float]) -> tuple[float, float]:
    wide = WIDTH - LEFT - RIGHT
    return (
        LEFT + wide * (x - across[0]) / (across[-1] - across[0]),
        TOP + HEIGHT * (1.0 - (y - up[0]) / (up[-1] - up[0])),
    )


def _axes(across: Sequence[float], up: Sequence[float]) -> list[Markup]:
    parts = []
    for tick in up:
        _, y = _at(across[0], tick, across, up)
        parts.append(
            Markup(
                '<line x1="{0}" y1="{1:.1f}" x2="{2}" y2="{1:.1f}" class="grid"/>'
                '<text x="{3}" y="{4:.1f}" class="small end">{5:,.6g}</text>'
            ).format(LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, tick)
        )
    for tick in across:
        x, _ = _at(tick, up[0], across, up)
        parts.append(
            Markup(
                '<line x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}" class="grid"/>'
                '<text x="{0:.1f}" y="{3}" class="small mid">{4:,.6g}</text>'
            ).format(x, TOP, TOP + HEIGHT, TOP + HEIGHT + 18, tick)
        )
    return parts


def _units(x_unit: Pair, y_unit: Pair) -> list[Markup]:
    return [
        Markup('<text x="{}" y="14" class="small">{}</text>').format(8, words(y_unit)),
        Markup('<text x="{}" y="{}" class="small end">{}</text>').format(
            WIDTH - RIGHT, TOP + HEIGHT + 38, words(x_unit)
        ),
    ]


def _spot(spot: Spot, across: Sequence[float], up: Sequence[float]) -> Markup:
    x, y = _at(spot.x, spot.y, across, up)
    above = Markup("")
    if spot.bound is not None and spot.bound > spot.y:
        _, top = _at(spot.x, spot.bound, across, up)
        above = Markup(
            '<path d="M{0:.1f},{1:.1f} V{2:.1f} M{3:.1f},{2:.1f} h8" stroke="{4}" fill="none"/>'
        ).format(x, y, top, x - 4, LIMIT.color)
    color = (CRITICAL if spot.is_chosen else AFTER).color
    mark = (
        Markup('<path d="M{0:.1f},{1:.1f} l9,9 l-9,9 l-9,-9 Z" fill="{2}"/>').format(
            x, y - 9, color
        )
        if spot.is_knee
        else Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}"/>').format(
            x, y, 9 if spot.is_chosen else 7, color
        )
    )
    name = spot.name[0] if spot.name[0] == spot.name[1] else f"{spot.name[0]} / {spot.name[1]}"
    # A wide ring that nothing shows makes the point easy to hit.
    return above + Markup(
        '<a href="{}" class="spot" aria-label="{}"{}><circle cx="{:.1f}" cy="{:.1f}" r="14" '
        'fill="transparent"/>{}<title>{}</title></a>'
    ).format(
        spot.href,
        name,
        Markup(' aria-current="true"') if spot.is_chosen else "",
        *(x, y, mark, name),
    )
