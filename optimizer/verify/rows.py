"""Rows of a plan's tables, and their comparison key by key, field by field."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from infraplan.models.catalogue import Phrase, listed, phrase, term_or_name
from infraplan.models.plan import Plan
from infraplan.models.rules import LAWS
from infraplan.optimizer.verify.violations import Violation, identical, number, same


@dataclass(frozen=True)
class Row:
    """One row: what names it, its numbers (None is blank), its texts."""

    key: tuple[str | int, ...]
    numbers: dict[str, float | None]
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def is_zero(self) -> bool:
        """Whether every number is zero or blank."""
        return all(value is None or same(value, 0.0) for value in self.numbers.values())


@dataclass(frozen=True)
class Table:
    """A table of a plan: its fields, and the law that names a difference in it."""

    name: str
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    law: Callable[[Row, str], str]
    subject: Callable[[Row], str]
    zero_may_be_absent: bool = False
    zero_may_be_added: bool = False

    def read(self, plan: Plan) -> list[Row]:
        """Rows of this table in `plan`; what is not a number becomes NaN, which equals nothing."""
        return [
            Row(
                tuple(getattr(row, name) for name in self.keys),
                {name: plain_number(getattr(row, name)) for name in self.numbers},
                {name: str(getattr(row, name)) for name in self.texts},
            )
            for row in getattr(plan, self.name)
        ]

    def describe(self, row: Row) -> Phrase:
        """Name of a row for messages, e.g. `fund budget, year 2022`."""
        return listed(
            phrase("field-of-a-row", field=term_or_name("plan-field", name), value=value)
            for name, value in zip(self.keys, row.key, strict=True)
            if value != ""
        )


def plain_number(value: object) -> float | None:
    """Return `value` as a float, None where blank, NaN where it is no number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _start_law(_: Row, name: str) -> str:
    return {"finish": "dates", "opening": "dates", "start": "window"}.get(name, "choose_one")


def _rule_law(row: Row, name: str) -> str:
    rule = str(row.key[1])
    for law in ("ceiling", "quota"):
        if rule.startswith(f"{law}:"):
            return law
    return "band" if name == "band" else "debt_rule"


def _term_law(row: Row, _: str) -> str:
    term = str(row.key[0])
    if term == "service":  # the law `service` is about debt
        return "network"
    return term if term in LAWS else "objective"


def _always(law: str) -> Callable[[Row, str], str]:
    return lambda row, name: law


def _key(position: int) -> Callable[[Row], str]:
    return lambda row: str(row.key[position])


STARTS = Table(
    "starts", ("project",), ("start", "finish", "opening"), ("option",), _start_law, _key(0)
)
PAYMENTS = Table(
    "payments",
    ("project", "jurisdiction", "kind", "source", "year"),
    ("amount",),
    (),
    _always("sources_uses"),
    _key(0),
)
COMPENSATIONS = Table(
    "compensations",
    ("project", "jurisdiction", "receiver", "source", "year"),
    ("amount",),
    (),
    _always("sharing"),
    _key(0),
)
ISSUES = Table(
    "issues", ("instrument", "project", "year"), ("amount",), (), _always("issue_use"), _key(0)
)
FUND_YEARS = Table(
    "fund_years",
    ("fund", "year"),
    ("opening", "inflow", "interest", "use", "service", "lapse", "closing"),
    (),
    lambda row, name: "service" if name == "service" else "fund_balance",
    _key(0),
)
DEBT_YEARS = Table(
    "debt_years",
    ("jurisdiction", "pool", "instrument", "year"),
    ("borrow", "principal", "interest", "balance"),
    (),
    _always("debt"),
    _key(2),
    zero_may_be_absent=True,
)
RULE_YEARS = Table(
    "rule_years",
    ("jurisdiction", "rule", "year"),
    ("value", "limit", "headroom", "ratio"),
    ("band",),
    _rule_law,
    _key(1),
)
TARGETS = Table(
    "targets",
    ("target",),
    ("year", "required", "achieved", "shortfall", "penalty"),
    ("metric",),
    _always("target"),
    _key(0),
)
STATED_DATES = Table(
    "stated_dates",
    ("project", "kind"),
    ("year", "start", "opening", "missed", "cost"),
    (),
    _always("stated_date"),
    lambda row: f"{row.key[0]}:{row.key[1]}",
)
OBJECTIVE_TERMS = Table(
    "objective_terms",
    ("term", "subject"),
    ("value",),
    (),
    _term_law,
    _key(1),
    zero_may_be_absent=True,
)
SERVICE = Table(
    "service",
    ("network", "element", "measure", "block", "commodity", "year"),
    ("value",),
    ("unit",),
    _always("network"),
    _key(1),
    zero_may_be_absent=True,
    zero_may_be_added=True,
)

