"""Pictures of a council paper: where the works are, money by phase, by source, and debt.

Drawn by matplotlib, which comes with the extra `docx`: a Word document shows raster pictures in
every version and program, drawn lines in some. Each picture is a function of a run and a language;
a further one is one more entry of `PICTURES`.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import Phrase, in_language, pair, phrase
from infraplan.optimizer.report.charts import Series
from infraplan.optimizer.report.council_words import unit_of
from infraplan.optimizer.report.drawings.palette import (
    MEANINGS,
    NOT_YET,
    OPERATING,
    OTHERS,
    WORKS,
    Paint,
)
from infraplan.optimizer.report.drawings.plan_map import (
    MapState,
    PlanMap,
    bounds_of,
    places_by_works,
)
from infraplan.optimizer.report.frames import Run
from infraplan.optimizer.report.map_data import map_of
from infraplan.optimizer.report.page_charts import painted_sources, phase_series, series_by_source
from infraplan.optimizer.report.plan_tables import debt_frame, paying_years
from infraplan.optimizer.report.texts import both

WIDTH_INCH, HEIGHT_INCH, DOTS = 6.0, 2.9, 200
"""Size of a picture and its dots per inch: as wide as the text of an A4 page."""
MAP_INCH = 4.2
"""Height of the map."""
NAME_INCH = 6.0 / 72.0
"""Size of the names of places on it."""
CHINESE_FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans CJK JP", "Noto Serif CJK SC"),
    *("Microsoft YaHei", "SimHei", "SimSun", "FangSong", "PingFang SC", "Heiti SC", "STHeiti"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "AR PL UMing CN", "Noto Sans CJK TC"),
)
"""Fonts that hold Chinese, the first one there is taken; a collection goes by its first name."""


@dataclass(frozen=True)
class Picture:
    """A picture of the paper: its key, its title in both languages and its PNG file."""

    key: str
    title: Phrase
    png: bytes


class NoPictureError(Exception):
    """No picture can be drawn here; the text says why in both languages."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


def draw_pictures(run: Run, lang: str) -> list[Picture]:
    """The pictures for which the run has something to show.

    Raises
    ------
    NoPictureError
        No font of this machine holds Chinese, and it was asked for.
    """
    found = []
    for key in PICTURES:
        figure = draw_figure(run, key, lang)
        if figure is None:
            continue
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=DOTS, metadata={"Software": None})
        found.append(Picture(key, pair(*both(key)), stream.getvalue()))
    return found


