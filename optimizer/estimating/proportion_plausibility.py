"""Doubts about amounts out of all proportion to those of the other projects of an instance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.estimating.implausibility import (
    doubt,
    field_words,
    median,
    option_name,
)
from infraplan.optimizer.estimating.library import estimate

SIBLINGS = 3
"""Fewest other projects of a subsector that say what is usual there."""
HANDFUL = 5
"""Fewest other projects of a sector or subsector that say how far amounts spread there."""
TIMES_SPREAD = 100.0
"""Times the usual amount that is questioned where it lies far outside the spread as well."""
SPREADS = 6.0
"""Median deviations of the logarithms that lie far outside: four standard deviations."""
SLIPS = (1e3, 1e4, 1e8)
"""Factors by which an amount in another unit is wrong: a thousand, 万, 亿."""
ALIKE = 10.0
"""Most times the least of a few siblings that the most may be, for a slip to be told of them."""
FEW = 2
"""Fewest such siblings."""
TIMES_SIBLINGS = 1000.0
"""Times the usual amount of its subsector that is questioned however far they spread."""
TIMES_OF_COST = 5.0
"""Times the usual yearly benefit of its type, a share of its cost, that is still in proportion."""
TIMES_ALL = 10_000.0
"""Times the usual amount of all projects that is questioned: 万, or a unit for a million."""
DEAREST = 2e12
"""Currency units above which no single project has cost so far, where one is worth some cents."""
SMALL_UNITS = frozenset(
    ("JPY", "KRW", "IDR", "VND", "IRR", "CLP", "COP", "HUF", "KZT", "UZS", "NGN", "PKR", "MMK")
)
"""Currencies whose unit is worth so little that amounts say nothing by themselves."""

_Amounts = Mapping[str, list[float]]
"""What each project states, by option."""


def proportion_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield `amount-out-of-proportion`: costs, benefits and outputs far from those of others."""
    yield from _costs(instance)
    yield from _benefits(instance)
    yield from _outputs(instance)


def _costs(instance: Instance) -> Iterator[Inconsistency]:
    settings = instance.settings
    is_told = settings.currency not in SMALL_UNITS | {"XXX"}
    dearest = DEAREST / settings.money_factor if is_told else math.inf
    amounts = {p.id: [o.overnight_cost for o in p.options] for p in instance.projects}
    usual = _Usual(instance.projects, amounts)
    for index, position, project, amount in _stated(instance, amounts):
        if settings.currency == "CNY" and estimate(project.subsector) is not None:
            continue  # held against the costs of its type
        place = ("amount-out-of-proportion", "projects", index, "overnight_cost")
        if amount > dearest:
            name = option_name(project, position)
            text = phrase("project-costs-more-than-any", project=name, amount=amount)
            yield doubt(*place, text, phrase("check-the-amount-and-the-money-unit"), position)
        elif (far := usual.far_from(project, amount)) is not None:
            text = _disproportion(
                project, position, field_words("projects", "overnight_cost"), amount, far
            )
            yield doubt(*place, text, phrase("check-the-unit-of-the-amount"), position)


def _benefits(instance: Instance) -> Iterator[Inconsistency]:
    """What a project brings a year in both places; the larger of the two is named."""
    rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, row in enumerate(instance.benefits):
        rows[row.project, row.option].append(index)

    def places(project: Project, position: int) -> list[int]:
        named = rows.get((project.id, project.options[position].option), [])
        return [*named, *rows.get((project.id, ""), [])]

    own = {p.id: [sum(o.benefits.values()) for o in p.options] for p in instance.projects}
    amounts = {
        project.id: [
            own[project.id][position]
            + sum(instance.benefits[index].value for index in places(project, position))
            for position in range(len(project.options))
        ]
        for project in instance.projects
    }
    usual = _Usual(instance.projects, amounts)
    costs = _Usual(
        instance.projects, {p.id: [o.overnight_cost for o in p.options] for p in instance.projects}
    )
    for index, position, project, amount in _stated(instance, amounts):
        far = usual.far_from(project, amount)
        if far is None or (
            usual.is_of_sector(project, far)
            and _is_usual_for_cost(project, position, amount, costs)
        ):
            continue
        text = _disproportion(project, position, field_words("projects", "benefits"), amount, far)
        advice = phrase("check-the-unit-of-the-amount")
        most = max(places(project, position), key=lambda i: instance.benefits[i].value, default=-1)
        if most >= 0 and instance.benefits[most].value > own[project.id][position]:
            yield doubt("amount-out-of-proportion", "benefits", most, "value", text, advice)
        else:
            place = ("amount-out-of-proportion", "projects", index, "benefits")
            yield doubt(*place, text, advice, position)


def _is_usual_for_cost(project: Project, position: int, amount: float, costs: _Usual) -> bool:
    """Whether a yearly benefit is to its cost as usual for its type, and the cost itself not far.

    A sector holds works of all sizes, from a pumped storage to what a network leaves of a
    substation's benefit: one large work among them is no slip. An amount in another unit is out of
    proportion to its cost, and where both are, the cost is far from those of the sector as well.
    """
    found, cost = estimate(project.subsector), project.options[position].overnight_cost
    if found is None or cost <= 0.0 or costs.far_from(project, cost) is not None:
        return False
    low, high = found.works.benefit_low / TIMES_OF_COST, found.works.benefit_high * TIMES_OF_COST
    return low <= amount / cost <= high


