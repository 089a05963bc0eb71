"""The switch between light and dark, and the style sheet that both come from."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import resources

from infraplan.optimizer.report.drawings.style import css
from infraplan.optimizer.report.drawings.tones import bench_tones

COOKIE = "infraplan_theme"
"""Cookie in which the browser keeps what the switch was set to; absent: as the system is."""
THEMES = {"": "theme_system", "light": "theme_light", "dark": "theme_dark"}
"""What the switch offers, and the key of its word."""
_HIDDEN = (
    '[data-lang="en"] .zh, [data-lang="zh"] .en { display: none; }',
    ".vh { position: absolute; width: 1px; height: 1px; overflow: hidden; "
    "clip-path: inset(50%); white-space: nowrap; }",
)


def style_sheet() -> str:
    """Tones of the pages, shared with the report, and the style of its drawings."""
    rules = resources.files("infraplan.optimizer.report") / "schedule_table.css"
    return bench_tones((*_HIDDEN, css(), rules.read_text("utf-8")))


def theme_of(cookies: Mapping[str, str]) -> str:
    """What the switch was set to: `light`, `dark`, or blank for as the system is."""
    found = cookies.get(COOKIE, "")
    return found if found in THEMES else ""


def is_dark(theme: str) -> bool | None:
    """As NiceGUI asks for it; None: as the system is."""
    return {"light": False, "dark": True}.get(theme)


def switch_html(theme: str, label: str, words: Mapping[str, str]) -> str:
    """The switch as HTML; `words` has a word for each of `THEMES`."""
    options = "".join(
        f'<option value="{key}"{" selected" if key == theme else ""}>{escape(words[key])}</option>'
        for key in THEMES
    )
    return f'<select class="wb-theme" aria-label="{escape(label)}">{options}</select>'


def tone(name: str) -> str:
    """The tone `name` as it is now, as JavaScript: for drawings that no style sheet reaches."""
    return f'getComputedStyle(document.documentElement).getPropertyValue("--{name}")'
