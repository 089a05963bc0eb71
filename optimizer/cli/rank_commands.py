"""`infraplan rank`: one priority list over rising budgets, beside the lists of offices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.project_scores import WEIGHTS, Criterion, Method
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import (
    EachGap,
    EachTime,
    InstancePath,
    JournalFolder,
    Json,
    Lang,
    OutputFolder,
    Resume,
    Scheduler,
    SolverName,
    Workers,
)
from infraplan.optimizer.cli.repeated_solves import require_solver, runner_for, write_table
from infraplan.optimizer.errors import NoPlanError, NotThereError
from infraplan.optimizer.report.rank_tables import levels_table, methods_table, projects_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import both, unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance, read_plan
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import parse_number
from infraplan.optimizer.storage.weights_file import read_weights
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.list_stability import ListStability
from infraplan.optimizer.sweeps.priority_list import MONEY, RankedLevel
from infraplan.optimizer.sweeps.ranking import Ranking, RankQuestion, rank
from infraplan.optimizer.sweeps.runner import Runner

PROJECT_FIELDS = ("project", "tier", "order", "first_budget", "opened", "same_tier")
DRAW_FIELDS = ("draw", "kendall", "num_projects", "without_plan")
LEVEL_FIELDS = (
    "level",
    "budget",
    "spent",
    "optimum",
    "optimum_bound",
    "list_value",
    "regret",
    "regret_bound",
    "num_projects",
    "verified",
    "run_dir",
    "optimum_run_dir",
)
METHOD_FIELDS = (
    "method",
    "level",
    "budget",
    "spent",
    "value",
    "regret",
    "regret_bound",
    "num_projects",
    "run_dir",
)


ALL, NONE = "all", "none"

Levels = Annotated[
    int, typer.Option(min=1, max=50, help="Budgets, evenly spaced, up to all that pays.")
]
Budgets = Annotated[
    str | None,
    typer.Option(help="The budgets themselves, money of the instance, commas between."),
]
Methods = Annotated[
    str, typer.Option(help="Methods beside the list: all, none, or names with commas between.")
]
WeightsFile = Annotated[
    Path | None, typer.Option(help="CSV of weights for scoring and TOPSIS: criterion, weight.")
]
Proof = Annotated[
    bool,
    typer.Option(
        "--proof/--no-proof", help="Ask one program of all budgets for a better list, a proof."
    ),
]
Drawings = Annotated[
    int, typer.Option(min=0, max=10_000, help="Drawn instances whose lists are held against it.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 2, help="Seed of the draws.")]


def rank_projects(
    instance: InstancePath,
    levels: Levels = 5,
    budgets: Budgets = None,
    methods: Methods = ALL,
    weights: WeightsFile = None,
    proof: Proof = True,
    draws: Drawings = 0,
    seed: Seed = 0,
    gap: EachGap = 1e-3,
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
    """Put projects in one order for rising budgets, and say what the order loses at each."""
    output = Output(as_json, lang.value)
    with reporting(output):
        require_solver(solver)
        names = _methods(methods)
        asked = inspect_instance(instance).require()
        question = RankQuestion(
            count=levels,
            budgets=_budgets(budgets, asked),
            methods=names,
            weights=_weights(weights),
            is_exact=proof,
            draws=draws,
            seed=seed,
        )
        name = f"rank-{asked.settings.id}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume
        )
        # Breaking ties takes longer than all else of a small solve, and no list hangs on it.
        options = SolveOptions(gap=gap, time_limit_s=time_limit, solver=solver, canonical=False)

        def plan_of(result: JobResult) -> Plan:
            plan = read_plan(runner.folder / result.run_dir)
            if plan is None:
                raise NoPlanError(phrase("the-run-holds-no-plan", folder=result.run_dir))
            return plan

        found = rank(asked, question, options, runner, plan_of)
        data = _data(found, runner, gap)
        _write(found, runner, data)
        output.emit(data)
        if not as_json and found.projects:
            _print(output, asked, found, data)
        _say(output, asked, found, data, runner)
        if not found.found.levels:
            raise typer.Exit(4 if _has_none(found) else 5)


def _has_none(found: Ranking) -> bool:
    """Whether it is proven that there is no plan, or none under any budget."""
    one = found.found
    return one.has_no_plan or bool(one.impossible and not one.undecided)


def _methods(text: str) -> tuple[Method, ...]:
    """Methods by their names; all that are none are told."""
    if text in {ALL, NONE}:
        return tuple(Method) if text == ALL else ()
    names = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in names if name not in set(Method)]
    if wrong:
        known = listed(method.value for method in Method)
        raise NotThereError(phrase("there-are-no-methods", names=listed(wrong), known=known))
    return tuple(Method(name) for name in dict.fromkeys(names))


LARGEST_BUDGET = 1e15
"""As for any amount of money of an instance."""


def _budgets(text: str | None, instance: Instance) -> tuple[float, ...]:
    """Budgets as they are written, 万 and 亿 read; all that are none are told."""
    if text is None:
        return ()
    settings = instance.settings
    found, wrong = list[float](), list[str]()
    for part in (row.strip() for row in text.split(",")):
        try:
            value = parse_number(
                part, money_factor=settings.money_factor, currency=settings.currency
            )
        except CellFault:
            value = -1.0
        if not 0.0 <= value <= LARGEST_BUDGET:
            wrong.append(part or '""')
        else:
            found.append(value)
    if wrong:
        raise NotThereError(phrase("budgets-are-no-money", texts=listed(wrong)))
    return tuple(found)


def _weights(path: Path | None) -> Mapping[Criterion, float]:
    if path is None:
        return dict(WEIGHTS)
    read = read_weights(path, [criterion.value for criterion in Criterion])
    return {Criterion(name): weight for name, weight in read.items()}


def _data(found: Ranking, runner: Runner, gap: float) -> dict[str, Any]:
    levels, listing = found.found.levels, found.found
    scores = found.scores
    return {
        "levels": [
            {
                "budget": level.budget,
                "spent": MONEY.value(level.listed),
                "optimum": level.optimum,
                "optimum_bound": level.bound,
                "list_value": level.value,
                "regret": level.regret,
                "regret_bound": level.regret_bound,
                "verified": level.listed.is_verified,
                "run_dir": str(runner.folder / level.listed.run_dir),
                "optimum_run_dir": str(runner.folder / level.best.run_dir),
                "projects_in_order": found.order_at(number),
            }
            for number, level in enumerate(levels, start=1)
        ],
        "methods": {
            method.value: [row.regret if row.is_planned else None for row in rows]
            for method, rows in found.methods.items()
        },
        "method_levels": {
            method.value: [_method_level(row, runner) for row in rows]
            for method, rows in found.methods.items()
        },
        "projects": [
            {
                "project": row.project,
                "tier": row.tier,
                "order": row.order,
                "first_budget": row.first_budget,
                "opened": row.opened,
                "same_tier": _same_tier(found.stability, row.project),
            }
            for row in found.projects
        ],
        "stability": _stability_data(found.stability),
        "largest_regret": _largest(levels),
        "largest_regret_bound": listing.largest_bound if levels else None,
        "mean_regret": _mean(levels),
        "least_possible_regret": listing.least,
        "is_proven_least": listing.is_least(gap) if levels else None,
        "impossible": list(listing.impossible),
        "undecided": list(listing.undecided),
        "contradicted": list(listing.contradicted),
        "silent_criteria": [] if scores is None else [row.value for row in scores.silent],
        "service_unknown": [] if scores is None else list(scores.unserved),
        "output_dir": str(runner.tables),
    }


def _same_tier(stability: ListStability | None, project: str) -> float | None:
    """Share of draws that put a project into the list's tier; None where that is not known."""
    return None if stability is None else stability.same_tier.get(project)


