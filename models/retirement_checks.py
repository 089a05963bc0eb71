"""Checks that what is retired stands, and that one project retires it which is still to come."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.problem import Problem
from infraplan.models.progress import duty_of, opening_of_standing, stands
from infraplan.models.project import Mandate
from infraplan.models.relation import Relation, RelationType
from infraplan.models.renewal import renewals
from infraplan.models.retirement import last_year_of_standing, retirements

_Fault = tuple[str, Phrase, Phrase]
"""Field, what is wrong, what to do."""


def check_retirements(instance: Problem) -> Iterator[Inconsistency]:
    """Report what is retired and does not stand, twice, too late or beside its renewal."""
    seen: dict[str, str] = {}
    for index, relation in enumerate(instance.relations):
        if relation.type is not RelationType.RETIRES:
            continue
        faults = list(_faults(instance, relation))
        for name in relation.from_projects if relation.is_enforced else ():
            if name in seen:
                told = phrase("is-retired-by-two-relations", project=name, other=seen[name])
                advice = phrase("state-ways-as-options-of-one-retirement")
                faults.append(("from_projects", told, advice))
            seen[name] = relation.label
        for field, message, advice in faults:
            yield Inconsistency("retirement-form", "relations", index, field, message, advice)


def _faults(instance: Problem, relation: Relation) -> Iterator[_Fault]:
    for field in ("from_projects", "to_projects"):
        if len(getattr(relation, field)) > 1:
            told = phrase("a-retirement-joins-one-project-to-one")
            yield field, told, phrase("state-a-relation-for-each-pair")
    first = instance.settings.horizon.first_year
    for pair in retirements((relation,)):
        old = instance.project_by_id.get(pair.from_projects[0])
        new = instance.project_by_id.get(pair.to_projects[0])
        if old is None or new is None:
            continue
        if not stands(old):
            told = phrase("is-retired-and-does-not-stand", old=old.id, new=new.id)
            yield "from_projects", told, phrase("set-stage-complete-or-delete-the-relation")
            continue
        last = last_year_of_standing(old, first)
        opened = opening_of_standing(new, first) if stands(new) else first
        if last < opened:
            told = phrase("is-retired-and-has-ended", old=old.id, last=last, new=new.id)
            yield "from_projects", told, phrase("correct-its-lifetime-or-delete-the-relation")
        yield from _renewed_already(instance, old.id)
        yield from _renewed_by_the_same(instance, old.id, new.id)


def _renewed_already(instance: Problem, old: str) -> Iterator[_Fault]:
    """Renewals of what is retired that stand or are under way: both cannot be."""
    for relation in renewals(instance.relations):
        new = instance.project_by_id.get(relation.to_projects[0])
        if relation.from_projects[0] != old or new is None:
            continue
        if stands(new) or duty_of(new) is Mandate.COMMITTED:
            told = phrase("is-retired-and-its-renewal-is-a-fact", old=old, new=new.id)
            yield "from_projects", told, phrase("delete-the-retirement-or-the-renewal")


def _renewed_by_the_same(instance: Problem, old: str, new: str) -> Iterator[_Fault]:
    """A renewal of what it retires: it opens after its life and before its end, so never."""
    for relation in renewals(instance.relations):
        if (relation.from_projects[0], relation.to_projects[0]) == (old, new):
            told = phrase("retires-what-it-renews", old=old, new=new)
            yield "to_projects", told, phrase("say-whether-it-replaces-early-or-in-time")
