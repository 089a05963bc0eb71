"""The shell: what the help pages say, and what is not loaded for them."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

import infraplan
from infraplan.models.catalogue import pair
from infraplan.optimizer.cli.command_list import COMMANDS
from infraplan.optimizer.cli.main import PACKAGE, LazyCommands
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.report.terminal import TABLE_KINDS
from infraplan.optimizer.storage import new_instance, write_instance
from tests.cli.conftest import Call

SOLVERS = {"highspy", "pulp", "ortools", "gurobipy", "cplex", "xpress", "mosek", "coptpy"}
SLOW = {"pandas", "scipy", "numba", "llvmlite", "networkx", "jinja2", "matplotlib"} | SOLVERS
"""Libraries without which help and validate do."""
NOT_ASKED = {
    "statistics",
    *(
        f"infraplan.{name}"
        for name in (
            "models.capital_ratios",
            "models.plan",
            "models.rule_sets",
            "models.rules",
            "optimizer.cli.reference_commands",
            "optimizer.estimating.fill",
            "optimizer.report",
        )
    ),
}
"""Modules without which validate does where the instance names no rule set and has no run."""
MOST_MODULES = 132
"""Modules of the product that validate of a small folder loads at most; each costs its share."""
LOADED = """
import os, sys
from infraplan.optimizer.cli import main
try:
    main.run()
finally:
    sys.stderr.write(" ".join(["loaded:", *sys.modules]))
    sys.stderr.write(" threads: " + os.environ["OPENBLAS_NUM_THREADS"])
"""
RUN = """
import sys
from infraplan.optimizer.cli.main import app
try:
    app(sys.argv[1:], prog_name="infraplan")
finally:
    print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules}))
    print("commands:", *sorted(name for name in sys.modules if name.endswith("_commands")))
"""


def _loaded(*arguments: object) -> tuple[set[str], set[str], str]:
    """Libraries and modules of commands after a command in a process of its own; its output."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        env=os.environ | {"TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    text, _, tail = done.stdout.partition("loaded:")
    libraries, _, commands = tail.partition("commands:")
    return set(libraries.split()), set(commands.split()), text


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_the_page_of_all_commands_loads_none(arguments: list[str]) -> None:
    libraries, commands, text = _loaded(*arguments)
    assert not commands
    assert not libraries & (SLOW | {"numpy", "pydantic", "yaml", "openpyxl"})
    assert "infraplan" in libraries
    wanted = list(COMMANDS) if arguments == ["--help"] else [infraplan.__version__]
    assert all(word in text for word in wanted)


