"""`infraplan roll`: next year's instance of a run, with what happened and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.project import Stage
from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")


def write(path: Path, *lines: str) -> Path:
    path.write_text("project,year,spent,started,opened,cancelled,note\n" + "\n".join(lines) + "\n")
    return path


def test_rolled_as_planned_it_solves_and_builds_nothing_again(
    run_dir: Path, tmp_path: Path, call: Call
) -> None:
    done = call("roll", run_dir, tmp_path / "next", "--to", "2023", "--json")
    assert done.code == 0, done.err
    data = done.data
    assert {"instance", "finished", "committed", "carried"} <= data.keys()
    assert data["instance"] == str(tmp_path / "next")
    assert data["finished"] == ["a"]
    rolled = read_instance(tmp_path / "next")
    assert rolled.settings.horizon.first_year == 2023
    assert rolled.project_by_id["a"].stage is Stage.COMPLETE
    assert data["carried"]["funds"] == {"budget": pytest.approx(rolled.funds[0].opening_balance)}
    solved = call("solve", tmp_path / "next", "-o", tmp_path / "run", "--json")
    assert solved.code == 0, solved.err
    assert solved.data["verified"]
    again = call("roll", tmp_path / "run", tmp_path / "third", "--to", "2024", "--json")
    assert again.code == 0, again.err


def test_half_of_the_works_late_one_given_up(tmp_path: Path, call: Call) -> None:
    """Four works of two years begin in 2021: two go on, one is late, one is given up at 1.5."""
    names = ("kept", "late", "lost", "more")
    write_instance(
        make_instance(
            [
                make_project(
                    n, 4.0, 3.0, spending_profile=(0.5, 0.5), lead_time=2, outputs={"n": 1.0}
                )
                for n in names
            ],
            funds=[make_fund()],
            inflows=make_inflows("budget", 2021, 8.0, 8.0, 8.0, 8.0),
            settings={"end_year": 2040},
        ),
        tmp_path / "plan",
    )
    assert call("solve", tmp_path / "plan", "-o", tmp_path / "run", "--json").code == 0
    actuals = write(tmp_path / "actuals.csv", "late,2021,0,,,,", "lost,2021,1.5,,,yes,slope failed")
    done = call(
        "roll", tmp_path / "run", tmp_path / "next", "--to", "2022", "--actuals", actuals, "--json"
    )
    assert done.code == 0, done.err
    data = done.data
    assert data["finished"] == []
    assert data["committed"] == [
        {"project": "kept", "remaining": pytest.approx(2.0)},
        {"project": "more", "remaining": pytest.approx(2.0)},
    ]
    assert data["cancelled"] == [{"project": "lost", "sunk": pytest.approx(1.5)}]
    # 8 came in, 2 + 2 + 1.5 went.
    assert data["carried"]["funds"] == {"budget": pytest.approx(2.5)}
    solved = call("solve", tmp_path / "next", "-o", tmp_path / "again", "--json")
    assert solved.code == 0, solved.err
    assert solved.data["num_selected"] == 3
    chinese = call("roll", tmp_path / "run", tmp_path / "z.json", "--to", "2022", "--lang", "zh")
    assert "在建4项" in chinese.err


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        ({}, "1 under way with 2 to go,", "在建1项、尚需2，"),
        ({"money_unit": "m"}, "1 under way with 2 x m to go,", "在建1项、尚需2m，"),
        (
            {"money_unit": "m", "money_unit_zh": "百万元"},
            "1 under way with 2 x m to go,",
            "在建1项、尚需2百万元，",
        ),
    ],
)
def test_what_is_to_go_is_told_with_a_unit_where_there_is_one(
    names: dict[str, str], english: str, chinese: str, tmp_path: Path, call: Call
) -> None:
    works = make_project(
        "works", 4.0, spending_profile=(0.5, 0.5), lead_time=2, mandatory="committed"
    )
    instance = make_instance(
        [works],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 9.0),
        settings={"money_unit": "", **names},
    )
    write_instance(instance, tmp_path / "plan.json")
    for lang, words in (("en", english), ("zh", chinese)):
        out = tmp_path / f"{lang}.json"
        done = call("roll", tmp_path / "plan.json", out, "--to", "2022", "--lang", lang)
        assert done.code == 0, done.err
        assert words in done.err


def test_every_fault_of_the_actuals_is_told_with_row_and_column(
    run_dir: Path, tmp_path: Path, call: Call
) -> None:
    actuals = write(
        tmp_path / "actuals.csv",
        "nobody,2021,1,,,,",
        "a,2030,1,,,,",
        "b,2021,much,,,,",
        "b,2022,1,2024,,,",
        "c,2021,1,2021,2020,,",
    )
    done = call("roll", run_dir, tmp_path / "next", "--to", "2023", "--actuals", actuals, "--json")
    assert done.code == 3
    found = {(f["file"], f["row"], f["column"]) for f in done.data["findings"]}
    assert found == {
        ("actuals.csv", 2, "project"),
        ("actuals.csv", 3, "year"),
        ("actuals.csv", 4, "spent"),
        ("actuals.csv", 5, "started"),
        ("actuals.csv", 6, "opened"),
    }
    assert not (tmp_path / "next").exists()


def eight(path: Path, call: Call) -> Path:
    """A run in which a to g begin in 2026, `late` in 2028; `old` stands, `dug` is under way."""
    write_instance(
        make_instance(
            [
                *(
                    make_project(n, 4.0, 3.0, lead_time=2, spending_profile=(0.5, 0.5))
                    for n in "abcdefg"
                ),
                make_project("late", 4.0, 3.0, earliest_start=2028),
                make_project("old", 4.0, 3.0, stage="complete", opened=2020),
                make_project("dug", 4.0, 3.0, stage="under_construction", started=2025),
            ],
            years=(2026, 2031),
            funds=[make_fund(opening_balance=99.0)],
            settings={"end_year": 2050},
        ),
        path / "plan",
    )
    done = call("solve", path / "plan", "-o", path / "run", "--json")
    assert done.code == 0, done.err
    return path / "run"


def test_actuals_that_contradict_themselves_or_the_plan_are_told(
    tmp_path: Path, call: Call
) -> None:
    run = eight(tmp_path, call)
    rows = (
        "a,2026,,2019,,,",
        "b,2026,2,,2024,,",
        "c,2026,2,2026,2030,,",
        "c,2027,2,2027,2028,,",
        "d,2026,2,,2026,yes,",
        "e,2026,0,,,,",
        "e,2027,0,,2029,,",
        "late,2027,,,2029,,",
        "old,2026,,,2027,,",
        "dug,2026,,2025,,,",
        "f,2026,,,2029,,",
        "f,2027,1,,,yes,",
        "g,2027,,,2028,,",
    )
    actuals = write(tmp_path / "actuals.csv", *rows)
    done = call("roll", run, tmp_path / "next", "--to", "2028", "--actuals", actuals, "--json")
    assert done.code == 3
    found = [(f["row"], f["column"]) for f in done.data["findings"]]
    assert found == [
        (2, "started"),  # before the plan
        (3, "opened"),  # before it began as planned
        (5, "started"),  # another year than the row above
        (5, "opened"),
        (6, "opened"),  # and cancelled
        (8, "opened"),  # not begun at all
        (9, "opened"),  # nor to begin before 2028
        (10, "project"),  # stands
        (11, "started"),  # under way before the plan, which is told in projects
        (12, "opened"),  # cancelled in another row
    ]
    assert not (tmp_path / "next").exists()
    chinese = call(
        "roll", run, tmp_path / "z", "--to", "2028", "--actuals", actuals, "--lang", "zh"
    )
    assert "开工年份2019早于规划首年2026" in chinese.err
    assert "共10处错误" in chinese.err


def test_actuals_are_read_with_chinese_headings(tmp_path: Path, call: Call) -> None:
    run = eight(tmp_path, call)
    names = (
        ("项目", "年份", "完成投资", "开工年", "投用年", "是否取消", "备注"),
        ("项目编号", "年度", "当年完成投资", "实际开工年", "预计投用年", "取消", "说明"),
    )
    for number, heading in enumerate(names):
        path = tmp_path / f"{number}.csv"
        path.write_text(
            ",".join(heading) + "\na,2026年,1.5,2026,2030,否,\nb,2026,0.5,,,是,停建\n", "utf-8"
        )
        done = call(
            "roll", run, tmp_path / f"next{number}", "--to", "2027", "--actuals", path, "--json"
        )
        assert done.code == 0, done.err
        assert done.data["cancelled"] == [{"project": "b", "sunk": pytest.approx(0.5)}]
        assert read_instance(tmp_path / f"next{number}").project_by_id["a"].opened == 2030
