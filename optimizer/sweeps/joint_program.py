"""One program of all scenarios: a copy for each, joined by what is decided in the first phase.

Value is the expected one over the scenarios. Rows `non_anticipativity` say that what starts in the
first phase is the same in all copies; what starts later, and all money and flows, differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_diag, coo_array, csr_array

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.first_phase import Starts, last_first_year, started_first
from infraplan.optimizer.extract import starts_of
from infraplan.optimizer.formulation.context import NO_COLUMN
from infraplan.optimizer.formulation.money_scale import MoneyScale, conditioning_of, scale_money
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_rows
from infraplan.optimizer.program import Formulation, build_formulation

FAMILY = "non_anticipativity"


@dataclass(frozen=True)
class Copy:
    """The program of one scenario, and the same in the solver's money."""

    formulation: Formulation
    scale: MoneyScale


def copies_of(instances: Sequence[Instance]) -> tuple[Copy, ...]:
    """The programs of `instances`, each by itself."""
    found = []
    for row in instances:
        built = build_formulation(row)
        scale = scale_money(built.mip, conditioning_of(built.coefficients), row.settings.objective)
        found.append(Copy(built, scale))
    return tuple(found)


@dataclass(frozen=True)
class JointProgram:
    """The program of all scenarios; money in `mip` is `factor` times that of the instance."""

    copies: tuple[Formulation, ...]
    scales: tuple[MoneyScale, ...]
    mip: Mip
    factor: float

    def first_starts(self, values: FloatArray) -> Starts:
        """What starts in the first phase at column `values`, the same in all copies."""
        first = self.copies[0]
        width = first.mip.num_columns
        own = values[:width] / self.scales[0].columns
        return started_first(starts_of(first, own), last_first_year(first.instance))


def joint_program(instances: Sequence[Instance], weights: Sequence[float]) -> JointProgram:
    """Join the programs of `instances`, one for each scenario, `weights` their probabilities."""
    return joined_program(copies_of(instances), weights)


def joined_program(parts: Sequence[Copy], weights: Sequence[float]) -> JointProgram:
    """Join `parts`, one for each scenario, `weights` their probabilities."""
    copies = tuple(row.formulation for row in parts)
    scales = tuple(row.scale for row in parts)
    factor = scales[0].of_objective
    shares = [
        weight * factor / scale.of_objective for weight, scale in zip(weights, scales, strict=True)
    ]
    mips = [scale.mip for scale in scales]
    joined = csr_array(block_diag([matrix_of(mip) for mip in mips], format="csr"))
    joined.sort_indices()
    mip = Mip(
        objective=_joined([part * row.objective for part, row in zip(shares, mips, strict=True)]),
        objective_offset=sum(
            part * row.objective_offset for part, row in zip(shares, mips, strict=True)
        ),
        col_lower=_joined([row.col_lower for row in mips]),
        col_upper=_joined([row.col_upper for row in mips]),
        integrality=np.concatenate([row.integrality for row in mips]),
        a_start=joined.indptr.astype(np.int64),
        a_index=joined.indices.astype(np.int64),
        a_value=joined.data,
        row_lower=_joined([row.row_lower for row in mips]),
        row_upper=_joined([row.row_upper for row in mips]),
    )
    return JointProgram(copies, scales, _with_same_starts(mip, copies), factor)


def _joined(parts: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate(parts)


def _with_same_starts(mip: Mip, copies: Sequence[Formulation]) -> Mip:
    """`mip` in which each option has started by each year of the first phase in all or in none."""
    offsets = np.cumsum([0, *(copy.mip.num_columns for copy in copies)])
    by_copy = [_first_columns(copy) for copy in copies]
    rows: list[tuple[int, int]] = []
    for name in dict.fromkeys(name for found in by_copy for name in found):
        columns = [
            NO_COLUMN if name not in found else int(offsets[number]) + found[name]
            for number, found in enumerate(by_copy)
        ]
        # Where one copy knows no such start, nothing starts in any.
        known = [column for column in columns if column != NO_COLUMN]
        if len(known) < len(columns):
            rows += [(column, NO_COLUMN) for column in known]
        else:
            rows += [(known[0], column) for column in known[1:]]
    rows = list(dict.fromkeys(rows))  # after a window its last year says the same again
    if not rows:
        return mip
    first = np.array([pair[0] for pair in rows])
    second = np.array([pair[1] for pair in rows])
    pairs = np.flatnonzero(second != NO_COLUMN)
    number = np.concatenate([np.arange(len(rows)), pairs])
    column = np.concatenate([first, second[pairs]])
    value = np.concatenate([np.ones(len(rows)), -np.ones(pairs.size)])
    entries = csr_array(coo_array((value, (number, column)), shape=(len(rows), mip.num_columns)))
    zeros = np.zeros(len(rows))
    return with_rows(mip, FAMILY, entries, zeros, zeros)


def _first_columns(copy: Formulation) -> dict[tuple[str, str, int], int]:
    """Column that says whether an option of a project has started by a year of the first phase."""
    found: dict[tuple[str, str, int], int] = {}
    years = last_first_year(copy.instance) - copy.sets.first_year + 1
    for number, flat in enumerate(copy.sets.options):
        for t in range(years):
            column = int(copy.started[number, t])
            if column != NO_COLUMN:
                found[flat.project.id, flat.option.option, t] = column
    return found