def _stability_data(stability: ListStability | None) -> dict[str, Any] | None:
    if stability is None:
        return None
    known = stability.distances
    return {
        "without_draws": stability.own,
        "mean": sum(known) / len(known) if known else None,
        "largest": max(known, default=None),
        "draws": [
            {
                "draw": row.number,
                "kendall": row.distance,
                "num_projects": len(row.tiers),
                "without_plan": list(row.without_plan),
            }
            for row in stability.draws
        ],
    }


def _method_level(row: RankedLevel, runner: Runner) -> dict[str, Any]:
    """What a method comes to at a level; nothing where no plan of it was found."""
    told: dict[str, Any] = dict.fromkeys(METHOD_FIELDS[2:])
    told["budget"] = row.budget
    if row.is_planned:
        told |= {
            "spent": MONEY.value(row.listed),
            "value": row.value,
            "regret": row.regret,
            "regret_bound": row.regret_bound,
            "num_projects": len(row.listed.starts),
            "run_dir": str(runner.folder / row.listed.run_dir),
        }
    return told


def _largest(levels: Sequence[RankedLevel]) -> float | None:
    return max((row.regret for row in levels if row.is_planned), default=None)


def _mean(levels: Sequence[RankedLevel]) -> float | None:
    known = [row.regret for row in levels if row.is_planned]
    return sum(known) / len(known) if known else None


