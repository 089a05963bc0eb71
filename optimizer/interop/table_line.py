"""A row of a foreign table that is a project, and what is left out of its table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from infraplan.models.catalogue import Phrase
from infraplan.models.project import Stage
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_money import Amount
from infraplan.optimizer.storage.accepted_words import word_of

TOTAL_WITHIN = 5e-3
"""Part of a stated total by which the yearly amounts may differ: tables are rounded."""
NO_ID = regex(r"[\s=;,'\"@+]+")


@dataclass
class Line:
    """A row of the file that is a project.

    Attributes
    ----------
    sheet, row
        Where it stands.
    cells
        What it says, by column of projects (and `lon`, `lat`).
    by_year
        Its amounts by year.
    by_fund
        What each fund pays for it.
    by_fund_year
        What each fund pays in a year, where the table says so.
    begins, ends
        Years that it states; None where it states none.
    is_open
        Whether its money is not stated.
    edition
        Of which edition of the table it is, later ones larger.
    below
        Sum of its negative amounts, which count as 0.
    """

    sheet: str
    row: int
    cells: dict[str, str]
    by_year: dict[int, float] = field(default_factory=dict)
    by_fund: dict[str, float] = field(default_factory=dict)
    by_fund_year: dict[tuple[str, int], float] = field(default_factory=dict)
    begins: int | None = None
    ends: int | None = None
    is_open: bool = False
    edition: tuple[int, ...] = ()
    below: float = 0.0

    @property
    def name(self) -> str:
        """Its name, for a reader."""
        return self.cells.get("name_en") or self.cells.get("name_zh") or self.cells.get("id", "")

    @property
    def cost(self) -> float:
        """What it costs in all, as far as the table says."""
        return sum(self.by_year.values()) or float(self.cells.get("overnight_cost") or 0.0)

    @property
    def is_complete(self) -> bool:
        """Whether it stands, so that the money of the plan is not for it."""
        return word_of(Stage, self.cells.get("stage", "")) == Stage.COMPLETE

    @property
    def is_under_way(self) -> bool:
        """Whether it is being built."""
        return word_of(Stage, self.cells.get("stage", "")) == Stage.UNDER_CONSTRUCTION


@dataclass
class Left:
    """What is left out of a table, and what is doubted: places by what is said of them."""

    skipped: list[tuple[str, int, Phrase]] = field(default_factory=list)
    """Sheet, row and why."""
    unknown: defaultdict[tuple[str, str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Rows by sheet, column and word of the file that nobody knows."""
    estimates: list[tuple[str, int, str, Amount]] = field(default_factory=list)
    """Sheet, row, heading and value of amounts that are written as estimates or in numerals."""
    notes: list[tuple[str, int, str, str]] = field(default_factory=list)
    """Sheet, row and heading of amounts with a note in brackets behind them, and the note."""
    negative: list[tuple[str, int, float, float]] = field(default_factory=list)
    """Sheet and row, left out for negative amounts: these, and what else stands there."""
