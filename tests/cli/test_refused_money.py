"""Commands on instances some of whose answers no money pays for to the smallest unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.storage.instance_file import write_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call

FIRST = 2021


@pytest.fixture(scope="module")
def short() -> Instance:
    """Two projects of which the better one lacks two hundredths of half a billion."""
    costs = (519_780_130.52, 87_654_321.09)
    return make_instance(
        [make_project(f"p{k}", cost, 0.1 * cost) for k, cost in enumerate(costs)],
        funds=[make_fund()],
        inflows=make_inflows("budget", FIRST, 519_780_130.50),
        years=(FIRST, FIRST),
        settings={"end_year": FIRST + 19},
    )


def test_a_run_with_refused_answers_is_explained_certified_and_verified(
    short: Instance, call: Call, tmp_path: Path
) -> None:
    write_instance(short, tmp_path / "short")
    run = tmp_path / "run"
    asked = ("solve", str(tmp_path / "short"), "--gap", "0", "-o", str(run), "--certify")
    solved = call(*asked)
    assert solved.code == 0, solved.err
    assert "smallest unit or more: 1" in " ".join(
        (solved.out + solved.err).split()
    )  # it is wrapped
    verified = call("verify", str(run))
    assert verified.code == 0, verified.out + verified.err
