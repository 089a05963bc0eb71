"""`solve --money-check` and the money line, as a planner meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from infraplan.models.catalogue import entries
from infraplan.models.plan import Rejection
from infraplan.optimizer.report.money_words import money_line
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.storage.run_folder import OWN_HASH, own_hash
from tests.assertions import english_sentences, half_width_marks
from tests.builders import (
    REGION,
    edit,
    four_roads,
    make_fund,
    make_inflows,
    make_instance,
    make_project,
)
from tests.cli.conftest import Call

TABLES = ("money-left", "money-check", "money-check-projects")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four roads and money for one a year (tests/.../test_money_check)."""
    folder = tmp_path_factory.mktemp("money") / "roads"
    write_instance(four_roads(), folder)
    return folder


@pytest.fixture(scope="module")
def checked(source: Path, call: Call) -> Path:
    """A run with a money check."""
    run = source.parent / "run"
    assert call("solve", source, "--money-check", "--gap", 0, "-o", run).code == 0
    return run


def stated(run: Path) -> dict[str, object]:
    found = json.loads((run / "run.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_first_line_says_what_is_left_and_what_more_is_worth(
    source: Path, call: Call, tmp_path: Path
) -> None:
    first = {}
    for lang in ("en", "zh"):
        shown = call("solve", source, "--gap", 0, "-o", tmp_path / "run", "--lang", lang)
        assert shown.code == 0
        first[lang] = shown.out
        assert all(len(line) <= 80 for line in shown.out.splitlines()[:4])
    english = " ".join(first["en"].split())
    # Of 42.5 the last 2.5 come too late for anything. A unit more in 2021 lets a share of b begin
    # in 2021 and not in 2022, of c in 2022, of d in 2023: (6 + 4 + 2) / 10 of a year each.
    assert english.startswith(
        "Money left: 2.50 of 42.50 million CNY (5.9%), all of it in Budget (2024). One more unit "
        "is worth most in Budget in 2021: 1.200 of present value (estimate: dual values of the "
        "relaxation)."
    )
    chinese = "".join(first["zh"].split())
    assert chinese.startswith("资金结余：42.50百万元中结余2.50百万元（5.9%），均为预算（2024年）。")
    assert "追加1单位资金以预算2021年价值最高：净现值1.200（估计值" in chinese
    assert "money_check" not in stated(tmp_path / "run")


def test_the_line_names_the_funds_that_keep_money_and_those_that_lack_it() -> None:
    """Of several funds each is told with its years, and where a unit more is worth something."""
    funds = [make_fund(name) for name in ("central", "city", "toll", "grant", "levy")]
    instance = make_instance([make_project("a", 10.0, 5.0)], funds=funds)
    instance = edit(
        instance,
        settings=instance.settings.model_copy(
            update={"money_unit": "100 million CNY", "money_unit_zh": "亿元"}
        ),
    )
    left = {("central", 2021): 1200.5, ("central", 2023): 300.0, ("city", 2022): 9.5}
    left |= {("toll", 2024): 7.0, ("levy", 2022): 3.0}
    worth = {("city", 2021): 0.4, ("city", 2022): 0.1, ("toll", 2021): 1.25, ("levy", 2021): 0.2}
    worth |= {("grant", 2021): 0.3}
    rows = [
        {
            "kind": "fund",
            "source": source,
            "jurisdiction": REGION,
            "year": year,
            "left": left.get((source, year), 0.0),
            "worth": worth.get((source, year), 0.0),
        }
        for source, year in sorted({*left, *worth})
    ]
    stated = {"has_funds": True, "came_in": 15_200.0, "left": 1520.0, "share": 0.1, "rows": rows}
    stated |= {"lapsed": 0.0, "quota_left": None, "cap_left": None, "worth_status": "estimate"}
    told = money_line(instance, {"money": stated})
    assert told == (
        "Money left: 1,520 of 15,200 x 100 million CNY (10.0%): 1,500 in central "
        "(2021-2023, most in 2021), 9.50 in city (2022), 7.00 in toll (2024), 3.00 elsewhere. "
        "One more unit is worth, of present value, 1.250 in toll in 2021, 0.400 in city in 2021, "
        "0.300 in grant in 2021, less in 1 other source(s), nothing in 1 other fund(s) (estimate: "
        "dual values of the relaxation)."
    )
    assert told.zh == (
        "资金结余：15,200亿元中结余1,520亿元（10.0%），其中central结余1,500（2021—2023年，2021年最多）、"
        "city结余9.50（2022年）、toll结余7.00（2024年）、其余3.00。"
        "追加1单位资金的净现值：toll（2021年）1.250、city（2021年）0.400、grant（2021年）0.300、"
        "另1项来源较低、另1项资金无价值"
        "（估计值，取自线性松弛的对偶值）。"
    )


def test_json_and_run_json_say_the_same(source: Path, call: Call, tmp_path: Path) -> None:
    data = call("solve", source, "--money-check", "--gap", 0, "-o", tmp_path / "r", "--json").data
    run = stated(tmp_path / "r")
    assert (data["money"], data["money_check"]) == (run["money"], run["money_check"])
    money, check = data["money"], data["money_check"]
    assert (money["worth_status"], money["left"], money["came_in"]) == ("estimate", 2.5, 42.5)
    assert [(case["factor"], case["changed"], case["share"]) for case in check["cases"]] == [
        (0.5, 3, 0.75),
        (2.0, 1, 0.25),
        (5.0, 2, 0.5),
    ]
    assert check["depends"] is True
    assert all(case["verified"] for case in check["cases"])


def test_the_check_lies_in_the_run_and_in_all_that_is_made_of_it(
    checked: Path, call: Call, tmp_path: Path
) -> None:
    with (checked / "money_check.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["factor"] for row in rows] == ["0.5", "2.0", "5.0"]
    assert rows[0]["leaves"] == "c;d"
    assert "money_check.csv" in stated(checked)["files"]  # type: ignore[operator]
    assert call("verify", checked).code == 0
    page = (checked / "report.html").read_text("utf-8")
    assert "Money check: the same question with other money" in page
    assert "资金检验：不同资金规模下的方案" in page
    assert "3 (75%) at 0.5 times the money" in page
    call("export", checked, "--to", "xlsx", "-o", tmp_path / "plan.xlsx", "--lang", "zh")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert {"资金结余与追加资金的价值", "资金检验：不同资金规模下的方案"} <= set(book.sheetnames)


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_shown_in_both_languages_at_80_columns(
    checked: Path, call: Call, table: str
) -> None:
    for lang in ("en", "zh"):
        shown = call("show", checked, "--table", table, "--lang", lang)
        assert shown.code == 0
        assert all(len(line) <= 80 for line in shown.out.splitlines())
        title = entries("report")[table.replace("-", "_")]
        told = title.chinese if lang == "zh" else title.english
        assert "".join(told.split()) in "".join(shown.out.split())
        if lang == "zh":
            assert not english_sentences(shown.out)
            assert not half_width_marks(shown.out)
    data = call("show", checked, "--table", table, "--json").data
    assert data["tables"][table.replace("-", "_")]["rows"]


def test_a_project_is_told_with_its_year_at_each_amount(checked: Path, call: Call) -> None:
    data = call("show", checked, "--table", "money-check-projects", "--json").data
    rows = data["tables"]["money_check_projects"]["rows"]
    keys = ("project", "at_half", "at_one", "at_double", "at_five")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("B", "2024", "2022", "=", "="),
        ("C", "-", "2023", "=", "2021"),
        ("D", "-", "2024", "2022", "2021"),
    ]


def test_a_plan_that_needs_no_more_money_is_told_in_one_sentence(
    source: Path, call: Call, tmp_path: Path
) -> None:
    rich = tmp_path / "rich"
    found = make_instance(
        [make_project("a", 10.0, 8.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 100.0),
    )
    write_instance(found, rich)
    shown = call("solve", rich, "--money-check", "-o", tmp_path / "run")
    assert "The answer does not depend on money" in shown.out
    assert stated(tmp_path / "run")["money_check"]["depends"] is False  # type: ignore[index]


def test_only_what_a_plan_decides_about_is_counted(call: Call, tmp_path: Path) -> None:
    """What stands, is under way, committed or forbidden changes with no money: two are left."""
    projects = [
        make_project("free", 10.0, 8.0),
        make_project("must", 10.0, 4.0, mandatory="must"),
        make_project("never", 10.0, 9.0, mandatory="must_not"),
        make_project("committed", 10.0, 4.0, mandatory="committed"),
        make_project("begun", 10.0, 4.0, stage="under_construction", started=2020),
        make_project("stands", 10.0, 4.0, stage="complete", opened=2019),
    ]
    inflows = make_inflows("budget", 2021, 20.0, 10.0, 10.0, 10.0)
    instance = make_instance(projects, funds=[make_fund()], inflows=inflows)
    write_instance(instance, tmp_path / "stages")
    run = tmp_path / "run"
    data = call("solve", tmp_path / "stages", "--money-check", "--gap", 0, "-o", run, "--json").data
    assert {case["candidates"] for case in data["money_check"]["cases"]} == {2}
    assert call("verify", run).code == 0


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("money", "left"), 1.0),
        (("money_check", "cases", 0, "changed"), 1),
        (("money_check", "cases", 0, "share"), 0.1),
        (("money_check", "cases", 0, "moves"), {"a": 2022}),
        (("money_check", "cases", 0, "verified"), False),
        (("money_check", "cases", 1, "bound"), 1.0),
    ],
)
def test_what_a_run_says_of_its_money_is_held_against_its_plan(
    checked: Path, call: Call, tmp_path: Path, place: tuple[str | int, ...], value: object
) -> None:
    """Forged in run.json alone, and in the table too: both are found."""
    import shutil

    from infraplan.models.money_case import MoneyCase
    from infraplan.optimizer.storage import read_instance
    from infraplan.optimizer.storage.run_folder import file_hashes
    from infraplan.optimizer.storage.run_tables import RunTables, table_files

    run = tmp_path / "run"
    shutil.copytree(checked, run)
    content = stated(run)
    inside: object = content
    for part in place[:-1]:
        inside = inside[part]  # type: ignore[index]
    inside[place[-1]] = value  # type: ignore[index]

    def verdict() -> int:
        content["files"] = file_hashes(run, content["files"])  # type: ignore[arg-type]
        content[OWN_HASH] = own_hash(content)
        (run / "run.json").write_text(json.dumps(content), "utf-8")
        return call("verify", run).code

    assert verdict() == 7
    cases = [MoneyCase.model_validate(case) for case in content["money_check"]["cases"]]  # type: ignore[index]
    tables = RunTables(money_check=tuple(cases))
    written = table_files(read_instance(run / "instance.json"), tables, ["money_check"])
    (run / "money_check.csv").write_bytes(written["money_check.csv"])
    assert verdict() == 7


