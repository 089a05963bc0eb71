"""The page of explanations of a workbook, in English and Chinese."""

from __future__ import annotations

from infraplan.models.catalogue import entries, entry, in_language, term
from infraplan.optimizer.storage.table_columns import CSV_TABLES


def purpose(table: str, lang: str) -> str:
    """Return what a table is for, in `lang` (`en` or `zh`)."""
    return in_language(term("purpose", table), lang)


def guide_rows(lang: str) -> list[tuple[str, str]]:
    """Return heading and text of each line of the guide in `lang`."""
    rows = []
    for key in entries("guide"):
        if not key.endswith("-heading"):
            heading = term("guide", f"{key}-heading")
            rows.append((in_language(heading, lang), in_language(term("guide", key), lang)))
    for table in (*CSV_TABLES, "scenarios"):
        rows.append((f"{table} {entry('table', table).chinese}", purpose(table, lang)))
    return rows