def _write(found: Ranking, runner: Runner, data: Mapping[str, Any]) -> None:
    folder = runner.tables
    write_table(folder / "rank.csv", PROJECT_FIELDS, data["projects"])
    levels = [
        told
        | {
            "level": number,
            "num_projects": len(level.listed.starts),
            "run_dir": runner.beside_tables(level.listed.run_dir),
            "optimum_run_dir": runner.beside_tables(level.best.run_dir),
        }
        for number, (told, level) in enumerate(
            zip(data["levels"], found.found.levels, strict=True), start=1
        )
    ]
    write_table(folder / "levels.csv", LEVEL_FIELDS, levels)
    rows = [
        _method_level(row, runner)
        | {"method": method.value, "level": number}
        | ({"run_dir": runner.beside_tables(row.listed.run_dir)} if row.is_planned else {})
        for method, levels_of in found.methods.items()
        for number, row in enumerate(levels_of, start=1)
    ]
    write_table(folder / "methods.csv", METHOD_FIELDS, rows)
    if data["stability"] is not None:
        draws = [
            row | {"without_plan": ";".join(str(level) for level in row["without_plan"])}
            for row in data["stability"]["draws"]
        ]
        write_table(folder / "draws.csv", DRAW_FIELDS, draws)


def _print(output: Output, instance: Instance, found: Ranking, data: Mapping[str, Any]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "method": "own_list",
            "largest": data["largest_regret"],
            "mean": data["mean_regret"],
            "planned": len(found.found.levels),
        }
    ]
    rows += [
        {
            "method": method.value,
            "largest": _largest(levels),
            "mean": _mean(levels),
            "planned": sum(row.is_planned for row in levels),
        }
        for method, levels in found.methods.items()
    ]
    tables = (
        projects_table(instance, data["projects"]),
        levels_table(instance, data["levels"]),
        methods_table(instance, rows),
    )
    for table in tables:
        print_table(output.console, table, lang=output.lang)


def _stability_words(told: Mapping[str, Any]) -> Phrase:
    """How far the lists of draws are from the list."""
    known = sum(row["kendall"] is not None for row in told["draws"])
    if not known:
        return phrase("rank-draws-without-list", draws=len(told["draws"]))
    return phrase(
        "rank-stability",
        draws=known,
        mean=told["mean"],
        largest=told["largest"],
        own=told["without_draws"] or 0.0,
    )


def _amounts(budgets: Sequence[float]) -> Phrase:
    return listed(f"{budget:,.4g}" for budget in budgets)


def _say(
    output: Output, instance: Instance, found: Ranking, data: Mapping[str, Any], runner: Runner
) -> None:
    listing, unit = found.found, pair(*unit_pair(instance))
    if not found.projects:
        output.say(phrase("rank-builds-nothing" if listing.levels else "rank-has-no-plan"))
    if listing.impossible:
        output.say(phrase("frontier-impossible", limits=_amounts(listing.impossible)))
    if listing.undecided:
        output.say(phrase("frontier-undecided", limits=_amounts(listing.undecided)))
    if listing.contradicted:
        output.say(phrase("rank-contradicted", budgets=_amounts(listing.contradicted)))
    if found.projects:
        key = "rank-least-unknown" if listing.least is None else "rank-least"
        least = listing.least or 0.0
        regret, most = data["largest_regret"], data["largest_regret_bound"]
        told = "-" if most is None else f"{most:,.4f}"
        output.say(phrase(key, regret=regret, most=told, least=least, unit=unit))
        if data["is_proven_least"]:
            output.say(phrase("rank-is-least"))
    if data["stability"] is not None:
        output.say(_stability_words(data["stability"]))
    if data["silent_criteria"]:
        words = listed(pair(*both(f"criterion_{name}")) for name in data["silent_criteria"])
        output.say(phrase("rank-silent-criteria", names=words))
    if data["service_unknown"]:
        output.say(phrase("rank-service-unknown", count=len(data["service_unknown"])))
    output.say(phrase("sweep-wrote", folder=runner.tables))
