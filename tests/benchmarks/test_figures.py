"""The figures of docs/status.md: what stands there is what the ledger holds, and can be run."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infraplan.optimizer.cli.command_list import COMMANDS
from tests.architecture.sources import ROOT
from tests.benchmarks.beside_v01 import Measured
from tests.benchmarks.beside_v01 import line as pair_line
from tests.benchmarks.figures import readers
from tests.benchmarks.figures.__main__ import chosen, main
from tests.benchmarks.figures.ledger import (
    BEGIN,
    END,
    PAGE,
    Row,
    line,
    read_ledger,
    tables,
    write_ledger,
    written,
)
from tests.benchmarks.figures.measuring import Failed, watch
from tests.benchmarks.figures.record import (
    Figure,
    Group,
    Output,
    Places,
    Taken,
    Unread,
    Values,
    program,
)
from tests.benchmarks.figures.records import FIGURES, PLAN_OF
from tests.benchmarks.figures.running import Session

PROGRAMS = {"infraplan", "python", "make", "git"}
ROWS = read_ledger()
BY_NAME = {figure.name: figure for figure in FIGURES}


# ---------------------------------------------------------------------------------- what is kept


def test_the_page_is_what_the_ledger_makes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page, FIGURES, ROWS), "python -m tests.benchmarks.figures write"


def test_every_row_has_a_record_and_every_name_is_one() -> None:
    assert len(BY_NAME) == len(FIGURES)
    assert ROWS.keys() <= BY_NAME.keys()
    for row in ROWS.values():
        assert bool(row.typed) != bool(row.values), row.name
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row.date), row.name
        if row.values:
            assert row.commit, row.name
            assert None not in (row.load, row.others, row.seconds, row.cpu_s, row.peak_mb), row.name


def test_no_number_stands_in_the_table_that_is_not_in_the_ledger() -> None:
    """A record has no digit of its own where figures stand, so that all come from its row."""
    assert {f.name: f.own_digits for f in FIGURES if f.own_digits} == {}
    cells = [text.split(" | ")[0] for text in tables(FIGURES, ROWS) if text.startswith("| ")]
    told = [cell for cell in cells if cell != "| figure"]
    assert len(told) == len(ROWS)
    for row in ROWS.values():
        figure = BY_NAME[row.name]
        stated = row.typed or figure.text_of(row.values)
        assert f"| {figure.what}: {stated}".replace("|", "\\|")[1:] in told, row.name


def test_a_template_with_a_digit_of_its_own_is_found() -> None:
    assert _fake(template="{value:.2f} of 7").own_digits == ["7"]
    assert _fake(template="{value:.2f} to {rate:5.1f}").own_digits == []


# ------------------------------------------------------------------------------- what can be run


def _module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def _faults(command: str) -> list[str]:
    """What `command` names and the project does not have."""
    words = command.split()
    head, *rest = words[program(words) :]
    found = [] if head in PROGRAMS else [head]
    if head == "infraplan" and rest[0] not in COMMANDS:
        found.append(rest[0])
    if head == "python" and not _module(rest[rest.index("-m") + 1]):
        found.append(rest[1])
    if head == "make":
        targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        goals = [word for word in rest if word.islower() and not word.startswith(("-", "OUT"))]
        found += [goal for goal in goals if goal not in targets]
        markers = (ROOT / "pyproject.toml").read_text("utf-8")
        parts = [word.partition("=")[2] for word in rest if word.startswith("PART=")]
        found += [part for part in parts if f'"{part}: ' not in markers]
    files = [word for word in rest if word.startswith(("instances/", "tests/"))]
    return found + [file for file in files if not (ROOT / file).exists()]


def test_every_command_is_there() -> None:
    asked = {command for figure in FIGURES for command in figure.commands}
    assert {command: found for command in sorted(asked) if (found := _faults(command))} == {}
    assert _faults("infraplan solv instances/nowhere") == ["solv", "instances/nowhere"]
    assert _faults("make test-slow PART=nothing") == ["nothing"]
    assert _faults("python -m tests.benchmarks.nothing")


def test_every_plan_that_a_figure_reads_is_made_by_one() -> None:
    assert {name for figure in FIGURES for name in figure.runs} <= PLAN_OF.keys()
    for name, figure in PLAN_OF.items():
        assert f"-o RUNS/{name}" in figure.command
        assert figure.runs == ()


def test_figures_are_chosen_by_name_group_or_all() -> None:
    assert chosen(["all"], [], FIGURES) == list(FIGURES)
    assert {f.group for f in chosen([], [Group.SHELL], FIGURES)} == {Group.SHELL}
    assert [f.name for f in chosen(["shell", "demo"], [], FIGURES)] == ["shell", "demo"]
    with pytest.raises(SystemExit, match="no such figure: nothing"):
        chosen(["nothing"], [], FIGURES)
    with pytest.raises(SystemExit, match="all"):
        chosen([], [], FIGURES)


def test_the_list_names_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    told = capsys.readouterr().out
    assert all(figure.name in told for figure in FIGURES)


# -------------------------------------------------------------------------------------- a session


def _value(output: Output) -> Values:
    place = re.search(r"value ([\d.]+)", output.text)
    assert place is not None
    return {"value": float(place[1])}


def _fake(name: str = "fake", command: str = "", template: str = "{value:.2f}") -> Figure:
    return Figure(
        name=name,
        group=Group.SHELL,
        issue=10,
        what="a number",
        template=template,
        commands=(command or """python -c "print('value 3.14159')" """.strip(),),
        read=_value,
        seconds=5,
    )


def _session(
    folder: Path, told: list[str], by_run: dict[str, Figure] | None = None, **given: Path
) -> Session:
    work, ledger = folder / "work", folder / "ledger.json"
    return Session(work, told.append, by_run or {}, ledger=ledger, **given)


def test_a_figure_is_measured_and_kept(tmp_path: Path) -> None:
    told: list[str] = []
    assert _session(tmp_path, told).measure_all([_fake()]) == []
    row = read_ledger(tmp_path / "ledger.json")["fake"]
    assert row.values["value"] == 3.14159
    assert row.command == _fake().command
    assert row.cpu_s is not None
    assert row.peak_mb is not None
    assert row.peak_mb > 0.0
    assert min(row.values["seconds"], row.cpu_s) > 0.0
    assert "3.14" in line(_fake(), row)
    assert told[-1].startswith("  3.14 [")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("""python -c "import sys; sys.exit('no luck')" """, "ended with 1: no luck"),
        ("""python -c "print('nothing')" """, "cannot be read"),
        ("""python -c "print('value 1')" BENCH/table.csv""", "not there: BENCH (`--data`)"),
        ("no-such-program", "No such file"),
    ],
)
def test_a_figure_that_fails_is_told_and_its_earlier_row_stays(
    tmp_path: Path, command: str, why: str
) -> None:
    earlier = Row(name="fake", date="2026-01-01", command="by hand", typed="3")
    write_ledger({"fake": earlier}, tmp_path / "ledger.json")
    told: list[str] = []
    figures = [replace(_fake(), commands=(command.strip(),), read=_checked), _fake("after")]
    assert _session(tmp_path, told).measure_all(figures) == ["fake"]
    rows = read_ledger(tmp_path / "ledger.json")
    assert rows["fake"] == earlier
    assert "after" in rows
    assert any(why in line for line in told), told


def _checked(output: Output) -> Values:
    place = re.search(r"value ([\d.]+)", output.text)
    if place is None:
        raise Unread("its output cannot be read: no value")
    return {"value": float(place[1])}


def test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.prec").touch()
    figure = _fake(command="infraplan import minelib BENCH/mine BENCH/other CENSUS OUT/run")
    places = Places(tmp_path, tmp_path / "out", bench=tmp_path)
    assert figure.lacks(places) == ["BENCH/other", "CENSUS"]


def test_a_plan_is_solved_once_for_all_figures_that_read_it(tmp_path: Path) -> None:
    made = "import pathlib as p, sys; f = p.Path(sys.argv[-1]); f.mkdir(parents=True); "
    made += "(f / 'run.json').touch(); print('value 1')"
    plan = _fake("plan", f'python -c "{made}" -o RUNS/small')
    readers = [
        _fake(name, """python -c "print('value 2')" RUNS/small""") for name in ("one", "two")
    ]
    told: list[str] = []
    session = _session(tmp_path, told, by_run={"small": plan})
    assert session.measure_all(readers) == [], told
    assert sum("first plan" in line for line in told) == 1
    assert {"plan", "one", "two"} == read_ledger(tmp_path / "ledger.json").keys()
    given = _session(tmp_path, told, by_run={"small": plan}, given=session.plans)
    assert given.measure_all(readers) == [], told
    assert "given" in read_ledger(tmp_path / "ledger.json")["one"].note
    lost = _session(tmp_path, told, by_run={"small": plan}, given=tmp_path / "nowhere")
    assert lost.measure_all(readers[:1]) == ["one"]


def test_a_command_that_does_not_end_is_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(Failed, match="ended with -9"):
        watch(command, tmp_path / "log", 0.3)


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    write_ledger(ROWS, path)
    assert read_ledger(path) == ROWS
    assert [row["name"] for row in json.loads(path.read_text("utf-8"))] == sorted(ROWS)


def test_the_page_keeps_what_stands_around_the_tables() -> None:
    row = Row(name="fake", date="2026-01-01", command="a | b", typed="3 s", machine="idle")
    page = written(f"before\n{BEGIN}\nold\n{END}\nafter\n", [_fake(), _fake("new")], {"fake": row})
    assert page.startswith(f"before\n{BEGIN}\n### The shell\n")
    assert page.endswith(f"Not measured yet: `new`.\n\n{END}\nafter\n")
    expected = "| a number: 3 s | `a \\| b` | 2026-01-01 or before, typed | idle |  | "
    assert expected + "the command has changed since |" in page
    with pytest.raises(ValueError, match="once each"):
        written("no markers", [], {})


@pytest.mark.parametrize(
    ("others", "words"), [(0.1, "idle (load 2.5 before)"), (1.4, "others used 1.4 processors")]
)
def test_a_row_says_whether_the_machine_was_idle(others: float, words: str) -> None:
    row = Row(name="fake", date="2026-01-01", command="", load=2.5, others=others)
    assert words in row.on_machine


# -------------------------------------------------------------------------------------- reading


def _pair() -> str:
    """What `tests.benchmarks.beside_v01` prints of one instance, by its own function."""
    before = {"gap": 0.001, "objective": 3.0, "termination": "gap_reached", "runtime_s": 5.0}
    after = before | {"stages": {"explain": {"clock_s": 1.0, "cpu_s": 17.1}}}
    old = pair_line("tongliang", Measured("v0.1.0", 10.0, 6.8, before, {"cpu_s": 2.9}), "")
    new = pair_line("", Measured("today", 30.0, 32.1, after, {}), "verified")
    return "\n".join(("head", old, new))


_WAY = {"engine": "own", "solver": "highs", "columns": "auto", "time_limit_s": 1.0, "gap": 1e-3}
_BENCH = _WAY | {"first_plan_s": 0.4, "t_01pct": 0.9, "t_001pct": None}
_GREEDY = _BENCH | {"engine": "greedy", "solver": "", "columns": "", "gap": None}
_CLUSTER = """CPU ms of a solve: worker 150, scheduler 1.0, client 2.0
two workers beside twice one: 106.0% by CPU, 85.0% by the clock"""
_CHECKS = """kaizhou
  ok    benefits   0 of 5
  FAILS options    2 (asked: none)
          and more
  -     money      no check"""
_REASONS = """| plan | left out | narrow | lower ends | again | conflicts |
|---|---|---|---|---|---|
| RUNS/tongliang | 67 | 67 | 0.0010 | 5 / 1 / 0 | 2 / 0 / 0 |"""
_DRAWS = "\n".join(
    map(
        json.dumps,
        (
            {"draws": 8, "within_gap": 8, "cpu_s_mean": 9.0, "cpu_s_max": 16.1},
            {"draws": 8, "within_gap": 8, "cpu_s_mean": 8.0, "cpu_s_max": 12.0},
            {"share_within": 0.98, "largest": 0.125},
        ),
    )
)
_HELD = "\n".join(
    map(
        json.dumps,
        (
            {
                "draws": 6,
                "within_gap": 5,
                "cpu_s_mean": 9.0,
                "cpu_s_max": 16.1,
                "cpu_s_nominal": 12.0,
            },
            {"plans": 4, "draws": 6, "cpu_s_a_draw": 3.25},
        ),
    )
)
_LISTS = "  Ranked(name='a')\n" + json.dumps(
    {
        "instances": 3,
        "verdicts": {"proven-least": 2, "no": 1},
        "not_held": ["made-1"],
        "known_mean": 0.25,
        "other_mean": 1.5,
    }
)
_TURNED = "  Asked(project='a')\ntongliang: " + json.dumps(
    {
        "projects": 2,
        "losses": {"confirmed": 2},
        "changes": {"cost": {"confirmed": 1}, "benefit": {"undecided": 1, "confirmed": 1}},
        "undecided_share": 0.2,
    }
)
_YEARS = """kaizhou: stated 1.0, by the year 1.0, 2.4e-15
tongliang: stated 1.0, by the year 1.0, 0.0e+00"""


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "bench-toronto",
            json.dumps({"rows": [_BENCH, _GREEDY]}),
            "gaps to the best bound known: own highs auto, 1 s: gap 0.100 %, within a tenth of a "
            "per cent after 0.9 s, a hundredth never",
        ),
        (
            "beside-v01",
            _pair(),
            "tongliang 2.9 and 15.0 (6.8 and 32.1 with reasons and report), verified",
        ),
        (
            "reasons-asked",
            _REASONS,
            "tongliang 5 losses confirmed, 1 open, 0 false, all lower ends "
            "within 0.0010; conflicts 2 confirmed, 0 open, 0 false",
        ),
        (
            "draws-solved",
            _DRAWS,
            "16 of 16 within the gap, 8.5 s each, 16.1 at most; the farthest "
            "frequency 12.5 points apart",
        ),
        (
            "draws-kaizhou",
            _HELD,
            "5 of 6 within the gap, 9.0 s each, 16.1 at most, the nominal solve 12.0; holding 4 "
            "plans 3.2 s a draw",
        ),
        (
            "lists-made",
            _LISTS,
            "of 3 instances 2 lists are proven to lose least of all nested ones, 0 others lose at "
            "most half in mean and at most, 0 both lose nothing, 1 do not hold; mean regret 0.250 "
            "and 1.500",
        ),
        (
            "turning-tongliang",
            _TURNED,
            "tongliang, 2 projects: losses 2 confirmed, 0 open, 0 false; changes 2 confirmed, 1 "
            "open, 0 false; 20 % open",
        ),
        (
            "known-mknap",
            "| set | p |\n|---|\n| mknap | 2 | 1 | 0 | 0.061% | 9 | 2 |\nmknap-0: short",
            "1 of 2 reach the value known, 0 proven; largest shortfall 0.06 %; 2 s of CPU in all",
        ),
        ("cluster", _CLUSTER, "85 % by the clock, 106 % by CPU; 150 ms of CPU a solve"),
        (
            "slow-lives",
            "....\n57 passed, 2 skipped, 8 deselected in 482.10s (0:08:02)\n",
            "57 passed, 2 skipped in 482 s",
        ),
        ("slow-lives", "57 passed in 4.10s", "57 passed, 0 skipped in 4 s"),
        ("shell", "command\n--help      0.500    0.400   1.25   typer", "`--help` 1.25 times"),
        ("plan-checks", _CHECKS, "kaizhou 1 hold, 1 do not; failing: options of kaizhou"),
        (
            "plan-checks-swap",
            "tongliang\n  ok    swap         4 of 5 pairs swap their order (asked: x)",
            "tongliang 4 of 5",
        ),
        ("value-by-year", _YEARS, "differ by 2.4e-15 of it at most, 2 plans"),
        (
            "rolls",
            "plan | year\nkaizhou | 2022 | 13 | 27 | 137 | 0 | 0",
            "1 rolls, 137 to 137 accounts (cash, debt, targets) in each, of which 0 differ by a "
            "millionth in all; the rest of the plans breaks 0 laws",
        ),
    ],
)
def test_numbers_are_read_out_of_what_commands_print(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    output = Output((text,), (Taken(1.0, 1.0, 1.0),), Places(tmp_path, tmp_path))
    assert BY_NAME[name].text_of(BY_NAME[name].read(output)) == told


def test_a_gap_that_is_not_known_is_told_so() -> None:
    assert _fake(template="gap {gap:.2f} %").text_of({"gap": float("nan")}) == "gap not known"


def test_what_holds_no_figure_is_not_read(tmp_path: Path) -> None:
    output = Output(("nothing here",), (Taken(1.0, 1.0, 1.0),), Places(tmp_path, tmp_path))
    for figure in FIGURES:
        if figure.read is not readers.last_step:
            with pytest.raises((Unread, ValueError, OSError)):
                figure.read(output)
