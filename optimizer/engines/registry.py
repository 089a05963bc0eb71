"""All engines by name, and which one takes an instance."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from infraplan.models.catalogue import in_language, listed, pair, phrase
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw
from infraplan.optimizer.backends import available_solvers
from infraplan.optimizer.backends.base import solver_entry
from infraplan.optimizer.engines.contract import Engine, Solver
from infraplan.optimizer.engines.declared import (
    EQUILIBRIUM_READS,
    EXACT_READS,
    SCHEDULE_READS,
    WATER_READS,
)
from infraplan.optimizer.engines.integer_program import solve_integer_program
from infraplan.optimizer.engines.mostly_order import is_mostly_order
from infraplan.optimizer.engines.schedule_claims import SOLVER
from infraplan.optimizer.engines.scheduling import solve_scheduling
from infraplan.optimizer.engines.unsupported import (
    equilibrium_limits,
    exact_limits,
    scheduling_limits,
    water_limits,
)
from infraplan.optimizer.errors import UnsupportedFeatureError

AUTO, EXACT, EQUILIBRIUM, DECOMPOSITION = "auto", "exact", "equilibrium", "decomposition"
SCHEDULING, WATER_DESIGN = "scheduling", "water_design"


def _equilibrium() -> Solver:
    """The search over roads, loaded when asked: its compiler takes as long as a first plan."""
    from infraplan.optimizer.engines.equilibrium import solve_equilibrium

    return solve_equilibrium


def _water_design() -> Solver:
    """The search over pipes, loaded when asked: few instances have a network under pressure."""
    from infraplan.optimizer.engines.water_design import solve_water_design

    return solve_water_design


def _decomposition() -> Solver:
    """The engine of closures, loaded when asked: so is its compiler."""
    from infraplan.optimizer.engines.decomposition import solve_decomposition

    return solve_decomposition


ENGINES: Mapping[str, Engine] = MappingProxyType(
    {
        engine.name: engine
        for engine in (
            Engine(
                name=EXACT,
                flow_law=FlowLaw.FLOW,
                declaration=EXACT_READS,
                laws=exact_limits,
                load=lambda: solve_integer_program,
                explains_conflicts=True,
                explains_rejections=True,
            ),
            Engine(
                name=EQUILIBRIUM,
                flow_law=FlowLaw.EQUILIBRIUM,
                declaration=EQUILIBRIUM_READS,
                laws=equilibrium_limits,
                load=_equilibrium,
                explains_conflicts=True,
                explains_rejections=False,  # its program does not hold the flows that decide
            ),
            Engine(
                name=WATER_DESIGN,
                flow_law=FlowLaw.PRESSURE,
                declaration=WATER_READS,
                laws=water_limits,
                load=_water_design,
                explains_conflicts=True,  # nodes that lack pressure, or rules of its program
                explains_rejections=False,  # its program does not hold the pressures that decide
            ),
            Engine(
                name=SCHEDULING,
                flow_law=FlowLaw.FLOW,
                declaration=SCHEDULE_READS,
                laws=scheduling_limits,
                load=lambda: solve_scheduling,
                explains_conflicts=True,
                explains_rejections=True,
                own_solver=SOLVER,
                has_own_solver_alone=True,  # intervals are no rows
            ),
            Engine(
                name=DECOMPOSITION,
                flow_law=FlowLaw.FLOW,
                declaration=EXACT_READS,
                laws=exact_limits,
                load=_decomposition,
                explains_conflicts=True,
                explains_rejections=True,
            ),
        )
    }
)
"""Every engine that there is."""

WITH_ITS_PROGRAM = frozenset({EXACT, DECOMPOSITION})
"""Engines that answer the integer program itself: what holds plans in it, holds for both."""

IN_PLACE_OF: Mapping[str, str] = MappingProxyType(
    {
        "alternatives": "in-place-of-alternatives",
        "frontier": "in-place-of-frontier",
        "move-money": "in-place-of-move-money",
        "replan": "in-place-of-replan",
        "robust": "in-place-of-robust",
    }
)
"""By command that asks the program itself, the message that says what to use where it holds not
all of an instance."""

ENGINE_NAMES = (AUTO, *ENGINES)
"""Every name that may be asked for."""


def engine_named(name: str) -> Engine:
    """The engine called `name`.

    Raises
    ------
    UnsupportedFeatureError
        There is none.
    """
    if name not in ENGINES:
        message = phrase(
            "there-is-no-engine-engines-are", engine=name, engines=listed(ENGINE_NAMES)
        )
        raise UnsupportedFeatureError(message)
    return ENGINES[name]


def engine_for(instance: Instance, name: str = AUTO, solver: str | None = None) -> Engine:
    """The engine called `name`; for `auto` the one that is for the networks of `instance`.

    Whether it supports the rest is told by its `solve`. Under the objective `makespan` it is the
    one for schedules where that supports the instance, and its solver is there and no other is
    asked for. Where nearly all is order it is the one of closures, if it supports the instance.

    Raises
    ------
    UnsupportedFeatureError
        There is no engine of that name.
    """
    if name != AUTO:
        return engine_named(name)
    if instance.settings.objective is Objective.MAKESPAN:
        there = {info.name for info in available_solvers() if info.available}
        is_wanted = SOLVER in there and solver in {None, SOLVER}
        if is_wanted and not ENGINES[SCHEDULING].supports(instance):
            return ENGINES[SCHEDULING]
    if is_mostly_order(instance) and not ENGINES[DECOMPOSITION].supports(instance):
        return ENGINES[DECOMPOSITION]
    laws = {row.law for row in instance.settings.networks}
    special = (FlowLaw.EQUILIBRIUM, FlowLaw.PRESSURE)
    law = next((law for law in special if law in laws), FlowLaw.FLOW)
    return next(engine for engine in ENGINES.values() if engine.flow_law is law)


def require_program(instance: Instance, command: str) -> None:
    """Refuse, before anything is solved, a question to the integer program that it cannot hold.

    What varies the program, or holds plans in it, asks here first; the answer is that of the
    program's own engine, so that a law of networks is named where engines declare it.

    Parameters
    ----------
    instance
        The instance that is asked about.
    command
        Command that asks; the catalogue says what is to be used in its place.

    Raises
    ------
    UnsupportedFeatureError
        The integer program does not hold something of the instance.
    """
    refusals = ENGINES[EXACT].supports(instance)
    if refusals:
        told = pair(
            "; ".join(f"{row.value}: {row.english}" for row in refusals),
            "；".join(f"{in_language(row.value, 'zh')}：{row.chinese}" for row in refusals),
        )
        instead = phrase(IN_PLACE_OF[command])
        raise UnsupportedFeatureError(
            phrase("the-program-cannot-be-asked", command=command, told=told, instead=instead)
        )


def require_solver(engine: Engine, solver: str | None) -> None:
    """Refuse, before anything is built, a solver that `engine` cannot ask.

    Parameters
    ----------
    engine
        The engine that will solve.
    solver
        Name of a solver; None for the engine's own.

    Raises
    ------
    UnsupportedFeatureError
        The engine has a solver of its own, and another one is named.
    SolverUnavailableError
        There is no solver of that name, or it is not installed.
    """
    if engine.has_own_solver_alone and solver not in {None, engine.own_solver}:
        message = phrase(
            "the-engine-has-a-solver-of-its-own",
            engine=engine.name,
            own=engine.own_solver,
            solver=solver,
            exact=EXACT,
        )
        raise UnsupportedFeatureError(message)
    solver_entry(solver or engine.own_solver)