def test_whole_works_that_lack_little_are_named_beside_the_worth_of_shares(
    call: Call, tmp_path: Path
) -> None:
    """Two works of 10, 15.5 of money and a fund that keeps it: half a unit is 4 of value.

    The relaxation builds shares of works and says nothing of that; where it calls a unit worthless
    it says of what that is true.
    """
    instance = make_instance(
        [make_project("a", 10.0, 9.0, latest_start=2022), make_project("b", 6.0, 9.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 15.5),
    )
    write_instance(instance, tmp_path / "half")
    told = {}
    for lang in ("en", "zh"):
        run = tmp_path / f"run-{lang}"
        told[lang] = call("solve", tmp_path / "half", "--gap", 0, "-o", run, "--lang", lang).out
        shown = call("show", run, "--lang", lang).out
        assert shown.splitlines()[:4] == told[lang].splitlines()[:4]
    english, chinese = " ".join(told["en"].split()), "".join(told["zh"].split())
    assert "Beside the plan a, left out, lacks little: budget is short by 0.50 in 202" in english
    assert "在本方案之外，未入选的a所差不多：budget202" in chinese
    assert "年差额0.50。" in chinese
    page = (tmp_path / "run-en" / "report.html").read_text("utf-8")
    assert "a, left out, lacks little" in page


@pytest.mark.parametrize(
    ("given", "is_told"),
    [
        ({}, True),
        ({"amount": 1.1}, False),  # more than a tenth of its cost
        ({"years": (2021, 2022), "amounts": (0.5, 0.6)}, False),  # together more than a tenth
        ({"best_npv": -1.0}, False),
        ({"rule": "value", "year": None}, False),
        ({"rule": "exclusive:b"}, False),
    ],
)
def test_only_little_money_is_called_little(given: dict[str, object], is_told: bool) -> None:
    instance = make_instance(
        [make_project("a", 10.0, 9.0), make_project("b", 6.0, 9.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 15.5),
    )
    stated = {"project": "a", "rule": "fund_balance:budget", "year": 2021, "amount": 0.5}
    row = Rejection.model_validate(stated | {"best_npv": 1.0} | given)
    money = {"has_funds": True, "came_in": 15.5, "left": 0.0, "share": 0.0, "rows": []}
    money |= {"quota_left": None, "cap_left": None, "worth_status": "estimate"}
    told = money_line(instance, {"money": money}, [row])
    assert ("lacks little" in told) is is_told
    assert ("所差不多" in told.zh) is is_told
    # Of shares of works it is true, of whole ones it may be false.
    assert "Were works built in shares, one more unit would be worth nothing in any year" in told
    assert "若项目可部分建设，任一年份追加1单位资金均不增值" in told.zh
