"""Ids that YAML, a shell or a spreadsheet reads as something else go through, or are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.models.instance import Instance
from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call

ODD = (
    *("~", "null", "Null", "true", "no", "yes", "1e5", "007", "0x10", "1_000", "2021-01-01", "nan"),
    *("inf", "None", "[a]", "{b}", "%d", "$HOME", "`x`", "!x", "&x", "#a", "~root", "(x)"),
)


def named(name: str) -> Instance:
    """An instance, and a project in it, of this name."""
    instance = make_instance(
        [make_project(name, 10.0, 9.0), make_project("b", 6.0, 9.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 15.5),
    )
    settings = type(instance.settings).model_validate(instance.settings.model_dump() | {"id": name})
    return instance.model_copy(update={"settings": settings})


@pytest.mark.parametrize("name", ODD)
def test_an_odd_id_is_itself_in_every_form(name: str, tmp_path: Path) -> None:
    instance = named(name)
    for place in (tmp_path / "folder", tmp_path / "x.xlsx", tmp_path / "x.json"):
        write_instance(instance, place)
        assert read_instance(place) == instance


@pytest.mark.parametrize("name", ["~", "{b}"])
def test_an_odd_id_goes_the_whole_way(
    name: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run lies where its id says, and not in a home folder; every command takes it."""
    write_instance(named(name), tmp_path / "odd")
    monkeypatch.chdir(tmp_path)
    solved = call("solve", "odd", "--gap", 0, "--json")
    assert solved.code == 0
    run = tmp_path / "results" / name
    assert Path(solved.data["run_dir"]) == Path("results") / name
    assert (run / "report.html").is_file()
    for line in (("verify", run), ("show", run), ("explain", run, name)):
        assert call(*line).code == 0, line
    assert name in call("show", run).out
    assert read_instance(run / "instance.json") == named(name)


@pytest.mark.parametrize("written", ["~", "null", "Null", "NULL", ""])
def test_a_bare_null_is_named_as_nothing(written: str, tmp_path: Path) -> None:
    """`id: ~` was 'id is missing' to one who had written it."""
    write_instance(named("x"), tmp_path / "f")
    settings = tmp_path / "f" / "instance.yaml"
    text = settings.read_text(encoding="utf-8").replace("id: x\n", f"id: {written}\n", 1)
    settings.write_text(text, encoding="utf-8")
    with pytest.raises(InstanceFormatError) as caught:
        read_instance(tmp_path / "f")
    (found,) = (one for one in caught.value.findings if one.column == "id")
    assert "a bare ~ or null stands for nothing: put such a word in quotes" in found.advice
    assert "未加引号的~、null视为空值" in found.advice.zh
    settings.write_text(text.replace(f"id: {written}\n", "id: '~'\n", 1), encoding="utf-8")
    assert read_instance(tmp_path / "f").settings.id == "~"


@pytest.mark.parametrize("name", [".", "..", ".x", "-lead", "=1", "@x", "+5", "*", "a:b", "a b"])
def test_an_id_that_cannot_name_a_run_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="id"):
        named(name)
