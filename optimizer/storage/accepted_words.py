"""Words that a reader accepts and a template shows, drawn from the catalogue.

Column titles, sheet names, words of fixed lists, booleans. The first Chinese word of an entry is
the one that templates show; the others are synonyms accepted on reading.
"""

from __future__ import annotations

from functools import cache

from infraplan.models.agreement import Consent, ShareForm
from infraplan.models.catalogue import entries
from infraplan.models.debt_rule import Quantity, Through
from infraplan.models.finance.repayment_form import RepaymentForm
from infraplan.models.funding import Basis, Event, FundKind, InstrumentKind
from infraplan.models.horizon import DiscountTiming, Objective, ResidualValue
from infraplan.models.network import FlowLaw, NetworkAction, NetworkKind, NodeRole
from infraplan.models.policy import PolicyKind, ResourceTiming
from infraplan.models.project import Mandate, Stage
from infraplan.models.quantities import Confidence, Quality
from infraplan.models.relation import RelationType, RenewalMode, TakenOver
from infraplan.models.scenario import Operation
from infraplan.models.stated_date import DateKind
from infraplan.models.target import Sense

YES = frozenset({"yes", "true", "1", "y", "t", "是", "对", "√", "✓"})
NO = frozenset({"no", "false", "0", "n", "f", "否", "不", "×", "✗"})

# Words that stand for "explicitly nothing" in a list, mapping or optional number.
NOTHING = frozenset({"none", "无"})

# First cells that begin a trailing note below a table in a workbook.
NOTE_STARTS = ("注", "备注", "说明", "note", "remark")

# First words of a row that tells a part of the one above.
PART_STARTS = ("其中", "of which", "thereof", "davon", "dont")

# First cells of a row that says who filled the table in, and when.
SIGNED_BY = (
    *("填表人", "制表人", "填报人", "填报单位", "制表单位", "编制单位", "审核人", "审核", "复核人"),
    *("负责人", "单位负责人", "联系人", "联系电话", "填表日期", "填报日期", "制表日期", "日期"),
)

_LISTS = (
    Stage,
    Mandate,
    Quality,
    Confidence,
    RelationType,
    DateKind,
    Basis,
    FundKind,
    InstrumentKind,
    Event,
    RepaymentForm,
    ShareForm,
    Consent,
    Sense,
    PolicyKind,
    ResourceTiming,
    NetworkKind,
    NodeRole,
    FlowLaw,
    NetworkAction,
    Objective,
    ResidualValue,
    DiscountTiming,
    RenewalMode,
    TakenOver,
    Quantity,
    Through,
    Operation,
)


def _chinese(kind: str, key: str) -> tuple[str, ...]:
    """Return the Chinese words of an entry, the one to show first; empty where there is none."""
    found = entries(kind).get(key)
    return () if found is None else (found.chinese, *found.synonyms)


ENUM_WORDS: dict[type, dict[str, tuple[str, ...]]] = {
    words: {
        member.value: _chinese("choice", f"{words.__name__}.{member.value}") for member in words
    }
    for words in _LISTS
}
"""Chinese words by fixed list and value."""

LISTS_SHEET = "lists"
"""Hidden sheet of a workbook that we write, from which cells choose words."""
SHEETS: dict[str, tuple[str, ...]] = {name: _chinese("table", name) for name in entries("table")}
"""Chinese names of sheets by table."""

# Headings of another spelling that are accepted besides the column's own name.
ALIASES: dict[str, dict[str, str]] = {
    "projects": {"from": "from_place", "to": "to_place", "overnight_cost_mid": "overnight_cost"},
    "options": {"overnight_cost_mid": "overnight_cost"},
    "relations": {"from": "from_projects", "to": "to_projects"},
    "network_links": {"from": "from_node", "to": "to_node"},
    "demands": {"from": "node", "to": "to_node"},
}

# Columns that are written under another name than their field's.
WRITTEN: dict[str, dict[str, str]] = {
    "relations": {"from_projects": "from", "to_projects": "to"},
}

# Currency units in one of a suffix; 元 alone is one currency unit. Of two words for one size the
# last is written.
MYRIADS: dict[str, int] = {"萬億": 10**12, "億": 10**8, "千萬": 10**7, "百萬": 10**6, "萬": 10**4}
MYRIADS |= {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4}


def titles(table: str, column: str) -> tuple[str, ...]:
    """Return the Chinese titles of a column, the one to show first; empty where none is known."""
    return _chinese("column", f"{table}.{column}") or _chinese("column", column)


@cache
def _values_of(words: type) -> frozenset[str]:
    return frozenset(str(member.value) for member in words)  # type: ignore[attr-defined]


def word_of(words: type, text: str) -> str | None:
    """Return the value of the fixed list `words` that `text` stands for, None where there is none.

    English words are read in any case and with blanks or hyphens for underscores.
    """
    plain = text.strip().casefold().replace(" ", "_").replace("-", "_")
    if plain in _values_of(words):
        return plain
    for value, synonyms in ENUM_WORDS.get(words, {}).items():
        if text.strip() in synonyms or plain in synonyms:
            return value
    return None
