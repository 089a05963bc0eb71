"""The same model written by hand for highspy, as an OR engineer would: one process, no labels.

    python -m tests.benchmarks.by_hand PROJECTS YEARS SEED GAP TIME_LIMIT

prints a JSON object with build and solve times, objective and bound. It reads the instance's own
numbers and knows only this family: one option, one payer, one fund, one bullet bond.
"""

from __future__ import annotations

import json
import sys
import time

import highspy
import numpy as np

from tests.benchmarks.generate import benchmark_instance

CURVES = {1: [1.0], 2: [0.45, 0.55], 3: [0.20, 0.45, 0.35]}


def build(projects: int, years: int, seed: int) -> tuple[highspy.HighsLp, float]:
    """The model's arrays, and the seconds that they took (the instance itself apart)."""
    instance = benchmark_instance(projects, years, seed)
    begin = time.perf_counter()
    settings = instance.settings
    rate, end = settings.appraisal.discount_rate, instance.end_year
    y0 = settings.horizon.first_year
    df = (1 + rate) ** -np.arange(end - y0 + 1.0)
    rows: list[int] = []
    cols: list[int] = []
    vals: list[float] = []
    lower: list[float] = []
    upper: list[float] = []
    cost: list[float] = []

    def row(entries: list[tuple[int, float]], low: float, high: float) -> None:
        for column, value in entries:
            rows.append(len(lower))
            cols.append(column)
            vals.append(value)
        lower.append(low)
        upper.append(high)

    first: dict[str, tuple[int, int]] = {}
    spend: list[dict[int, float]] = [{} for _ in range(years)]
    for project in instance.projects:
        option = project.options[0]
        lead, curve = option.lead_time, CURVES[option.lead_time]
        window = years - len(curve) + 1
        begin_column = len(cost)
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
        first[project.id] = (begin_column, window)
        for s in range(window):
            cost.append(value[s] - (value[s + 1] if s + 1 < window else 0.0))
            for k, share in enumerate(curve):
                amount = option.overnight_cost * share
                year = spend[s + k]
                year[begin_column + s] = year.get(begin_column + s, 0.0) + amount
                if s:
                    year[begin_column + s - 1] = year.get(begin_column + s - 1, 0.0) - amount
        for s in range(1, window):
            row([(begin_column + s, 1.0), (begin_column + s - 1, -1.0)], 0.0, np.inf)
    binaries = len(cost)
    pay, borrow, cash = (binaries + n * years for n in range(3))
    cost += [0.0] * (3 * years)
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
            row(entries, -np.inf, 0.0)
    bond, inflow = instance.instruments[0], [r.value for r in instance.inflows]
    for t in range(years):
        uses = [(column, -amount) for column, amount in spend[t].items() if amount]
        row([*uses, (pay + t, 1.0), (borrow + t, 1.0)], 0.0, 0.0)
        balance = [(cash + t, 1.0), (pay + t, 1.0)]
        balance += [(cash + t - 1, -1.0)] if t else []
        balance += [(borrow + u, bond.rate) for u in range(t) if t - u <= bond.tenor]
        balance += [(borrow + t - bond.tenor, 1.0)] if t >= bond.tenor else []
        merged: dict[int, float] = {}
        for column, amount in balance:
            merged[column] = merged.get(column, 0.0) + amount
        row(list(merged.items()), inflow[t], inflow[t])
    for y in range(years, years + bond.tenor):
        due = [
            (borrow + u, bond.rate + (1.0 if y - u == bond.tenor else 0.0))
            for u in range(years)
            if 1 <= y - u <= bond.tenor
        ]
        row(due, -np.inf, inflow[-1])
    ceiling, quota = instance.debt[0].ceiling, instance.debt[0].new_quota
    for t in range(years):
        row([(borrow + u, 1.0) for u in range(t + 1) if t - u < bond.tenor], -np.inf, ceiling)
        row([(borrow + t, 1.0)], -np.inf, quota)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(lower)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(cost)
    lp.col_lower_ = np.zeros(len(cost))
    lp.col_upper_ = np.concatenate([np.ones(binaries), np.full(3 * years, np.inf)])
    lp.row_lower_, lp.row_upper_ = np.array(lower), np.array(upper)
    order = np.argsort(np.array(rows), kind="stable")
    counts = np.bincount(np.array(rows), minlength=len(lower))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array(cols)[order].astype(np.int32)
    lp.a_matrix_.value_ = np.array(vals)[order]
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger] * binaries + [kinds.kContinuous] * (3 * years)
    return lp, time.perf_counter() - begin


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
