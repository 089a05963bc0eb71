"""What a guest is left of its time, by a clock that the test sets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import SolverOptions, host
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.mip import Mip
from tests.optimizer.backends.mips import knapsack


class AskedError(Exception):
    """A guest was asked, with so many seconds."""


@pytest.mark.parametrize(
    ("limit", "counts", "left"),
    [(10.0, False, 3.0), (5.0, False, host.LEAST_LEFT_S), (None, False, None), (5.0, True, 5.0)],
)
def test_changing_columns_is_inside_the_limit(
    monkeypatch: pytest.MonkeyPatch, *, limit: float | None, counts: bool, left: float | None
) -> None:
    seconds = [100.0]

    def changed(mip: Mip, columns: Columns, task: str) -> SimpleNamespace | None:
        del task
        if columns is Columns.CUMULATIVE:
            return None
        seconds[0] += 7.0
        return SimpleNamespace(mip=mip)

    def run(mip: Mip, options: SolverOptions, *rest: object, **more: object) -> None:
        del mip, rest, more
        raise AskedError(options.time_limit_s)

    monkeypatch.setattr(host, "time", SimpleNamespace(perf_counter=lambda: seconds[0]))
    monkeypatch.setattr(host, "in_columns_for", changed)
    monkeypatch.setattr(host, "run_guest", run)
    monkeypatch.setattr(work_clock, "is_counting", lambda: counts)
    with pytest.raises(AskedError) as asked:
        host.solve_mip(knapsack(), SolverOptions(time_limit_s=limit))
    assert asked.value.args == (left,)
