"""The reasons for leaving a project out, where the relaxation cannot be solved."""

from __future__ import annotations

import pytest

from infraplan.optimizer.analysis import rejections
from infraplan.optimizer.errors import SolverFailedError
from tests.builders import make_instance, make_policy, make_project
from tests.optimizer.engine import best


def test_reasons_come_without_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        message = "no relaxation today"
        raise SolverFailedError(message)

    monkeypatch.setattr(rejections, "solve_relaxation", refuse)
    instance = make_instance(
        [make_project("a", 10, 10), make_project("b", 10, 8), make_project("c", 10, 1)],
        policies=[make_policy("spend_cap", 10.0)],
    )
    found = best(instance)
    assert found.plan is not None
    rows = {r.project: r for r in rejections.find_rejections(found.formulation, found.plan)}
    assert rows["b"].rule == "marginal"
    assert rows["c"].rule == "value"
    assert rows["b"].loss is None
    # 3 x 8 - 10 in 2021 is the most b is worth alone.
    assert rows["b"].best_npv == pytest.approx(14.0)
