"""Laws of value: every term of the objective, year by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infraplan.models.horizon import Objective, ResidualValue
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.verify.built import Built, ramp
from infraplan.optimizer.verify.problem_data import ProblemData, power
from infraplan.optimizer.verify.rows import Row


def _stream(
    reading: ProblemData,
    here: Built,
    value: float,
    growth: float,
    shares: tuple[float, ...],
    years: Iterable[int],
) -> float:
    """Present value of one benefit stream over `years`, all of them operating."""
    total = 0.0
    for year in years:
        demand = value * power(1.0 + growth, year - reading.first)
        total += demand * ramp(shares, year - here.opening) * reading.discount(year)
    return total


def _benefit(reading: ProblemData, here: Built, years: range) -> float:
    option = here.option
    total = 0.0
    for value in option.benefits.values():
        total += _stream(reading, here, value, option.benefit_growth, option.ramp_up, years)
    for row in reading.filed.benefits.get(here.project.id, ()):
        if row.option in {"", option.option}:
            total += _stream(reading, here, row.value, row.growth, row.ramp_up, years)
    return total


def _om(reading: ProblemData, here: Built, years: range) -> float:
    return sum(here.option.fixed_om_cost * reading.discount(year) for year in years)


def _uplift(reading: ProblemData, here: Built) -> float:
    appraisal = reading.instance.settings.appraisal
    bias = here.project.optimism_bias
    if bias is None:
        bias = appraisal.optimism_bias.get(here.project.sector)
    return 1.0 if bias is None else (1.0 + bias) / (1.0 + appraisal.contingency)


def _residual(reading: ProblemData, here: Built, after: range) -> float:
    """Value left at the end; `after` are the operating years past it."""
    method = reading.instance.settings.appraisal.residual_value
    if method is ResidualValue.STRAIGHT_LINE:
        option = here.option
        life = option.lifetime if option.financial_life is None else option.financial_life
        left = max(0, min(life, here.opening + life - 1 - reading.end))
        # Works under way are worth what they cost in all: what was spent before the plan as well.
        whole = here.sunk + option.overnight_cost
        return whole * left / (life + here.written_off) * reading.discount(reading.end)
    if method is ResidualValue.NET_BENEFITS:
        return _benefit(reading, here, after) - _om(reading, here, after)
    return 0.0


def project_terms(reading: ProblemData, here: Built) -> dict[str, float]:
    """Present values of a built project by term, signed as they enter the objective."""
    opening, closing = here.opening, here.opening + here.option.lifetime
    counted = range(opening, min(closing, reading.end + 1))
    after = range(max(opening, reading.end + 1), closing)
    prices = reading.instance.settings.appraisal.metric_prices
    worth = sum(prices.get(metric, 0.0) * amount for metric, amount in here.option.outputs.items())
    uplift = _uplift(reading, here)
    return {
        "benefit": _benefit(reading, here, counted),
        "metric_value": sum(worth * reading.discount(year) for year in counted),
        "construction": -sum(
            amount * uplift * reading.discount(year) for year, amount in here.spending.items()
        ),
        "om": -_om(reading, here, counted),
        "residual": _residual(reading, here, after),
    }


def retirement_value(
    reading: ProblemData, relation: Relation, built: Mapping[str, Built]
) -> tuple[str, float] | None:
    """What retires something, and what that is worth: salvaged, saved, less what is given up."""
    old, new = built[relation.from_projects[0]], built.get(relation.to_projects[0])
    if new is None or new.stands:
        return None
    gone = range(max(new.opening, old.opening), old.life_ends)
    within = range(gone.start, max(gone.start, min(gone.stop, reading.end + 1)))
    prices = reading.instance.settings.appraisal.metric_prices
    worth = sum(prices.get(name, 0.0) * amount for name, amount in old.option.outputs.items())
    value = -_benefit(reading, old, within) + _om(reading, old, within)
    value -= sum(worth * reading.discount(year) for year in within)
    if new.opening <= reading.end:
        value += (relation.value or 0.0) * reading.discount(new.opening)
    method = reading.instance.settings.appraisal.residual_value
    if method is ResidualValue.NET_BENEFITS:
        after = range(max(gone.start, reading.end + 1), gone.stop)
        value += _om(reading, old, after) - _benefit(reading, old, after)
    elif method is ResidualValue.STRAIGHT_LINE:
        full = old.option.financial_life or old.option.lifetime
        value -= _written(reading, old, full, full)
        value += _written(reading, old, min(full, new.opening - old.opening), full)
    return new.project.id, value


def _written(reading: ProblemData, here: Built, counted: int, full: int) -> float:
    """What is left at the end of works that are written off over `full` years, cut to `counted`."""
    left = max(0, min(counted, here.opening + counted - 1 - reading.end))
    share = left / (full + here.written_off)
    return here.option.overnight_cost * share * reading.discount(reading.end)


def relation_value(reading: ProblemData, relation: Relation, built: Mapping[str, Built]) -> float:
    """Present value of an enforced synergy, substitute or shared_works relation."""
    there = [built[name] for name in relation.members if name in built]
    value = relation.value or 0.0
    if relation.type is RelationType.SHARED_WORKS:
        if len(there) < len(relation.members) or not any(here.is_start for here in there):
            return 0.0
        if any(here.stands and here.project.opened is None for here in there):
            return 0.0
        starts = [here.start if here.begun is None else here.begun for here in there]
        if max(starts) - min(starts) > relation.lag:
            return 0.0
        return value * reading.discount(max(starts))
    default = len(relation.members) if relation.type is RelationType.SYNERGY else 2
    needed = relation.count if relation.count is not None else default
    sign = 1.0 if relation.type is RelationType.SYNERGY else -1.0
    served = [_served_by(reading, relation, name, built) for name in relation.members]
    total = 0.0
    for year in range(reading.first, reading.end + 1):
        if sum(year in years for years in served) >= needed:
            total += sign * value * reading.discount(year)
    return total


def _served_by(
    reading: ProblemData, relation: Relation, member: str, built: Mapping[str, Built]
) -> set[int]:
    """Operating years of a member, of its renewal, and so on until one that is a member."""
    years: set[int] = set()
    name: str | None = member
    passed: list[str] = []
    while name is not None:
        passed.append(name)
        years |= set(built[name].operating_years) if name in built else set()
        follows = reading.filed.renewals.get(name, ())
        free = [one for one in follows if one not in (*relation.members, *passed)]
        name = free[0] if free else None
    return years


def counts_money(reading: ProblemData) -> bool:
    """Whether a plan is worth money; else it is worth the years that it takes."""
    return reading.instance.settings.objective is not Objective.MAKESPAN


def makespan_rows(reading: ProblemData, built: Mapping[str, Built]) -> list[Row]:
    """The only term where a plan is worth the years that it takes: none for no year at all."""
    years = [here.opening - reading.first for here in built.values()]
    longest = max(years) if years else 0
    return [Row(("makespan", "plan"), {"value": -float(longest)})] if longest else []


VALUED = (RelationType.SYNERGY, RelationType.SUBSTITUTE, RelationType.SHARED_WORKS)


def objective_rows(
    reading: ProblemData, built: Mapping[str, Built], penalties: Mapping[str, float]
) -> list[Row]:
    """Every term of the objective by subject, zeros left out; `built` with what stands."""
    rows = [
        Row((term, here.project.id), {"value": value})
        for here in built.values()
        if not here.stands
        for term, value in project_terms(reading, here).items()
    ]
    rows += [
        Row(
            (relation.type.value, relation.label),
            {"value": relation_value(reading, relation, built)},
        )
        for relation in reading.instance.relations
        if relation.is_enforced and relation.type in VALUED
    ]
    retired: dict[str, float] = {}
    for relation in reading.retirements:
        found = retirement_value(reading, relation, built)
        if found is not None:
            retired[found[0]] = retired.get(found[0], 0.0) + found[1]
    rows += [Row(("retires", name), {"value": value}) for name, value in retired.items()]
    now = reading.discount(reading.first)
    rows += [
        Row(("stopping", project.id), {"value": -project.stopping_cost * now})
        for project in reading.instance.projects
        if project.stopping_cost and reading.may_stop(project) and project.id not in built
    ]
    rows += [Row(("shortfall", target), {"value": -cost}) for target, cost in penalties.items()]
    return [row for row in rows if row.numbers["value"] != 0.0]