def test_a_solve_has_its_plan_before_tables_and_compiler_are_loaded(tmp_path: Path) -> None:
    path, run = tmp_path / "made.json", tmp_path / "run"
    write_instance(new_instance(tmp_path / "made"), path)
    code = """
import sys
from infraplan.optimizer.cli import solve_commands
from infraplan.optimizer.stage_times import StageTimes
note, seen = StageTimes.note_plan, []
def noted(times):
    seen.append({name.partition(".")[0] for name in sys.modules})
    note(times)
StageTimes.note_plan = noted
from infraplan.optimizer.cli.main import app
try:
    app(sys.argv[1:], prog_name="infraplan")
finally:
    print("loaded:", *sorted(seen[0]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "solve", str(path), "-o", str(run), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert "scipy" in loaded
    assert not loaded & {"pandas", "jinja2", "numba", "llvmlite", "matplotlib"}
    assert not loaded & SOLVERS
    assert (run / "report.html").is_file()


@pytest.mark.parametrize("form", ["", ".json", ".xlsx"])
def test_validate_loads_no_solver_and_nothing_slow(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"example{form}"
    write_instance(new_instance(tmp_path / "made"), path)
    libraries, commands, _ = _loaded("validate", path, "--json")
    assert commands == {f"{PACKAGE}.instance_commands"}
    assert {"pydantic", "typer"} <= libraries
    assert not libraries & SLOW
    assert ("openpyxl" in libraries) == (form == ".xlsx")


def test_validate_loads_no_module_that_the_instance_does_not_ask_for(tmp_path: Path) -> None:
    """What keeps it within twice the time of its libraries, counted in modules: no time hangs."""
    path = tmp_path / "example"
    write_instance(new_instance(tmp_path / "made"), path)
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "validate", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"},
        timeout=120,
    )
    modules, _, threads = done.stderr.partition("loaded:")[2].partition("threads:")
    loaded = set(modules.split())
    assert not loaded & NOT_ASKED
    own = {name for name in loaded if name.startswith("infraplan")}
    assert f"{PACKAGE}.instance_commands" in own
    assert len(own) <= MOST_MODULES, "import what few instances need where it is used"
    assert threads.strip() == "1"


def test_each_line_of_the_list_is_the_first_line_of_its_command() -> None:
    for name, row in COMMANDS.items():
        found = getattr(import_module(f"{PACKAGE}.{row.module}"), row.attribute)
        text = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
        assert row.help == text.splitlines()[0], name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_page_of_its_own(call: Call, name: str) -> None:
    page = call(name, "--help")
    assert page.code == 0
    words = " ".join(page.out.replace("│", " ").split())
    assert COMMANDS[name].help in words
    assert f"infraplan {name}" in words or f"Usage: root {name}" in words


def test_a_misspelt_command_is_refused_with_the_one_that_was_meant(call: Call) -> None:
    done = call("validte", "x")
    assert done.code == 2
    assert "'validate'" in done.err


def test_version(call: Call) -> None:
    done = call("--version")
    assert (done.code, done.out) == (0, f"infraplan {infraplan.__version__}\n")


def test_without_a_command_the_page_is_shown(call: Call) -> None:
    done = call()
    assert done.code == 2
    assert all(name in done.out + done.err for name in COMMANDS)


def test_garbage_is_collected_again_once_the_command_is_there() -> None:
    code = (
        "import gc; gc.disable(); from infraplan.optimizer.cli.main import LazyCommands; "
        "from infraplan.optimizer.cli.command_list import COMMANDS; "
        "LazyCommands(COMMANDS)['validate']; print(gc.isenabled(), gc.get_freeze_count() > 0)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_a_class_that_no_instance_holds_costs_no_validator() -> None:
    code = (
        "from infraplan.models.plan import Plan; print(Plan.__pydantic_complete__); "
        "Plan(instance='x', scenario='', objective=0.0); print(Plan.__pydantic_complete__)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]


def test_commands_are_a_mapping_that_loads_late() -> None:
    commands = LazyCommands(COMMANDS)
    assert list(commands) == list(COMMANDS)
    assert len(commands) == len(COMMANDS)
    assert "solve" in commands
    assert "nothing" not in commands
    assert commands["rules"] is commands["rules"]
    commands["own"] = commands["rules"]
    assert list(commands)[-1] == "own"
    with pytest.raises(TypeError, match="command_list"):
        del commands["own"]


def test_prose_stands_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    # No markup and no pictures: a project may be called [b] or :x:.
    Output(as_json=False, lang="en").say(pair("[b] :x: 100 %" + "x" * 200, "甲"))
    assert capsys.readouterr().err == "[b] :x: 100 %" + "x" * 200 + "\n"


def test_a_table_as_json_is_that_table(call: Call, run_dir: Path) -> None:
    whole = call("show", run_dir, "--json").data
    assert set(whole) == {"run", "plan"}
    found = call("show", run_dir, "--table", "projects", "--json").data
    assert set(found) == {"tables"}
    table = found["tables"]["projects"]
    keys = [column["key"] for column in table["columns"]]
    assert "project" in keys
    assert all(list(row) == keys for row in table["rows"])
    starts = {start["project"] for start in whole["plan"]["starts"]}
    assert len(table["rows"]) >= len(starts) >= 1
    chinese = call("show", run_dir, "--table", "projects", "--json", "--lang", "zh").data
    assert "甲" in {row["project"] for row in chinese["tables"]["projects"]["rows"]}
    every = call("show", run_dir, "--table", "all", "--json").data["tables"]
    assert set(every) == set(TABLE_KINDS)
    assert every["projects"] == table


@pytest.mark.parametrize("ending", [".txt", ".CSV", ".yaml", ".xls", ".foo"])
def test_an_ending_that_is_no_form_of_an_instance_is_refused(
    call: Call, instance_dir: Path, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"my{ending}"
    done = call("convert", instance_dir, target)
    assert done.code == 2
    assert f"my{ending} ends in {ending}, which is no form of an instance" in done.err
    assert not target.exists()


def test_a_dot_may_belong_to_the_name_of_a_folder(
    call: Call, instance_dir: Path, tmp_path: Path
) -> None:
    for name in ("plan.v2", "2.5", "plan.final"):
        assert call("convert", instance_dir, tmp_path / name).code == 0
        assert (tmp_path / name / "instance.yaml").exists()


CHATTER = """
import os, runpy, sys
from infraplan.optimizer.cli import instance_commands
said = instance_commands.inspect_instance
def chatting(*arguments, **named):
    os.write(1, b"a library's chatter")
    return said(*arguments, **named)
instance_commands.inspect_instance = chatting
runpy.run_module("infraplan", run_name="__main__")
"""


def test_what_a_library_in_c_prints_is_read_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "example.json"
    write_instance(new_instance(tmp_path / "made"), path)
    done = subprocess.run(
        [sys.executable, "-c", CHATTER, "validate", str(path), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert json.loads(done.stdout)["instance"] == "example"
    assert "a library's chatter" not in done.stdout + done.stderr
