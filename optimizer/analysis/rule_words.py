"""Rules of the model in a planner's words, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from infraplan.models.catalogue import listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.policy import ALL_SECTORS
from infraplan.models.relation import ORDER_TYPES, Relation
from infraplan.models.rules import Rule, Words
from infraplan.optimizer.mip import Key

_NAMES_BY_AXIS: dict[str, dict[str, tuple[str, str]]] = {
    "pool": {"general": ("general", "一般"), "special": ("special", "专项")},
    "sector": {ALL_SECTORS: ("all sectors", "所有行业")},
}
"""Names of what has no row of its own in the instance."""


def _names(instance: Instance) -> dict[str, tuple[str, str]]:
    """English and Chinese names of everything that has an id."""
    found: dict[str, tuple[str, str]] = {}
    for table in (
        instance.projects,
        instance.jurisdictions,
        instance.funds,
        instance.instruments,
        instance.targets,
        instance.policies,
    ):
        for row in table:
            found[row.id] = (
                row.name_en or row.name_zh or row.id,
                row.name_zh or row.name_en or row.id,
            )
    for limit in instance.resources:
        found[limit.resource] = (
            limit.name_en or limit.resource,
            limit.name_zh or limit.name_en or limit.resource,
        )
    for relation in instance.relations:
        if not relation.id:
            found[relation.label] = (relation.label, _in_chinese(relation, found))
    return found


def _in_chinese(relation: Relation, names: Mapping[str, tuple[str, str]]) -> str:
    """What a relation without an id is called in Chinese: its members by name."""
    members, others = (
        listed(pair(name, names.get(name, (name, name))[1]) for name in ids)
        for ids in (relation.from_projects, relation.to_projects)
    )
    if relation.type in ORDER_TYPES:
        return phrase("one-before-the-other", members=members, others=others).zh
    return listed(part for part in (members, others) if part).zh


def describe_rule(instance: Instance, rule: Rule, key: Key) -> Words:
    """One rule in words; `key` holds the ids of its `subject`."""
    names = _names(instance)
    parts: dict[str, tuple[str, str]] = {}
    for axis, part in zip(rule.subject, key, strict=True):
        known = _NAMES_BY_AXIS.get(axis, names)
        parts[axis] = known.get(str(part), (str(part), str(part)))
    return rule.title.filled(parts)
