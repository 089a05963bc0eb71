"""`solve --force --forbid --set`: another question, kept in the run and priced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.catalogue import in_language
from infraplan.models.errors import InstanceError
from infraplan.models.instance import TABLES, Instance, table_model
from infraplan.models.project import Option
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.analysis.asked_changes import AskedChanges, change_instance
from infraplan.optimizer.storage import instance_hash, read_instance, read_run, write_instance
from infraplan.optimizer.storage.scenario_values import read_change
from tests.assertions import assert_bilingual, english_sentences
from tests.builders import make_instance, make_option, make_project, make_relation
from tests.cli.conftest import Call, small

pytestmark = pytest.mark.usefixtures("without_page")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Worth 5, 8 and -3, in one year of choice and one of service."""
    path = tmp_path_factory.mktemp("three") / "three.json"
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 6)]
    write_instance(make_instance(projects, years=(2021, 2022)), path)
    return path


def test_what_is_forced_costs_what_it_loses_and_is_kept_in_the_run(
    call: Call, three: Path, tmp_path: Path
) -> None:
    free, out = tmp_path / "free", tmp_path / "forced"
    assert call("solve", three, "-o", free, "--gap", "0").code == 0
    asked = ("--force", "c", "--forbid", "b", "--because", "the council", "--by", "Li")
    found = call("solve", three, "-o", out, "--gap", "0", "--warm-start", free, *asked, "--json")
    assert found.code == 0, found.err
    changes = found.data["changes"]
    # All but b, which would be worth 8, and c, which loses 3: 13 - 2 = 11.
    assert changes["price"]["price"] == pytest.approx(11.0)
    assert changes["price"]["low"] == pytest.approx(11.0)
    assert changes["price"]["high"] == pytest.approx(11.0)
    assert (changes["because"], changes["by"]) == ("the council", "Li")
    assert [(row["kind"], row["row"], row["before"], row["after"]) for row in changes["made"]] == [
        ("force", "c", "no", "must"),
        ("forbid", "b", "no", "must_not"),
    ]
    assert json.loads((out / "run.json").read_text())["changes"] == changes
    plan = read_run(out).plan
    assert plan is not None
    assert {start.project for start in plan.starts} == {"a", "c"}
    assert call("verify", out).code == 0
    assert "c must be built; b must not be built" in found.err
    assert "+11.0000" in found.err


def test_without_the_run_of_the_same_question_there_is_no_price(
    call: Call, three: Path, tmp_path: Path
) -> None:
    first = call("solve", three, "-o", tmp_path / "a", "--forbid", "a", "--json")
    assert first.data["changes"]["price"] is None
    # That run answers another question: it is a start, and no measure.
    again = ("--warm-start", tmp_path / "a", "--forbid", "b", "--json")
    assert call("solve", three, "-o", tmp_path / "b", *again).data["changes"]["price"] is None
    plain = call("solve", three, "-o", tmp_path / "c", "--json")
    assert "changes" not in plain.data


def test_cells_are_read_as_in_a_table() -> None:
    instance = small().model_copy(
        update={"settings": small().settings.model_copy(update={"money_factor": 1e8})}
    )
    sets = ("funds.budget.2022=3.2亿", "projects.b.latest_start=2022", "targets.road.value=5")
    found = change_instance(instance, AskedChanges(sets=sets), read_change)
    assert [(row.table, row.row, row.column, row.before, row.after) for row in found.changes] == [
        ("inflows", "budget/2022", "value", 5.0, pytest.approx(3.2)),
        ("projects", "b", "latest_start", None, 2022),
        ("targets", "road", "value", 4.0, 5.0),
    ]
    assert found.instance.scenarios == instance.scenarios
    assert instance_hash(found.instance) != instance_hash(instance)


def test_all_that_is_not_there_is_told_at_once(call: Call, three: Path, tmp_path: Path) -> None:
    sets = ("nonsense", "roads.a.x=1", "projects.a.beauty=1", "projects.z.mandatory=must")
    options = [part for text in sets for part in ("--set", text)]
    found = call("solve", three, "-o", tmp_path / "r", "--force", "q", *options, "--json")
    assert found.code == 3
    told = " ".join(row["message"] for row in found.data["findings"])
    for part in ("no project q", "nonsense", "no table 'roads'", "'beauty'", "no row of projects"):
        assert part in told
    assert len(found.data["findings"]) == 5
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (AskedChanges(force=("a",), forbid=("a",)), "both forced and forbidden"),
        (AskedChanges(sets=("projects.a.latest_start=soon",)), "soon"),
        (AskedChanges(sets=("projects.a.overnight_cost=-5",)), "overnight_cost"),
        (AskedChanges(sets=("inflows.budget.value=3",)), "fund, year"),
    ],
)
def test_what_does_not_fit_is_refused(asked: AskedChanges, part: str) -> None:
    with pytest.raises(InstanceError) as told:
        change_instance(small(), asked, read_change)
    assert part in str(told.value)


