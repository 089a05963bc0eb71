"""Numbers and years as planning offices write them."""

from __future__ import annotations

import pytest

from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import (
    YearEnd,
    number_in,
    parse_integer,
    parse_number,
    parse_year,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        (" 12.50 ", 12.5),
        ("-3", -3.0),
        ("+.5", 0.5),
        ("1e3", 1000.0),
        ("1,200", 1200.0),
        ("1,234,567.8", 1234567.8),
        ("12.5%", 0.125),
        ("１２．５％", 0.125),
        ("１，２００", 1200.0),
        ("－３", -3.0),
        ("3.2亿", 3.2e8),
        ("3.2 亿", 3.2e8),
        ("1,200万", 1.2e7),
        ("3.2億", 3.2e8),
        ("1'200", 1200.0),
        ("1’234’567.8", 1234567.8),
        ("2万亿", 2e12),
        ("\u3000 7\u00a0", 7.0),
        ("\ufeff7", 7.0),
    ],
)
def test_number(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # one money unit is 1e8 yuan: 3.2亿 is 3.2 units, 1,200万元 is 0.12, 500元 is 0.000005
        ("3.2亿", 3.2),
        ("3.2亿元", 3.2),
        ("1,200万元", 0.12),
        ("1,200万", 0.12),
        ("500元", 0.000005),
        ("３２０Ｍ", 3.2),
        ("0.1亿", 0.1),
        # a bare number is in the money unit already
        ("3.2", 3.2),
        ("1,200", 1200.0),
    ],
)
def test_money_is_converted_by_its_suffix_alone(text: str, value: float) -> None:
    assert parse_number(text, money_factor=1e8) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # one money unit is 1e6: 120M is 120 of them, 2,500k is 2.5; $5 names no magnitude
        ("120M", 120.0),
        ("$120M", 120.0),
        ("-$1.5bn", -1500.0),
        ("($3M)", -3.0),
        ("(5)", -5.0),
        ("2,500k", 2.5),
        ("US$ 5", 5.0),
        ("$1,200", 1200.0),
        ("USD 1,200", 1200.0),
        ("1,200 usd", 1200.0),
        ("-$1,200", -1200.0),
        ("$-1,200", -1200.0),
        ("($1,200)", -1200.0),
        ("$(1,200)", -1200.0),
        ("USD 1.2bn", 1200.0),
        ("1.2亿美元", 120.0),
        ("120", 120.0),
        ("$(5M)", -5.0),
        ("1.2 billion", 1200.0),
        ("$1.2 million", 1.2),
        ("1.2 crore", 12.0),
        ("45 lakhs", 4.5),
    ],
)
def test_money_with_a_sign_and_a_magnitude(text: str, value: float) -> None:
    assert parse_number(text, money_factor=1e6, currency="USD") == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # one money unit is 1e8 yuan: a sign names the money, 万 and 亿 the magnitude
        ("¥1,200", 1200.0),
        ("￥１，２００", 1200.0),
        ("1,200 CNY", 1200.0),
        ("RMB 1,200", 1200.0),
        ("人民币1,200", 1200.0),
        ("¥1.2亿", 1.2),
        ("¥1.2亿元", 1.2),
        ("人民币3亿元", 3.0),
        ("CNY 120M", 1.2),
        ("1,200元", 0.000012),  # counted in yuan: 1,200 / 1e8
    ],
)
def test_a_sign_of_money_names_no_magnitude(text: str, value: float) -> None:
    assert parse_number(text, money_factor=1e8, currency="CNY") == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # below 静态投资（万元）, one money unit 1e8 yuan: 1,200万元 / 1e8 = 0.12
        ("1,200", 0.12),
        ("-1,200", -0.12),
        ("(1,200)", -0.12),
        ("1 200", 0.12),
        ("1.2e3", 0.12),
        ("¥1,200", 0.12),
        ("(¥1,200)", -0.12),
        ("1,200 CNY", 0.12),
        # what names a unit of its own keeps it
        ("1,200万", 0.12),
        ("1亿", 1.0),
        ("¥1.2亿", 1.2),
    ],
)
def test_the_unit_of_a_heading_holds_for_a_number_that_names_none(text: str, value: float) -> None:
    read = parse_number(text, money_factor=1e8, currency="CNY", unit="万元")
    assert read == pytest.approx(value, rel=1e-15)


