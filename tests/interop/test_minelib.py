"""Mine schedules of MineLib: files made by hand, damaged ones, and a published optimum."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.models.instance import Instance
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.minelib import MineProblem, import_minelib
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_bilingual

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
        ("cpit", "0 0 L 2", "0 0 G 2", 8, "lower limits"),
        ("cpit", "0 0 L 2", "0 0 L -2", 8, "below 0"),
        ("cpit", "1 33\n", "", None, "2 block(s) have a value"),
        ("cpit", "1 33", "1 33 4", 12, "should hold 2 numbers"),
        ("cpit", "1 33", "7 33", 12, "no number 7"),
        ("cpit", "1 33", "1 much", 12, "'much' is no number"),
        ("cpit", "1 0 1\n", "1 1\n", 16, "should hold 3 numbers"),
        ("cpit", "NPERIODS: 2", "NPERIODS: 2.5", 4, "is no count"),
        ("cpit", "NPERIODS: 2", "NPERIODS: 201", None, "201 years"),
        ("cpit", "RATE: 0.1", "RATE: 10", None, "between 0 and 1"),
        ("pcpsp", "CONSTRAINTS: 0", "CONSTRAINTS: 1", 7, "general side constraints"),
        ("prec", "1 1 0", "1 2 0", 3, "should hold 4 numbers"),
        ("prec", "1 1 0", "1 1 9", 3, "no number 9"),
    ],
)
def test_faults_are_told_with_their_line(
    tmp_path: Path, ending: str, old: str, new: str, line: int | None, words: str
) -> None:
    texts = {"prec": PREC, "cpit": CPIT, "pcpsp": PCPSP}
    texts[ending] = texts[ending].replace(old, new, 1)
    problem = MineProblem.PCPSP if ending == "pcpsp" else MineProblem.CPIT
    with pytest.raises(InstanceFormatError) as caught:
        import_minelib(_files(tmp_path, **texts), problem)
    found = [one for one in caught.value.findings if words in str(one.message)]
    assert found, [str(one.message) for one in caught.value.findings]
    assert found[0].row == line
    assert_bilingual(found[0].message, found[0].message.zh)


def test_files_that_are_not_there_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(InstanceFormatError) as caught:
        import_minelib(tmp_path / "none", MineProblem.CPIT)
    assert len(caught.value.findings) == 2


def test_a_published_mine_is_read_whole(bench_dir: Path) -> None:
    """newman1: 1,060 blocks, 3,922 precedences, 6 periods, 2 resources, 8 %."""
    mine = import_minelib(bench_dir / "minelib" / "newman1" / "newman1", MineProblem.CPIT)
    assert len(mine.projects) == 1060
    assert sum(len(row.from_projects) for row in mine.relations) == 3922
    assert len(mine.resources) == 12
    assert mine.settings.appraisal.discount_rate == 0.08
