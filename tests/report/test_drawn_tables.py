"""Tables in a terminal of any width: no word and no number is broken, and no line is too long."""

from __future__ import annotations

import io
import random

import pytest
from rich.cells import cell_len
from rich.console import Console

from infraplan.optimizer.report.drawn_tables import draw_table, wrapped

LATIN = ("expressway", "comprehensive_capacity", "2020-12-31", "1,234.50", "to", "a", "120%")
CHINESE = ("债务率", "（未核实）", "重点债务省份，", "2034年差额", "至20%者", "，甲")


def _drawn(
    width: int,
    headings: list[str],
    rows: list[list[str]],
    numbers: list[bool],
    note: str = "",
) -> list[str]:
    file = io.StringIO()
    draw_table(Console(width=width, file=file), "Title", headings, rows, numbers=numbers, note=note)
    return file.getvalue().splitlines()


def _cell(draw: random.Random) -> str:
    return " ".join(draw.choice((*LATIN, *CHINESE)) for _ in range(draw.randint(0, 6)))


@pytest.mark.parametrize("seed", range(40))
def test_words_and_numbers_stay_whole(seed: int) -> None:
    draw = random.Random(seed)
    count, width = draw.randint(1, 9), draw.choice((40, 60, 80, 120))
    headings = [draw.choice(("last payment", "造价（低）", "cost\n[CNY]")) for _ in range(count)]
    rows = [[_cell(draw) for _ in range(count)] for _ in range(5)]
    numbers = [draw.random() < 0.5 for _ in range(count)]
    lines = _drawn(width, headings, rows, numbers, note="some note " * 20)
    assert max(map(cell_len, lines)) <= width
    shown = " ".join(lines).replace("│", " ").replace("┃", " ").replace(";", " ").split()
    for word in LATIN:
        said = sum(cell.split().count(word) for row in rows for cell in row)
        assert sum(part.removeprefix("造价（低）：") == word for part in shown) == said, word


def test_marks_stay_with_their_words() -> None:
    # Ten characters a line: a closing mark never begins one, an opening mark never ends one.
    lines = wrapped("债务率不超过，（未核实）20%，1.20", 10).splitlines()
    assert lines == ["债务率不超", "过，（未核", "实）20%，", "1.20"]
    assert wrapped("alpha beta\ngamma", 6).splitlines() == ["alpha", "beta", "gamma"]


def test_rows_whose_words_do_not_fit_are_entries() -> None:
    rows = [["a-long-identifier", "county", "x\ny"]]
    lines = _drawn(20, ["name", "who pays", "items"], rows, [False] * 3)
    assert lines == ["Title", "a-long-identifier", "  who pays: county", "  items: x; y"]


def test_a_word_in_brackets_is_shown() -> None:
    """Rich takes [million CNY] for a style and swallows it."""
    lines = _drawn(60, ["cost [m]"], [["[a]"]], [False], note="[b]")
    file = io.StringIO()
    console = Console(width=60, file=file)
    draw_table(console, "Costs [million CNY]", ["what it costs in all"], [["1"]], numbers=[True])
    assert file.getvalue().splitlines()[0].strip() == "Costs [million CNY]"
    for word in ("cost [m]", "[a]", "[b]"):
        assert any(word in line for line in lines), word
