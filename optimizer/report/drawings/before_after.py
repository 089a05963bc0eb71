"""Figures before the plan and with it, side by side: two marks on a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from infraplan.optimizer.report.charts import WIDTH, nice_ticks, words
from infraplan.optimizer.report.drawings.palette import AFTER, BEFORE

ROW, LEFT, TOP = 20, 330, 40


@dataclass(frozen=True)
class Change:
    """A named figure before and after."""

    name: tuple[str, str]
    before: float
    after: float


def before_and_after(
    title: tuple[str, str],
    rows: Sequence[Change],
    unit: tuple[str, str],
    legend: tuple[tuple[str, str], tuple[str, str]],
) -> Markup:
    """One line per figure from before (hollow) to after (full); `legend` names the two."""
    ticks = nice_ticks(max((max(row.before, row.after) for row in rows), default=0.0))
    span = (WIDTH - LEFT - 30) / ticks[-1]
    height = TOP + ROW * len(rows) + 6
    parts = []
    for left, paint, full, name in (
        (LEFT, BEFORE, False, legend[0]),
        (LEFT + 240, AFTER, True, legend[1]),
    ):
        parts.append(
            Markup(
                '<circle cx="{}" cy="10" r="5" fill="{}" stroke="{}" stroke-width="2"/>'
                '<text x="{}" y="14" class="small">{}</text>'
            ).format(left, paint.color if full else "none", paint.color, left + 11, words(name))
        )
    parts.append(Markup('<text x="0" y="14" class="small">{}</text>').format(words(unit)))
    for tick in ticks:
        x = LEFT + tick * span
        parts.append(
            Markup(
                '<line x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}" class="grid"/>'
                '<text x="{0:.1f}" y="{3}" class="tiny mid">{4:,.10g}</text>'
            ).format(x, TOP - 4, height, TOP - 8, tick)
        )
    parts += [_row(row, TOP + ROW * number, span) for number, row in enumerate(rows)]
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{} / {}">{}</svg>').format(
        WIDTH, height, *title, Markup("").join(parts)
    )


def _row(row: Change, y: int, span: float) -> Markup:
    one, other = LEFT + row.before * span, LEFT + row.after * span
    names = [
        name if len(name) <= most else name[: most - 1] + "…"
        for name, most in zip(row.name, (52, 28), strict=True)
    ]
    return Markup(
        '<text x="{}" y="{}" class="tiny end">{}</text>'
        '<line x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}" stroke="{}" stroke-width="2.5"/>'
        '<circle cx="{:.1f}" cy="{}" r="4.5" fill="none" stroke="{}" stroke-width="2"/>'
        '<circle cx="{:.1f}" cy="{}" r="4.5" fill="{}"><title>{:,.6g} / {:,.6g}</title></circle>'
    ).format(
        *(LEFT - 10, y + 13, words((names[0], names[1]))),
        *(one, y + 9, other, y + 9, AFTER.color),
        *(one, y + 9, BEFORE.color),
        *(other, y + 9, AFTER.color, row.before, row.after),
    )
