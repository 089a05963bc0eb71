"""A certificate for the program of an instance: its text, a tree of cases, and the plan held to it.

The tree comes from a search in floating point; what is claimed is what the checker computes of it
exactly. The plan is completed once more to values of every column, its projects and years kept.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.backends.base import Progress, SolverOptions
from infraplan.optimizer.backends.leaves import CaseTree, ProvenCut, case_tree
from infraplan.optimizer.certify.implied import Step, bound_steps
from infraplan.optimizer.certify.model_text import model_text, number_text
from infraplan.optimizer.engines.asked_program import asked_program
from infraplan.optimizer.engines.convex_search import has_convex_costs
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.formulation.money_scale import conditioning_of
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.verify.certificate import (
    ZERO,
    Box,
    CertificateError,
    Model,
    implied_box,
    leaf_bounds,
    prove,
    with_cuts,
)
from infraplan.optimizer.verify.certified_plan import ROW_SHARE, VALUE_SHARE, check_plan
from infraplan.optimizer.verify.filed_certificate import CERTIFICATE_FILE, MODEL_FILE

CLAIMED, UPWARD = Decimal("1e-9"), Context(prec=400, rounding=ROUND_CEILING)
"""The last place of what is claimed, in the model's money, and how it is rounded to it."""
COMPLETION_S = 60.0
"""Seconds for the values of the plan's other columns."""


@dataclass(frozen=True)
class Certified:
    """Files of a certificate by name, and what it proves in the instance's money.

    `better` is the worth of whole values of the program that the search came across and that no
    gap to the plan allows, -inf where there are none: a better plan, but for solvers' tolerances.
    `seconds` are those of the search, the writing and the check; the last alone is `check_s`.
    """

    files: dict[str, bytes]
    model_hash: str
    bound: float
    cases: int
    solved: int
    seconds: float
    check_s: float
    better: float


def certified(
    formulation: Formulation,
    plan: Plan,
    *,
    gap: float,
    time_limit_s: float,
    on_progress: Callable[[Progress], None] | None = None,
) -> Certified:
    """Prove a bound of the program of `formulation`, as near to `plan` as `gap` where time allows.

    Raises
    ------
    UnsupportedFeatureError
        If costs are convex curves, or the plan's columns are not found again in the program.
    SolverError
        If HiGHS is missing or fails.
    """
    began = time.perf_counter()
    if has_convex_costs(formulation):
        raise UnsupportedFeatureError(phrase("convex-costs-are-not-certified"))
    asked, scale = asked_program(formulation, conditioning_of(formulation.coefficients))
    mip, factor = asked.mip, float(scale.of_objective)
    values = plan_values(asked, plan)
    worth = factor * plan.objective
    target = worth + gap * abs(worth)
    options = SolverOptions(gap=gap, time_limit_s=time_limit_s)
    text = model_text(mip, factor)
    model = Model(text)
    steps = bound_steps(model)
    box = implied_box(model, [list(step) for step in steps])
    low, high = (np.array(side, dtype=np.float64) for side in box)
    tree = case_tree(replace(mip, col_lower=low, col_upper=high), target, options, on_progress)
    content = _content(model, tree, steps, box)
    # Columns get what a plan needs beside the proof: the checker holds both to the same rows.
    content["plan"] = {str(c): number_text(values[c]) for c in np.flatnonzero(values).tolist()}
    checked = time.perf_counter()
    proof = prove(model, content)
    held = check_plan(model, content["plan"], plan.objective)
    if held.worst_row > ROW_SHARE or held.value_miss > VALUE_SHARE:
        miss = {"row": float(held.worst_row), "value": float(held.value_miss)}
        raise UnsupportedFeatureError(phrase("certified-plan-misses-rows", **miss))
    now = time.perf_counter()
    files = {
        MODEL_FILE: gzip.compress(text, mtime=0),
        CERTIFICATE_FILE: gzip.compress(_json(content), mtime=0),
    }
    bound = upward(proof.bound / proof.factor)
    return Certified(
        files,
        model.hash,
        bound,
        len(tree.cases),
        tree.solved,
        now - began,
        now - checked,
        tree.better / factor,
    )


def program_text(formulation: Formulation) -> bytes:
    """The text of the program that this version builds."""
    asked, scale = asked_program(formulation, conditioning_of(formulation.coefficients))
    return model_text(asked.mip, float(scale.of_objective))


def upward(value: Fraction) -> float:
    """The least double that is not below `value`."""
    near = float(value)
    return near if Fraction(near) >= value else float(np.nextafter(near, np.inf))


def plan_values(asked: Formulation, plan: Plan) -> FloatArray:
    """Values of all columns of the program for a plan, its projects and years kept.

    Raises
    ------
    UnsupportedFeatureError
        If no values are found.
    """
    mip = asked.mip
    columns = mip.columns("started").index.ravel()
    starts = np.round(start_values(asked, plan)[columns])
    values = Completion.of(mip, columns).solve(starts, COMPLETION_S, 1e-9)
    if values is None:
        raise UnsupportedFeatureError(phrase("no-columns-of-the-certified-plan"))
    return _cleaned(mip, values)


def _cleaned(mip: Mip, values: FloatArray) -> FloatArray:
    """Values between their bounds, whole ones whole, and no rounding error for a zero."""
    values = np.clip(values, mip.col_lower, mip.col_upper)
    whole = np.where(mip.integrality, np.round(values), np.round(values, 9))
    return np.asarray(whole, dtype=np.float64)


def _content(model: Model, tree: CaseTree, steps: list[Step], box: Box) -> dict[str, Any]:
    """The certificate without a plan; what it claims is what the checker computes."""
    content: dict[str, Any] = {
        "format": 1,
        "model": model.hash,
        "bounds": steps,
        "cuts": [_cut(model, box, cut) for cut in tree.cuts],
        "tree": _listed(tree),
    }
    bounds = [bound for bound in leaf_bounds(model, content) if bound is not None]
    content["bound"] = f"{max(bounds, default=ZERO).quantize(CLAIMED, context=UPWARD):f}"
    return content


def _cut(model: Model, box: Box, cut: ProvenCut) -> list[Any]:
    """A cut as the certificate lists it; that of no row where rounding has left it unproved."""
    rows = zip(cut.rows.tolist(), cut.multipliers.tolist(), strict=True)
    listed: list[Any] = [{str(row): number_text(y) for row, y in rows}, cut.from_above.tolist()]
    try:
        with_cuts(model, box, [listed])
    except CertificateError:
        return [{}, []]
    return listed


def _listed(tree: CaseTree) -> list[list[Any]]:
    """The tree as the certificate lists it: multipliers that differ from those of the kind before.

    Neighbours differ little, which keeps both the file and its check small.
    """
    known: dict[str, dict[int, str]] = {"leaf": {}, "none": {}}
    listed: list[list[Any]] = []
    for case in tree.cases:
        if case.column is not None:
            listed.append(["branch", case.column, case.at])
            continue
        kind = "none" if case.is_empty else "leaf"
        now = {
            row: _multiplier(y, tree.places)
            for row, y in zip(case.rows.tolist(), case.y.tolist(), strict=True)
        }
        before = known[kind]
        change = {str(r): "0" for r in sorted(before.keys() - now.keys())}
        change |= {str(r): text for r, text in sorted(now.items()) if before.get(r) != text}
        known[kind] = now
        listed.append([kind, change])
    return listed


def _multiplier(y: float, places: int) -> str:
    text = f"{y:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
