"""Doubts about terms of money that stand in the tables and count in no year of the plan."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from infraplan.models.agreement import Consent, ShareForm
from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.debt_rule import CapitalRatio, DebtRule, Quantity
from infraplan.models.errors import Severity
from infraplan.models.funding import Fund, Instrument
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import agreement_of
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.project import Mandate
from infraplan.optimizer.accounts.debt import asks_coverage, old_debt
from infraplan.optimizer.accounts.sources import may_pay, payers_of
from infraplan.optimizer.estimating.implausibility import doubt

_NAMED = 8
"""Projects that a doubt about many names at most."""


def idle_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about terms that never count; warnings, and a note."""
    yield from _never_issued(instance)
    yield from _never_in_force(instance)
    yield from _nothing_to_refinance(instance)
    yield from _nothing_that_covers(instance)
    yield from _revenue_of_nobody(instance)
    yield from _passed_over(instance)
    yield from _limits_of_fixed_shares(instance)
    yield from _compensation_for_nothing(instance)
    yield from _beyond_presets(instance)


def _never_issued(instance: Instance) -> Iterator[Inconsistency]:
    """`never-issued`: an instrument whose years, or those of its preset, miss the plan's."""
    horizon = instance.settings.horizon
    for index, row in enumerate(instance.instruments):
        is_early = row.last_year is not None and row.last_year < horizon.first_year
        is_late = row.first_year is not None and row.first_year > horizon.last_year
        if is_early or is_late:
            yield doubt(
                "never-issued",
                "instruments",
                index,
                "last_year" if is_early else "first_year",
                phrase(
                    "is-issued-in-no-year-of-the-plan",
                    id=row.id,
                    years=_span(row.first_year, row.last_year),
                    first=horizon.first_year,
                    last=horizon.last_year,
                ),
                phrase("correct-its-years-or-leave-it-out"),
            )


def _never_in_force(instance: Instance) -> Iterator[Inconsistency]:
    """`never-in-force`: a rule of the instance whose dates miss every year that it could test."""
    horizon, finance = instance.settings.horizon, instance.settings.finance
    rules: list[tuple[str, int, DebtRule | CapitalRatio]] = [
        *(("rules", number, row) for number, row in enumerate(finance.rules)),
        *(("capital_ratios", number, row) for number, row in enumerate(finance.capital_ratios)),
    ]
    for table, number, row in rules:
        over = row.valid_to is not None and row.valid_to < horizon.first_year
        # A debt rule that begins later is tested until the last loan is repaid.
        ahead = row.valid_from is not None and row.valid_from > horizon.last_year
        if over or (ahead and table == "capital_ratios"):
            yield doubt(
                "never-in-force",
                "instance",
                None,
                f"finance.{table}[{number}]",
                phrase(
                    "rule-is-in-force-in-no-year-of-the-plan",
                    id=row.id,
                    years=_span(row.valid_from, row.valid_to),
                    first=horizon.first_year,
                    last=horizon.last_year,
                ),
                phrase("correct-its-years-or-leave-it-out"),
            )


def _nothing_to_refinance(instance: Instance) -> Iterator[Inconsistency]:
    """`refinancing-idle`: a refinancing bond of a pool in which nothing falls due in the plan."""
    years = np.array(tuple(instance.settings.horizon.years))
    for index, row in enumerate(instance.instruments):
        if not row.refinancing:
            continue
        old = old_debt(instance, row.jurisdiction, row.pool, years, Quantity.PRINCIPAL)
        # What a loan repays by degrees may fall due at once; a bullet only within its tenor.
        falls_due = old.any() or any(
            other.pool == row.pool
            and not other.refinancing
            and (other.tenor < len(years) or other.kernel != "bullet")
            for other in instance.instruments_by_payer.get(row.jurisdiction, ())
        )
        if not falls_due:
            yield doubt(
                "refinancing-idle",
                "instruments",
                index,
                "refinancing",
                phrase("nothing-of-the-pool-falls-due", id=row.id, pool=row.pool),
                phrase("give-principal-due-of-the-pool", pool=row.pool),
            )


def _nothing_that_covers(instance: Instance) -> Iterator[Inconsistency]:
    """`coverage-idle`: a bond that asks coverage, and no project that it may pay for earns."""
    for index, row in enumerate(instance.instruments):
        if row.coverage is None or row.refinancing:
            continue
        mine = [
            project
            for project in instance.projects
            if may_pay(row, project) and row.jurisdiction in payers_of(instance, project)
        ]
        earns = any(option.revenue > 0.0 for project in mine for option in project.options)
        if mine and not earns:
            yield doubt(
                "coverage-idle",
                "instruments",
                index,
                "coverage",
                phrase("asks-coverage-and-nothing-earns", id=row.id, coverage=row.coverage),
                phrase("give-revenue-or-leave-coverage-blank"),
            )


