"""`infraplan stress`: a finished plan's accounts under worse money."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.stress import StressOutcome, standard_cases, stress_plan
from infraplan.optimizer.analysis.stress_case import unmoved_items
from infraplan.optimizer.analysis.stress_ppp import Concession, largest_concession
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang, RunPath, require_plan
from infraplan.optimizer.report.frames import ReportTable
from infraplan.optimizer.report.stress_tables import (
    breaches_table,
    shortfalls_table,
    stress_room_table,
    stress_table,
)
from infraplan.optimizer.report.terminal import print_by_year, print_table
from infraplan.optimizer.report.texts import Names, both
from infraplan.optimizer.storage.run_reading import read_run

CASES = tuple(case.name for case in standard_cases(ppp=True))


def stress(
    run: RunPath,
    revenue: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of own revenue that is lost.")
    ] = 0.3,
    land: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of land revenue that is lost.")
    ] = 0.5,
    rate: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Added to the rates of new debt; 0.02 is 2 points."),
    ] = 0.02,
    case: Annotated[
        str, typer.Option(help="Case whose details are shown: " + ", ".join(CASES) + ".")
    ] = "all",
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Test a finished plan: less revenue, less land money, dearer debt, and all together."""
    output = Output(as_json, lang.value)
    if case not in CASES:
        raise output.refuse(phrase("known-cases", cases=listed(CASES)), "--case")
    with reporting(output):
        files = read_run(run)
        plan = require_plan(files)
        called = largest_concession(files.instance, plan)
        cases = standard_cases(revenue, land, rate, ppp=called is not None)
        outcomes = stress_plan(files.instance, plan, cases)
        unmoved = unmoved_items(files.instance)
        output.emit(
            {
                "run_dir": str(run),
                "money_unit": files.instance.settings.money_unit,
                "decided_anew": False,
                "items_unmoved": list(unmoved),
                "ppp": None if called is None else asdict(called),
                "cases": [_data(outcome) for outcome in outcomes],
            }
        )
        if not as_json:
            _print(output, files.instance, outcomes, case, called)
            _say_unmoved(output, unmoved)


def _print(
    output: Output,
    instance: Instance,
    outcomes: tuple[StressOutcome, ...],
    case: str,
    called: Concession | None,
) -> None:
    console, lang = output.console, output.lang
    print_table(console, stress_table(instance, outcomes), lang=lang)
    console.print(both(f"stress_{case}")[1 if lang == "zh" else 0], style="bold", markup=False)
    shown = [outcome for outcome in outcomes if outcome.case.name == case]
    for build, show in (
        (breaches_table, print_table),
        (shortfalls_table, print_by_year),
        (stress_room_table, print_table),
    ):
        table = build(instance, shown)
        if not table.frame.empty:
            show(console, _without_case(table, len(instance.jurisdiction_ids)), lang=lang)
    output.say(
        phrase("only-the-accounts-are-computed-again-the-plan"),
    )
    if called is None:
        output.say(
            phrase("no-concession-pays-for-works-in-this-run-none"),
        )
        return
    names = Names(instance)
    output.say(
        phrase(
            "concession-called",
            contract=pair(*names.pair(called.instrument)),
            project=pair(*names.pair(called.project)),
            amount=called.amount,
        )
    )


def _say_unmoved(output: Output, unmoved: tuple[str, ...]) -> None:
    if unmoved:
        output.say(phrase("fiscal-items-unmoved", items=listed(unmoved)))


def _without_case(table: ReportTable, jurisdictions: int) -> ReportTable:
    """The table without the column of the case, and that of the payer where there is only one."""
    hidden = {"stress_case"} | ({"payer"} if jurisdictions == 1 else set())
    return replace(table, columns=tuple(c for c in table.columns if c.key not in hidden))


def _data(outcome: StressOutcome) -> dict[str, Any]:
    """One jurisdiction in one case as JSON; money in the instance's unit."""
    ratio = outcome.debt_ratio
    return {
        "case": outcome.case.name,
        "revenue": -outcome.case.revenue,
        "land": -outcome.case.land,
        "rate": outcome.case.rate,
        "ppp": outcome.case.ppp,
        "jurisdiction": outcome.jurisdiction,
        "holds": outcome.holds,
        "first_breach_year": outcome.breaches[0].year if outcome.breaches else None,
        "first_breach_rule": outcome.breaches[0].rule if outcome.breaches else None,
        "breaches": [asdict(breach) for breach in outcome.breaches],
        "shortfall": outcome.shortfall,
        "shortfalls": [asdict(row) for row in outcome.shortfalls],
        "rules": [asdict(room) for room in outcome.rooms],
        "debt_ratio": None if ratio is None else ratio.peak_ratio,
        "debt_ratio_year": None if ratio is None else ratio.peak_year,
        "debt_band": "" if ratio is None else ratio.worst_band,
        "least_cash": outcome.least_cash,
        "least_cash_year": outcome.least_cash_year,
        "peak_service": outcome.peak_service,
        "peak_service_year": outcome.peak_service_year,
        "peak_service_share": outcome.peak_service_share,
    }
