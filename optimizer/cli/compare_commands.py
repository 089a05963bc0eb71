"""`infraplan compare`: what differs between runs, and why."""

from __future__ import annotations

from pathlib import Path
from string import ascii_uppercase
from typing import Annotated, Any

import typer

from optimizer.analysis.comparison import ComparedRun, Comparison, Judgement, compare_runs
from optimizer.cli.output import Language, Output, reporting
from optimizer.cli.parameters import Json, Lang
from optimizer.report.comparison_tables import comparison_tables
from optimizer.report.terminal import print_table
from optimizer.storage.run_folder import read_run

FEWEST, MOST = 2, 8
"""Runs that can be compared at once."""


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Run folders; the first is the reference.")],
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Compare runs: questions, projects, phases, money, debt, targets, service, and why."""
    output = Output(as_json, lang.value)
    if not FEWEST <= len(runs) <= MOST:
        raise typer.BadParameter(f"give {FEWEST} to {MOST} runs", param_hint="RUNS")
    with reporting(output):
        found = compare_runs([_read(path, ascii_uppercase[at]) for at, path in enumerate(runs)])
        output.emit(_data(found))
        if as_json:
            return
        for table in comparison_tables(found):
            print_table(output.console, table, lang=output.lang)
        if found.same_question:
            output.say("All runs answer the same question.", "各方案的输入相同。")
        for run in found.runs:
            _say_conflicts(output, run)
        for judgement in found.judgements:
            _say_judgement(output, judgement)


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
        output.say(
            f"{run.label} has no plan: {conflict['text_en']}",
            f"{run.label}无可行方案:{conflict['text_zh']}",
        )


def _say_judgement(output: Output, row: Judgement) -> None:
    if row.num_broken:
        english = f"breaks {row.num_broken} law(s) there, first: {row.broken[0]}"
        chinese = f"违反{row.num_broken}处约束,首先是:{row.broken[0]}"
    else:
        english, chinese = "keeps all laws there", "满足全部约束"
    worth = "-" if row.objective is None else f"{row.objective:,.2f}"
    output.say(
        f"Plan {row.plan} under the question of {row.question}: worth {worth}; {english}.",
        f"方案{row.plan}放到{row.question}的算例中:价值{worth};{chinese}。",
    )


def _data(found: Comparison) -> dict[str, Any]:
    """The whole comparison as JSON; money in each run's own unit."""
    return {
        "runs": [
            {
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
            for run in found.runs
        ],
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
                "objective": row.objective,
                "num_broken": row.num_broken,
                "broken": list(row.broken),
            }
            for row in found.judgements
        ],
    }
