"""Tiny models with the answer worked out by hand, and models that no solver finishes soon."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.mip import Mip, MipBuilder


def knapsack(offset: float = 0.0) -> Mip:
    """Max 5 a + 4 b + 3 c, 2 a + 3 b + c <= 5, a, b in 0..1, c in 0..4, whole.

    By value per weight: c 3 and a 2.5 before b 1.33. c = 3 leaves 2, which a takes: 9 + 5 = 14.
    c = 4 leaves 1 for nothing: 12. So 14 at (1, 0, 3).
    """
    builder = MipBuilder()
    x = builder.add_columns("take", 3, upper=[1, 1, 4], objective=[5, 4, 3], integer=True)
    builder.add_rows("weight", 1, [0, 0, 0], x, [2, 3, 1], upper=5)
    builder.objective_offset = offset
    return builder.build()


def mixed() -> Mip:
    """Max x - 0.1 y, 3 x = y, y in 0..1 whole, 0 <= x <= 10.

    y = 0 gives 0; y = 1 gives x = 1/3 and 1/3 - 0.1 = 7/30.
    """
    builder = MipBuilder()
    y = builder.add_columns("switch", 1, upper=1, objective=-0.1, integer=True)
    x = builder.add_columns("amount", 1, upper=10, objective=1)
    builder.add_rows("tie", 1, [0, 0], [x[0], y[0]], [3, -1], lower=0, upper=0)
    return builder.build()


def general() -> Mip:
    """Range row, free column, fractional and negative bounds on whole columns.

    Max 2 p - q + f with p whole in -2.5..3.5 (so -2..3), q whole in -3..2, f free, and
    -1 <= p + q + f <= 4, f <= 2 p, f - q <= 5. By the last row f <= 5 + q, so the value is at most
    2 p - q + 5 + q = 2 p + 5 <= 11, and p = 3, q = -2, f = 3 obeys all rows and reaches it.
    """
    builder = MipBuilder()
    p = builder.add_columns("p", 1, lower=-2.5, upper=3.5, objective=2, integer=True)[0]
    q = builder.add_columns("q", 1, lower=-3, upper=2, objective=-1, integer=True)[0]
    f = builder.add_columns("f", 1, lower=-np.inf, objective=1)[0]
    builder.add_rows("range", 1, [0, 0, 0], [p, q, f], [1, 1, 1], lower=-1, upper=4)
    builder.add_rows("cap", 2, [0, 0, 1, 1], [f, p, f, q], [1, -2, 1, -1], upper=[0, 5])
    return builder.build()


def one_of_each_row() -> Mip:
    """A model whose best plan the presolve of CP-SAT 9.15 cuts off (google/or-tools, thread 5293).

    Max 12 c + 16 d - a - e - 162 t over whole a, b, c, d, e in 0..1 and u, v in 0..32, t in 0..2
    with e >= 1, 20 c + u + v = 20.067931355 d, t >= e - 0.3 (a + b) and
    t >= a + 0.5187... b + 1.0373... e - 2 c - 0.5567.... So e = 1, and t >= 0.4 at a = b = 1, where
    the last row asks for t >= 0 with c = 1. Then d = 1 is worth 16 and c = 1 worth 12, u + v being
    0.0679: 12 + 16 - 1 - 1 - 64.8 = -38.8, while every other choice of a and b has t >= 0.7.
    """
    builder = MipBuilder()
    price = [-1, 0, 12, 16, -1]
    a, b, c, d, e = builder.add_columns("open", 5, upper=1, objective=price, integer=True)
    u, v = builder.add_columns("paid", 2, upper=32)
    t = builder.add_columns("time", 1, upper=2, objective=-162)[0]
    builder.add_rows("way", 1, [0], [e], [1], lower=1)
    paid = [20, -20.067931355, 1, 1]
    builder.add_rows("money", 1, [0] * 4, [c, d, u, v], paid, lower=0, upper=0)
    builder.add_rows("far", 1, [0] * 4, [a, b, e, t], [0.3, 0.3, -1, 1], lower=0)
    near = [-1, -0.518723538623287, 2, -1.0373294760642908, 1]
    builder.add_rows("near", 1, [0] * 5, [a, b, c, e, t], near, lower=-0.5567009457946456)
    return builder.build()


def textbook() -> Mip:
    """Wyndor Glass (Hillier and Lieberman): max 3 x + 5 y, x <= 4, 2 y <= 12, 3 x + 2 y <= 18.

    Optimum 36 at (2, 6) with shadow prices 0, 3/2, 1 as the book gives them.
    """
    builder = MipBuilder()
    x = builder.add_columns("x", 2, objective=[3, 5])
    builder.add_rows(
        "plant", 3, [0, 1, 2, 2], [x[0], x[1], x[0], x[1]], [1, 2, 3, 2], upper=[4, 12, 18]
    )
    return builder.build()


def infeasible() -> Mip:
    """Two binaries that are to add up to 3."""
    builder = MipBuilder()
    x = builder.add_columns("x", 2, upper=1, objective=[1, 0], integer=True)
    builder.add_rows("sum", 1, [0, 0], x, [1, 1], lower=3)
    return builder.build()


def unbounded() -> Mip:
    """Max x, x - y <= 3: both may grow without end."""
    builder = MipBuilder()
    x = builder.add_columns("x", 2, objective=[1, 0], integer=True)
    builder.add_rows("difference", 1, [0, 0], x, [1, -1], upper=3)
    return builder.build()


def long_search(rows: int = 10, columns: int = 60, seed: int = 1) -> Mip:
    """A multi-dimensional knapsack: plans are found at once, a proof takes very long."""
    random = np.random.default_rng(seed)
    weight = random.integers(10, 1000, (rows, columns))
    value = weight.mean(axis=0) + random.integers(0, 100, columns)
    builder = MipBuilder()
    x = builder.add_columns("take", columns, upper=1, objective=value, integer=True)
    row, column = np.indices((rows, columns))
    builder.add_rows(
        "capacity",
        rows,
        row.ravel(),
        x[column.ravel()],
        weight.ravel(),
        upper=weight.sum(axis=1) // 2,
    )
    return builder.build()


def no_plan_in_sight(rows: int = 5, columns: int = 40, seed: int = 0) -> Mip:
    """A market split: a plan, if there is one, takes very long to find."""
    random = np.random.default_rng(seed)
    share = random.integers(0, 100, (rows, columns))
    builder = MipBuilder()
    x = builder.add_columns("sell", columns, upper=1, integer=True)
    row, column = np.indices((rows, columns))
    half = share.sum(axis=1) // 2
    builder.add_rows(
        "split", rows, row.ravel(), x[column.ravel()], share.ravel(), lower=half, upper=half
    )
    return builder.build()
