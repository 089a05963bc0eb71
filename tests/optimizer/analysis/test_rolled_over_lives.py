"""Works that are still paid for when their life is over serve no year more after a roll."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.progress import may_be_over
from infraplan.models.project import Stage
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_relation,
)
from tests.optimizer.analysis.test_rolling import cut
from tests.optimizer.engine import best


def bus_line(**again: Any) -> Instance:
    """A line of 20, opened in 2021 for two years and paid in five; water that it carries."""
    line = make_project(
        "line",
        20.0,
        9.0,
        lead_time=0,
        lifetime=2,
        spending_profile=(0.2,) * 5,
        mandatory="must",
        latest_start=2021,
        outputs={"seats": 1.0},
    )
    relations = ()
    projects = [line, make_project("spare", 3.0, 0.1, lead_time=0)]
    if again:
        values = {"lead_time": 0, "lifetime": 2, "spending_profile": (1.0,)} | again
        mode = values.pop("renewal")
        projects.append(make_project("again", 4.0, 5.0, **values))
        relations = (make_relation("renews", ["line"], ["again"], renewal=mode),)
    return make_instance(
        projects,
        years=(2021, 2026),
        settings={"discount_rate": 0.0, "metric_prices": {"seats": 1.0}},
        relations=relations,
        network_nodes=(make_node("well", "source", capacity=5.0), make_node("town")),
        network_links=(make_link("pipe", "well", "town", exists=False, capacity=5.0),),
        demands=(make_demand("use", "town", 5.0, unserved_price=2.0),),
        project_network=(make_change("line", "pipe", "open"),),
    )


def test_nothing_serves_after_its_life_over_any_roll() -> None:
    """Years 2021 and 2022 bring 9 + 1 + 10 each; each year of works costs 4, through 2025."""
    instance = bus_line()
    plan = best(instance).plan
    assert plan is not None
    assert plan.objective == pytest.approx(2 * 20.0 - 20.0)
    for year in (2022, 2023, 2024, 2025, 2026):
        rolled = roll(instance, plan, year)
        plan, instance = cut(instance, plan, rolled), rolled.instance
        here = instance.project_by_id["line"]
        expected = (20.0 if year == 2022 else 0.0) - 4.0 * (2026 - year)
        again = best(instance)
        assert again.plan is not None
        assert again.objective == pytest.approx(expected, abs=1e-9)
        assert not verify_plan(instance, again.plan).violations
        if year > 2022:
            assert here.options[0].lifetime == 0
            assert may_be_over(here, year)
            assert "life-ends" not in {row.rule for row in find_implausibilities(instance)}
    assert here.stage is Stage.COMPLETE


@pytest.mark.parametrize(("mode", "built"), [("decision", True), ("automatic", False)])
def test_a_renewal_that_could_not_open_in_time_is_as_before(mode: str, built: bool) -> None:
    """It may begin from 2025 on, two years after the line's end: by decision alone."""
    instance = bus_line(renewal=mode, earliest_start=2025)
    found = best(instance)
    assert found.plan is not None
    assert ("again" in {row.project for row in found.plan.starts}) is built
    rolled = roll(instance, found.plan, 2024)
    later = best(rolled.instance)
    assert later.plan is not None
    assert ("again" in {row.project for row in later.plan.starts}) is built
    assert ("2023" in " ".join(map(str, rolled.notes))) is not built


def test_an_automatic_renewal_in_the_year_of_the_roll_is_made() -> None:
    instance = bus_line(renewal="automatic", benefits={"users": 0.1})
    plan = best(instance).plan
    assert plan is not None
    rolled = roll(instance, plan, 2023)
    later = best(rolled.instance).plan
    assert later is not None
    assert {row.project: row.start for row in later.starts} == {"line": 2023, "again": 2023}


def test_a_life_of_no_years_is_refused_where_nothing_was_open_before() -> None:
    told = {"stage": "under_construction", "started": 2019, "opened": 2021}
    for values in ({}, told, told | {"written_off_since": 2021}):
        with pytest.raises(InconsistentInstanceError, match="written_off_since"):
            make_instance([make_project("line", 20.0, lifetime=0, **values)], years=(2021, 2024))
    over = told | {"written_off_since": 2020}
    instance = make_instance([make_project("line", 20.0, lifetime=0, **over)], years=(2021, 2024))
    assert instance.project_by_id["line"].options[0].lifetime == 0


def test_nothing_is_written_off_before_it_began() -> None:
    told = {"stage": "under_construction", "started": 2019, "opened": 2021}
    for values in (told, {"stage": "complete", "started": 2019, "opened": 2020}):
        with pytest.raises(InconsistentInstanceError, match="before it began in 2019"):
            make_instance(
                [make_project("line", 20.0, written_off_since=2018, **values)], years=(2021, 2024)
            )
