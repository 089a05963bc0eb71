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
    """`delivery-unknown`: a quantity that the formula of the project's type does not have."""
    for index, project in enumerate(instance.projects):
        named = dict.fromkeys(name for option in project.options for name in option.deliveries)
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
