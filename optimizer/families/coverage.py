"""Family `coverage`: a project's net revenue covers the debt tagged to it."""

from __future__ import annotations

import numpy as np

from infraplan.models.funding import Instrument
from infraplan.optimizer.accounts.coverage import (
    asked_per_unit,
    coverage_group,
    net_revenue,
)
from infraplan.optimizer.accounts.debt import asks_coverage
from infraplan.optimizer.formulation.context import Context, Triplets, triplets


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
    covered: dict[tuple[str, str], list[tuple[int, int, Instrument]]] = {}
    for pair, source in enumerate(money.pair_source):
        row = context.instance.instrument_by_id.get(source)
        if row is not None and asks_coverage(row):
            # A class with a tagged instrument holds one project.
            project = money.classes[int(money.pair_class[pair])].projects[0]
            name = context.instance.projects[project].id
            covered.setdefault(coverage_group(row, name), []).append((pair, project, row))
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for (_, name), pairs in sorted(covered.items()):
        members = sorted({project for _, project, _ in pairs})
        for tenor in sorted({row.tenor for _, _, row in pairs}):
            number = len(keys)
            for pair, _, row in pairs:
                if row.tenor <= tenor:
                    rows = np.full(context.sets.num_money_years, number)
                    parts.append(triplets(rows, money.pay[pair], asked_per_unit(row)))
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
        years = context.sets.first_year + starts
        revenue = -net_revenue(context.instance, flat.option, years, tenor)
        parts.append(
            context.start_entries(
                np.full(starts.size, row),
                np.full(starts.size, option),
                starts,
                np.minimum(revenue, 0.0),
            )
        )
    return Triplets.join(*parts)
