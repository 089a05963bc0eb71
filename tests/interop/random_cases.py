"""Random MATPOWER cases with every trait the format has for direct-current flow."""

from __future__ import annotations

from random import Random

Matrix = list[list[float]]


def case_text(random: Random, *, expands: bool = False) -> str:
    """A case as text; with `expands` it has up to six candidate circuits."""
    buses = random.sample(range(1, 400), random.randint(3, 7))
    taking_part = buses[:-1] if random.random() < 0.3 else buses
    bus_rows: Matrix = []
    for bus in buses:
        load = random.choice((0, 0, 20, 45, 80, -15))
        shunt = random.choice((0, 0, 0, 4.5, -2))
        kind = 1 if bus in taking_part else 4
        bus_rows.append([bus, kind, load, 5, shunt, 3, 1, 1, 0, 230, 1, 1.1, 0.9])
    gen_rows: Matrix = []
    cost_rows: Matrix = []
    # A unit that can always balance the case, then others of all kinds.
    for number in range(random.randint(2, 6)):
        least, most = random.choice(
            ((0, 60), (0, 90), (10, 90), (0, 0), (-40, 0), (-30, 70), (-50, -10), (25, 25))
        )
        if number == 0:
            least, most = 0, 500
        status = 1 if number == 0 or random.random() < 0.85 else 0
        bus = random.choice(taking_part if number == 0 else buses)
        gen_rows.append([bus, 0, 0, 0, 0, 1, 100, status, most, least])
        cost_rows.append(_cost(random))
    branch_rows: Matrix = []
    for at, bus in enumerate(buses[1:], start=1):
        branch_rows.append(_branch(random, random.choice(buses[:at]), bus))
    for _ in range(random.randint(0, 4)):
        branch_rows.append(_branch(random, *random.sample(buses, 2)))
    if expands:  # leave something to build
        for row in random.sample(branch_rows, min(2, len(branch_rows))):
            row[10] = 0
    text = ["function mpc = random_case", "mpc.version = '2';", "mpc.baseMVA = 100;"]
    text += _matrix("bus", bus_rows) + _matrix("gen", gen_rows) + _matrix("gencost", cost_rows)
    text += _matrix("branch", branch_rows)
    if random.random() < 0.3:
        ends = random.sample(buses, 2)
        least, most = random.choice(((0, 30), (5, 30), (-20, 30)))
        loss0, loss1 = random.choice(((0, 0), (1, 0.02), (0, 0.05)))
        text += _matrix(
            "dcline",
            [[*ends, 1, 0, 0, 0, 0, 1, 1, least, most, 0, 0, 0, 0, loss0, loss1]],
        )
        if random.random() < 0.5:
            text += _matrix("dclinecost", [[2, 0, 0, 2, random.choice((0, 3, 40)), 7]])
    if expands:
        names = "f_bus t_bus br_r br_x br_b rate_a rate_b rate_c tap shift br_status angmin angmax"
        text.append(f"%column_names% {names} construction_cost")
        rows = []
        for _ in range(random.randint(1, 3)):
            row = _branch(random, *random.sample(buses, 2))
            row.append(random.choice((0, 3, 7.5, 20)))
            rows += [row] * random.randint(1, 2)
        text += _matrix("ne_branch", rows)
    return "\n".join(text) + "\n"


def _branch(random: Random, tail: int, head: int) -> list[float]:
    resistance = random.choice((0, 0.01, 0.08))
    reactance = random.choice((0.05, 0.1, 0.2, 0.4))
    if random.random() < 0.05:
        reactance = -0.5
    rate = random.choice((0, 30, 60, 120, 200, 9000))
    tap, shift = random.choice(((0, 0), (0.96, 0), (1, 12)))
    status = 1 if random.random() < 0.95 else 0
    low, high = random.choice(((-30, 30), (-360, 360), (0, 0), (-7.5, 7.5), (-90, 90)))
    return [tail, head, resistance, reactance, 0.02, rate, 0, 0, tap, shift, status, low, high]


def _cost(random: Random) -> list[float]:
    kind = random.choice(("square", "square", "line", "constant", "pieces", "pieces"))
    constant = random.choice((0, 120.5, -35))
    slope = random.choice((-4, 0, 8, 12.5, 30))
    if kind == "square":
        terms = [random.choice((0, 0.02, 0.35)), slope, constant]
        return [2, 0, 0, 3, *terms]
    if kind == "line":
        return [2, 0, 0, 2, slope, constant]
    if kind == "constant":
        return [2, 0, 0, 1, constant]
    points = [random.choice((-60, 0, 15)), constant]
    for _ in range(random.randint(1, 3)):
        run = random.choice((20, 35))
        points += [points[-2] + run, points[-1] + run * slope]
        slope += random.choice((0, 5, 9))
    return [1, 0, 0, len(points) // 2, *points]


def _matrix(name: str, rows: Matrix) -> list[str]:
    width = max(len(row) for row in rows)
    full = (row + [0.0] * (width - len(row)) for row in rows)
    return [
        f"mpc.{name} = [",
        *("\t" + "\t".join(f"{cell:g}" for cell in row) + ";" for row in full),
        "];",
    ]
