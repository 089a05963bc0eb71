"""Every column says what it names, and a name that nothing defines is told with its place.

`models.base.described` takes `refers_to`; the cases below are derived from it, so that a table
whose ids nobody checks fails by its name and by the names of the rules that it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from infraplan.models.base import DomainModel, references_of
from infraplan.models.consistency import find_inconsistencies
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.place import Place
from infraplan.models.problem import Problem
from infraplan.models.rules import RULES
from infraplan.models.scenario import Scenario
from infraplan.optimizer.engines.contract import model_classes
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from tests.assertions import assert_bilingual
from tests.builders import (
    edit,
    make_agreement,
    make_date,
    make_jurisdictions,
    make_share,
    make_stream,
)
from tests.golden.test_golden_rows import everything, networks

WRONG = "misspelt"

OWN_NAMES = {
    "Option.option": "the option's own name",
    "BenefitStream.stream": "the stream's own name",
    "Instrument.bundle": "instruments of one bundle name it; there is no table of bundles",
}
"""Columns that give a name instead of using one, and why; so does every `id`."""

TEXTS = {
    "name_en", "name_zh", "en", "zh", "source", "note", "quote", "unit", "currency", "money_unit",
    "money_unit_zh", "cost_basis", "benefit_basis", "issued", "dated", "benchmark_metric",
}  # fmt: skip
"""Columns that nothing but a reader reads, by name."""

KINDS = {
    "Project.sector": "a project's kind is free: rules and libraries know words of it",
    "Project.subsector": "the same; `validate` doubts one that no rule can be held against",
    "Place.kind": "kind of a place, a word for the map",
    "FiscalItem.item": "a fiscal item of any name; debt rules refer to it",
    "NetworkNode.network": "a network is what its nodes say that they are of",
    "Change.table": "changes of scenarios are checked against the columns (models/scenario.py)",
    "Change.field": "the same",
    "Change.value": "the same",
}
"""Columns that make kinds and names known instead of using them, and why."""


def _holds_text(model: type[DomainModel], name: str) -> bool:
    """Whether values of the field are plain texts, one or several."""
    text = str(model.model_fields[name].annotation)
    if "infraplan." in text or "dict[" in text:
        return False
    return bool(re.search(r"\bstr\b", text)) or model.model_fields[name].annotation is str


def _rules_of(table: str) -> str:
    """Names of the rules that a table asks for."""
    names = [rule.name for rule in RULES.values() if table in {need.table for need in rule.needs}]
    return ", ".join(names) or "no rule"


def _rules_of_model(model: type[DomainModel]) -> str:
    """Rules that the tables of `model` ask for, as a clause."""
    tables = [
        table
        for table, field in Instance.model_fields.items()
        if f"{model.__module__}.{model.__name__}" in str(field.annotation)
    ]
    return "; ".join(f"{table} asks for {_rules_of(table)}" for table in tables)


MODELS = {model.__name__: model for model in model_classes()}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_column_says_what_it_names(name: str) -> None:
    model = MODELS[name]
    known = references_of(model)
    silent = [
        field
        for field in model.model_fields
        if _holds_text(model, field)
        and field not in known
        and field not in {"id", *TEXTS}
        and f"{name}.{field}" not in {*OWN_NAMES, *KINDS}
    ]
    assert not silent, (
        f"{name}: say with `refers_to` whose names {', '.join(silent)} takes (models/base.py), or "
        f"why it takes none (tests/architecture/test_references.py); {_rules_of_model(model)}"
    )


@dataclass(frozen=True)
class Reference:
    """A field of a row, or of settings, that refers to something."""

    table: str
    path: tuple[str, ...]
    refers_to: str

    @property
    def name(self) -> str:
        """Table and field, dotted."""
        return ".".join((self.table, *self.path))


def _places(model: type[DomainModel], table: str, path: tuple[str, ...]) -> Iterator[Reference]:
    references = references_of(model)
    for name, field in model.model_fields.items():
        if name in references:
            yield Reference(table, (*path, name), references[name])
        for inner in MODELS.values():
            if re.search(rf"\b{inner.__module__}\.{inner.__name__}\b", str(field.annotation)) or (
                field.annotation is inner
            ):
                yield from _places(inner, table, (*path, name))


def _all_places() -> Iterator[Reference]:
    for table, field in Instance.model_fields.items():
        if table == "scenarios":
            continue
        for model in MODELS.values():
            text = f"{model.__module__}.{model.__name__}"
            if field.annotation is model or re.search(rf"\b{text}\b", str(field.annotation)):
                yield from _places(model, table, ())


PLACES = {place.name: place for place in _all_places()}


def whole() -> Problem:
    """A problem with at least one row of every table that refers to another."""
    money, flows = everything(), networks()
    region = make_jurisdictions("region")[0]
    blocks = (LoadBlock(id="peak", weight=2.0),)
    (*rules, banded) = money.settings.finance.rules
    banded = edit(banded, additions=banded.base)
    finance = edit(money.settings.finance, rules=(*rules, banded))
    settings = edit(
        money.settings, finance=finance, networks=(NetworkSettings(id="p", blocks=blocks),)
    )
    tables: dict[str, Any] = {
        **{name: getattr(flows, name) for name in ("network_nodes", "network_links", "demands")},
        "project_network": flows.project_network,
        "settings": settings,
        "jurisdictions": money.jurisdictions or (region,),
        "places": (Place(id="town"),),
        "shares": (make_share("c", "region", 1.0),),
        "agreements": (make_agreement("c"),),
        "stated_dates": (make_date("a", "open_by", 2022),),
        "benefits": (make_stream("c", 1.0),),
        "scenarios": (Scenario(id="dry"),),
    }
    return money.model_copy(update=tables)


def _spoilt(value: Any, refers_to: str) -> Any:
    """The value of a field with one name in it that nothing defines."""
    if "=" in refers_to:
        return {WRONG: WRONG}
    return (*value, WRONG) if isinstance(value, tuple) else WRONG


def _changed(model: DomainModel, path: tuple[str, ...], refers_to: str) -> DomainModel:
    name, *rest = path
    value = getattr(model, name)
    if not rest:
        return model.model_copy(update={name: _spoilt(value, refers_to)})
    if isinstance(value, tuple):
        assert value, f"whole() has no {name}: give it one"
        value = (*value[:-1], _changed(value[-1], tuple(rest), refers_to))
    else:
        value = _changed(value, tuple(rest), refers_to)
    return model.model_copy(update={name: value})


def _with_wrong_name(problem: Problem, place: Reference) -> Problem:
    rows = getattr(problem, place.table)
    if not isinstance(rows, tuple):
        changed: Any = _changed(rows, place.path, place.refers_to)
    else:
        assert rows, f"whole() has no row of {place.table}: give it one"
        changed = (*rows[:-1], _changed(rows[-1], place.path, place.refers_to))
    return problem.model_copy(update={place.table: changed})


def _stands_at(found: Iterable[Inconsistency], place: Reference) -> list[Inconsistency]:
    table = "instance" if place.table == "settings" else place.table
    fields = {place.path[-1], *place.path[-2:-1]}
    if place.refers_to == "network_nodes.network":
        fields |= {"node", "from_node"}  # the two disagree: told at the node
    return [
        fault
        for fault in found
        if fault.table == table
        and fields & set(re.split(r"[.\[\]0-9]+", fault.field or ""))
        and WRONG in fault.message
    ]


DOUBTED = {
    "funds.sectors": "an earmark may wait for projects to come",
    "funds.subsectors": "the same",
    "instruments.sectors": "the same",
    "instruments.subsectors": "the same",
    "targets.sectors": "a filter may wait for projects to come",
    "targets.metric": "a soft target may be missed altogether",
    "policies.sectors": "a filter may wait for projects to come",
    "policies.subsectors": "the same",
    "resources.resource": "a quota may wait for projects to come",
    "settings.finance.rules.start_banned": "a ban may speak of works that nobody plans",
    "settings.finance.rules.start_ban_exempt": "the same",
    "settings.finance.rules.base.item": "a figure that is not there is not tested",
    "settings.finance.rules.additions.item": "the same, it counts as 0",
    "settings.finance.capital_ratios.sectors": "a rule may speak of works that nobody plans",
}
"""References that may lead nowhere: `validate` doubts them, and an instance stands all the same."""

AT_ONCE = {"funds.preset", "instruments.preset", "settings.appraisal.discount_schedule"}
"""Names of lists that come with the product: refused where the row is read."""


@pytest.mark.parametrize("name", sorted(set(PLACES) - set(DOUBTED) - AT_ONCE))
def test_a_misspelt_name_is_refused(name: str) -> None:
    place = PLACES[name]
    before = set(find_inconsistencies(whole()))
    faults = [
        fault
        for fault in find_inconsistencies(_with_wrong_name(whole(), place))
        if fault not in before
    ]
    found = _stands_at(faults, place)
    assert found, (
        f"{name} = {WRONG} is not refused in models/consistency.py; {place.table} asks for "
        f"{_rules_of(place.table)}"
    )
    assert_bilingual(found[0].message, found[0].message.zh)


@pytest.mark.parametrize("name", sorted(DOUBTED))
def test_a_misspelt_name_that_may_come_is_doubted(name: str) -> None:
    place = PLACES[name]
    found = _stands_at(find_implausibilities(_with_wrong_name(whole(), place)), place)
    assert found, (
        f"{name} = {WRONG} is told by nobody (optimizer/estimating/); {place.table} asks for "
        f"{_rules_of(place.table)}"
    )
    assert_bilingual(found[0].message, found[0].message.zh)


@pytest.mark.parametrize("name", sorted(AT_ONCE))
def test_a_misspelt_name_of_the_products_own_lists_is_refused_at_once(name: str) -> None:
    place = PLACES[name]
    rows = getattr(_with_wrong_name(whole(), place), place.table)
    row = rows[-1] if isinstance(rows, tuple) else rows
    for part in place.path[:-1]:
        row = getattr(row, part)
    with pytest.raises(ValidationError, match=WRONG):
        type(row)(**{field: getattr(row, field) for field in type(row).model_fields})


REPEATED = {
    "benefits": "several streams of one project add up",
    "receipts": "several receipts of one project add up",
    "relations": "saying a relation twice changes nothing, or counts its value twice",
    "resources": "two quotas of one resource hold both",
    "project_network": "several changes of one element hold one after the other",
}
"""Tables in which two rows may be alike, and why."""


@pytest.mark.parametrize("table", sorted(set(Instance.model_fields) - {"settings", *REPEATED}))
def test_a_row_that_stands_twice_is_refused(table: str) -> None:
    problem = whole()
    rows = getattr(problem, table)
    assert rows, f"whole() has no row of {table}: give it one"
    again = problem.model_copy(update={table: (*rows, rows[-1])})
    found = [fault for fault in find_inconsistencies(again) if fault.rule == "duplicate-id"]
    assert any((fault.table, fault.index) == (table, len(rows)) for fault in found), (
        f"a row of {table} that stands twice is not refused in models/consistency.py; {table} "
        f"asks for {_rules_of(table)}"
    )


def test_what_is_named_above_is_there() -> None:
    assert set(DOUBTED) | AT_ONCE <= set(PLACES)
    fields = {(name, field) for name, model in MODELS.items() for field in model.model_fields}
    assert {field for _, field in fields} >= TEXTS
    assert {".".join(pair) for pair in fields} >= {*OWN_NAMES, *KINDS}
