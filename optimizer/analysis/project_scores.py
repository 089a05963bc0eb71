"""Projects by themselves, as offices score them: value for money, weights, TOPSIS, two indices.

A project is looked at alone, in the option and year in which it is worth most. Nothing here knows
of money by year, debt or other projects. Sources: Hwang and Yoon, "Multiple Attribute Decision
Making", Springer 1981 (TOPSIS); Marcelo, Mandri-Perrott, House and Schwartz, "Prioritizing
Infrastructure Investment: A Framework for Government Decision Making", World Bank Policy Research
Working Paper 7674, 2016 (the map of a social and environmental and a financial and economic index).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.progress import stands
from infraplan.models.project import Option, Project, Stage
from infraplan.models.target import Sense
from infraplan.optimizer.accounts.candidates import lay_out, start_in
from infraplan.optimizer.accounts.value import build_coefficients
from infraplan.optimizer.analysis.service_value import stand_alone_worths
from infraplan.optimizer.mip import FloatArray

MOST_RATIO = 10.0
"""Value for money counts up to here as a criterion: one project of next to no cost would else
leave no difference between all others."""
NOTHING = 1e-12


class Method(StrEnum):
    """Ways in which offices put projects in an order."""

    RATIO = "benefit_cost"
    NET_VALUE = "net_value"
    SCORING = "scoring"
    TOPSIS = "topsis"
    TWO_INDEX = "two_index"


class Criterion(StrEnum):
    """What a project scores in; more is better."""

    RATIO = "value_for_money"  # benefits by costs, both present values
    NET_VALUE = "net_value"  # present value, money
    TARGETS = "targets"  # share of what targets ask for that its outputs bring, summed
    REVENUE = "revenue"  # income of a full year by construction cost
    PUBLIC = "public_benefit"  # benefits of a full year beyond that income, by construction cost
    READINESS = "readiness"  # stage, from study (0) to under construction (3)
    CERTAINTY = "certainty"  # 1 less half the range of the cost, as a share of the middle estimate


WEIGHTS: Mapping[Criterion, float] = {
    Criterion.RATIO: 0.3,
    Criterion.NET_VALUE: 0.2,
    Criterion.TARGETS: 0.2,
    Criterion.REVENUE: 0.05,
    Criterion.PUBLIC: 0.05,
    Criterion.READINESS: 0.1,
    Criterion.CERTAINTY: 0.1,
}
"""Weights of scoring and TOPSIS where none are given: a convention, no finding."""

FINANCIAL = (Criterion.RATIO, Criterion.REVENUE, Criterion.CERTAINTY)
SOCIAL = (Criterion.TARGETS, Criterion.PUBLIC)
"""What the two indices of the World Bank's map are made of here."""

_STAGES = {
    Stage.STUDY: 0.0,
    Stage.PREPARATORY: 1.0,
    Stage.START: 2.0,
    Stage.UNDER_CONSTRUCTION: 3.0,
}


@dataclass(frozen=True)
class ProjectScore:
    """A project by itself, in its best option and year.

    Attributes
    ----------
    spending
        What it spends in the plan's years, price-year money.
    benefit, cost
        Present values; `benefit` includes the service that networks have of it alone, `cost` is
        construction, operation and maintenance less what is left at the end.
    criteria
        By criterion; one that says nothing of the project is left out.
    """

    project: str
    option: str
    start: int
    spending: float
    benefit: float
    cost: float
    criteria: Mapping[Criterion, float]

    @property
    def net_value(self) -> float:
        """Net present value."""
        return self.benefit - self.cost

    @property
    def ratio(self) -> float:
        """Benefit by cost; infinite where it costs nothing and brings something."""
        if self.cost > NOTHING:
            return self.benefit / self.cost
        return math.inf if self.benefit > 0.0 else 0.0


@dataclass(frozen=True)
class ProjectScores:
    """All candidates, and of which criteria the instance says nothing.

    `unserved` are projects that change a network and whose service is not known alone.
    """

    rows: tuple[ProjectScore, ...]
    silent: tuple[Criterion, ...]
    unserved: tuple[str, ...]

    def ranked(self, method: Method, weights: Mapping[Criterion, float]) -> tuple[str, ...]:
        """Projects in the order of `method`, those left out that it would not build at all."""
        rows = self.rows
        if method is Method.RATIO:
            key = {row.project: row.ratio for row in rows if row.ratio >= 1.0}
        elif method is Method.NET_VALUE:
            key = {row.project: row.net_value for row in rows if row.net_value > 0.0}
        else:
            names = [row.project for row in rows]
            points = {
                Method.SCORING: lambda: self._weighted(weights),
                Method.TOPSIS: lambda: self._closeness(weights),
                Method.TWO_INDEX: self._mapped,
            }[method]()
            key = dict(zip(names, points.tolist(), strict=True))
        return tuple(sorted(key, key=lambda name: (-key[name], name)))

    def _column(self, criterion: Criterion) -> FloatArray:
        """Values of all projects; one of which nothing is known has the mean of the others."""
        values = np.array([row.criteria.get(criterion, np.nan) for row in self.rows])
        known = values[~np.isnan(values)]
        return np.where(np.isnan(values), known.mean() if known.size else 0.0, values)

    def _weighted(self, weights: Mapping[Criterion, float]) -> FloatArray:
        """Each criterion from 0 (least) to 1 (most), weighed and summed."""
        total = np.zeros(len(self.rows))
        for criterion, weight in weights.items():
            total += weight * _spread(self._column(criterion))
        return total

    def _closeness(self, weights: Mapping[Criterion, float]) -> FloatArray:
        """Distance from the worst by the distances from the worst and the best together."""
        matrix = np.array([weight * _unit(self._column(name)) for name, weight in weights.items()])
        best, worst = matrix.max(axis=1), matrix.min(axis=1)
        to_best = np.sqrt(((matrix - best[:, None]) ** 2).sum(axis=0))
        to_worst = np.sqrt(((matrix - worst[:, None]) ** 2).sum(axis=0))
        both = to_best + to_worst
        return np.where(both > NOTHING, to_worst / np.maximum(both, NOTHING), 0.0)

    def indices(self) -> tuple[FloatArray, FloatArray]:
        """Social and environmental, financial and economic index of each project, 0 to 1.

        Each is the mean of its criteria as shares of projects that are no better.
        """
        social, financial = (
            np.mean([_places(self._column(name)) for name in names], axis=0)
            for names in (SOCIAL, FINANCIAL)
        )
        return social, financial

    def _mapped(self) -> FloatArray:
        """High in both, then in the social one alone, then in the financial one, then in none.

        High is above the middle project; within a field of the map the sum of both decides.
        """
        social, financial = self.indices()
        if not social.size:
            return social
        is_social = social >= np.median(social)
        is_financial = financial >= np.median(financial)
        return 6.0 * is_social + 3.0 * is_financial + social + financial


