"""What was left out, and the rule that keeps it out, from the shadow prices of the relaxation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, diags

from infraplan.models.plan import Plan, Rejection
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
from infraplan.models.rules import RULES
from infraplan.optimizer.accounts.candidates import FlatOption
from infraplan.optimizer.backends import SolverOptions, SolverReply, solve_relaxation
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import Formulation

METHOD = "shadow prices"


@dataclass(frozen=True)
class _Prices:
    """What one unit of each column uses of the rules, at their shadow prices, row by row."""

    paid: csc_matrix
    """Entry (row, column): shadow price of the row times the column's use of it."""
    total: np.ndarray
    """Sum of `paid` by column."""
    names: list[str]


def find_rejections(
    formulation: Formulation, plan: Plan, options: SolverOptions | None = None
) -> tuple[Rejection, ...]:
    """Say for each project that is not built which rule prices it out, and what it would cost.

    With y the shadow prices of the relaxation, a start of option o in t gains its own present value
    less what its use of every rule costs::

        gain[o,t] = V[o,t] - sum_{rows r but monotone} y_r sum_{u>=t} A[r, started[o,u]]

    (monotone rows tie only the option's own columns, which a start obeys). The best gain is at most
    0 for a project left out; its negative is the least the relaxed plan loses when the project is
    forced in. The rule is the one that takes the largest part of the value. Where the relaxation
    was not solved, loss is None and the rule comes from the project's own data.
    """
    built = {start.project for start in plan.starts}
    left = [
        i
        for i, project in enumerate(formulation.instance.projects)
        if project.id not in built and not stands(project)
    ]
    if not left:
        return ()
    try:
        prices = _prices(formulation, solve_relaxation(formulation.mip, options or SolverOptions()))
    except SolverError:
        prices = None  # the plan stands without its shadow prices; the reasons come without a loss
    return tuple(_reject(formulation, index, prices) for index in left)


def _prices(formulation: Formulation, reply: SolverReply) -> _Prices | None:
    if reply.row_duals is None:
        return None
    mip = formulation.mip
    names = [""] * mip.num_rows
    for block in mip.row_blocks:
        rule = RULES.get(block.family)
        for offset in range(block.size):
            key = block.keys[offset] if block.keys else ()
            names[block.start + offset] = block.family if rule is None else rule.label(key)
    duals = reply.row_duals.copy()
    for block in mip.row_blocks:
        if block.family == "monotone":
            duals[block.start : block.start + block.size] = 0.0
    paid = csc_matrix(diags(duals) @ matrix_of(mip))
    return _Prices(paid, np.asarray(paid.sum(axis=0)).ravel(), names)


def _reject(formulation: Formulation, index: int, prices: _Prices | None) -> Rejection:
    project = formulation.instance.projects[index]
    numbers = [o for o in formulation.sets.options_of[index] if formulation.sets.options[o].is_open]
    if project.mandatory is Mandate.MUST_NOT:
        return Rejection(project=project.id, best_npv=0.0, rule="forbidden", loss=None, method="")
    if not numbers:
        return Rejection(project=project.id, best_npv=0.0, rule="window", loss=None, method="")
    value = formulation.coefficients.value
    best = max(
        float(value[o, flat.first : flat.last + 1].max())
        for o in numbers
        for flat in [formulation.sets.options[o]]
    )
    if prices is None:
        rule = "value" if best < 0.0 else "marginal"
        return Rejection(project=project.id, best_npv=best, rule=rule, loss=None, method="")
    option, start, gain = _best_start(formulation, numbers, prices)
    loss = max(0.0, -gain)
    rule = _binding_rule(formulation, option, start, prices, loss)
    return Rejection(project=project.id, best_npv=best, rule=rule, loss=loss, method=METHOD)


def _columns(formulation: Formulation, option: int, flat: FlatOption, start: int) -> np.ndarray:
    return formulation.started[option, start : flat.last + 1]


def _best_start(
    formulation: Formulation, numbers: list[int], prices: _Prices
) -> tuple[int, int, float]:
    """Option and start with the largest gain, and that gain."""
    candidates = []
    for option in numbers:
        flat = formulation.sets.options[option]
        used = prices.total[_columns(formulation, option, flat, flat.first)]
        own = formulation.coefficients.value[option, flat.first : flat.last + 1]
        gains = own - np.cumsum(used[::-1])[::-1]
        at = int(np.argmax(gains))
        candidates.append((float(gains[at]), option, flat.first + at))
    gain, option, start = max(candidates, key=lambda found: found[0])
    return option, start, gain


def _binding_rule(
    formulation: Formulation, option: int, start: int, prices: _Prices, loss: float
) -> str:
    """Name of the rule that takes most of the value, `value` where there is none to take."""
    flat = formulation.sets.options[option]
    own = float(formulation.coefficients.value[option, start])
    taken: dict[str, float] = {}
    for column in _columns(formulation, option, flat, start):
        begin, end = prices.paid.indptr[column], prices.paid.indptr[column + 1]
        for row, amount in zip(
            prices.paid.indices[begin:end], prices.paid.data[begin:end], strict=True
        ):
            name = prices.names[row]
            taken[name] = taken.get(name, 0.0) + float(amount)
    name, price = max(taken.items(), key=lambda item: item[1], default=("value", 0.0))
    if own < 0.0 and price < -own:
        return "value"
    if price > 0.0:
        return name
    return "value" if loss > 1e-7 * max(1.0, abs(own)) else "marginal"
