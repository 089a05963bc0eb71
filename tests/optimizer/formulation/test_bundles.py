"""Special bonds whose projects cover their debt together, and earmarks by purpose."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.verify import recompute_plan, verify_plan
from tests.builders import (
    edit,
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
)
from tests.optimizer.engine import Found, best

# Ten years at 3 %, repaid at the end: 1 borrowed is 1.3 to cover, 1.2 times over 1.56.
SPECIAL = {"tagged": True, "coverage": 1.2, "pool": "special"}


def question(revenue: float, bundle: str, *, years: tuple[int, int] = (2021, 2030)) -> Instance:
    """A waterworks of 10 that earns, a park of 5 that does not; nothing else can pay.

    Works of a year in 2021: nine operating years to 2030 are within ten years from the start, and
    one more, 2031, after the plan.
    """
    projects: list[Project] = [
        make_project("works", 10.0, 5.0, revenue=revenue, latest_start=2021),
        make_project("park", 5.0, 5.0, latest_start=2021),
    ]
    bond = make_bond("special", 10, 0.03, bundle=bundle, **SPECIAL)
    return make_instance(projects, years=years, instruments=[bond], pools=[make_pool("special")])


def solved(revenue: float, bundle: str) -> Found:
    return best(question(revenue, bundle))


def test_alone_only_what_earns_is_built() -> None:
    # 15.6 over ten operating years: 1.56 a year.
    assert set(solved(1.57, "").starts) == {"works"}
    assert set(solved(1.55, "").starts) == set()
    assert set(solved(9.0, "").starts) == {"works"}


def test_in_a_bundle_the_earner_carries_the_other() -> None:
    # 15 x 1.56 = 23.4 over ten years.
    assert set(solved(2.35, "city").starts) == {"works", "park"}
    assert set(solved(2.33, "city").starts) == {"works"}
    # The park alone would take 7.8, but its earner must be built: its revenue is its own start's.
    assert set(solved(1.55, "city").starts) == set()


def test_the_verifier_reads_bundles_by_itself() -> None:
    plan = solved(2.35, "city").plan
    assert plan is not None
    poorer = question(2.33, "city")
    found = verify_plan(poorer, recompute_plan(poorer, plan))
    assert [row.law for row in found.violations] == ["coverage"]
    assert found.violations[0].subject == "city"
    alone = question(2.35, "")
    broken = verify_plan(alone, recompute_plan(alone, plan))
    assert [(row.law, row.subject) for row in broken.violations] == [("coverage", "park")]


def test_a_bundle_without_a_ratio_is_a_fault() -> None:
    from infraplan.models.errors import InconsistentInstanceError

    with pytest.raises(InconsistentInstanceError, match="nothing tests"):
        make_instance(instruments=[make_bond(bundle="city")])


@pytest.mark.parametrize(
    ("earmark", "built"),
    [
        ({"subsectors": ("dam",)}, {"dam"}),
        ({"sectors": ("water",), "subsectors": ("dam", "rail")}, {"dam"}),
        ({"sectors": ("water",)}, {"dam", "levee"}),
        ({}, {"dam", "levee", "road"}),
    ],
)
def test_a_fund_for_a_purpose(earmark: dict[str, Any], built: set[str]) -> None:
    projects = [
        make_project("dam", 1.0, 5.0, sector="water", subsector="dam"),
        make_project("levee", 1.0, 5.0, sector="water", subsector="levee"),
        make_project("road", 1.0, 5.0, sector="transport", subsector="road"),
    ]
    funds = [make_fund(**earmark)]
    instance = make_instance(
        projects, funds=funds, inflows=make_inflows("budget", 2021, 9, 0, 0, 0)
    )
    found = best(instance)
    assert set(found.starts) == built
    narrow = edit(instance, funds=(edit(funds[0], subsectors=("levee",)),))
    assert found.plan is not None
    laws = {row.law for row in verify_plan(narrow, found.plan).violations}
    assert "eligibility" in laws
