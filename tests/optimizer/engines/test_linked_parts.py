"""Programs whose districts few rows join: searched at prices of these, to the whole's answer."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array, hstack

from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind
from infraplan.optimizer import mip_parts
from infraplan.optimizer.backends import SolverReply
from infraplan.optimizer.backends import tree as tree_module
from infraplan.optimizer.backends.base import SolverOptions
from infraplan.optimizer.backends.tree import StartTree
from infraplan.optimizer.engines import integer_program
from infraplan.optimizer.engines import known as known_module
from infraplan.optimizer.engines.beside import Beside
from infraplan.optimizer.engines.linked_parts import (
    joined_by_few,
    link_rows,
    without_forbidden,
)
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import Termination

OPTIONS = SolveOptions(gap=5e-3, time_limit_s=60.0)


@pytest.fixture(autouse=True)
def _few_starts_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an instance of 60 projects be searched as a large one is."""
    monkeypatch.setattr(known_module, "LEAST_CHOICES", 100)
    monkeypatch.setattr(mip_parts, "LEAST_STARTS", 40)


@cache
def instance(policies: int = 2) -> Instance:
    """Two districts under a cap on the starts of a year and one on what all of them spend."""
    apart = generate(make_request(60, 5, 1, districts=2, debt=True))
    first = apart.settings.horizon.first_year + 1
    most = sum(p.options[0].overnight_cost or 0.0 for p in apart.projects)
    policies_of_all = (
        Policy(
            id="starts",
            kind=PolicyKind.STARTS_CAP,
            value=3.0,
            per_year=True,
            from_year=first,
        ),
        Policy(id="spend", kind=PolicyKind.SPEND_CAP, value=0.42 * most),
    )
    return apart.model_copy(update={"policies": policies_of_all[:policies]})


