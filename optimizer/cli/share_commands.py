"""`infraplan share`: proposals how partners share their joint projects, side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, as_phrase, joined, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer.analysis.allocation_financing import Financing, finance
from infraplan.optimizer.analysis.conflicts import conflict_line
from infraplan.optimizer.analysis.cost_allocation import (
    JointProject,
    Proposal,
    best_starts,
    joint_game,
    joint_projects,
    make_proposals,
    without_benefit_shares,
)
from infraplan.optimizer.analysis.stand_alone_value import OwnProjects, own_projects
from infraplan.optimizer.cli.clock import command_times
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import LONGEST_S, Json, Lang, require_plan
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.cost_allocation_tables import (
    budgets_table,
    joint_table,
    own_table,
    proposal_name,
    proposals_table,
)
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.stage_times import timing
from infraplan.optimizer.storage import read_instance
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE
from infraplan.optimizer.storage.run_reading import read_run


def share(
    path: Annotated[
        Path, typer.Argument(help="Run folder written by solve, or an instance.", metavar="RUN")
    ],
    projects: Annotated[
        str, typer.Option(help="Joint projects, a,b,...; all where it is left out.")
    ] = "",
    capacity: Annotated[
        str, typer.Option(help="Item of fiscal that measures fiscal capacity.")
    ] = "",
    financing: Annotated[
        bool,
        typer.Option("--financing/--no-financing", help="Also solve what each does to budgets."),
    ] = True,
    time_limit: Annotated[
        float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for the whole command.")
    ] = 300.0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Compare ways to share joint projects: what each partner pays, gains, and can afford."""
    output = Output(as_json, lang.value)
    only = tuple(name.strip() for name in projects.replace("、", ",").split(",") if name.strip())
    with reporting(output), timing(command_times()) as times:
        deadline = Deadline(times.begin.clock_s, time_limit)
        instance, plan = _read(path)
        _check_ids(instance, only)
        starts = best_starts(instance, only) if plan is None else plan.starts
        joint = _joint(instance, starts, only)
        proposals = make_proposals(instance, joint, plan, capacity)
        options = SolveOptions(time_limit_s=time_limit)
        financed: dict[str, Financing] = {}
        own = None
        if financing:
            ask = partial(finance, instance, starts, joint, options=options)
            financed = _finance_all(joint, proposals, ask, deadline)
            # Starts of an instance alone are those of the joint projects, and of no plan.
            known = None if plan is None else plan.starts
            own = own_projects(instance, known, joint, options, deadline)
            if deadline.is_over() and (own is None or _unanswered(financed)):
                output.say(phrase("not-all-was-answered-in-time"))
        output.emit(_data(instance, joint, proposals, financed, own))
        if not as_json:
            _print(output, instance, joint, proposals, financed)
            _print_own(output, instance, proposals, own)


def _finance_all(
    joint: tuple[JointProject, ...],
    proposals: tuple[Proposal, ...],
    ask: Callable[..., Financing],
    deadline: Deadline,
) -> dict[str, Financing]:
    """Financing by name of the proposal; what is shared alike is solved once.

    Each has an equal share of the time that is left, and leaves one for the partners' own projects.
    """
    alike: dict[tuple[float, ...], list[Proposal]] = {}
    for proposal in proposals:
        if not proposal.partners:
            continue
        key = tuple(
            round(proposal.shares[project.id][partner], 9)
            for project in joint
            for partner in project.partners
        )
        alike.setdefault(key, []).append(proposal)
    financed: dict[str, Financing] = {}
    for number, group in enumerate(alike.values()):
        found = ask(group[0], deadline=deadline.of_next(len(alike) + 1 - number))
        financed |= {proposal.name: found for proposal in group}
    return financed


def _unanswered(financed: dict[str, Financing]) -> bool:
    """Whether of some proposal it is not known that it can be paid."""
    return any(found.is_possible is None for found in financed.values())


def _read(path: Path) -> tuple[Instance, Plan | None]:
    """Instance and plan of a run, or an instance alone."""
    if (path / MANIFEST_FILE).exists():
        files = read_run(path)
        return files.instance, require_plan(files)
    return read_instance(path), None


def _refuse(message: Phrase, advice: Phrase) -> NotThereError:
    return NotThereError(phrase("message-and-advice", message=message, advice=advice))


def _check_ids(instance: Instance, only: tuple[str, ...]) -> None:
    unknown = [name for name in only if name not in instance.project_by_id]
    if unknown:
        message = phrase("there-is-no-project", names=listed(unknown))
        raise _refuse(message, phrase("give-ids-of-projects"))


def _joint(
    instance: Instance, starts: tuple[ProjectStart, ...], only: tuple[str, ...]
) -> tuple[JointProject, ...]:
    try:
        found = joint_projects(instance, starts, only)
    except ValueError as error:
        raise _refuse(as_phrase(error.args[0]), phrase("name-built-projects")) from error
    if not found:
        message = phrase("no-joint-project")
        raise _refuse(message, phrase("name-partners-in-shares"))
    return found


