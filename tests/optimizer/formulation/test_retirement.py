"""Early retirement of what stands: each meaning by hand.

The plan is 2021-2024 and ends with its appraisal, nothing is discounted. Where nothing else is said
the old works stand since 2020, cost 10, live 20 years and bring nothing; what takes them away costs
5, is done in the year it starts and lives 30 years.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.verify import verify_plan
from tests.assertions import assert_bilingual, broken_laws
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_fund,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_receipt,
    make_relation,
    make_start,
    make_stream,
    make_target,
)
from tests.optimizer.engine import best


def old(**values: Any) -> Project:
    fixed = {"stage": "complete", "opened": 2020, "lifetime": 20, "lead_time": 0}
    return make_project("old", 10.0, **(fixed | values))


def away(**values: Any) -> Project:
    return make_project("away", 5.0, **({"lead_time": 0} | values))


def retiring(first: Project, second: Project, value: Any = None, **tables: Any) -> Instance:
    tie = make_relation("retires", ["old"], ["away"], value=value)
    return make_instance([first, second], relations=[tie, *tables.pop("relations", [])], **tables)


# ------------------------------------------------------------------------------------------ value


def test_upkeep_is_saved_from_the_year_of_retirement_on() -> None:
    # 3 a year in 2021-2024, less 5.
    found = best(retiring(old(fixed_om_cost=3.0), away()))
    assert found.starts == {"away": 2021}
    assert found.objective == pytest.approx(4 * 3.0 - 5.0)
    terms = {row.term: (row.subject, row.value) for row in found.plan.objective_terms}
    assert terms["retires"] == ("away", pytest.approx(12.0))
    # A year of lead time leaves the old works a year longer.
    late = best(retiring(old(fixed_om_cost=3.0), away(lead_time=1)))
    assert late.objective == pytest.approx(3 * 3.0 - 5.0)


def test_what_it_still_brings_keeps_it() -> None:
    # Streams of both kinds and a priced output count: 3 a year saved, 2 + 0.5 + 0.5 given up.
    first = old(fixed_om_cost=3.0, benefits={"users": 2.0}, outputs={"km": 1.0})
    instance = retiring(
        first, away(), benefits=[make_stream("old", 0.5)], settings={"metric_prices": {"km": 0.5}}
    )
    assert best(instance).starts == {}
    forced = best(edit(instance, projects=(first, away(mandatory="must", latest_start=2021))))
    assert forced.objective == pytest.approx(-5.0)


def test_what_is_salvaged_counts_once_in_the_year_of_opening() -> None:
    settings = {"discount_rate": 0.25}
    found = best(retiring(old(), away(lead_time=1, mandatory="must"), 8.0, settings=settings))
    # Started in 2021 for 5, salvaged in 2022: 8 / 1.25.
    assert found.objective == pytest.approx(8.0 / 1.25 - 5.0)


@pytest.mark.parametrize(("life", "left"), [(None, 10.0 * 15 / 20), (10, 5.0), (4, 0.0)])
def test_what_is_left_of_it_at_the_end_is_given_up(life: int | None, left: float) -> None:
    settings = {"residual_value": "straight_line"}
    second = away(mandatory="must", financial_life=1)
    found = best(retiring(old(financial_life=life), second, settings=settings))
    # Five years of twenty gone by the end of 2024; of ten years five are left.
    assert found.objective == pytest.approx(-left - 5.0)


def test_net_benefits_after_the_appraisal_are_given_up() -> None:
    # Lives through 2026: 2 a year in 2021-2026.
    settings = {"residual_value": "pv_of_remaining_net_benefits"}
    first = old(lifetime=7, benefits={"users": 2.0})
    found = best(retiring(first, away(mandatory="must", latest_start=2021), settings=settings))
    assert found.objective == pytest.approx(-12.0 - 5.0)


# ----------------------------------------------------------------- outputs, networks, relations


def test_outputs_end_with_it_and_a_replacement_has_its_own() -> None:
    targets = [make_target("pipes", "km", 2.0, 2023, hard=True)]
    first = old(fixed_om_cost=3.0, outputs={"km": 2.0})
    # Bare, it must wait until the target's year is over: 3 in 2024 alone does not pay for 5.
    assert best(retiring(first, away(), targets=targets)).starts == {}
    found = best(retiring(first, away(outputs={"km": 2.0}), targets=targets))
    assert found.starts == {"away": 2021}
    assert found.plan.targets[0].achieved == pytest.approx(2.0)


def piped(second: Project, **tables: Any) -> Instance:
    """8 units at 3 unserved, 24 a year; upkeep of the pipe 30 a year."""
    return retiring(
        old(fixed_om_cost=30.0),
        second,
        settings={"end_year": 2026},
        network_nodes=[make_node("well", "source", capacity=8.0), make_node("town", "zone")],
        network_links=[make_link("main", "well", "town", exists=False)],
        demands=[make_demand("taps", "town", 8.0, unserved_price=3.0)],
        project_network=[make_change("old", "main"), *tables.pop("changes", [])],
        **tables,
    )


def test_a_retired_pipe_no_longer_serves() -> None:
    def service(plan: Any) -> float:
        return sum(row.value for row in plan.objective_terms if row.term == "service")

    kept = best(piped(away(mandatory="must_not")))
    assert service(kept.plan) == pytest.approx(6 * 24.0)
    found = best(piped(away(earliest_start=2023, mandatory="must")))
    # Served in 2021 and 2022; 30 a year saved from 2023 to 2026.
    assert service(found.plan) == pytest.approx(2 * 24.0)
    assert found.objective == pytest.approx(2 * 24.0 + 4 * 30.0 - 5.0)
    swapped = best(piped(away(), changes=[make_change("away", "main")]))
    assert swapped.starts == {"away": 2021}
    assert swapped.objective == pytest.approx(6 * 24.0 + 6 * 30.0 - 5.0)


def test_a_pipe_that_is_retired_after_the_plan_serves_until_then() -> None:
    # Begun in 2024, done in 2026 (works of the year 2024 alone): served through 2025.
    second = away(earliest_start=2024, lead_time=2, spending_profile=(1.0,), mandatory="must")
    found = best(piped(second))
    assert found.objective == pytest.approx(5 * 24.0 + 30.0 - 5.0)
    assert verify_plan(piped(second), found.plan).ok


def test_a_synergy_ends_with_it() -> None:
    other = make_project("other", 1.0, lead_time=0, latest_start=2021)
    joint = make_relation("synergy", ["old", "other"], value=3.0)
    second = away(earliest_start=2023, latest_start=2023, mandatory="must")
    tie = make_relation("retires", ["old"], ["away"])
    found = best(make_instance([old(), other, second], relations=[joint, tie]))
    assert found.objective == pytest.approx(-5.0 - 1.0 + 2 * 3.0)


def test_receipts_end_with_it() -> None:
    # 4 a year from the old works, nothing in the year of retirement: its 5 are there in the third.
    instance = retiring(
        old(fixed_om_cost=9.0),
        away(),
        funds=[make_fund()],
        receipts=[make_receipt("old", 4.0, years=20)],
    )
    found = best(instance)
    assert found.starts == {"away": 2023}
    assert [row.inflow for row in found.plan.fund_years] == pytest.approx([4.0, 4.0, 0.0, 0.0])


# ------------------------------------------------------------------------------- laws and refusals


def test_what_is_retired_is_not_renewed() -> None:
    third = make_project("new", 1.0, 9.0, lead_time=0)
    for mode in ("decision", "automatic"):
        ties = [
            make_relation("retires", ["old"], ["away"]),
            make_relation("renews", ["old"], ["new"], renewal=mode),
        ]
        first = old(lifetime=3, fixed_om_cost=20.0)
        instance = make_instance([first, away(), third], relations=ties)
        # Retired at once it saves 40 for 5; renewed in 2023 it brings 18 for 1.
        found = best(instance)
        assert found.starts == {"away": 2021}
        both = edit(found.plan, starts=(*found.plan.starts, make_start(instance, "new", 2023)))
        assert "renews" in broken_laws(verify_plan(instance, both).violations)
        cheap = edit(instance, projects=(old(lifetime=3), away(), third))
        assert best(cheap).starts == {"new": 2023}


def test_it_is_retired_while_it_operates_or_not_at_all() -> None:
    # Its last year is 2022.
    instance = retiring(old(lifetime=3, fixed_om_cost=9.0), away(earliest_start=2022))
    assert best(instance).starts == {"away": 2022}
    late = edit(best(instance).plan, starts=(make_start(instance, "away", 2023),))
    assert "window" in broken_laws(verify_plan(instance, late).violations)
    assert (
        best(retiring(old(lifetime=3, fixed_om_cost=9.0), away(earliest_start=2023))).starts == {}
    )


def test_an_inferred_relation_retires_nothing() -> None:
    tie = make_relation("retires", ["old"], ["away"], confidence="inferred")
    assert best(make_instance([old(fixed_om_cost=9.0), away()], relations=[tie])).starts == {}


@pytest.mark.parametrize(
    ("projects", "ties", "words"),
    [
        ([old(stage="start", opened=None), away()], [(["old"], ["away"])], "does not stand"),
        ([old(lifetime=1), away()], [(["old"], ["away"])], "life ends in 2020"),
        ([old(), away()], [(["old", "x"], ["away"])], "one project that stands"),
        ([old(), away()], [(["old"], ["away"]), (["old"], ["x"])], "retired by retires:old>away"),
        ([old(), away()], [(["old"], [])], "needs a to project"),
    ],
)
def test_what_cannot_be_retired_is_refused(projects: Any, ties: Any, words: str) -> None:
    relations = [make_relation("retires", *ends) for ends in ties]
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([*projects, make_project("x")], relations=relations)
    found = [row for row in caught.value.findings if words in row.message]
    assert found, caught.value
    assert_bilingual(found[0].message, found[0].message.zh)


def test_a_renewal_that_is_a_fact_and_a_retirement_exclude_each_other() -> None:
    ties = [
        make_relation("retires", ["old"], ["away"]),
        make_relation("renews", ["old"], ["new"]),
    ]
    third = make_project("new", mandatory="committed")
    with pytest.raises(InconsistentInstanceError, match="which renews it, stands or is under way"):
        make_instance([old(), away(), third], relations=ties)


def test_one_project_cannot_come_before_and_after_the_end_of_a_life() -> None:
    for renewal in ("decision", "automatic"):
        ties = [
            make_relation("renews", ["old"], ["new"], renewal=renewal),
            make_relation("retires", ["old"], ["new"]),
        ]
        with pytest.raises(InconsistentInstanceError, match="both renews old") as caught:
            make_instance([old(), make_project("new", 1.0, benefit=9.0)], relations=ties)
        (found,) = caught.value.findings
        assert_bilingual(found.message, found.message.zh)
        assert_bilingual(found.advice, found.advice.zh)


# ----------------------------------------------------------------------------- next year's instance


def test_what_was_retired_stays_so_in_next_years_instance() -> None:
    third = make_project("new", 1.0, 9.0, lead_time=0)
    instance = make_instance(
        [old(lifetime=3, fixed_om_cost=20.0, outputs={"km": 2.0}), away(), third],
        relations=[
            make_relation("retires", ["old"], ["away"]),
            make_relation("renews", ["old"], ["new"], renewal="automatic"),
        ],
        targets=[make_target("pipes", "km", 0.0, 2022, sense="<=", hard=True)],
        receipts=[make_receipt("old", 4.0, years=20)],
        funds=[make_fund(opening_balance=9.0)],
    )
    plan = best(instance).plan
    assert {row.project: row.start for row in plan.starts} == {"away": 2021}
    rolled = roll(instance, plan, 2022).instance
    assert rolled.project_by_id["away"].stage == "complete"
    again = best(rolled)
    assert again.starts == {}
    assert [row.inflow for row in again.plan.fund_years] == pytest.approx([0.0] * 3)
    assert [row.achieved for row in again.plan.targets] == pytest.approx([0.0])


def test_works_that_come_too_late_retire_nothing_in_next_years_instance() -> None:
    instance = retiring(old(lifetime=3, fixed_om_cost=9.0), away())
    late = [Actual(project="away", year=2021, started=2021, opened=2023)]
    rolled = roll(instance, best(instance).plan, 2022, late).instance
    assert rolled.relations == ()
