"""What stands already, and works under way: each meaning by hand."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.consistency import find_inconsistencies
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_start,
    make_start_pace,
    make_target,
)
from tests.optimizer.engine import best


def road(**values: Any) -> Any:
    return make_project("road", 4.0, 2.0, outputs={"km": 3.0}, **values)


def standing(**values: Any) -> Any:
    return road(stage="complete", **values)


def test_a_finished_road_is_not_built_again_and_a_half_built_metro_goes_on() -> None:
    """5 of money: the metro takes 2.25 and 2.75, the plant the rest of later years."""
    instance = make_instance(
        [
            make_project(
                "metro", 5.0, 0.1, stage="under_construction", lead_time=2, spending_profile=()
            ),
            make_project("done", 4.0, 0.6, stage="complete", lead_time=2),
            make_project("plant", 3.0, 0.5),
        ],
        years=(2026, 2030),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2026, 5.0, 1.0, 1.0, 1.0, 1.0),
        settings={"discount_rate": 0.06, "end_year": 2060},
    )
    found = best(instance)
    assert found.plan is not None
    # 5 + 1 - 5 = 1 at the end of 2027; 3 for the plant are there in 2029.
    assert found.starts == {"metro": 2026, "plant": 2029}
    assert sum(row.amount for row in found.plan.payments) == pytest.approx(8.0)
    again = found.plan.model_copy(
        update={"starts": (*found.plan.starts, make_start(instance, "done", 2026))}
    )
    assert {"mandate", "window"} <= {row.law for row in verify_plan(instance, again).violations}


@pytest.mark.parametrize(
    ("opened", "year", "reached"),
    [(None, 2021, 3.0), (None, 2024, 0.0), (2019, 2021, 3.0), (2019, 2022, 0.0), (2021, 2023, 3.0)],
)
def test_outputs_of_what_stands_count_while_it_lives(
    opened: int | None, year: int, reached: float
) -> None:
    """A life of three years from the opening, of which nothing said is the plan's first year."""
    instance = make_instance(
        [standing(opened=opened, lifetime=3)],
        targets=[make_target("roads", "km", 5.0, year, shortfall_price=1.0)],
        settings={"discount_rate": 0.0},
    )
    found = best(instance)
    assert found.plan is not None
    assert found.plan.targets[0].achieved == pytest.approx(reached)
    assert found.objective == pytest.approx(reached - 5.0)


def test_what_stands_is_no_start_opening_or_investment() -> None:
    metrics = ("investment", "projects_started", "projects_opened")
    instance = make_instance(
        [standing()],
        targets=[make_target(name, name, 1.0, 2024) for name in metrics],
        start_paces=[make_start_pace(0)],
        policies=[make_policy("starts_cap", 0.0)],
        resources=[make_resource("land", 0.0)],
    )
    found = best(instance)
    assert found.plan is not None
    assert [row.achieved for row in found.plan.targets] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("relation", "starts"),
    [
        (make_relation("requires", ["road"], ["b"]), {"b": 2021}),
        (make_relation("finish_to_start", ["road"], ["b"], lag=3), {"b": 2023}),
        (make_relation("start_to_start", ["road"], ["b"], lag=3), {"b": 2022}),
        (make_relation("exclusive", ["road", "b"]), {}),
        (make_relation("at_most", ["road", "b"], count=1), {}),
        (make_relation("all_or_none", ["road", "poor"]), {"b": 2021, "poor": 2024}),
    ],
)
def test_relations_with_what_stands(relation: Any, starts: dict[str, int]) -> None:
    """The road opened in 2020 after a year of works."""
    instance = make_instance(
        [
            standing(opened=2020),
            make_project("b", 4.0, 9.0),
            make_project("poor", 4.0, earliest_start=2024),
        ],
        relations=[relation],
    )
    assert best(instance).starts == starts


