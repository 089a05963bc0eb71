"""Single-mode project scheduling files: one made by hand, damaged ones, and published optima."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.psplib import import_psplib
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_bilingual, assert_verified

# Jobs 2 (3 periods) and 3 (2) need 2 and 1 of 2 and cannot work together: 5 periods. Job 4 (2)
# follows 3 and needs 1: beside 2 it cannot work. 3, 4, 2 or 2, 3, 4: 7 periods.
FILE = """\
  - renewable                 :  1   R
  - nonrenewable              :  0   N
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           5
   3        1          1           4
   4        1          1           5
   5        1          0
****
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
-----
  1      1     0       0
  2      1     3       2
  3      1     2       1
  4      1     2       1
  5      1     0       0
****
RESOURCEAVAILABILITIES:
  R 1
    2
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "by_hand.sm"
    path.write_text(text)
    return path


def test_the_years_of_a_plan_are_the_periods_of_the_schedule(tmp_path: Path) -> None:
    instance = import_psplib(_file(tmp_path, FILE))
    assert [row.id for row in instance.projects] == ["job2", "job3", "job4"]
    assert instance.settings.horizon.num_years == 7  # what a list schedule needs, not 0+3+2+2+...
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.engine == "scheduling"
    assert_verified(instance, result.require_plan())
    told = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert told is not None
    assert told["makespan"] == told["value"] == told["bound"] == 7.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("nonrenewable              :  0", "nonrenewable              :  2", "only renewable"),
        ("   2        1          1 ", "   2        2          1 ", "single-mode"),
        ("           4\n", "           9\n", "job 9 has no row of durations"),
        ("  3      1     2       1\n", "  3      1     2       1  1\n", "one request for each"),
        ("\n    2\n", "\n    1\n", "asks for more"),
        ("   5        1          0", "   5        1          1           3", "wait for"),
        ("           2   3\n", "           2\n", "another number of successors"),
        ("  3      1     2       1\n", "  3      1\n", "is too short"),
        (FILE, "nothing\n", "no jobs"),
    ],
)
def test_faults_are_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in FILE
    with pytest.raises(InstanceFormatError) as caught:
        import_psplib(_file(tmp_path, FILE.replace(old, new, 1)))
    found = [one for one in caught.value.findings if words in str(one.message)]
    assert found, caught.value.findings
    assert_bilingual(found[0].message, found[0].message.zh)


@pytest.mark.parametrize("name", ["j301_1", "j303_1", "j3029_1"])
def test_published_optima(bench_dir: Path, name: str) -> None:
    folder = bench_dir / "psplib" / "j30.sm"
    with (folder / "optimum" / "optimum.csv").open() as stream:
        optima = {row["problem"]: float(row["optimum"]) for row in csv.DictReader(stream)}
    instance = import_psplib(folder / f"{name}.sm")
    result = solve(instance, SolveOptions(gap=0.0, time_limit_s=120.0))
    assert_verified(instance, result.require_plan())
    assert result.objective == result.bound == -optima[f"{name}.sm"]
