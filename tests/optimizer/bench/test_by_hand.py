"""The program written by hand is the product's, and the greedy's plans hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.relation import RelationType
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.bench.by_hand import (
    hand_model,
    obeys,
    starts_of,
    unwritten,
    unwritten_words,
)
from infraplan.optimizer.bench.greedy import greedy_starts
from infraplan.optimizer.bench.plain import plain
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.status import Termination
from tests.assertions import assert_bilingual
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_pool,
    make_project,
    make_relation,
)


def random_instance(seed: int) -> Instance:
    """Seven projects of two payers over four years; money short, kept or lost, interest on it."""
    rng = random.Random(seed)
    kept = {"carry_over": True, "interest_rate": 0.05, "minimum_balance": 1.0}
    projects = [
        make_project(
            f"p{n}",
            jurisdiction="ab"[n % 2],
            mandatory="must" if n == 6 else "no",
            earliest_start=2021 + rng.randrange(2),
            options=[
                make_option(name, cost, 0.4 * cost * rng.random(), lead_time=rng.randint(1, 2))
                for name, cost in (("base", rng.uniform(3, 9)), ("small", rng.uniform(2, 5)))[
                    : 1 + n % 3 % 2
                ]
            ],
        )
        for n in range(7)
    ]
    return make_instance(
        projects,
        years=(2021, 2024),
        settings={"end_year": 2030, "discount_rate": 0.03},
        jurisdictions=make_jurisdictions("a", "b"),
        funds=[
            make_fund("fa", jurisdiction="a", opening_balance=2.0, **kept),
            make_fund("fb", jurisdiction="b", carry_over=False),
        ],
        inflows=[
            *make_inflows("fa", 2021, *(rng.uniform(3, 8) for _ in range(4))),
            *make_inflows("fb", 2021, *(rng.uniform(3, 9) for _ in range(4))),
        ],
        relations=[make_relation("finish_to_start", ["p0"], ["p2"], lag=rng.randrange(2))],
    )


def optimum(instance: Instance, form: Columns) -> tuple[float | None, np.ndarray | None]:
    """Optimum of the program by hand, and which starts it takes."""
    starts = starts_of(instance)
    mip = hand_model(starts, form)
    found = quick_search(mip, 60.0, 0.0)
    if found.values is None:
        assert found.termination is Termination.INFEASIBLE
        return None, None
    taken = found.values[: starts.worth.size]
    if form is Columns.CUMULATIVE:
        first = np.concatenate([[True], starts.last[:-1]])
        taken = np.where(first, taken, taken - np.roll(taken, 1))
    return mip.value(found.values), np.round(taken)


@pytest.mark.parametrize("seed", range(12))
def test_both_forms_by_hand_have_the_optimum_of_the_product(seed: int) -> None:
    instance = random_instance(seed)
    assert unwritten(instance) == ()
    best = quick_search(build_formulation(instance).mip, 60.0, 0.0)
    for form in (Columns.BY_START, Columns.CUMULATIVE):
        value, taken = optimum(instance, form)
        if best.values is None:
            assert value is None
            continue
        assert value == pytest.approx(build_formulation(instance).mip.value(best.values), rel=1e-6)
        assert taken is not None
        assert obeys(starts_of(instance), taken)
    greedy = greedy_starts(starts_of(instance))
    if greedy is not None:
        assert value is not None
        assert obeys(starts_of(instance), greedy)
        assert starts_of(instance).worth @ greedy <= value + 1e-6


def cases() -> Iterator[tuple[bool, bool, bool]]:
    """For each seed: whether there is a plan, whether money binds, whether the greedy is behind."""
    for seed in range(12):
        instance = random_instance(seed)
        value, _ = optimum(instance, Columns.BY_START)
        starts = starts_of(instance)
        rich = replace(starts, inflow=starts.inflow + 100.0)
        free = quick_search(hand_model(rich, Columns.BY_START), 60.0, 0.0)
        greedy = greedy_starts(starts)
        assert free.values is not None
        is_bound = value is not None and hand_model(rich, Columns.BY_START).value(free.values) > (
            value + 1e-6
        )
        is_behind = (
            value is not None and greedy is not None and starts.worth @ greedy < value - 1e-6
        )
        yield value is not None, is_bound, is_behind


def test_the_cases_are_worth_their_time() -> None:
    has_plan, is_bound, is_behind = (sum(column) for column in zip(*cases(), strict=True))
    assert has_plan >= 8
    assert is_bound >= 8
    assert is_behind >= 2


def test_the_greedy_takes_what_brings_most_for_scarce_money() -> None:
    # 10 a year; a brings 2 x 9 over two years for 10, b and c bring 8 each for 5: b and c first.
    instance = make_instance(
        [make_project("a", 10, 9), make_project("b", 5, 8), make_project("c", 5, 8)],
        years=(2021, 2022),
        settings={"end_year": 2024},
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 10, 10),
    )
    starts = starts_of(instance)
    taken = greedy_starts(starts)
    assert taken is not None
    # 2021: b and c, open 2022-2024: 3 x 8 - 5 each; 2022: a, open 2023 and 2024: 2 x 9 - 10
    assert [int(year) for year in starts.year[taken > 0]] == [1, 0, 0]
    assert starts.worth @ taken == pytest.approx(2 * 19 + 8)
    assert not obeys(starts, np.ones(taken.size))
    late = replace(starts, must=np.array([True, False, False]))
    assert not obeys(late, np.where(starts.project == 0, 0.0, taken))
    waiting = replace(starts, waits=((1, 0, 0),))  # b waits for a, which opens too late for it
    assert not obeys(waiting, taken)


def test_what_must_be_built_and_does_not_fit_is_no_plan() -> None:
    instance = make_instance(
        [make_project("a", 30, 9, mandatory="must")],
        years=(2021, 2022),
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 10, 10),
    )
    assert greedy_starts(starts_of(instance)) is None
    assert optimum(instance, Columns.BY_START) == (None, None)


def test_what_is_not_written_is_named() -> None:
    instance = make_instance(
        [make_project("a", 10, 9), make_project("b", 5, 8), make_project("c", 5, 8)],
        funds=[make_fund(), make_fund("grant", sectors=("water",))],
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=3, rate=0.05)],
        relations=[
            make_relation("exclusive", ["a", "b"]),
            make_relation("start_to_start", ["a"], ["c"]),
        ],
    )
    assert {"exclusive", "issue_use", "funds", "relations"} <= set(unwritten(instance))


def test_plain_instances_keep_all_the_money_and_the_orders() -> None:
    made = generate(make_request(40, 6, 3))
    assert unwritten(made)
    less = plain(made)
    assert unwritten(less) == ()
    for year in made.settings.horizon.years:
        for payer in made.jurisdiction_ids:
            before, after = (
                sum(
                    row.value
                    for row in instance.inflows
                    if row.year == year and instance.fund_by_id[row.fund].jurisdiction == payer
                )
                for instance in (made, less)
            )
            assert after == pytest.approx(before)
    kinds = {row.type for row in made.relations} - {row.type for row in less.relations}
    assert kinds
    assert RelationType.FINISH_TO_START not in kinds
    assert len(less.projects) == len(made.projects)
    assert plain(less).funds == less.funds


def test_every_thing_that_is_not_written_has_words() -> None:
    words = unwritten_words(generate(make_request(40, 6, 3, debt=True, networks=True)))
    assert_bilingual(str(words), words.zh)
    assert unwritten_words(plain(generate(make_request(40, 6, 3)))) == ""
