"""In which random cases each rule bites: without it the best plan is worth another sum.

A comparison with brute force says something of a rule only in such cases: an error in rows that
decide nothing is seen by nobody. Where draws change, `python -m tests.oracle.bites RULE ...` says
by generator which of the first seeds bite now.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from infraplan.models.base import DomainModel
from infraplan.models.instance import Instance
from infraplan.models.rules import RULES, Need, Rule
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from tests.oracle.generate import random_instance
from tests.oracle.lives import living_instance
from tests.oracle.pressed import pressed_instance
from tests.oracle.sharing_oracle import random_joint_instance
from tests.oracle.test_bans_against_oracle import banned_instance
from tests.oracle.test_makespan_against_oracle import scheduling_instance
from tests.oracle_networks import test_random_congestion as congestion
from tests.oracle_networks import test_random_losses as losses
from tests.oracle_networks import test_random_networks as networks

MOST_SEEDS = 60
"""Seeds that are looked through where two are sought anew."""


@dataclass(frozen=True)
class Drawn:
    """Random instances that a test compares with brute force."""

    draw: Callable[[int], Instance]
    compared: str
    """The test that compares them, below `tests/`."""
    name: str
    """What that test calls the generator."""


FREE = Drawn(random_instance, "oracle/test_engine_against_oracle.py", "random_instance")
PRESSED = Drawn(pressed_instance, "oracle/test_pressed_against_oracle.py", "pressed_instance")
LIVES = Drawn(living_instance, "oracle/test_lives_against_oracle.py", "living_instance")
JOINT = Drawn(
    random_joint_instance, "oracle/test_sharing_against_oracle.py", "random_joint_instance"
)
BANS = Drawn(banned_instance, "oracle/test_bans_against_oracle.py", "banned_instance")
ORDERS = Drawn(scheduling_instance, "oracle/test_makespan_against_oracle.py", "scheduling_instance")
POWER = Drawn(
    lambda seed: networks.instance_of(networks.random_case(seed, power=True), "p"),
    "oracle_networks/test_random_networks.py",
    "random_case",
)
LOSSES = Drawn(
    lambda seed: losses.instance_of(losses.random_case(seed)),
    "oracle_networks/test_random_losses.py",
    "random_case",
)
ROADS = Drawn(
    lambda seed: congestion.random_roads(seed)[0],
    "oracle_networks/test_random_congestion.py",
    "random_roads",
)

DRAWN: Mapping[str, tuple[Drawn, tuple[int, int]]] = {
    "monotone": (FREE, (12, 27)),
    "choose_one": (FREE, (12, 27)),
    "mandate": (FREE, (2, 11)),
    "precedence": (FREE, (27, 28)),
    "exclusive": (FREE, (18, 36)),
    "at_most": (PRESSED, (42, 49)),
    "all_or_none": (FREE, (10, 50)),
    "works_conflict": (FREE, (62, 133)),
    "renews": (LIVES, (0, 1)),
    "resource": (FREE, (48, 66)),
    "forbidden": (FREE, (2, 44)),
    "earliest_start": (FREE, (4, 8)),
    "latest_start": (PRESSED, (6, 20)),
    "open_by": (FREE, (4, 15)),
    "synergy": (FREE, (39, 69)),
    "substitute": (FREE, (66, 88)),
    "shared_works": (FREE, (36, 46)),
    "makespan": (ORDERS, (0, 1)),
    "policy": (FREE, (14, 23)),
    "start_pace": (FREE, (4, 12)),
    "target": (FREE, (0, 2)),
    "sources_uses": (FREE, (2, 4)),
    "max_share": (FREE, (170, 238)),
    "capital": (FREE, (48, 219)),
    "capital_yearly": (PRESSED, (24, 59)),
    "issue_use": (FREE, (50, 103)),
    "annual_limit": (PRESSED, (19, 47)),
    "issue_years": (FREE, (2, 4)),
    "fund_balance": (FREE, (1, 2)),
    "minimum_balance": (FREE, (5, 45)),
    "lapse": (FREE, (5, 45)),
    "tail_service": (FREE, (6, 26)),
    "ceiling": (PRESSED, (9, 58)),
    "band": (PRESSED, (32, 67)),
    "band_limit": (BANS, (0, 2)),
    "start_ban": (BANS, (0, 2)),
    "quota": (PRESSED, (18, 32)),
    "refinancing": (FREE, (48, 54)),
    "debt_rule": (FREE, (9, 17)),
    "coverage": (FREE, (10, 170)),
    "sharing": (JOINT, (4, 14)),
    "share_limit": (JOINT, (6, 7)),
    "compensation": (JOINT, (163, 540)),
    "consent": (JOINT, (4, 6)),
    "flow_balance": (POWER, (20000, 20004)),
    "link_capacity": (POWER, (20000, 20004)),
    "node_capacity": (POWER, (20008, 20028)),
    "must_run": (LOSSES, (0, 3)),
    "congestion": (ROADS, (0, 1)),
    "dc": (POWER, (20000, 20024)),
    "one_way": (LOSSES, (0, 9)),
}
"""By rule: the generator in which it bites, and two seeds that do, among those compared."""

NOT_DRAWN: Mapping[str, str] = {
    "contract": "no partner is drawn: tests/optimizer/formulation/test_contracts.py",
    "contract_limit": "no partner is drawn: tests/optimizer/formulation/test_contracts.py",
    "envelope": "by hand: tests/optimizer/formulation/test_grants_and_capital.py",
    "matching": "by hand: tests/optimizer/formulation/test_grants_and_capital.py",
    "reinvest": "by hand: tests/optimizer/formulation/test_asset_sales.py",
    "output_cost": "by hand and by search: tests/optimizer/networks/test_convex_search.py",
    "storage": "at random in tests/oracle_networks/test_random_storages.py",
    "supplier": "by hand: tests/optimizer/networks/test_minis.py",
    "must_serve": "by hand: tests/optimizer/networks/test_minis.py",
    "travel_time": "by hand: tests/optimizer/networks/test_minis.py",
}
"""Rules that no random case asks for, why, and the test that stands for each."""


def value_of(mip: Mip, without: str = "") -> float | None:
    """Return the optimum of `mip` without the rows of a family; None where it has none."""
    kept = np.ones(mip.num_rows, dtype=bool)
    for block in mip.row_blocks:
        if block.family == without:
            kept[block.start : block.start + block.size] = False
    if mip.num_columns == 0:
        return 0.0
    shape = mip.num_rows, mip.num_columns
    matrix = csr_matrix((mip.a_value, mip.a_index, mip.a_start), shape)[kept]
    rows = LinearConstraint(matrix, mip.row_lower[kept], mip.row_upper[kept])
    answer = milp(
        -mip.objective,
        constraints=rows if kept.any() else (),
        bounds=Bounds(mip.col_lower, mip.col_upper),
        integrality=mip.integrality.astype(int),
        options={"mip_rel_gap": 0.0, "time_limit": 20.0, "presolve": False},
    )
    assert answer.status != 1, "the solver did not end"
    if answer.status == 3:  # unbounded: a row that is missing
        return float("inf")
    return None if answer.x is None else mip.value(answer.x)


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > 1e-6 * max(1.0, abs(one))


def bites(rule: Rule, instance: Instance) -> bool:
    """Whether the best plan of `instance` is worth another sum where `rule` does not hold."""
    if not rule.is_asked(instance):
        return False
    mip = build_formulation(instance).mip
    if not rule.is_bound:
        if not any(block.family == rule.name for block in mip.row_blocks):
            return False
        return _differ(value_of(mip), value_of(mip, rule.name))
    freed = instance
    for need in rule.needs:
        freed = _without(freed, need)
    return _differ(value_of(mip), value_of(build_formulation(freed).mip))


def _without(instance: Instance, need: Need) -> Instance:
    """`instance` with the field of `need` at its default wherever it asks for the rule."""
    found = getattr(instance, need.table)
    cleared: Any = (
        tuple(_cleared(row, need.column, need) for row in found)
        if isinstance(found, tuple)
        else _cleared(found, need.column, need)
    )
    return instance.model_copy(update={need.table: cleared})


def _cleared(row: DomainModel, path: str, need: Need) -> DomainModel:
    name, _, rest = path.partition(".")
    value = getattr(row, name)
    if rest:
        inner = tuple(_cleared(one, rest, need) for one in value)
        return row.model_copy(update={name: inner})
    if need.values and not any(fnmatchcase(str(value), pattern) for pattern in need.values):
        return row
    default = type(row).model_fields[name].get_default(call_default_factory=True)
    return row.model_copy(update={name: default})


def biting_seeds(rule: Rule, drawn: Drawn) -> Iterator[int]:
    """Seeds of `drawn` in which `rule` bites, of the first `MOST_SEEDS`."""
    for seed in range(MOST_SEEDS):
        if bites(rule, drawn.draw(seed)):
            yield seed


def main(names: list[str]) -> None:
    """Print by rule and generator the first seeds that bite."""
    generators = {name: found for name, found in globals().items() if isinstance(found, Drawn)}
    for rule in (RULES[name] for name in names or RULES):
        for name, drawn in generators.items():
            found = list(islice(biting_seeds(rule, drawn), 4))
            if found:
                print(f"{rule.name}: {name} {found}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