def score_projects(
    instance: Instance, left_s: Callable[[], float], *, spent_by: int | None = None
) -> ProjectScores:
    """Score every project that may be built; `left_s` tells the seconds left for networks.

    `spent_by` is the last year of the spending that counts (the plan's last where None).
    """
    laid = lay_out(instance)
    coefficients = build_coefficients(laid)
    last = (laid.num_years if spent_by is None else spent_by - laid.first_year + 1) - 1
    spent = np.zeros(coefficients.value.shape)
    flows = coefficients.spending
    counted = flows.year <= last
    np.add.at(spent, (flows.option[counted], flows.start[counted]), flows.amount[counted])
    best: dict[str, tuple[int, int]] = {}
    for number, flat in enumerate(laid.options):
        if not flat.is_open or flat.standing is not None or stands(flat.project):
            continue
        window = coefficients.value[number, flat.first : flat.last + 1]
        at = flat.first + int(np.argmax(window))
        held = best.get(flat.project.id)
        if held is None or coefficients.value[number, at] > coefficients.value[held]:
            best[flat.project.id] = number, at
    starts = {
        name: start_in(laid.options[number], laid.first_year + at)
        for name, (number, at) in best.items()
    }
    service = stand_alone_worths(instance, starts.values(), left_s)
    rows = []
    for name, (number, at) in best.items():
        flat = laid.options[number]
        terms = {key: float(values[number, at]) for key, values in coefficients.terms.items()}
        benefit = terms["benefit"] + terms["metric_value"] + terms["retires"]
        benefit += service.get(name, 0.0)
        cost = -terms["construction"] - terms["om"] - terms["residual"]
        criteria = _criteria(instance, flat.project, flat.option, benefit, cost)
        year = laid.first_year + at
        spending = float(spent[number, at])
        rows.append(ProjectScore(name, flat.option.option, year, spending, benefit, cost, criteria))
    changing = {row.project for row in instance.project_network}
    return ProjectScores(
        rows=tuple(rows),
        silent=tuple(name for name in Criterion if _is_silent(rows, name)),
        unserved=tuple(sorted(changing & set(best) - set(service))),
    )


def _is_silent(rows: Sequence[ProjectScore], criterion: Criterion) -> bool:
    """Whether a criterion tells no two projects apart."""
    known = {row.criteria[criterion] for row in rows if criterion in row.criteria}
    return len(known) < 2


def _criteria(
    instance: Instance, project: Project, option: Option, benefit: float, cost: float
) -> dict[Criterion, float]:
    ratio = benefit / cost if cost > NOTHING else MOST_RATIO
    found = {
        Criterion.RATIO: min(MOST_RATIO, max(-MOST_RATIO, ratio)),
        Criterion.NET_VALUE: benefit - cost,
        Criterion.TARGETS: _targets(instance, option),
        Criterion.READINESS: _STAGES.get(project.stage, 0.0),
    }
    price = option.overnight_cost
    if price > 0.0:
        yearly = sum(option.benefits.values())
        yearly += sum(
            row.value
            for row in instance.streams_by_project.get(project.id, ())
            if row.option in {"", option.option}
        )
        found[Criterion.REVENUE] = option.revenue / price
        found[Criterion.PUBLIC] = (yearly - option.revenue) / price
        low, high = option.overnight_cost_low, option.overnight_cost_high
        if low is not None and high is not None:
            found[Criterion.CERTAINTY] = 1.0 - 0.5 * (high - low) / price
    return found


def _targets(instance: Instance, option: Option) -> float:
    """Shares of what targets still ask for that the option's outputs bring, at most 1 each."""
    total = 0.0
    for target in instance.targets:
        missing = target.value - target.existing
        brought = option.outputs.get(target.metric, 0.0)
        if target.sense is Sense.AT_LEAST and missing > NOTHING and brought > 0.0:
            total += min(1.0, brought / missing)
    return total


def _spread(values: FloatArray) -> FloatArray:
    """From 0 for the least to 1 for the most; 0 where all are the same."""
    if not values.size or np.ptp(values) <= NOTHING:
        return np.zeros(values.size)
    return np.asarray((values - values.min()) / np.ptp(values))


def _unit(values: FloatArray) -> FloatArray:
    """Divided by their length."""
    length = float(np.sqrt((values**2).sum()))
    return values / length if length > NOTHING else np.zeros(values.size)


def _places(values: FloatArray) -> FloatArray:
    """Share of the projects that are no better."""
    if not values.size:
        return np.zeros(0)
    ranked = np.sort(values)
    return np.asarray(np.searchsorted(ranked, values, side="right") / values.size)
