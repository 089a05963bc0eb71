"""The map of a plan: districts, places, lines and works by their state in a year; no tiles.

Coordinates are drawn as they are, longitude shortened by the cosine of the middle latitude: true
within a few per cent over a province. What lies far outside the works is cut at the edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from infraplan.models.catalogue import phrase
from infraplan.optimizer.report.drawings.palette import NOT_YET, OPERATING, WORKS

WIDTH, MARGIN = 960, 24
LEAST_HEIGHT, MOST_HEIGHT = 420, 760
KM_PER_DEGREE = 111.32
OUTLIERS = 0.02
"""Share of points at each side that do not stretch the drawing."""
ENOUGH = 10
"""Works at one place that say by themselves what the map shows."""

Point = tuple[float, float]
Pair = tuple[str, str]


class MapState(StrEnum):
    """What a work is in a year; the page's script and styles go by these words."""

    NOT_YET = "n"
    WORKS = "w"
    OPERATING = "o"
    LEFT_OUT = "x"


@dataclass(frozen=True)
class MapWork:
    """A project on the map: one point, or a line of two or more; years None: left out."""

    name: Pair
    points: tuple[Point, ...]
    start: int | None
    opening: int | None
    cost: float = 0.0

    def state(self, year: int) -> MapState:
        """Its state at the end of `year`."""
        if self.start is None or self.opening is None:
            return MapState.LEFT_OUT
        if self.opening <= year:
            return MapState.OPERATING
        return MapState.WORKS if self.start <= year else MapState.NOT_YET


@dataclass(frozen=True)
class MapLine:
    """A line of a network that stands before the plan."""

    name: Pair
    points: tuple[Point, ...]


@dataclass(frozen=True)
class PlanMap:
    """What the map shows; points are (longitude, latitude)."""

    districts: tuple[tuple[Pair, tuple[Point, ...]], ...]
    places: tuple[tuple[Pair, Point], ...]
    lines: tuple[MapLine, ...]
    works: tuple[MapWork, ...]
    first_year: int
    last_year: int


@dataclass(frozen=True)
class _Frame:
    west: float
    north: float
    scale: float
    squeeze: float
    height: int

    def at(self, point: Point) -> Point:
        """Where a point stands on the drawing."""
        x = MARGIN + (point[0] - self.west) * self.squeeze * self.scale
        return x, MARGIN + (self.north - point[1]) * self.scale

    def holds(self, spot: Point) -> bool:
        """Whether a spot of the drawing lies inside of it."""
        return 0.0 <= spot[0] <= WIDTH and 0.0 <= spot[1] <= self.height


def _range(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = int(OUTLIERS * len(ordered))
    return ordered[cut], ordered[-1 - cut]


def bounds_of(plan: PlanMap) -> tuple[float, float, float, float]:
    """West, south, east and north of what a map shows: the works without outliers, and a margin."""
    # Lines may lead far away: where enough works stand at one place, those are the middle.
    points = [work.points[0] for work in plan.works if len(work.points) == 1]
    if len(points) < ENOUGH:
        points = [p for work in plan.works for p in work.points]
    west, east = _range([x for x, _ in points])
    south, north = _range([y for _, y in points])
    pad = 0.06 * max(east - west, north - south, 0.02)
    return west - pad, south - pad, east + pad, north + pad


def _framed(plan: PlanMap) -> _Frame:
    west, south, east, north = bounds_of(plan)
    squeeze = math.cos(math.radians((south + north) / 2.0))
    wide = WIDTH - 2 * MARGIN
    scale = min(
        wide / ((east - west) * squeeze), (MOST_HEIGHT - 2 * MARGIN) / max(north - south, 1e-9)
    )
    height = round(max(LEAST_HEIGHT, (north - south) * scale + 2 * MARGIN))
    # The shorter side is filled up, so that the middle of the works is that of the drawing.
    west -= (wide / (scale * squeeze) - (east - west)) / 2.0
    north += ((height - 2 * MARGIN) / scale - (north - south)) / 2.0
    return _Frame(west, north, scale, squeeze, height)


def draw_map(plan: PlanMap, year: int, label: Pair) -> Markup:
    """The map as it is at the end of `year`, as inline SVG; blank where no work has a place.

    Every work carries its years (`data-a`, `data-b`), by which a page may show another year.
    """
    if not any(work.points for work in plan.works):
        return Markup("")
    frame = _framed(plan)
    parts = [_district(frame, *row) for row in plan.districts]
    parts += [_line(frame, row) for row in plan.lines]
    drawn = sorted(plan.works, key=lambda work: (work.start is not None, len(work.points) < 2))
    parts += _works(frame, drawn, year)
    parts += _labels(frame, plan)
    parts.append(_scale_bar(frame))
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{} / {}" class="map">'
        '<rect x="-{}" width="{}" height="{}" class="ground"/>{}</svg>'
    ).format(
        *(WIDTH, frame.height, *label),
        # A page may show it wider than high: the ground goes on at both sides.
        *(WIDTH, 3 * WIDTH, frame.height),
        Markup("").join(parts),
    )


def _path(frame: _Frame, points: Iterable[Point]) -> str:
    return "M" + " L".join("{:.1f},{:.1f}".format(*frame.at(point)) for point in points)


def _titled(name: Pair, years: str = "") -> Markup:
    told = name[0] if name[0] == name[1] else f"{name[0]} / {name[1]}"
    return Markup("<title>{}{}</title>").format(told, years)


