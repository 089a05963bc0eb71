"""Both forms of columns and two solvers agree within their proven gaps on the five plans."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage.instance_file import read_instance
from tests.agreement.answers import FORMS, disagreements, product_answer
from tests.benchmarks.plans import INSTANCES

pytestmark = [pytest.mark.slow, pytest.mark.agreement, pytest.mark.by_seconds]

SOLVERS = ("highs", "scip")
SECONDS, GAP = 120.0, 1e-4


@pytest.mark.parametrize("name", INSTANCES)
def test_forms_and_solvers_agree(
    name: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = read_instance(repository / "instances" / name)

    def asked(solver: str, form: Columns) -> SolveOptions:
        return SolveOptions(solver=solver, columns=form, gap=GAP, time_limit_s=SECONDS)

    given = [product_answer(instance, asked(*way)) for way in product(SOLVERS, FORMS)]
    with capsys.disabled():
        print(f"\n{name}", *map(str, given), sep="\n", flush=True)
    assert not disagreements(given)
    assert all(answer.value is not None for answer in given)