def _print(
    output: Output,
    instance: Instance,
    joint: tuple[JointProject, ...],
    proposals: tuple[Proposal, ...],
    financed: dict[str, Financing],
) -> None:
    bare = without_benefit_shares(instance, joint)
    if bare:
        output.say(
            phrase("shares-says-of-joint-project-s-nothing-about", num_bare=len(bare)),
        )
    print_table(output.console, joint_table(instance, joint), lang=output.lang)
    print_table(output.console, proposals_table(instance, proposals), lang=output.lang)
    for proposal in proposals:
        if not proposal.partners:
            name, reason = pair(*proposal_name(proposal.name)), pair(*proposal.reason)
            output.say(phrase("no-proposal", proposal=name, reason=reason))
    if financed:
        table = budgets_table(instance, proposals, financed)
        print_table(output.console, table, lang=output.lang)
    for proposal in proposals:
        found = financed.get(proposal.name)
        if found is not None and found.conflicts:
            rules = [conflict_line(rule) for rule in found.conflicts]
            output.say(
                phrase(
                    "proposal-cannot-hold",
                    proposal=pair(*proposal_name(proposal.name)),
                    rules=joined(*rules, between="; "),
                )
            )


def _print_own(
    output: Output,
    instance: Instance,
    proposals: tuple[Proposal, ...],
    own: tuple[OwnProjects, ...] | None,
) -> None:
    """What partners give up of their own projects, and for whom a proposal makes up for it."""
    if own is None:
        return
    print_table(output.console, own_table(instance, own), lang=output.lang)
    names = Names(instance)
    rows = {row.jurisdiction: row for row in own}
    for proposal in proposals:
        worse = [
            pair(*names.pair(row.jurisdiction))
            for row in proposal.partners
            if not rows[row.jurisdiction].is_no_worse(row)
        ]
        if worse:
            name = pair(*proposal_name(proposal.name))
            output.say(phrase("proposal-worse-off", proposal=name, partners=listed(worse)))


def _data(
    instance: Instance,
    joint: tuple[JointProject, ...],
    proposals: tuple[Proposal, ...],
    financed: dict[str, Financing],
    own: tuple[OwnProjects, ...] | None,
) -> dict[str, Any]:
    """Everything as one JSON object; money in the instance's unit."""
    return {
        "own_projects": None
        if own is None
        else [
            {
                "partner": row.jurisdiction,
                "alone": row.alone,
                "beside": row.beside,
                "given_up": row.given_up,
            }
            for row in own
        ],
        "instance": instance.settings.id,
        "money_unit": instance.settings.money_unit,
        "projects": [
            {
                "project": project.id,
                "start": project.start.start,
                "cost": project.cost,
                "gain": dict(project.gain),
                "net": project.net,
            }
            for project in joint
        ],
        "without_benefit_shares": without_benefit_shares(instance, joint),
        "game": _game(joint),
        "proposals": [
            _proposal_data(proposal, financed.get(proposal.name), own) for proposal in proposals
        ],
    }


def _game(joint: tuple[JointProject, ...]) -> list[dict[str, Any]] | None:
    """Every coalition and its value; None where there are too many partners."""
    try:
        game = joint_game(joint)
    except ValueError:
        return None
    return [
        {"partners": [p for p in game.players if p in group], "value": value}
        for group, value in game.values.items()
    ]


def _proposal_data(
    proposal: Proposal, financing: Financing | None, own: tuple[OwnProjects, ...] | None
) -> dict[str, Any]:
    alone = {row.jurisdiction: row for row in own or ()}
    budgets = {} if financing is None else {row.jurisdiction: row for row in financing.partners}
    partners = []
    for row in proposal.partners:
        budget = budgets.get(row.jurisdiction)
        partners.append(
            {
                "partner": row.jurisdiction,
                "cost": row.cost,
                "gain": row.gain,
                "compensation": row.compensation,
                "net": row.net,
                "no_worse": row.is_no_worse,
                "no_worse_than_alone": alone[row.jurisdiction].is_no_worse(row)
                if row.jurisdiction in alone
                else None,
                "paid": None if budget is None else budget.paid,
                "cash_low": None if budget is None else budget.cash_low,
                "debt_peak": None if budget is None else budget.debt_peak,
                "binding_year": None if budget is None else budget.binding_year,
                "binding_rule": None if budget is None else budget.binding_rule,
            }
        )
    conflicts = () if financing is None else financing.conflicts
    return {
        "proposal": proposal.name,
        "available": bool(proposal.partners),
        "reason": proposal.reason[0],
        "reason_zh": proposal.reason[1],
        "shares": proposal.shares,
        "everyone_gains": proposal.everyone_gains,
        "stable": proposal.is_stable,
        "can_be_paid": None if financing is None else financing.is_possible,
        "conflicts": [
            {"rule": rule.rule, "text_en": rule.text_en, "text_zh": rule.text_zh}
            for rule in conflicts
        ],
        "partners": partners,
    }
