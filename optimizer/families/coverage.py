"""Family `coverage`: a project's net revenue covers the debt tagged to it."""

from __future__ import annotations

import numpy as np

from infraplan.models.finance.appraisal import ramp_up_shares
from infraplan.models.funding import Instrument
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_terms import kernel_of
from infraplan.optimizer.formulation.sets import FlatOption


def add_coverage(context: Context) -> None:
    """Net revenue over a bond's life covers its principal and interest by the asked ratio.

    Formula, per project i (all its payers together) and tenor n among its tagged instruments with
    a coverage ratio::

        sum_{k: tenor_k <= n} kappa_k (1 + interest_k) sum_t pay[k,i,t]
            <= sum_{o,s} max(0, N[o,s,n]) x[o,s]
        N[o,s,n] = sum_{y=opening}^{min(end of life, s+n)}
            (revenue (1+g)^(y-y0) ramp - fixed_om) index(y)

    interest_k the undiscounted interest over life per unit. Instruments of a bundle are tested
    together: their payments for all projects, against the sum of max(0, N) of all projects that
    they may pay for. One row per (project or bundle, tenor).
    """
    money = context.money
    instruments = {row.id: row for row in context.instance.instruments}
    covered: dict[tuple[str, str], list[tuple[int, int, Instrument]]] = {}
    for pair, source in enumerate(money.pair_source):
        row = instruments.get(source)
        if row is not None and row.tagged and row.coverage is not None:
            # A class with a tagged instrument holds one project.
            project = money.classes[int(money.pair_class[pair])].projects[0]
            name = context.instance.projects[project].id
            key = ("bundle", row.bundle) if row.bundle else ("project", name)
            covered.setdefault(key, []).append((pair, project, row))
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for (_, name), pairs in sorted(covered.items()):
        members = sorted({project for _, project, _ in pairs})
        for tenor in sorted({row.tenor for _, _, row in pairs}):
            number = len(keys)
            for pair, _, row in pairs:
                if row.tenor <= tenor:
                    weight = float(row.coverage or 0.0) * kernel_of(row).service_per_unit
                    rows = np.full(context.sets.num_years, number)
                    parts.append(triplets(rows, money.pay[pair], weight))
            for project in members:
                parts.append(_revenue(context, project, tenor, number))
            keys.append((name, tenor))
    if keys:
        entries = Triplets.join(*parts)
        context.add_rows(
            "coverage",
            entries,
            keys,
            upper=0.0,
        )


def _revenue(context: Context, project: int, tenor: int, row: int) -> Triplets:
    """Entries `-max(0, N)` of the starts of `project`."""
    parts = []
    for option in context.sets.options_of[project]:
        flat = context.sets.options[option]
        starts = np.arange(flat.first, flat.last + 1)
        revenue = [-_net_revenue(context, flat, int(start), tenor) for start in starts]
        parts.append(
            context.start_entries(
                np.full(starts.size, row),
                np.full(starts.size, option),
                starts,
                np.minimum(revenue, 0.0),
            )
        )
    return Triplets.join(*parts)


def _net_revenue(context: Context, flat: FlatOption, start: int, tenor: int) -> float:
    """Nominal net revenue of an option started at offset `start` over the bond's life."""
    option = flat.option
    ages = np.arange(option.lifetime)
    years = start + option.lead_time + ages
    ages, years = ages[years <= start + tenor], years[years <= start + tenor]
    index = np.array(
        [context.instance.price_index(context.sets.first_year + int(y)) for y in years]
    )
    income = option.revenue * (1.0 + option.revenue_growth) ** years
    income = income * ramp_up_shares((*option.ramp_up, 1.0), ages)
    return float(((income - option.fixed_om_cost) * index).sum())
