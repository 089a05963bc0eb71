"""Named public money: bonds and grants whose terms a government sets, each with source and dates.

A row of `instruments` or `funds` that names one in its column `preset` takes from it what its own
cells leave blank: what it may pay for, whether it refinances, counts against a quota, from and to
which year it exists. Amounts, tenor and rate are the row's own: they differ by place and issue.

What is known only from secondary sources or memory is `verified=False`.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from infraplan.models.catalogue import listed, phrase
from infraplan.models.horizon import Title


@dataclass(frozen=True)
class MoneyPreset:
    """Terms of a named instrument (table `instruments`) or grant (table `funds`)."""

    table: str
    title: Title
    who_repays: Title
    terms: Mapping[str, Any]
    """Values by column of the table, used where the row's own cell is blank."""
    source: str
    dated: str
    first_year: int | None = None
    last_year: int | None = None
    """Years in which it may be issued, or comes in."""
    tenors: tuple[int, ...] = ()
    """Usual tenors, years; the row states its own."""
    rates: tuple[float, ...] = ()
    """Usual interest, low, middle, high; the row states its own."""
    verified: bool = field(default=False)

    def filled(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return `data` with the terms in fields that it leaves out or blank."""
        given = {key: value for key, value in data.items() if value not in (None, "", ())}
        return {**data, **{key: value for key, value in self.terms.items() if key not in given}}


_REFINANCING = {"refinancing": True, "uses_quota": False}
_BORROWER = Title(
    en="the borrower, from the budget of the pool",
    zh="借款政府，由该类债务对应的预算偿还",
)
_CENTRE = Title(
    en="the central government; nothing is owed here", zh="中央财政偿还，地方不形成债务"
)
_SWAP_SOURCE = (
    "Standing Committee of the National People's Congress, press briefing of 8 November 2024: "
)
_CENTRAL_BUDGET = {
    "kind": "grant",
    "lapse_years": 2,
    "subsectors": (),
}


def _central_budget(region: Title, share: float) -> MoneyPreset:
    return MoneyPreset(
        table="funds",
        title=Title(
            en=f"Central budget investment, {region.en}: grant or capital injection of at most "
            f"{share:.0%} of what its jurisdiction pays for a project in a year",
            zh=f"中央预算内投资（{region.zh}）：投资补助或资本金注入，"
            f"不超过本地区当年对项目支付额的{share:.0%}",
        ),
        who_repays=Title(en="nobody: it is a grant and counts as capital", zh="无偿，计入资本金"),
        terms={**_CENTRAL_BUDGET, "max_share": share},
        source="National Development and Reform Commission, special measures by field: ceilings "
        "of 30, 45 and 60 % by region are those of sewage and waste works (2021) from memory; "
        "other fields have their own (grain stores 30-50 %, grain counties' services 80 %: seen)",
        dated="2021-05-09",
    )


MONEY_PRESETS: Mapping[str, MoneyPreset] = MappingProxyType(
    {
        "cn-ultra-long-treasury": MoneyPreset(
            table="funds",
            title=Title(
                en="Ultra-long special treasury bonds, passed on as a transfer for national "
                "strategies and security works",
                zh="超长期特别国债（“两重”项目，转移支付安排给地方）",
            ),
            who_repays=_CENTRE,
            terms={
                "kind": "transfer",
                "sectors": ("transport", "water", "energy", "rural", "environment", "municipal"),
                "lapse_years": 2,
            },
            first_year=2024,
            source="Government work report of 5 March 2024 (1 trillion, to be repeated for several "
            "years); 700 billion for works: railways, roads and airports along the Yangtze, "
            "farmland, forest belts (NDRC, 7 December 2024; also underground pipes and water "
            "transfer, from memory). That the centre repays what is passed on: secondary",
            dated="2024-03-05",
        ),
        "cn-ultra-long-onlent": MoneyPreset(
            table="instruments",
            title=Title(
                en="Ultra-long special treasury bonds, on-lent to the local government",
                zh="超长期特别国债（转贷地方使用部分）",
            ),
            who_repays=_BORROWER,
            terms={"uses_quota": False, "as_capital": 1.0},
            first_year=2024,
            tenors=(20, 30, 50),
            rates=(0.0219, 0.0238, 0.0257),
            source="tenors and rates as issued in 2024; that a part is on-lent and repaid locally, "
            "and that it counts as capital, from memory",
            dated="2024-11-20",
        ),
        "cn-central-budget-east": _central_budget(Title(en="east", zh="东部"), 0.30),
        "cn-central-budget-central": _central_budget(Title(en="central", zh="中部"), 0.45),
        "cn-central-budget-west": _central_budget(Title(en="west", zh="西部"), 0.60),
        "cn-refinancing": MoneyPreset(
            table="instruments",
            title=Title(
                en="Refinancing bond: repays principal that falls due, never interest",
                zh="再融资债券：只用于偿还到期债券本金，不得付息",
            ),
            who_repays=_BORROWER,
            terms={**_REFINANCING, "refinancing_share": 0.9},
            first_year=2018,
            tenors=(5, 7, 10, 15, 20, 30),
            rates=(0.0175, 0.0195, 0.0206),
            source="Ministry of Finance, refinancing bonds shown apart since 2018; share of 90 % "
            "(general) from memory, rates of Chongqing's issue of 22 July 2025",
            dated="2018-05-04",
        ),
        "cn-hidden-debt-swap": MoneyPreset(
            table="instruments",
            title=Title(
                en="Special refinancing bond that replaces hidden debt: 6 trillion of special-debt "
                "ceiling, 2 trillion a year",
                zh="置换隐性债务的再融资专项债券（限额6万亿元，2024—2026年每年2万亿元）",
            ),
            who_repays=_BORROWER,
            terms={**_REFINANCING, "refinancing_share": 1.0},
            first_year=2024,
            last_year=2026,
            tenors=(10, 15, 20, 30),
            rates=(0.018, 0.021, 0.025),
            source=f"{_SWAP_SOURCE}ceiling of special debt up by 6 trillion, used in three years, "
            "2 trillion each; rates assumed",
            dated="2024-11-08",
            verified=True,
        ),
        "cn-hidden-debt-special": MoneyPreset(
            table="instruments",
            title=Title(
                en="New special bonds set aside to repay hidden debt: 0.8 trillion a year",
                zh="新增专项债券安排用于化债（2024—2028年每年8000亿元）",
            ),
            who_repays=_BORROWER,
            terms={"refinancing": True, "refinancing_share": 1.0, "uses_quota": True},
            first_year=2024,
            last_year=2028,
            tenors=(10, 15, 20, 30),
            rates=(0.018, 0.021, 0.025),
            source=f"{_SWAP_SOURCE}0.8 trillion of each year's new special bonds in five years "
            "from 2024, 4 trillion in all; rates assumed",
            dated="2024-11-08",
            verified=True,
        ),
    }
)


def take_preset(data: Any, table: str) -> Any:
    """Fill blank fields of a row with the terms of the preset that it names.

    Raises
    ------
    ValueError
        If there is no preset of that name for the table, or a year of the row lies outside the
        years in which it exists.
    """
    name = data.get("preset") if isinstance(data, dict) else None
    if not isinstance(name, str) or not name.strip():
        return data
    preset = MONEY_PRESETS.get(name.strip())
    if preset is None or preset.table != table:
        known = listed(key for key, found in MONEY_PRESETS.items() if found.table == table)
        raise ValueError(phrase("there-is-no-preset", name=name, known=known))
    filled = preset.filled(data)
    if table == "instruments":
        filled = _within_years(filled, preset, name)
    return filled


def _within_years(data: dict[str, Any], preset: MoneyPreset, name: str) -> dict[str, Any]:
    """Return `data` with its years of issue, which may be narrower than the preset's, not wider."""
    for key, limit, outside in (
        ("first_year", preset.first_year, operator.lt),
        ("last_year", preset.last_year, operator.gt),
    ):
        if limit is None:
            continue
        given = data.get(key)
        if given in (None, ""):
            data = {**data, key: limit}
        elif isinstance(given, int) and outside(given, limit):
            message = phrase("preset-is-not-issued-then", name=name, year=given, limit=limit)
            raise ValueError(message)
    return data
