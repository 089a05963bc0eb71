"""What survives the draws, as tables: projects, plans compared, figures worth finding out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair


def robust_projects_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a project that some draw's plan builds, the surest first."""
    names = Names(instance)
    titles = {
        phase.id: (phase.title.en or phase.id, phase.title.zh or phase.title.en or phase.id)
        for phase in instance.settings.horizon.phases
    }
    columns = (
        Column("project"),
        Column("share_of_draws", NUMBER),
        Column("robust_class"),
        Column("usual_phase"),
        Column("share_in_it", NUMBER),
    )
    made: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: -row["frequency"]):
        spread: Mapping[str, float] = row["phase_spread"]
        if not spread:
            continue
        phase = max(spread, key=lambda name: spread[name])
        made.append(
            text_pair("project", names.pair(row["project"]))
            | text_pair("robust_class", both(f"robust_{row['class']}"))
            | text_pair("usual_phase", titles[phase])
            | {"share_of_draws": row["frequency"], "share_in_it": spread[phase]}
        )
    return ReportTable("robust_projects", columns, frame_of(columns, made), "robust_note")


def plans_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a plan held under all draws."""
    money = unit_pair(instance)
    columns = (
        Column("plan_held"),
        Column("projects_built", COUNT),
        Column("mean_value", MONEY, money),
        Column("largest_regret", MONEY, money),
        Column("worst_tenth", MONEY, money),
        Column("as_it_stands", MONEY, money),
        Column("impossible_draws", COUNT),
    )
    made: list[dict[str, Any]] = [
        text_pair("plan_held", plan_name(row["plan"]))
        | {
            "projects_built": row["num_selected"],
            "mean_value": row["mean"],
            "largest_regret": row["max_regret"],
            "worst_tenth": row["cvar"],
            "as_it_stands": row["nominal"],
            "impossible_draws": row["impossible"],
        }
        for row in rows
    ]
    return ReportTable("plans_held", columns, frame_of(columns, made), "plans_held_note")


def plan_name(name: str) -> tuple[str, str]:
    """A plan compared in words; those of draws by their number."""
    if name.startswith("draw-"):
        return name, both("robust_plan_draw")[1] + name.removeprefix("draw-")
    return both(f"robust_plan_{name.replace('-', '_')}")


def knowing_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a figure worth finding out."""
    money, names = unit_pair(instance), Names(instance)
    columns = (
        Column("figure_of"),
        Column("which_figure"),
        Column("figure_now", NUMBER),
        Column("figure_low", NUMBER),
        Column("figure_high", NUMBER),
        Column("worth_to_know", MONEY, money),
        Column("chance_shows", MONEY, money),
    )
    made: list[dict[str, Any]] = []
    for row in rows:
        of = names.pair(row["row"]) if row["table"] == "projects" else (row["row"], row["row"])
        made.append(
            text_pair("figure_of", of)
            | text_pair("which_figure", both(f"figure_{row['column']}"))
            | {
                "figure_now": row["figure"],
                "figure_low": row["low"],
                "figure_high": row["high"],
                "worth_to_know": row["value"],
                "chance_shows": row["noise"],
            }
        )
    return ReportTable("worth_knowing", columns, frame_of(columns, made), "worth_knowing_note")
