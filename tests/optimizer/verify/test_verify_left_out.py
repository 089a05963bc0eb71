"""Control totals of what is left out: those of an honest run agree, whatever their number."""

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.optimizer.storage.control_totals import control_totals
from infraplan.optimizer.verify import verify_left_out
from infraplan.optimizer.verify.built import build
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.value import project_terms
from tests.builders import make_instance, make_plan, make_project, make_relation

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


@pytest.mark.parametrize(("miss", "is_seen"), [(0.01, False), (100.0, True)])
def test_a_value_that_billions_leave_is_rounded_as_they_are(miss: float, is_seen: bool) -> None:
    """A project of 100 billion yuan that just pays may miss by a cent, not by 100 yuan."""
    cost, year = 1e11, 2021

    def alone(benefit: float) -> tuple[Instance, float]:
        project = make_project("p", cost, benefit, earliest_start=year, latest_start=year)
        instance = make_instance([project])
        reading = ProblemData(instance)
        there = build(reading, project, project.options[0], year)
        return instance, sum(project_terms(reading, there).values())

    least, more = alone(1.0)[1], alone(1e10)[1]
    instance, value = alone(1.0 - least * (1e10 - 1.0) / (more - least))
    row = Rejection(project="p", best_npv=value + miss, rule="value")
    found = verify_left_out(instance, make_plan(instance, []), [row], {})
    assert [item.law for item in found] == (["record"] if is_seen else [])
    assert abs(value) < 1e-3, "the case is one that just pays"


def test_the_value_of_what_retires_something_has_what_that_gives_up() -> None:
    """A run of the differential trials was refused: `new` costs 10 and ends 3 years of 4 a year."""
    old = make_project("old", 5, 4, stage="complete", opened=2020, lifetime=5)
    new = make_project("new", 10, latest_start=2021)
    ends = make_relation("retires", ["old"], ["new"], value=1.0)
    instance = make_instance([old, new], relations=[ends])
    for value, is_so in ((-10.0 - 3 * 4.0 + 1.0, True), (-11.0, False)):
        row = Rejection(project="new", best_npv=value, rule="value")
        found = verify_left_out(instance, make_plan(instance, []), [row], {})
        assert (not found) is is_so, found
