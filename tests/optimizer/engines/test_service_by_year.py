"""Service counts in every year, whatever years a search over networks begins with."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Note
from infraplan.optimizer.engines import claims, fewer_years, integer_program
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.fewer_years import Narrow, first_years, search_fewer_years
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.extract import starts_of as starts_at
from infraplan.optimizer.formulation.money_scale import conditioning_of
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_plan
from tests.assertions import assert_verified
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_settings,
    make_target,
)
from tests.optimizer.engines.lying_solver import Liar
from tests.oracle_networks.test_random_lives import LAST, Dying, Valuer, instance_of, random_dying

YEARS = (2026, 2035)


def pipe(representative: tuple[int, ...] = (), *, column: bool = False, **values) -> Instance:
    """A pipe for 10 that brings 10 a year from the year after its start, for 30 years."""
    settings = make_settings(
        YEARS, end_year=2065, discount_rate=0.05, representative_years=representative
    )
    fixed = {"lead_time": 1, "lifetime": 30}
    if column:
        return make_instance([make_project("p", 10.0, 10.0, **fixed)], settings=settings)
    return make_instance(
        [make_project("p", 10.0, **fixed)],
        network_nodes=[make_node("src", "source", capacity=100.0), make_node("z", "zone")],
        network_links=[make_link("pipe", "src", "z", exists=False, capacity=100.0)],
        demands=[make_demand("dz", "z", 10.0, unserved_price=1.0)],
        project_network=[make_change("p", "pipe")],
        settings=settings,
        **values,
    )


BY_HAND = sum(10.0 / 1.05**k for k in range(1, 31)) - 10.0
"""Opens in 2027, serves for 30 years: 143.7."""


@pytest.mark.parametrize("representative", [(), tuple(range(2026, 2036)), (2030, 2035), (2035,)])
def test_a_pipe_opens_at_once_and_is_worth_its_years(representative: tuple[int, ...]) -> None:
    assert pytest.approx(143.7, abs=0.05) == BY_HAND
    found = solve(pipe(representative), SolveOptions(gap=0.0))
    assert [start.opening for start in found.require_plan().starts] == [2027]
    assert found.objective == pytest.approx(BY_HAND, rel=1e-9)
    assert found.bound == pytest.approx(BY_HAND, rel=1e-6)
    assert found.verification is not None
    assert found.verification.ok


def test_a_pipe_is_worth_what_the_same_benefit_in_a_column_is() -> None:
    assert solve(pipe(column=True), SolveOptions(gap=0.0)).objective == pytest.approx(BY_HAND)


def rounds_of(instance: Instance) -> tuple[Formulation, Known, tuple[Note, ...]]:
    """What the programs with fewer years lead to where nothing else is known."""
    full = build_formulation(instance)
    narrow = Narrow(full, conditioning_of(full.coefficients), 1.0, np.ones(full.mip.num_columns))
    options = SolveOptions(gap=0.0)
    return full, *search_fewer_years(narrow, Known(), options, Deadline.after(120.0))


def test_what_fewer_years_claim_is_told_with_the_difference() -> None:
    # In 2030 and 2035 alone the pipe opens in 2030: service seems to rise from nothing in
    # 2025 to all of it in 2030, and lasts for 30 years from there.
    full, known, told = rounds_of(pipe((2030, 2035)))
    assert {note.kind for note in told} == {"by_year"}
    assert "2030, 2035" in told[0].text_en
    rising = sum(10.0 * (k + 1) / 5.0 / 1.05**k for k in range(4))
    claimed = rising + sum(10.0 / 1.05**k for k in range(4, 34)) - 10.0 / 1.05**3
    assert f"values its plan at {claimed:,.6g}" in told[0].text_en
    assert f"{BY_HAND / 1.05**3:.3f}" in told[0].text_en
    assert "2030, 2035" in told[0].text_zh
    # What comes back is by the year; with years added it opens at once.
    assert known.worth == pytest.approx(BY_HAND)
    assert [start.opening for start in starts_at(full, known.plan)] == [2027]
    assert known.bound is None
    assert rounds_of(pipe())[2] == ()


def test_a_lie_about_fewer_years_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer breaks the model, the second is right: both is told before the value."""
    monkeypatch.setattr(claims, "solve_mip", Liar("refused"))
    _, known, told = rounds_of(pipe((2030, 2035)))
    assert [note.kind for note in told[:3]] == ["contradiction", "repaired", "by_year"]
    assert {note.kind for note in told[3:]} == {"by_year"}
    assert known.worth == pytest.approx(BY_HAND)


