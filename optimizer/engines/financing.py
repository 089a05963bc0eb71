"""The financing of decided projects: least debt service, as late as can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from infraplan.models.funding import InstrumentKind
from infraplan.optimizer.accounts.debt import kernel_of
from infraplan.optimizer.engines.claims import solve_stage
from infraplan.optimizer.engines.deadline import Deadline, second_options
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions


def least_debt_service(
    formulation: Formulation, values: FloatArray, options: SolveOptions, deadline: Deadline
) -> FloatArray:
    """The projects fixed, borrow as little (weighted by service) and as late as can be."""
    money = formulation.money
    if not money.borrow.size and not any(group.receiver for group in money.classes):
        return values
    financing = financing_model(formulation, values)
    second = second_options(options, deadline, gap=1e-6)
    answer = solve_stage(financing, second, values)
    if answer is None or answer.values is None:
        return values
    # Flows cost nothing in this solve: theirs are those found before.
    flows = formulation.networks.all_columns()
    financed = answer.values.copy()
    financed[flows] = values[flows]
    return financed


def financing_model(formulation: Formulation, values: FloatArray) -> Mip:
    """The model with the projects fixed as in `values`: least debt service, then compensation."""
    mip, money = formulation.mip, formulation.money
    objective = np.zeros(mip.num_columns)
    years = formulation.sets.num_years
    sooner = 1.0 + 0.001 * np.arange(years - 1, -1, -1)
    for position, row in enumerate(formulation.instance.instruments):
        # What users repay costs the budget nothing.
        is_ours = row.kind is not InstrumentKind.USER_PAY
        service = kernel_of(row).service_per_unit if is_ours else 0.0
        objective[money.borrow[position]] = -service * sooner
    rank = {source: number for number, source in enumerate(dict.fromkeys(money.pair_source))}
    for pair, source in enumerate(money.pair_source):
        objective[money.pay[pair]] -= 1e-4 * rank[source] / max(1, len(rank))
        if money.classes[int(money.pair_class[pair])].receiver:
            objective[money.pay[pair]] -= 1e-3
    fixed = mip.columns("started").index.ravel()
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    lower[fixed] = upper[fixed] = np.round(values[fixed])
    return replace(mip, objective=objective, objective_offset=0.0, col_lower=lower, col_upper=upper)
