"""The linear program by which brute force asks whether a set of starts can be paid for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog


@dataclass
class Program:
    """A linear feasibility program under construction: rows as dictionaries of columns."""

    columns: int = 0
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)
    at_most: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def column(self) -> int:
        self.columns += 1
        return self.columns - 1

    def feasible(self) -> bool:
        if self.columns == 0:
            return all(abs(b) <= 1e-6 for _, b in self.equal) and all(
                b >= -1e-6 for _, b in self.at_most
            )
        for row, most in self.at_most:
            # No column is negative, so a sum with no negative coefficient never is either: most
            # choices of bands fail so, without the solver.
            if most < -1e-6 and all(value >= 0.0 for value in row.values()):
                return False

        def matrix(rows: list[tuple[dict[int, float], float]]) -> tuple[np.ndarray, np.ndarray]:
            a = np.zeros((len(rows), self.columns))
            for number, (row, _) in enumerate(rows):
                for column, value in row.items():
                    a[number, column] += value
            return a, np.array([b for _, b in rows])

        a_eq, b_eq = matrix(self.equal)
        a_ub, b_ub = matrix(self.at_most)
        answer = linprog(
            np.zeros(self.columns),
            A_eq=a_eq if len(b_eq) else None,
            b_eq=b_eq if len(b_eq) else None,
            A_ub=a_ub if len(b_ub) else None,
            b_ub=b_ub if len(b_ub) else None,
            bounds=(0, None),
        )
        return bool(answer.status == 0)
