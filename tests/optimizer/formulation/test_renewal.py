"""Renewal, financial life and the moment of discounting: each meaning by hand.

Where nothing else is said the plan is 2021-2024 and ends with its appraisal, nothing is discounted,
what starts opens at once, and the old works last two years: begun in 2021 they serve that year and
the next, so that 2023 is the first year without them.

Rules: `renews`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.errors import InconsistentInstanceError, Severity
from infraplan.models.finance.discounting import discount_factors
from infraplan.models.horizon import RateStep
from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.models.project import Option, Project
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.texts import discounting
from infraplan.optimizer.storage import read_instance, write_instance
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.verify.problem_data import ProblemData
from tests.assertions import assert_bilingual, broken_laws
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_fund,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_project,
    make_receipt,
    make_relation,
    make_start,
    make_stream,
    make_target,
)
from tests.optimizer.engine import best


def old(**values: Any) -> Project:
    return make_project("old", 10.0, **({"benefit": 8.0, "lead_time": 0, "lifetime": 2} | values))


def new(**values: Any) -> Project:
    return make_project("new", 5.0, **({"benefit": 8.0, "lead_time": 0} | values))


def renewed(first: Project, second: Project, relation: Any = None, **tables: Any) -> Instance:
    tie = make_relation("renews", ["old"], ["new"], **(relation or {}))
    return make_instance([first, second], relations=[tie, *tables.pop("relations", [])], **tables)


def left_out(instance: Instance) -> tuple[Rejection, ...]:
    found = best(instance)
    return tuple(find_rejections(build_formulation(instance), found.plan))


def doubts(instance: Instance) -> dict[str, Any]:
    found = find_implausibilities(instance)
    for row in found:
        assert_bilingual(row.message, row.message.zh)
    return {row.rule: row for row in found}


# ----------------------------------------------------------------------------------- a decision


def test_a_renewal_opens_in_the_first_year_after_the_life_of_the_old_works() -> None:
    found = best(renewed(old(), new()))
    assert found.starts == {"old": 2021, "new": 2023}
    assert found.objective == pytest.approx(16.0 - 10.0 + 16.0 - 5.0)
    start = make_start(renewed(old(), new()), "new", 2022)
    early = edit(found.plan, starts=(found.plan.starts[0], start))
    assert "renews" in broken_laws(verify_plan(renewed(old(), new()), early).violations)


def test_nothing_is_renewed_that_is_not_built() -> None:
    found = best(renewed(old(mandatory="must_not"), new()))
    assert found.starts == {}
    inferred = best(renewed(old(mandatory="must_not"), new(), {"confidence": "inferred"}))
    assert inferred.starts == {"new": 2021}
    assert inferred.rows("renews") == 0


def test_the_life_is_that_of_the_option_built() -> None:
    def options(cost: float) -> Project:
        short = make_option("short", cost, 8.0, lead_time=0, lifetime=1)
        long = make_option("long", 10.0, 8.0, lead_time=0, lifetime=3)
        return make_project("old", options=[short, long])

    # Short 8 - 4 and three years of the new one, 24 - 5; or long 24 - 10, and one year, 8 - 5.
    found = best(renewed(options(4.0), new()))
    assert found.starts == {"old": 2021, "new": 2022}
    assert found.objective == pytest.approx(23.0)
    found = best(renewed(options(20.0), new()))
    assert found.starts == {"old": 2021, "new": 2024}
    assert found.objective == pytest.approx(17.0)


def test_what_stands_is_renewed_by_its_dates() -> None:
    # Open since 2020 for three years: the new one serves 2023 and 2024.
    found = best(renewed(old(stage="complete", opened=2020, lifetime=3), new()))
    assert found.starts == {"new": 2023}
    assert found.objective == pytest.approx(11.0)


def test_a_renewal_under_way_is_a_fact() -> None:
    found = best(
        renewed(old(stage="complete", opened=2020, lifetime=30), new(mandatory="committed"))
    )
    assert found.starts == {"new": 2021}
    assert found.objective == pytest.approx(27.0)
    assert found.rows("renews") == 0


def test_a_renewal_that_must_be_and_cannot_is_a_conflict_that_names_it() -> None:
    instance = renewed(old(stage="complete", lifetime=30), new(mandatory="must"))
    report = find_conflict(build_formulation(instance))
    assert {rule.family for rule in report.rules} == {"mandate", "renews"}


def test_a_conflict_never_owes_more_to_an_automatic_renewal_than_its_window_lets_it() -> None:
    # In 2023 the renewal could not open, so that nothing is asked of it; the conflict is elsewhere.
    first = old(mandatory="must", latest_start=2021)
    shut = make_project("shut", 1.0, mandatory="must", lead_time=0)
    late = make_project("late", 1.0, mandatory="must_not", lead_time=0)
    instance = make_instance(
        [first, new(latest_start=2022), shut, late],
        relations=[
            make_relation("renews", ["old"], ["new"], renewal="automatic"),
            make_relation("requires", ["late"], ["shut"]),
        ],
    )
    report = find_conflict(build_formulation(instance))
    assert {rule.family for rule in report.rules} == {"mandate", "precedence", "forbidden"}


# -------------------------------------------------------------------------------- automatically


@pytest.mark.parametrize(
    ("latest", "window", "starts", "objective"),
    [
        # Two years of 8 for 10, and 5 for a renewal without benefit.
        (2021, {}, {"old": 2021, "new": 2023}, 1.0),
        # From 2023 on its life ends after the plan: no duty.
        (2023, {}, {"old": 2023}, 6.0),
        # The renewal cannot open in 2023.
        (2021, {"latest_start": 2022}, {"old": 2021}, 6.0),
        (2021, {"lead_time": 3}, {"old": 2021}, 6.0),
    ],
)
def test_an_automatic_renewal_is_a_duty_where_it_falls_into_the_plan(
    latest: int, window: dict[str, Any], starts: dict[str, int], objective: float
) -> None:
    first = old(mandatory="must", latest_start=latest)
    instance = renewed(first, new(benefit=0.0, **window), {"renewal": "automatic"})
    found = best(instance)
    assert found.starts == starts
    assert found.objective == pytest.approx(objective)
    assert best(renewed(first, new(benefit=0.0, **window))).objective == pytest.approx(6.0)
    if "new" in starts:
        left_out = edit(found.plan, starts=found.plan.starts[:1])
        assert "renews" in broken_laws(verify_plan(instance, left_out).violations)


def test_an_automatic_renewal_comes_in_that_very_year() -> None:
    # Worth 10 a year from 2024 on only: its land is ready then. By decision it is built.
    late = {"ready_years": {"land": 2024}, "benefit": 10.0}
    assert best(renewed(old(), new(**late))).starts == {"old": 2021, "new": 2024}
    assert best(renewed(old(latest_start=2021), new(**late), {"renewal": "automatic"})).starts == {
        "old": 2021
    }


# ------------------------------------------------------------------------------ what it takes over


def without_lifetime(project: Project) -> Project:
    """The project with options that do not state how long they operate."""
    options = [
        Option.model_validate(option.model_dump(exclude_unset=True, exclude={"lifetime"}))
        for option in project.options
    ]
    return project.model_copy(update={"options": tuple(options)})


def test_a_renewal_takes_over_what_it_leaves_blank() -> None:
    first = old(benefit_growth=0.5, outputs={"km": 2.0}, fixed_om_cost=1.0, financial_life=1)
    second = without_lifetime(new(benefit=0.0, fixed_om_cost=0.5))
    parts = ["benefits", "outputs", "om", "lifetime", "network", "receipts"]
    instance = renewed(
        first,
        second,
        {"takes_over": parts},
        benefits=[make_stream("old", 1.0, ramp_up=(0.5,))],
        network_nodes=[make_node("well", "source", capacity=1.0), make_node("town", "zone")],
        network_links=[make_link("main", "well", "town", exists=False)],
        project_network=[
            make_change("old", "main", option="base"),
            make_change("old", "main", "close_during_works", 1.0),
        ],
    )
    option = instance.project_by_id["new"].options[0]
    assert option.benefits == {"users": 8.0}
    assert (option.benefit_growth, option.lifetime, option.financial_life) == (0.5, 2, 1)
    assert option.outputs == {"km": 2.0}
    assert option.fixed_om_cost == 0.5  # its own
    mine = [row for row in instance.project_network if row.project == "new"]
    assert [(row.element, row.action, row.option) for row in mine] == [("main", "open", "base")]
    assert [row.ramp_up for row in instance.benefits] == [(0.5,), ()]
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    assert Instance(**tables) == instance
    found = doubts(instance)
    assert found["renewal-takes-over"].severity is Severity.NOTE
    message = found["renewal-takes-over"].message
    assert "lifetime 2" in message
    assert "1 row(s) of benefits" in message
    assert "寿命（使用寿命 2" in message.zh
    assert "效益表1行" in message.zh
    said = re.sub("users|new|old", "", message.zh)
    assert not re.search("[a-z]{3}", said)
    assert "om" in found["takes-over-in-vain"].message


def test_a_lifetime_that_is_stated_stays_though_it_is_the_default() -> None:
    parts = {"takes_over": ["benefits", "lifetime"]}
    stated = renewed(old(), new(benefit=0.0, lifetime=30), parts)
    assert stated.project_by_id["new"].options[0].lifetime == 30
    blank = renewed(old(), without_lifetime(new(benefit=0.0)), parts)
    assert blank.project_by_id["new"].options[0].lifetime == 2


def test_an_instance_that_was_read_has_taken_over(tmp_path: Any) -> None:
    instance = renewed(old(), new(benefit=0.0, lifetime=30), {"takes_over": ["benefits"]})
    write_instance(instance, tmp_path / "i")
    again = read_instance(tmp_path / "i")
    assert again == instance
    path = tmp_path / "i" / "projects.csv"
    lines = path.read_text("utf-8").splitlines()
    lines = [line.replace("users=8.0", "") if line.startswith("new") else line for line in lines]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert "users=8" not in lines[2]
    assert read_instance(tmp_path / "i") == instance


def test_a_renewal_of_a_renewal_takes_over_through_both() -> None:
    third = make_project("third", 5.0, lead_time=0, lifetime=30)
    relations = [
        make_relation("renews", ["new"], ["third"], takes_over=["benefits"]),
        make_relation("renews", ["old"], ["new"], takes_over=["benefits", "lifetime"]),
    ]
    instance = make_instance(
        [third, without_lifetime(new(benefit=0.0)), old()], years=(2021, 2026), relations=relations
    )
    found = best(instance)
    assert found.starts == {"old": 2021, "new": 2023, "third": 2025}
    assert found.objective == pytest.approx(6 * 8.0 - 20.0)


def test_a_renewed_pipe_goes_on_serving_and_its_outputs_count() -> None:
    # 8 units at 3 unserved, 24 a year: two years of the old pipe, four of its renewal to 2026.
    def pipe(*parts: str) -> Instance:
        return renewed(
            old(benefit=0.0, mandatory="must", latest_start=2021, outputs={"km": 2.0}),
            new(benefit=0.0, latest_start=2023),
            {"takes_over": parts},
            settings={"end_year": 2026},
            network_nodes=[make_node("well", "source", capacity=8.0), make_node("town", "zone")],
            network_links=[make_link("main", "well", "town", exists=False)],
            demands=[make_demand("taps", "town", 8.0, unserved_price=3.0)],
            project_network=[make_change("old", "main")],
            targets=[make_target("pipes", "km", 2.0, 2024, shortfall_price=1.0)],
        )

    found = best(pipe("network", "outputs"))
    assert found.starts == {"old": 2021, "new": 2023}
    assert found.objective == pytest.approx(6 * 24.0 - 15.0)
    assert best(pipe("outputs")).objective == pytest.approx(48.0 - 10.0 - 2.0)


# --------------------------------------------------------------------- synergy, substitute: lives


def three(kind: str, benefit: float, *members: str, **values: Any) -> Instance:
    """Old works for two years, others for good, perhaps a renewal; `kind` worth 3 a year."""
    other = make_project("other", 1.0, benefit, lead_time=0)
    joint = make_relation(kind, ["old", "other", *members], value=3.0, count=2)
    first = make_project("old", 1.0, benefit, lead_time=0, lifetime=2, latest_start=2021)
    second = make_project("new", 1.0, lead_time=0, latest_start=2023, **values)
    tie = make_relation("renews", ["old"], ["new"])
    return make_instance([first, other, second], relations=[joint, tie])


def test_a_synergy_lasts_while_its_members_do_and_a_renewal_takes_their_place() -> None:
    # 3 in 2021 and 2022 for 2; with the renewal two years more for 1.
    assert best(three("synergy", 0.0, mandatory="must_not")).objective == pytest.approx(4.0)
    assert best(three("synergy", 0.0)).objective == pytest.approx(9.0)
    # A renewal that is a member counts as one.
    assert best(three("synergy", 0.0, "new")).objective == pytest.approx(9.0)


def test_substitutes_overlap_while_both_serve() -> None:
    # 5 a year: 10 - 1 and 20 - 1, less 3 in 2021 and 2022.
    found = best(three("substitute", 5.0, mandatory="must_not"))
    assert found.objective == pytest.approx(9.0 + 19.0 - 6.0)
    # Renewed for 1, with no benefit of its own, it would overlap for two years more.
    assert best(three("substitute", 5.0, mandatory="must")).objective == pytest.approx(15.0)


def test_a_life_that_ends_after_the_plan_ends_a_synergy_as_well() -> None:
    settings = {"end_year": 2030}
    pair = [
        make_project(name, 1.0, lead_time=0, lifetime=life, latest_start=2021)
        for name, life in (("a", 6), ("b", 30))
    ]
    relation = make_relation("synergy", ["a"], ["b"], value=1.0)
    found = best(make_instance(pair, relations=[relation], settings=settings))
    assert found.objective == pytest.approx(6.0 - 2.0)  # 2021-2026, not to 2030


# -------------------------------------------------------------------------- value and discounting


@pytest.mark.parametrize(("life", "left"), [(None, 6.0), (5, 2.0), (4, 0.0), (1, 0.0)])
def test_what_is_left_is_written_off_over_the_financial_life(life: int | None, left: float) -> None:
    # 10 over ten years, four of them gone: 6; over five: 10 / 5.
    project = make_project(
        "a",
        10.0,
        lead_time=0,
        lifetime=10,
        financial_life=life,
        mandatory="must",
        latest_start=2021,
    )
    found = best(make_instance([project], settings={"residual_value": "straight_line"}))
    assert found.objective == pytest.approx(left - 10.0)


def test_a_financial_life_longer_than_the_asset_is_refused() -> None:
    with pytest.raises(ValueError, match="financial_life is 11 years, lifetime 10"):
        make_project("a", lifetime=10, financial_life=11)


@pytest.mark.parametrize(("timing", "part"), [("start", 0.0), ("mid", 0.5), ("end", 1.0)])
def test_money_flows_at_the_start_in_the_middle_or_at_the_end_of_a_year(
    timing: str, part: float
) -> None:
    settings = {"discount_rate": 0.25, "discount_timing": timing}
    project = make_project("a", 10.0, 8.0, lead_time=0, mandatory="must", latest_start=2021)
    found = best(make_instance([project], settings=settings))
    assert found.objective == pytest.approx((8.0 + 6.4 + 5.12 + 4.096 - 10.0) / 1.25**part)


def test_a_report_says_when_money_flows() -> None:
    steps = (RateStep(from_offset=2, rate=0.03),)
    settings = {"discount_rate": 0.25, "discount_steps": steps, "discount_timing": "mid"}
    english, chinese = discounting(make_instance(settings=settings))
    assert english == "25%, 3% (2023-); money flows in the middle of a year"
    assert chinese == "25%, 3% (2023-)；资金按年中发生计"
    assert discounting(make_instance())[0] == "0%; money flows at the start of a year"


def test_rates_that_change_hold_for_the_year_over_which_they_discount() -> None:
    # 25 % from 2021 to 2022, nothing after it: at the end of 2021, and ever after, 1 / 1.25.
    settings = {
        "discount_rate": 0.25,
        "discount_steps": (RateStep(from_offset=2, rate=0.0),),
        "discount_timing": "end",
    }
    reading = ProblemData(make_instance(settings=settings))
    assert [reading.discount(year) for year in (2021, 2022, 2024)] == pytest.approx([0.8] * 3)
    steps = {0: 0.25, 2: 0.1}
    assert discount_factors([0, 1, 2], 0, steps, 1.0) == pytest.approx(
        [1 / 1.25, 1 / 1.25 / 1.1, 1 / 1.25 / 1.1**2]
    )
    with pytest.raises(ValueError, match="between 0 and 1"):
        discount_factors([0], 0, 0.1, 2.0)


# ------------------------------------------------------------------------- refusals, remarks, rolls


@pytest.mark.parametrize(
    ("relations", "words"),
    [
        ([make_relation("renews", ["old", "third"], ["new"])], "one project to one renewal"),
        ([make_relation("renews", ["old"])], "needs a to project"),
        ([make_relation("renews", ["old"], ["old"])], "itself"),
        (
            [make_relation("renews", ["old"], ["new"]), make_relation("renews", ["new"], ["old"])],
            "wait for one another",
        ),
        (
            [make_relation("renews", ["old"], [name]) for name in ("new", "third")],
            "renewed by renews:old>new already",
        ),
        ([make_relation("requires", ["old"], ["new"], renewal="automatic")], "of type requires"),
        ([make_relation("requires", ["old"], ["new"], takes_over=["om"])], "of type requires"),
        ([make_relation("renews", ["third"], ["new"], takes_over=["om"])], "none called base"),
    ],
)
def test_what_is_no_renewal_is_refused(relations: list[Any], words: str) -> None:
    sizes = [make_option("small"), make_option("large")]
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([old(), new(), make_project("third", options=sizes)], relations=relations)
    assert any(words in finding.message for finding in caught.value.findings), caught.value


def test_lives_that_end_are_told_with_their_year() -> None:
    first = old(stage="complete", opened=2020, lifetime=3)
    told = doubts(make_instance([first, new()]))["life-ends"]
    assert told.severity is Severity.NOTE
    assert "old (2022)" in told.message
    assert "life-ends" not in doubts(renewed(first, new()))
    late = new(lead_time=3)
    assert doubts(renewed(first, late, {"renewal": "automatic"}))["renewal-not-due"].severity is (
        Severity.WARNING
    )
    long = old(stage="complete", opened=2020, lifetime=30)
    assert doubts(renewed(long, new(), {"renewal": "automatic"}))["renewal-not-due"].severity is (
        Severity.NOTE
    )


def test_what_was_renewed_has_its_own_end_of_life_in_next_years_instance() -> None:
    instance = renewed(
        old(latest_start=2021),
        without_lifetime(new(benefit=0.0)),
        {"renewal": "automatic", "takes_over": ["benefits", "lifetime", "receipts"]},
        receipts=[make_receipt("old", 1.0)],
        funds=[make_fund(opening_balance=99.0)],
    )
    plan = best(instance).plan
    assert {row.project: row.start for row in plan.starts} == {"old": 2021, "new": 2023}
    rolled = roll(instance, plan, 2024).instance
    project = rolled.project_by_id["new"]
    assert (project.stage, project.opened, project.options[0].lifetime) == ("complete", 2023, 2)
    assert [row.takes_over for row in rolled.relations] == [()]
    assert best(rolled).objective == pytest.approx(0.0)
    # Rolled in between, the duty stays.
    half = roll(instance, plan, 2022).instance
    assert best(half).starts == {"new": 2023}


def test_a_renewal_of_what_stands_that_is_left_out_has_a_reason() -> None:
    first = old(stage="complete", opened=2020, lifetime=6)
    small = make_project("new", 3.0, benefit=0.1, lead_time=0)
    instance = renewed(first, small)
    (found,) = left_out(instance)
    assert (found.project, found.others) == ("new", ("old",))


def test_of_a_chain_the_relation_of_the_project_itself_is_told() -> None:
    # old ends in 2023, new opens in 2024 and would end in 2026; no year is left for new2
    first = old(stage="complete", opened=2021, lifetime=3)
    again = make_relation("renews", ["new"], ["new2"])
    instance = make_instance(
        [first, new(lifetime=3), make_project("new2", 1.0, benefit=9.0, lead_time=0)],
        relations=[make_relation("renews", ["old"], ["new"], renewal="automatic"), again],
        years=(2021, 2025),
    )
    (found,) = left_out(instance)
    assert (found.project, found.rule, found.others, found.can_be_forced) == (
        "new2",
        f"renews:{again.label}",
        ("new",),
        False,
    )


def test_what_is_removed_has_no_life_that_ends() -> None:
    first = old(stage="complete", opened=2020, lifetime=30, fixed_om_cost=9.0)
    away = make_project("away", 1.0, benefits={}, lifetime=1)
    retires = make_relation("retires", ["old"], ["away"])
    instance = make_instance([first, away], relations=[retires], settings={"end_year": 2030})
    assert "life-ends" not in doubts(instance)
    serving = make_project("away", 1.0, benefit=1.0, lifetime=1)
    instance = make_instance([first, serving], relations=[retires], settings={"end_year": 2030})
    assert "away (2022)" in doubts(instance)["life-ends"].message


def test_what_stands_is_named_where_it_excludes() -> None:
    first = old(stage="complete", opened=2020, lifetime=30)
    rival = make_project("b", 1.0, benefit=9.0)
    instance = make_instance([first, rival], relations=[make_relation("exclusive", ["old", "b"])])
    (found,) = left_out(instance)
    assert (found.project, found.can_be_forced, found.others) == ("b", False, ("old",))


# ------------------------------------------------------------------------------------- scenarios


def taking(*changes: Change, second: Project | None = None, **tables: Any) -> Instance:
    """A renewal that takes over all it can, and a scenario of `changes`."""
    first = old(benefit=2.0, fixed_om_cost=0.5, outputs={"km": 3.0}, stage="complete", opened=2015)
    second = make_project("new", 5.0, lead_time=0) if second is None else second
    over = {"takes_over": ("benefits", "om", "outputs", "lifetime")}
    scenario = Scenario(id="s", changes=changes)
    return renewed(first, second, over, scenarios=[scenario], **tables)


def change(field: str, project: str = "old", table: str = "projects", value: float = 3.0) -> Change:
    key = "id" if table == "projects" else "project"
    return Change(table=table, field=field, where={key: project}, operation="multiply", value=value)


def test_a_scenario_of_the_old_works_reaches_what_their_renewal_has_from_them() -> None:
    for field in ("benefits", "fixed_om_cost", "outputs"):
        found = apply_scenario(taking(change(field)), "s").project_by_id
        assert getattr(found["new"].options[0], field) == getattr(found["old"].options[0], field)
        before = taking(change(field)).project_by_id["old"]
        assert getattr(found["old"].options[0], field) != getattr(before.options[0], field)
    # Rows besides the projects' own columns, and a second renewal in the line.
    rows = apply_scenario(
        taking(change("value", table="benefits"), benefits=[make_stream("old", 0.5)]), "s"
    ).benefits
    assert [(row.project, row.value) for row in rows] == [("old", 1.5), ("new", 1.5)]


def test_a_scenario_leaves_what_the_renewal_states_or_is_changed_in_itself() -> None:
    own = make_project("new", 5.0, lead_time=0, benefit=7.0)
    stated = apply_scenario(taking(change("benefits"), second=own), "s").project_by_id["new"]
    assert sum(stated.options[0].benefits.values()) == 7.0
    both = taking(change("fixed_om_cost"), change("fixed_om_cost", "new", value=5.0))
    found = apply_scenario(both, "s").project_by_id
    assert found["old"].options[0].fixed_om_cost == 1.5
    assert found["new"].options[0].fixed_om_cost == 2.5
    alone = apply_scenario(taking(change("fixed_om_cost", "new")), "s").project_by_id
    assert alone["old"].options[0].fixed_om_cost == 0.5
    assert alone["new"].options[0].fixed_om_cost == 1.5


def test_a_renewal_that_can_open_only_before_its_time_is_asked_about() -> None:
    """Open since 2021 for 3 years it is due in 2024; begun by 2022 a renewal opens by 2022."""
    stood = old(stage="complete", opened=2021, lifetime=3)
    assert "renewal-in-no-plan" not in doubts(renewed(stood, new()))
    found = doubts(renewed(stood, new(latest_start=2022)))["renewal-in-no-plan"]
    assert found.severity is Severity.WARNING
    assert "2023" in found.message
    assert "2022" in found.message
    # Due after the plan it is a remark; a start in 2024 that opens in 2025 is in time for 2025.
    lasting = old(stage="complete", opened=2021, lifetime=4)
    assert doubts(renewed(lasting, new()))["renewal-in-no-plan"].severity is Severity.NOTE
    assert "renewal-in-no-plan" not in doubts(renewed(lasting, new(lead_time=1)))
