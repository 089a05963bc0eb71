"""Files of v0.1 are read, shown, verified, compared and converted; those of the future refused.

`tests/data/v0_1` was written by the program of tag v0.1.0: `infraplan new county`, `convert` to
.json and .xlsx, `solve county -o run --gap 0` (its report left out), and the small instance of
tests/cli of that tag, which has a scenario, debt, rules and a target.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.errors import InstanceFormatError
from infraplan.models.instance import FORMAT_VERSION
from infraplan.optimizer.storage import (
    inspect_instance,
    instance_hash,
    read_instance,
    read_run,
    write_instance,
)
from infraplan.optimizer.storage.run_folder import RUN_FORMAT
from tests.cli.conftest import Call, call

__all__ = ["call"]

OLD = Path(__file__).parents[1] / "data" / "v0_1"
HASH = "a6e491358038d26b65647f7802fcb5fe22af26b81263b0aa599c6f340be7ac1d"
"""Hash of the county instance as v0.1 printed it."""


@pytest.mark.parametrize("name", ["county", "county.json", "county.xlsx", "run/instance.json"])
def test_an_instance_of_v0_1_is_read_with_the_same_hash(name: str) -> None:
    reading = inspect_instance(OLD / name)
    assert reading.findings == ()
    instance = reading.require()
    assert instance.settings.format_version == FORMAT_VERSION
    assert instance_hash(instance) == HASH


@pytest.mark.parametrize("form", ["new", "new.json", "new.xlsx"])
def test_convert_writes_the_present_version(tmp_path: Path, call: Call, form: str) -> None:
    made = call("convert", OLD / "county", tmp_path / form, "--json")
    assert made.data["instance_hash"] == HASH
    assert instance_hash(read_instance(tmp_path / form)) == HASH
    if form == "new":
        text = (tmp_path / form / "instance.yaml").read_text(encoding="utf-8")
        assert f"format_version: {FORMAT_VERSION}" in text.splitlines()
        assert "format: " not in text


def test_tables_of_v0_1_with_scenarios_and_rules_are_read() -> None:
    instance = read_instance(OLD / "small")
    assert [scenario.id for scenario in instance.scenarios] == ["poor"]
    assert [rule.bands[0].id for rule in instance.settings.finance.rules] == ["green"]
    poor = apply_scenario(instance, "poor")
    assert poor.inflows[0].value == pytest.approx(0.5)  # 5 times 0.1


def test_without_a_version_it_is_one_of_v0_1(tmp_path: Path) -> None:
    shutil.copytree(OLD / "county", tmp_path / "county")
    path = tmp_path / "county" / "instance.yaml"
    text = path.read_text(encoding="utf-8")
    assert "format: 1\n" in text
    path.write_text(text.replace("format: 1\n", ""), encoding="utf-8")
    assert instance_hash(read_instance(tmp_path / "county")) == HASH


@pytest.mark.parametrize("form", ["new", "new.json", "new.xlsx"])
def test_a_later_version_is_refused_in_one_sentence(tmp_path: Path, form: str) -> None:
    later = FORMAT_VERSION + 1
    instance = read_instance(OLD / "county")
    changed = instance.settings.model_copy(update={"format_version": later})
    write_instance(instance.model_copy(update={"settings": changed}), tmp_path / form)
    if form == "new":  # what a later version may have besides is not told
        (tmp_path / form / "projects.csv").write_text("id,of_the_future\n", encoding="utf-8")
    with pytest.raises(InstanceFormatError) as caught:
        read_instance(tmp_path / form)
    (finding,) = caught.value.findings
    assert finding.rule == "newer-format"
    assert f"format version {later}; this program reads 1 to {FORMAT_VERSION}" in finding.message


@pytest.mark.parametrize("version", ["zero", "0", "1.5"])
def test_what_is_no_version_is_refused(tmp_path: Path, version: str) -> None:
    shutil.copytree(OLD / "county", tmp_path / "county")
    path = tmp_path / "county" / "instance.yaml"
    text = path.read_text(encoding="utf-8").replace("format: 1", f"format_version: {version}")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstanceFormatError, match="is no format version"):
        read_instance(tmp_path / "county")


def test_a_run_of_v0_1_is_shown_verified_and_compared(tmp_path: Path, call: Call) -> None:
    run = read_run(OLD / "run")
    assert run.plan is not None
    assert len(run.plan.starts) == run.manifest["num_selected"] == 5
    assert "8.67" in call("show", OLD / "run", "--table", "all").out
    verified = call("verify", OLD / "run", "--json")
    assert (verified.code, verified.data["verified"]) == (0, True)
    assert verified.data["checks"] > 300
    assert verified.data["record_checked"] is False
    told = call("verify", OLD / "run").err
    assert "states no hashes" in told
    assert "The record was not checked." in told
    assert "Verified:" not in told
    new = call("solve", OLD / "county", "-o", tmp_path / "new", "--gap", "0", "--json")
    assert new.data["objective"] == pytest.approx(run.manifest["objective"])
    assert call("compare", OLD / "run", tmp_path / "new", "--json").code == 0
    compared = call("compare", OLD / "run", tmp_path / "new", "--no-judge")
    assert f"laws of different versions (1, {RUN_FORMAT})" in compared.err


def test_a_run_of_v0_1_that_was_edited_is_not_verified(tmp_path: Path, call: Call) -> None:
    shutil.copytree(OLD / "run", tmp_path / "run")
    path = tmp_path / "run" / "run.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["bound"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    result = call("verify", tmp_path / "run", "--json")
    assert result.code == 7
    assert [v["message"] for v in result.data["violations"]] != []
    assert "under the laws of that time" in call("verify", tmp_path / "run").err


def test_a_run_of_a_later_version_is_refused(tmp_path: Path, call: Call) -> None:
    shutil.copytree(OLD / "run", tmp_path / "run")
    path = tmp_path / "run" / "run.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"format_version": RUN_FORMAT + 1}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "run" / "plan.json").write_text('{"of": "the future"}', encoding="utf-8")
    for command in ("verify", "show", "compare"):
        result = call(command, *([tmp_path / "run"] * (2 if command == "compare" else 1)), "--json")
        assert result.code == 3, command
        (finding,) = result.data["findings"]
        assert finding["rule"] == "newer-format"
