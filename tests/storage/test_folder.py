"""Reading and writing folders and JSON beyond the broken set: headings, encodings, findings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.errors import (
    Finding,
    InconsistentInstanceError,
    InstanceError,
    InstanceFormatError,
    Severity,
    UnknownReferenceError,
)
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate, Stage
from infraplan.models.relation import RelationType
from infraplan.optimizer.storage import (
    OutputError,
    example_instance,
    inspect_instance,
    instance_from_json,
    instance_hash,
    instance_to_json,
    new_instance,
    read_instance,
    write_instance,
)
from infraplan.optimizer.storage import folder as folder_module
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.permissions import as_nobody

SETTINGS = """\
id: x
money_unit_zh: 亿元
money_factor: 1亿
price_year: 2021年
horizon:
  phases:
    - {id: p14, first_year: 十四五, last_year: 十四五}
"""


def folder(path: Path, **files: str | bytes) -> Path:
    path.mkdir(exist_ok=True)
    texts: dict[str, str | bytes] = {"instance_yaml": SETTINGS, **files}
    for name, text in texts.items():
        file = path / name.replace("_yaml", ".yaml").replace("_csv", ".csv")
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_chinese_headings_words_and_numbers(tmp_path: Path) -> None:
    text = (
        "项目编号,项目名称,行业,阶段,必建,总投资（万元）,工期,最晚开工年,年效益,产出,#备注,note_me\n"
        'a,甲路,transport,续建,是,"32,000",2年,十四五,0.5,km=12；站=3,x,y\n'
        "b,乙库,water,前期,否,1.5亿元,3,2023年,,,,\n"
    )
    for encoding in ("utf-8", "utf-8-sig", "gbk"):
        instance = read_instance(folder(tmp_path / encoding, projects_csv=text.encode(encoding)))
        first, second = instance.projects
        assert (first.id, first.name_zh, first.stage) == ("a", "甲路", Stage.UNDER_CONSTRUCTION)
        assert first.mandatory is Mandate.MUST
        assert first.latest_start == 2025
        assert second.latest_start == 2023
        # 32,000 万元 = 3.2e8 yuan = 3.2 units of 1e8 yuan; 1.5 亿元 = 1.5 units
        assert [p.options[0].overnight_cost for p in instance.projects] == [3.2, 1.5]
        assert first.options[0].benefits == {"benefit": 0.5}
        assert first.options[0].outputs == {"km": 12.0, "站": 3.0}
        assert instance.settings.horizon.years == range(2021, 2026)


def test_headings_from_and_to(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "x",
        projects_csv="id,sector,overnight_cost_mid,from,to\na,t,1,p,q\nb,t,2,,\nc,t,3,,\n",
        places_csv="id\np\nq\n",
        relations_csv="from,to_projects,type\na、b,c,finish_to_start\n",
    )
    instance = read_instance(path)
    assert (instance.projects[0].from_place, instance.projects[0].to_place) == ("p", "q")
    assert instance.projects[1].options[0].overnight_cost == 2.0
    assert instance.relations[0].from_projects == ("a", "b")
    assert instance.relations[0].type is RelationType.FINISH_TO_START
    write_instance(instance, path)
    assert (path / "relations.csv").read_text("utf-8-sig").startswith("id,from,to,type")


def test_options_inherit_what_they_leave_blank(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "x",
        projects_csv=(
            "id,sector,option,overnight_cost,overnight_cost_low,cost_basis,lead_time,benefits,outputs\n"
            "a,t,full,10,8,12 km,4,2,km=12\n"
        ),
        options_csv=(
            "project,option,overnight_cost,overnight_cost_low,cost_basis,outputs\n"
            "a,half,6,5,,km=6\n"
            "a,bare,9,none,',none\n"
        ),
    )
    instance = read_instance(path)
    full, half, bare = instance.projects[0].options
    assert (full.option, half.option, bare.option) == ("full", "half", "bare")
    assert (half.lead_time, half.benefits, half.cost_basis) == (4, {"benefit": 2.0}, "12 km")
    assert (half.overnight_cost, half.outputs) == (6.0, {"km": 6.0})
    assert (bare.overnight_cost_low, bare.cost_basis, bare.outputs) == (None, "", {})
    write_instance(instance, tmp_path / "y")
    assert read_instance(tmp_path / "y") == instance


def test_only_two_files_are_needed(tmp_path: Path) -> None:
    instance = read_instance(
        folder(tmp_path / "x", projects_csv="id,sector,overnight_cost\na,t,1\n")
    )
    assert instance.jurisdiction_ids == ("region",)
    write_instance(instance, tmp_path / "y")
    assert sorted(p.name for p in (tmp_path / "y").iterdir()) == ["instance.yaml", "projects.csv"]


def test_no_fault_waits_for_another_to_be_mended(tmp_path: Path) -> None:
    """Cells that cannot be read hide neither ids that stand twice nor unknown ones."""
    path = folder(
        tmp_path / "x",
        projects_csv=(
            "id,sector,overnight_cost,jurisdiction\n"
            "a,t,ten,\n"  # row 2: no number
            "b,t,5,\n"
            "b,t,5,nowhere\n"  # row 4: b again, and an unknown payer
            "c,t,x,elsewhere\n"  # row 5: no number, and an unknown payer
            "a,t,y,\n"  # row 6: no number, and a again
            "d,,5,\n"  # row 7: no sector, so that the row is lost: d is known all the same
        ),
        jurisdictions_csv="id\nj\n",
        relations_csv="from,to,type\na,z,exclusive\nd,b,exclusive\na,b,odd\n",
    )
    found = {(f.rule, f.file, f.row, f.column) for f in inspect_instance(path).findings}
    assert found == {
        ("bad-number", "projects.csv", 2, "overnight_cost"),
        ("duplicate-id", "projects.csv", 4, "id"),
        ("unknown-id", "projects.csv", 4, "jurisdiction"),
        ("bad-number", "projects.csv", 5, "overnight_cost"),
        ("unknown-id", "projects.csv", 5, "jurisdiction"),
        ("bad-number", "projects.csv", 6, "overnight_cost"),
        ("duplicate-id", "projects.csv", 6, "id"),
        ("missing-cell", "projects.csv", 7, "sector"),
        ("unknown-id", "relations.csv", 2, "to"),
        ("bad-word", "relations.csv", 4, "type"),
    }


def test_sums_are_passed_over_and_a_project_called_total_is_not(tmp_path: Path) -> None:
    text = "id,sector,overnight_cost\na,t,5\nGrand Total:,,5\n"
    path = folder(tmp_path / "x", projects_csv=text)
    reading = inspect_instance(path)
    assert [(f.rule, f.row) for f in reading.findings] == [("row-passed-over", 3)]
    assert [project.id for project in reading.require().projects] == ["a"]
    folder(path, projects_csv="id,sector,overnight_cost\nTotal,t,5\n")
    assert [project.id for project in read_instance(path).projects] == ["Total"]


@pytest.mark.parametrize(
    "name", ["合计：", "总\u3000计", "交通小计", "Subtotal roads", "Total transport:", "Summe"]
)
def test_sums_of_a_part_and_in_other_languages_are_passed_over(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path / "x", projects_csv=f"id,sector,overnight_cost\na,t,5\n{name},,5\n")
    assert [(f.rule, f.row) for f in inspect_instance(path).findings] == [("row-passed-over", 3)]
    folder(path, projects_csv="id,sector,overnight_cost\n交通小计,t,5\n")  # has its sector
    assert read_instance(path).projects[0].id == "交通小计"


def test_a_dash_is_nought_where_nought_is_meant(tmp_path: Path) -> None:
    text = "id,sector,overnight_cost,fixed_om_cost,latest_start\na,t,5,-,FY2024\n"
    (project,) = read_instance(folder(tmp_path / "x", projects_csv=text)).projects
    assert (project.options[0].fixed_om_cost, project.latest_start) == (0.0, 2024)
    funds = "id,jurisdiction,kind,envelope\nf,region,own_budget,–\n"  # none, or no limit?
    finding = only(inspect_instance(folder(tmp_path / "x", funds_csv=funds)).findings)
    place = (finding.rule, finding.file, finding.column)
    assert place == ("zero-or-nothing", "funds.csv", "envelope")


def test_all_faults_come_at_once_and_echoes_are_left_out(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "x",
        projects_csv=(
            "id,sector,overnight_cost,lead_time\n"
            "a,t,much,1\n"  # row 2: no number
            "b,t,5,-1\n"  # row 3: out of range
            "\n"
            "a,t,5,1\n"  # row 5: id of row 2 again
        ),
        relations_csv="from,to,type\na,b,requires\na,z,requires\n",  # row 3: z is unknown
    )
    reading = inspect_instance(path)
    assert reading.instance is None
    assert [(f.rule, f.file, f.row, f.column) for f in reading.findings] == [
        ("bad-number", "projects.csv", 2, "overnight_cost"),
        ("out-of-range", "projects.csv", 3, "lead_time"),
        ("duplicate-id", "projects.csv", 5, "id"),
        ("unknown-id", "relations.csv", 3, "to"),
    ]
    # a project without a proper id is lost, so that an unknown id says nothing
    folder(path, projects_csv="id,sector,overnight_cost\na b,t,1\nb,t,5\n")
    assert [(f.rule, f.file, f.row, f.column) for f in inspect_instance(path).findings] == [
        ("bad-id", "projects.csv", 2, "id"),
    ]


def test_the_class_of_the_error_is_that_of_the_first_kind(tmp_path: Path) -> None:
    head = "id,sector,overnight_cost,place\n"
    cases: list[tuple[str, type[InstanceError]]] = [
        ("a,t,x,nowhere\n", InstanceFormatError),
        ("a,t,1,nowhere\n", UnknownReferenceError),
        ("a,t,1,\na,t,1,\n", InconsistentInstanceError),
    ]
    for rows, error in cases:
        with pytest.raises(InstanceError) as caught:
            read_instance(folder(tmp_path / "x", projects_csv=head + rows))
        assert type(caught.value) is error


def test_strange_files_are_named_and_remarks_are_not(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "x",
        projects_csv="id,sector,overnight_cost\na,t,1\n",
        project_csv="id\n",
        coverage_csv="census_id\n",
        note_x_csv="anything\n",
    )
    finding = only(inspect_instance(path).findings)
    assert (finding.rule, finding.file) == ("unknown-table", "project.csv")
    assert finding.severity is Severity.WARNING
    assert finding.advice == "did you mean projects.csv?"


def test_a_heading_without_rows_is_a_warning(tmp_path: Path) -> None:
    reading = inspect_instance(folder(tmp_path / "x", projects_csv="id,sector,overnight_cost\n"))
    assert reading.instance is not None
    assert only(reading.findings).rule == "no-rows"


def test_notes_and_sums_below_a_table_are_passed_over(tmp_path: Path) -> None:
    text = "id,sector,overnight_cost\na,t,1\n合计,,1\n注：单位亿元,,\nNote: in 2021 prices,,\n"
    reading = inspect_instance(folder(tmp_path / "x", projects_csv=text))
    assert reading.instance is not None
    assert len(reading.instance.projects) == 1
    assert [(f.rule, f.row, f.severity) for f in reading.findings] == [
        ("row-passed-over", row, Severity.NOTE) for row in (3, 4, 5)
    ]


@pytest.mark.parametrize(
    ("column", "hint"),
    [("overnight_costs", "did you mean overnight_cost?"), ("总投", "did you mean overnight_cost?")],
)
def test_the_closest_column_is_named(tmp_path: Path, column: str, hint: str) -> None:
    text = f"id,sector,overnight_cost,{column}\na,t,1,2\n"
    finding = only(inspect_instance(folder(tmp_path / "x", projects_csv=text)).findings)
    assert finding.advice.startswith(hint)


def test_a_heading_with_a_wrong_unit_is_refused(tmp_path: Path) -> None:
    text = "id,sector,overnight_cost,工期（月）\na,t,1,2\n"
    finding = only(inspect_instance(folder(tmp_path / "x", projects_csv=text)).findings)
    assert (finding.rule, finding.column) == ("unknown-column", "工期（月）")


def test_units_in_headings(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "x",
        projects_csv="项目编号 id,sector,overnight_cost,工期（年）,收入年增长率(%)\na,t,1,2,3\n",
        network_nodes_csv="id,network,kind\nn1,n,水\nn2,n,水\n",
        network_links_csv="id,network,from,to,长度（公里）\nl,n,n1,n2,1,\n",
    )
    instance = read_instance(path)
    assert instance.projects[0].options[0].revenue_growth == 0.03
    assert instance.network_links[0].length == 1.0


def test_what_is_not_an_instance(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "x.xls").write_text("x")
    (tmp_path / "x.json").mkdir()
    folder(tmp_path / "x", projects_csv="id,sector,overnight_cost\na,t,1\n")
    for name, rule in {
        "absent": "missing-file",
        "x.txt": "not-a-folder",
        "x.xls": "not-a-folder",
        "x.json": "not-a-file",
        "x/projects.csv": "not-a-folder",
    }.items():
        with pytest.raises(InstanceFormatError) as caught:
            read_instance(tmp_path / name)
        assert only(caught.value.findings).rule == rule


def test_yml_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path / "x", projects_csv="id,sector,overnight_cost\na,t,1\n")
    (path / "instance.yaml").rename(path / "instance.yml")
    findings = inspect_instance(path).findings
    assert [f.rule for f in findings] == ["missing-file", "unknown-file"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_folder_without_permission() -> None:
    with tempfile.TemporaryDirectory() as name:  # nobody else may enter tmp_path
        place = Path(name)
        place.chmod(0o755)
        path = folder(place / "x", projects_csv="id,sector,overnight_cost\na,t,1\n")
        assert inspect_instance(path).instance is not None
        with as_nobody():
            assert inspect_instance(path).instance is not None
        path.chmod(0)
        with as_nobody():
            finding = only(inspect_instance(path).findings)
        path.chmod(0o700)
    assert finding.rule in {"unreadable-file", "missing-file"}


def test_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path / "x", projects_csv="id,sector,overnight_cost\na,t,1\n")

    def refuse(self: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    finding = only(inspect_instance(path).findings)
    assert (finding.rule, "Permission denied" in finding.message) == ("unreadable-file", True)


# ----------------------------------------------------------------------------------------- writing


def test_writing_over_an_instance_removes_its_old_tables_and_keeps_other_files(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x"
    write_instance(example_instance(), path)
    (path / "README.md").write_text("mine")
    (path / "coverage.csv").write_text("mine")
    bare = Instance(settings=example_instance().settings)
    write_instance(bare, path)
    assert read_instance(path) == bare
    names = sorted(p.name for p in path.iterdir())
    assert names == ["README.md", "coverage.csv", "instance.yaml", "projects.csv"]


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_instance(example_instance(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_places_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "x.json").mkdir()
    for name in ("file", "x.json", "file/x.json"):
        with pytest.raises(OutputError):
            write_instance(example_instance(), tmp_path / name)
    assert (tmp_path / "file").read_text() == "mine"


def test_formulas_are_escaped_in_the_files(tmp_path: Path) -> None:
    instance = example_instance()
    project = instance.projects[0].model_copy(update={"note": "=HYPERLINK(1)"})
    spoilt = instance.model_copy(update={"projects": (project, *instance.projects[1:])})
    write_instance(spoilt, tmp_path / "x")
    text = (tmp_path / "x" / "projects.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert read_instance(tmp_path / "x") == spoilt


# -------------------------------------------------------------------------------------------- YAML


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: &a [1]\nb: " + "[" * 60 + "]" * 60, "bad-yaml"),
        ("&a [*a]", "bad-yaml"),
        ("? [1, 2]\n: 3\n", "bad-yaml"),
        ("a: \x01\n", "bad-yaml"),
        ("[" * 5000, "bad-yaml"),
        ("# nothing\n", "empty-file"),
        ("just text\n", "wrong-type"),
    ],
)
def test_settings_that_are_no_settings(tmp_path: Path, text: str, rule: str) -> None:
    path = folder(
        tmp_path / "x", instance_yaml=text, projects_csv="id,sector,overnight_cost\na,t,1\n"
    )
    findings = inspect_instance(path).findings
    assert findings[0].rule == rule
    assert findings[0].file == "instance.yaml"


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    path = folder(tmp_path / "x", instance_yaml="\n".join(lines), projects_csv="id\n")
    finding = inspect_instance(path).findings[0]
    assert "expands to more than" in finding.message


def test_words_that_yaml_takes_for_something_else_stay_themselves(tmp_path: Path) -> None:
    text = SETTINGS + "currency: no\ntitle: {en: 2021-01-01, zh: 1e8}\nmoney_unit: ~\n"
    path = folder(tmp_path / "x", instance_yaml=text, projects_csv="id,sector,overnight_cost\n")
    settings = read_instance(path).settings
    assert (settings.currency, settings.title.en, settings.title.zh) == ("no", "2021-01-01", "1e8")
    assert settings.money_unit == ""


def test_scenarios_may_stand_in_a_bare_list(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "x",
        projects_csv="id,sector,overnight_cost\na,t,1\n",
        scenarios_yaml=(
            "- id: dear\n  changes:\n  - {table: projects, field: overnight_cost,"
            " operation: 乘, value: 1.2}\n"
        ),
    )
    (scenario,) = read_instance(path).scenarios
    assert scenario.changes[0].value == 1.2
    (path / "scenarios.yaml").write_text("scenarios: []\nother: 1\n")
    assert only(inspect_instance(path).findings).rule == "unknown-key"


# -------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    ("text", "rule", "column"),
    [
        ("", "bad-json", None),
        ("{", "bad-json", None),
        ("[]", "wrong-type", None),
        ("3", "wrong-type", None),
        ("[" * 100_000, "bad-json", None),
        ('{"settings": {}, "settings": {}}', "duplicate-key", "settings"),
        ("{}", "missing-cell", "settings"),
        ('{"setings": {}}', "unknown-key", "setings"),
        ('{"settings": {"id": NaN}}', "not-finite", "settings.id"),
        ('{"projects": 5}', "wrong-type", "projects"),
        ('{"projects": [5]}', "wrong-type", "projects[0]"),
        (
            '{"projects": [{"id": "a", "sector": "t", "options": [{}]}]}',
            "missing-cell",
            "projects[0].options[0].overnight_cost",
        ),
        (
            '{"projects": [{"id": "a", "sector": "t", "options": []}]}',
            "missing-cell",
            "projects[0].options",
        ),
        (
            '{"inflows": [{"fund": "f", "year": 2021, "value": 1e999}]}',
            "not-finite",
            "inflows[0].value",
        ),
        (
            '{"inflows": [{"fund": "f", "year": 2021.5, "value": 1}]}',
            "date-as-text",
            "inflows[0].year",
        ),
        (
            '{"inflows": [{"fund": ["f"], "year": 2021, "value": 1}]}',
            "wrong-type",
            "inflows[0].fund",
        ),
        (
            '{"inflows": [{"fund": "f", "year": 2021, "value": -1}]}',
            "out-of-range",
            "inflows[0].value",
        ),
        ('{"pools": [{"id": "a\\u0000"}]}', "nul-byte", "pools[0].id"),
        (
            '{"funds": [{"id": "f", "jurisdiction": "j", "sectors": [null]}]}',
            "wrong-type",
            "funds[0].sectors",
        ),
        (
            '{"inflows": [{"fund": "f", "year": 2021, "value": ' + "9" * 400 + "}]}",
            "not-finite",
            "inflows[0].value",
        ),
        ('{"x": ' + "9" * 5000 + "}", "bad-json", None),
    ],
)
def test_broken_json(text: str, rule: str, column: str | None) -> None:
    with pytest.raises(InstanceFormatError) as caught:
        instance_from_json(text, "plan.json")
    places = [(f.rule, f.column) for f in caught.value.findings if f.file == "plan.json"]
    assert any(found == rule and column in (None, where) for found, where in places), places


def test_json_names_the_place_of_what_makes_no_sense() -> None:
    text = instance_to_json(example_instance()).replace('"place": "north"', '"place": "south"')
    with pytest.raises(UnknownReferenceError) as caught:
        instance_from_json(text)
    assert only(caught.value.findings).column == "projects[4].place"


# ---------------------------------------------------------------------------------------- the rest


def test_several_thousand_rows_are_read_whole(tmp_path: Path) -> None:
    rows = "".join(f"p{i},t,{i}.5,km={i}\n" for i in range(3000))
    path = folder(tmp_path / "x", projects_csv="id,sector,overnight_cost,outputs\n" + rows)
    instance = read_instance(path)
    # sum of i + 0.5 over i = 0..2999 is 2999*3000/2 + 1500
    assert sum(p.options[0].overnight_cost for p in instance.projects) == 2999 * 1500 + 1500
    assert len(instance_hash(instance)) == 64


def test_findings_can_be_put_to_rows_by_other_checks(tmp_path: Path) -> None:
    from infraplan.models.inconsistency import Inconsistency

    reading = inspect_instance(
        folder(tmp_path / "x", projects_csv="项目编号,行业,总投资\n\na,t,1\n")
    )
    finding = reading.locate(Inconsistency("dear", "projects", 0, "overnight_cost", "too dear"))
    assert (finding.file, finding.row, finding.column) == ("projects.csv", 3, "总投资")
    whole = reading.locate(Inconsistency("x", "instance", None, "price_year", "odd"))
    assert (whole.file, whole.row, whole.column) == ("instance.yaml", 4, "price_year")
    elsewhere = reading.locate(Inconsistency("x", "funds", 9, None, "odd"))
    assert (elsewhere.file, elsewhere.row) == ("funds.csv", None)


def test_the_files_of_a_folder_are_known() -> None:
    names = set(folder_module.folder_files(example_instance()))
    assert {"instance.yaml", "projects.csv", "options.csv", "relations.csv"} <= names


def test_an_unknown_id_is_told_beside_a_fault_in_its_own_row(tmp_path: Path) -> None:
    """No object can be made of a row without its amount, and still its fund is looked up."""
    fund = make_fund()
    instance = make_instance(
        [make_project("a", 1.0)], funds=[fund], inflows=make_inflows("budget", 2021, 5.0)
    )
    write_instance(instance, tmp_path / "x")
    path = tmp_path / "x" / "inflows.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    names = lines[0].split(",")
    row = dict(zip(names, lines[1].split(","), strict=True))
    for fund_name, value in (("bugdet", "five"), ("budget", "six"), ("bugdet", "")):
        row |= {"fund": fund_name, "value": value}
        lines.append(",".join(row[name] for name in names))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = [(f.rule, f.row, f.column) for f in inspect_instance(tmp_path / "x").findings]
    assert ("unknown-id", 3, "fund") in found
    assert ("unknown-id", 5, "fund") in found
    assert ("unknown-id", 4, "fund") not in found
    assert {(row, column) for _, row, column in found if column == "value"} == {
        (3, "value"),
        (4, "value"),
        (5, "value"),
    }


def test_a_grant_of_no_known_name_is_told_with_everything_else(tmp_path: Path) -> None:
    path = tmp_path / "example"
    new_instance(path)
    heading, first, *rows = (path / "funds.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = first.split(",")
    cells[heading.split(",").index("preset")] = "nobody_knows"
    (path / "funds.csv").write_text("\n".join([heading, ",".join(cells), *rows]), encoding="utf-8")
    reading = inspect_instance(path)
    told = [(f.file, f.row) for f in reading.findings if "nobody_knows" in f.message]
    assert reading.instance is None
    assert told == [("funds.csv", 2)]


def test_equal_mappings_of_a_column_are_objects_of_their_own(tmp_path: Path) -> None:
    text = "id,sector,overnight_cost,benefits\na,x,1,users=1.5\nb,x,1,users=1.5\n"
    first, second = read_instance(folder(tmp_path / "two", projects_csv=text)).projects
    assert first.options[0].benefits == second.options[0].benefits == {"users": 1.5}
    assert first.options[0].benefits is not second.options[0].benefits


def test_a_bare_number_is_read_by_the_mark_of_its_column(tmp_path: Path) -> None:
    rows = "id;sector;overnight_cost;revenue\na;x;1.250;2\nb;x;0,5;1.25\n"
    projects = read_instance(folder(tmp_path / "comma", projects_csv=rows)).projects
    assert [p.options[0].overnight_cost for p in projects] == [1250.0, 0.5]
    assert [p.options[0].revenue for p in projects] == [2.0, 1.25]
