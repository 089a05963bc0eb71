"""Doubt about benefits that are one share of cost: type and money decide then, not need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from infraplan.models.catalogue import listed, phrase
from infraplan.models.horizon import Objective
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.estimating.implausibility import doubt

ALIKE = 1e-3
"""Part by which two shares may differ and still be one: amounts are rounded."""
OTHER_COST = 1e-2
"""Part by which costs differ at least of works whose equal shares say anything."""
FEW, MANY, MANY_OF = 3, 5, 0.25
"""Fewest works of a subsector with one share, fewest in all that are told, and their least part of
all works that have so many siblings: a few programmes of several sizes are nothing strange."""
MOST_TOLD = 3
"""Subsectors that are named."""


@dataclass(frozen=True)
class _Worth:
    """A candidate: yearly benefit and cost of its first option."""

    cost: float
    benefit: float

    @property
    def share(self) -> float:
        return self.benefit / self.cost


def share_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """`benefit-of-cost`: works of a subsector whose benefits are one share of unequal costs.

    Of works that the plan is free to build, those apart whose worth networks compute.
    """
    if instance.settings.objective is not Objective.NPV:
        return
    groups = {name: rows for name, rows in _groups(instance).items() if len(rows) >= FEW}
    alike = {name: _largest_alike(rows) for name, rows in groups.items()}
    told = {name: rows for name, rows in alike.items() if rows}
    count, most = (sum(map(len, found.values())) for found in (told, groups))
    if count < max(MANY, MANY_OF * most):
        return
    names = sorted(told, key=lambda name: (-len(told[name]), name))[:MOST_TOLD]
    shares = listed(
        phrase(
            "works-of-one-share",
            name=name,
            count=len(told[name]),
            share=f"{told[name][0].share:.3g}",
        )
        for name in names
    )
    text = phrase(
        "benefits-are-one-share-of-cost",
        count=count,
        most=most,
        shares=shares,
    )
    advice = phrase("say-what-each-delivers")
    yield doubt("benefit-of-cost", "projects", None, "benefits", text, advice)


def _groups(instance: Instance) -> dict[str, list[_Worth]]:
    """Free candidates with a cost and a benefit, by subsector, or sector where it is blank."""
    changing = {row.project for row in instance.project_network}
    found: defaultdict[str, list[_Worth]] = defaultdict(list)
    for project in instance.projects:
        if project.id in changing or stands(project) or duty_of(project) is not Mandate.FREE:
            continue
        worth = _Worth(project.options[0].overnight_cost, _benefit(instance, project))
        if worth.cost > 0.0 and worth.benefit > 0.0:
            found[project.subsector or project.sector].append(worth)
    return dict(found)


def _benefit(instance: Instance, project: Project) -> float:
    """Yearly benefit of the first option, in the column and in rows of its own."""
    base = project.options[0]
    rows = instance.streams_by_project.get(project.id, ())
    more = sum(row.value for row in rows if row.option in {"", base.option})
    return sum(base.benefits.values()) + more


def _largest_alike(rows: Iterable[_Worth]) -> Sequence[_Worth]:
    """The most works with one share and unequal costs; none where they are too few."""
    ranked = sorted(rows, key=lambda row: row.share)
    best: Sequence[_Worth] = ()
    first = 0
    for last, row in enumerate(ranked):
        while row.share > (1.0 + ALIKE) * ranked[first].share:
            first += 1
        found = ranked[first : last + 1]
        if len(found) > len(best):
            best = found
    costs = [row.cost for row in best]
    if len(best) < FEW or max(costs) < (1.0 + OTHER_COST) * min(costs):
        return ()
    return best
