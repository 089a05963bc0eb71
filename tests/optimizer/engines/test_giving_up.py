"""A solver that gives up, beside others: what it found and proved is lost in no order of faults."""

from __future__ import annotations

import pytest

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends import SolverOptions, SolverReply
from infraplan.optimizer.engines.claims import ask_by
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.status import Termination
from tests.builders import make_instance, make_project
from tests.optimizer.engines.lying_solver import answered, best_plan


@pytest.mark.parametrize("has_plan", [False, True])
@pytest.mark.parametrize("faulty", [(), (1,), (0, 2), (1, 2)])
def test_who_gave_up_is_heard_where_others_fail(has_plan: bool, faulty: tuple[int, ...]) -> None:
    mip = build_formulation(make_instance([make_project("p", 1.0, 2.0)])).mip
    plan = best_plan(mip, 0.0) if has_plan else None
    bound = mip.value(best_plan(mip, 0.0)) + 1.0
    ways = tuple(SolverOptions(solver=name) for name in ("highs", "scip", "cbc"))
    asked = list[str]()

    def ask(chosen: SolverOptions) -> SolverReply:
        asked.append(chosen.solver)
        if len(asked) - 1 in faulty:
            raise SolverFailedError(phrase("no-solver-answered"))
        return answered(mip, chosen, Termination.INTERRUPTED, plan, bound)

    answer = ask_by(ask, mip, ways, Known(), Deadline.after(None), asks_on=True)
    assert asked == ["highs", "scip", "cbc"]  # each once
    assert answer.reply.bound == bound
    assert (answer.reply.values is not None) == has_plan
    assert len(answer.notes) == 4
