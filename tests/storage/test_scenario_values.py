"""Faults of scenarios are told with their place, all at once; texts are read as cells are."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.storage import inspect_instance, read_instance, write_instance
from infraplan.optimizer.storage.scenario_values import read_change
from tests.assertions import assert_bilingual
from tests.builders import make_instance, make_project
from tests.cli.conftest import Call, call

__all__ = ["call"]


def written(folder: Path, *changes: str) -> Path:
    """A folder with one project of cost 10, and a scenario `s` of `changes`."""
    write_instance(make_instance([make_project("a", 10.0, 40.0)]), folder)
    lines = ["scenarios:", "- id: s", "  changes:", *(f"  - {change}" for change in changes)]
    (folder / "scenarios.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_text_is_read_as_a_cell_of_the_column_is(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "i",
        "{table: projects, field: overnight_cost, value: 3万}",
        "{table: instance, field: appraisal.discount_rate, value: 7%}",
    )
    plain = read_instance(folder)
    changed = apply_scenario(plain, "s")
    factor = plain.settings.money_factor
    assert changed.projects[0].options[0].overnight_cost == pytest.approx(30_000.0 / factor)
    assert changed.settings.appraisal.discount_rate == pytest.approx(0.07)


def test_a_text_that_is_no_number_is_told_with_its_line(tmp_path: Path) -> None:
    folder = written(tmp_path / "i", "{table: projects, field: overnight_cost, value: much}")
    (finding,) = inspect_instance(folder).findings
    assert (finding.file, finding.row) == ("scenarios.yaml", 4)
    assert finding.column == "scenarios[0].changes[0].value"


@pytest.mark.parametrize("said", ["+20%", "-10%", "＋20％", "4000万元", "1.5亿元"])
def test_what_is_no_factor_multiplies_nothing(said: str, tmp_path: Path) -> None:
    """`+20%` is 1.2 times, not a fifth, and 4000万元 are no 0.4 times."""
    change = f"{{table: projects, field: overnight_cost, operation: multiply, value: {said}}}"
    (finding,) = inspect_instance(written(tmp_path / "i", change)).findings
    assert finding.column == "scenarios[0].changes[0].value"
    assert_bilingual(finding.text(), finding.text("zh"))


@pytest.mark.parametrize("said", ["120%", "120％", "1.2", "1.20"])
def test_a_share_of_all_is_a_factor(said: str, tmp_path: Path) -> None:
    change = f"{{table: projects, field: overnight_cost, operation: multiply, value: {said}}}"
    plain = read_instance(written(tmp_path / "i", change))
    assert apply_scenario(plain, "s").projects[0].options[0].overnight_cost == pytest.approx(12.0)


def test_validate_tells_every_fault_of_every_scenario(tmp_path: Path, call: Call) -> None:
    folder = written(
        tmp_path / "i",
        "{table: projects, field: overnight_cost, value: -3}",
        "{table: nowhere, field: x, value: 1}",
        "{table: projects, field: nothing, value: 1}",
        "{table: projects, where: {id: gone}, field: overnight_cost, value: 1}",
        "{table: projects, field: id, operation: multiply, value: 2}",
    )
    made = call("validate", folder, "--json")
    assert made.code == 3
    told = made.data
    found = {f["column"]: f["row"] for f in told["findings"] if f["severity"] == "error"}
    assert found == {
        "scenarios[0].changes[0].value": 4,
        "scenarios[0].changes[1].table": 5,
        "scenarios[0].changes[2].field": 6,
        "scenarios[0].changes[3].where": 7,
        "scenarios[0].changes[4].value": 8,
    }


def test_a_value_out_of_range_is_refused_with_the_change() -> None:
    change = Change(table="projects", field="overnight_cost", value=-3.0)
    instance = make_instance([make_project("a", 10.0, 40.0)]).model_copy(
        update={"scenarios": (Scenario(id="s", changes=(change,)),)}
    )
    with pytest.raises(InconsistentInstanceError) as caught:
        apply_scenario(instance, "s")
    (finding,) = caught.value.findings
    assert "scenario s, change 1: overnight_cost" in finding.message
    assert "情景s第1项" in finding.text("zh")


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("benefits", "users=4000万", {"users": 0.4}),
        ("benefits", "users=0.4；freight=1,200万", {"users": 0.4, "freight": 0.12}),
        ("outputs", "km=1,200", {"km": 1200.0}),
        ("spending_profile", "30%；70%", (0.3, 0.7)),
        ("yearly_spending", "2亿;3亿", (2.0, 3.0)),
        ("ramp_up", "50%", (0.5,)),
    ],
)
def test_lists_and_names_with_numbers_are_read_as_cells_are(
    field: str, value: str, found: object
) -> None:
    """One money unit is 1e8 yuan."""
    plain = make_instance([make_project("a", 10.0, 40.0)], settings={"money_factor": 1e8})
    change = Change(table="projects", where={"id": "a"}, field=field, value=value)
    scenario = Scenario(id="s", changes=(read_change(plain, change),))
    changed = apply_scenario(plain.model_copy(update={"scenarios": (scenario,)}), "s")
    assert getattr(changed.projects[0].options[0], field) == pytest.approx(found)


def test_a_list_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    folder = written(tmp_path / "i", "{table: projects, field: benefits, value: users=much}")
    (finding,) = inspect_instance(folder).findings
    assert (finding.rule, finding.row) == ("bad-number", 4)
