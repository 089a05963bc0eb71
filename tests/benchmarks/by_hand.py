"""The same model written by hand for highspy, as an OR engineer would: one process, no labels.

    python -m tests.benchmarks.by_hand PROJECTS YEARS SEED GAP TIME_LIMIT

prints a JSON object with build and solve times, objective and bound. It reads the instance's own
numbers and knows only this family: one option, one payer, one fund, one bullet bond.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field

import highspy
import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.project import Project
from tests.benchmarks.generate import benchmark_instance

CURVES = {1: [1.0], 2: [0.45, 0.55], 3: [0.20, 0.45, 0.35]}


@dataclass
class _Program:
    """Columns, all from 0 up, and rows of a maximization, entry by entry."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    cols: list[int] = field(default_factory=list)
    vals: list[float] = field(default_factory=list)

    def row(self, entries: list[tuple[int, float]], low: float, high: float) -> None:
        for column, value in entries:
            self.rows.append(len(self.lower))
            self.cols.append(column)
            self.vals.append(value)
        self.lower.append(low)
        self.upper.append(high)


def build(projects: int, years: int, seed: int) -> tuple[highspy.HighsLp, float]:
    """The model's arrays, and the seconds that they took (the instance itself apart)."""
    instance = benchmark_instance(projects, years, seed)
    begin = time.perf_counter()
    program = _Program()
    spend: list[dict[int, float]] = [{} for _ in range(years)]
    first = {
        project.id: _add_project(program, instance, project, spend) for project in instance.projects
    }
    binaries = len(program.cost)
    _add_order(program, instance, first)
    _add_money(program, instance, spend)
    return _arrays(program, binaries), time.perf_counter() - begin


def _add_project(
    program: _Program, instance: Instance, project: Project, spend: list[dict[int, float]]
) -> tuple[int, int]:
    """Columns "started by then" of one project: the first of them, and how many."""
    rate, end, y0 = (
        instance.settings.appraisal.discount_rate,
        instance.end_year,
        instance.settings.horizon.first_year,
    )
    df = (1 + rate) ** -np.arange(end - y0 + 1.0)
    option = project.options[0]
    lead, curve = option.lead_time, CURVES[option.lead_time]
    window, begin_column = len(spend) - len(curve) + 1, len(program.cost)
    value = []
    yearly = next(iter(option.benefits.values()))
    for s in range(window):
        opening, close = s + lead, min(s + lead + option.lifetime - 1, end - y0)
        t = np.arange(opening, close + 1)
        gain = (yearly * (1 + option.benefit_growth) ** t - option.fixed_om_cost) @ df[t]
        gain -= sum(option.overnight_cost * c * df[s + k] for k, c in enumerate(curve))
        left = max(0, min(option.lifetime, s + lead + option.lifetime - 1 - (end - y0)))
        gain += option.overnight_cost * left / option.lifetime * df[end - y0]
        value.append(float(gain))
    for s in range(window):
        program.cost.append(value[s] - (value[s + 1] if s + 1 < window else 0.0))
        for k, share in enumerate(curve):
            amount = option.overnight_cost * share
            year = spend[s + k]
            year[begin_column + s] = year.get(begin_column + s, 0.0) + amount
            if s:
                year[begin_column + s - 1] = year.get(begin_column + s - 1, 0.0) - amount
    for s in range(1, window):
        program.row([(begin_column + s, 1.0), (begin_column + s - 1, -1.0)], 0.0, np.inf)
    return begin_column, window


def _add_order(program: _Program, instance: Instance, first: dict[str, tuple[int, int]]) -> None:
    """Works wait until those before them are done."""
    for relation in instance.relations:
        (before, window), (after, own) = (
            first[relation.from_projects[0]],
            first[relation.to_projects[0]],
        )
        lead = instance.project_by_id[relation.from_projects[0]].options[0].lead_time
        for t in range(own):
            entries = [(after + t, 1.0)]
            if t - lead >= 0:
                entries.append((before + min(t - lead, window - 1), -1.0))
            program.row(entries, -np.inf, 0.0)


def _add_money(program: _Program, instance: Instance, spend: list[dict[int, float]]) -> None:
    """Payments, bonds and cash by year; the bond's service after the plan; its limits."""
    years, binaries = len(spend), len(program.cost)
    pay, borrow, cash = (binaries + n * years for n in range(3))
    program.cost += [0.0] * (3 * years)
    bond, inflow = instance.instruments[0], [r.value for r in instance.inflows]
    for t in range(years):
        uses = [(column, -amount) for column, amount in spend[t].items() if amount]
        program.row([*uses, (pay + t, 1.0), (borrow + t, 1.0)], 0.0, 0.0)
        balance = [(cash + t, 1.0), (pay + t, 1.0)]
        balance += [(cash + t - 1, -1.0)] if t else []
        balance += [(borrow + u, bond.rate) for u in range(t) if t - u <= bond.tenor]
        balance += [(borrow + t - bond.tenor, 1.0)] if t >= bond.tenor else []
        merged: dict[int, float] = {}
        for column, amount in balance:
            merged[column] = merged.get(column, 0.0) + amount
        program.row(list(merged.items()), inflow[t], inflow[t])
    for y in range(years, years + bond.tenor):
        due = [
            (borrow + u, bond.rate + (1.0 if y - u == bond.tenor else 0.0))
            for u in range(years)
            if 1 <= y - u <= bond.tenor
        ]
        program.row(due, -np.inf, inflow[-1])
    limits = [
        np.inf if n is None else n for n in (instance.debt[0].ceiling, instance.debt[0].new_quota)
    ]
    for t in range(years):
        owed = [(borrow + u, 1.0) for u in range(t + 1) if t - u < bond.tenor]
        program.row(owed, -np.inf, limits[0])
        program.row([(borrow + t, 1.0)], -np.inf, limits[1])


def _arrays(program: _Program, binaries: int) -> highspy.HighsLp:
    """The program as HiGHS takes it; the first `binaries` columns are 0 or 1."""
    columns, count = len(program.cost), len(program.lower)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, count
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(program.cost)
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.concatenate([np.ones(binaries), np.full(columns - binaries, np.inf)])
    lp.row_lower_, lp.row_upper_ = np.array(program.lower), np.array(program.upper)
    order = np.argsort(np.array(program.rows), kind="stable")
    counts = np.bincount(np.array(program.rows), minlength=count)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array(program.cols)[order].astype(np.int32)
    lp.a_matrix_.value_ = np.array(program.vals)[order]
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger] * binaries + [kinds.kContinuous] * (columns - binaries)
    return lp


def main(projects: int, years: int, seed: int, gap: float, time_limit: float) -> None:
    """Build, solve, print."""
    lp, build_s = build(projects, years, seed)
    begin = time.perf_counter()
    solver = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "mip_rel_gap": gap,
        "time_limit": time_limit,
        "threads": 1,
    }.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    result = {
        "build_s": build_s,
        "solve_s": time.perf_counter() - begin,
        "objective": info.objective_function_value,
        "bound": info.mip_dual_bound,
        "columns": lp.num_col_,
        "rows": lp.num_row_,
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:4]), *(float(text) for text in sys.argv[4:6]))
