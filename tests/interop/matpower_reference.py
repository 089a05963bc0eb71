"""Direct-current cases read and solved a second time, with nothing of the product.

The program is `DCPPowerModel` of PowerModels.jl (dispatch: `build_opf`, expansion: `build_tnep`):
flow = base b (angle_i - angle_j) with b = x / (r^2 + x^2), taps and shifters left out, shunt
conductance a fixed demand, angle limits of at least 90 degrees and limits of 0 to 0 taken as 60.
Expansion tries every set of candidates, so keep them few.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

Matrix = list[list[float]]


def tables(path: Path) -> tuple[float, dict[str, Matrix]]:
    """Power base and matrices of a case."""
    text = "\n".join(line.partition("%")[0] for line in path.read_text().splitlines())
    base = float(re.findall(r"baseMVA\s*=\s*([^;\s]+)", text)[0])
    found = {}
    for name, body in re.findall(r"mpc\.(\w+)\s*=\s*\[(.*?)\]", text, flags=re.DOTALL):
        rows = (row.split() for row in re.split(r"[;\n]", body))
        found[name] = [[float(cell) for cell in row] for row in rows if row]
    return base, found


class Program:
    """minimise sum of c x + q x^2 + convex pieces; equal rows; solved by ever more tangents."""

    def __init__(self) -> None:
        self.low: list[float] = []
        self.high: list[float] = []
        self.linear: list[float] = []
        self.square: dict[int, float] = {}
        self.equal: list[tuple[dict[int, float], float]] = []
        self.most: list[tuple[dict[int, float], float]] = []
        self.constant = 0.0

    def column(self, low: float = -np.inf, high: float = np.inf, linear: float = 0.0) -> int:
        self.low.append(low)
        self.high.append(high)
        self.linear.append(linear)
        return len(self.low) - 1

    def _rows(self, rows: list[tuple[dict[int, float], float]]) -> tuple[object, object]:
        if not rows:
            return None, None
        dense = np.zeros((len(rows), len(self.low)))
        for number, (row, _) in enumerate(rows):
            for column, value in row.items():
                dense[number, column] += value
        return dense, np.array([limit for _, limit in rows])

    def solve(self) -> float | None:
        """Least cost; None where there is none."""
        worth = {column: self.column(0.0, linear=1.0) for column in self.square}
        for column in self.square:  # tangents at both ends first, or the cost has no bottom
            for at in (self.low[column], self.high[column]):
                self._tangent(column, worth[column], at)
        for _ in range(200):
            a_ub, b_ub = self._rows(self.most)
            a_eq, b_eq = self._rows(self.equal)
            bounds = list(zip(self.low, self.high, strict=True))
            answer = linprog(self.linear, a_ub, b_ub, a_eq, b_eq, bounds, method="highs")
            if answer.status == 2:
                return None
            assert answer.status == 0, answer.message
            short = 0.0
            for column, square in self.square.items():
                at = float(answer.x[column])
                short += max(0.0, square * at * at - float(answer.x[worth[column]]))
                self._tangent(column, worth[column], at)
            if short <= 1e-9 * max(1e3, abs(answer.fun)):  # rows are kept to 1e-7
                return float(answer.fun) + short + self.constant
        raise AssertionError("tangents do not end")

    def _tangent(self, column: int, worth: int, at: float) -> None:
        square = self.square[column]
        self.most.append(({column: 2 * square * at, worth: -1.0}, square * at * at))


def least_cost(path: Path) -> float | None:
    """Cost of dispatch an hour, or of the cheapest candidates; None where nothing is feasible."""
    base, found = tables(path)
    if not found.get("ne_branch"):
        return _program(base, found, []).solve()
    candidates = [row for row in found["ne_branch"] if row[10] > 0]
    costs = []
    for chosen in product((False, True), repeat=len(candidates)):
        built = [row for row, one in zip(candidates, chosen, strict=True) if one]
        if _program(base, found, built, priced=False).solve() is not None:
            costs.append(sum(row[-1] for row in built))
    return min(costs, default=None)


def _program(
    base: float, found: dict[str, Matrix], built: Matrix, *, priced: bool = True
) -> Program:
    """Everything in MW."""
    program = Program()
    buses = {int(row[0]): row for row in found["bus"] if row[1] != 4}
    angle = {bus: program.column() for bus in buses}
    # What flows into a bus, columns and factors, less what is taken out there.
    into: dict[int, dict[int, float]] = {bus: {} for bus in buses}
    taken = {bus: row[2] + row[4] for bus, row in buses.items()}
    costs = found.get("gencost", [])
    for number, row in enumerate(found["gen"]):
        if row[7] > 0 and int(row[0]) in buses:
            output = program.column(row[9], row[8])
            into[int(row[0])][output] = 1.0
            if priced and number < len(costs):
                _add_cost(program, output, costs[number], row[9], row[8])
    for row in [*found.get("branch", []), *built]:
        tail, head = int(row[0]), int(row[1])
        if row[10] <= 0 or tail not in buses or head not in buses:
            continue
        rate = row[5] if row[5] > 0 else np.inf
        flow = program.column(-rate, rate)
        slope = base * row[3] / (row[2] ** 2 + row[3] ** 2)
        program.equal.append(({flow: 1.0, angle[tail]: -slope, angle[head]: slope}, 0.0))
        into[tail][flow], into[head][flow] = -1.0, 1.0
        low, high = row[11], row[12]
        if low == high == 0:
            low, high = -60.0, 60.0
        low = -60.0 if low <= -90 else low
        high = 60.0 if high >= 90 else high
        difference = {angle[tail]: 1.0, angle[head]: -1.0}
        program.most.append((difference, np.radians(high)))
        program.most.append(({k: -v for k, v in difference.items()}, -np.radians(low)))
    for number, row in enumerate(found.get("dcline", [])):
        tail, head = int(row[0]), int(row[1])
        if row[2] <= 0 or tail not in buses or head not in buses:
            continue
        loss0, loss1 = row[15], row[16]
        # Pmin and Pmax bound what enters where they are positive, what leaves where negative.
        low, high = (p if p >= 0 else (p + loss0) / (1 - loss1) for p in (row[9], row[10]))
        flow = program.column(low, high)
        into[tail][flow] = -1.0
        into[head][flow] = 1.0 - loss1
        taken[head] += loss0
        if priced and found.get("dclinecost"):
            _add_cost(program, flow, found["dclinecost"][number], low, high)
    for bus in buses:
        program.equal.append((into[bus], taken[bus]))
    return program


def _add_cost(program: Program, column: int, row: list[float], low: float, high: float) -> None:
    count = int(row[3])
    if row[0] == 2:
        terms = [*row[4 : 4 + count][::-1], 0.0, 0.0, 0.0]
        program.constant += terms[0]
        program.linear[column] += terms[1]
        if terms[2]:
            program.square[column] = terms[2]
        return
    worth = program.column(linear=1.0)
    points = row[4 : 4 + 2 * count]
    for at in range(0, 2 * count - 2, 2):
        x0, y0, x1, y1 = points[at : at + 4]
        slope = (y1 - y0) / (x1 - x0)
        program.most.append(({column: slope, worth: -1.0}, slope * x0 - y0))
