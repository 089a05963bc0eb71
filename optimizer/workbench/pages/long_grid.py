"""Grids of tables that may be long: the browser fetches the rows that it shows, as they are sought.

A short table goes out with its page, as every grid does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from infraplan.optimizer.report.texts import both
from infraplan.optimizer.workbench.paged import PAGE, Asked, fitting
from infraplan.optimizer.workbench.pages.shell import Page, data_grid, rows, table_grid

_BLOCKS = 20
"""Pages of rows that a grid keeps; it fetches others again."""


def sought_grid(page: Page, table: Mapping[str, Any], path: str) -> ui.aggrid | None:
    """A table as a grid, with a field that seeks words in it where it is long."""
    whole = table["rows"]
    if len(whole) <= PAGE:
        return data_grid(table, page.words)

    def renew() -> None:
        asked = Asked(search=str(search.value or ""))
        seek(page, grid, path, asked)
        count.set_text(counted(page, len(fitting(whole, asked)), len(whole)))

    with rows("q-mb-sm"):
        search = ui.input(both("filter_search")[1 if page.lang == "zh" else 0], on_change=renew)
        search.classes("wb-field").props("dense outlined clearable debounce=300 type=search")
    count = ui.label(counted(page, len(whole), len(whole))).classes("wb-soft")
    count.props('role="status" aria-live="polite"')
    grid = long_grid(page, table, path)
    return grid


def counted(page: Page, count: int, of: int) -> str:
    """How many rows fit."""
    return page.words.say("workbench-rows-of", count=count, of=of)


def long_grid(page: Page, table: Mapping[str, Any], path: str) -> ui.aggrid:
    """A long table as a grid that fetches pages of rows from `path`."""
    paged = {
        "rowModelType": "infinite",
        "cacheBlockSize": PAGE,
        "maxBlocksInCache": _BLOCKS,
        # Three lines of a narrow column; a tap tells the whole of what they cut.
        ":rowHeight": "innerWidth < 600 ? 72 : undefined",
        ":onGridReady": _source(page, path, Asked()),
    }
    return table_grid({**table, "rows": ()}, page.words, paged)


def seek(page: Page, grid: ui.aggrid, path: str, asked: Asked) -> None:
    """Show the rows that fit alone."""
    grid.options[":onGridReady"] = _source(page, path, asked)
    grid.update()


def _source(page: Page, path: str, asked: Asked) -> str:
    """From where a grid fetches its rows once it stands, as JavaScript."""
    told = {key: getattr(asked, key) for key in ("search", "column", "value")}
    told = {key: text.encode("utf-8", "replace") for key, text in told.items() if text}
    query = urlencode({"lang": page.lang, **told})
    # What is asked for rows does not name the grid that asks.
    fetched = f"pageOfRows(g.api, {json.dumps(f'{path}?{query}')}, p)"
    go = f"const go = () => window.pageOfRows ? {fetched}"
    rows = f"{{ getRows: (p) => {{ {go} : setTimeout(go, 20); go(); }} }}"
    return f"(g) => g.api.setGridOption('datasource', {rows})"