def test_synergy_and_receipts_with_what_stands() -> None:
    """Two a year from the opening of `b` in 2022 to 2030; 5 from the road pay for it."""
    instance = make_instance(
        [standing(opened=2020), make_project("b", 4.0)],
        relations=[make_relation("synergy", ["road", "b"], value=2.0)],
        funds=[make_fund()],
        receipts=[make_receipt("road", 5.0, delay=1)],
        settings={"discount_rate": 0.0, "end_year": 2030},
    )
    found = best(instance)
    assert found.starts == {"b": 2021}
    assert found.objective == pytest.approx(9 * 2.0 - 4.0)


BEGUN = {"stage": "under_construction", "mandatory": "committed", "lead_time": 6}
SHARES = (0.1, 0.1, 0.2, 0.2, 0.2, 0.2)


def bridge(**values: Any) -> Instance:
    """A bridge of 500 and six years, in a plan of five with 100 a year."""
    return make_instance(
        [make_project("br", 500.0, 60.0, spending_profile=SHARES, **(BEGUN | values))],
        years=(2026, 2030),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2026, *[100.0] * 5),
    )


@pytest.mark.parametrize(
    "told", [{"earliest_start": 2023}, {"started": 2023}, {"started": 2023, "spent_to_date": 200.0}]
)
def test_works_begun_before_the_plan_spend_what_is_left(told: dict[str, Any]) -> None:
    """0.4 of 500 went before 2026; three years of 100 are left, and it opens in 2029."""
    found = best(bridge(**told))
    assert found.plan is not None
    (start,) = found.plan.starts
    assert (start.start, start.finish, start.opening) == (2026, 2028, 2029)
    paid = {row.year: row.amount for row in found.plan.payments}
    assert paid == pytest.approx({2026: 100.0, 2027: 100.0, 2028: 100.0})


def test_what_is_stated_as_spent_is_sunk_and_the_opening_may_be_known() -> None:
    found = best(bridge(started=2023, spent_to_date=260.0, opened=2030))
    assert found.plan is not None
    assert found.plan.starts[0].opening == 2030
    assert sum(row.amount for row in found.plan.payments) == pytest.approx(240.0)


def test_works_carried_on_are_no_start() -> None:
    """A pace of no start at all, and land for none."""
    instance = make_instance(
        [road(stage="under_construction", started=2020, lead_time=3, resources={"land": 1.0})],
        start_paces=[make_start_pace(0)],
        resources=[make_resource("land", 0.0)],
        policies=[make_policy("starts_cap", 0.0)],
        targets=[make_target("starts", "projects_started", 1.0, 2024)],
    )
    found = best(instance)
    assert found.plan is not None
    assert found.starts == {"road": 2021}
    assert found.plan.targets[0].achieved == 0.0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"stage": "complete", "earliest_start": 2022}, "earliest_start"),
        ({"stage": "complete", "open_by": 2022}, "open_by"),
        ({"stage": "complete", "mandatory": "must"}, "mandatory"),
        ({"stage": "complete", "opened": 2023}, "opened"),
        ({"stage": "complete", "opened": 2018, "started": 2019}, "started"),
        ({"stage": "complete", "started": 2022}, "started"),
        ({"stage": "under_construction", "mandatory": "must_not"}, "mandatory"),
        ({"stage": "under_construction", "spent_to_date": 5.0}, "spent_to_date"),
        ({"stage": "under_construction", "started": 2021}, "started"),
        ({"stage": "under_construction", "opened": 2020}, "opened"),
        ({"stage": "under_construction", "mandatory": "must", "started": 2019}, "started"),
        ({"stage": "start", "started": 2019}, "started"),
        ({"stage": "study", "spent_to_date": 1.0}, "spent_to_date"),
    ],
)
def test_contradictions_are_told_with_place_and_advice(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([make_project("ok", 1.0), road(**values)])
    (finding,) = [f for f in caught.value.findings if f.rule == "progress"]
    assert (finding.file, finding.column) == ("projects.csv", field)
    assert finding.advice
    plain = make_instance([make_project("ok", 1.0), road()])
    wrong = plain.model_copy(update={"projects": (plain.projects[0], road(**values))})
    problems = [p for p in find_inconsistencies(wrong) if p.rule == "progress"]
    assert [p.index for p in problems] == [1]
