"""When the projects of a foreign table are built: from amounts by year, or from stated dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from infraplan.models.finance.appraisal import spending_profile
from infraplan.models.project import Stage
from infraplan.optimizer.interop.table_line import TOTAL_WITHIN, Line


@dataclass
class TimeNotes:
    """Rows of which something of time or cost is told, by the key of the message."""

    rows: defaultdict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, key: str, line: Line) -> None:
        """Keep that `key` is to be told of `line`."""
        self.rows[key].append(line)


def place_in_time(lines: Sequence[Line], first: int, last: int, has_years: bool) -> TimeNotes:
    """Give every line its cost, first year and years of works, in cells of projects.

    Parameters
    ----------
    lines
        Projects; their cells are changed.
    first, last
        Years of the plan.
    has_years
        Whether the table states amounts by year.
    """
    notes = TimeNotes()
    for line in lines:
        if has_years:
            _by_amounts(line, first, notes)
        else:
            _by_dates(line, first, last, notes)
        _settle_cost(line, notes)
    return notes


def _by_amounts(line: Line, first: int, notes: TimeNotes) -> None:
    """Cost and profile from the amounts by year.

    What the table states by year is what the plan pays; a larger cost beside it lies outside of
    these years. Works under way go on in the plan's `first` year; what is complete has spent its
    money.
    """
    paid = [year for year, amount in line.by_year.items() if amount > 0.0]
    total = sum(line.by_year.values())
    stated = float(line.cells.get("overnight_cost") or 0.0)
    spent = float(line.cells.get("spent_to_date") or 0.0)
    if not paid:
        if stated:
            notes.tell("cost-outside-of-the-years", line)
        return
    if (
        stated
        and abs(stated - total - spent) > TOTAL_WITHIN * stated
        and abs(stated - total) > TOTAL_WITHIN * stated
    ):
        notes.tell("cost-outside-of-the-years", line)
    for key in ("overnight_cost_low", "overnight_cost_high"):
        line.cells.pop(key, None)
    line.cells["overnight_cost"] = repr(total)
    if line.is_complete:
        line.cells.pop("spent_to_date", None)
        return
    if line.is_under_way:
        line.cells["overnight_cost"] = repr(total + spent)
    elif line.cells.pop("spent_to_date", None) and spent:
        notes.tell("spent-before-is-left-out", line)
    years = range(min(first, *paid) if line.is_under_way else min(paid), max(paid) + 1)
    amounts = [line.by_year.get(year, 0.0) for year in years]
    line.cells.setdefault("yearly_spending", ";".join(map(repr, amounts)))
    line.cells.setdefault("lead_time", str(len(years)))
    if not line.is_under_way:
        line.cells.setdefault("earliest_start", str(years[0]))


def _by_dates(line: Line, first: int, last: int, notes: TimeNotes) -> None:
    """Start, lead time and stage from stated years.

    Works that began before the plan are under way, where the table does not say otherwise; those
    that end before it stand.
    """
    begins, ends = line.begins, line.ends
    if ends is not None and ends < first and not line.cells.get("stage"):
        line.cells["stage"] = Stage.COMPLETE.value
        notes.tell("taken-as-complete", line)
    if line.is_complete:
        line.cells.pop("spent_to_date", None)
        if ends is not None and ends <= first:
            line.cells.setdefault("opened", str(ends))
        return
    if begins is not None and begins < first and not line.cells.get("stage"):
        line.cells["stage"] = Stage.UNDER_CONSTRUCTION.value
        notes.tell("taken-as-under-way", line)
    if line.is_under_way:
        if (
            begins is not None
            and begins < first
            and (ends is not None or "lead_time" in line.cells)
        ):
            line.cells.setdefault("started", str(begins))
        ends = None if ends is not None and ends < first else ends
        if line.ends is not None and ends is None:
            notes.tell("should-stand-by-now", line)
            line.cells.setdefault("opened", str(first))
    else:
        if float(line.cells.pop("spent_to_date", "") or 0.0):
            notes.tell("spent-before-is-counted", line)
        if begins is not None:
            line.cells.setdefault("earliest_start", str(max(begins, first)))
        if begins is not None and begins < first:
            notes.tell("should-have-begun", line)
    if begins is not None and ends is not None:
        line.cells.setdefault("lead_time", str(ends - begins + 1))
    if ends is not None and ends > last:
        notes.tell("ends-after-the-plan", line)
        line.cells.setdefault("spending_after_plan", "yes")


def _settle_cost(line: Line, notes: TimeNotes) -> None:
    """A cost that is not stated is 0 and open, for `estimate` to fill; no more is spent."""
    cost = float(line.cells.get("overnight_cost") or 0.0)
    if not cost:
        line.cells["overnight_cost"] = "0"
        line.cells["quality"] = "assumption"
        line.cells.pop("spent_to_date", None)
        notes.tell("cost-is-open", line)
        return
    spent = float(line.cells.get("spent_to_date") or 0.0)
    if spent > cost:
        line.cells["spent_to_date"] = repr(cost)
        notes.tell("spent-more-than-its-cost", line)


def paid_by_year(line: Line, first: int, last: int) -> dict[int, float]:
    """What a line costs in each year of the plan: as stated, else along the standard curve.

    Of works under way only what is not yet spent.
    """
    if any(line.by_year.values()):
        return {year: amount for year, amount in line.by_year.items() if amount > 0.0}
    cost = float(line.cells.get("overnight_cost") or 0.0)
    spent = float(line.cells.get("spent_to_date") or 0.0)
    begins = first if line.begins is None else line.begins
    begins = begins if line.is_under_way else max(begins, first)
    length = max(1, int(line.cells.get("lead_time") or 1))
    shares = spending_profile(length)
    ahead = {begins + k: float(share) for k, share in enumerate(shares) if begins + k >= first}
    if not ahead:
        ahead = {first: 1.0}
    whole = sum(ahead.values())
    left = cost - spent if spent or not line.is_under_way else cost * whole
    found: dict[int, float] = {}
    for year, share in ahead.items():
        within = min(year, last)
        found[within] = found.get(within, 0.0) + left * share / whole
    return found
