"""`infraplan compare`: what differs between runs, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import joined, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.comparison import (
    ComparedRun,
    Comparison,
    Judgement,
    compare_runs,
    judge,
)
from infraplan.optimizer.analysis.conflicts import stated_line
from infraplan.optimizer.cli.clock import command_times
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import LONGEST_S, Json, Lang
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.report.comparison_tables import comparison_tables
from infraplan.optimizer.report.objective_words import counts_years, told_value
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.stage_times import timing
from infraplan.optimizer.storage.run_reading import read_run, run_format

FEWEST, MOST = 2, 8
"""Runs that can be compared at once."""
MOST_REASONS = 5
"""Reasons told why a schedule is not possible under another question."""


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Run folders; the first is the reference.")],
    judged: Annotated[
        bool,
        typer.Option(
            "--judge/--no-judge",
            help="Also solve what each schedule is worth under the other question.",
        ),
    ] = True,
    time_limit: Annotated[
        float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for the whole command.")
    ] = 120.0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Compare runs: questions, projects, phases, money, debt, targets, service, and why."""
    output = Output(as_json, lang.value)
    if not FEWEST <= len(runs) <= MOST:
        raise output.refuse(phrase("give-so-many-runs", fewest=FEWEST, most=MOST), "RUNS")
    with reporting(output), timing(command_times()) as times:
        deadline = Deadline(times.begin.clock_s, time_limit)
        found = compare_runs([_read(path, ascii_uppercase[at]) for at, path in enumerate(runs)])
        options = SolveOptions(gap=1e-4, time_limit_s=time_limit)
        judgements = judge(found.runs, options, deadline) if judged else ()
        output.emit(_data(found, judgements))
        if as_json:
            return
        for table in comparison_tables(found):
            print_table(output.console, table, lang=output.lang)
        if found.same_question:
            output.say(phrase("all-runs-answer-the-same-question"))
        formats = sorted({run_format(run.manifest) for run in found.runs})
        if len(formats) > 1 and 1 in formats:  # the laws changed with version 2
            told = ", ".join(str(version) for version in formats)
            output.say(phrase("runs-were-written-under-laws-of-different-versions", versions=told))
        for run in found.runs:
            _say_conflicts(output, run)
        asked = {run.label: run.instance for run in found.runs}
        for judgement in judgements:
            _say_judgement(output, judgement, asked[judgement.question])


def _read(path: Path, label: str) -> ComparedRun:
    files = read_run(path)
    return ComparedRun(
        label=label,
        folder=str(path),
        instance=files.instance,
        plan=files.plan,
        manifest=files.manifest,
        rejections=files.tables.rejected,
    )


def _say_conflicts(output: Output, run: ComparedRun) -> None:
    """Rules that cannot hold together, where there is no plan for them."""
    for conflict in run.manifest.get("conflicts") or ():
        line = stated_line(conflict)
        output.say(phrase("run-has-no-plan", label=run.label, conflict=line))


def _say_judgement(output: Output, row: Judgement, question: Instance) -> None:
    """What the schedule is worth under the other question, in that question's own terms."""
    held = row.held
    found = phrase("no-answer-within-the-time")
    if held.is_possible and counts_years(question):
        found = phrase("done-in-so-many-years", years=told_value(question, held.objective))
    elif held.is_possible:
        unit = pair(*unit_pair(question))
        found = phrase("worth-so-much", objective=held.objective, unit=unit)
    elif held.is_possible is False:
        told = [pair(*reason) for reason in held.reasons[:MOST_REASONS]]
        found = phrase("not-possible", reasons=joined(*told, between="; "))
    output.say(phrase("schedule-under-question", plan=row.plan, question=row.question, found=found))


def _run_data(run: ComparedRun) -> dict[str, Any]:
    """One run of a comparison as JSON."""
    return {
        "label": run.label,
        "run_dir": run.folder,
        "has_plan": run.plan is not None,
        **{
            key: run.manifest.get(key)
            for key in (
                "instance",
                "instance_hash",
                "scenario",
                "money_unit",
                "termination",
                "objective",
                "bound",
                "gap",
                "num_selected",
                "verified",
                "totals",
            )
        },
    }


def _data(found: Comparison, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """The whole comparison as JSON; figures in the unit of the first run, runs in their own."""
    return {
        "runs": [_run_data(run) for run in found.runs],
        "same_question": found.same_question,
        "inputs": [
            {
                "run": row.label,
                "table": row.table,
                "row": row.row,
                "field": row.field,
                "before": row.before,
                "after": row.after,
            }
            for row in found.inputs
        ],
        "projects": [
            {
                "project": row.project,
                "starts": {
                    label: None if start is None else start.model_dump(mode="json")
                    for label, start in row.starts.items()
                },
                "not_a_candidate": list(row.unknown),
                "rules": row.rules,
                "losses": row.losses,
            }
            for row in found.projects
        ],
        "figures": [
            {"kind": row.kind, "subject": row.subject, "values": row.values, "differs": row.differs}
            for row in found.figures
        ],
        "judgements": [
            {
                "plan": row.plan,
                "question": row.question,
                "is_possible": row.held.is_possible,
                "objective": row.held.objective,
                "reasons": [reason[0] for reason in row.held.reasons],
            }
            for row in judgements
        ],
    }