def draw_figure(run: Run, key: str, lang: str) -> Any:
    """The figure of matplotlib that picture `key` of `PICTURES` is; None: nothing to show.

    It belongs to no window and to no pyplot: who asks for it may save, change or show it.

    Raises
    ------
    NoPictureError
        No font of this machine holds Chinese, and it was asked for.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    family = [_chinese_font(), "DejaVu Sans"] if lang == "zh" else ["DejaVu Sans"]
    style = {"font.family": family, "font.size": 8.0, "axes.unicode_minus": False}
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH_INCH, HEIGHT_INCH), layout="constrained")
        FigureCanvasAgg(figure)
        if not PICTURES[key](run, figure.add_subplot(), lang):
            return None
        figure.draw_without_rendering()  # ticks take their style when they are first drawn
    return figure


def _chinese_font() -> str:
    """The first font of `CHINESE_FONTS` that this machine has."""
    from matplotlib import font_manager

    def first() -> str:
        there = set(font_manager.get_font_names())
        return next((name for name in CHINESE_FONTS if name in there), "")

    if not first():
        # The list that matplotlib keeps may be older than the fonts of the machine.
        listed = {font.fname for font in font_manager.fontManager.ttflist}
        for path in sorted(set(font_manager.findSystemFonts()) - listed):
            with contextlib.suppress(Exception):  # one bad file is no reason to draw nothing
                font_manager.fontManager.addfont(path)
    if found := first():
        return found
    raise NoPictureError(phrase("no-font-for-chinese"))


def _word(words: tuple[str, str], lang: str) -> str:
    return words[1 if lang == "zh" else 0]


def _map(run: Run, axes: Any, lang: str) -> bool:
    """The page's map at the end of the plan: works by state, districts, lines that stand."""
    if run.plan is None:
        return False
    drawn = map_of(run.instance, run.plan)
    if not any(work.points for work in drawn.works):
        return False
    for _, ring in drawn.districts:
        x, y = zip(*ring, ring[0], strict=True)
        axes.fill(x, y, facecolor="#e6ebe3", edgecolor="#5b6775", linewidth=0.6, linestyle="--")
    for line in drawn.lines:
        axes.plot(*zip(*line.points, strict=True), color="#5b6775", linewidth=0.6, alpha=0.45)
    year, dearest = run.instance.settings.horizon.last_year, max(w.cost for w in drawn.works) or 1.0
    shown = defaultdict(list)
    for work in drawn.works:
        shown[work.state(year)].append(work)
    for state, (key, paint, marker) in _STATES.items():
        for work in shown[state]:
            if len(work.points) > 1:
                style = "-" if state is MapState.OPERATING else "--"
                axes.plot(*zip(*work.points, strict=True), style, color=paint.color, linewidth=1.0)
        at = [work for work in shown[state] if len(work.points) == 1]
        if shown[state]:
            lons = [work.points[0][0] for work in at]
            lats = [work.points[0][1] for work in at]
            sizes = [6.0 + 30.0 * max(work.cost, 0.0) / dearest for work in at]
            is_full = state is MapState.OPERATING
            paints = {"facecolors": paint.color if is_full else "none", "edgecolors": paint.color}
            if marker == "x":
                paints = {"color": paint.color}
            axes.scatter(lons, lats, s=sizes, marker=marker, linewidths=0.7, **paints)
            # Most works are lines: the legend shows what both a line and a point look like.
            look = {"color": paint.color, "marker": marker, "markersize": 4.0, "linewidth": 1.0}
            face = paint.color if is_full else "none"
            style = "-" if is_full else "--"
            axes.plot([], [], style, markerfacecolor=face, label=_word(both(key), lang), **look)
    if drawn.lines:
        standing = {"color": "#5b6775", "linewidth": 0.6, "alpha": 0.45}
        axes.plot([], [], label=_word(both("map_standing"), lang), **standing)
    axes.set_title(in_language(phrase("page-map-state", year=year), lang), fontsize=8.0)
    west, south, east, north = bounds_of(drawn)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    # A degree of longitude is as long as the cosine of the latitude says.
    axes.set_aspect(1.0 / math.cos(math.radians((south + north) / 2.0)))
    _name_places(axes, drawn, lang)
    axes.set_xlabel(_word(both("longitude"), lang))
    axes.set_ylabel(_word(both("latitude"), lang))
    axes.ticklabel_format(useOffset=False)
    _legend(axes, MAP_INCH)
    return True


def _name_places(axes: Any, drawn: PlanMap, lang: str) -> None:
    """Names of places with most works first, each where it covers no other; none at the edge."""
    west, south, east, north = bounds_of(drawn)
    squeeze = math.cos(math.radians((south + north) / 2.0))
    degree = min((MAP_INCH - 1.0) / (north - south), (WIDTH_INCH - 1.0) / (squeeze * (east - west)))
    taken: list[tuple[float, float, float, float]] = []
    for names, (x, y) in places_by_works(drawn):
        name = _word(names, lang)
        wide = (0.6 if name.isascii() else 1.0) * len(name) * NAME_INCH / (degree * squeeze)
        box = (x, y, x + wide + NAME_INCH / degree, y + 1.5 * NAME_INCH / degree)
        free = all(box[2] < b[0] or box[0] > b[2] or box[3] < b[1] or box[1] > b[3] for b in taken)
        if free and x > west and y > south and box[2] < east and box[3] < north:
            taken.append(box)
            axes.annotate(name, (x, y), (3, 2), textcoords="offset points", fontsize=6.0)


_STATES: Mapping[MapState, tuple[str, Paint, str]] = {
    MapState.LEFT_OUT: ("map_left_out", NOT_YET, "x"),
    MapState.NOT_YET: ("map_not_yet", NOT_YET, "o"),
    MapState.WORKS: ("map_works_on", WORKS, "o"),
    MapState.OPERATING: ("map_operating", OPERATING, "o"),
}
"""Word, paint and mark of each state, what is drawn first at the bottom."""


