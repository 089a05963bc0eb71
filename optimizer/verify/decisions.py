"""Law `record`, and the decisions of a plan once what cannot be read is reported and left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from infraplan.models.catalogue import Phrase, phrase, term_or_name
from infraplan.models.plan import Compensation, Issue, Payment, Plan, ProjectStart, SourceKind
from infraplan.optimizer.verify.built import Built, build, retire, standing
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.violations import Recorder

LARGEST = 1e18
"""Numbers from here on are no money; they would also drown every other number in rounding."""


@dataclass(frozen=True)
class Decisions:
    """What a plan decides: readable rows only."""

    built: dict[str, Built]
    """By project id, in the plan's order."""
    payments: tuple[Payment, ...]
    issues: tuple[Issue, ...]
    compensations: tuple[Compensation, ...]
    lapses: dict[tuple[str, int], float]
    """What a fund with `lapse_years` lets lapse, by fund and year."""
    standing: dict[str, Built]
    """What stands before the plan, by project id: no decision, but there."""

    @cached_property
    def payments_of(self) -> Mapping[str, list[Payment]]:
        """Payments by project, each in the plan's order."""
        found: defaultdict[str, list[Payment]] = defaultdict(list)
        for row in self.payments:
            found[row.project].append(row)
        return found

    @property
    def there(self) -> dict[str, Built]:
        """What stands and what the plan builds, by project id."""
        return self.standing | self.built


def is_number(value: object) -> bool:
    """Whether `value` is a finite number of sensible size."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < LARGEST  # never so for a NaN
    )


def is_year(value: object) -> bool:
    """Whether `value` is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def read_decisions(reading: ProblemData, plan: Plan, recorder: Recorder) -> Decisions:
    """Return the readable decisions of `plan`; everything else is recorded as a violation."""
    instance = reading.instance
    recorder.holds(
        "record",
        str(plan.instance),
        plan.instance == instance.settings.id,
        phrase(
            "the-plan-is-of-instance-not-of", instance=plan.instance, settings=instance.settings.id
        ),
    )
    scenarios = {row.id for row in instance.scenarios}
    recorder.holds(
        "record",
        str(plan.scenario),
        not plan.scenario or plan.scenario in scenarios,
        phrase("the-plan-is-of-scenario-which-the-instance", scenario=plan.scenario),
    )
    built = _read_starts(reading, plan.starts, recorder)
    return Decisions(
        built,
        _read_payments(reading, plan.payments, recorder),
        _read_issues(reading, plan.issues, recorder),
        _read_compensations(reading, plan.compensations, recorder),
        _read_lapses(reading, plan, recorder),
        retire(reading, standing(reading), built),
    )


def _read_starts(
    reading: ProblemData, starts: Iterable[ProjectStart], recorder: Recorder
) -> dict[str, Built]:
    built: dict[str, Built] = {}
    for row in starts:
        project = reading.instance.project_by_id.get(row.project)
        if project is None:
            recorder.fail(
                "record",
                str(row.project),
                phrase("started-project-is-unknown", project=row.project),
            )
            continue
        option = next((o for o in project.options if o.option == row.option), None)
        name = reading.name(project.id)
        readable = all(is_year(year) for year in (row.start, row.finish, row.opening))
        recorder.holds(
            "record",
            project.id,
            option is not None and readable,
            phrase(
                "starts-in-option-in-to-finish-in-and-open-in",
                name=name,
                option=row.option,
                start=row.start,
                finish=row.finish,
                opening=row.opening,
            ),
        )
        recorder.holds(
            "choose_one",
            project.id,
            project.id not in built,
            phrase("is-started-twice-the-second-time-in", name=name, start=row.start),
        )
        if option is None or not readable or project.id in built:
            continue
        inside = row.start in reading.years
        if not inside:
            recorder.fail(
                "window",
                project.id,
                phrase(
                    "starts-in-outside-the-plan-s-years",
                    name=name,
                    start=row.start,
                    first=reading.first,
                    last=reading.last,
                ),
            )
            continue
        here = build(reading, project, option, row.start)
        built[project.id] = here
        _check_dates(name, row, here, recorder)
    return built


def _check_dates(name: Phrase, row: ProjectStart, here: Built, recorder: Recorder) -> None:
    """The stated last year of works and the stated opening follow from the start."""
    for label, stated, due in (
        ("finish", row.finish, here.finish),
        ("opening", row.opening, here.opening),
    ):
        text = phrase(
            "started-in-is-stated-as-but-follows-to-be",
            name=name,
            start=row.start,
            label=term_or_name("plan-field", label),
            stated=stated,
            due=due,
        )
        recorder.holds("dates", here.project.id, stated == due, text)


