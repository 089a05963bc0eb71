"""The styles of all drawings in one place, and a drawing as a file that stands by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

from infraplan.optimizer.report.drawings.plan_map import STYLE as MAP_STYLE

FONTS = "'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'Segoe UI', sans-serif"
STYLE: Mapping[str, str] = {
    "svg text": "font-family: inherit; fill: var(--ink, #1d2733)",
    ".small": "font-size: 12px",
    ".tiny": "font-size: 10.5px",
    ".end": "text-anchor: end",
    ".mid": "text-anchor: middle",
    ".grid": "stroke: var(--line, #d5dce4); stroke-width: 1",
    ".mark": "stroke: var(--soft, #5b6775); stroke-dasharray: 3 3",
    ".limit": "stroke: var(--ink, #1d2733)",
    ".band-odd": "fill: var(--band-odd, #e6edf5)",
    ".band-even": "fill: var(--band-even, #f3f6fa)",
    **MAP_STYLE,
}


def css() -> str:
    """All rules of style, with the page's variables."""
    return "\n".join(f"{where} {{ {what}; }}" for where, what in STYLE.items())


def standalone(drawing: Markup, lang: str) -> str:
    """`drawing` as an SVG file in one language, its colours put in: nothing outside is asked for.

    Parameters
    ----------
    drawing
        Inline SVG of this package, with a viewBox.
    lang
        `en` or `zh`: the other language's words are taken out.
    """
    other = "zh" if lang == "en" else "en"
    text = re.sub(rf'<tspan class="{other}">[^<]*</tspan>', "", str(drawing))
    style = re.sub(r"var\(--[\w-]+, ([^)]*)\)", r"\1", css()).replace("inherit", FONTS)
    size = re.match(r'<svg viewBox="0 0 (\S+) (\S+)"', text)
    wide, high = size.groups() if size else ("960", "400")
    return text.replace(
        "<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" ', 1
    ).replace(">", f"><style>{style}</style>", 1)
