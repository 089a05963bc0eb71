"""Figures of a run at a glance: value, bound, gap, totals, and what they are stated in."""

from __future__ import annotations

from infraplan.models.catalogue import pair, phrase
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.report.frames import (
    Column,
    ReportTable,
    Run,
    asked,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.objective_words import (
    YEARS,
    bound_name,
    counts_years,
    gap_name,
    gap_part,
    objective_name,
    told_value,
)
from infraplan.optimizer.report.texts import (
    Names,
    both,
    discounting,
    source_of_bound,
    told_clock,
    told_solver,
)


def unit_of_total(run: Run, total: str) -> tuple[str, str]:
    """Unit of a total or of the objective, with the year that it is of or whose prices it is in."""
    unit = pair(*run.money)
    if total.startswith("targets_"):
        return "", ""
    if total == "objective" and counts_years(run.instance):
        return YEARS
    if total in {"objective", "investment", "investment_after_plan"}:
        year = run.instance.settings.price_year
        return phrase("unit-in-prices-of", unit=unit, year=year).both
    if total not in {"debt_peak", "debt_service_peak"}:
        return phrase("unit-of-the-year", unit=unit).both
    sums: dict[int, float] = {}
    for row in run.plan.debt_years if run.plan is not None else ():
        owed = row.balance if total == "debt_peak" else row.principal + row.interest
        sums[row.year] = sums.get(row.year, 0.0) + owed
    if not sums:
        return run.money
    year = max(sums, key=lambda one: (sums[one], -one))
    if total == "debt_peak":
        return phrase("unit-at-the-end-of", unit=unit, year=year).both
    return phrase("unit-in-a-year", unit=unit, year=year).both


def summary_table(run: Run) -> ReportTable:
    """Figures of the run: value, bound, gap, totals."""
    manifest, names = run.manifest, Names(run.instance)
    columns = (Column("item"), Column("amount"), Column("unit"))
    money = unit_of_total(run, "objective")
    rows: list[dict[str, str]] = []

    def add(
        item: str | tuple[str, str], value: tuple[str, str], unit: tuple[str, str] = ("", "")
    ) -> None:
        name = both(item) if isinstance(item, str) else item
        rows.append(text_pair("item", name) | text_pair("amount", value) | text_pair("unit", unit))

    def number(value: object, places: int = 2) -> tuple[str, str]:
        shown = f"{float(value):,.{places}f}" if isinstance(value, int | float) else "-"
        return shown, shown

    if not is_money_limited(run.instance):
        add("limit_of_money", phrase("money-is-unlimited").both)
    add("termination", both(str(manifest.get("termination", ""))))
    places = 0 if counts_years(run.instance) else 4
    objective = told_value(run.instance, manifest.get("objective"))
    bound = told_value(run.instance, manifest.get("bound"))
    add(objective_name(run.instance), number(objective, places), money)
    add(bound_name(run.instance), number(bound, places), money)
    if any(source := source_of_bound(manifest)):
        add("name_source", source)
    if any(told := told_clock(manifest.get("clock"))):
        add("clock_decided", told)
    if objective is not None and bound is not None:
        lost = objective - bound if counts_years(run.instance) else bound - objective
        part = gap_part(manifest)
        texts = (f"{lost:,.{places}f}{part}", f"{lost:,.{places}f}{part.zh}")
        add(gap_name(run.instance), texts, money)
    add("num_projects", number(asked(run), 0))
    add("num_selected", number(manifest.get("num_selected"), 0))
    for key, value in dict(manifest.get("totals") or {}).items():
        is_count = key.startswith("targets_")
        add(key, number(value, 0 if is_count else 2), unit_of_total(run, key))
    is_verified = manifest.get("verified") is True
    add("verification", both("verified" if is_verified else "not_verified"))
    if not counts_years(run.instance):
        add("discounting", discounting(run.instance))
    add("solver", told_solver(manifest))
    add("runtime_s", number(manifest.get("runtime_s"), 1))
    if scenario := str(manifest.get("scenario") or ""):
        add("scenario", names.pair(scenario))
    return ReportTable("summary", columns, frame_of(columns, rows))
