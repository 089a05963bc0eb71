"""Mine schedules of MineLib: files made by hand, damaged ones, and a published optimum."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infraplan.models.instance import Instance
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.interop.mine_file import MineProblem, read_mine
from infraplan.optimizer.interop.minelib import import_minelib
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_bilingual
from tests.interop.told import told_of

# Block 1 (worth 33) lies under block 0 (worth -5), block 2 (worth 22) is free; each needs 1, and
# 2 a period are mined. At 10 %: {0, 1} then {2} is worth 28 + 22/1.1 = 48; {0, 2} then {1} is
# worth 17 + 33/1.1 = 47; {2} then {0, 1} 22 + 28/1.1 = 47.4545.
PREC = "% block, how many, which\n0 0\n1 1 0\n2 0\n"
CPIT = (
    "NAME: pit\nTYPE: CPIT\nNBLOCKS: 3\nNPERIODS: 2\nNRESOURCE_SIDE_CONSTRAINTS: 1\n"
    "DISCOUNT_RATE: 0.1\nRESOURCE_CONSTRAINT_LIMITS:\n0 0 L 2\n0\t1\tL\t2\n"
    "OBJECTIVE_FUNCTION:\n0 -5\n1 33\n2 22\nRESOURCE_CONSTRAINT_COEFFICIENTS:\n"
    "0 0 1\n1 0 1\n2 0 1 % a comment\nEOF\n"
)
# One period; blocks go to a dump (0) or a mill (1). The mill takes 3: block 1 (2 of it) for 33 and
# block 2 (2 of it) for 22 do not both fit, and dumping is a loss: 33 - 5 = 28.
# Split, half of block 2 would be milled, half dumped: 28 + (22 - 1) / 2 = 38.5.
PCPSP = (
    "NAME: pit\nTYPE: PCPSP\nNBLOCKS: 3\nNPERIODS: 1\nNDESTINATIONS: 2\n"
    "NRESOURCE_SIDE_CONSTRAINTS: 1\nNGENERAL_SIDE_CONSTRAINTS: 0\nDISCOUNT_RATE: 0.1\n"
    "RESOURCE_CONSTRAINT_LIMITS:\n0 0 L 3\nOBJECTIVE_FUNCTION:\n0 -5 -5.36E+19\n1 -1 33\n"
    "2 -1 22\nRESOURCE_CONSTRAINT_COEFFICIENTS:\n1 1 0 2\n2 1 0 2\nEOF\n"
)


LIMIT_ROWS = "RESOURCE_CONSTRAINT_LIMITS:\n0 0 L 2\n0\t1\tL\t2\n"
VALUE_ROWS = "OBJECTIVE_FUNCTION:\n0 -5\n1 33\n2 22\n"
NEED_ROWS = "RESOURCE_CONSTRAINT_COEFFICIENTS:\n0 0 1\n1 0 1\n2 0 1 % a comment\n"


def _files(folder: Path, prec: str = PREC, cpit: str = CPIT, pcpsp: str = PCPSP) -> Path:
    for ending, text in (("prec", prec), ("cpit", cpit), ("pcpsp", pcpsp)):
        (folder / f"small.pit.{ending}").write_text(text)
    return folder / "small.pit"


def _solved(instance: Instance) -> tuple[dict[str, tuple[str, int]], dict[str, Any]]:
    result = solve(instance, SolveOptions(gap=0.0))
    told = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert told is not None
    starts = result.require_plan().starts
    return {start.project: (start.option, start.start - 2026) for start in starts}, told


def test_blocks_are_mined_in_the_best_order(tmp_path: Path) -> None:
    mined, told = _solved(import_minelib(_files(tmp_path), MineProblem.CPIT))
    assert {block: period for block, (_, period) in mined.items()} == {
        "block0": 0,
        "block1": 0,
        "block2": 1,
    }
    assert told["metric"] == "objective"
    assert told["objective"] == pytest.approx(48.0)
    assert told["bound"] == pytest.approx(48.0)


def test_a_block_goes_to_one_destination_whole(tmp_path: Path) -> None:
    instance = import_minelib(_files(tmp_path), MineProblem.PCPSP)
    assert [option.option for option in instance.projects[0].options] == ["destination0"]
    mined, told = _solved(instance)
    assert mined == {"block0": ("destination0", 0), "block1": ("destination1", 0)}
    assert told["metric"] == "objective_whole_destinations"
    assert told["value"] == told["objective_whole_destinations"] == pytest.approx(28.0)


def test_a_block_without_a_destination_stays(tmp_path: Path) -> None:
    text = PCPSP.replace("0 -5 -5.36E+19", "0 -5.36E+19 -5.36E+19")
    mined, told = _solved(import_minelib(_files(tmp_path, pcpsp=text), MineProblem.PCPSP))
    assert mined == {"block2": ("destination1", 0)}  # block 1 lies under block 0
    assert told["value"] == pytest.approx(22.0)


@pytest.mark.parametrize(
    ("ending", "old", "new", "line", "words"),
    [
        ("cpit", "TYPE: CPIT", "TYPE: UPIT", 2, "type UPIT, not cpit"),
        ("cpit", "TYPE: CPIT", "TYPE: PIT OF MINE", 2, "TYPE should be followed by one value"),
        ("cpit", "TYPE: CPIT\n", "", None, "lacks: TYPE"),
        ("cpit", "DISCOUNT_RATE: 0.1\n", "", None, "lacks: DISCOUNT_RATE"),
        ("cpit", "NBLOCKS: 3\n", "", None, "lacks: NBLOCKS"),
        ("cpit", "NPERIODS: 2\n", "", None, "lacks: NPERIODS"),
        ("cpit", "NRESOURCE_SIDE_CONSTRAINTS: 1\n", "", None, "lacks: NRESOURCE_SIDE_CON"),
        ("cpit", LIMIT_ROWS, "", None, "lacks: RESOURCE_CONSTRAINT_LIMITS"),
        ("cpit", NEED_ROWS, "", None, "lacks: RESOURCE_CONSTRAINT_COEFF"),
        ("cpit", VALUE_ROWS, "", None, "lacks: OBJECTIVE_FUNCTION"),
        ("cpit", "_COEFFICIENTS", "_COEFFICIENT", 14, "'RESOURCE_CONSTRAINT_COEFFICIENT' is no"),
        ("cpit", "OBJECTIVE_FUNCTION", "OBJECTIV_FUNCTION", 10, "'OBJECTIV_FUNCTION' is no"),
        ("cpit", "NBLOCKS: 3", "NBLOCK: 3", 3, "'NBLOCK' is no entry"),
        (
            "cpit",
            "NBLOCKS: 3",
            "NBLOCKS: 3\nNBLOCKS: 2",
            4,
            "NBLOCKS stands twice, first on line 3",
        ),
        ("cpit", "NAME: pit\n", "0 1\nNAME: pit\n", 1, "before the first section"),
        ("cpit", "EOF\n", "", 17, "does not end with EOF"),
        ("cpit", "EOF\n", "EOF\n0 0 1\n", 19, "goes on after its EOF on line 18"),
        ("cpit", "0 0 L 2", "0 0 G 2", 8, "lower limits"),
        ("cpit", "0 0 L 2", "0 0 L -2", 8, "below 0"),
        ("cpit", "0 0 L 2", "0 0 L 2 7", 8, "`resource period L value`"),
        ("cpit", "0 0 L 2", "9 0 L 2", 8, "no number 9: NRESOURCE_SIDE_CONSTRAINTS is 1"),
        ("cpit", "0 0 L 2", "0 2 L 2", 8, "no number 2: NPERIODS is 2"),
        ("cpit", "0 0 L 2", "0 0 L 2\n0 0 L 9", 9, "stands twice, first on line 8"),
        ("cpit", "0 0 L 2\n", "", 5, "rows for 1, and NRESOURCE_SIDE_CONSTRAINTS x NPERIODS"),
        ("cpit", "SIDE_CONSTRAINTS: 1", "SIDE_CONSTRAINTS: 2", 5, "rows for 2, and"),
        ("cpit", "NPERIODS: 2", "NPERIODS: 1", 5, "states 1; beyond, the first ones: (0, 1)"),
        (
            "cpit",
            "1 33\n",
            "",
            3,
            "rows for 2, and NBLOCKS states 3; without a row, the first ones: 1",
        ),
        ("cpit", "1 33", "1 33 4", 12, "should hold 2 numbers"),
        ("cpit", "1 33", "7 33", 12, "no number 7: NBLOCKS is 3"),
        ("cpit", "1 33", "1 33\n1 34", 13, "stands twice, first on line 12"),
        ("cpit", "1 33", "1 much", 12, "'much' is no number"),
        ("cpit", "1 33", "1 1e30", 12, "1e+30 is beyond"),
        ("cpit", "1 0 1\n", "1 0 1e30\n", 16, "1e+30 is beyond"),
        ("cpit", "SIDE_CONSTRAINTS: 1", "SIDE_CONSTRAINTS: 1e30", 5, "1e30 is no count"),
        ("cpit", "1 33", "1 nan", 12, "'nan' is no number"),
        ("cpit", "1 33", "1 3_3", 12, "'3_3' is no number"),
        ("cpit", "1 33", "-1 33", 12, "'-1' is no number of a block"),
        ("cpit", "1 0 1\n", "1 1\n", 16, "should hold 3 numbers"),
        ("cpit", "1 0 1\n", "1 9 1\n", 16, "no number 9: NRESOURCE_SIDE_CONSTRAINTS is 1"),
        ("cpit", "1 0 1\n", "1 0.7 1\n", 16, "'0.7' is no number of a block"),
        ("cpit", "1 0 1\n", "1 -1 1\n", 16, "'-1' is no number of a block"),
        ("cpit", "1 0 1\n", "7 0 1\n", 16, "no number 7: NBLOCKS is 3"),
        ("cpit", "1 0 1\n", "1 0 -1\n", 16, "below 0"),
        ("cpit", "1 0 1\n", "1 0 1\n1 0 0\n", 17, "stands twice, first on line 16"),
        ("cpit", "NPERIODS: 2", "NPERIODS: 2.5", 4, "is no count"),
        ("cpit", "NPERIODS: 2", "NPERIODS: 0", 4, "NPERIODS must be at least 1"),
        ("cpit", "NPERIODS: 2", "NPERIODS: 201", 4, "201 years"),
        ("cpit", "NBLOCKS: 3", "NBLOCKS: 1e9", 3, "NBLOCKS states 1000000000"),
        ("cpit", "NBLOCKS: 3", "NBLOCKS: 2", 3, "NBLOCKS states 2; beyond, the first ones: 2"),
        ("cpit", "NBLOCKS: 3", "NBLOCKS: 3\nNDESTINATIONS: 2", 4, "NDESTINATIONS is 1"),
        ("cpit", "RATE: 0.1", "RATE: 10", 6, "between 0 and 1"),
        ("cpit", CPIT, "", None, "the file is empty"),
        ("pcpsp", "NDESTINATIONS: 2\n", "", None, "lacks: NDESTINATIONS"),
        ("pcpsp", "NDESTINATIONS: 2", "NDESTINATIONS: 0", 5, "NDESTINATIONS must be at least 1"),
        ("pcpsp", "1 1 0 2\n", "1 2 0 2\n", 16, "no number 2: NDESTINATIONS is 2"),
        ("pcpsp", "CONSTRAINTS: 0", "CONSTRAINTS: 1", 7, "general side constraints"),
        ("pcpsp", "EOF", "GENERAL_CONSTRAINT_LIMITS:\n0 L 1\nEOF", 19, "general side constraints"),
        ("prec", "1 1 0", "1 2 0", 3, "should hold 4 numbers"),
        ("prec", "1 1 0", "1 1 9", 3, "no number 9: NBLOCKS is 3"),
        ("prec", "1 1 0", "1 1 1", 3, "circle: 1 -> 1"),
        ("prec", "0 0\n", "0 1 1\n", 3, "circle: 0 -> 1 -> 0"),
        ("prec", "1 1 0", "1 2 0 0", 3, "twice among those that come before"),
        ("prec", "1 1 0", "1 1 0\n1 0", 4, "stands twice, first on line 3"),
        ("prec", "2 0\n", "", None, "rows for 2, and NBLOCKS states 3"),
        ("prec", "2 0\n", "9 0\n", 4, "no number 9: NBLOCKS is 3"),
        ("prec", "2 0\n", "2\n", 4, "should hold 2 numbers"),
        ("prec", "1 1 0", "1 1 x", 3, "'x' is no number"),
        ("prec", PREC, "", None, "the file is empty"),
    ],
)
def test_faults_are_told_once_with_their_line(
    tmp_path: Path, ending: str, old: str, new: str, line: int | None, words: str
) -> None:
    texts = {"prec": PREC, "cpit": CPIT, "pcpsp": PCPSP}
    assert old in texts[ending]
    texts[ending] = texts[ending].replace(old, new, 1)
    problem = MineProblem.PCPSP if ending == "pcpsp" else MineProblem.CPIT
    prefix = _files(tmp_path, **texts)
    (finding,) = told_of(lambda: import_minelib(prefix, problem))
    assert words in str(finding.message)
    assert (finding.file, finding.row) == (f"{prefix}.{ending}", line)
    assert_bilingual(finding.message, finding.message.zh)


def test_all_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    cpit = CPIT.replace("1 33", "1 much").replace("0 0 1", "0 5 1")
    prefix = _files(tmp_path, prec=PREC.replace("1 1 0", "1 1 8"), cpit=cpit)
    told = told_of(lambda: import_minelib(prefix, MineProblem.CPIT))
    assert [(one.file, one.row) for one in told] == [
        (f"{prefix}.cpit", 12),
        (f"{prefix}.cpit", 15),
        (f"{prefix}.prec", 3),
    ]


def test_a_cut_file_is_told_once_wherever_it_ends(tmp_path: Path) -> None:
    for text, ending, problem in (
        (CPIT, "cpit", MineProblem.CPIT),
        (PCPSP, "pcpsp", MineProblem.PCPSP),
    ):
        for end in range(len(text) - 1):
            prefix = _files(tmp_path, **{ending: text[:end]})
            told = told_of(partial(import_minelib, prefix, problem))
            assert len(told) == 1, text[:end][-60:]


def test_no_resource_needs_no_limits(tmp_path: Path) -> None:
    text = CPIT.replace("SIDE_CONSTRAINTS: 1", "SIDE_CONSTRAINTS: 0")
    text = text.replace(LIMIT_ROWS, "").replace(NEED_ROWS, "")
    mine = import_minelib(_files(tmp_path, cpit=text), MineProblem.CPIT)
    assert not mine.resources
    assert len(mine.projects) == 3


def test_order_of_parts_marks_and_ends_of_lines_do_not_matter(tmp_path: Path) -> None:
    prefix = _files(tmp_path)
    asked = import_minelib(prefix, MineProblem.CPIT)
    turned = CPIT.replace(VALUE_ROWS, "").replace("EOF", f"{VALUE_ROWS}EOF")
    turned = turned.replace("NBLOCKS: 3\n", "").replace("EOF", "NBLOCKS: 3\nEOF")
    for encode in ("utf-8-sig", "utf-16"):
        for ending, text in (("prec", PREC), ("cpit", turned)):
            path = tmp_path / f"small.pit.{ending}"
            path.write_bytes(text.replace("\n", "\r\n").encode(encode))
        assert import_minelib(prefix, MineProblem.CPIT) == asked


def test_files_that_are_not_there_are_told_together(tmp_path: Path) -> None:
    assert len(told_of(lambda: import_minelib(tmp_path / "none", MineProblem.CPIT))) == 2


def test_a_published_mine_is_read_whole(bench_dir: Path) -> None:
    """newman1: 1,060 blocks, 3,922 precedences, 6 periods, 2 resources, 8 %."""
    mine = import_minelib(bench_dir / "minelib" / "newman1" / "newman1", MineProblem.CPIT)
    assert len(mine.projects) == 1060
    assert sum(len(row.from_projects) for row in mine.relations) == 3922
    assert len(mine.resources) == 12
    assert mine.settings.appraisal.discount_rate == 0.08


@pytest.mark.parametrize("problem", list(MineProblem))
def test_the_largest_mine_at_hand_is_whole(bench_dir: Path, problem: MineProblem) -> None:
    """zuck_small: 9,400 blocks, 145,640 precedences, 20 periods, 2 resources, 10 %."""
    prefix, report = bench_dir / "minelib" / "zuck_small" / "zuck_small", FaultReport()
    path = prefix.with_name(f"zuck_small.{problem}")
    mine = read_mine(path, prefix.with_name("zuck_small.prec"), problem, report)
    assert not report.findings
    assert (mine.blocks, mine.periods, mine.rate, len(mine.limits)) == (9400, 20, 0.1, 40)
    assert sum(map(len, mine.before.values())) == 145640


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "does not end with EOF"), ("zh", "文件没有以EOF结束")]
)
def test_nothing_is_written_of_a_damaged_file(tmp_path: Path, lang: str, words: str) -> None:
    prefix = _files(tmp_path, cpit=CPIT.replace("EOF\n", ""))
    for out in ("made", "made.json", "made.xlsx"):
        told = CliRunner().invoke(
            app, ["import", "minelib", str(prefix), str(tmp_path / out), "--lang", lang]
        )
        assert told.exit_code == 3
        assert words in told.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"small.pit.{ending}" for ending in ("cpit", "pcpsp", "prec")
    ]
