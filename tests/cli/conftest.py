"""A small instance on disk, solved once, for the commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.report import html
from infraplan.optimizer.storage import write_instance
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
    make_rule,
    make_target,
)


@dataclass(frozen=True)
class Called:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        lines = self.out.strip().splitlines()
        assert len(lines) == 1, self.out
        found = json.loads(lines[0])
        assert isinstance(found, dict)
        return found


Call = Callable[..., Called]


@pytest.fixture(scope="session")
def call() -> Call:
    """Run a command inside this process."""

    def run(*arguments: object) -> Called:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Called(result.exit_code, result.stdout, result.stderr)

    return run


def small() -> Instance:
    """A pays at once, B waits, C never pays; a bond, a ceiling, a banded rule, a target."""
    return make_instance(
        [
            make_project("a", 10, 10, name_en="<b>A</b>", name_zh="甲", outputs={"km": 3.0}),
            make_project("b", 10, 8, name_en="=SUM(B)", name_zh="乙", sector="water"),
            make_project("c", 10, 1, name_en="C", name_zh="丙", sector="water"),
        ],
        funds=[make_fund(name_en="Budget", name_zh="预算")],
        inflows=make_inflows("budget", 2021, 5, 5, 5, 5),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=3, rate=0.05)],
        debt=[make_debt(2021, opening_balance=2.0, principal_due=2.0, ceiling=12.0)],
        fiscal=make_fiscal("capacity", 2021, 30.0),
        targets=[make_target("road", "km", 4.0, 2024, shortfall_price=0.1)],
        settings={"rules": [make_rule(bands=[Band(id="green", upper=0.9), Band(id="red")])]},
        scenarios=[
            Scenario(
                id="poor",
                changes=(Change(table="inflows", field="value", operation="multiply", value=0.1),),
            )
        ],
    )


@pytest.fixture
def without_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs of this process have a page with nothing on it: for tests that read no page.

    To make it takes longer than a small solve; `tests/report` and other tests here read pages.
    """
    monkeypatch.setattr(html, "render_report", lambda *_, **__: "<html></html>")


@pytest.fixture(scope="session")
def instance_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small instance as a folder."""
    path = tmp_path_factory.mktemp("instance") / "small"
    write_instance(small(), path)
    return path


@pytest.fixture(scope="session")
def run_dir(instance_dir: Path, call: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its run."""
    path = tmp_path_factory.mktemp("run") / "run"
    result = call("solve", instance_dir, "-o", path, "--gap", "0", "--json")
    assert result.code == 0, result.err
    return path
