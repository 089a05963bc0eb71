"""Checks that relations of life name what can be renewed, and say nothing that is not theirs."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.problem import Problem
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate, Project
from infraplan.models.relation import Relation, RelationType, RenewalMode
from infraplan.models.renewal import FIELDS, model_of, renewals

_Fault = tuple[str, Phrase, Phrase]
"""Field, what is wrong, what to do."""


def check_renewals(instance: Problem) -> Iterator[Inconsistency]:
    """Report renewals of more than one project, renewed twice, or of an unclear option."""
    seen: dict[str, str] = {}
    for index, relation in enumerate(instance.relations):
        faults = list(_faults(instance, relation))
        if relation.type is RelationType.RENEWS and relation.is_enforced:
            for name in relation.from_projects:
                if name in seen:
                    faults.append(
                        (
                            "from_projects",
                            phrase("is-renewed-by-two-relations", project=name, other=seen[name]),
                            phrase("state-sizes-as-options-of-one-renewal"),
                        )
                    )
                seen[name] = relation.label
        for field, message, advice in faults:
            yield Inconsistency("renewal-form", "relations", index, field, message, advice)


def _faults(instance: Problem, relation: Relation) -> Iterator[_Fault]:
    if relation.type is not RelationType.RENEWS:
        stated = (
            ("renewal", relation.renewal is not RenewalMode.DECISION),
            ("takes_over", bool(relation.takes_over)),
        )
        for field, is_said in stated:
            if is_said:
                yield (
                    field,
                    phrase("speaks-of-a-renewal-but-is-none", field=field, type=relation.type),
                    phrase("leave-it-blank-or-set-type-renews"),
                )
        return
    for field in ("from_projects", "to_projects"):
        if len(getattr(relation, field)) > 1:
            yield (
                field,
                phrase("a-renewal-joins-one-project-to-one"),
                phrase("state-a-relation-for-each-pair"),
            )
    yield from _unclear_options(instance, relation)
    yield from _under_way_before(instance, relation)


def _is_fact(project: Project) -> bool:
    """Whether it stands or is committed: that it is built is no decision."""
    return stands(project) or duty_of(project) is Mandate.COMMITTED


def _under_way_before(instance: Problem, relation: Relation) -> Iterator[_Fault]:
    """Renewals that stand or are committed although what they renew is still to be decided."""
    for pair in renewals((relation,)):
        old = instance.project_by_id.get(pair.from_projects[0])
        new = instance.project_by_id.get(pair.to_projects[0])
        if old is None or new is None or not _is_fact(new):
            continue
        if not _is_fact(old) or len(old.options) > 1:
            yield (
                "to_projects",
                phrase("is-renewed-before-it-is-there", old=old.id, new=new.id),
                phrase("correct-the-stage-of-either"),
            )


def _unclear_options(instance: Problem, relation: Relation) -> Iterator[_Fault]:
    """Options of a renewal that take over figures from none or several options of the old one."""
    if not any(part in FIELDS for part in relation.takes_over):
        return
    for pair in renewals((relation,)):
        old = instance.project_by_id.get(pair.from_projects[0])
        new = instance.project_by_id.get(pair.to_projects[0])
        for option in () if old is None or new is None else new.options:
            if old is not None and model_of(old, option) is None:
                yield (
                    "takes_over",
                    phrase(
                        "has-no-option-to-take-over-from",
                        old=old.id,
                        new=pair.to_projects[0],
                        option=option.option,
                    ),
                    phrase("call-the-options-of-both-alike"),
                )
