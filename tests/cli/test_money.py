"""Money outputs on the command line: tables of a run, the stress test, rules and schedules."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.storage import read_instance
from tests.cli.conftest import Call


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("debt-statement", "headroom"),
        ("debt_room", "headroom"),
        ("project-sources", "paid from"),
        ("fund-sources", "source"),
        ("jurisdiction-sources", "use"),
        ("appraisal", "timely"),
    ],
)
def test_tables_of_a_run(run_dir: Path, call: Call, table: str, word: str) -> None:
    shown = call("show", run_dir, "--table", table)
    assert shown.code == 0
    assert word in shown.out


def test_the_debt_statement_in_chinese_and_as_csv(
    run_dir: Path, call: Call, tmp_path: Path
) -> None:
    shown = call("show", run_dir, "--table", "debt-statement", "--lang", "zh")
    assert "政府债务限额及余额情况表" in shown.out
    assert call("export", run_dir, "--to", "csv", "-o", tmp_path / "csv").code == 0
    text = (tmp_path / "csv" / "debt_statement.csv").read_text("utf-8-sig")
    # Old debt of 2 is there at the start of 2021, under a ceiling of 12, and repaid in that year.
    assert text.splitlines()[1].startswith("region,2021,general,12.0,2.0,")
    assert (run_dir / "report.html").read_text("utf-8").count("Statutory debt table") == 2


def test_stress_on_the_command_line(run_dir: Path, call: Call) -> None:
    data = call("stress", run_dir, "--json").data
    assert data["decided_anew"] is False
    assert data["items_unmoved"] == ["capacity"]
    cases = {row["case"]: row for row in data["cases"]}
    assert set(cases) == {"base", "revenue", "land", "rate", "all"}
    assert cases["base"]["holds"]
    assert cases["base"]["shortfall"] == 0.0
    assert cases["land"]["holds"]  # no land money in this run
    # 5 a year come in and all of it is spent in 2021: a third less is missing at once.
    assert cases["revenue"]["first_breach_rule"] == "fund_balance:budget"
    assert cases["revenue"]["shortfalls"][0]["year"] == 2021
    assert cases["all"]["shortfall"] >= cases["revenue"]["shortfall"]
    for lang, words in (
        ("en", "accounts are computed again"),
        ("zh", "仅重新计算账户"),
    ):
        shown = call("stress", run_dir, "--case", "revenue", "--lang", lang)
        assert shown.code == 0
        assert words in shown.err
    assert call("stress", run_dir, "--case", "moon").code == 2


def test_rules_list_schedules_and_carbon_values_with_sources(call: Call) -> None:
    data = call("rules", "--json").data
    schedules = {row["schedule"]: row for row in data["discount_schedules"]}
    assert schedules["china"]["rates"] == {"0": 0.08}
    assert schedules["uk_green_book"]["rates"]["31"] == 0.03
    assert all(row["source"] and row["as_of"] for row in schedules.values())
    assert not any(row["verified"] for row in data["carbon_values"])
    sets = {rule["set"] for rule in data["rules"]}
    assert {"world-bank", "us-revenue-bonds", "china-key-province", "uk"} <= sets
    shown = call("rules", "--lang", "en").out
    assert "unverified" in shown
    assert "uk_green" in shown
    assert "碳价参考值" in call("rules", "--lang", "zh").out


def test_convert_restates_prices_and_currency(
    instance_dir: Path, call: Call, tmp_path: Path
) -> None:
    target = tmp_path / "new.json"
    prices = ("--price-year", "2024", "--index", "2021=100,2024=110")
    assert call("convert", instance_dir, target, *prices, "--currency", "EUR").code == 0
    found = read_instance(target)
    assert found.projects[0].options[0].overnight_cost == pytest.approx(11.0)
    assert found.inflows[0].value == pytest.approx(5.0)  # a nominal budget stays
    assert found.settings.currency == "EUR"
    assert call("convert", instance_dir, target, "--price-year", "2024").code == 2
    assert call("convert", instance_dir, target, "--index", "words").code == 2
    assert call("convert", instance_dir, target, "--exchange", "0").code == 2
    # Without any of these options nothing is touched.
    plain = call("convert", instance_dir, tmp_path / "plain.json", "--json").data
    again = call("convert", tmp_path / "plain.json", tmp_path / "again", "--json").data
    assert plain["instance_hash"] == again["instance_hash"]
    assert read_instance(tmp_path / "plain.json").settings.sources == ()