def _source_is_known(reading: ProblemData, row: Payment) -> bool:
    if row.kind == SourceKind.FUND:
        return row.source in reading.filed.fund_ids
    if row.kind == SourceKind.INSTRUMENT:
        return row.source in reading.filed.loan_ids
    return row.kind == SourceKind.OUTSIDE and row.source == ""


def _read_payments(
    reading: ProblemData, payments: Iterable[Payment], recorder: Recorder
) -> tuple[Payment, ...]:
    kept: dict[tuple[object, ...], Payment] = {}
    for row in payments:
        key = (row.project, row.jurisdiction, row.kind, row.source, row.year)
        problem: Phrase | None = None
        if row.project not in reading.instance.project_by_id:
            problem = phrase("project-is-unknown", project=row.project)
        elif row.jurisdiction not in reading.jurisdictions:
            problem = phrase("payer-is-unknown", jurisdiction=row.jurisdiction)
        elif not _source_is_known(reading, row):
            problem = phrase("is-unknown", kind=row.kind, source=row.source)
        elif not is_year(row.year):
            problem = phrase("is-no-year", year=row.year)
        elif not is_number(row.amount):
            problem = phrase("is-no-amount", amount=row.amount)
        elif key in kept:
            problem = phrase("it-stands-twice")
        source = row.source or row.kind
        text = phrase(
            "payment-of-for-project-in-from",
            jurisdiction=row.jurisdiction,
            project=row.project,
            year=row.year,
            source=source,
            problem=problem,
        )
        recorder.holds("record", str(row.project), not problem, text)
        if not problem:
            kept[key] = row
    return tuple(kept.values())


def _read_compensations(
    reading: ProblemData, rows: Iterable[Compensation], recorder: Recorder
) -> tuple[Compensation, ...]:
    funds = {fund.id for fund in reading.instance.funds}
    kept: dict[tuple[object, ...], Compensation] = {}
    for row in rows:
        key = (row.project, row.jurisdiction, row.receiver, row.source, row.year)
        known = (
            row.project in reading.instance.project_by_id
            and {row.jurisdiction, row.receiver} <= set(reading.jurisdictions)
            and (not row.source or row.source in funds)
        )
        source = row.source or phrase("outside-payer")
        text = phrase(
            "compensation-of-by-from-for-project-in-an-id",
            receiver=row.receiver,
            jurisdiction=row.jurisdiction,
            source=source,
            project=row.project,
            year=row.year,
            amount=row.amount,
        )
        sound = known and is_year(row.year) and is_number(row.amount) and key not in kept
        recorder.holds("record", str(row.project), sound, text)
        if sound:
            kept[key] = row
    return tuple(kept.values())


def _read_issues(
    reading: ProblemData, issues: Iterable[Issue], recorder: Recorder
) -> tuple[Issue, ...]:
    instruments = {row.id for row in reading.instance.instruments}
    kept: dict[tuple[object, ...], Issue] = {}
    for row in issues:
        key = (row.instrument, row.project, row.year)
        problem: Phrase | None = None
        if row.instrument not in instruments:
            problem = phrase("instrument-is-unknown", instrument=row.instrument)
        elif row.project and row.project not in reading.instance.project_by_id:
            problem = phrase("project-is-unknown", project=row.project)
        elif not is_year(row.year):
            problem = phrase("is-no-year", year=row.year)
        elif not is_number(row.amount):
            problem = phrase("is-no-amount", amount=row.amount)
        elif key in kept:
            problem = phrase("it-stands-twice")
        text = phrase("issue-of-in", instrument=row.instrument, year=row.year, problem=problem)
        recorder.holds("record", str(row.instrument), not problem, text)
        if problem:
            continue
        inside = row.year in reading.years
        recorder.holds(
            "issue_use",
            row.instrument,
            inside,
            phrase(
                "is-issued-in-outside-the-plan-s-years", instrument=row.instrument, year=row.year
            ),
        )
        if inside:
            kept[key] = row
    return tuple(kept.values())


def _read_lapses(
    reading: ProblemData, plan: Plan, recorder: Recorder
) -> dict[tuple[str, int], float]:
    """Read what lapses out of the accounts of the funds that may choose it."""
    may_choose = {
        fund.id
        for fund in reading.instance.funds
        if fund.carry_over and fund.lapse_years is not None
    }
    found: dict[tuple[str, int], float] = {}
    for row in plan.fund_years:
        if row.fund in may_choose:
            readable = is_number(row.lapse) and is_year(row.year)
            recorder.holds(
                "record",
                row.fund,
                readable,
                phrase(
                    "fund-in-is-no-amount-to-lapse", fund=row.fund, year=row.year, lapse=row.lapse
                ),
            )
            if readable:
                found[row.fund, row.year] = row.lapse
    return found
