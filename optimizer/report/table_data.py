"""Tables of a run as plain data, for JSON."""

from __future__ import annotations

from typing import Any

import pandas as pd

from infraplan.optimizer.report.frames import ReportTable


def table_data(table: ReportTable, lang: str) -> dict[str, Any]:
    """Title, columns and rows of `table` with its texts in `lang`; an empty cell is None.

    Numbers stand as they were computed, money in the instance's unit; `unit` says what a column is
    in. A row has the keys of the columns. `why_empty` is there where no row is, for a reason.
    """
    side = 1 if lang == "zh" else 0
    why = table.why_empty[side] if table.frame.empty else ""
    shown = [(column.key, column.frame_key(lang)) for column in table.columns]
    return {
        "title": table.title[side],
        "columns": [
            {
                "key": column.key,
                "title": column.title(lang),
                "kind": column.kind,
                "unit": column.unit[side],
            }
            for column in table.columns
        ],
        "rows": [
            {key: _plain(row[there]) for key, there in shown}
            for row in table.frame.to_dict(orient="records")
        ],
        **({"why_empty": why} if why else {}),
    }


def _plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value