DECISION_TABLES = (STARTS, PAYMENTS, COMPENSATIONS, ISSUES)
DERIVED_TABLES = (FUND_YEARS, DEBT_YEARS, RULE_YEARS, TARGETS, STATED_DATES, OBJECTIVE_TERMS)
ALL_TABLES = (*DECISION_TABLES, *DERIVED_TABLES, SERVICE)


@dataclass(frozen=True)
class Wording:
    """How a comparison speaks of its two sides, and how near they must be."""

    missing: str
    extra: str
    differs: str
    """Keys of the messages of the catalogue."""
    agree: Callable[[float | None, float | None, float], bool] = same
    """Whether two numbers agree, given the largest number of their account."""


AGAINST_LAWS = Wording(
    missing="row-missing-from-the-plan",
    extra="row-follows-from-nothing",
    differs="field-differs-from-the-laws",
)
SIDE_BY_SIDE = Wording(
    missing="row-missing-from-the-first",
    extra="row-missing-from-the-second",
    differs="field-differs-between-accounts",
    agree=identical,
)


def _by_key(rows: Iterable[Row]) -> dict[tuple[str | int, ...], list[Row]]:
    found: dict[tuple[str | int, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    for group in found.values():
        # Rows that share a key (two relations of one label) are paired by their numbers.
        group.sort(key=lambda row: [(v is None, v or 0.0) for v in row.numbers.values()])
    return found


def _scales(rows: Iterable[Row]) -> dict[tuple[str | int, ...], float]:
    """Largest number in each account: its rows share all of the key but the year."""
    found: dict[tuple[str | int, ...], float] = {}
    for row in rows:
        account = row.key[:-1]
        largest = max((abs(v) for v in row.numbers.values() if v is not None), default=0.0)
        if largest > found.get(account, 0.0):
            found[account] = largest
    return found


def compare_rows(
    table: Table, found: list[Row], expected: list[Row], wording: Wording
) -> Iterator[Violation]:
    """Yield each row that is missing, too many or different."""
    have, want = _by_key(found), _by_key(expected)
    scales = _scales(expected)
    for key in [*want, *(key for key in have if key not in want)]:
        mine, theirs = have.get(key, []), want.get(key, [])
        for at in range(max(len(mine), len(theirs))):
            if at >= len(mine):
                row = theirs[at]
                if not (table.zero_may_be_absent and row.is_zero):
                    yield _odd(table, row, wording.missing, is_extra=False)
            elif at >= len(theirs):
                if not (table.zero_may_be_added and mine[at].is_zero):
                    yield _odd(table, mine[at], wording.extra, is_extra=True)
            else:
                scale = scales.get(key[:-1], 0.0)
                yield from _differences(table, mine[at], theirs[at], wording, scale)


def _odd(table: Table, row: Row, key: str, *, is_extra: bool) -> Violation:
    value = next(iter(row.numbers.values()), None)
    return Violation(
        table.law(row, ""),
        table.subject(row),
        phrase(key, row=table.describe(row), table=term_or_name("plan-table", table.name)),
        None if is_extra else value,
        value if is_extra else None,
    )


def _differences(
    table: Table, mine: Row, theirs: Row, wording: Wording, scale: float
) -> Iterator[Violation]:
    for name, value in mine.numbers.items():
        other = theirs.numbers[name]
        if not wording.agree(value, other, scale):
            yield Violation(
                table.law(mine, name),
                table.subject(mine),
                phrase(
                    wording.differs,
                    row=table.describe(mine),
                    field=term_or_name("plan-field", name),
                    found=number(value),
                    expected=number(other),
                ),
                other,
                value,
            )
    for name, text_value in mine.texts.items():
        if text_value != theirs.texts[name]:
            yield Violation(
                table.law(mine, name),
                table.subject(mine),
                phrase(
                    wording.differs,
                    row=table.describe(mine),
                    field=term_or_name("plan-field", name),
                    found=repr(text_value),
                    expected=repr(theirs.texts[name]),
                ),
            )
