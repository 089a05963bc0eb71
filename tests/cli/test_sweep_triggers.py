"""`infraplan sweep` tells by which figures decisions hang on the scenario."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.optimizer.cli import repeated_solves
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.storage import write_instance
from tests.assertions import english_sentences
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call


def plans_by_money() -> Instance:
    """b costs 6 and waits for money: with 10 a year it is built at once, with 3 never."""
    change = Change(table="inflows", field="value", operation=Operation.MULTIPLY, value=0.3)
    little = Scenario(id="little", probability=0.5, changes=(change,))
    return make_instance(
        [make_project("a", 2, 9), make_project("b", 6, 9)],
        years=(2021, 2022),
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 10, 10),
        scenarios=[little],
    )


def test_sweep_tells_triggers_in_json_table_and_file(call: Call, tmp_path: Path) -> None:
    write_instance(plans_by_money(), tmp_path / "i.json")
    asked = ("sweep", tmp_path / "i.json", "--gap", "0", "-o", tmp_path / "s")
    found = call(*asked, "--json")
    assert found.code == 0, found.err
    rows = [row for row in found.data["triggers"] if row["path"] is None]
    (row,) = [row for row in rows if row["project"] == "b" and row["decision"] == "build"]
    assert row["yes"] == [""]
    assert row["no"] == ["little"]
    assert row["figure"]["table"] == "inflows"
    assert row["figure"]["values"] == {"": 10.0, "little": 3.0}
    assert (row["direction"], row["threshold"]) == ("at_least", 6.5)
    assert (row["below"], row["above"], row["wrong"]) == (3.0, 10.0, [])
    with (tmp_path / "s" / "triggers.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.DictReader(stream))
    assert len(written) == len(found.data["triggers"])
    assert written[0]["yes"] == "as it stands"
    shown = call(*asked, "--resume", "--lang", "zh")
    assert "项目启动的判别指标" in shown.out
    assert "不低于6.5" in shown.out
    assert not english_sentences(shown.out)
    plain = call(*asked, "--resume")
    assert ">= 6.5" in plain.out


def test_where_nothing_hangs_on_the_scenario_that_is_said(call: Call, tmp_path: Path) -> None:
    same = Scenario(
        id="same",
        changes=(Change(table="inflows", field="value", operation=Operation.MULTIPLY, value=1.1),),
    )
    write_instance(plans_by_money().model_copy(update={"scenarios": (same,)}), tmp_path / "i.json")
    found = call("sweep", tmp_path / "i.json", "--gap", "0", "-o", tmp_path / "s")
    assert found.code == 0, found.err
    assert "No decision hangs on the scenario" in found.err


def test_how_many_plans_are_held_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    clock = iter((0.0, 2.0, 6.0, 6.0, 8.0))
    monkeypatch.setattr(repeated_solves, "now", lambda: next(clock))
    output = Output(as_json=False, lang="en")
    monkeypatch.setattr(Output, "say", lambda _, text: told.append(str(text)))
    tell = repeated_solves.held_progress(output)
    for done in (1, 2):
        tell(done, 12)
    # Two in 6 s: ten more take 30.
    assert told == ["2 of 12 plans tried under other scenarios; some 30 s left."]