def test_yuan_below_a_heading_of_another_unit_are_asked_about() -> None:
    with pytest.raises(CellFault, match=r"counts single units .* its heading says 万元") as caught:
        parse_number("1,200元", money_factor=1e8, currency="CNY", unit="万元")
    assert caught.value.rule == "two-units"
    assert "1200万元" in caught.value.advice.zh
    assert parse_number("1,200元", money_factor=1e8, unit="元") == 0.000012


@pytest.mark.parametrize("text", ["¥1,200", "1,200元", "￥1.2亿", "EUR 5", "5亿欧元", "$5 CAD"])
def test_money_of_another_currency_is_refused(text: str) -> None:
    with pytest.raises(CellFault, match="but the money of the instance is USD"):
        parse_number(text, money_factor=1e6, currency="USD")


def test_another_currency_is_not_taken_for_the_own() -> None:
    with pytest.raises(CellFault, match="is in €, but the money of the instance is USD"):
        parse_number("€120M", money_factor=1e6, currency="USD")
    assert parse_number("$5M", money_factor=1e6, currency="CAD") == 5.0


def test_a_thousand_amounts_convert_without_rounding_error() -> None:
    # n 万元 is n * 1e4 / 1e8 = n / 10000 units; the nearest float of the exact quotient
    for n in range(1, 1001):
        assert parse_number(f"{n}万元", money_factor=1e8) == n / 10000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1,2",
        "1,2345",
        "12,34,567",
        "1_000",
        "--3",
        "3..2",
        "亿",
        "1/2",
        "(-5)",
        "((5))",
        "()",
        "120M",
        "$5",
        "5 CNY",
        "-$-5",
        "0x10",
    ],
)
def test_no_number(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        parse_number(text)
    assert caught.value.rule == "bad-number"


@pytest.mark.parametrize("text", ["nan", "NaN", "-inf", "Infinity", "1e400", "#N/A", "9e307亿亿"])
def test_not_finite(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        parse_number(text)
    assert caught.value.rule in {"not-finite", "bad-number"}


def test_plain_digits() -> None:
    read = {"1": 1.0, "-1.5e3": -1500.0, ".5": 0.5, "2.": 2.0}
    assert {word: number_in(word) for word in read} == read
    for word in ("1_0", "inf", "-Infinity", "nan", "1e999", "\u0661", "1,0", "", " 1", "1\n"):
        assert number_in(word) is None


def test_number_and_date_are_told_apart() -> None:
    with pytest.raises(CellFault, match="is a date"):
        parse_number("2025-06-01")


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), ("5.0", 5), ("5年", 5), ("１２", 12), ("1,200", 1200)]
)
def test_integer(text: str, value: int) -> None:
    assert parse_integer(text, "年") == value