def _outputs(instance: Instance) -> Iterator[Inconsistency]:
    names = dict.fromkeys(
        metric for p in instance.projects for option in p.options for metric in option.outputs
    )
    for metric in names:
        amounts = {
            p.id: [option.outputs.get(metric, 0.0) for option in p.options]
            for p in instance.projects
            if any(metric in option.outputs for option in p.options)
        }
        usual = _Usual(instance.projects, amounts)
        for index, position, project, amount in _stated(instance, amounts):
            far = usual.far_from(project, amount)
            if far is not None:
                field = phrase("metric-in-outputs", metric=metric)
                text = _disproportion(project, position, field, amount, far)
                place = ("amount-out-of-proportion", "projects", index, "outputs")
                yield doubt(*place, text, phrase("check-the-amount-and-its-unit"), position)


def _stated(instance: Instance, amounts: _Amounts) -> Iterator[tuple[int, int, Project, float]]:
    """Position of the project and of the option, the project, and what is stated above 0.

    What remains of works under way says nothing about the whole.
    """
    for index, project in enumerate(instance.projects):
        if duty_of(project) is Mandate.COMMITTED:
            continue
        for position, amount in enumerate(amounts.get(project.id, ())):
            if amount > 0.0:
                yield index, position, project, amount


def _disproportion(
    project: Project, position: int, field: Phrase, amount: float, far: _Group
) -> Phrase:
    return phrase(
        "amount-is-far-from-that-of-others",
        project=option_name(project, position),
        field=field,
        amount=amount,
        what=far.what,
        middle=far.middle,
    )


@dataclass(frozen=True)
class _Group:
    """Projects that an amount is held against: their middle, and the factor that is questioned."""

    what: Phrase
    middle: float
    times: float


class _Usual:
    """What is usual for a project: in its subsector, in its sector, and of all."""

    def __init__(self, projects: Iterable[Project], amounts: _Amounts) -> None:
        own = {
            name: median(given)
            for name, stated in amounts.items()
            if (given := [amount for amount in stated if amount > 0.0])
        }
        self._own = own
        self._kinds: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        subsectors: defaultdict[str, list[float]] = defaultdict(list)
        sectors: defaultdict[str, list[float]] = defaultdict(list)
        for project in projects:
            if project.id in own:
                self._kinds[project.sector, project.subsector].append(project.id)
                sectors[project.sector].append(own[project.id])
                if project.subsector:
                    subsectors[project.subsector].append(own[project.id])
        self._of_subsector = {
            name: _Group(phrase("projects-of-subsector", name=name), *_middle_and_times(given))
            for name, given in subsectors.items()
        }
        self._of_sector = {
            name: _Group(phrase("projects-of-sector", name=name), *_spread(given))
            for name, given in sectors.items()
        }
        every = list(own.values())
        middle = median(every) if every else 0.0
        times = TIMES_ALL if len(every) > SIBLINGS else math.inf
        self._of_all = _Group(phrase("all-projects"), middle, times)

    def far_from(self, project: Project, amount: float) -> _Group | None:
        """The narrowest group from which `amount`, above 0, is too far; None where it is not."""
        groups = (
            self._of_subsector.get(project.subsector),
            self._of_sector.get(project.sector),
            self._of_all,
        )
        for group in groups:
            if group is not None and abs(math.log(amount / group.middle)) >= math.log(group.times):
                return group
        return self._slip_among_few(project, amount)

    def is_of_sector(self, project: Project, group: _Group) -> bool:
        """Whether `group` is the sector of a project, and not its subsector or all projects."""
        return group is self._of_sector.get(project.sector)

    def _slip_among_few(self, project: Project, amount: float) -> _Group | None:
        """The few siblings of which `amount` would be one in another unit of money or size."""
        kind = (project.sector, project.subsector)
        names = self._kinds.get(kind, [])
        if len(names) > HANDFUL:
            return None  # their spread says more
        others = [self._own[name] for name in names if name != project.id]
        if len(others) < FEW or max(others) > ALIKE * min(others):
            return None
        times = [factor for slip in SLIPS for factor in (slip, 1.0 / slip)]
        if not any(min(others) <= amount / factor <= max(others) for factor in times):
            return None
        what = (
            phrase("projects-of-subsector", name=project.subsector)
            if project.subsector
            else phrase("projects-of-sector", name=project.sector)
        )
        return _Group(what, median(others), math.inf)


def _spread(amounts: list[float]) -> tuple[float, float]:
    """Middle of `amounts`, all above 0, and the factor from it that lies far outside them."""
    middle = median(amounts)
    if len(amounts) <= HANDFUL:
        return middle, math.inf
    deviation = median(abs(math.log(amount / middle)) for amount in amounts)
    return middle, max(TIMES_SPREAD, math.exp(min(SPREADS * deviation, math.log(TIMES_ALL))))


def _middle_and_times(amounts: list[float]) -> tuple[float, float]:
    """As of `_spread`; of a subsector few are enough, for a factor that no spread explains."""
    middle, times = _spread(amounts)
    return middle, min(times, TIMES_SIBLINGS) if len(amounts) > SIBLINGS else math.inf
