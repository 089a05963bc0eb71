"""Print the parameters of `infraplan generate` as the shipped instances give them.

`python -m tools.calibrate_generator` prints the value of `CALIBRATED` in
optimizer/generating/parameters.py; docs/generate.md says how each figure is taken.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from pprint import pformat
from statistics import NormalDist, fmean, median, pstdev, quantiles
from typing import Any

from infraplan.models.funding import FundKind
from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.generating.parameters import Parameters, SectorParameters
from infraplan.optimizer.storage import read_instance

PLANS = ("chongqing-counties", "kaizhou", "qijiang-wansheng", "tongliang", "wan-da-kai")
LONGEST = 8
"""Most years of works that are told apart."""
DIGITS = 3
"""Significant digits of every figure."""
KINDS = {
    RelationType.FINISH_TO_START: "finish_to_start",
    RelationType.FINISH_TO_FINISH: "finish_to_start",
    RelationType.EXCLUSIVE: "exclusive",
    RelationType.ALL_OR_NONE: "all_or_none",
    RelationType.SYNERGY: "synergy",
    RelationType.SHARED_WORKS: "shared_works",
}


def calibrate(instances: Sequence[Instance]) -> Parameters:
    """Parameters as a set of plans gives them; projects are pooled, plans count alike for money."""
    projects = [project for instance in instances for project in instance.projects]
    bases = [project.options[0] for project in projects]
    seconds = [(p.options[0], p.options[1]) for p in projects if len(p.options) > 1]
    relations = [(i, relation) for i in instances for relation in i.relations]
    counts = Counter(KINDS[relation.type] for _, relation in relations if relation.type in KINDS)
    mandates = Counter(project.mandatory.value for project in projects)
    number = len(projects)
    return Parameters(
        sectors={
            sector: _sector([p for p in projects if p.sector == sector], number)
            for sector in sorted({project.sector for project in projects})
        },
        thirds=_ends(bases),
        works=_works(bases),
        mandates={name: _rounded(count / number) for name, count in sorted(mandates.items())},
        relations={name: _rounded(count / number) for name, count in sorted(counts.items())},
        synergy=_worth(relations, RelationType.SYNERGY),
        shared_works=_worth(relations, RelationType.SHARED_WORKS),
        second_options=_rounded(len(seconds) / number),
        option_cost=_median(b.overnight_cost / a.overnight_cost for a, b in seconds),
        option_benefit=_median(_benefit(b) / _benefit(a) for a, b in seconds if _benefit(a)),
        **_money(instances),
    )


def _sector(projects: Sequence[Project], number: int) -> SectorParameters:
    options = [project.options[0] for project in projects if project.options[0].overnight_cost]
    costs = [log(option.overnight_cost) for option in options]
    gains = [log(_benefit(o) / o.overnight_cost) for o in options if _benefit(o) > 0.0]
    paying = [option.revenue / option.overnight_cost for option in options if option.revenue]
    return SectorParameters(
        share=_rounded(len(projects) / number),
        log_cost=_rounded(fmean(costs)),
        log_cost_sd=_rounded(pstdev(costs)),
        log_benefit=_rounded(median(gains)),
        log_benefit_sd=_rounded(_spread(gains)),
        growth=_median(option.benefit_growth for option in options),
        paying=_rounded(len(paying) / len(options)),
        revenue=_median(paying),
        om=_median(option.fixed_om_cost / option.overnight_cost for option in options),
        lifetime=round(median(option.lifetime for option in options)),
    )


def _spread(values: Sequence[float]) -> float:
    """Standard deviation of a normal distribution with the quartiles of `values`.

    What is left in the column of works whose networks count the rest is no measure of others.
    """
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / (2.0 * NormalDist().inv_cdf(0.75))


def _ends(options: Sequence[Option]) -> tuple[float, float]:
    """Costs up to which the cheap and the middling third reach."""
    costs = sorted(option.overnight_cost for option in options)
    first, second = (costs[round(len(costs) * part / 3) - 1] for part in (1, 2))
    return _rounded(first), _rounded(second)


def _works(options: Sequence[Option]) -> tuple[tuple[float, ...], ...]:
    """Share of 1, 2, ... years of works in the cheap, the middling and the dear third."""
    ordered = sorted(options, key=lambda option: option.overnight_cost)
    ends = [round(len(ordered) * part / 3) for part in range(4)]
    thirds = [ordered[first:last] for first, last in pairwise(ends)]
    found = []
    for third in thirds:
        years = Counter(min(max(1, option.lead_time), LONGEST) for option in third)
        found.append(tuple(_rounded(years[y] / len(third)) for y in range(1, LONGEST + 1)))
    return tuple(found)


def _worth(relations: Iterable[tuple[Instance, Relation]], kind: RelationType) -> float:
    """Value of the relations of a kind over what their members cost or bring, median."""
    found = []
    for instance, relation in relations:
        if relation.type is not kind or not relation.value:
            continue
        members = [p.options[0] for p in instance.projects if p.id in relation.members]
        cost = sum(option.overnight_cost for option in members)
        base = cost if kind is RelationType.SHARED_WORKS else sum(map(_benefit, members))
        if base:
            found.append(relation.value / base)
    return _median(found)


def _money(instances: Sequence[Instance]) -> dict[str, Any]:
    """Figures of money; each is the median of the plans."""
    ratios: dict[str, list[float]] = {}
    for instance in instances:
        for name, value in _money_of(instance).items():
            ratios.setdefault(name, []).append(value)
    bonds = [i for instance in instances for i in instance.instruments if not i.refinancing]
    tenors = {
        pool: round(median(bond.tenor for bond in bonds if bond.pool.endswith(pool)))
        for pool in ("general", "special")
    }
    found: dict[str, Any] = {n: _median(v) for n, v in ratios.items()}
    return found | {"bond_rate": _median(bond.rate for bond in bonds), "tenors": tenors}


def _money_of(instance: Instance) -> dict[str, float]:
    first = instance.settings.horizon.first_year
    counted = {fund.id: fund.certainty for fund in instance.funds}
    inflow = [(r.fund, r.year, r.value * counted[r.fund]) for r in instance.inflows]
    grants = {fund.id for fund in instance.funds if fund.kind is FundKind.TRANSFER}
    coming = sum(value for _, _, value in inflow)
    service = _own_service(instance)
    money = coming + sum(fund.opening_balance for fund in instance.funds) - service
    opening = [row for row in instance.debt if row.opening_balance]
    old = sum(row.opening_balance or 0.0 for row in opening)
    general = [r for r in instance.fiscal if (r.item, r.year) == ("general_revenue", first)]
    growth = [
        later[2] / earlier[2] - 1.0
        for earlier, later in pairwise(inflow)
        if earlier[0] == later[0] and earlier[2]
    ]
    return {
        "money": money / _own_cost(instance),
        "transfers": sum(value for fund, _, value in inflow if fund in grants) / coming,
        "money_growth": median(growth),
        "quota": sum(row.new_quota or 0.0 for row in instance.debt) / money,
        "old_debt": old / money,
        "repaid": sum(row.principal_due for row in opening) / old,
        "old_rate": sum(row.interest_due for row in opening) / old,
        "ceiling": sum(row.ceiling or 0.0 for row in opening) / old,
        "revenue": sum(row.value for row in general) / old,
    }


def _own_service(instance: Instance) -> float:
    """What old debt takes of the plan's years: interest, and principal that nothing refinances."""
    rolled: dict[tuple[str, str], float] = {}
    for loan in instance.instruments:
        if loan.refinancing:
            key = (loan.jurisdiction, loan.pool)
            rolled[key] = max(rolled.get(key, 0.0), loan.refinancing_share)
    last = instance.settings.horizon.last_year
    return sum(
        row.interest_due + row.principal_due * (1.0 - rolled.get((row.jurisdiction, row.pool), 0.0))
        for row in instance.debt
        if row.year <= last
    )


