"""The reasons for leaving a project out, where the relaxation cannot be solved."""

from __future__ import annotations

import pytest

from infraplan.optimizer.analysis import forcing, rejections
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation
from tests.builders import make_instance, make_policy, make_project
from tests.optimizer.engine import best


def test_reasons_stand_without_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forcing, "quick_relaxation", lambda *_: QuickRelaxation(None, None))
    instance = make_instance(
        [make_project("a", 10, 10), make_project("b", 10, 8), make_project("c", 10, 1)],
        policies=[make_policy("spend_cap", 10.0, id="cap")],
    )
    found = best(instance)
    assert found.plan is not None
    rows = {r.project: r for r in rejections.find_rejections(found.formulation, found.plan)}
    # a is worth 3 x 10 - 10 = 20, b 14, c -7 in 2021, and the cap of 10 pays for one of them.
    assert found.starts == {"a": 2021}
    assert (rows["b"].rule, rows["b"].amount) == ("policy:cap", pytest.approx(10.0))
    assert rows["b"].loss == pytest.approx(20.0 - 14.0)
    assert (rows["c"].rule, rows["c"].amount) == ("value", pytest.approx(7.0))
    assert rows["c"].loss == pytest.approx(20.0 + 7.0)
