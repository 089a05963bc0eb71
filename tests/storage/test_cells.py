"""One cell: from what is written to a value and back."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.optimizer.storage import read_instance
from infraplan.optimizer.storage.cells import (
    BLANK,
    MAX_TEXT,
    CellContext,
    clean_text,
    escape,
    format_value,
    parse_cell,
    split_list,
    unescape,
)
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.fields import FieldInfo
from infraplan.optimizer.storage.table_columns import table_of

CONTEXT = CellContext(money_factor=1e8)


def field(column: str, table: str = "projects") -> FieldInfo:
    return table_of(table).columns[column]


def parse(column: str, raw: Any, table: str = "projects") -> Any:
    return parse_cell(field(column, table), raw, CONTEXT)


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("overnight_cost", "3.2亿", 3.2),
        ("overnight_cost", 3, 3.0),
        ("fixed_om_cost", "500万元", 0.05),  # 5e6 yuan at 1e8 yuan per unit
        ("quantity", "3.2亿", 3.2e8),  # no money: 亿 multiplies
        ("quantity", "3.2亿元", 3.2),  # 元 says that it is money
        ("lead_time", "3年", 3),
        ("lead_time", "3 years", 3),
        ("lead_time", "1 yr", 1),
        ("overnight_cost", "－", 0.0),
        ("overnight_cost", "——", 0.0),
        ("lead_time", 3.0, 3),
        ("earliest_start", "十五五", 2026),
        ("latest_start", "十五五", 2030),
        ("open_by", "十五五", 2030),
        ("earliest_start", 2027.0, 2027),
        ("ready_years", "land=2027;eia=十四五", {"land": 2027, "eia": 2025}),
        ("stage", "在建", "under_construction"),
        ("stage", "Under construction", "under_construction"),
        ("mandatory", "是", "must"),
        ("mandatory", "必建", "must"),
        ("mandatory", True, "must"),
        ("mandatory", "no", "no"),
        ("quality", "估算", "estimate"),
        ("benefits", "0.5", {"benefit": 0.5}),
        ("benefits", 0.5, {"benefit": 0.5}),
        ("benefits", "2亿", {"benefit": 2.0}),
        ("benefits", "time=1；safety：2", {"time": 1.0, "safety": 2.0}),
        ("outputs", "km＝12、stations=3", {"km": 12.0, "stations": 3.0}),
        ("outputs", '"a;b=c"=1|d=2', {"a;b=c": 1.0, "d": 2.0}),
        ("outputs", "none", {}),
        ("spending_profile", "30%;70%", (0.3, 0.7)),
        ("spending_profile", "0.5；0.5；", (0.5, 0.5)),
        ("spending_profile", 1, (1.0,)),
        ("spending_profile", "无", ()),
        ("overnight_cost_low", "none", None),
        ("name_zh", 2025, "2025"),
        ("name_zh", "'=SUM(A1)", "=SUM(A1)"),
        ("name_zh", "'", ""),
        ("name_en", "'tis", "'tis"),
        ("source", datetime.datetime(2021, 3, 1), "2021-03-01"),
    ],
)
def test_reads(column: str, raw: Any, value: Any) -> None:
    assert parse(column, raw) == value


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "\n"])
def test_blank(raw: Any) -> None:
    assert parse("overnight_cost", raw) is BLANK
    assert parse("name_en", raw) is BLANK


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "是", "Y", True, 1, 1.0])
def test_yes(word: Any) -> None:
    assert parse("carry_over", word, "funds") is True


@pytest.mark.parametrize("word", ["no", "False", "0", "否", "n", False, 0])
def test_no(word: Any) -> None:
    assert parse("carry_over", word, "funds") is False


@pytest.mark.parametrize(
    ("column", "raw", "rule"),
    [
        ("overnight_cost", "12%", "bad-number"),
        ("overnight_cost", float("nan"), "not-finite"),
        ("overnight_cost", True, "bad-number"),
        ("spending_profile", "0.3,0.7", "bad-number"),
        ("spending_profile", True, "wrong-type"),
        ("outputs", "a=", "bad-mapping"),
        ("outputs", "=1", "bad-mapping"),
        ("outputs", "a=1,b=2", "bad-mapping"),
        ("outputs", 'a="1', "unbalanced-quote"),
        ("outputs", "a=1;;b=2", "bad-list"),
        ("stage", "x" * 100, "bad-word"),
        ("earliest_start", datetime.datetime(2027, 1, 1), "date-as-text"),
        ("earliest_start", datetime.date(2027, 1, 1), "date-as-text"),
        ("overnight_cost", datetime.date(2027, 1, 1), "date-as-text"),
        ("overnight_cost", datetime.time(8), "date-as-text"),
        ("name_en", "a\x00b", "nul-byte"),
        ("name_en", "a\x1bb", "control-character"),
        ("name_en", "a\ud800b", "control-character"),
        ("name_en", "a" * (MAX_TEXT + 1), "cell-too-long"),
    ],
)
def test_refuses(column: str, raw: Any, rule: str) -> None:
    with pytest.raises(CellFault) as caught:
        parse(column, raw)
    assert caught.value.rule == rule


def test_an_unknown_word_is_answered_with_the_known_ones_in_both_languages() -> None:
    with pytest.raises(CellFault) as caught:
        parse("stage", "dreaming")
    assert "under_construction (在建)" in caught.value.advice


def test_the_suffix_of_a_heading_counts_for_bare_numbers_alone() -> None:
    cost = field("overnight_cost")
    assert parse_cell(cost, "3200", CONTEXT, "万元") == 0.32
    assert parse_cell(cost, 3200, CONTEXT, "万元") == 0.32
    assert parse_cell(cost, "1亿", CONTEXT, "万元") == 1.0


def test_the_unit_of_a_heading_reaches_every_number_of_a_cell() -> None:
    """3,200万元 are 0.32 of 1e8 yuan, negative, in a mapping or as a number of a workbook."""
    cost, benefits = field("overnight_cost"), field("benefits")
    assert parse_cell(cost, "-3,200", CONTEXT, "万元") == -0.32
    assert parse_cell(cost, "¥3,200", CONTEXT, "万元") == 0.32
    assert parse_cell(benefits, "time=3,200;co2=1亿", CONTEXT, "万元") == {"time": 0.32, "co2": 1.0}
    assert parse_cell(benefits, 3200, CONTEXT, "万元") == {"benefit": 0.32}


@pytest.mark.parametrize("text", ["$5", "5万元", "5 CNY"])
@pytest.mark.parametrize("column", ["lead_time", "benefit_growth"])
def test_money_is_refused_where_another_unit_is_asked_for(column: str, text: str) -> None:
    """5万元 of years is no 5, and of a rate no 0.0005."""
    with pytest.raises(CellFault, match="is money, which is not asked for here"):
        parse(column, text)


def test_money_in_a_column_of_any_quantity_is_converted() -> None:
    assert parse("outputs", "sales=5,000万元;km=3") == {"sales": 0.5, "km": 3.0}


def test_line_ends_are_made_uniform() -> None:
    assert clean_text("a\r\nb\rc\n") == "a\nb\nc\n"


def test_a_formula_is_escaped() -> None:
    for text in ("=1+1", "+1", "-x", "@cmd", "'quoted"):
        assert escape(text) == f"'{text}"
    assert escape("plain = text") == "plain = text"


@given(st.text(max_size=20))
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    assert unescape(escape(text)) == text


TEXTS = st.text(
    alphabet=st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    ),
    max_size=12,
).map(str.strip)


@given(st.lists(TEXTS))
def test_a_list_of_any_texts_is_read_as_it_was_written(texts: list[str]) -> None:
    sectors = field("sectors", "funds")
    cell = format_value(sectors.type, tuple(texts))
    read = parse_cell(sectors, cell, CONTEXT)
    assert (() if read is BLANK else read) == tuple(texts)


@given(st.dictionaries(TEXTS, st.floats(allow_nan=False, allow_infinity=False)))
def test_a_mapping_with_any_names_is_read_as_it_was_written(values: dict[str, float]) -> None:
    outputs = field("outputs")
    cell = format_value(outputs.type, values)
    read = parse_cell(outputs, cell, CONTEXT)
    assert ({} if read is BLANK else read) == values


@given(st.dictionaries(TEXTS, TEXTS))
def test_a_mapping_of_texts_is_read_as_it_was_written(values: dict[str, str]) -> None:
    funds = field("service_funds", "pools")
    cell = format_value(funds.type, values)
    read = parse_cell(funds, cell, CONTEXT)
    assert ({} if read is BLANK else read) == values


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_all_its_digits(value: float) -> None:
    cost = field("overnight_cost")
    assert parse_cell(cost, format_value(cost.type, value), CONTEXT) == value


def test_a_quote_inside_an_entry_is_itself() -> None:
    assert split_list('5" pipe;b') == ['5" pipe', "b"]
    assert split_list('"a;b";c') == ['"a;b"', "c"]


def test_a_date_of_a_json_file_may_be_a_five_year_plan(tmp_path: Path) -> None:
    """As in a table: its last year, whatever stands before the kind in the row."""
    phase = {"id": "p", "first_year": 2026, "last_year": 2030}
    data = {
        "settings": {"id": "x", "price_year": 2026, "horizon": {"phases": [phase]}},
        "projects": [{"id": "a", "sector": "water", "options": [{"overnight_cost": 1}]}],
        "stated_dates": [{"project": "a", "year": "十五五", "kind": "open_by"}],
    }
    (tmp_path / "x.json").write_text(json.dumps(data), encoding="utf-8")
    assert read_instance(tmp_path / "x.json").stated_dates[0].year == 2030
