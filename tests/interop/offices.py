"""A table of an office, what a person reads in it, and whether the importer reads the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.interop.tables import costs, imported, proposed, rules, text_file, yearly

Maker = Callable[[Path], Path]


def csv(text: str, encoding: str = "utf-8") -> Maker:
    return lambda folder: text_file(folder, text, encoding)


@dataclass(frozen=True)
class Office:
    """A table, and what is in it.

    Attributes
    ----------
    made: makes the file.
    costs: cost of each project, in the instance's unit.
    unit: name of that unit.
    years: amounts by year of one project, by its name.
    fields: what some headings are read as.
    funds: envelope of each fund, where the table says who pays.
    told: rules of findings that must be told.
    """

    made: Maker
    costs: Mapping[str, float]
    unit: str
    years: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    fields: Mapping[str, str | None] = field(default_factory=dict)
    funds: Mapping[str, float] = field(default_factory=dict)
    told: frozenset[str] = frozenset()


def assert_read(office: Office, folder: Path) -> None:
    """The table is proposed a map, and imported by it, as a person reads it."""
    path = office.made(folder)
    found = proposed(path)
    made = imported(path, found.text)
    assert costs(made) == pytest.approx(office.costs), found.text
    assert made.instance.settings.money_unit == office.unit
    for project, amounts in office.years.items():
        assert yearly(made.instance, project) == pytest.approx(amounts)
    fields = {use.heading: use.field for use in found.summary.columns}
    assert {heading: fields[heading] for heading in office.fields} == office.fields
    if office.funds:
        assert {f.id: f.envelope for f in made.instance.funds} == pytest.approx(office.funds)
    assert office.told <= set(rules(made))
