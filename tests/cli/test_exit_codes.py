"""Every cell of the table of exit codes in docs/commands.md is a case here, and the other way."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from infraplan.models.project import Mandate
from infraplan.optimizer.cli import solve_commands
from infraplan.optimizer.cli.command_list import COMMANDS
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.workflow import Outcome
from tests.architecture.sources import ROOT
from tests.builders import (
    make_instance,
    make_jurisdictions,
    make_policy,
    make_project,
    make_share,
)
from tests.cli.conftest import Call
from tests.interop.test_epanet import OPTIMUM, two_loop

COLUMNS = (0, 2, 3, 4, 5, 6, 7)
"""Codes by column of the table."""


@dataclass(frozen=True)
class Places:
    """Files and folders for the cases; `out` is a new, empty folder for each."""

    instance: Path
    run: Path
    bad: Path
    infeasible: Path
    no_plan: Path
    shared: Path
    water: Path
    table: Path
    out: Path

    @property
    def taken(self) -> Path:
        """A folder with a file of somebody's own."""
        path = self.out / "taken"
        path.mkdir()
        (path / "letter.txt").write_text("keep me")
        return path

    @property
    def own(self) -> Path:
        """A copy of the run, which a command may change."""
        return Path(shutil.copytree(self.run, self.out / "own"))

    @property
    def key(self) -> Path:
        """A file with a key."""
        path = self.out / "a-key"
        path.write_text("0123456789abcdef")
        return path

    @property
    def broken(self) -> Path:
        """A run whose objective was changed by hand."""
        path = self.out / "broken"
        shutil.copytree(self.run, path)
        manifest = json.loads((path / "run.json").read_text("utf-8"))
        manifest["objective"] += 1.0
        (path / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
        return path


def foreign_table(folder: Path) -> Path:
    """A capital budget of two projects."""
    path = folder / "budget.csv"
    path.write_text("Project,Sector,2026,2027\nBridge,Roads,1,2\nMain,Water,3,4\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def made(
    instance_dir: Path, run_dir: Path, call: Call, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """What the cases read; nothing writes there."""
    folder = tmp_path_factory.mktemp("made")
    bad = folder / "bad"
    shutil.copytree(instance_dir, bad)
    (bad / "projects.csv").write_text("id,sector\n,,\n", encoding="utf-8")
    must = make_project("school", 10, 10, mandatory=Mandate.MUST)
    poor = make_instance([must], policies=[make_policy("spend_cap", 6.0)])
    write_instance(poor, folder / "poor.json")
    no_plan = folder / "no-plan"
    assert call("solve", folder / "poor.json", "-o", no_plan, "--json").code == 4
    two = make_instance(
        [make_project("road", 10, 16, jurisdiction="j")],
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("road", "k", 0.5)],
    )
    write_instance(two, folder / "two.json")
    return {
        "instance": instance_dir,
        "run": run_dir,
        "bad": bad,
        "infeasible": folder / "poor.json",
        "no_plan": no_plan,
        "shared": folder / "two.json",
        "water": two_loop(folder, OPTIMUM),
        "table": foreign_table(folder),
    }


@pytest.fixture
def places(made: dict[str, Path], tmp_path: Path) -> Places:
    return Places(**made, out=tmp_path)


Arguments = Callable[[Places], tuple[object, ...]]
SMALLEST = ("--min-pressure", "300")

CASES: tuple[tuple[str, int, Arguments], ...] = (
    ("demo", 2, lambda p: ("-o", p.taken, "--gap", "1", "--time-limit", "20")),
    ("solve", 0, lambda p: (p.instance, "-o", p.out / "r")),
    ("solve", 2, lambda p: (p.instance, "--engine", "magic")),
    ("solve", 2, lambda p: (p.instance, "--solver", "oracle")),
    ("solve", 2, lambda p: (p.instance, "--objective", "beauty")),
    ("solve", 2, lambda p: (p.instance, "-o", p.taken)),
    ("solve", 3, lambda p: (p.bad,)),
    ("solve", 3, lambda p: (p.instance, "--scenario", "nowhere")),
    ("solve", 4, lambda p: (p.infeasible, "-o", p.out / "r")),
    ("solve", 6, lambda p: (p.instance, "--engine", "equilibrium")),
    ("serve", 0, lambda p: ("--data", p.out / "w", "--members")),
    ("serve", 2, lambda p: ("--data", p.out / "w", "--role", "king")),
    ("new", 0, lambda p: (p.out / "plan",)),
    ("new", 2, lambda p: (p.taken,)),
    ("validate", 0, lambda p: (p.instance,)),
    ("validate", 3, lambda p: (p.bad,)),
    ("validate", 3, lambda p: (p.shared, "--strict")),
    ("convert", 0, lambda p: (p.instance, p.out / "plan.v2")),
    ("convert", 2, lambda p: (p.instance, p.out / "my.txt")),
    ("convert", 2, lambda p: (p.instance, p.out / "x.json", "--exchange", "0")),
    ("convert", 2, lambda p: (p.instance, p.out / "x.json", "--index", "words")),
    ("convert", 3, lambda p: (p.bad, p.out / "x.json")),
    ("merge", 0, lambda p: (p.instance, p.instance, p.out / "m")),
    ("merge", 2, lambda p: (p.instance, p.instance, p.taken)),
    ("merge", 2, lambda p: (p.instance, p.out / "m")),
    ("merge", 3, lambda p: (p.instance, p.bad, p.out / "m")),
    ("merge", 3, lambda p: (p.instance, p.shared, p.out / "m")),
    ("import", 0, lambda p: ("epanet", p.water, p.out / "w")),
    ("import", 2, lambda p: ("epanet", p.water, p.taken)),
    ("import", 2, lambda p: ("shapefile", p.water, p.out / "w")),
    ("import", 3, lambda p: ("matpower", p.out / "nowhere.m", p.out / "w")),
    ("map", 0, lambda p: (p.table,)),
    ("map", 2, lambda p: (p.table, "-o", p.taken)),
    ("map", 3, lambda p: (p.bad / "projects.csv",)),
    ("generate", 0, lambda p: (p.out / "g", "--projects", "5", "--years", "3")),
    ("generate", 2, lambda p: (p.taken,)),
    ("bench", 0, lambda p: ("--instance", p.instance, "--engines", "greedy")),
    ("bench", 2, lambda p: ("--engines", "magic")),
    ("bench", 2, lambda p: ("-o", p.taken)),
    ("bench", 3, lambda p: ("--instance", p.bad)),
    ("hydraulics", 0, lambda p: (p.water,)),
    ("hydraulics", 3, lambda p: (p.out / "nowhere.inp",)),
    ("hydraulics", 4, lambda p: (p.water, *SMALLEST)),
    ("estimate", 0, lambda p: (p.instance,)),
    ("estimate", 2, lambda p: (p.instance, "-o", p.out / "filled.csv")),
    ("estimate", 3, lambda p: (p.bad,)),
    ("schema", 0, lambda p: ()),
    ("roll", 0, lambda p: (p.run, p.out / "next", "--to", "2022")),
    ("roll", 2, lambda p: (p.run, p.taken, "--to", "2022")),
    ("roll", 3, lambda p: (p.run, p.out / "next", "--to", "2099")),
    ("roll", 5, lambda p: (p.no_plan, p.out / "next", "--to", "2022")),
    ("explain", 0, lambda p: (p.run, "--all", "--nearest", "0", "-o", p.out / "e")),
    ("explain", 2, lambda p: (p.run,)),
    ("explain", 2, lambda p: (p.run, "nowhere")),
    ("explain", 2, lambda p: (p.run, "a", "-o", p.taken)),
    ("explain", 3, lambda p: (p.out, "a")),
    ("explain", 5, lambda p: (p.no_plan, "a")),
    ("robust", 0, lambda p: (p.instance, "--draws", "2", "--plans", "0", "-o", p.out / "b")),
    ("robust", 2, lambda p: (p.instance, "-o", p.taken)),
    ("robust", 3, lambda p: (p.bad,)),
    ("robust", 4, lambda p: (p.infeasible, "--draws", "2", "-o", p.out / "b")),
    ("frontier", 0, lambda p: (p.instance, "--points", "1", "-o", p.out / "f")),
    ("frontier", 2, lambda p: (p.instance, "--x", "beauty")),
    ("frontier", 2, lambda p: (p.instance, "-o", p.taken)),
    ("frontier", 3, lambda p: (p.bad,)),
    ("frontier", 4, lambda p: (p.infeasible, "-o", p.out / "f")),
    ("rank", 0, lambda p: (p.instance, "--levels", "1", "-o", p.out / "r")),
    ("rank", 2, lambda p: (p.instance, "--methods", "luck")),
    ("rank", 2, lambda p: (p.instance, "--budgets", "much")),
    ("rank", 2, lambda p: (p.instance, "-o", p.taken)),
    ("rank", 3, lambda p: (p.bad,)),
    ("rank", 4, lambda p: (p.infeasible, "-o", p.out / "r")),
    ("sweep", 0, lambda p: (p.instance, "--no-hold", "-o", p.out / "s")),
    ("sweep", 2, lambda p: (p.instance, "--scenarios", "rich")),
    ("sweep", 2, lambda p: (p.instance, "-o", p.taken, "--resume")),
    ("sweep", 3, lambda p: (p.bad,)),
    ("sweep", 4, lambda p: (p.infeasible, "-o", p.out / "s")),
    ("replan", 0, lambda p: (p.run, "--points", "0", "-o", p.out / "r")),
    ("replan", 2, lambda p: (p.run, "--moves", "1", "--move-cost", "1")),
    ("replan", 2, lambda p: (p.run, "-o", p.taken)),
    ("replan", 2, lambda p: (p.run, "--weight", "bridge=2")),
    ("replan", 3, lambda p: (p.out,)),
    ("replan", 3, lambda p: (p.run, "--to", "2099")),
    ("replan", 4, lambda p: (p.run, "--instance", p.infeasible, "-o", p.out / "r")),
    ("replan", 5, lambda p: (p.no_plan,)),
    ("alternatives", 0, lambda p: (p.run, "--within", "0", "--count", "1", "-o", p.out / "a")),
    ("alternatives", 2, lambda p: (p.run, "--by", "beauty")),
    ("alternatives", 2, lambda p: (p.run, "-o", p.taken)),
    ("alternatives", 3, lambda p: (p.out,)),
    ("alternatives", 5, lambda p: (p.no_plan,)),
    ("move-money", 2, lambda p: (p.run, "--funds", "nowhere", "--years", "1900")),
    ("move-money", 3, lambda p: (p.out,)),
    ("move-money", 5, lambda p: (p.no_plan,)),
    ("value-shares", 0, lambda p: (p.run, "-o", p.out / "v")),
    ("value-shares", 2, lambda p: (p.run, "-o", p.taken)),
    ("value-shares", 2, lambda p: (p.run, "--resume")),
    ("value-shares", 3, lambda p: (p.out,)),
    ("value-shares", 5, lambda p: (p.no_plan,)),
    ("state", 0, lambda p: (p.run,)),
    ("state", 2, lambda p: (p.run, "adopted", "--by", "A", "--because", "B")),
    ("state", 2, lambda p: (p.run, "beautiful", "--by", "A", "--because", "B")),
    ("state", 3, lambda p: (p.out,)),
    ("state", 5, lambda p: (p.no_plan, "submitted", "--by", "A", "--because", "B")),
    ("state", 7, lambda p: (p.broken, "submitted", "--by", "A", "--because", "B")),
    ("sign", 0, lambda p: (p.own, p.key)),
    ("sign", 2, lambda p: (p.run, p.out / "key")),
    ("sign", 3, lambda p: (p.out / "none", p.key)),
    ("sign", 5, lambda p: (p.no_plan, p.key)),
    ("sign", 7, lambda p: (p.broken, p.key)),
    ("verify", 0, lambda p: (p.run,)),
    ("verify", 2, lambda p: (p.run, "--signature", p.out / "key")),
    ("verify", 3, lambda p: (p.out,)),
    ("verify", 7, lambda p: (p.broken,)),
    ("show", 0, lambda p: (p.run,)),
    ("show", 2, lambda p: (p.run, "--table", "nothing")),
    ("show", 2, lambda p: (p.run, "--network", "nothing")),
    ("show", 3, lambda p: (p.out,)),
    ("compare", 0, lambda p: (p.run, p.no_plan, "--no-judge")),
    ("compare", 2, lambda p: (p.run,)),
    ("compare", 2, lambda p: (p.run,) * 9),
    ("compare", 3, lambda p: (p.run, p.out)),
    ("export", 0, lambda p: (p.run, "-o", p.out / "plan.xlsx")),
    ("export", 2, lambda p: (p.run, "--to", "papyrus")),
    ("export", 2, lambda p: (p.run, "--template", p.out / "office.docx")),
    ("export", 3, lambda p: (p.out,)),
    ("export", 5, lambda p: (p.no_plan, "--to", "docx")),
    ("share", 0, lambda p: (p.shared, "--no-financing")),
    ("share", 2, lambda p: (p.instance,)),
    ("share", 2, lambda p: (p.shared, "--projects", "nowhere")),
    ("share", 3, lambda p: (p.bad,)),
    ("share", 5, lambda p: (p.no_plan,)),
    ("stress", 0, lambda p: (p.run,)),
    ("stress", 2, lambda p: (p.run, "--case", "moon")),
    ("stress", 3, lambda p: (p.out,)),
    ("stress", 5, lambda p: (p.no_plan,)),
    ("equilibrium", 2, lambda p: (p.run,)),
    ("equilibrium", 2, lambda p: (p.run, "--network", "rail")),
    ("equilibrium", 3, lambda p: (p.out,)),
    ("equilibrium", 5, lambda p: (p.no_plan,)),
    ("rules", 0, lambda p: ()),
    ("solvers", 0, lambda p: ()),
)


@pytest.mark.parametrize(
    ("command", "code", "arguments"),
    CASES,
    ids=[f"{number}-{case[0]}-{case[1]}" for number, case in enumerate(CASES)],
)
def test_the_code_is_that_of_the_table(
    command: str, code: int, arguments: Arguments, places: Places, call: Call
) -> None:
    if (command, code) == ("serve", 0):
        for extra in ("nicegui", "sqlalchemy"):
            pytest.importorskip(extra, reason="the extra serve is not installed")
    done = call(command, *arguments(places))
    assert done.code == code, done.err
    assert "Traceback" not in done.out + done.err
    assert "Unexpected" not in done.err
    if code:
        assert done.err.strip(), "a command that does not succeed says why"


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option_ends_with_2(command: str, call: Call) -> None:
    assert call(command, "--nonsense").code == 2


def _outcome(**parts: object) -> Outcome:
    """An outcome of which only what decides its exit code is there."""

    @dataclass
    class Part:
        ok: bool = True
        is_proof_of_no_plan: bool = False

    @dataclass
    class Result:
        verification: object = None
        plan: object = None
        termination: object = None

    values = {"termination": Part(), **parts}
    return Outcome(Path(), {}, Result(**values), None, (), Path())  # type: ignore[arg-type]


def test_the_ends_of_a_solve_that_no_small_case_meets() -> None:
    # `solve` and `demo` end with the code of their outcome.
    @dataclass
    class Verified:
        ok: bool

    assert _outcome().exit_code == 5
    assert _outcome(plan=object(), verification=Verified(ok=True)).exit_code == 0
    assert _outcome(plan=object(), verification=Verified(ok=False)).exit_code == 7


@pytest.mark.parametrize(
    ("fault", "code"),
    [(KeyboardInterrupt(), 5), (SolverUnavailableError("gurobi is not installed"), 6),
     (OSError(28, "No space left on device"), 1), (RuntimeError("a fault of the program"), 1)],
)  # fmt: skip
def test_faults_of_a_solve_have_their_codes(
    fault: BaseException,
    code: int,
    call: Call,
    instance_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(solve_commands, "run_solve", fail)
    assert call("solve", instance_dir, "--json").code == code


def test_hydraulics_without_its_package(
    call: Call, made: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wntr", None)
    assert call("hydraulics", made["water"]).code == 6


def test_export_without_its_packages(
    call: Call, made: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    assert call("export", made["run"], "--to", "docx").code == 6


ELSEWHERE = {
    ("export", 6): "test_export_without_its_packages",
    ("demo", 0): "the demonstration takes a minute: tests/install",
    ("demo", 5): "test_the_ends_of_a_solve_that_no_small_case_meets",
    ("demo", 7): "test_the_ends_of_a_solve_that_no_small_case_meets",
    ("solve", 5): "test_faults_of_a_solve_have_their_codes",
    ("solve", 7): "test_the_ends_of_a_solve_that_no_small_case_meets",
    ("bench", 5): "tests/cli/test_bench_command.py",
    ("explain", 6): "tests/cli/test_sweep_commands.py",
    ("robust", 5): "tests/cli/test_robust_command.py",
    ("robust", 6): "tests/cli/test_robust_command.py",
    ("frontier", 5): "tests/cli/test_sweep_commands.py",
    ("frontier", 6): "tests/cli/test_sweep_commands.py",
    ("rank", 5): "tests/cli/test_rank_command.py",
    ("rank", 6): "tests/cli/test_rank_command.py",
    ("alternatives", 6): "tests/cli/test_option_commands.py",
    ("move-money", 0): "tests/cli/test_option_commands.py",
    ("move-money", 6): "tests/cli/test_option_commands.py",
    ("value-shares", 7): "tests/cli/test_value_share_command.py",
    ("sweep", 5): "tests/cli/test_sweep_commands.py",
    ("sweep", 6): "tests/cli/test_sweep_commands.py",
    ("replan", 6): "tests/cli/test_replan_command.py",
    ("replan", 7): "tests/cli/test_replan_command.py",
    ("hydraulics", 6): "test_hydraulics_without_its_package",
    ("equilibrium", 0): "tests/cli/test_equilibrium_command.py",
}
"""Cells whose case is a test of its own."""


def test_the_table_has_every_command_and_every_cell_has_a_case() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    section = page.partition("By command;")[2]
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in section.splitlines()
        if re.match(r"\| `", line)
    ]
    assert [row[0].strip("`") for row in rows] == list(COMMANDS)
    cells = {
        (row[0].strip("`"), code)
        for row in rows
        for code, cell in zip(COLUMNS, row[1:], strict=True)
        if cell != "-"
    }
    tested = {(command, code) for command, code, _ in CASES}
    assert not tested & ELSEWHERE.keys()
    assert cells == tested | ELSEWHERE.keys()
