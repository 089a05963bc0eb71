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

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.optimizer.analysis.sources_uses import OUTSIDE
from infraplan.optimizer.report.council_words import unit_of
from infraplan.optimizer.report.frames import Run
from infraplan.optimizer.report.office_tables import sources_by_payer
from infraplan.optimizer.report.plan_tables import paying_years, spending_frame
from infraplan.optimizer.report.texts import Names, both

WIDTH_INCH, HEIGHT_INCH, DOTS = 6.0, 3.1, 200
"""Size of a picture and its dots per inch: as wide as the text of an A4 page."""
MOST_SOURCES = 7
"""Sources of money with a colour of their own."""
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a7a2e", "#999999")
"""Colours that stay apart for the colour-blind (Okabe and Ito, 2008), grey for the rest."""
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
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    family = [_chinese_font(), "DejaVu Sans"] if lang == "zh" else ["DejaVu Sans"]
    found = []
    style = {"font.family": family, "font.size": 8.0, "axes.unicode_minus": False}
    with mpl.rc_context(style):
        for key, draw in PICTURES.items():
            figure = Figure(figsize=(WIDTH_INCH, HEIGHT_INCH), layout="constrained")
            FigureCanvasAgg(figure)
            if not draw(run, figure.add_subplot(), lang):
                continue
            stream = io.BytesIO()
            figure.savefig(stream, format="png", dpi=DOTS, metadata={"Software": None})
            found.append(Picture(key, pair(*both(key)), stream.getvalue()))
    return found


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
    """Places of the works built by sector, lines between two places, outlines of districts."""
    places = {row.id: (row.lon, row.lat) for row in run.instance.places if row.lon is not None}
    sectors = sorted({project.sector for project in run.instance.projects})
    spots: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    latitudes: list[float] = []
    for start in run.plan.starts if run.plan is not None else ():
        project = run.instance.project_by_id[start.project]
        ends = (project.place,) if project.place else (project.from_place, project.to_place)
        points = [
            (lon, lat)
            for end in ends
            for lon, lat in [places.get(end or "", (None, None))]
            if lon is not None and lat is not None
        ]
        colour = COLOURS[sectors.index(project.sector) % len(COLOURS)]
        if len(points) == 2:
            (x0, y0), (x1, y1) = points
            axes.plot([x0, x1], [y0, y1], color=colour, linewidth=1.0, alpha=0.6)
        spots[project.sector] += points
        latitudes += [lat for _, lat in points]
    if not latitudes:
        return False
    for district in run.instance.jurisdictions:
        ring = [*district.extent, *district.extent[:2]]
        if ring:
            axes.plot(ring[::2], ring[1::2], color="#777777", linewidth=0.6)
    for number, sector in enumerate(sectors):
        if spots[sector]:
            x, y = zip(*spots[sector], strict=True)
            colour, label = COLOURS[number % len(COLOURS)], _word(both(sector), lang)
            axes.scatter(x, y, s=14, color=colour, edgecolors="white", linewidths=0.4, label=label)
    # A degree of longitude is as long as the cosine of the latitude says.
    axes.set_aspect(1.0 / math.cos(math.radians(sum(latitudes) / len(latitudes))))
    axes.set_xlabel(_word(both("longitude"), lang))
    axes.set_ylabel(_word(both("latitude"), lang))
    axes.ticklabel_format(useOffset=False)
    axes.figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return True


def _stacked(
    axes: Any,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    run: Run,
    lang: str,
) -> bool:
    """Bars one upon the other, a colour for each of `series`."""
    if not any(value for values in series.values() for value in values):
        return False
    below = [0.0] * len(labels)
    spots = range(len(labels))
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[min(number, len(COLOURS) - 1)]
        axes.bar(spots, values, bottom=below, color=colour, width=0.7, label=name)
        below = [base + value for base, value in zip(below, values, strict=True)]
    axes.set_xticks(spots, labels, rotation=30 if sum(map(len, labels)) > _MOST_SIGNS else 0)
    _finish(axes, run, lang)
    return True


def _finish(axes: Any, run: Run, lang: str) -> None:
    axes.set_ylabel(_word(unit_of(run).both, lang))
    axes.yaxis.set_major_formatter("{x:,.0f}" if axes.get_ylim()[1] >= 10.0 else "{x:,.2f}")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.figure.legend(loc="outside lower center", ncols=3, frameon=False)


def _phases(run: Run, axes: Any, lang: str) -> bool:
    names, horizon = Names(run.instance), run.instance.settings.horizon
    spent = spending_frame(run)
    sums = spent.groupby(["phase", "sector"])["amount"].sum()
    phases = {phase.id: names.pair(f"phase:{phase.id}") for phase in horizon.phases}
    if (spent["phase"] == "").any():
        phases[""] = both("phase_after_plan")
    series = {
        _word(both(sector), lang): [float(sums.get((key, sector), 0.0)) for key in phases]
        for sector in sorted({project.sector for project in run.instance.projects})
    }
    labels = [
        _word(title, lang).replace(" (", "\n(").replace("（", "\n（") for title in phases.values()
    ]
    return _stacked(axes, labels, series, run, lang)


def _money(run: Run, axes: Any, lang: str) -> bool:
    names, years = Names(run.instance), paying_years(run)
    plan = run.plan
    if plan is None:
        return False
    large = list(sources_by_payer(plan))[:MOST_SOURCES]
    series: dict[str, list[float]] = {}
    for payment in plan.payments:
        key = (payment.jurisdiction, payment.source or "outside")
        label = _word(both("other_sources"), lang)
        if key in large:
            told = [part for part in key if part != OUTSIDE]
            label = " / ".join(_word(names.pair(part), lang) for part in told)
        series.setdefault(_short(label), [0.0] * len(years))[years.index(payment.year)] += (
            payment.amount
        )
    order = sorted(
        series, key=lambda name: (name == _word(both("other_sources"), lang), -sum(series[name]))
    )
    return _stacked(
        axes, [str(year) for year in years], {name: series[name] for name in order}, run, lang
    )


_MOST_SIGNS = 60
"""Signs of all labels below the bars that stand upright beside one another."""
_LONGEST = 30
"""Characters of a name in a legend."""


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


def _debt(run: Run, axes: Any, lang: str) -> bool:
    names = Names(run.instance)
    series: defaultdict[str, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in run.plan.debt_years if run.plan is not None else ():
        series[row.jurisdiction][row.year] += row.balance
    owed = {name: rows for name, rows in series.items() if any(rows.values())}
    if not owed:
        return False
    largest = sorted(owed, key=lambda name: -max(owed[name].values()))[:MOST_SOURCES]
    for number, name in enumerate(largest):
        years = sorted(owed[name])
        label = _short(_word(names.pair(name), lang))
        axes.plot(years, [owed[name][y] for y in years], color=COLOURS[number], label=label)
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
