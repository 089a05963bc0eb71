"""`--lang zh` leaves no English sentence: help, findings with their places, errors, broken laws."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import rich.cells

from infraplan.optimizer.backends import base
from tests.assertions import english_sentences
from tests.cli.conftest import Call

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAGES = ((), ("solve",), ("import",), ("import", "tntp"), ("show",), ("stress",))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INFRAPLAN_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize("page", [("solve",), ("bench",), ("generate",), ("compare",), ("export",)])
def test_chinese_help_is_cut_off_nowhere(
    call: Call, page: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chinese has no blanks to be wrapped at: what is too long for its column is folded."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = call(*page, "--help", "--lang", "zh").out
    assert "用法" in shown
    assert "…" not in shown
    assert max(rich.cells.cell_len(line) for line in shown.splitlines()) <= 80


@pytest.mark.parametrize("page", PAGES)
def test_help_is_in_the_language_asked_for(call: Call, page: tuple[str, ...]) -> None:
    english = call(*page, "--help").out
    assert not CHINESE.search(english)
    assert "Usage:" in english
    chinese = call(*page, "--help", "--lang", "zh").out
    assert "用法" in chinese
    assert "显示本帮助" in chinese
    assert not english_sentences(chinese)
    assert not re.findall(r"<[a-z ]+>", chinese)  # the kinds of values: <float range>, <path>
    # The next call in one process speaks English again.
    assert call(*page, "--help").out == english
    assert call(*page, "--help", "--lang=zh").out == chinese


@pytest.mark.parametrize("path", [(), ("import",)])
def test_a_call_without_a_command_shows_help_alone(
    call: Call, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    pages = {}
    for lang in ("en", "zh"):
        monkeypatch.setenv("INFRAPLAN_LANG", lang)
        bare, asked = call(*path), call(*path, "--help")
        assert bare.code == 2
        pages[lang] = (bare.out + bare.err).strip()
        assert pages[lang] == asked.out.strip()
    assert "错误：" not in pages["zh"]
    assert not english_sentences(pages["zh"])


def test_the_environment_asks_for_chinese_help(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = call("solve", "--help", "--lang", "zh").out
    english = call("solve", "--help").out
    assert ("FORM" in english, "FORM" in chinese, "<形式>" in chinese) == (True, False, True)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert call("solve", "--help").out == chinese
    assert call("solve", "--help", "--lang", "en").out == english
    monkeypatch.setenv("INFRAPLAN_LANG", "en")
    assert "Usage:" in call("solve", "--help").out
    monkeypatch.setenv("INFRAPLAN_LANG", "zh")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "用法" in call("solve", "--help").out
    assert "用法" in call("--help").out


def test_the_variable_sets_the_language_of_messages(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INFRAPLAN_LANG", "zh")
    missing = call("validate", tmp_path / "nowhere")
    assert missing.code == 3
    assert "没有任何内容" in missing.err
    assert "there is nothing" in call("validate", tmp_path / "nowhere", "--lang", "en").err


def test_findings_are_chinese_with_their_places(
    call: Call, instance_dir: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(instance_dir, broken)
    path = broken / "projects.csv"
    heading, first, *rest = path.read_text("utf-8-sig").splitlines()
    cells = first.split(",")
    names = heading.split(",")
    cells[names.index("lead_time")] = "soon"
    cells[names.index("name_en")] = '"open'
    path.write_text("\n".join([heading, ",".join(cells), *rest]) + "\n", "utf-8")
    (broken / "project.csv").write_text("id\n", "utf-8")
    (broken / "instance.yml").write_text("id: x\n", "utf-8")
    found = call("validate", broken, "--lang", "zh")
    assert found.code == 3
    assert "projects.csv，第2行" in found.err
    assert "错误：" in found.err
    assert not english_sentences(found.err), found.err
    data = call("validate", broken, "--json").data
    for finding in data["findings"]:
        assert not CHINESE.search(finding["message"])
        assert CHINESE.search(finding["message_zh"])
        assert bool(finding["advice"]) == bool(finding["advice_zh"])


@pytest.mark.parametrize(
    ("name", "text", "english", "chinese"),
    [
        (
            "bad.json",
            '{"a": 1,\n}',
            "bad.json, row 2, column 1: Expecting property name",
            "bad.json，第2行，第1列：此处应有双引号内的名称（在该处更正文件）",
        ),
        (
            "digits.json",
            '{"a": ' + "9" * 5000 + "}",
            "digits.json: a number has too many digits",
            "digits.json：有一个数的位数过多",
        ),
        (
            "instance.yaml",
            "id: x\na: [1\n",
            "instance.yaml, row 3, column 1: expected ',' or ']'",
            "instance.yaml，第3行，第1列：此处应有逗号或]",
        ),
        (
            "instance.yaml",
            "id: x\na: \x07\n",
            "instance.yaml: character 10, U+0007, is not allowed in YAML",
            "instance.yaml：第10个字符（U+0007）不能用于YAML文件",
        ),
        (
            "instance.yaml",
            "id: x\n? [1, 2]\n: 3\n",
            "instance.yaml, row 2, column 3: ",
            "instance.yaml，第2行，第3列：",
        ),
    ],
)
def test_a_syntax_fault_tells_its_place_once(
    call: Call, tmp_path: Path, name: str, text: str, english: str, chinese: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    path = tmp_path if name == "instance.yaml" else tmp_path / name
    told = call("validate", path)
    assert told.code == 3
    assert english in told.err
    assert not re.search(r"line \d|character \d+:", told.err), told.err
    told = call("validate", path, "--lang", "zh")
    assert chinese in told.err
    assert told.err.count("列：") <= 1
    assert not english_sentences(told.err), told.err


def test_broken_laws_are_chinese_and_keep_their_names(
    call: Call, run_dir: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "run"
    shutil.copytree(run_dir, broken)
    path = broken / "plan.json"
    plan = json.loads(path.read_text("utf-8"))
    plan["fund_years"][0]["closing"] += 5.0
    plan["objective"] += 1.0
    path.write_text(json.dumps(plan), "utf-8")
    found = call("verify", broken, "--lang", "zh")
    assert found.code == 7
    assert "（fund_balance）：" in found.err
    assert "资金收支平衡" in found.err
    assert not english_sentences(found.err), found.err
    for violation in call("verify", broken, "--json").data["violations"]:
        assert CHINESE.search(violation["message_zh"])


def test_published_rules_and_solvers_are_chinese(call: Call) -> None:
    for command in ("rules", "solvers"):
        told = call(command, "--lang", "zh").out
        assert CHINESE.search(told)
        assert not english_sentences(re.sub(r"pip install \S+", "", told)), told
    told = call("rules", "--lang", "zh").out
    assert "国办函〔2016〕88号，启动财政重整的条件（未核实" in told
    assert "hidden_debt（隐性债务）" in told
    assert "hidden_debt (hidden debt)" in call("rules").out


def test_the_version_of_a_solver_is_its_own(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {row["name"]: row for row in call("solvers", "--json").data["solvers"]}
    assert found["cbc"]["available"]
    assert found["cbc"]["version"] == ""  # PuLP's version is not that of the CBC inside it
    assert found["scip"]["version"].startswith("OR-Tools ")
    monkeypatch.setattr(base, "_version", lambda entry: "1.15.1")
    old = call("solvers", "--lang", "zh")
    assert "1.15.1" in old.out
    assert "1.16" in old.err
    assert not english_sentences(old.err), old.err
    note = {row["name"]: row for row in call("solvers", "--json").data["solvers"]}["highs"]["note"]
    assert "1.15.1" in note


def test_errors_and_wrong_uses_are_chinese(
    call: Call, instance_dir: Path, run_dir: Path, tmp_path: Path
) -> None:
    unknown = call(
        "solve", instance_dir, "--solver", "abacus", "-o", tmp_path / "r", "--lang", "zh"
    )
    assert unknown.code == 2
    assert "没有名为“abacus”的求解器" in unknown.err
    assert "可用的情形" in call("stress", run_dir, "--case", "nought", "--lang", "zh").err
    data = call("solve", instance_dir, "--solver", "abacus", "-o", tmp_path / "r", "--json").data
    assert "there is no solver" in data["message"]
    assert "没有名为" in data["message_zh"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("solve",), "缺少参数'instance'。"),
        (("solve", "x", "--gap", "abc"), "'--gap'的值无效"),
        (("solve", "x", "--gap", "5"), "不得大于1"),
        (("solve", "x", "--nope"), "没有选项--nope"),
        (("slove", "x"), "没有命令'slove'"),
        (("--nope",), "没有选项--nope"),
        (("convert", "{instance}", "{out}", "--exchange", "-1"), "值无效：换算率须大于0"),
        (("convert", "{instance}", "{out}", "--index", "x"), "--index的值无效："),
    ],
)
def test_a_wrong_use_is_told_in_chinese(
    call: Call,
    instance_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, ...],
    told: str,
) -> None:
    line = tuple(part.format(instance=instance_dir, out=tmp_path / "out") for part in line)
    english = call(*line)
    monkeypatch.setenv("INFRAPLAN_LANG", "zh")
    chinese = call(*line)
    assert english.code == chinese.code == 2
    assert told in chinese.err
    assert "错误" in chinese.err
    assert "[OPTIONS]" not in chinese.err
    assert "[选项]" in chinese.err or "infraplan" not in chinese.err
    assert not english_sentences(chinese.err), chinese.err
    assert not CHINESE.search(english.err)
    monkeypatch.delenv("INFRAPLAN_LANG")
    assert call(*line).err == english.err
