"""Every engine obeys every rule of money, choice and policy, or refuses it by name."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw
from infraplan.optimizer.engines.contract import Engine
from infraplan.optimizer.engines.registry import ENGINES, SCHEDULING
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_verified
from tests.builders import edit
from tests.optimizer.engines.minis import MINIS
from tests.optimizer.engines.roads import RoadOracle, with_roads
from tests.optimizer.engines.waters import with_pipes
from tests.oracle.choice import Choice

ROADS = [("a", "direct", {}), ("b", "short", {})]
"""Roads that the projects of a mini open; `short` harms where `direct` is not there."""


def version_for(engine: Engine, instance: Instance) -> Instance:
    """`instance` as the engine is for it: with roads at equilibrium, or as few years as can be."""
    if engine.name == SCHEDULING:
        return edit(instance, settings=edit(instance.settings, objective=Objective.MAKESPAN))
    if engine.flow_law is FlowLaw.PRESSURE:
        return with_pipes(instance)
    if engine.flow_law is not FlowLaw.EQUILIBRIUM:
        return instance
    there = {project.id for project in instance.projects}
    changes = [row for row in ROADS if row[0] in there]
    last = instance.settings.horizon.last_year
    return with_roads(instance, changes=changes, years=(last,), value_of_time=0.004)


def _schedules(formulation: Formulation):
    """All choices of at most one option and start for each project."""
    sets = formulation.sets
    ways = []
    for options in sets.options_of:
        mine: list[tuple[int, int] | None] = [None]
        mine += [
            (option, t)
            for option in options
            for t in range(sets.options[option].first, sets.options[option].last + 1)
        ]
        ways.append(mine)
    return itertools.product(*ways)


def _rows(formulation: Formulation) -> LinearConstraint:
    """Rows of the program as scipy takes them, made once for all schedules."""
    mip = formulation.mip
    rows = csr_matrix((mip.a_value, mip.a_index, mip.a_start), (mip.num_rows, mip.num_columns))
    return LinearConstraint(rows.tocsc(), mip.row_lower, mip.row_upper)


def _program_value(formulation: Formulation, rows: LinearConstraint, schedule) -> float | None:
    """Value of the starts of `schedule` with the best of everything else, travel apart."""
    mip, sets = formulation.mip, formulation.sets
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    starts = mip.columns("started").index.ravel()
    fixed = np.zeros(mip.num_columns)
    for choice in schedule:
        if choice is not None:
            option, t = choice
            fixed[formulation.started[option, t : sets.options[option].last + 1]] = 1.0
    if (fixed[starts] > upper[starts]).any() or (fixed[starts] < lower[starts]).any():
        return None
    lower[starts] = upper[starts] = fixed[starts]
    answer = milp(
        -mip.objective,
        constraints=rows,
        bounds=Bounds(lower, upper),
        integrality=mip.integrality.astype(int),
    )
    return None if answer.x is None else mip.value(answer.x)


def brute_force(instance: Instance) -> float | None:
    """Value of the best schedule, travel included; None where no schedule is allowed."""
    formulation = build_formulation(instance)
    sets = formulation.sets
    laws = {row.law for row in instance.settings.networks}
    roads = RoadOracle(instance) if FlowLaw.EQUILIBRIUM in laws else None
    best: float | None = None
    rows = _rows(formulation)
    for schedule in _schedules(formulation):
        value = _program_value(formulation, rows, schedule)
        if value is None:
            continue
        if roads is not None:
            flats = [(sets.options[o], t) for o, t in filter(None, schedule)]
            built = {
                flat.project.id: Choice(flat.project, flat.option, sets.first_year + t)
                for flat, t in flats
            }
            price = instance.demands[0].value_of_time
            for state, weight in roads.weights.items():
                after, before = roads.minutes(built, *state), roads.minutes({}, *state)
                value += weight * price * (before - after)
        best = value if best is None else max(best, value)
    return best


@pytest.mark.parametrize("engine", ENGINES.values(), ids=list(ENGINES))
@pytest.mark.parametrize("name", MINIS)
def test_engine_obeys_the_rule_or_refuses_it(engine: Engine, name: str) -> None:
    mini = MINIS[name]
    values = []
    for plain in (mini.binding, mini.slack):
        instance = version_for(engine, plain)
        refusals = engine.supports(instance)
        if refusals:
            refused = {refusal.table for refusal in refusals}
            if engine.name == SCHEDULING:  # refuses what the mini needs besides its rule, too
                asked = {"instance" if name == "settings" else name for name in mini.tables}
                assert refused & asked, refusals
            else:
                assert refused <= mini.tables, refusals
            return
        expected = brute_force(instance)
        found = engine.solve(instance, SolveOptions(gap=0.0, canonical=False))
        values.append(expected)
        if expected is None:
            assert found.plan is None
            assert found.termination.is_proof_of_no_plan
            continue
        assert_verified(instance, found.require_plan())
        assert found.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
    # Few rules bind the years to the last opening; the rule's value is for the other engines.
    if engine.name != SCHEDULING:
        assert values[0] != pytest.approx(values[1], abs=1e-3), "the rule does not bind"


def test_every_table_of_money_choice_and_policy_has_a_mini() -> None:
    covered = frozenset().union(*(mini.tables for mini in MINIS.values()))
    filled = {
        name
        for name in Instance.model_fields
        if any(getattr(mini.binding, name) for mini in MINIS.values())
    }
    networks = {"network_nodes", "network_links", "demands", "project_network"}
    asked = set(Instance.model_fields) - networks - {"places", "scenarios"}
    assert asked - filled - covered == set(), "no mini in tests/optimizer/engines/minis.py"
