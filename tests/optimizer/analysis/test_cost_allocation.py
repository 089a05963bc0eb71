"""Ways to share joint projects: three partners, every number worked out by hand.

Projects, all in 2021 without discounting (cost 10 each, the benefit of 2022 once):
`ab` of a and b brings 16 (a 12, b 4), net 6; `bc` of b and c brings 13 (6.5 each), net 3; `abc`
of all brings 19 (a 5.7, b 5.7, c 7.6), net 9.
Game: v(ab) = 6, v(bc) = 3, v(ac) = 0, v(abc) = 18, alone 0.
Shapley value: each project's net in equal parts: a 3 + 3, b 3 + 1.5 + 3, c 1.5 + 3.
Nucleolus: 6 each. Then every partner alone is 6 below what it gets, ab 12 - 6 = 6 below, bc 9 and
ac 12; whoever got more than 6 would leave another less than 6.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import TABLES, Instance
from infraplan.models.plan import Compensation
from infraplan.models.rules import RULES, Section
from infraplan.optimizer.analysis.allocation_financing import (
    EMPTIED,
    Financing,
    finance,
    financing_instance,
    first_binding,
)
from infraplan.optimizer.analysis.cost_allocation import (
    PROPOSALS,
    JointProject,
    Proposal,
    best_starts,
    joint_game,
    joint_projects,
    make_proposals,
    spread_costs,
)
from infraplan.optimizer.analysis.stand_alone_value import own_projects
from infraplan.optimizer.engines.deadline import Deadline
from tests.builders import (
    edit,
    make_agreement,
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_project,
    make_relation,
    make_share,
)
from tests.optimizer.engine import best

Joint = tuple[JointProject, ...]


def three(**tables: Any) -> Instance:
    """The instance of the head of this file."""
    given: dict[str, Any] = {
        "jurisdictions": make_jurisdictions("a", "b", "c"),
        "shares": [
            make_share("ab", "a", quantity=1.0),
            make_share("ab", "b", 0.5, benefit_share=0.25, quantity=3.0),
            make_share("bc", "c", 0.5, benefit_share=0.5, quantity=2.0),
            make_share("abc", "a", 0.2, benefit_share=0.3, quantity=2.0),
            make_share("abc", "b", 0.3, benefit_share=0.3, quantity=2.0),
        ],
    }
    projects = [
        make_project("ab", 10, 16, jurisdiction="a", latest_start=2021),
        make_project("bc", 10, 13, jurisdiction="b", latest_start=2021),
        make_project("abc", 10, 19, jurisdiction="c", latest_start=2021),
    ]
    return make_instance(projects, years=(2021, 2022), **(given | tables))


def shared(instance: Instance, *only: str) -> Joint:
    return joint_projects(instance, best_starts(instance, only), only)


def proposals(instance: Instance, *only: str, **options: Any) -> dict[str, Proposal]:
    made = make_proposals(instance, shared(instance, *only), **options)
    assert tuple(proposal.name for proposal in made) == PROPOSALS
    return {proposal.name: proposal for proposal in made}


def nets(proposal: Proposal) -> dict[str, float]:
    return {row.jurisdiction: row.net for row in proposal.partners}


def costs(proposal: Proposal) -> dict[str, float]:
    return {row.jurisdiction: row.cost for row in proposal.partners}


def test_the_game_of_the_partners() -> None:
    game = joint_game(shared(three()))
    value = {"".join(sorted(group)): worth for group, worth in game.values.items()}
    assert value == pytest.approx({"a": 0, "b": 0, "c": 0, "ab": 6, "bc": 3, "ac": 0, "abc": 18})


def test_gains_fall_to_the_leader_where_no_row_takes_them() -> None:
    ab, bc, abc = shared(three())
    assert dict(ab.gain) == pytest.approx({"a": 12, "b": 4})
    assert dict(bc.gain) == pytest.approx({"b": 6.5, "c": 6.5})
    assert dict(abc.gain) == pytest.approx({"a": 5.7, "b": 5.7, "c": 7.6})
    assert (ab.cost, ab.net) == pytest.approx((10, 6))


def test_shapley_and_nucleolus_of_three_partners() -> None:
    made = proposals(three())
    assert nets(made["shapley"]) == pytest.approx({"a": 6, "b": 7.5, "c": 4.5})
    assert nets(made["nucleolus"]) == pytest.approx({"a": 6, "b": 6, "c": 6})
    # a gains 17.7 in all and so pays 11.7 of 30; b 16.2 - 7.5, c 14.1 - 4.5.
    assert costs(made["shapley"]) == pytest.approx({"a": 11.7, "b": 8.7, "c": 9.6})
    for name in ("shapley", "nucleolus"):
        assert made[name].everyone_gains
        assert made[name].is_stable
        for project, mine in made[name].shares.items():
            assert sum(mine.values()) == pytest.approx(1.0), project
            assert min(mine.values()) >= 0.0


def test_fixed_shares_as_they_stand() -> None:
    found = proposals(three())["current"]
    # a pays 5 + 2, b 5 + 5 + 3, c 5 + 5.
    assert costs(found) == pytest.approx({"a": 7, "b": 13, "c": 10})
    assert nets(found) == pytest.approx({"a": 10.7, "b": 3.2, "c": 4.1})
    assert found.everyone_gains
    # Together b and c get 7.3, and alone they could have 3 only; a and b get 13.9 against 6.
    assert found.is_stable


def test_shares_in_proportion() -> None:
    made = proposals(three(fiscal=sum((make_fiscal("revenue", 2021, v, jurisdiction=j)
        for j, v in (("a", 30.0), ("b", 10.0), ("c", 20.0))), ())))  # fmt: skip
    # Lengths: ab 1 : 3, bc all in c, abc half in a and half in b.
    assert costs(made["length"]) == pytest.approx({"a": 2.5 + 5, "b": 7.5 + 5, "c": 10})
    # Benefits: 12 : 4 of 16, 1 : 1, 30 % : 30 % : 40 %.
    assert costs(made["benefit"]) == pytest.approx({"a": 7.5 + 3, "b": 2.5 + 5 + 3, "c": 5 + 4})
    # Capacity 30, 10, 20: ab 3 : 1, bc 1 : 2, abc 3 : 1 : 2.
    due = {"a": 7.5 + 5, "b": 2.5 + 10 / 3 + 10 / 6, "c": 20 / 3 + 10 / 3}
    assert costs(made["capacity"]) == pytest.approx(due)
    # By length b pays 7.5 for ab, of which it gains 4; but over all three it gains 16.2 for 12.5.
    assert made["length"].everyone_gains


def test_someone_may_lose_by_a_proposal() -> None:
    found = proposals(three(), "ab")["length"]
    assert nets(found) == pytest.approx({"a": 12 - 2.5, "b": 4 - 7.5})
    assert not found.everyone_gains
    assert found.is_stable is False
    assert {row.jurisdiction: row.is_no_worse for row in found.partners} == {"a": True, "b": False}


def test_proposals_that_lack_what_they_need_say_so() -> None:
    bare = three(shares=[make_share("ab", "b", 0.5)])
    made = proposals(bare, "ab")
    assert made["length"].reason[0] == "no quantity in shares for ab"
    assert made["capacity"].reason[0] == "no item of fiscal is given for every partner"
    named = proposals(bare, "ab", capacity_item="revenue")["capacity"]
    assert named.reason == ("no revenue of every partner in fiscal", "财政表中并非各方都有revenue")
    assert made["length"].partners == ()
    chosen = edit(bare, agreements=(make_agreement("ab", shares="chosen"),))
    assert proposals(chosen, "ab")["current"].reason[0] == "a plan chooses who pays for ab"


def test_where_all_lose_there_is_nothing_to_share_by_nucleolus() -> None:
    poor = make_instance(
        [make_project("ab", 10, 6, jurisdiction="a", latest_start=2021)],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("a", "b"),
        shares=[make_share("ab", "b", 0.5)],
    )
    made = proposals(poor)
    assert made["nucleolus"].reason == ("together the partners lose", "各方合计亏损")
    # The loss of 4 in halves: a, who gains all 6, pays 8.
    assert costs(made["shapley"]) == pytest.approx({"a": 8, "b": 2})


def test_one_who_is_harmed_is_compensated() -> None:
    # dam brings a 20; farm, which both have agreed to build with it, costs b 4 a year to run.
    dam = make_project("dam", 10, 20, jurisdiction="a", latest_start=2021)
    farm = make_project("farm", 2, 0, jurisdiction="b", latest_start=2021, fixed_om_cost=4)
    instance = make_instance(
        [dam, farm],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("a", "b"),
        shares=[make_share("dam", "b", 0.0), make_share("farm", "a", 0.0)],
    )
    # Gains a 20, b -4; costs 12; surplus 4, 2 each: a pays 18, b pays -6: all of the 12 by a, and
    # 6 from a to b.
    found = proposals(instance)["nucleolus"]
    rows = {row.jurisdiction: row for row in found.partners}
    assert (rows["a"].cost, rows["a"].compensation) == pytest.approx((12, -6))
    assert (rows["b"].cost, rows["b"].compensation) == pytest.approx((0, 6))
    assert nets(found) == pytest.approx({"a": 2, "b": 2})


def test_costs_are_spread_without_needless_compensation() -> None:
    joint = shared(three())
    shares, received = spread_costs(joint, {"a": 20.0, "b": 10.0, "c": 0.0})
    assert received == pytest.approx({"a": 0, "b": 0, "c": 0}, abs=1e-9)
    assert shares["bc"] == pytest.approx({"b": 1, "c": 0})  # c pays nothing, a is no partner
    # a has a part in ab and abc only, which cost 20.
    shares, received = spread_costs(joint, {"a": 25.0, "b": 5.0, "c": 0.0})
    assert received["a"] == pytest.approx(-5)
    assert sum(received.values()) == pytest.approx(0, abs=1e-9)


def test_what_a_plan_pays_and_compensates_is_the_current_proposal() -> None:
    agreed = make_agreement("ab", consent="project", compensation=True)
    instance = three(agreements=[agreed], settings={"discount_rate": 0.1, "inflation": 0.1})
    plan = best(instance).plan
    assert plan is not None
    # 1.21 of 2022 is worth 1.21 / 1.1 / 1.1 = 1.
    row = Compensation(project="ab", jurisdiction="a", receiver="b", year=2022, amount=1.21)
    plan = edit(plan, compensations=(row,))
    made = make_proposals(instance, joint_projects(instance, plan.starts, ("ab",)), plan)
    rows = {row.jurisdiction: row for row in made[0].partners}
    assert (rows["a"].cost, rows["a"].compensation) == pytest.approx((5, -1))
    assert (rows["b"].cost, rows["b"].compensation) == pytest.approx((5, 1))


def test_only_joint_projects_that_are_built_are_shared() -> None:
    instance = three()
    starts = best_starts(instance)
    assert [joint.id for joint in joint_projects(instance, starts)] == ["ab", "bc", "abc"]
    with pytest.raises(ValueError, match="not built, or without a second partner in shares: bc"):
        joint_projects(instance, starts[:1], ("bc",))


def test_best_starts_take_the_option_and_year_of_most_worth() -> None:
    # Worth in 2021 and 2022: small 2 x 6 - 10 and 6 - 10, large 2 x 12 - 20 and 12 - 20.
    options = [make_option("small", 10, 6), make_option("large", 20, 12)]
    instance = make_instance(
        [make_project("ab", jurisdiction="a", options=options)],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("a", "b"),
        shares=[make_share("ab", "b", 0.5)],
        settings={"end_year": 2023},
    )
    (start,) = best_starts(instance)
    assert (start.option, start.start, start.finish, start.opening) == ("large", 2021, 2021, 2022)


# ------------------------------------------------------------------ budgets and debt


def money(**tables: Any) -> Instance:
    """a pays from a fund of 9, b borrows under a ceiling of 12, c has no funds here."""
    return three(
        funds=[make_fund("fa", jurisdiction="a")],
        inflows=make_inflows("fa", 2021, 9.0, 0.0),
        instruments=[make_bond("bb", jurisdiction="b", tenor=5)],
        debt=[make_debt(2021, jurisdiction="b", ceiling=12.0)],
        **tables,
    )


def test_the_question_of_financing_keeps_starts_and_shares_only() -> None:
    instance = money(relations=[make_relation("exclusive", ["ab"], ["bc"])])
    starts = best_starts(instance, ("ab",))
    joint = joint_projects(instance, starts)
    fixed = financing_instance(instance, starts, joint, {"ab": {"a": 0.9, "b": 0.1}})
    assert fixed.relations == ()
    assert fixed.shares_of(fixed.project_by_id["ab"]) == pytest.approx({"a": 0.9, "b": 0.1})
    found = best(fixed)
    assert found.starts == {"ab": 2021}
    # The other rows of shares stay.
    assert fixed.shares_of(fixed.project_by_id["bc"]) == {"b": 0.5, "c": 0.5}


def test_financing_tells_cash_debt_and_the_first_year_without_room() -> None:
    instance = money()
    starts = best_starts(instance)
    joint = joint_projects(instance, starts)
    made = {p.name: p for p in make_proposals(instance, joint)}
    # By length a pays 7.5 of its 9, b 12.5 of 12: too much.
    found = finance(instance, starts, joint, made["length"])
    assert found.is_possible is False
    assert [rule.family for rule in found.conflicts] == ["ceiling"]
    # Nucleolus: a pays 17.7 - 6 = 11.7 of its 9.
    found = finance(instance, starts, joint, made["nucleolus"])
    assert found.is_possible is False
    assert [rule.family for rule in found.conflicts] == ["fund_balance"]
    # 0.8 of ab by a, b 12 in all: the ceiling is reached in 2021 and stays so.
    given = {
        "ab": {"a": 0.8, "b": 0.2},
        "bc": {"b": 0.7, "c": 0.3},
        "abc": {"b": 0.3, "c": 0.7},
    }
    found = finance(instance, starts, joint, edit_shares(made["current"], given))
    rows = {row.jurisdiction: row for row in found.partners}
    assert found.is_possible
    assert (rows["a"].paid, rows["a"].cash_low) == pytest.approx((8, 1))
    assert rows["a"].debt_peak is None
    assert (rows["b"].paid, rows["b"].debt_peak) == pytest.approx((12, 12))
    assert (rows["b"].binding_year, rows["b"].binding_rule) == (2021, "ceiling:general")
    assert (rows["c"].paid, rows["c"].cash_low, rows["c"].binding_year) == (
        pytest.approx(10),
        None,
        None,
    )


def edit_shares(proposal: Proposal, shares: dict[str, dict[str, float]]) -> Proposal:
    return Proposal(proposal.name, shares, proposal.partners)


def test_a_quota_of_nothing_does_not_bind_until_something_is_issued() -> None:
    instance = three(
        instruments=[make_bond("bb", jurisdiction="b")],
        funds=[make_fund("fb", jurisdiction="b")],
        inflows=make_inflows("fb", 2021, 20.0, 0.0),
        debt=[make_debt(year, jurisdiction="b", new_quota=0.0) for year in (2021, 2022)],
    )
    plan = best(instance).plan
    assert plan is not None
    assert first_binding(plan, "b") == (None, "")


# What says how works are paid for without a rule of its own, and where they are.
PAID_BY = {"benefits", "fiscal", "inflows", "places", "receipts", "shares"}


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"projects"}))
def test_every_table_is_kept_or_left_out_where_given_starts_are_financed(table: str) -> None:
    """By the rules that it asks for; one that asks for none is named here or in `EMPTIED`."""
    asked = {r.section for r in RULES.values() for need in r.needs if need.table == table}
    keeps = Section.MONEY in asked or table in PAID_BY
    assert keeps != (table in EMPTIED), f"{table}: what financing given starts does with it"


def test_a_financing_without_time_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = money()
    starts = best_starts(instance)
    joint = joint_projects(instance, starts)
    proposal = make_proposals(instance, joint)[0]
    passed = Deadline(Deadline.after(10.0).begin - 1000.0, 10.0)
    for module in ("allocation_financing", "stand_alone_value"):
        monkeypatch.setattr(f"infraplan.optimizer.analysis.{module}.solve", None)  # nobody asks it
    assert finance(instance, starts, joint, proposal, deadline=passed) == Financing(None)
    assert own_projects(instance, starts, joint, deadline=passed) is None
