"""read(write(x)) == x in every form, and one hash for one content."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from infraplan.models.instance import Instance
from infraplan.optimizer.storage import (
    OutputError,
    example_instance,
    instance_from_json,
    instance_hash,
    instance_to_json,
    read_instance,
    write_instance,
)
from tests.storage.strategies import instances

SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(instances())
def test_folder(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_instance(instance, Path(name) / "x")
        read = read_instance(Path(name) / "x")
    assert read == instance
    assert instance_hash(read) == instance_hash(instance)


@SLOW
@given(instances())
def test_json(instance: Instance) -> None:
    read = instance_from_json(instance_to_json(instance))
    assert read == instance
    assert instance_hash(read) == instance_hash(instance)


@SLOW
@given(instances())
def test_workbook(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_instance(instance, Path(name) / "x.xlsx")
        read = read_instance(Path(name) / "x.xlsx")
    assert read == instance
    assert instance_hash(read) == instance_hash(instance)


def test_folder_workbook_folder_json_folder(tmp_path: Path) -> None:
    forms = ["a", "b.xlsx", "c", "d.json", "e"]
    instance = example_instance()
    hashes = {instance_hash(instance)}
    for form in forms:
        write_instance(instance, tmp_path / form)
        instance = read_instance(tmp_path / form)
        hashes.add(instance_hash(instance))
    assert len(hashes) == 1
    assert instance == example_instance()


def test_writing_is_deterministic(tmp_path: Path) -> None:
    for form in ("a.xlsx", "b.xlsx", "a.json", "b.json"):
        write_instance(example_instance(), tmp_path / form)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_the_hash_tells_one_changed_figure_and_the_order_of_rows() -> None:
    instance = example_instance()
    first = instance.projects[0]
    renamed = first.model_copy(update={"note": "changed"})
    changed = instance.model_copy(update={"projects": (renamed, *instance.projects[1:])})
    turned = instance.model_copy(update={"projects": instance.projects[::-1]})
    assert len({instance_hash(item) for item in (instance, changed, turned)}) == 3


def test_a_default_that_is_written_out_changes_no_hash() -> None:
    text = (
        '{"settings": {"id": "x", "price_year": 2021, "horizon": {"phases": [{"id": "p",'
        ' "first_year": 2021, "last_year": 2025}]}%s}}'
    )
    bare = instance_from_json(text % "")
    full = instance_from_json(
        text % ', "currency": "CNY", "inflation": 0, "finance": {"rules": []}'
    )
    assert instance_hash(bare) == instance_hash(full)


@pytest.mark.parametrize("form", ["x", "x.xlsx", "x.json"])
@pytest.mark.parametrize("text", ["a\x00b", "a\rb", "a\ud800", "a" * 100_001])
def test_text_that_no_form_could_keep_is_refused(tmp_path: Path, form: str, text: str) -> None:
    instance = example_instance()
    project = instance.projects[0].model_copy(update={"note": text})
    spoilt = instance.model_copy(update={"projects": (project,)})
    with pytest.raises(OutputError):
        write_instance(spoilt, tmp_path / form)
    assert list(tmp_path.iterdir()) == []


def test_text_too_long_for_a_workbook_is_refused_with_advice(tmp_path: Path) -> None:
    instance = example_instance()
    project = instance.projects[0].model_copy(update={"note": "a" * 32_768})
    spoilt = instance.model_copy(update={"projects": (project, *instance.projects[1:])})
    with pytest.raises(OutputError, match="Write a folder"):
        write_instance(spoilt, tmp_path / "x.xlsx")
    write_instance(spoilt, tmp_path / "x")
    assert read_instance(tmp_path / "x") == spoilt
