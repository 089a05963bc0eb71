"""Tones of pages, light and dark: paper, ink and what is drawn on them, for report and workbench.

The hues of drawings stay what they are on white; on dark paper those that would vanish are mixed
with white until they stand out, by rules of style: a drawing is made once for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infraplan.optimizer.report.drawings.palette import (
    CRITICAL,
    MEANINGS,
    MONEY_HUES,
    NOT_YET,
    OPERATING,
    SECTOR_HUES,
    WORKS,
)

Tones = Mapping[str, tuple[str, str]]
"""Name of a tone to its colour on light and on dark paper."""

PAGE: Tones = {
    "ink": ("#1d2733", "#e4e9ef"),
    "soft": ("#566170", "#a9b4c0"),
    "line": ("#d5dce4", "#3b4653"),
    "hair": ("#e8edf2", "#2b343f"),
    "accent": ("#1f5f9b", "#7db8ee"),
    "paper": ("#ffffff", "#141a21"),
    "head": ("#eef3f8", "#212a35"),
    "band-odd": ("#e6edf5", "#232d39"),
    "band-even": ("#f3f6fa", "#1b232c"),
    "ground": ("#f4f6f3", "#1a2129"),
    "district": ("#e3e9df", "#243029"),
    "bad": ("#a3312a", "#ff9d94"),
    "good": ("#1d6656", "#74d1bb"),
    "works": (WORKS.color, "#e08a2e"),
    "operating": (OPERATING.color, "#35a890"),
    "not-yet": (NOT_YET.color, NOT_YET.color),
    "critical": (CRITICAL.color, "#ff6c92"),
}
BENCH: Tones = {
    "back": ("#f4f6f8", "#0d1218"),
    "button": ("#1f5f9b", "#2a6fb0"),
    "bar": ("#1f5f9b", "#1b3550"),
    "warning": ("#8a5200", "#f0b357"),
    "cell-error": ("#fbe3e3", "#4a2224"),
    "cell-warning": ("#fff1d6", "#463716"),
    "cell-note": ("#e8f1fb", "#1f3347"),
    "cell-edited": ("#e3f4e7", "#1d3d2a"),
}
"""What the workbench has besides."""
STANDS_OUT = 3.0
"""Least contrast of a mark with the paper behind it (WCAG 2.2, 1.4.11)."""
LIGHT, DARK = 0, 1


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance of `#rrggbb`, from 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255.0 for value in _channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def on_dark(color: str) -> str:
    """`color`, mixed with as much white as makes it stand out on dark paper."""
    paper = PAGE["paper"][DARK]
    for percent in range(0, 101, 2):
        share = percent / 100.0
        mixed = "#" + "".join(
            f"{round(part + (255 - part) * share):02x}" for part in _channels(color)
        )
        if contrast(mixed, paper) >= STANDS_OUT:
            return mixed
    return "#ffffff"


def declared(tones: Tones, side: int) -> str:
    """Declarations of `tones` as custom properties, of the `LIGHT` or the `DARK` side."""
    scheme = "dark" if side == DARK else "light"
    told = " ".join(f"--{name}: {pair[side]};" for name, pair in tones.items())
    return f"color-scheme: {scheme}; {told}"


def dark_rules(root: str) -> str:
    """Rules that lighten what a drawing has in a hue too dark for dark paper, below `root`."""
    named = {paint.color for paint in MEANINGS.values()}
    rules = []
    for color in sorted({*MONEY_HUES, *SECTOR_HUES, *named}):
        lighter = on_dark(color)
        if lighter != color:
            rules.append(f'{root} [fill="{color}"] {{ fill: {lighter}; }}')
            rules.append(f'{root} [stroke="{color}"] {{ stroke: {lighter}; }}')
    return "\n".join(rules)


def _dark(tones: Tones, root: str) -> str:
    return f"{root} {{ {declared(tones, DARK)} }}\n{dark_rules(root)}"


def page_tones() -> str:
    """The tones of the report: light, and dark where the reader's system is, but on paper."""
    dark = _dark(PAGE, ":root:not(.on-paper)")
    return (
        f":root {{ {declared(PAGE, LIGHT)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ {dark} }}"
    )


def bench_tones(more: Iterable[str] = ()) -> str:
    """The tones of the workbench; its switch (`data-theme`) may overrule the system.

    `more` are further rules that follow.
    """
    tones = {**PAGE, **BENCH}
    return "\n".join(
        (
            f":root {{ {declared(tones, LIGHT)} }}",
            "@media screen and (prefers-color-scheme: dark) {",
            _dark(tones, ":root:not([data-theme=light])"),
            "}",
            "@media screen {",
            _dark(tones, ":root[data-theme=dark]"),
            "}",
            *more,
        )
    )
