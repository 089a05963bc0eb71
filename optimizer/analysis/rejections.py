"""What was left out, and the rule that keeps it out, from the shadow prices of the relaxation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from models.plan import Plan, Rejection
from models.project import Mandate
from optimizer.backends import SolverOptions, SolverReply, solve_relaxation
from optimizer.formulation.build import Formulation
from optimizer.formulation.sets import FlatOption

_OWN = frozenset({"monotone", "choose_one"})
"""Families that tie a project's own columns together; no rule to name."""
_NAMED_BY = {
    "sources_uses": ("payer",),
    "precedence": ("relation",),
    "resource": ("resource",),
    "policy": ("policy",),
    "target": ("target",),
    "exclusive": ("relation",),
    "all_or_none": ("relation",),
    "works_conflict": ("relation",),
    "start_ban": ("rule", "jurisdiction"),
    "coverage": ("project",),
}
METHOD = "shadow prices"


@dataclass(frozen=True)
class _Prices:
    """Matrix by columns, row prices, and the family and key of each row."""

    matrix: csc_matrix
    duals: np.ndarray
    reduced: np.ndarray
    names: list[str]


def find_rejections(
    formulation: Formulation, plan: Plan, options: SolverOptions | None = None
) -> tuple[Rejection, ...]:
    """Say for each project that is not built which rule prices it out, and what it would cost.

    The loss is the sum of reduced costs of the relaxation along the project's best start: what the
    relaxed plan loses per project forced in, an estimate from below of the relaxed loss. The rule
    is the one whose shadow price takes the largest part of the project's own value. Where the
    relaxation was not solved, loss is None and the rule comes from the project's own data.
    """
    built = {start.project for start in plan.starts}
    left = [i for i, project in enumerate(formulation.instance.projects) if project.id not in built]
    if not left:
        return ()
    reply = solve_relaxation(formulation.mip, options or SolverOptions())
    prices = _prices(formulation, reply)
    return tuple(_reject(formulation, index, prices) for index in left)


def _prices(formulation: Formulation, reply: SolverReply) -> _Prices | None:
    if reply.row_duals is None or reply.reduced_costs is None:
        return None
    mip = formulation.mip
    names = [""] * mip.num_rows
    for block in mip.row_blocks:
        wanted = _NAMED_BY.get(block.family, ())
        positions = [block.axes.index(axis) for axis in wanted if axis in block.axes]
        for offset in range(block.size):
            key = block.keys[offset] if block.keys else ()
            label = ":".join(str(key[position]) for position in positions) if key else ""
            names[block.start + offset] = f"{block.family}:{label}" if label else block.family
    matrix = csr_matrix(
        (mip.a_value, mip.a_index, mip.a_start), shape=(mip.num_rows, mip.num_columns)
    )
    return _Prices(csc_matrix(matrix), reply.row_duals, reply.reduced_costs, names)


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
    """Option and start with the least reduced loss, and the (negative) gain."""
    candidates = []
    for option in numbers:
        flat = formulation.sets.options[option]
        reduced = prices.reduced[_columns(formulation, option, flat, flat.first)]
        gains = np.cumsum(reduced[::-1])[::-1]
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
        begin, end = prices.matrix.indptr[column], prices.matrix.indptr[column + 1]
        for row, entry in zip(
            prices.matrix.indices[begin:end], prices.matrix.data[begin:end], strict=True
        ):
            name = prices.names[row]
            if name not in _OWN:
                taken[name] = taken.get(name, 0.0) + float(entry * prices.duals[row])
    if loss <= 1e-7 * max(1.0, abs(own)):
        return "marginal"
    name, price = max(taken.items(), key=lambda item: item[1], default=("value", 0.0))
    return "value" if own < 0.0 and price < -own else (name if price > 0.0 else "value")
