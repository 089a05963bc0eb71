"""The published format agrees with the models, the page and what is read; the template."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import entry
from infraplan.models.instance import TABLES, Instance, Settings, table_model
from infraplan.models.project import Option, Project
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.storage import (
    OutputError,
    example_instance,
    inspect_instance,
    instance_to_json,
    new_instance,
    schema_markdown,
)
from infraplan.optimizer.storage.accepted_words import ENUM_WORDS, SHEETS, titles, word_of
from infraplan.optimizer.storage.descriptions_zh import column_zh, setting_zh
from infraplan.optimizer.storage.fields import Base, fields_of, value_type
from infraplan.optimizer.storage.flat_settings import SCENARIOS_TABLE, SETTINGS_TABLE
from infraplan.optimizer.storage.guide import purpose
from infraplan.optimizer.storage.schema import schema, write_format_pages
from infraplan.optimizer.storage.table_columns import (
    CSV_TABLES,
    heading_of,
    reference_columns,
    table_for,
    table_of,
)

DOCS = Path(__file__).parents[2] / "docs"
ALL_TABLES = [*(table_of(name) for name in CSV_TABLES), SCENARIOS_TABLE, SETTINGS_TABLE]


def test_the_pages_in_docs_are_in_step(tmp_path: Path) -> None:
    write_format_pages(tmp_path)
    for name in ("instance-format.md", "instance-format.zh.md"):
        assert (DOCS / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8"), (
            "run optimizer.storage.schema.write_format_pages(Path('docs'))"
        )


@pytest.mark.parametrize(
    ("lang", "page"), [("en", "instance-format.md"), ("zh", "instance-format.zh.md")]
)
def test_the_command_prints_a_page_as_it_stands_in_docs(lang: str, page: str) -> None:
    """Redirected into the file, as the checklist says."""
    told = CliRunner().invoke(app, ["schema", "--markdown", "--lang", lang])
    assert told.stdout == (DOCS / page).read_text("utf-8")


def test_every_field_of_every_table_has_a_column() -> None:
    published = schema()["tables"]
    for name in TABLES:
        if name == "scenarios":
            continue
        fields = set(table_model(name).model_fields)
        if name == "projects":
            fields = (fields | set(Option.model_fields)) - {"options"}
        columns = {table_of(name).heading(field) for field in fields}
        assert set(published[name]["properties"]) == columns
    assert set(published["options"]["properties"]) == {"project", *Option.model_fields}
    assert published["projects"]["required"] == ["id", "sector", "overnight_cost"]
    cost = published["projects"]["properties"]["overnight_cost"]
    assert (cost["type"], cost["unit"]) == ("number", "money")
    assert cost["description_zh"]
    assert published["relations"]["properties"]["from"]["references"] == "projects"
    stage = published["projects"]["properties"]["stage"]
    assert (stage["enum"][0], stage["default"]) == ("study", "start")


def test_the_schemas_are_json_schemas_that_the_example_obeys() -> None:
    published = json.loads(json.dumps(schema()))
    for part in (published["settings"], published["instance"], *published["tables"].values()):
        jsonschema.Draft202012Validator.check_schema(part)
    data = json.loads(instance_to_json(example_instance()))
    jsonschema.Draft202012Validator(published["instance"]).validate(data)
    jsonschema.Draft202012Validator(published["settings"]).validate(data["settings"])
    validator = jsonschema.Draft202012Validator(published["tables"]["inflows"])
    for row in data["inflows"]:
        validator.validate(row)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"fund": "f", "year": "soon", "value": 1})


def test_every_column_and_setting_is_told_in_chinese() -> None:
    for table in ALL_TABLES:
        for column in table.columns:
            assert column_zh(table.name, column), (table.name, column)
            if table.name != "instance":
                assert titles(table.name, column), (table.name, column)
    for model in settings_models(Settings):
        for field in fields_of(model):
            assert setting_zh(model.__name__, field), (model.__name__, field)
        names = [
            entry("setting", f"{model.__name__}.{field}").chinese for field in fields_of(model)
        ]
        assert len(set(names)) == len(names), model.__name__
    for name in (*CSV_TABLES, "scenarios"):
        assert SHEETS[name]
        assert purpose(name, "en") != purpose(name, "zh")


def settings_models(model: type[DomainModel]) -> list[type[DomainModel]]:
    found = [model]
    for field in fields_of(model).values():
        if field.type.model is not None:
            found += settings_models(field.type.model)
    return found


def test_the_first_chinese_title_of_a_column_leads_back_to_it() -> None:
    for table in ALL_TABLES:
        shown = [titles(table.name, column)[:1] for column in table.columns]
        assert len({title for title in shown if title}) == len([title for title in shown if title])
        for column in table.columns:
            for text in (column, table.heading(column), *titles(table.name, column)[:1]):
                heading = heading_of(table, text)
                assert heading is not None
                assert heading.column == column, (table.name, text)


def test_every_word_of_every_list_has_chinese_words_that_lead_back_to_it() -> None:
    used = {
        field.type.words
        for table in ALL_TABLES
        for field in table.columns.values()
        if field.type.words is not None
    }
    used |= {
        field.type.words
        for model in settings_models(Settings)
        for field in fields_of(model).values()
        if field.type.words is not None
    }
    assert used <= set(ENUM_WORDS)
    for words, known in ENUM_WORDS.items():
        values: Any = words
        assert {str(member.value) for member in values} == set(known)
        for value, synonyms in known.items():
            assert word_of(words, synonyms[0]) == value
        everything = [word for synonyms in known.values() for word in synonyms]
        assert len(everything) == len(set(everything)), words


def test_references_name_tables_and_columns_that_exist() -> None:
    """What each field says that it refers to; that a wrong name is told: test_references.py."""
    assert reference_columns()["node"] == "network_nodes"
    for table in ALL_TABLES:
        for column, field in table.columns.items():
            parts = re.split(r"[|=]", field.refers_to) if field.refers_to else []
            for part in set(parts) - {"built-in"}:
                name, _, inner = part.partition(".")
                assert name in TABLES, f"{table.name}.{column} refers to {part}"
                known = {*table_of(name).columns, "options"}
                assert not inner or inner in known, f"{table.name}.{column} refers to {part}"


def test_both_pages_name_every_table() -> None:
    for lang, opening in (("en", " ("), ("zh", "（")):
        page = schema_markdown(lang)
        for table in (*CSV_TABLES, "scenarios"):
            assert f"### {table}{opening}" in page


def test_a_field_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="no cell can hold"):
        value_type(complex)
    with pytest.raises(TypeError, match="nested fields: options"):
        table_for("projects", Project)
    assert value_type(tuple[Option, ...]).base is Base.OBJECTS
    assert fields_of(Scenario)["changes"].type.model is Change


# ---------------------------------------------------------------------------------------- template


def test_the_example_is_small_and_whole() -> None:
    instance = example_instance()
    assert len(instance.projects) == 6
    assert len(instance.settings.horizon.phases) == 2
    assert len(instance.funds) == 2  # one pays for works, one services the debt
    assert len(instance.instruments) == len(instance.targets) == 1


@pytest.mark.parametrize("name", ["my plan", "开州.xlsx", "-x.json"])
def test_a_template_without_example(tmp_path: Path, name: str) -> None:
    made = new_instance(tmp_path / name, "zh", example=False)
    assert made == Instance(settings=made.settings)
    reading = inspect_instance(tmp_path / name)
    assert reading.instance == made


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        new_instance(tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_text() == "mine"
