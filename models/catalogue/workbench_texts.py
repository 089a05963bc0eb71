"""Words of the pages of the workbench."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "title": ("Infraplan workbench", "Infraplan工作台"),
}
