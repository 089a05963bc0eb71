"""Floors by head: where they bind, are slack or absent; against brute force, and after a roll.

Rules: `policy`.
"""

from __future__ import annotations

import random

import pytest

from infraplan.models.catalogue import in_language
from infraplan.models.errors import InstanceError
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import (
    make_instance,
    make_jurisdictions,
    make_policy,
    make_project,
)
from tests.oracle.oracle import solve as solve_by_force

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PEOPLE = (
    *make_jurisdictions("town", population=100.0),
    *make_jurisdictions("hills", population=10.0),
)


def districts(*policies: object, starts: float = 1.0) -> Instance:
    """A town of 100 and hills of 10 people: a work of 10 in each, one of which may start.

    That of the town is worth 3 x 10 - 10 = 20, that of the hills 3 x 5 - 10 = 5.
    """
    return make_instance(
        [
            make_project("t", 10.0, 10.0, jurisdiction="town"),
            make_project("h", 10.0, 5.0, jurisdiction="hills"),
        ],
        jurisdictions=PEOPLE,
        policies=[make_policy("starts_cap", starts), *policies],
    )


def built(instance: Instance) -> tuple[list[str], float | None]:
    found = solve(instance, EXACT)
    assert found.plan is not None
    return [start.project for start in found.plan.starts], found.objective


@pytest.mark.parametrize(
    ("kind", "value", "names", "best"),
    [
        ("spend_per_head_floor", 1.0, ("hills",), ["h"]),  # 10 for 10 people
        ("spend_per_head_floor", 0.1, ("town",), ["t"]),  # 10 for 100: slack
        ("spend_per_head_floor", 0.09, (), ["t"]),  # 9.9 for all 110: slack
        ("benefit_per_head_floor", 1.5, ("hills",), ["h"]),  # 15 for 10 people
        ("benefit_per_head_floor", 0.27, (), ["t"]),  # 29.7 for 110: the hills' 15 are too few
    ],
)
def test_a_floor_by_head_binds_or_is_slack(
    kind: str, value: float, names: tuple[str, ...], best: list[str]
) -> None:
    policy = make_policy(kind, value, jurisdictions=names)
    assert built(districts(policy)) == (best, pytest.approx(20.0 if best == ["t"] else 5.0))
    assert built(districts()) == (["t"], pytest.approx(20.0))


@pytest.mark.parametrize("kind", ["spend_per_head_floor", "benefit_per_head_floor"])
def test_a_floor_that_cannot_be_reached_is_in_the_conflict(kind: str) -> None:
    instance = districts(make_policy(kind, 1.6, jurisdictions=("hills",)))
    assert solve(instance, EXACT).plan is None
    rules = find_conflict(build_formulation(instance)).rules
    assert any("policy" in line for line in conflict_lines(rules, "en"))
    assert any("政策约束" in line for line in conflict_lines(rules, "zh"))


def test_a_floor_by_head_of_nobody_is_refused() -> None:
    for people, names in (((), ()), (make_jurisdictions("town", "hills"), ("hills",))):
        with pytest.raises(InstanceError) as caught:
            make_instance(
                [make_project("t")],
                jurisdictions=people,
                policies=[make_policy("spend_per_head_floor", 1.0, jurisdictions=names)],
            )
        assert "population" in str(caught.value)
        (finding,) = caught.value.findings
        assert finding.rule == "no-residents"
        assert "人口" in in_language(finding.message, "zh")


@pytest.mark.parametrize("seed", range(12))
def test_best_plans_equal_brute_force(seed: int) -> None:
    rng = random.Random(seed)
    places = ("town", "hills")
    projects = [
        make_project(name, rng.uniform(4, 12), rng.uniform(0, 8), jurisdiction=rng.choice(places))
        for name in "abcd"
    ]
    kind = rng.choice(["spend_per_head_floor", "benefit_per_head_floor"])
    floors = [
        make_policy(
            kind,
            rng.uniform(0.0, 12.0) / people,
            id=name,
            jurisdictions=(name,),
            per_year=rng.random() < 0.2,
        )
        for name, people in zip(places, (100.0, 10.0), strict=True)
    ]
    instance = make_instance(
        projects,
        years=(2021, 2023),
        jurisdictions=PEOPLE,
        policies=[*floors, make_policy("spend_cap", rng.uniform(10, 30))],
    )
    answer, found = solve_by_force(instance), solve(instance, EXACT)
    assert (found.plan is None) == (answer.objective is None)
    if answer.objective is not None:
        assert found.objective == pytest.approx(answer.objective, abs=1e-6)
