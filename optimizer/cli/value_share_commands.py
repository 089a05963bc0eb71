"""`infraplan value-shares`: what each project of a plan has of its value, so that shares add up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.value_shares import (
    PlanShares,
    ShareOptions,
    ValueGroup,
    share_value,
)
from infraplan.optimizer.cli.clock import command_times
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import LONGEST_S, Json, Lang, RunPath, require_plan
from infraplan.optimizer.cli.repeated_solves import TOLD_EVERY_S, default_folder, write_table
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names, unit_pair
from infraplan.optimizer.report.value_share_tables import (
    ties_pair,
    value_groups_table,
    value_shares_table,
)
from infraplan.optimizer.stage_times import timing
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.faults import OutputError
from infraplan.optimizer.storage.folder import writing
from infraplan.optimizer.sweeps.runner import is_taken

NAMES = ("name_en", "name_zh")
SHARE_FIELDS = ("project", "group", "own", "alone", "share", "error", "last", *NAMES)
GROUP_FIELDS = ("group", "projects", "ties", "value", "alone", "counted_twice", "orders", *NAMES)
WORTH_TELLING = 1e-6
"""What is counted twice, or gained, is told where it is more than this share of the value."""


def value_shares(
    run: RunPath,
    exact_up_to: Annotated[
        int,
        typer.Option(
            min=1,
            max=12,
            help="Projects of a group up to which shares are exact; more draw orders.",
        ),
    ] = 8,
    orders: Annotated[
        int,
        typer.Option(
            min=2, max=100_000, help="Orders drawn for a larger group, each with its reverse."
        ),
    ] = 64,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the orders.")] = 1,
    time_limit: Annotated[
        float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for the whole command.")
    ] = 300.0,
    output_dir: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder for the tables.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Refused: nothing is kept of it before its end."),
    ] = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Share a run's value out over its projects so that shares add up; flag double counting."""
    output = Output(as_json, lang.value)
    with reporting(output), timing(command_times()) as times:
        if resume:
            raise output.refuse(phrase("value-shares-are-not-resumed"), "--resume")
        files = read_run(run)
        plan, instance = require_plan(files), files.instance
        if instance.settings.objective is not Objective.NPV:
            raise NotThereError(phrase("value-shares-of-money-only"))
        place = output_dir or default_folder("value-shares", run, resume=False)
        if is_taken(place):
            raise OutputError(phrase("sweep-folder-is-taken", folder=place))
        deadline = Deadline(times.begin.clock_s, time_limit)
        options = ShareOptions(exact_up_to, orders, seed)
        found = share_value(instance, plan, options, deadline, _Progress(output, deadline).tell)
        data = _data(found, options, place)
        _write(place, data, instance)
        output.emit(data)
        if not as_json:
            print_table(output.console, value_shares_table(instance, found), lang=output.lang)
            print_table(output.console, value_groups_table(instance, found), lang=output.lang)
        _say(output, instance, found)
        output.say(phrase("sweep-wrote", folder=place))
        if not found.adds_up:
            raise typer.Exit(7)


def _write(place: Path, data: Mapping[str, Any], instance: Instance) -> None:
    """Make the folder and write both tables into it; names stand behind the ids."""
    names = Names(instance)
    with writing(place):
        place.mkdir(parents=True, exist_ok=True)
    shares = [
        row | dict(zip(NAMES, names.pair(row["project"]), strict=True)) for row in data["shares"]
    ]
    write_table(place / "value_shares.csv", SHARE_FIELDS, shares)
    groups = [
        row
        | {"projects": ";".join(row["projects"]), "ties": ";".join(row["ties"])}
        | dict(zip(NAMES, ties_pair(names, row["ties"]), strict=True))
        for row in data["groups"]
    ]
    write_table(place / "value_groups.csv", GROUP_FIELDS, groups)


class _Progress:
    """Tells now and then how many orders of a group are done."""

    def __init__(self, output: Output, deadline: Deadline) -> None:
        self._output, self._deadline, self._told_at = output, deadline, 0.0

    def tell(self, tie: str, done: int, of: int) -> None:
        elapsed = self._deadline.elapsed_s
        if elapsed - self._told_at < TOLD_EVERY_S:
            return
        self._told_at = elapsed
        left = f"{max(0.0, (self._deadline.limit_s or 0.0) - elapsed):,.0f}"
        self._output.say(phrase("value-shares-progress", tie=tie, done=done, of=of, left=left))


def _data(found: PlanShares, options: ShareOptions, place: Path) -> dict[str, Any]:
    return {
        "value": found.value,
        "without": found.without,
        "difference": found.difference,
        "adds_up": found.adds_up,
        "shares": [asdict(row) for row in found.projects],
        "groups": [_group(row) for row in found.groups],
        "apart": [asdict(row) for row in found.apart],
        "recomputed": [asdict(row) for row in found.recomputed],
        "exact_up_to": options.exact_up_to,
        "seed": options.seed,
        "output_dir": str(place),
    }


def _group(row: ValueGroup) -> dict[str, Any]:
    return {
        "group": row.number,
        "projects": list(row.projects),
        "ties": list(row.ties),
        "value": row.value,
        "alone": row.alone,
        "counted_twice": row.counted_twice,
        "orders": row.orders,
    }


def _not_shared(why: str, **values: Any) -> Phrase:
    """Why a part of the value is not shared out."""
    if why == "law":
        return phrase("value-not-shared-law", **values)
    if why == "flow":
        return phrase("value-not-shared-flow", **values)
    if why == "differs":
        return phrase("value-not-shared-differs", **values)
    return phrase("value-not-shared-time", **values)


def _say(output: Output, instance: Instance, found: PlanShares) -> None:
    unit, names = pair(*unit_pair(instance)), Names(instance)
    for part in found.apart:
        subject = pair(*names.pair(part.subject))
        output.say(_not_shared(part.why, subject=subject, value=part.value, unit=unit))
    for row in found.groups:
        twice = row.counted_twice
        if twice is None or abs(twice) <= WORTH_TELLING * max(1.0, abs(row.value)):
            continue
        told = {"group": row.number, "alone": row.alone, "value": row.value, "unit": unit}
        if twice > 0.0:
            output.say(phrase("value-counted-twice", twice=twice, **told))
        else:
            output.say(phrase("value-gained-together", more=-twice, **told))
    if not found.adds_up:
        difference = found.difference
        output.say(phrase("value-shares-do-not-add-up", difference=difference, unit=unit))
        return
    output.say(
        phrase(
            "value-shares-add-up",
            value=found.value,
            shares=math.fsum(row.share for row in found.projects),
            without=found.without,
            apart=math.fsum(row.value for row in found.apart),
            unit=unit,
        )
    )
