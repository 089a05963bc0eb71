"""Every rule of a plan as one record each, and the laws of docs/laws.md; no solver, no numpy.

`RULES` stands in the order in which rows stand in the model. A new rule is a record in one of the
files of this folder; whatever else it needs is asked for by name in `tests/architecture`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import phrase
from infraplan.models.rules.money_rules import MONEY
from infraplan.models.rules.network_rules import NETWORK
from infraplan.models.rules.policy_rules import POLICY
from infraplan.models.rules.reasons import REASONS_ALONE
from infraplan.models.rules.record import Need, Reason, Rule, Section, Words
from infraplan.models.rules.selection_rules import SELECTION
from infraplan.models.rules.value_rules import VALUE

__all__ = [
    "LAWS",
    "LAWS_ALONE",
    "REASONS",
    "RULES",
    "Need",
    "Reason",
    "Rule",
    "Section",
    "Words",
    "asked_rules",
    "tables_of",
    "told_rule",
]

_Named = TypeVar("_Named", bound=Reason)


def _by_name(records: Iterable[_Named]) -> Mapping[str, _Named]:
    found: dict[str, _Named] = {}
    for record in records:
        if record.name in found:
            message = phrase("two-records-are-called", name=record.name)
            raise ValueError(message)
        found[record.name] = record
    return MappingProxyType(found)


RULES: Mapping[str, Rule] = _by_name((*SELECTION, *VALUE, *POLICY, *MONEY, *NETWORK))
"""Rules by name, in the order of the model's rows."""

REASONS: Mapping[str, Reason] = _by_name((*RULES.values(), *REASONS_ALONE))
"""All that keeps a project out of a plan: rules, and reasons that are none."""

LAWS_ALONE: Mapping[Section, tuple[str, ...]] = MappingProxyType(
    {
        Section.SELECTION: ("dates",),
        Section.VALUE: (
            "benefit",
            "metric_value",
            "construction",
            "om",
            "residual",
            "retires",
            "shortfall",
            "stated_date",
            "stopping",
            "objective",
        ),
        Section.POLICY: (),
        Section.MONEY: (),
        Section.ACCOUNT: ("record", "manifest"),
        Section.NETWORK: (),
        Section.EQUILIBRIUM: ("equilibrium",),
        Section.PRESSURE: ("pressure",),
    }
)
"""Laws that no family of rows states: what follows from decisions, and bounds of columns."""

LAWS: tuple[str, ...] = tuple(
    dict.fromkeys(
        law
        for section in Section
        for law in (
            *(rule.law for rule in RULES.values() if rule.section is section),
            *LAWS_ALONE[section],
        )
    )
)
"""Names of all laws of docs/laws.md, section by section."""


def asked_rules(instance: DomainModel) -> tuple[Rule, ...]:
    """Rules that `instance` asks for by a filled table or a field off its default.

    An engine compares their names with those it obeys and refuses the others.
    """
    return tuple(rule for rule in RULES.values() if rule.is_asked(instance))


def tables_of(*sections: Section) -> tuple[str, ...]:
    """Tables that ask for rules of `sections` and for no other rule."""
    needs = [
        (need.table, rule.section in sections) for rule in RULES.values() for need in rule.needs
    ]
    others = {table for table, is_theirs in needs if not is_theirs}
    return tuple(dict.fromkeys(table for table, _ in needs if table not in others))


def told_rule(label: str) -> tuple[Reason | None, tuple[str, ...]]:
    """Record of `label`, `name[:subject...]` as a run's tables have it, and the ids to tell.

    The first id may hold colons: a relation without an id is named by its members. A label with
    other parts than the record's `subject` tells them all. None where no record is called so.
    """
    name, _, rest = label.partition(":")
    record = REASONS.get(name)
    if not rest:
        return record, ()
    if not isinstance(record, Rule):
        return record, tuple(rest.split(":"))
    parts = tuple(rest.rsplit(":", max(0, len(record.subject) - 1)))
    if record.told is None or len(parts) != len(record.subject):
        return record, parts
    return record, tuple(parts[record.subject.index(axis)] for axis in record.told)