@pytest.mark.parametrize("text", ["5.5", "five", "1e20", "3个月"])
def test_no_integer(text: str) -> None:
    with pytest.raises(CellFault):
        parse_integer(text, "年")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", 2025, 2025),
        ("2025年", 2025, 2025),
        ("2025年底", 2025, 2025),
        ("2025年度", 2025, 2025),
        ("2025年年底", 2025, 2025),
        ("2025年上半年", 2025, 2025),  # a part of a year lies in it
        ("2025下半年", 2025, 2025),
        ("2025年第三季度", 2025, 2025),
        ("2025年4季度", 2025, 2025),
        ("2025.0", 2025, 2025),
        ("２０２５", 2025, 2025),
        ("二〇二五年", 2025, 2025),
        # Five-Year Plans: 14th 2021-2025, 13th 2016-2020, 10th 2001-2005, 1st 1953-1957
        ("十四五", 2021, 2025),
        ("“十四五”", 2021, 2025),
        ("“十四五”期间", 2021, 2025),
        ("十四五初", 2021, 2021),
        ("“十四五”末", 2025, 2025),
        ("十三五", 2016, 2020),
        ("十五五", 2026, 2030),
        ("十五", 2001, 2005),
        ("一五", 1953, 1957),
        ("2021-2025", 2021, 2025),
        ("2021—2025年", 2021, 2025),
        ("2021年至2025年", 2021, 2025),
        # a fiscal year is one year: named by its end, or begun in the first of two
        ("FY2027", 2027, 2027),
        ("FY 27", 2027, 2027),
        ("2026-27", 2026, 2026),
        ("2026/27", 2026, 2026),
        ("FY2011-12", 2011, 2011),
        ("2011-12", 2011, 2011),  # December 2011 lies in the same year
        ("2000-01", 2000, 2000),
        ("2026/2027", 2026, 2026),
        ("FY2026-2027", 2026, 2026),
        ("FY26-27", 2026, 2026),
        ("SFY2027", 2027, 2027),
        ("2027财年", 2027, 2027),
        ("2026-2027", 2026, 2027),  # without FY: two years
        ("2099–00", 2099, 2099),
    ],
)
def test_year(text: str, first: int, last: int) -> None:
    assert parse_year(text, YearEnd.FIRST) == first
    assert parse_year(text, YearEnd.LAST) == last
    if first == last:
        assert parse_year(text, YearEnd.NEITHER) == first
    else:
        with pytest.raises(CellFault) as caught:
            parse_year(text, YearEnd.NEITHER)
        assert caught.value.rule == "bad-year"


@pytest.mark.parametrize(
    "text",
    ["2025-06-01", "2025-12", "2026-29", "2025/6/1", "2025.6", "2025年6月", "2025-06-01 00:00:00"],
)
def test_a_date_is_refused_with_the_year_as_advice(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        parse_year(text, YearEnd.FIRST)
    assert caught.value.rule == "date-as-text"
    assert caught.value.advice.endswith(text[:4])


@pytest.mark.parametrize(
    "text", ["soon", "FY", "25", "20255", "2025-2021", "零五", "二十五", "1e3", "年"]
)
def test_no_year(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        parse_year(text, YearEnd.FIRST)
    assert caught.value.rule == "bad-year"


@pytest.mark.parametrize("text", ["24个月", "24月", "２４个月", "24 months", "24 Mths"])
def test_a_term_in_whole_years_of_months(text: str) -> None:
    assert parse_integer(text, "年") == 2


@pytest.mark.parametrize("text", ["18个月", "一年半", "2-3年", "2.5", "24个月"])
def test_a_term_that_is_no_whole_years_is_told_what_to_write(text: str) -> None:
    suffix = "" if text == "24个月" else "年"  # months say nothing of a number of projects
    with pytest.raises(CellFault) as caught:
        parse_integer(text, suffix)
    assert ("整年数" in caught.value.advice.zh) == bool(suffix)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1亿2000万", 1.2), ("1亿2,000万元", 1.2), ("3亿零50万元", 3.005), ("12亿5000.5万", 12.50005)],
)
def test_an_amount_in_two_magnitudes(text: str, value: float) -> None:
    assert parse_number(text, money_factor=1e8, currency="CNY") == pytest.approx(value, rel=1e-12)
    assert parse_number(text, money_factor=1e4, currency="CNY") == pytest.approx(1e4 * value)


def test_by_the_end_of_a_year_is_a_last_year_and_no_first_one() -> None:
    assert parse_year("2028年底前", YearEnd.LAST) == 2028
    with pytest.raises(CellFault):
        parse_year("2028年底前", YearEnd.FIRST)
    with pytest.raises(CellFault):
        parse_year("2028年前", YearEnd.LAST)
