"""`infraplan roll`: next year's instance of a run or an instance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.rolling import Rolled
from infraplan.optimizer.analysis.rolling import roll as roll_instance
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang, require_plan
from infraplan.optimizer.storage import OutputError, read_instance, read_run, write_instance
from infraplan.optimizer.storage.actuals_file import read_actuals

MANIFEST = "run.json"


def roll(
    source: Annotated[Path, typer.Argument(metavar="RUN|INSTANCE", help="Run or instance.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Folder, .xlsx or .json to write.")],
    to: Annotated[int, typer.Option("--to", help="First year of the new plan.")],
    actuals: Annotated[
        Path | None,
        typer.Option(
            help="CSV of what happened: project, year, spent, started, opened, cancelled, note; "
            "without it all went as planned."
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Make next year's instance: what is finished stands, what is begun is committed."""
    output = Output(as_json, lang.value)
    with reporting(output):
        if target.exists():
            raise OutputError(phrase("roll-taken", target=target))
        instance, plan = question_of(source)
        rows = () if actuals is None else read_actuals(actuals, instance, plan, to)
        rolled = roll_instance(instance, plan, to, rows)
        write_instance(rolled.instance, target, lang.value)
        output.emit(_data(rolled, target))
        _say(output, rolled, target)


def question_of(source: Path) -> tuple[Instance, Plan | None]:
    """Instance and plan of a run, its scenario applied; of an instance there is no plan."""
    if not (source / MANIFEST).exists():
        return read_instance(source), None
    files = read_run(source)
    plan = require_plan(files)
    if not plan.scenario:
        return files.instance, plan
    applied = apply_scenario(files.instance, plan.scenario)
    others = tuple(row for row in applied.scenarios if row.id != plan.scenario)
    return applied.model_copy(update={"scenarios": others}), plan


def _data(rolled: Rolled, target: Path) -> dict[str, Any]:
    return {
        "instance": str(target),
        "id": rolled.instance.settings.id,
        "finished": list(rolled.finished),
        "committed": [
            {"project": name, "remaining": money} for name, money in rolled.committed.items()
        ],
        "cancelled": [{"project": name, "sunk": money} for name, money in rolled.cancelled.items()],
        "carried": {
            "funds": dict(rolled.funds),
            "debt": [
                {"jurisdiction": jurisdiction, "pool": pool, "balance": money}
                for (jurisdiction, pool), money in rolled.debt.items()
            ],
        },
        "notes": [str(note) for note in rolled.notes],
    }


def _say(output: Output, rolled: Rolled, target: Path) -> None:
    settings = rolled.instance.settings
    english = settings.money_unit or settings.money_unit_zh
    unit: Phrase | str = ""
    if english:
        name = pair(english, settings.money_unit_zh or english)
        unit = phrase("roll-times-unit", unit=name)
    for note in rolled.notes:
        output.say(note)
    output.say(
        phrase(
            "roll-wrote",
            target=target,
            finished=len(rolled.finished),
            committed=len(rolled.committed),
            left=sum(rolled.committed.values()),
            unit=unit,
            cash=sum(rolled.funds.values()),
            debt=sum(rolled.debt.values()),
        )
    )
