"""Named bonds and grants: where each binds, is slack, and is outside its years.

Rules: `issue_years`, `annual_limit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.funding import Fund, FundKind, Instrument
from infraplan.models.instance import Instance
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.optimizer.storage import read_instance, write_instance
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
)
from tests.optimizer.engine import best


def hidden(
    preset: str, due: int, *, limit: float = 20.0, interest: float = 0.0, **values: Any
) -> Instance:
    """Hidden debt of 10 due in a year, cash of 10, and a project of 10 that wants the same cash."""
    return make_instance(
        [make_project("p", 10.0, 9.0, earliest_start=2029, latest_start=2029)],
        years=(2022, 2031),
        pools=[make_pool("hidden", region="budget")],
        funds=[make_fund(opening_balance=10.0)],
        debt=[
            make_debt(2022, pool="hidden", opening_balance=10.0),
            make_debt(due, pool="hidden", principal_due=10.0, interest_due=interest),
        ],
        inflows=make_inflows("budget", 2040, 100.0),
        instruments=[
            make_bond("swap", tenor=18, pool="hidden", preset=preset, annual_limit=limit, **values)
        ],
    )


@pytest.mark.parametrize(
    ("preset", "years"),
    [
        ("cn-hidden-debt-swap", range(2024, 2027)),
        ("cn-hidden-debt-special", range(2024, 2029)),
        ("cn-refinancing", range(2023, 2030)),
    ],
)
def test_a_refinancing_preset_repays_principal_in_its_years_alone(
    preset: str, years: range
) -> None:
    """What it takes over leaves the cash for the project; outside its years the cash repays."""
    share = {"refinancing_share": 1.0} if preset == "cn-refinancing" else {}
    for due in range(2023, 2030):
        found = best(hidden(preset, due, **share))
        assert found.plan is not None
        assert bool(found.starts) is (due in years), due
        assert not verify_plan(hidden(preset, due, **share), found.plan).violations


def test_the_limit_of_a_year_binds_and_is_slack() -> None:
    assert best(hidden("cn-hidden-debt-swap", 2025, limit=10.0)).starts
    assert not best(hidden("cn-hidden-debt-swap", 2025, limit=9.9)).starts


def test_a_refinancing_bond_pays_no_interest() -> None:
    assert best(hidden("cn-hidden-debt-swap", 2025)).starts
    assert not best(hidden("cn-hidden-debt-swap", 2025, interest=0.1)).starts
    # Of the principal nine tenths, where the row does not say otherwise.
    assert not best(hidden("cn-refinancing", 2025)).starts


def granted(preset: str, own: float, year: int = 2024, sector: str = "transport") -> Instance:
    """A project of 10, a grant of plenty in a year, and some money of one's own."""
    return make_instance(
        [make_project("p", 10.0, 9.0, sector=sector)],
        years=(2023, 2026),
        funds=[make_fund(opening_balance=own), make_fund("grant", preset=preset)],
        inflows=make_inflows("grant", year, 50.0),
    )


@pytest.mark.parametrize(("region", "share"), [("east", 0.30), ("central", 0.45), ("west", 0.60)])
def test_a_central_grant_bears_its_share_by_region(region: str, share: float) -> None:
    own = 10.0 * (1.0 - share)
    assert best(granted(f"cn-central-budget-{region}", own)).starts
    assert not best(granted(f"cn-central-budget-{region}", own - 0.1)).starts


def test_ultra_long_money_is_for_its_uses_and_from_2024_on() -> None:
    found = best(granted("cn-ultra-long-treasury", 0.0))
    assert found.starts == {"p": 2024}
    assert found.plan is not None
    assert not found.plan.debt_years  # the centre repays
    assert not best(granted("cn-ultra-long-treasury", 0.0, sector="tourism")).starts
    with pytest.raises(InconsistentInstanceError, match="2023"):
        granted("cn-ultra-long-treasury", 0.0, year=2023)


def test_the_part_that_is_on_lent_is_the_borrowers_debt_and_counts_as_capital() -> None:
    def instance(**values: Any) -> Instance:
        return make_instance(
            [make_project("p", 10.0, 9.0)],
            years=(2023, 2026),
            instruments=[make_bond(tenor=30, rate=0.0238, **values)],
            settings={"capital_ratios": CAPITAL_RATIO_SETS["china"]},
        )

    found = best(instance(preset="cn-ultra-long-onlent"))
    assert found.starts == {"p": 2024}
    assert found.plan is not None
    assert max(row.balance for row in found.plan.debt_years) == pytest.approx(10.0)
    assert not best(instance()).starts  # a plain bond is no capital


