"""Control totals of what is left out: those of an honest run agree, whatever their number."""

import pytest

from infraplan.models.plan import Rejection
from infraplan.optimizer.storage.control_totals import control_totals
from infraplan.optimizer.verify import verify_left_out
from tests.builders import make_instance, make_project

MANY = 1_500


@pytest.mark.parametrize("wrong", [0.0, 0.01])
@pytest.mark.parametrize("amount", [0.1, 1e-7, 1.1e12])
def test_totals_of_many_equal_figures_agree_and_a_change_is_seen(
    amount: float, wrong: float
) -> None:
    """Summed one by one, 1,000 times 0.1 misses its sum by more than sums may differ."""
    rows = [
        Rejection(project=f"p{number}", rule="value", amount=amount, loss=amount, method="exact")
        for number in range(MANY)
    ]
    totals = control_totals(rows)
    totals["sums"]["loss"]["sum"] += wrong * amount
    instance = make_instance([make_project("p0")])
    found = verify_left_out(instance, None, rows, {"left_out": totals})
    assert [item.subject for item in found] == (["left_out.sums.loss"] if wrong else [])
