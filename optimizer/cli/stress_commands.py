"""`infraplan stress`: a finished plan's accounts under worse money."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from optimizer.analysis.stress import standard_cases, stress_plan
from optimizer.cli.output import Language, Output, reporting
from optimizer.cli.parameters import Json, Lang, RunPath
from optimizer.errors import NoPlanError
from optimizer.report.stress_tables import breaches_table, stress_table
from optimizer.report.terminal import print_table
from optimizer.storage.run_folder import read_run


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
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Test a finished plan: less revenue, less land money, dearer debt, and all together."""
    output = Output(as_json, lang.value)
    with reporting(output):
        files = read_run(run)
        if files.plan is None:
            message = f"the run {run} holds no plan"
            raise NoPlanError(message)
        outcomes = stress_plan(files.instance, files.plan, standard_cases(revenue, land, rate))
        output.emit(
            {
                "run_dir": str(run),
                "cases": [
                    {
                        "case": outcome.case.name,
                        "revenue": -outcome.case.revenue,
                        "land": -outcome.case.land,
                        "rate": outcome.case.rate,
                        "jurisdiction": outcome.jurisdiction,
                        "holds": outcome.holds,
                        "first_breach_year": outcome.breaches[0].year if outcome.breaches else None,
                        "breaches": [asdict(breach) for breach in outcome.breaches],
                        "least_cash": outcome.least_cash,
                        "least_cash_year": outcome.least_cash_year,
                        "peak_service": outcome.peak_service,
                        "peak_service_year": outcome.peak_service_year,
                        "peak_service_share": outcome.peak_service_share,
                    }
                    for outcome in outcomes
                ],
            }
        )
        if as_json:
            return
        print_table(output.console, stress_table(files.instance, outcomes), lang=output.lang)
        worst = [outcome for outcome in outcomes if outcome.case.name == "all"]
        found = breaches_table(files.instance, worst)
        if not found.frame.empty:
            print_table(output.console, found, lang=output.lang)
