"""Colours of all drawings: one colour, or one colour with one texture, has one meaning.

Hues are told apart by people who are blind to red or green: those of money are the set of Okabe
and Ito (Color Universal Design, 2008) without its yellow, which no white page shows; those of
sectors are the muted set of Tol (SRON/EPS/TN/09-002, 2021). Where hues run out a texture tells the
next round apart, in print without colour as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from infraplan.models.catalogue.sector_words import SECTORS

MONEY_HUES = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#d55e00",
    "#56b4e9",
    "#6a4c93",
    "#8c7a3d",
)
SECTOR_HUES = (
    "#332288",
    "#88ccee",
    "#44aa99",
    "#117733",
    "#999933",
    "#ddcc77",
    "#cc6677",
    "#882255",
    "#aa4499",
)
TEXTURES = ("", "stripes", "dots", "cross")


@dataclass(frozen=True)
class Paint:
    """A colour with a texture: blank, `stripes`, `dots` or `cross`."""

    color: str
    texture: str = ""

    def fill(self, scope: str) -> str:
        """What the attribute `fill` says, where `definitions` were given the same `scope`."""
        return f"url(#{self._name(scope)})" if self.texture else self.color

    def definition(self, scope: str) -> Markup:
        """The pattern of a texture; blank for a plain colour."""
        if not self.texture:
            return Markup("")
        mark = {
            "stripes": "M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6",
            "dots": "M2,2 h2 v2 h-2 Z M6,6 h2 v2 h-2 Z",
            "cross": "M0,4 H8 M4,0 V8",
        }[self.texture]
        return Markup(
            '<pattern id="{}" width="8" height="8" patternUnits="userSpaceOnUse">'
            '<rect width="8" height="8" fill="{}"/><path d="{}" stroke="#fff" stroke-width="1.6" '
            'fill="none"/></pattern>'
        ).format(self._name(scope), self.color, mark)

    def _name(self, scope: str) -> str:
        return f"{scope}-{self.color[1:]}-{self.texture}"


def definitions(paints: Iterable[Paint], scope: str) -> Markup:
    """Patterns of `paints`; `scope` keeps their ids apart from those of other drawings."""
    made = Markup("").join(paint.definition(scope) for paint in dict.fromkeys(paints))
    return Markup("<defs>{}</defs>").format(made) if made else Markup("")


def _round(hues: tuple[str, ...], number: int) -> Paint:
    """The paint of place `number`: hue by hue, then the next texture."""
    texture = TEXTURES[number // len(hues) % len(TEXTURES)]
    return Paint(hues[number % len(hues)], texture)


def sector_paint(sector: str) -> Paint:
    """Paint of a sector: the same in every plan."""
    known = list(SECTORS)
    place = known.index(sector) if sector in known else len(known) + sum(map(ord, sector)) % 9
    return _round(SECTOR_HUES, place)


def money_paint(number: int) -> Paint:
    """Paint of a source of money by its place among those of the plan, largest first."""
    return _round(MONEY_HUES, number)


MANY_MONEY = len(MONEY_HUES) * len(TEXTURES)
"""Sources of money that can be told apart."""

WORKS = Paint("#b45f06")
OPERATING = Paint("#1b7f6b")
NOT_YET = Paint("#7d8896")
LEFT_OUT = Paint("#9aa3ad", "cross")
CRITICAL = Paint("#b0123b")
BALANCE = Paint("#1f4e8c")
ISSUED = Paint("#3f8f2f")
SERVICE = Paint("#a3480b")
LIMIT = Paint("#444c56")
QUOTA = Paint("#6d5a8f")
RATIO = Paint("#0b6e8a")
BANDS = (Paint("#4d7f17"), Paint("#a88600"), Paint("#c26a00"), Paint("#9c1c1c"))
BEFORE = Paint("#8e99a6")
AFTER = Paint("#17658f")
STATED = Paint("#14532d")
ESTIMATED = Paint("#b08d2f", "stripes")
ASSUMED = Paint("#a35f7a", "dots")
OTHERS = Paint("#6b7280", "dots")
MEANINGS: dict[str, Paint] = {
    "works": WORKS,
    "operating": OPERATING,
    "not_yet": NOT_YET,
    "left_out": LEFT_OUT,
    "critical": CRITICAL,
    "balance": BALANCE,
    "borrow": ISSUED,
    "service": SERVICE,
    "limit": LIMIT,
    "quota": QUOTA,
    "ratio": RATIO,
    **{f"band_{number}": paint for number, paint in enumerate(BANDS)},
    "before": BEFORE,
    "after": AFTER,
    "stated": STATED,
    "estimate": ESTIMATED,
    "assumption": ASSUMED,
    "others": OTHERS,
}
"""Paints of what is neither a sector nor a source of money."""