def _revenue_of_nobody(instance: Instance) -> Iterator[Inconsistency]:
    """`revenue-idle`: revenue that covers no debt and reaches no fund, told once for all projects.

    Whose payers have no money stated may have the revenue as well: that is outside of the plan.
    """
    funded = frozenset(instance.funded)
    received = {row.project for row in instance.receipts}
    covering = [row for row in instance.instruments if _looks_at_revenue(row)]
    found = [
        (index, project.id)
        for index, project in enumerate(instance.projects)
        if any(option.revenue > 0.0 for option in project.options)
        and project.id not in received
        and funded.issuperset(payers_of(instance, project))
        and project.mandatory is not Mandate.MUST_NOT
        and not any(
            row.jurisdiction in payers_of(instance, project) and may_pay(row, project)
            for row in covering
        )
    ]
    if found:
        names: list[Phrase | str] = [name for _, name in found[:_NAMED]]
        if len(found) > _NAMED:
            names.append(phrase("and-so-many-more-projects", count=len(found) - _NAMED))
        # What an operator keeps is often left so: nothing is wrong with the plan, a note does.
        yield Inconsistency(
            "revenue-idle",
            "projects",
            found[0][0],
            "revenue",
            phrase("revenue-of-projects-reaches-nobody", names=listed(names)),
            phrase("give-receipts-or-a-bond-with-coverage"),
            Severity.NOTE,
        )


def _looks_at_revenue(row: Instrument) -> bool:
    """Whether what an instrument lends is held against the revenue of what it pays for."""
    return not row.refinancing and asks_coverage(row)


def _passed_over(instance: Instance) -> Iterator[Inconsistency]:
    """`term-idle`: a term of a source that another of its terms makes void."""
    paid_into = {row.fund for row in instance.receipts if row.value > 0.0}
    for index, fund in enumerate(instance.funds):
        for field, why in _void_terms(fund, fund.id in paid_into):
            text = phrase("term-counts-for-nothing", id=fund.id, field=field, why=phrase(why))
            advice = phrase("correct-one-of-the-two")
            yield doubt("term-idle", "funds", index, field, text, advice)
    for index, row in enumerate(instance.instruments):
        is_stated = "refinancing_share" in row.model_fields_set and row.refinancing_share < 1.0
        if is_stated and not row.refinancing:
            why = phrase("it-refinances-nothing")
            text = phrase("term-counts-for-nothing", id=row.id, field="refinancing_share", why=why)
            advice = phrase("correct-one-of-the-two")
            yield doubt("term-idle", "instruments", index, "refinancing_share", text, advice)


def _void_terms(fund: Fund, has_receipts: bool) -> Iterator[tuple[str, str]]:
    if fund.reinvest > 0.0 and not has_receipts:
        yield "reinvest", "no-project-pays-into-it"


def _limits_of_fixed_shares(instance: Instance) -> Iterator[Inconsistency]:
    """`share-limits-idle`: least and largest shares of a project whose shares are fixed."""
    for index, row in enumerate(instance.shares):
        project = instance.project_by_id[row.project]
        limited = row.min_share > 0.0 or row.max_share < 1.0
        if limited and agreement_of(instance, project).shares is ShareForm.FIXED:
            yield doubt(
                "share-limits-idle",
                "shares",
                index,
                "min_share" if row.min_share > 0.0 else "max_share",
                phrase("shares-are-fixed-and-limits-stated", id=row.project),
                phrase("choose-shares-in-agreements"),
            )


def _compensation_for_nothing(instance: Instance) -> Iterator[Inconsistency]:
    """`compensation-idle`: partners may compensate one another, and nobody's consent is asked."""
    for index, row in enumerate(instance.agreements):
        if row.compensation and row.consent is Consent.NONE:
            yield doubt(
                "compensation-idle",
                "agreements",
                index,
                "compensation",
                phrase("compensation-without-consent", id=row.project),
                phrase("ask-for-consent-or-no-compensation"),
            )


def _beyond_presets(instance: Instance) -> Iterator[Inconsistency]:
    """`beyond-preset`: a share above the largest that the named grant or bond allows."""
    tables: tuple[tuple[str, tuple[Fund | Instrument, ...]], ...] = (
        ("funds", instance.funds),
        ("instruments", instance.instruments),
    )
    for table, rows in tables:
        for index, row in enumerate(rows):
            preset = MONEY_PRESETS.get(row.preset)
            for field in ("max_share", "refinancing_share") if preset is not None else ():
                most = preset.terms.get(field) if preset is not None else None
                if isinstance(most, float) and getattr(row, field) > most + 1e-9:
                    yield doubt(
                        "beyond-preset",
                        table,
                        index,
                        field,
                        phrase(
                            "is-above-what-its-preset-allows",
                            id=row.id,
                            field=field,
                            stated=f"{getattr(row, field):.0%}",
                            preset=row.preset,
                            most=f"{most:.0%}",
                        ),
                        phrase("leave-it-blank-or-clear-the-preset"),
                    )


def _span(first: int | None, last: int | None) -> Phrase:
    if first is None:
        return phrase("years-until", last=last)
    return (
        phrase("years-on", first=first)
        if last is None
        else phrase("years-to", first=first, last=last)
    )
