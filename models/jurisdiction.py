"""Who pays: jurisdictions, their revenues, opening debt, ceilings and quotas."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from infraplan.models.base import DomainModel, described
from infraplan.models.catalogue import listed, phrase
from infraplan.models.quantities import Identifier, NonNegative, Quality, SignedMoney, Year


class Jurisdiction(DomainModel):
    """A government or body with a budget and a debt line of its own.

    A jurisdiction with neither funds nor instruments pays outside the plan: its share of a
    project is spent but no source is asked for.
    """

    id: Identifier = described("jurisdiction id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    parent: Identifier | None = described(
        "id of the jurisdiction above it", None, refers_to="jurisdictions"
    )
    population: NonNegative | None = described("residents", None, unit="persons")
    rule_sets: tuple[str, ...] = described(
        "named debt rule sets in force here, e.g. china; see `infraplan rules`",
        (),
        refers_to="built-in",
    )
    extent: tuple[float, ...] = described(
        "simplified outline: longitude;latitude pairs in order, WGS 84; blank takes the hull of "
        "its places",
        (),
        unit="degrees",
    )
    source: str = described("document and section", "")


LISTINGS = frozenset({"high_debt_province"})
"""Items that are 1 or 0 and no money: whether a jurisdiction stands on a list in a year."""


class FiscalItem(DomainModel):
    """One revenue or expenditure figure of a jurisdiction in a year, nominal.

    A year without a row takes the last year given, grown by `finance.tail_growth`.
    """

    row_key: ClassVar[tuple[str, ...]] = ("jurisdiction", "item", "year")

    jurisdiction: Identifier = described("jurisdiction id", refers_to="jurisdictions")
    item: Identifier = described(
        "figure, e.g. general_revenue, transfers, fund_revenue, general_expenditure, "
        "fund_expenditure, comprehensive_capacity, current_revenue, hidden_debt"
    )
    year: Year = described("year", unit="year")
    value: SignedMoney = described("figure of the year", unit="nominal money")
    quality: Quality = described("how the figure is known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


DEBT_FIGURES = ("opening_balance", "principal_due", "interest_due", "ceiling", "new_quota")
"""Columns of a debt row that hold figures."""


class DebtPosition(DomainModel):
    """One year of a jurisdiction's debt pool as it stands without the plan.

    The row of the year before the plan carries the opening balance; rows of later years carry
    the repayment and interest of that old debt, the ceiling and the new-issue quota. A blank
    ceiling or quota means no such limit; the last ceiling given holds in the years after it.
    """

    row_key: ClassVar[tuple[str, ...]] = ("jurisdiction", "pool", "year")

    jurisdiction: Identifier = described("jurisdiction id", refers_to="jurisdictions")
    pool: Identifier = described("debt pool, e.g. general or special", refers_to="pools")
    year: Year = described("year", unit="year")
    opening_balance: NonNegative | None = described(
        "balance of old debt at the start of this year; given once, for the plan's first year",
        None,
        unit="nominal money",
    )
    principal_due: NonNegative = described(
        "old principal due in the year", 0.0, unit="nominal money"
    )
    interest_due: NonNegative = described("old interest due in the year", 0.0, unit="nominal money")
    ceiling: NonNegative | None = described(
        "balance ceiling at the year's end", None, unit="nominal money"
    )
    new_quota: NonNegative | None = described(
        "most new debt to be issued in the year, refinancing apart that does not use it",
        None,
        unit="nominal money",
    )
    quality: Quality = described(
        "how the figures are known that `qualities` does not name", Quality.ASSUMPTION
    )
    qualities: dict[str, Quality] = described(
        "how single figures are known where they differ, e.g. ceiling=stated;new_quota=stated", {}
    )
    source: str = described("document and section", "")

    @model_validator(mode="after")
    def _qualities_are_of_figures(self) -> DebtPosition:
        unknown = sorted(set(self.qualities) - set(DEBT_FIGURES))
        if unknown:
            message = phrase(
                "qualities-of-no-figure", names=listed(unknown), known=listed(DEBT_FIGURES)
            )
            raise ValueError(message)
        return self

    def quality_of(self, figure: str) -> Quality:
        """How the figure in column `figure` is known."""
        return self.qualities.get(figure, self.quality)