def _stacked(
    axes: Any, labels: Sequence[str], series: Sequence[Series], run: Run, lang: str
) -> bool:
    """Bars one upon the other, each of `series` in its paint."""
    if not any(value for row in series for value in row.values):
        return False
    below = [0.0] * len(labels)
    spots = range(len(labels))
    for row in series:
        values = [value or 0.0 for value in row.values]
        paint = row.paint or OTHERS
        look = {"color": paint.color, "hatch": _HATCHES[paint.texture], "edgecolor": "white"}
        name = _short(_word(row.name, lang))
        axes.bar(spots, values, bottom=below, width=0.7, label=name, linewidth=0.0, **look)
        below = [base + value for base, value in zip(below, values, strict=True)]
    axes.set_xticks(spots, labels, rotation=30 if sum(map(len, labels)) > _MOST_SIGNS else 0)
    _finish(axes, run, lang)
    return True


_HATCHES: Mapping[str, str] = {"": "", "stripes": "///", "dots": "...", "cross": "++"}
"""Hatches of matplotlib for the textures of the palette."""


def _finish(axes: Any, run: Run, lang: str) -> None:
    axes.set_ylabel(_word(unit_of(run).both, lang))
    # A tick is told as it is: rounded, those at 2.5 and 7.5 would stand at a wrong height.
    axes.yaxis.get_major_locator().set_params(integer=axes.get_ylim()[1] >= 10.0)
    axes.yaxis.set_major_formatter("{x:,.0f}" if axes.get_ylim()[1] >= 10.0 else "{x:,.4g}")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    _legend(axes)


def _legend(axes: Any, height: float = HEIGHT_INCH) -> None:
    """The legend below the drawing, in so many columns as its names leave room for."""
    texts = axes.get_legend_handles_labels()[1]
    wide = max(map(_signs, texts), default=0)
    columns = max(1, min(4, _LEGEND_SIGNS // (wide + 6)))
    # The legend has room of its own: it takes none from the drawing.
    axes.figure.set_size_inches(WIDTH_INCH, height + _LINE_INCH * -(-len(texts) // columns))
    axes.figure.legend(loc="outside lower center", ncols=columns, frameon=False)


def _phases(run: Run, axes: Any, lang: str) -> bool:
    names, series = phase_series(run)
    labels = [_word(title, lang).replace(" (", "\n(").replace("（", "\n（") for title in names]
    return _stacked(axes, labels, series, run, lang)


def _money(run: Run, axes: Any, lang: str) -> bool:
    labels = [str(year) for year in paying_years(run)]
    return _stacked(axes, labels, painted_sources(series_by_source(run)), run, lang)


_MOST_SIGNS = 60
"""Signs of all labels below the bars that stand upright beside one another."""
_LONGEST = 60
"""Half-width signs of a name in a legend."""
_LINE_INCH = 0.17
"""Height of a line of a legend."""
_LEGEND_SIGNS = 105
"""Half-width signs beside one another below a picture."""


def _short(label: str) -> str:
    while _signs(label) > _LONGEST:
        label = label.removesuffix("…")[:-1] + "…"
    return label


def _signs(text: str) -> int:
    """Half-width signs that a text takes on one line."""
    return sum(2 if ord(sign) > _WIDE else 1 for sign in text)


_WIDE = 0x2E80
"""Signs from here on are as wide as two Latin ones."""


def _debt(run: Run, axes: Any, lang: str) -> bool:
    """Debt of all together, what is issued and its service, to the last maturity."""
    frame = debt_frame(run)
    if frame.empty or not float(frame[["balance", "borrow", "principal"]].to_numpy().sum()):
        return False
    by_year = frame.groupby("year")[["balance", "borrow", "principal", "interest"]].sum()
    by_year["service"] = by_year["principal"] + by_year["interest"]
    for key in ("balance", "borrow", "service"):
        label, colour = _word(both(key), lang), MEANINGS[key].color
        axes.plot(list(by_year.index), list(by_year[key]), color=colour, label=label)
    last = run.instance.settings.horizon.last_year
    end = {"color": "#5b6775", "linewidth": 0.6, "linestyle": ":"}
    axes.axvline(last, label=_word(both("plan_end"), lang), **end)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(bottom=0.0)
    _finish(axes, run, lang)
    return True


PICTURES: Mapping[str, Callable[[Run, Any, str], bool]] = {
    "picture_map": _map,
    "picture_phases": _phases,
    "picture_money": _money,
    "picture_debt": _debt,
}
"""Draws a picture into the axes given; says whether there was anything to draw."""