def test_cells_that_are_filled_in_win_and_years_may_only_be_narrower() -> None:
    row = make_bond(preset="cn-hidden-debt-swap", refinancing_share=0.5, last_year=2025)
    assert (row.refinancing, row.refinancing_share, row.uses_quota) == (True, 0.5, False)
    assert (row.first_year, row.last_year) == (2024, 2025)
    fund = make_fund(preset="cn-central-budget-west", max_share=0.2)
    assert (fund.kind, fund.max_share, fund.lapse_years) == (FundKind.GRANT, 0.2, 2)
    with pytest.raises(ValueError, match="2027"):
        make_bond(preset="cn-hidden-debt-swap", last_year=2027)
    with pytest.raises(ValueError, match="2023"):
        make_bond(preset="cn-hidden-debt-swap", first_year=2023)
    with pytest.raises(ValueError, match="no preset"):
        make_bond(preset="cn-central-budget-west")
    with pytest.raises(ValueError, match="no preset"):
        make_fund(preset="cn-refinancing")


def test_every_preset_says_what_it_is_and_fits_its_table() -> None:
    for name, preset in MONEY_PRESETS.items():
        model = {"funds": Fund, "instruments": Instrument}[preset.table]
        assert set(preset.terms) <= set(model.model_fields), name
        for words in (preset.title, preset.who_repays):
            assert words.en
            assert words.zh
        assert preset.source
        assert preset.dated
        make = make_bond if preset.table == "instruments" else make_fund
        row = make(preset=name)
        assert model.model_validate(row.model_dump()) == row


def test_a_row_of_a_file_takes_the_terms(tmp_path: Path) -> None:
    instance = granted("cn-central-budget-west", 5.0)
    write_instance(instance, tmp_path / "i")
    path = tmp_path / "i" / "funds.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    heads = lines[0].split(",")
    cells = lines[2].split(",")
    for name in ("kind", "max_share", "lapse_years"):
        cells[heads.index(name)] = ""
    path.write_text("\n".join([*lines[:2], ",".join(cells)]), "utf-8")
    assert read_instance(tmp_path / "i") == instance


def quota_and_hidden_debt(**values: Any) -> Instance:
    """Principal of 6 due in 2026, a project of 10 that only bonds pay, and a quota of 10."""
    return make_instance(
        [make_project("p", 10.0, 90.0, latest_start=2026)],
        years=(2026, 2027),
        pools=[make_pool("special", region="budget")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2026, 6.0, 0.0, *[50.0] * 12),
        debt=[
            make_debt(2026, pool="special", opening_balance=6.0, principal_due=6.0, new_quota=10.0)
        ],
        instruments=[
            make_bond("new", tenor=10, pool="special"),
            make_bond("again", tenor=10, pool="special", **values),
        ],
    )


def issued_in_2026(instance: Instance) -> float:
    found = best(instance)
    assert found.plan is not None
    assert not verify_plan(instance, found.plan).violations
    return sum(row.amount for row in found.plan.issues if row.year == 2026)


def test_new_bonds_set_aside_for_hidden_debt_come_out_of_the_quota() -> None:
    """The cash of 6 repays and the bond of 10 builds; both on bonds would pass the quota."""
    poor = (*make_inflows("budget", 2026, 2.0), *make_inflows("budget", 2027, *[50.0] * 12))
    for preset, built in (("cn-hidden-debt-special", False), ("cn-hidden-debt-swap", True)):
        rich = quota_and_hidden_debt(preset=preset)
        assert best(rich).starts == {"p": 2026}
        assert issued_in_2026(rich) <= 10.0 + 1e-6 or preset == "cn-hidden-debt-swap"
        short = rich.model_copy(update={"inflows": poor})
        assert bool(best(short).starts) is built, preset


def test_a_refinancing_row_uses_the_quota_only_where_it_says_so() -> None:
    poor = (*make_inflows("budget", 2026, 2.0), *make_inflows("budget", 2027, *[50.0] * 12))
    for values, built in (({}, True), ({"uses_quota": False}, True), ({"uses_quota": True}, False)):
        instance = quota_and_hidden_debt(refinancing=True, **values)
        instance = instance.model_copy(update={"inflows": poor})
        assert bool(best(instance).starts) is built, values
    plan = best(instance.model_copy(update={"debt": ()})).plan
    free = quota_and_hidden_debt(refinancing=True)
    free = free.model_copy(update={"inflows": poor})
    over = best(free).plan
    assert plan is not None
    assert over is not None
    broken = {row.law for row in verify_plan(instance, over).violations}
    assert "quota" in broken