def _own_cost(instance: Instance) -> float:
    """Cost that falls on jurisdictions with funds; what no share names falls on the leader."""
    owners = {fund.jurisdiction for fund in instance.funds}
    shares: dict[str, list[tuple[str, float]]] = {}
    for row in instance.shares:
        shares.setdefault(row.project, []).append((row.jurisdiction, row.share or 0.0))
    cost = 0.0
    for project in instance.projects:
        rows = shares.get(project.id, [])
        part = sum(share for payer, share in rows if payer in owners)
        if project.jurisdiction is None or project.jurisdiction in owners:
            part += max(0.0, 1.0 - sum(share for _, share in rows))
        cost += part * project.options[0].overnight_cost
    return cost


def _benefit(option: Option) -> float:
    return sum(option.benefits.values())


def _median(values: Iterable[float]) -> float:
    """The middle one; 0 where there is none, as for revenue of a sector that earns none."""
    found = list(values)
    return _rounded(median(found)) if found else 0.0


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def shipped() -> list[Instance]:
    """The instances that parameters are taken from."""
    folder = Path(__file__).resolve().parent.parent / "instances"
    return [read_instance(folder / name) for name in PLANS]


def main() -> None:
    """Print the parameters."""
    sys.stdout.write(f"CALIBRATED = {pformat(calibrate(shipped()), width=98)}\n")


if __name__ == "__main__":
    main()
