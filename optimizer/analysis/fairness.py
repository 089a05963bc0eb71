"""Who has how much of a plan by head: spending, benefits, own value and outputs of districts.

Districts are the jurisdictions that state residents; one above another that states them too is left
out, its people are counted below. A project counts in the district that leads it, as rules of
policy count it (docs/laws.md, section 3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan

SPENDING, BENEFITS, VALUE = "spend", "benefit", "value_own"
WHOLE_PLAN = ""
"""In the place of a phase: all of them."""


@dataclass(frozen=True)
class ByHead:
    """What districts have of one measure in a phase, in the order of the districts.

    Attributes
    ----------
    measure
        `spend` (price-year money of plan years, by year of payment), `benefit` (present value, by
        start), `value_own` (present value of a project's own terms, by start), or a metric of
        outputs (by opening).
    phase
        Phase id; `WHOLE_PLAN` for all.
    amounts, people
        By district.
    """

    measure: str
    phase: str
    amounts: Mapping[str, float]
    people: Mapping[str, float]

    @property
    def per_head(self) -> dict[str, float]:
        """Amount for each resident, by district."""
        return {name: amount / self.people[name] for name, amount in self.amounts.items()}

    @property
    def mean(self) -> float:
        """Amount for each resident of all districts."""
        return sum(self.amounts.values()) / sum(self.people.values())

    @property
    def gini(self) -> float | None:
        """Gini coefficient over heads, each with what its district has by head.

        Formula: ``sum_ij p_i p_j |x_i - x_j| / (2 P^2 mean)`` with p people, x amount by head, P
        all people. 0 where all have alike; it says nothing of how a district shares within. None
        where somebody has less than nothing, or nobody anything. Source: Gini (1912), as in Sen,
        "On Economic Inequality" (1973).
        """
        heads, mean = self.per_head, self.mean
        if min(heads.values()) < 0.0 or mean <= 0.0:
            return None
        gaps = sum(
            self.people[one] * self.people[other] * abs(heads[one] - heads[other])
            for one in heads
            for other in heads
        )
        return gaps / (2.0 * sum(self.people.values()) ** 2 * mean)


def districts_of(instance: Instance) -> dict[str, float]:
    """Residents of each district."""
    people = {row.id: row.population for row in instance.jurisdictions if row.population}
    above = {row.parent for row in instance.jurisdictions if row.id in people}
    return {name: count for name, count in people.items() if name not in above}


def by_head(instance: Instance, plan: Plan) -> tuple[ByHead, ...]:
    """Every measure by phase, and of the whole plan; none where no district states residents.

    A measure of which no district has anything in a phase is left out.
    """
    people = districts_of(instance)
    if not people:
        return ()
    sums: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(
        lambda: dict.fromkeys(people, 0.0)
    )
    for measure, year, project, amount in _amounts(instance, plan):
        leader = instance.jurisdiction_of(instance.project_by_id[project])
        phase = instance.settings.horizon.phase_of(year)
        if leader not in people or (phase is None and measure == SPENDING):
            continue
        sums[measure, WHOLE_PLAN][leader] += amount
        if phase is not None:
            sums[measure, phase.id][leader] += amount
    phases = [WHOLE_PLAN, *(phase.id for phase in instance.settings.horizon.phases)]
    measures = list(dict.fromkeys(measure for measure, _ in sums))
    return tuple(
        ByHead(measure, phase, sums[measure, phase], people)
        for measure in measures
        for phase in phases
        if (measure, phase) in sums and any(sums[measure, phase].values())
    )


def _amounts(instance: Instance, plan: Plan) -> Iterator[tuple[str, int, str, float]]:
    """Measure, year, project and amount of all that is counted."""
    for row in plan.payments:
        yield SPENDING, row.year, row.project, row.amount / instance.price_index(row.year)
    starts = {start.project: start for start in plan.starts}
    for wanted in (BENEFITS, VALUE):
        for term in plan.objective_terms:
            start = starts.get(term.subject)
            if start is None or (
                wanted == BENEFITS and term.term not in {"benefit", "metric_value"}
            ):
                continue
            yield wanted, start.start, term.subject, term.value
    for start in plan.starts:
        option = instance.project_by_id[start.project].option(start.option)
        for metric, amount in option.outputs.items():
            yield metric, start.opening, start.project, amount