def test_what_is_asked_for_counts_whatever_the_scenario_says(
    call: Call, three: Path, tmp_path: Path
) -> None:
    change = Change(table="projects", where={"id": "b"}, field="overnight_cost", value=6.0)
    instance = read_instance(three)
    question = instance.model_copy(update={"scenarios": (Scenario(id="dear", changes=(change,)),)})
    write_instance(question, tmp_path / "q.json")
    asked = (tmp_path / "q.json", "--scenario", "dear", "--gap", "0", "--json")
    first = call("solve", *asked, "-o", tmp_path / "dear")
    assert first.data["objective"] == pytest.approx(11.0)  # a 5, b 12 - 6
    cell = ("--set", "projects.b.overnight_cost=2", "--warm-start", tmp_path / "dear")
    found = call("solve", *asked, *cell, "-o", tmp_path / "set")
    assert found.code == 0, found.err
    (row,) = found.data["changes"]["made"]
    assert (row["before"], row["after"]) == (6.0, 2.0)
    assert found.data["objective"] == pytest.approx(15.0)
    assert found.data["changes"]["price"]["price"] == pytest.approx(-4.0)
    run = read_run(tmp_path / "set")
    assert run.instance.project_by_id["b"].options[0].overnight_cost == 2.0
    assert call("verify", tmp_path / "set").code == 0


def test_options_relations_and_settings_have_cells_too() -> None:
    small_bridge = make_option("small", 4.0, 5.0)
    instance = make_instance(
        [
            make_project("a", options=[make_option("base", 9.0, 9.0), small_bridge]),
            make_project("b", 1, 2),
        ],
        relations=[make_relation("exclusive", ["a", "b"], id="r1")],
    )
    sets = (
        "options.a/small.overnight_cost=3",
        "relations.r1.source=council",
        "instance.appraisal.discount_rate=0.05",
    )
    found = change_instance(instance, AskedChanges(sets=sets), read_change)
    assert [(row.before, row.after) for row in found.changes] == [
        (4.0, 3.0),
        ("", "council"),
        (0.0, 0.05),
    ]
    costs = [o.overnight_cost for o in found.instance.project_by_id["a"].options]
    assert costs == [9.0, 3.0]
    with pytest.raises(InstanceError, match="set twice"):
        change_instance(instance, AskedChanges(sets=(sets[0], sets[0])), read_change)


def _every_cell(instance: Instance) -> Iterator[str]:
    """Each cell of the first row of every table, each option's and each setting."""
    for table in TABLES:
        rows, model = getattr(instance, table), table_model(table)
        if table == "scenarios" or not rows:
            continue
        keys = ("id",) if "id" in model.model_fields else model.row_key
        row = "/".join(str(getattr(rows[0], key)) for key in keys)
        more = set(Option.model_fields) if table == "projects" else set()
        yield from (f"{table}.{row}.{column}" for column in {*model.model_fields, *more})
    yield from (f"options.a/base.{column}" for column in Option.model_fields)
    yield from _settings("instance", instance.settings.model_dump())


def _settings(path: str, data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        yield f"{path}.{name}"
        if isinstance(value, dict):
            yield from _settings(f"{path}.{name}", value)


@pytest.mark.parametrize("value", ["1.2", "soon", "-5", "", "a;b"])
def test_a_wrong_value_of_any_cell_is_one_clear_sentence(value: str) -> None:
    instance, refused = small(), 0
    for cell in sorted(_every_cell(instance)):
        text = f"{cell}={value}"
        try:
            change_instance(instance, AskedChanges(sets=(text,)), read_change)
        except InstanceError as error:
            refused += 1
            for finding in error.findings:
                assert finding.column == "--set"
                assert "Input should" not in str(finding.message), text
                assert "command-line" not in str(finding.message), text
                assert_bilingual(str(finding.message), in_language(finding.message, "zh"))
                assert not english_sentences(in_language(finding.advice, "zh")), text
    assert refused > 60


def test_names_with_values_are_set_as_in_their_cell() -> None:
    asked = AskedChanges(sets=("projects.a.benefits=users=3;time=2",))
    (row,) = change_instance(small(), asked, read_change).changes
    assert (row.before, row.after) == ({"users": 10.0}, {"users": 3.0, "time": 2.0})
    with pytest.raises(InstanceError) as told:
        change_instance(small(), AskedChanges(sets=("projects.a.benefits=1.2",)), read_change)
    (finding,) = told.value.findings
    assert "projects.a.benefits=1.2" in str(finding.message)
    assert "NAME=VALUE" in str(finding.advice)
