"""Laws `target`, `policy` and `resource`: what a scope reaches, spends, starts and uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.policy import Policy, PolicyKind, ResourceLimit, ResourceTiming
from infraplan.models.target import INVESTMENT, PROJECTS_OPENED, PROJECTS_STARTED, Sense, Target
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.rows import Row
from infraplan.optimizer.verify.value import project_terms
from infraplan.optimizer.verify.violations import Recorder

BuiltById = Mapping[str, Built]


def _contribution(reading: ProblemData, target: Target, here: Built) -> float:
    if here.stands and target.metric in {INVESTMENT, PROJECTS_STARTED, PROJECTS_OPENED}:
        return 0.0
    begin = max(reading.first, target.from_year or reading.first)
    span = range(begin, target.year + 1)
    if target.metric == INVESTMENT:
        return sum(amount for year, amount in here.spending.items() if year in span)
    if target.metric == PROJECTS_STARTED:
        return float(here.is_start and here.start in span)
    if target.metric == PROJECTS_OPENED:
        return float(here.opening in span)
    if target.year in here.operating_years:
        return here.option.outputs.get(target.metric, 0.0)
    return 0.0


def target_rows(
    reading: ProblemData, built: BuiltById, measured: Callable[[Target], float]
) -> list[Row]:
    """What every target reaches, and its priced shortfall; `measured` reads it off the networks."""
    rows: list[Row] = []
    for target in reading.instance.targets:
        achieved = target.existing + measured(target)
        for here in built.values():
            if reading.in_scope(
                here.project,
                sectors=target.sectors,
                jurisdictions=target.jurisdictions,
                places=target.places,
            ):
                achieved += _contribution(reading, target, here)
        missing = target.value - achieved
        shortfall = max(0.0, missing if target.sense is Sense.AT_LEAST else -missing)
        penalty = target.shortfall_price * shortfall * reading.discount(target.year)
        numbers: dict[str, float | None] = {
            "year": float(target.year),
            "required": target.value,
            "achieved": achieved,
            "shortfall": shortfall,
            "penalty": penalty,
        }
        rows.append(Row((target.id,), numbers, {"metric": target.metric}))
    return rows


def check_targets(reading: ProblemData, rows: list[Row], recorder: Recorder) -> None:
    """Law `target`: a hard target is reached."""
    for target, row in zip(reading.instance.targets, rows, strict=True):
        if target.hard:
            achieved = row.numbers["achieved"] or 0.0
            what = phrase("target-in", target=target.id, metric=target.metric, year=target.year)
            if target.sense is Sense.AT_LEAST:
                recorder.at_least("target", target.id, achieved, target.value, what)
            else:
                recorder.at_most("target", target.id, achieved, target.value, what)


def _spans(reading: ProblemData, row: Policy | ResourceLimit) -> Iterator[tuple[Phrase, range]]:
    """Spans that a row tests, with a name: its years inside the plan, each alone where asked."""
    first = max(reading.first, reading.first if row.from_year is None else row.from_year)
    last = min(reading.last, reading.last if row.to_year is None else row.to_year)
    if row.per_year:
        for year in range(first, last + 1):
            yield phrase("in-the", year=year), range(year, year + 1)
    elif first <= last:
        yield phrase("in", first=first, last=last), range(first, last + 1)


def _spent(built: list[Built], span: range) -> float:
    return sum(amount for here in built for year, amount in here.spending.items() if year in span)


def spending_under(
    reading: ProblemData, policy: Policy, built: BuiltById
) -> Iterator[tuple[int, float]]:
    """Last year of each span of plan years that `policy` tests, and what its scope spends in it."""
    scope = _scope(reading, policy, built)
    for _, span in _spans(reading, policy):
        yield span[-1], _spent(scope, span)


def _scope(reading: ProblemData, policy: Policy, built: BuiltById) -> list[Built]:
    return [
        here
        for here in built.values()
        if reading.in_scope(
            here.project,
            sectors=policy.sectors,
            subsectors=policy.subsectors,
            jurisdictions=policy.jurisdictions,
            places=policy.places,
            projects=policy.projects,
        )
    ]


def check_policies(reading: ProblemData, built: BuiltById, recorder: Recorder) -> None:
    """Law `policy`: floors and caps on what a scope spends, starts or gains."""
    benefits: dict[str, float] = {}
    if any(policy.kind in _BENEFITS for policy in reading.instance.policies):
        for here in built.values():
            terms = project_terms(reading, here)
            benefits[here.project.id] = terms["benefit"] + terms["metric_value"]
    for policy in reading.instance.policies:
        scope = _scope(reading, policy, built)
        for name, span in _spans(reading, policy):
            started = [here for here in scope if here.is_start and here.start in span]
            what = phrase("policy", policy=policy.id, name=name)
            if policy.kind in {PolicyKind.SPEND_CAP, PolicyKind.SPEND_FLOOR}:
                found, limit, what = (
                    _spent(scope, span),
                    policy.value,
                    phrase("spending", what=what),
                )
            elif policy.kind in {PolicyKind.SPEND_SHARE_CAP, PolicyKind.SPEND_SHARE_FLOOR}:
                found = _spent(scope, span)
                limit = policy.value * _spent(list(built.values()), span)
                what = phrase(
                    "spending-of-the-scope-share-of-all-spending", what=what, share=policy.value
                )
            elif policy.kind is PolicyKind.SPEND_PER_HEAD_FLOOR:
                found, limit = _spent(scope, span), policy.value * _heads(reading, policy)
                what = phrase("spending", what=what)
            elif policy.kind in _BENEFITS:
                found = sum(benefits[here.project.id] for here in started)
                limit, what = policy.value, phrase("present-value-of-benefits", what=what)
                if policy.kind is PolicyKind.BENEFIT_PER_HEAD_FLOOR:
                    limit *= _heads(reading, policy)
            else:
                found, limit, what = (
                    float(len(started)),
                    policy.value,
                    phrase("projects-started", what=what),
                )
            if policy.kind in _CAPS:
                recorder.at_most("policy", policy.id, found, limit, what)
            else:
                recorder.at_least("policy", policy.id, found, limit, what)


def _heads(reading: ProblemData, policy: Policy) -> float:
    """People who live in the jurisdictions that a policy names, in all where it names none."""
    people = {row.id: row.population for row in reading.instance.jurisdictions}
    names = policy.jurisdictions if policy.jurisdictions else people.keys()
    return sum(people[name] or 0.0 for name in set(names))


_BENEFITS = {PolicyKind.BENEFIT_FLOOR, PolicyKind.BENEFIT_PER_HEAD_FLOOR}


def check_start_paces(reading: ProblemData, built: BuiltById, recorder: Recorder) -> None:
    """Law `start_pace`: in no year more projects start than the pace of their sector allows."""
    for row in reading.instance.start_paces:
        group = [here for here in built.values() if row.sector in ("", here.project.sector)]
        scope = phrase("all-sectors")
        if row.sector:
            scope = phrase("sector-named", sector=row.sector)
        for year in reading.years:
            started = sum(1 for here in group if here.is_start and here.start == year)
            what = phrase("projects-of-that-start-in", scope=scope, year=year)
            recorder.at_most("start_pace", row.label, float(started), float(row.most), what)


_CAPS = {PolicyKind.SPEND_CAP, PolicyKind.SPEND_SHARE_CAP, PolicyKind.STARTS_CAP}


def _drawn(row: ResourceLimit, here: Built) -> dict[int, float]:
    """What a built project draws on a resource, by year."""
    amount = here.option.resources.get(row.resource, 0.0)
    if row.timing is ResourceTiming.START:
        return {here.start: amount} if here.is_start else {}
    if row.timing is ResourceTiming.CONSTRUCTION:
        return dict.fromkeys(here.works_years, amount)
    if row.timing is ResourceTiming.SPENDING:
        amount *= here.ahead
        return {here.start + k: amount * share for k, share in enumerate(here.profile)}
    return dict.fromkeys(here.operating_years, amount)


def check_resources(reading: ProblemData, built: BuiltById, recorder: Recorder) -> None:
    """Law `resource`: what the plan draws on a resource stays within its quota."""
    for row in reading.instance.resources:
        drawn = [
            _drawn(row, here)
            for here in built.values()
            if here.option.resources.get(row.resource)
            and reading.in_scope(here.project, jurisdictions=row.jurisdictions)
        ]
        for name, span in _spans(reading, row):
            used = sum(use.get(year, 0.0) for use in drawn for year in span)
            what = phrase("use-of", resource=row.resource, name=name, timing=row.timing)
            recorder.at_most("resource", row.resource, used, row.limit, what)
