"""`infraplan move-money`: what it is worth to have the same money in other years."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, joined, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.moved_money import MoveRules, movable_funds
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import (
    EachGap,
    EachTime,
    JournalFolder,
    Json,
    Lang,
    OutputFolder,
    Resume,
    RunPath,
    Scheduler,
    SolverName,
    Workers,
    require_plan,
)
from infraplan.optimizer.cli.repeated_solves import (
    require_money,
    require_solver,
    runner_for,
    write_table,
)
from infraplan.optimizer.engines.registry import require_program
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.option_tables import moves_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names, unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.money_moves import MovedMoney, PricedMove, move_money, solve_moves
from infraplan.optimizer.sweeps.runner import Runner

FIELDS = (
    "fund",
    "to_fund",
    "from_year",
    "to_year",
    "amount",
    "gain",
    "gain_low",
    "gain_high",
    "impossible",
    "run_dir",
)


def move(
    run: RunPath,
    funds: Annotated[str, typer.Option(help="Funds whose money moves, with commas between.")] = "",
    years: Annotated[
        str, typer.Option(help="Years between which money moves, with commas between.")
    ] = "",
    most: Annotated[
        float | None, typer.Option(min=0.0, help="Most money that moves in all.")
    ] = None,
    between: Annotated[
        bool,
        typer.Option("--between-funds", help="Also between funds of one owner without earmark."),
    ] = False,
    confirm: Annotated[
        int, typer.Option(min=0, max=100, help="Moves, largest first, that are priced alone.")
    ] = 3,
    gap: EachGap = 1e-4,
    time_limit: EachTime = 60.0,
    solver: SolverName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    journal: JournalFolder = None,
    output_dir: OutputFolder = None,
    resume: Resume = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Say what it is worth to have the same money in other years, proven, by fund and year."""
    output = Output(as_json, lang.value)
    with reporting(output):
        require_solver(solver)
        files = read_run(run)
        plan = require_plan(files)
        require_money(files.instance, "move-money")
        require_program(files.instance, "move-money")
        rules = _rules(files.instance, funds, years, most, between=between)
        name = f"move-money-{run.resolve().name}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume, run=run
        )
        runner.solve = solve_moves
        options = SolveOptions(gap=gap, time_limit_s=time_limit, solver=solver)
        found = move_money(files, plan, rules, confirm, options, runner)
        data = _data(found, rules, runner)
        data["value"] = plan.objective
        flat = [row | {"run_dir": _beside(row["run_dir"], runner)} for row in data["moves"]]
        write_table(runner.tables / "moves.csv", FIELDS, flat)
        output.emit(data)
        if not as_json and data["moves"]:
            table = moves_table(files.instance, data["moves"])
            print_table(output.console, table, lang=output.lang)
        _say(output, files.instance, found)
        output.say(phrase("sweep-wrote", folder=runner.tables))
        if found.gain is None:
            raise typer.Exit(5)


def _beside(run_dir: str | None, runner: Runner) -> str | None:
    return None if run_dir is None else runner.beside_tables(Path(run_dir).name)


def _rules(
    instance: Instance, funds: str, years: str, most: float | None, *, between: bool
) -> MoveRules:
    """What may move; all faults of it at once.

    Raises
    ------
    NotThereError
        If a fund or year is not there, or no money may move.
    """
    horizon, faults = instance.settings.horizon, list[Phrase]()
    named = _parts(funds) or list(movable_funds(instance))
    wrong = [name for name in named if name not in instance.fund_by_id]
    if wrong:
        known = listed(instance.fund_by_id) or phrase("none-given")
        faults.append(phrase("there-are-no-funds", names=listed(wrong), known=known))
    if not named:
        faults.append(phrase("no-money-may-move"))
    texts = _parts(years)
    known_years = {str(year): year for year in horizon.years}
    odd = [text for text in texts if text not in known_years]
    if odd:
        first, last = horizon.first_year, horizon.last_year
        faults.append(phrase("there-are-no-such-years", names=listed(odd), first=first, last=last))
    chosen = tuple(sorted({known_years[text] for text in texts if text in known_years}))
    chosen = chosen if texts else tuple(horizon.years)
    if not odd and len(chosen) < 2 and not between:
        faults.append(phrase("moves-need-two-years"))
    if faults:
        raise NotThereError(phrase("moves-cannot-be-asked", faults=joined(*faults, between="; ")))
    return MoveRules(tuple(named), chosen, most, between)


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _data(found: MovedMoney, rules: MoveRules, runner: Runner) -> dict[str, Any]:
    return {
        "moves": [_move(row, runner.folder) for row in found.moves],
        "gain": found.gain,
        "gain_low": found.gain_low,
        "gain_bound": found.gain_bound,
        "value_bound": found.value_bound,
        "moved": sum(row.move.amount for row in found.moves),
        "moved_bound": found.moved_bound,
        "objective": found.result.objective,
        "bound": found.result.bound,
        "verified": found.result.is_verified,
        "funds": list(rules.funds),
        "years": list(rules.years),
        "run_dir": str(runner.folder / found.result.run_dir),
        "output_dir": str(runner.tables),
    }


def _move(row: PricedMove, folder: Path) -> dict[str, Any]:
    return asdict(row.move) | {
        "gain": row.gain,
        "gain_low": row.low,
        "gain_high": row.high,
        "impossible": row.is_impossible,
        "run_dir": None if row.run_dir is None else str(folder / row.run_dir),
    }


def _say(output: Output, instance: Instance, found: MovedMoney) -> None:
    unit, names = pair(*unit_pair(instance)), Names(instance)
    moved = sum(row.move.amount for row in found.moves)
    if found.gain is None:
        output.say(phrase("moves-no-plan"))
        return
    if not found.moves and found.gain_bound is not None:
        output.say(phrase("moves-none", bound=found.gain_bound, unit=unit))
    elif found.gain_bound is None:
        output.say(phrase("moves-gain-open", moved=moved, gain=found.gain, unit=unit))
    else:
        bound = found.gain_bound
        output.say(phrase("moves-gain", moved=moved, gain=found.gain, bound=bound, unit=unit))
    if found.moves and found.gain_low is not None:
        output.say(phrase("moves-surely", low=found.gain_low, unit=unit))
    for row in found.moves:
        text: dict[str, Any] = asdict(row.move) | {"fund": pair(*names.pair(row.move.fund))}
        text |= {"unit": unit}
        text.pop("to_fund")
        if row.is_impossible:
            output.say(phrase("move-alone-is-impossible", **text))
        if row.gain is not None and row.low is not None and row.high is not None:
            figures = {"gain": row.gain, "low": row.low, "high": row.high}
            output.say(phrase("move-is-worth", **text, **figures))
