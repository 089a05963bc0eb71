"""Differences between runs: what was asked, what is built, when, with whose money, and why.

The first run is what the others are compared with. Why two plans differ is told by three things:
what differs in their questions, which rule keeps a project out of a plan, and how each schedule
fares under the question of the other (`judge`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.horizon import Objective
from infraplan.models.instance import TABLES, Instance
from infraplan.models.plan import Plan, ProjectStart, Rejection
from infraplan.models.progress import begun_in, stands
from infraplan.models.target import INVESTMENT
from infraplan.models.totals import compute_totals
from infraplan.optimizer.analysis.held_schedule import HeldSchedule, hold_schedule
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve_result import SolveOptions

NEAR = 1e-6
"""Amounts that differ by less than this share of the larger one are equal."""
COUNTS = frozenset({"phase_started"})
"""Kinds of figures that are no money."""
COUNT_TOTALS = ("num_selected", "targets_attained", "targets_missed")
"""Totals that are no money."""


@dataclass(frozen=True)
class ComparedRun:
    """A run with its letter; plan None where none was found."""

    label: str
    folder: str
    instance: Instance
    plan: Plan | None
    manifest: Mapping[str, Any]
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class InputChange:
    """A difference between the question of the first run and that of run `label`.

    `before` and `after` are None where the row is not there; `field` is then blank.
    """

    label: str
    table: str
    row: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ProjectChange:
    """A project that not all runs treat alike.

    Attributes
    ----------
    project
        Project id.
    starts
        Start by label of the run; None where it is not built.
    unknown
        Labels of the runs whose question does not have it.
    rules
        Rule that keeps it out, by label; blank where none is known.
    losses
        What forcing it in would lose, by label, in the money unit of the first run, or years.
    """

    project: str
    starts: dict[str, ProjectStart | None]
    unknown: tuple[str, ...] = ()
    rules: dict[str, str] = field(default_factory=dict)
    losses: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """The schedule of one run (`plan`) under the question of another, by their labels."""

    plan: str
    question: str
    held: HeldSchedule


@dataclass(frozen=True)
class Figure:
    """An amount by label of the run; `kind` groups figures, `subject` is what it is of.

    Money is in the money unit of the first run: amounts of a run that counts in 10,000 CNY beside
    one in 100 million CNY are divided by 10,000. Currencies are not exchanged.
    """

    kind: str
    subject: str
    values: dict[str, float | None]

    @property
    def differs(self) -> bool:
        """Whether the runs differ in it."""
        known = list(self.values.values())
        return any(not _alike(known[0], other) for other in known[1:])


@dataclass(frozen=True)
class Comparison:
    """All differences between runs."""

    runs: tuple[ComparedRun, ...]
    inputs: tuple[InputChange, ...]
    projects: tuple[ProjectChange, ...]
    figures: tuple[Figure, ...]

    @property
    def planned(self) -> tuple[ComparedRun, ...]:
        """Runs that have a plan."""
        return tuple(run for run in self.runs if run.plan is not None)

    @property
    def same_question(self) -> bool:
        """Whether all runs answer the same question."""
        return all(run.instance == self.runs[0].instance for run in self.runs)

    def figures_of(self, *kinds: str) -> tuple[Figure, ...]:
        """Figures of some kinds."""
        return tuple(row for row in self.figures if row.kind in kinds)


def compare_runs(runs: Sequence[ComparedRun]) -> Comparison:
    """Compare the runs with the first of them; those without a plan only by their questions."""
    planned = [run for run in runs if run.plan is not None]
    return Comparison(
        runs=tuple(runs),
        inputs=tuple(change for run in runs[1:] for change in _input_changes(runs[0], run)),
        projects=tuple(_project_changes(planned, runs[0])),
        figures=tuple(_figures(planned, runs[0])),
    )


def units_of(first: ComparedRun, run: ComparedRun) -> float:
    """Money units of `first` in one of `run`, both taken to count in the same currency."""
    return run.instance.settings.money_factor / first.instance.settings.money_factor


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
    return bool(one == other)


# ------------------------------------------------------------------------------------- questions


def _input_changes(first: ComparedRun, other: ComparedRun) -> Iterator[InputChange]:
    settings = [leaves(run.instance.settings.model_dump(mode="json")) for run in (first, other)]
    yield from _row_changes(other.label, "instance", "", *settings)
    for table in TABLES:
        if table == "scenarios":
            continue  # a scenario is an offer, no part of the question
        tables = [by_key(getattr(run.instance, table)) for run in (first, other)]
        # Of thousands of rows few differ, and only those are taken apart.
        differing = {key for key, row in tables[0].items() if tables[1].get(key) != row}
        differing |= tables[1].keys() - tables[0].keys()
        rows = [leaves_by_row({k: v for k, v in one.items() if k in differing}) for one in tables]
        for key in dict.fromkeys([*rows[0], *rows[1]]):
            before, after = rows[0].get(key), rows[1].get(key)
            if before is None or after is None:
                yield InputChange(other.label, table, key, "", before, after)
            elif before != after:
                yield from _row_changes(other.label, table, key, before, after)


def _row_changes(
    label: str, table: str, row: str, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[InputChange]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield InputChange(label, table, row, name, before.get(name), after.get(name))


def by_key(rows: Sequence[DomainModel]) -> dict[str, DomainModel]:
    """Rows of a table by what tells them apart."""
    found: dict[str, DomainModel] = {}
    for row in rows:
        key = str(getattr(row, "id", None) or "") or " / ".join(
            ";".join(part) if isinstance(part, tuple) else str(part)
            for part in (getattr(row, name, None) for name in row.row_key)
            if part
        )
        while key in found:  # rows that say the same twice
            key += "'"
        found[key] = row
    return found


def leaves_by_row(rows: Mapping[str, DomainModel]) -> dict[str, dict[str, Any]]:
    """Leaves of rows by their key; each further option is a row of its own."""
    found: dict[str, dict[str, Any]] = {}
    for key, row in rows.items():
        data = row.model_dump(mode="json")
        base, *further = data.pop("options", [{}])
        found[key] = leaves(data | base)
        found |= {f"{key} / {option['option']}": leaves(option) for option in further}
    return found


def leaves(data: Any, prefix: str = "") -> dict[str, Any]:
    """Leaves of nested data by dotted path; a list of plain values is a leaf."""
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list) and any(isinstance(value, dict) for value in data):
        items = list(enumerate(data))
    else:
        return {prefix: data}
    found: dict[str, Any] = {}
    for name, value in items:
        found |= leaves(value, f"{prefix}.{name}" if prefix else str(name))
    return found


# ---------------------------------------------------------------------------------------- plans


def _project_changes(runs: Sequence[ComparedRun], first: ComparedRun) -> Iterator[ProjectChange]:
    planned = {row.project for run in runs if run.plan for row in run.plan.starts}
    starts = {run.label: real_starts(run, planned) for run in runs}
    kept_out = {run.label: {row.project: row for row in run.rejections} for run in runs}
    units = {run.label: 1.0 if _counts_years(run) else units_of(first, run) for run in runs}
    ids = dict.fromkeys(project.id for run in runs for project in run.instance.projects)
    for name in ids:
        treated = {run.label: starts[run.label].get(name) for run in runs}
        unknown = tuple(run.label for run in runs if name not in run.instance.project_by_id)
        ways = {
            "unknown" if label in unknown else start and (start.option, start.start)
            for label, start in treated.items()
        }
        if len(ways) == 1:
            continue
        reasons = {
            label: kept_out[label][name]
            for label, start in treated.items()
            if start is None and name in kept_out[label]
        }
        yield ProjectChange(
            project=name,
            starts=treated,
            unknown=unknown,
            rules={label: row.rule for label, row in reasons.items()},
            losses={
                label: None if row.loss is None else row.loss * units[label]
                for label, row in reasons.items()
            },
        )


def real_starts(run: ComparedRun, planned: Collection[str]) -> dict[str, ProjectStart]:
    """Starts of a run as the works really began, by project.

    A plan has what is left of works under way from its first year on; they began before. Of the
    projects `planned` in some run, those that stand here began their lead time before they opened.
    """
    if run.plan is None:
        return {}
    instance, found = run.instance, dict[str, ProjectStart]()
    first = instance.settings.horizon.first_year
    for row in run.plan.starts:
        begun = begun_in(instance.project_by_id[row.project], first)
        own = row if begun is None else row.model_copy(update={"start": begun})
        found[row.project] = own
    for name in planned:
        project = instance.project_by_id.get(name)
        if project is None or name in found or not stands(project) or project.opened is None:
            continue
        option = project.options[0]
        found[name] = ProjectStart(
            project=name,
            option=option.option,
            start=project.opened - option.lead_time,
            finish=project.opened - 1,
            opening=project.opened,
        )
    return found


def _as_asked(run: ComparedRun, question: Instance) -> list[ProjectStart]:
    """Starts of a run as another question has them.

    What stands there is no decision of it; works under way there start in its first year where
    they began in the year in which they began here.
    """
    planned = {row.project for row in run.plan.starts} if run.plan else set()
    offered = {row.id for row in question.projects if not stands(row)}
    first, found = question.settings.horizon.first_year, list[ProjectStart]()
    for name, row in real_starts(run, planned | offered).items():
        project = question.project_by_id.get(name)
        if project is not None and stands(project):
            continue
        is_same = project is not None and begun_in(project, first) == row.start
        found.append(row.model_copy(update={"start": first}) if is_same else row)
    return found


def _figures(runs: Sequence[ComparedRun], first: ComparedRun) -> Iterator[Figure]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for run in runs:
        for (kind, subject), value in _figures_of(run).items():
            units = units_of(first, run) if _is_money(run, kind, subject) else 1.0
            found.setdefault((kind, subject), {})[run.label] = value * units
    for (kind, subject), values in found.items():
        yield Figure(kind, subject, {run.label: values.get(run.label) for run in runs})


def _is_money(run: ComparedRun, kind: str, subject: str) -> bool:
    """Whether a figure of a run is an amount of money; what is made in years is worth years.

    Of targets those of investment are, and no other: outputs have units of their own.
    """
    if kind == "target":
        return any(t.id == subject and t.metric == INVESTMENT for t in run.instance.targets)
    if kind in COUNTS or subject in COUNT_TOTALS:
        return False
    in_years = {("total", "objective"), ("term", "makespan")}
    return not (_counts_years(run) and (kind, subject) in in_years)


def _counts_years(run: ComparedRun) -> bool:
    return run.instance.settings.objective is Objective.MAKESPAN


def _figures_of(run: ComparedRun) -> dict[tuple[str, str], float]:
    """Figures of one run, by kind and subject; empty without a plan."""
    plan, instance = run.plan, run.instance
    if plan is None:
        return {}
    found: dict[tuple[str, str], float] = {("total", "objective"): plan.objective}
    found["total", "num_selected"] = float(len(plan.starts))
    for name, value in compute_totals(plan, instance).items():
        found["total", name] = float(value)
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for term in plan.objective_terms:
        sums["term", term.term] += term.value
    phases = {year: phase.id for phase in instance.settings.horizon.phases for year in phase.years}
    for phase in instance.settings.horizon.phases:
        sums["phase_started", phase.id] = 0.0
        sums["phase_payments", phase.id] = 0.0
    for start in plan.starts:
        sums["phase_started", phases[start.start]] += 1.0
    for row in plan.payments:
        # Works may be paid for after the last phase: no phase then.
        sums["phase_payments", phases.get(row.year, "")] += row.amount
        sums["money", row.source or "outside"] += row.amount
        sums["payer", row.jurisdiction] += row.amount
    balances: defaultdict[tuple[str, int], float] = defaultdict(float)
    service: defaultdict[tuple[str, int], float] = defaultdict(float)
    for debt in plan.debt_years:
        balances[debt.jurisdiction, debt.year] += debt.balance
        service[debt.jurisdiction, debt.year] += debt.principal + debt.interest
    for kind, amounts in (("debt_peak", balances), ("service_peak", service)):
        for (jurisdiction, _), value in amounts.items():
            found[kind, jurisdiction] = max(found.get((kind, jurisdiction), 0.0), value)
    for rule in plan.rule_years:
        if rule.headroom is not None:
            key = ("headroom", f"{rule.jurisdiction}:{rule.rule}")
            found[key] = min(found.get(key, math.inf), rule.headroom)
    for target in plan.targets:
        found["target", target.target] = target.achieved
    for served in plan.service:
        if served.measure in {"cost", "baseline_cost"}:
            sign = 1.0 if served.measure == "baseline_cost" else -1.0
            sums["service", f"{served.network}:{served.year}"] += sign * served.value
    return found | dict(sums)


def judge(
    runs: Sequence[ComparedRun],
    options: SolveOptions | None = None,
    deadline: Deadline | None = None,
) -> tuple[Judgement, ...]:
    """Each plan's schedule under the question of the first run, and the first's under theirs.

    With `deadline` all of them share the time that is left until then; what it does not suffice
    for has no answer. Else each may take the time limit of `options`.

    Raises
    ------
    SolverError
        If the solver is missing or fails.
    """
    first = runs[0]
    asked = [
        (run, _as_asked(run, question.instance), question)
        for other in runs[1:]
        if first.instance != other.instance
        for run, question in ((first, other), (other, first))
        if run.plan is not None
    ]
    found = []
    for number, (run, starts, question) in enumerate(asked):
        share = None if deadline is None else deadline.of_next(len(asked) - number)
        held = hold_schedule(question.instance, starts, options, share)
        found.append(Judgement(run.label, question.label, held))
    return tuple(found)
