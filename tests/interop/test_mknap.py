"""0-1 multi-dimensional knapsacks: a file made by hand, damaged ones, and a published value."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.mknap import import_mknap
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_bilingual
from tests.interop.told import told_of

# Second problem: items worth 10, 7, 5 need (3 2), (2 2), (2 1) of (4, 3). The first two need 5 > 4,
# the first and third 5 > 4, the last two (4, 3): 7 + 5 = 12. Stated as
# best known: 15, out of reach.
FILE = "2\n1 1 0\n4\n9\n8\n3 2 15\n10 7 5\n3 2 2\n2 2 1\n4 3\n"


def _file(folder: Path, text: str) -> Path:
    path = folder / "two.txt"
    path.write_text(text)
    return path


def test_the_value_of_a_plan_is_that_of_the_knapsack(tmp_path: Path) -> None:
    instance = import_mknap(_file(tmp_path, FILE), 1)
    assert instance.settings.id == "two-1"
    result = solve(instance, SolveOptions(gap=0.0))
    assert {start.project for start in result.require_plan().starts} == {"item2", "item3"}
    told = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert told is not None
    assert told["objective"] == told["value"] == pytest.approx(12.0)
    assert told["best_known"] == 15.0
    assert told["gap_to_best_known"] == pytest.approx(0.2)
    assert told["bound"] == pytest.approx(12.0)


def test_nothing_known_is_no_gap_and_nothing_that_fits_is_no_plan_of_worth(tmp_path: Path) -> None:
    instance = import_mknap(_file(tmp_path, FILE), 0)  # one item that needs 9 of 8
    result = solve(instance, SolveOptions(gap=0.0))
    told = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert told is not None
    assert (told["value"], told["best_known"], told["gap_to_best_known"]) == (0.0, None, None)


@pytest.mark.parametrize(
    ("text", "index", "line", "words"),
    [
        (FILE, 2, None, "problems are 0 to 1"),
        (FILE[:-4], 1, 9, "12 more number(s) are asked for, 10 are left"),
        (FILE.split("3 2", maxsplit=1)[0], 0, 5, "1 more number(s) are asked for, 0 are left"),
        (FILE + "7\n", 1, 11, "1 number(s) are left"),
        ("1" + FILE[1:], 0, 6, "14 number(s) are left"),
        (FILE.replace("9", "nine"), 0, 4, "'nine' is no number"),
        (FILE.replace("9", "1_0"), 0, 4, "'1_0' is no number"),
        (FILE.replace("9", "inf"), 0, 4, "'inf' is no number"),
        (FILE.replace("9", "nan"), 0, 4, "'nan' is no number"),
        (FILE.replace("9", "\u0669"), 0, 4, "'\u0669' is no number"),
        (FILE.replace("10 7", "10,7"), 0, 7, "'10,7' is no number"),
        (FILE.replace("9", "-9"), 0, 2, "below 0"),
        (FILE.replace("3 2 15", "2.5 2 15"), 1, 6, "2.5 is no count"),
        (FILE.replace("3 2 15", "-3 2 15"), 1, 6, "-3 is no count"),
        (FILE.replace("3 2 15", "three 2 15"), 1, 6, "'three' is no number"),
        ("1\n2 300000000 0\n1 2\n", 0, 3, "900000003 more number(s)"),
        ("300000000\n", 0, 1, "1 more number(s)"),
        (FILE.replace("9", "1e30"), 0, 4, "1e+30 is beyond"),
        ("1e30\n", 0, 1, "1e+30 is beyond"),
        ("0\n", 0, 1, "no problems"),
        ("", 0, None, "the file is empty"),
    ],
)
def test_faults_are_told_once_with_their_line(
    tmp_path: Path, text: str, index: int, line: int | None, words: str
) -> None:
    path = _file(tmp_path, text)
    (finding,) = told_of(lambda: import_mknap(path, index))
    assert words in str(finding.message)
    assert (finding.file, finding.row) == (str(path), line)
    assert_bilingual(finding.message, finding.message.zh)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = FILE.replace("9", "x").replace("10", "y").replace("3 2 2", "-3 2 2")
    assert [one.row for one in told_of(lambda: import_mknap(_file(tmp_path, text), 0))] == [4, 7, 6]


def test_a_cut_file_is_told_once_wherever_it_ends(tmp_path: Path) -> None:
    """Until the last number stands; half of it would be a number as well."""
    for end in range(len(FILE) - 2):
        path = _file(tmp_path, FILE[:end])
        assert len(told_of(partial(import_mknap, path, 0))) == 1, FILE[:end]


def test_marks_and_ends_of_lines_do_not_matter(tmp_path: Path) -> None:
    asked = import_mknap(_file(tmp_path, FILE), 1)
    path = tmp_path / "two.txt"
    for data in (FILE.replace("\n", "\r\n").encode("utf-8-sig"), FILE.encode("utf-16")):
        path.write_bytes(data)
        assert import_mknap(path, 1) == asked


def test_a_file_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    (finding,) = told_of(lambda: import_mknap(tmp_path / "none.txt", 0))
    assert "cannot be read" in str(finding.message)


def test_published_problems_state_what_is_known(bench_dir: Path) -> None:
    """mknapcb1: 30 problems of 100 items; best values known of the first and last ones."""
    known = [
        import_mknap(bench_dir / "mknap" / "mknapcb1.txt", number).settings.benchmark_known
        for number in (0, 1, 2, 3)
    ]
    assert known == [24381.0, 24274.0, 23551.0, 23534.0]
