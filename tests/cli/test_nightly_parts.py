"""The parts of the night can fail: a fault, a hang and a plan that overspends are told."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.architecture.sources import ROOT
from tests.nightly import mutants
from tests.nightly.faults import half_run
from tests.nightly.mutants import mutants_of, mutated_tree
from tests.nightly.numbers import broken, drawn
from tests.nightly.readers import Reader, damaged, try_reading
from tests.nightly.requests import drawn_request


def _reader(folder: Path) -> Reader:
    (folder / "a.json").write_text("{}")
    return Reader("json", folder / "a.json", "", lambda whole, _: ("validate", whole))


def test_a_damaged_file_is_told_and_a_fault_of_the_program_is_a_failure(tmp_path: Path) -> None:
    reader = _reader(tmp_path)
    assert try_reading(reader, b"{", tmp_path) is None
    assert str(try_reading(reader, b"{", tmp_path, clean=(0,))).startswith("exit 3")
    broken_reader = Reader("none", reader.whole, "", lambda *_: 1 / 0)  # type: ignore[arg-type,return-value]
    with pytest.raises(ZeroDivisionError):
        try_reading(broken_reader, b"{", tmp_path)


def test_damages_are_made_again_by_their_seed() -> None:
    data = b'{"a": [1, 2, 3], "name": "road"}'
    made = [[damaged(data, rng) for _ in range(40)] for rng in map(random.Random, (5, 5, 6))]
    assert made[0] == made[1] != made[2]


def test_a_plan_that_overspends_by_a_hundredth_is_told() -> None:
    case = drawn(0, 1)
    plan = solve(case.instance, SolveOptions(gap=0.0)).require_plan()
    assert not list(broken(case, plan))
    first = plan.payments[0]
    more = first.model_copy(update={"amount": first.amount + 0.01})
    changed = plan.model_copy(update={"payments": (more, *plan.payments[1:])})
    assert list(broken(case, changed))


def test_every_mutant_is_another_program_and_made_again_by_its_seed() -> None:
    file = "optimizer/verify/violations.py"
    before = ast.unparse(ast.parse((ROOT / file).read_text("utf-8")))
    found = mutants_of(file)
    assert len(found) > 20
    texts = {ast.unparse(mutated_tree(file, mutant.number)) for mutant in found}
    assert before not in texts
    assert len(texts) == len(found)
    once, again, other = (list(islice(mutants.drawn(seed), 9)) for seed in (3, 3, 4))
    assert once == again != other


def test_a_mutated_module_is_imported_in_the_place_of_its_own() -> None:
    file = "optimizer/verify/violations.py"
    (cent,) = (row for row in mutants_of(file) if row.what == "0.01 to 1.01")
    told = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import tests.nightly.mutated; from infraplan.optimizer.verify import violations; "
            "print(violations.SMALLEST_MONEY)",
        ],
        cwd=ROOT,
        env=os.environ | {"INFRAPLAN_MUTANT": f"{file}:{cent.number}"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.strip() == "1.01"


def test_half_a_run_is_told(tmp_path: Path) -> None:
    assert half_run(tmp_path) is None
    (tmp_path / "run").mkdir()
    assert half_run(tmp_path) is None
    (tmp_path / "run" / "starts.csv").write_text("x")
    assert "half a run" in str(half_run(tmp_path))


def test_requests_are_drawn_again_by_their_seed() -> None:
    paths = ["/run/{number}/report", "/login"]
    made = [[drawn_request(rng, paths) for _ in range(50)] for rng in map(random.Random, (1, 1, 2))]
    assert made[0] == made[1] != made[2]
    assert all("{" not in path.partition("?")[0].replace("%7B", "") for _, path, _, _ in made[0])
