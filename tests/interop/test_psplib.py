"""Single-mode project scheduling files: one made by hand, damaged ones, and published optima."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pytest

from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.faults import MANY, FaultReport
from infraplan.optimizer.interop.job_file import read_jobs
from infraplan.optimizer.interop.psplib import import_psplib
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_bilingual, assert_verified
from tests.interop.told import told_of

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
    ("old", "new", "line", "words"),
    [
        ("nonrenewable              :  0", "nonrenewable              :  2", 2, "only renewable"),
        ("   2        1          1 ", "   2        2          1 ", 6, "single-mode"),
        ("           4\n", "           9\n", 7, "job 9 has no row of durations"),
        ("  3      1     2       1\n", "  3      1     2       1  1\n", 16, "one request for each"),
        ("\n    2\n", "\n    1\n", 15, "asks for more"),
        ("   5        1          0", "   5        1          1           3", 9, "5 -> 3 -> 4 -> 5"),
        ("          1           4\n", "          1           3\n", 7, "circle: 3 -> 3"),
        ("           2   3\n", "           2\n", 5, "another number of successors"),
        ("           2   3\n", "           2   2\n", 5, "names a successor twice"),
        ("  3      1     2       1\n", "  3      1\n", 16, "is too short"),
        ("  3      1     2       1\n", "  3      1     2.5     1\n", 16, "2.5 is no count"),
        ("  3      1     2       1\n", "  3      1     1_0     1\n", 16, "'1_0' is no number"),
        ("  3      1     2       1\n", "  \u0663      1     2       1\n", 16, "is no number"),
        ("   3        1          1 ", "  O3        1          1 ", 7, "'O3' is no number"),
        ("   3        1          1           4\n", "", 3, "PRECEDENCE RELATIONS for job(s) 3"),
        ("  3      1     2       1\n", "", 11, "REQUESTS/DURATIONS for job(s) 3"),
        ("  3      1     2       1\n", "  3  1  2  1\n  3  1  1  1\n", 17, "first is on line 16"),
        ("\n    2\n", "\n    2\n    3\n", 23, "stands twice, first on line 22"),
        ("\n    2\n", "\n", 20, "RESOURCEAVAILABILITIES has no rows"),
        ("\n    2\n", "\n    2", 22, "in the middle of a line"),
        ("REQUESTS/DURATIONS:", "REQUESTS:", None, "lacks: REQUESTS/DURATIONS"),
        (
            "RESOURCEAVAILABILITIES:\n",
            "RESOURCEAVAILABILITIES:\nRESOURCEAVAILABILITIES:\n",
            21,
            "stands twice",
        ),
        ("  - renewable", "jobs (incl. both ends) : 6\n  - renewable", 1, "states 6"),
        ("  - renewable", "jobs (incl. both ends) : 4\n  - renewable", 1, "the file states 4"),
        ("  - renewable", "projects : 2\n  - renewable", 1, "2 projects"),
        ("  - renewable                 :  1", "  - renewable : 3", 22, "line 1 states 3"),
        ("  - renewable                 :  1", "  - renewable : x", 1, "x is no count"),
        ("     1     3       2\n", "     1   500       2\n", None, "within 200 periods"),
        (FILE, "nothing\n", None, "no jobs"),
        (FILE, "", None, "the file is empty"),
    ],
)
def test_faults_are_told_once_with_their_line(
    tmp_path: Path, old: str, new: str, line: int | None, words: str
) -> None:
    assert old in FILE
    path = _file(tmp_path, FILE.replace(old, new, 1))
    (finding,) = told_of(lambda: import_psplib(path))
    assert words in str(finding.message)
    assert (finding.file, finding.row) == (str(path), line)
    assert_bilingual(finding.message, finding.message.zh)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = FILE.replace("   2        1          1 ", "   2        1          x ")
    text = text.replace("  3      1     2       1\n", "  3      1     2       9\n")
    assert [one.row for one in told_of(lambda: import_psplib(_file(tmp_path, text)))] == [6, 16]


def test_a_cut_file_is_told_once_wherever_it_ends(tmp_path: Path) -> None:
    """Until the last number stands whole; half of it could be a number as well."""
    for end in range(len(FILE) - 1):
        path = _file(tmp_path, FILE[:end])
        assert len(told_of(partial(import_psplib, path))) == 1, FILE[:end][-60:]


def test_many_faults_of_one_kind_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"  {job}x  1  1  1\n" for job in range(30))
    text = FILE.replace("  3      1     2       1\n", "  3      1     2       1\n" + rows)
    told = told_of(lambda: import_psplib(_file(tmp_path, text)))
    assert len(told) == MANY + 1
    assert str(told[-1].message) == f"{30 - MANY} more fault(s) of this kind, from here on"
    assert told[-1].row == 17 + MANY
    assert_bilingual(told[-1].message, told[-1].message.zh)


def test_marks_and_ends_of_lines_do_not_matter(tmp_path: Path) -> None:
    asked = import_psplib(_file(tmp_path, FILE))
    path = tmp_path / "by_hand.sm"
    for data in (FILE.replace("\n", "\r\n").encode("utf-8-sig"), FILE.encode("utf-16")):
        path.write_bytes(data)
        assert import_psplib(path) == asked


def test_published_files_are_whole(bench_dir: Path) -> None:
    """j30: 480 files of 30 jobs, a source and a sink, 4 resources."""
    paths = sorted((bench_dir / "psplib" / "j30.sm").glob("*.sm"))
    assert len(paths) == 480
    report = FaultReport()
    for path in paths:
        jobs = read_jobs(path, report)
        assert (len(jobs.durations), len(jobs.successors), len(jobs.limits)) == (32, 32, 4), path
    assert not report.findings


@pytest.mark.parametrize("name", ["j301_1", "j303_1", "j3029_1"])
def test_published_optima(bench_dir: Path, name: str) -> None:
    folder = bench_dir / "psplib" / "j30.sm"
    with (folder / "optimum" / "optimum.csv").open() as stream:
        optima = {row["problem"]: float(row["optimum"]) for row in csv.DictReader(stream)}
    instance = import_psplib(folder / f"{name}.sm")
    result = solve(instance, SolveOptions(gap=0.0, time_limit_s=120.0))
    assert_verified(instance, result.require_plan())
    assert result.objective == result.bound == -optima[f"{name}.sm"]
