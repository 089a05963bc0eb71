"""Small tables of offices, made in tests, and what the importer makes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from infraplan.models.catalogue import Phrase
from infraplan.models.errors import Finding, InstanceError
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.interop.table_in import ImportedTable, import_table
from infraplan.optimizer.interop.table_mapping import ProposedMap, proposed_map

HORIZON = (
    "settings: {currency: USD, money_unit: USD, money_factor: 1, price_year: 2026,"
    " horizon: {phases: [{id: p, first_year: 2026, last_year: 2031}]}}\n"
)
USD = "settings: {currency: USD, money_unit: USD, money_factor: 1}\n"


def text_file(folder: Path, text: str, encoding: str = "utf-8", name: str = "plan.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(
    folder: Path,
    rows: Sequence[Sequence[Any]],
    merged: Sequence[str] = (),
    name: str = "plan.xlsx",
    sheets: dict[str, Sequence[Sequence[Any]]] | None = None,
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    for title, others in (sheets or {}).items():
        further = book.create_sheet(title)
        for row in others:
            further.append(list(row))
    book.save(folder / name)
    return folder / name


def imported(path: Path, text: str) -> ImportedTable:
    map_path = path.parent / "map.yaml"
    map_path.write_text(text, encoding="utf-8")
    made = import_table(path, map_path)
    for finding in made.findings:
        _told_in_both(finding.message)
    return made


def refused(path: Path, text: str) -> tuple[Finding, ...]:
    """What is told of a table that cannot be imported."""
    with pytest.raises(InstanceError) as caught:
        imported(path, text)
    for finding in caught.value.findings:
        _told_in_both(finding.message)
        assert finding.file
    return tuple(caught.value.findings)


def proposed(path: Path, sheet: str = "") -> ProposedMap:
    """The map that is proposed for a table; it must be one that reads the table."""
    found = proposed_map(path, sheet)
    for told in (*found.asks, *(finding.message for finding in found.findings)):
        _told_in_both(told)
    return found


def _told_in_both(text: Phrase) -> None:
    """A finding names words of the table in either language: what is around them must differ."""
    assert re.search("[\u4e00-\u9fff]", text.zh)
    assert text.zh != str(text)


def by_proposal(path: Path) -> ImportedTable:
    """A table imported by the map that is proposed for it."""
    return imported(path, proposed(path).text)


def costs(made: ImportedTable) -> dict[str, float]:
    return {name(p): p.options[0].overnight_cost for p in made.instance.projects}


def name(project: Project) -> str:
    return project.name_en or project.name_zh


def yearly(instance: Instance, which: str) -> dict[int, float]:
    """Amounts of a project by year, as its start and its yearly spending say."""
    (project,) = (p for p in instance.projects if name(p) == which)
    option = project.options[0]
    first = project.earliest_start or instance.settings.horizon.first_year
    return {first + k: amount for k, amount in enumerate(option.yearly_spending) if amount}


def rules(made: ImportedTable | ProposedMap) -> list[str]:
    return [finding.rule for finding in made.findings]