@pytest.mark.parametrize("most", [0, 10**6])
def test_a_small_program_of_every_year_is_solved_at_once(monkeypatch, most: int) -> None:
    began = []

    def rounds(narrow, known, options, deadline, should_stop=None):
        began.append(narrow.full.mip.num_columns)
        return search_fewer_years(narrow, known, options, deadline, should_stop)

    monkeypatch.setattr(fewer_years, "SMALL_COLUMNS", most)
    monkeypatch.setattr(integer_program, "search_fewer_years", rounds)
    found = solve(pipe((2030, 2035)), SolveOptions(gap=0.0))
    assert found.objective == pytest.approx(BY_HAND)
    assert len(began) == (1 if most == 0 else 0)


def test_a_stated_plan_of_the_old_kind_is_not_worth_its_claim() -> None:
    """Opened in 2030 it is worth 30 years from there, not 152.5: verify counts by the year."""
    late = edit(pipe().projects[0], earliest_start=2029, latest_start=2029, mandatory="must")
    instance = pipe((2030, 2035)).model_copy(update={"projects": (late,)})
    found = solve(instance, SolveOptions(gap=0.0))
    right = BY_HAND / 1.05**3
    assert found.objective == pytest.approx(right)
    claimed = edit(found.require_plan(), objective=152.5)
    assert not verify_plan(instance, claimed).ok
    assert_verified(instance, found.require_plan())


def test_years_of_targets_are_looked_at_first() -> None:
    instance = pipe(
        (2030,), targets=[make_target("water", "served:dz", 10.0, 2028, shortfall_price=1.0)]
    )
    assert first_years(instance) == (2028, 2030)
    assert first_years(pipe()) == tuple(range(2026, 2036))
    assert solve(instance, SolveOptions(gap=0.0)).objective == pytest.approx(BY_HAND)


def test_what_must_be_served_is_due_at_the_end_of_the_first_phase() -> None:
    """Nothing can serve before the pipe opens; from the last year of the first phase on it must."""
    demand = make_demand("dz", "z", 10.0, must_serve=True)
    for ready, is_there in ((2034, True), (2035, False)):
        instance = pipe().model_copy(update={"demands": (demand,)})
        late = edit(instance.projects[0], earliest_start=ready)
        found = solve(instance.model_copy(update={"projects": (late,)}), SolveOptions(gap=0.0))
        assert (found.plan is not None) is is_there


# -------------------------------------------------------------------------- random networks


def starts_of(plan: Plan) -> dict[str, int]:
    return {start.project: start.start for start in plan.starts}


def shifted(dying: Dying, starts: dict[str, int]) -> list[dict[str, int]]:
    """`starts` with one project a year earlier or later."""
    moves = [(name, year + step) for name, year in starts.items() for step in (-1, 1)]
    return [{**starts, name: year} for name, year in moves if 2021 <= year <= LAST]


@pytest.mark.no_cover  # tests/oracle_networks run its lines on such cases
def test_no_opening_is_better_a_year_earlier_or_later() -> None:
    """Whatever years the search begins with: the value is by the year, and so is the best plan."""
    built = moved = 0
    for seed in range(60):
        network = "twp"[seed % 3]
        dying = random_dying(9000 + seed, network)
        valuer = Valuer(dying, network)
        if len(dying.representative) == 4 or not dying.lives or valuer.best() <= 0.0:
            continue  # looked at in every year, or nothing is worth building
        instance = instance_of(dying, network)
        found = solve(instance, SolveOptions(gap=0.0))
        plan = found.require_plan()
        worth = valuer.worth(starts_of(plan))
        slack = 1e-6 * max(1.0, abs(worth))
        assert plan.objective == pytest.approx(worth, rel=1e-6, abs=1e-6), seed
        assert found.bound is not None
        assert found.bound >= valuer.best() - slack
        assert worth >= valuer.best() - slack
        for others in shifted(dying, starts_of(plan)):
            moved += 1
            assert valuer.worth(others) <= worth + (found.gap or 0.0) * abs(worth) + slack
        full, known, _ = rounds_of(instance)
        rounds = {start.project: start.start for start in starts_at(full, known.plan)}
        assert known.worth == pytest.approx(valuer.worth(rounds), rel=1e-6, abs=1e-6), seed
        built += bool(plan.starts)
        if built == 8:
            break
    assert built == 8
    assert moved > 8