def heard_linked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each program searched at prices from now on, whether that gave an answer."""
    heard: list[bool] = []
    search = integer_program.search_linked

    def listening(*arguments: object, **named: object) -> object:
        found = search(*arguments, **named)  # type: ignore[arg-type]
        heard.append(found[1] is not None)
        return found

    monkeypatch.setattr(integer_program, "search_linked", listening)
    return heard


def met(result: SolveResult) -> tuple[float, float]:
    """Value and bound of a verified plan within the gap."""
    assert result.verification is not None
    assert result.verification.ok
    assert result.objective is not None
    assert result.bound is not None
    assert result.bound >= result.objective
    assert result.gap is not None
    assert result.gap <= 1.01 * OPTIONS.gap
    return result.objective, result.bound


def test_links_are_the_rows_of_several_districts_alone() -> None:
    formulation = build_formulation(instance())
    families = {formulation.mip.row_of(int(row))[0].family for row in link_rows(formulation)}
    assert families == {"policy"}
    assert link_rows(build_formulation(instance(0))).size == 0
    links = joined_by_few(formulation, OPTIONS)
    assert links is not None
    assert np.array_equal(links, link_rows(formulation))
    assert joined_by_few(build_formulation(instance(0)), OPTIONS) is None
    assert joined_by_few(formulation, replace(OPTIONS, solver="highs")) is None


def test_prices_and_the_whole_agree_within_their_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = heard_linked(monkeypatch)
    priced = met(solve(instance(), OPTIONS))
    assert heard == [True]
    monkeypatch.setattr(integer_program, "joined_by_few", lambda *_: None)
    whole = met(solve(instance(), OPTIONS))
    assert heard == [True]
    assert priced[0] <= whole[1] * (1.0 + 1e-6)
    assert whole[0] <= priced[1] * (1.0 + 1e-6)


def test_counted_work_leads_to_the_same_plan_again(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = heard_linked(monkeypatch)
    options = replace(OPTIONS, time_limit_s=None, deterministic=True)
    first, second = (solve(instance(), options) for _ in range(2))
    assert heard == [True, True]
    assert first.plan is not None
    assert first.plan == second.plan
    assert first.bound == second.bound
    assert first.clock == second.clock == ()


def test_a_guest_that_fails_leaves_the_program_to_the_other_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from infraplan.models.catalogue import phrase

    def failing(*arguments: object, **named: object) -> SolverReply:
        raise SolverFailedError(phrase("highs-refused-the-model"))

    heard = heard_linked(monkeypatch)
    monkeypatch.setattr(tree_module, "solve_mip", failing)
    result = solve(instance(), OPTIONS)
    met(result)
    assert heard == [True]
    assert [n.kind for n in result.notes if n.kind != "conditioning"] == ["failure", "repaired"]


@pytest.mark.parametrize("lie", ["bound", "infeasible", "values"])
def test_what_the_guest_claims_is_not_believed(monkeypatch: pytest.MonkeyPatch, lie: str) -> None:
    true = tree_module.solve_mip
    monkeypatch.setattr(Beside, "_is_wanted", lambda _: False)  # it may end the guest at once
    best = met(solve(instance(), OPTIONS))

    def lying(*arguments: Any, **named: Any) -> SolverReply:
        reply = true(*arguments, **named)
        assert reply.bound is not None
        assert reply.values is not None
        if lie == "bound":
            return replace(reply, bound=reply.bound - 0.5 * abs(reply.bound))
        if lie == "values":
            return replace(reply, values=np.ones(reply.values.size))
        return replace(reply, termination=Termination.INFEASIBLE, values=None, bound=None)

    monkeypatch.setattr(tree_module, "solve_mip", lying)
    value, bound = met(solve(instance(), OPTIONS))
    assert value <= best[1] * (1.0 + 1e-6)
    assert bound >= best[0] * (1.0 - 1e-6)


def small(rng: np.random.Generator) -> tuple[Mip, IntArray]:
    """Four projects of three starts in two parts, a money row each, two rows over all."""
    count, starts = 4, 3
    columns = count * starts
    project = np.repeat(np.arange(count), starts)
    money = rng.integers(1, 9, size=columns).astype(float)
    rows = [np.where(project // 2 == part, money, 0.0) for part in range(2)]
    links = [rng.integers(0, 6, size=columns).astype(float), rng.integers(0, 6, size=columns) - 2.0]
    sums = [np.where(project == p, 1.0, 0.0) for p in range(count)]
    matrix = csr_array(np.array([*rows, *links, *sums]))
    must = rng.integers(0, 2, size=count).astype(float)
    mip = Mip(
        objective=rng.integers(-3, 12, size=columns).astype(float),
        objective_offset=1.5,
        col_lower=np.zeros(columns),
        col_upper=np.ones(columns),
        integrality=np.ones(columns, dtype=np.bool_),
        a_start=matrix.indptr.astype(np.int64),
        a_index=matrix.indices.astype(np.int64),
        a_value=matrix.data,
        row_lower=np.concatenate([np.full(2, -np.inf), [-np.inf, rng.integers(-4, 1)], must]),
        row_upper=np.concatenate([np.full(2, 11.0), [rng.integers(5, 11), np.inf], np.ones(count)]),
    )
    return mip, project + 4


def plans_of(mip: Mip, row: IntArray) -> list[FloatArray]:
    """All plans, by enumeration."""
    found = []
    places = [[None, *np.flatnonzero(row == number)] for number in np.unique(row)]
    for choice in itertools.product(*places):
        values = np.zeros(mip.num_columns)
        values[[int(one) for one in choice if one is not None]] = 1.0
        use = mip.activity(values)
        is_kept = np.all(use <= mip.row_upper + 1e-9) and np.all(use >= mip.row_lower - 1e-9)
        if is_kept and np.all(values <= mip.col_upper):
            found.append(values)
    return found


def test_the_guest_finds_the_best_plan_of_small_programs_or_bounds_it() -> None:
    """Against enumeration: bounds hold, plans are plans, and what is called closed is."""
    links, years = np.array([2, 3]), np.tile(np.arange(3), 4)
    for seed in range(4):
        mip, row = small(np.random.default_rng(seed))
        plans = plans_of(mip, row)
        tree = StartTree(mip, row, years, None, links, np.zeros(2))
        reply = tree.solve(SolverOptions(gap=1e-6, time_limit_s=20.0))
        if not plans:
            assert reply.values is None
            continue
        best = max(mip.value(values) for values in plans)
        assert reply.bound is not None
        assert reply.bound >= best - 1e-6
        assert reply.objective is not None
        assert reply.objective <= best + 1e-6


def with_money_to_have(mip: Mip, cost: float) -> Mip:
    """`mip` with a column that gives as much of the first link as is wanted, at `cost` each."""
    matrix = csr_array(
        (mip.a_value, mip.a_index, mip.a_start), shape=(mip.num_rows, mip.num_columns)
    )
    gives = np.zeros((mip.num_rows, 1))
    gives[2] = -1.0
    wider = csr_array(hstack([matrix, csr_array(gives)]))
    return replace(
        mip,
        objective=np.append(mip.objective, -cost),
        col_lower=np.append(mip.col_lower, 0.0),
        col_upper=np.append(mip.col_upper, np.inf),
        integrality=np.append(mip.integrality, False),
        a_start=wider.indptr.astype(np.int64),
        a_index=wider.indices.astype(np.int64),
        a_value=wider.data,
    )


@pytest.mark.parametrize("price", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("is_begun", [True, False])
def test_prices_at_which_money_is_worth_having_without_end_prove_nothing(
    price: float, is_begun: bool
) -> None:
    """Neither that there is no plan, nor a bound that one exceeds."""
    mip, row = small(np.random.default_rng(0))
    plans = plans_of(mip, row)
    best = max(mip.value(values) for values in plans)
    wider, row = with_money_to_have(mip, 0.5), np.append(row, -1)
    years = np.append(np.tile(np.arange(3), 4), 0)
    tree = StartTree(wider, row, years, None, np.array([2, 3]), np.array([price, 0.0]))
    start = np.append(plans[0], 0.0) if is_begun else None
    reply = tree.solve(SolverOptions(gap=1e-6, time_limit_s=20.0), start=start)
    assert not reply.termination.is_proof_of_no_plan
    assert reply.bound is None or reply.bound >= best - 1e-6
    if is_begun:
        assert reply.objective is not None
        assert reply.objective >= mip.value(plans[0]) - 1e-6


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_part_without_a_bound_is_not_one_without_a_plan(is_begun: bool) -> None:
    mip, row = small(np.random.default_rng(0))
    plan = plans_of(mip, row)[0]
    wider = with_money_to_have(mip, -1.0)
    years = np.append(np.tile(np.arange(3), 4), 0)
    tree = StartTree(wider, np.append(row, -1), years, None)
    start = np.append(plan, 0.0) if is_begun else None
    reply = tree.solve(SolverOptions(gap=1e-6, time_limit_s=20.0), start=start)
    assert reply.termination is Termination.INTERRUPTED
    assert reply.bound is None


def test_a_start_that_a_link_forbids_is_in_no_plan() -> None:
    is_any = False
    for seed in range(60):
        mip, row = small(np.random.default_rng(seed))
        less = without_forbidden(mip, np.array([2, 3]), row)
        is_any |= bool(np.any(less.col_upper < mip.col_upper))
        assert len(plans_of(less, row)) == len(plans_of(mip, row))
    assert is_any
