"""Doubts about quantities that a project delivers: names that no estimate of its type reads."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.delivered import deliveries
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.estimating.library import works_type


def delivery_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """`delivery-unknown`: a quantity that no formula has, or the estimate to come does not read.

    Where the benefits are given, the works may be of another type than their subsector usually is:
    there a quantity is doubted only if no type has it.
    """
    if not any(option.deliveries for project in instance.projects for option in project.options):
        return
    anywhere = frozenset(name for row in deliveries().values() for name in row.quantities)
    for index, project in enumerate(instance.projects):
        named = dict.fromkeys(
            name
            for option in project.options
            for name in option.deliveries
            if not option.benefits or name not in anywhere
        )
        works = works_type(project.subsector) if named else None
        if works is None or works.type not in deliveries():
            continue
        known = deliveries()[works.type].quantities
        for name in named:
            if name not in known:
                yield doubt(
                    "delivery-unknown",
                    "projects",
                    index,
                    "deliveries",
                    phrase("no-estimate-of-the-type-reads-it", name=name, type=works.type),
                    phrase("quantities-that-it-reads", names=", ".join(known)),
                )