def _district(frame: _Frame, name: Pair, ring: tuple[Point, ...]) -> Markup:
    return Markup('<path d="{} Z" class="district">{}</path>').format(
        _path(frame, ring), _titled(name)
    )


def _line(frame: _Frame, row: MapLine) -> Markup:
    return Markup('<path d="{}" class="standing">{}</path>').format(
        _path(frame, row.points), _titled(row.name)
    )


def _works(frame: _Frame, works: Sequence[MapWork], year: int) -> list[Markup]:
    """Marks of all works; those of one place stand around it in the order that they have."""
    most = max((work.cost for work in works), default=0.0) or 1.0
    here: dict[Point, int] = {}
    parts = []
    for work in works:
        if not work.points:
            continue
        years = f": {work.start}-{work.opening}" if work.start is not None else ""
        state = work.state(year)
        head = Markup('<g class="m {}" data-a="{}" data-b="{}">').format(
            state.value, work.start or "", work.opening or ""
        )
        if len(work.points) > 1:
            body = Markup('<path d="{}" fill="none"/>').format(_path(frame, work.points))
        else:
            count = here.get(work.points[0], 0)
            here[work.points[0]] = count + 1
            x, y = frame.at(work.points[0])
            x += 7.5 * math.sqrt(count) * math.cos(2.4 * count)
            y += 7.5 * math.sqrt(count) * math.sin(2.4 * count)
            size = 3.6 + 7.0 * math.sqrt(max(work.cost, 0.0) / most)
            body = (
                Markup('<path d="M{0:.1f},{1:.1f} l6,6 m0,-6 l-6,6"/>').format(x - 3, y - 3)
                if state is MapState.LEFT_OUT
                else Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>').format(x, y, size)
            )
        parts.append(head + body + _titled(work.name, years) + Markup("</g>"))
    return parts


def places_by_works(plan: PlanMap) -> list[tuple[Pair, Point]]:
    """Places at which some work is, those with most works first; what is built counts twice."""
    weight: dict[Point, int] = {}
    for work in plan.works:
        for point in work.points:
            weight[point] = weight.get(point, 0) + (2 if work.start is not None else 1)
    there = [row for row in plan.places if weight.get(row[1])]
    return sorted(there, key=lambda row: (-weight[row[1]], row[0]))


def _labels(frame: _Frame, plan: PlanMap) -> list[Markup]:
    """Names of places with most works first, each where it covers no other name."""
    taken: list[tuple[float, float, float, float]] = []
    parts = []
    for name, point in places_by_works(plan):
        x, y = frame.at(point)
        wide = max(6.2 * len(name[0]), 11.0 * len(name[1])) + 4.0
        at = (x + 8.0, y - 6.0) if x + 8.0 + wide < WIDTH else (x - 8.0 - wide, y - 6.0)
        box = (at[0], at[1] - 11.0, at[0] + wide, at[1] + 3.0)
        free = all(box[2] < b[0] or box[0] > b[2] or box[3] < b[1] or box[1] > b[3] for b in taken)
        if frame.holds((x, y)) and frame.holds((box[0], box[1])) and free:
            taken.append(box)
            parts.append(
                Markup(
                    '<text x="{:.1f}" y="{:.1f}" class="tiny place"><tspan class="en">{}</tspan>'
                    '<tspan class="zh">{}</tspan></text>'
                ).format(*at, *name)
            )
    return parts


def _scale_bar(frame: _Frame) -> Markup:
    """A bar of a round number of kilometres, at the lower left."""
    per_km = frame.scale / KM_PER_DEGREE
    rough = 120.0 / per_km
    power = 10.0 ** math.floor(math.log10(rough))
    km = max(step * power for step in (1.0, 2.0, 5.0) if step * power <= rough * 1.0000001)
    y = frame.height - 14
    return Markup(
        '<path d="M{0},{1} v6 h{2:.1f} v-6" class="bar" fill="none"/>'
        '<text x="{3:.1f}" y="{4}" class="tiny">'
        '<tspan class="en">{5}</tspan><tspan class="zh">{6}</tspan></text>'
    ).format(14, y - 4, km * per_km, 20 + km * per_km, y + 2, *phrase("map-bar", km=f"{km:g}").both)


STYLE: Mapping[str, str] = {
    ".ground": "fill: var(--ground, #f4f6f3)",
    ".district": "fill: var(--district, #e6ebe3); stroke: var(--soft, #5b6775); "
    "stroke-dasharray: 5 4; stroke-width: 1",
    ".standing": "fill: none; stroke: var(--soft, #5b6775); stroke-opacity: .45; stroke-width: 1.4",
    ".m circle, .m path": f"stroke-width: 1.6; stroke: {NOT_YET.color}; fill: none",
    ".m path": "stroke-width: 2.6",
    ".m.n path": "stroke-dasharray: 2 5",
    ".m.x path": f"stroke: {NOT_YET.color}; stroke-width: 1.1; stroke-opacity: .7",
    ".m.w circle, .m.w path": f"stroke: var(--works, {WORKS.color}); stroke-width: 3.4",
    ".m.w path": "stroke-dasharray: 8 4",
    ".m.o circle": f"fill: var(--operating, {OPERATING.color}); "
    "stroke: var(--paper, #fff); fill-opacity: .85",
    ".m.o path": f"stroke: var(--operating, {OPERATING.color}); stroke-width: 3.6",
    ".place": "paint-order: stroke; stroke: var(--ground, #f4f6f3); stroke-width: 3px",
    ".bar": "stroke: var(--ink, #1d2733); stroke-width: 1.2",
}
"""Rules of style of the map; a page sets the variables, a picture takes what stands beside."""
