"""Networks with nothing to choose are answered from their flows, with a bound beside them."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.engines import integer_program
from infraplan.optimizer.engines.convex_search import gap_of
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.builders import make_demand, make_instance, make_link, make_node, make_project


def two_plants(projects: tuple[Any, ...] = (), load: float = 9.0) -> Instance:
    """Costs p^2 and 2 q^2 at a load of 9: 2 p = 4 q, so p = 6, q = 3 and 36 + 18 = 54."""
    return make_instance(
        list(projects),
        network_nodes=[
            make_node("one", "plant", "p", capacity=9.0, cost_quadratic=1.0),
            make_node("two", "plant", "p", capacity=9.0, cost_quadratic=2.0),
            make_node("z", "zone", "p"),
        ],
        network_links=[make_link("a", "one", "z", "p"), make_link("b", "two", "z", "p")],
        demands=[make_demand("load", "z", load, "p", must_serve=True)],
        years=(2021, 2022),
    )


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("searched")


def test_nothing_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integer_program, "_search", refuse)
    found = solve(two_plants(), SolveOptions(gap=1e-6))
    assert found.plan is not None
    assert found.verification is not None
    assert found.verification.ok
    assert found.termination in {Termination.OPTIMAL, Termination.GAP_REACHED}
    assert found.objective == pytest.approx(0.0, abs=1e-6)
    assert found.bound == pytest.approx(0.0, abs=1e-4)
    assert found.bound >= found.objective
    assert found.certified_bound is not None
    costs = [row.value for row in found.plan.service if row.measure == "cost"]
    assert costs == pytest.approx([54.0] * len(costs), rel=1e-8)
    assert costs


@pytest.mark.parametrize("instance", [two_plants(load=20.0), two_plants((make_project("p", 3.0),))])
def test_no_flows_and_a_choice_are_searched(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    monkeypatch.setattr(integer_program, "_search", refuse)
    with pytest.raises(AssertionError, match="searched"):
        solve(instance)


def test_no_plan_where_the_load_is_too_high() -> None:
    found = solve(two_plants(load=20.0))
    assert found.plan is None
    assert found.termination.is_proof_of_no_plan


def test_a_gap_of_rounding_alone_is_one_of_costs() -> None:
    """1e-5 and 7e-5 beside costs of 54 a year: no ratio of the two is a gap."""
    formulation = build_formulation(two_plants())
    offset = formulation.mip.objective_offset
    assert gap_of(formulation, 1e-5, 7e-5) == pytest.approx(6e-5 / offset)
    chosen = build_formulation(two_plants((make_project("p", 3.0),)))
    assert gap_of(chosen, 1e-5, 7e-5) == pytest.approx(6.0)
