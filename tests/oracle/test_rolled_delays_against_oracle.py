"""A roll with delays leaves the world that enumeration finds when the dates are put in by hand.

Every schedule that is still possible is enumerated twice, by the brute force that reads the laws:
in the old instance, its past held as it happened, and in the rolled one. Both must allow the same
schedules, and value them alike but for one number: what the past was worth. Debt and joint
projects are left out, since the past of the old instance might be paid in another way than it was;
where each jurisdiction has one fund for all that it leads, nothing else can have paid it. Debt,
receipts and several funds: `test_rolled_money_against_oracle`.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolled_time import discount_to
from infraplan.optimizer.analysis.rolling import roll
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
    make_resource,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.choice import Choice
from tests.oracle.generate import random_instance
from tests.oracle.late_works import late_instance
from tests.oracle.lives import living_instance
from tests.oracle.money import Money
from tests.oracle.oracle import Oracle
from tests.oracle.test_progress_against_oracle import staged_instance

MONEY = (
    *("funds", "inflows", "instruments", "debt", "pools", "receipts", "shares", "agreements"),
    *("start_bans",),
)
SHARES = {"spend_share_cap", "spend_share_floor"}
PARTS = 4
SEEDS = 24
MOST_PAID = 150
"""Schedules up to which an instance with money is enumerated: each asks for a linear program."""
Schedule = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Happened:
    """What became of a project that was to begin before the roll: nothing, or when it began."""

    option: str
    start: int | None


def without_money(instance: Instance) -> Instance:
    tables = {name: () for name in MONEY if name in Instance.model_fields}
    finance = instance.settings.finance.model_copy(update={"rules": (), "capital_ratios": ()})
    settings = instance.settings.model_copy(update={"finance": finance})
    # Shares of all spending count what is spent after the roll alone, and say so.
    policies = tuple(row for row in instance.policies if row.kind not in SHARES)
    return instance.with_tables(**tables, settings=settings, policies=policies)


def with_own_funds(instance: Instance, seed: int) -> Instance | None:
    """The instance with one fund for all that a jurisdiction leads; None where rules forbid it.

    Funds bear interest and lapse, and are short as often as not.
    """
    rng = random.Random(f"paid/{seed}")
    plain = without_money(instance)
    funds, inflows = [], []
    for owner in plain.jurisdiction_ids:
        led = [p for p in plain.projects if p.jurisdiction in (owner, None)]
        total = sum(max(option.overnight_cost for option in p.options) for p in led)
        fund = make_fund(
            f"of-{owner}",
            jurisdiction=owner,
            opening_balance=total * rng.choice([0.0, 0.3]),
            interest_rate=rng.choice([0.0, 0.0, 0.04]),
            lapse_years=rng.choice([None, None, 1, 2]),
        )
        funds.append(fund)
        years = plain.settings.horizon.years
        yearly = rng.uniform(0.3, 1.1) * total / len(years)
        amounts = [yearly * rng.uniform(0.3, 1.7) for _ in years]
        inflows += make_inflows(fund.id, years[0], *amounts)
    try:
        return plain.with_tables(funds=tuple(funds), inflows=tuple(inflows))
    except InconsistentInstanceError:
        return None


def happenings(
    rng: random.Random, instance: Instance, starts: Mapping[str, tuple[str, int]], year: int
) -> tuple[dict[str, Happened], list[Actual]]:
    """What became of each start before `year`, and the rows that say so."""
    happened: dict[str, Happened] = {}
    rows: list[Actual] = []
    for name, (option, start) in starts.items():
        project = instance.project_by_id[name]
        if start >= year:
            continue
        happened[name] = Happened(option, start)
        last = year if project.latest_start is None else project.latest_start
        is_open = not Oracle.is_committed(project) and last >= year
        if not is_open or rng.random() < 0.4:
            continue
        if start + 1 < year and rng.random() < 0.4:
            happened[name] = Happened(option, start + 1)
            rows.append(Actual(project=name, year=start, spent=0.0))
            rows.append(Actual(project=name, year=start + 1, started=start + 1))
        else:
            happened[name] = Happened(option, None)
            rows.append(Actual(project=name, year=start, spent=0.0))
    return happened, rows


def schedules(
    instance: Instance,
    fits: Callable[[Project, Choice | None], bool],
    money: Callable[[Oracle, dict[str, Choice]], Money] = Money,
) -> tuple[dict[Schedule, float], set[Schedule]]:
    """Value of every schedule of which all choices fit, and those that the laws allow."""
    oracle = Oracle(instance)
    lists = [
        [choice for choice in oracle.choices(project) if fits(project, choice)]
        for project in instance.projects
    ]
    values: dict[Schedule, float] = {}
    allowed: set[Schedule] = set()
    for combination in itertools.product(*lists):
        built = {choice.project.id: choice for choice in combination if choice is not None}
        key = tuple((name, c.option.option, c.start) for name, c in sorted(built.items()))
        values[key] = sum(oracle.value(c) for c in built.values()) + oracle.joint_value(built)
        if oracle.allowed(built) and (not instance.funds or money(oracle, built).possible()):
            allowed.add(key)
    return values, allowed


def held_by(
    happened: Mapping[str, Happened], year: int
) -> Callable[[Project, Choice | None], bool]:
    """Whether a choice is that of the past, where there is one, else no earlier than `year`."""

    def held(project: Project, choice: Choice | None) -> bool:
        fact = happened.get(project.id)
        if fact is None or fact.start is None:
            return choice is None or choice.start >= year
        return choice is not None and (choice.option.option, choice.start) == (
            fact.option,
            fact.start,
        )

    return held


def without_begun(begun: set[str]) -> Callable[[Schedule], Schedule]:
    """What of a schedule is still ahead."""

    def ahead(key: Schedule) -> Schedule:
        return tuple(row for row in key if row[0] not in begun)

    return ahead


def agrees(instance: Instance, seed: int) -> tuple[int, int]:
    """Compare both worlds of one instance; how many schedules, and how many rows told of delays."""
    plan = best(instance).plan
    horizon = instance.settings.horizon
    if plan is None or horizon.num_years < 2:
        return 0, 0
    rng = random.Random(f"delays/{seed}")
    year = rng.randint(horizon.first_year + 1, horizon.last_year)
    starts = {row.project: (row.option, row.start) for row in plan.starts}
    happened, rows = happenings(rng, instance, starts, year)

    before, possible = schedules(instance, held_by(happened, year))
    if not possible:
        return 0, 0
    rolled = roll(instance, plan, year, rows)
    after, left = schedules(rolled.instance, lambda project, choice: True)
    begun = {name for name, fact in happened.items() if fact.start is not None}
    ahead = without_begun(begun)
    factor = discount_to(instance, year)
    # What finished works still ask for must be built: choices that no law allowed are gone.
    assert {ahead(key) for key in after} <= {ahead(key) for key in before}
    assert {ahead(key) for key in left} == {ahead(key) for key in possible}
    worth = {ahead(key): value for key, value in after.items()}
    past = [before[key] - factor * worth[ahead(key)] for key in possible]
    assert max(past) - min(past) <= 1e-7 * max(1.0, *map(abs, past))
    return len(possible), len(rows)


def ordered_instance(seed: int) -> Instance:
    """A random instance without limits, with relations of order of every kind, lag and count."""
    rng = random.Random(f"ordered/{seed}")
    plain = random_instance(seed)
    names = [row.id for row in plain.projects]
    relations = []
    for number in range(2 if len(names) > 1 else 0):
        at = rng.randint(1, len(names) - 1)
        follower, others = names[at], names[:at]
        members = rng.sample(others, rng.randint(1, min(2, len(others))))
        kind = rng.choice(["requires", "requires", "finish_to_finish", "start_to_start"])
        row = make_relation(
            kind,
            members,
            [follower],
            lag=0 if kind == "requires" else rng.choice([-2, -1, 0]),
            count=rng.choice([None, 1]),
            id=f"order-{number}",
        )
        relations.append(row)
    good = tuple(
        row.model_copy(update={"options": tuple(_short(rng, option) for option in row.options)})
        for row in plain.projects
    )
    return plain.with_tables(projects=good, relations=tuple(relations), policies=(), resources=())


def several_instance(seed: int) -> Instance:
    """Works at hand that ask for some of several, which pay for themselves in no year, after them.

    So many of them must open, or have begun, within years after what asks for them is finished.
    """
    rng = random.Random(f"several/{seed}")
    projects = [
        make_project("plant", 2.0, 40.0, lead_time=rng.choice([0, 1]), lifetime=30),
        *(
            make_project(
                name,
                rng.uniform(5.0, 9.0),
                rng.uniform(0.0, 0.2),
                lead_time=rng.choice([0, 1, 2]),
                lifetime=rng.choice([5, 30]),
            )
            for name in "abc"
        ),
    ]
    needs = make_relation(
        rng.choice(["finish_to_finish", "finish_to_start", "start_to_start"]),
        list("abc"),
        ["plant"],
        lag=-rng.randint(1, 3),
        count=rng.randint(1, 2),
        id="needs",
    )
    return make_instance(projects, years=(2026, 2030), relations=(needs,))


def over_instance(seed: int) -> Instance:
    """Works that are paid for after their life is over, renewed or not, and what hangs on them."""
    rng = random.Random(f"over/{seed}")
    years = rng.choice([3, 4, 5])
    lead = rng.choice([0, 0, 1])
    first = make_project(
        "first",
        20.0,
        rng.uniform(5.0, 15.0),
        lead_time=lead,
        lifetime=rng.choice([1, 2]),
        spending_profile=tuple([1 / years] * years),
        outputs={"water": 1.0},
        resources={"crew": 1.0},
        fixed_om_cost=rng.choice([0.0, 1.0]),
        **({"stage": "under_construction"} if rng.random() < 0.4 else {"mandatory": "must"}),
    )
    again = make_project(
        "again",
        4.0,
        rng.uniform(0.5, 6.0),
        lead_time=rng.choice([0, 1]),
        lifetime=2,
        spending_profile=(1.0,),
        outputs={"water": 1.0},
        resources={"crew": 1.0},
    )
    other = make_project("other", 3.0, rng.uniform(0.3, 3.0), lead_time=0, lifetime=3)
    third = make_project("third", 3.0, rng.uniform(0.3, 3.0), lead_time=0, lifetime=3)
    mode = rng.choice(["decision", "automatic", None])
    relations = [make_relation("synergy", ["first", "other"], value=rng.uniform(0.1, 3.0))]
    if mode is not None:
        relations.append(make_relation("renews", ["first"], ["again"], renewal=mode))
    limit = make_resource("crew", 1.0, timing=rng.choice(["operation", "construction"]))
    return make_instance(
        [first, again, other, third],
        years=(2026, 2031),
        relations=tuple(relations),
        resources=(limit,) if rng.random() < 0.5 else (),
        settings={
            "discount_rate": 0.05,
            "end_year": 2033,
            "metric_prices": {"water": rng.choice([0.0, 1.5])},
            "residual_value": rng.choice(["none", "straight_line", "pv_of_remaining_net_benefits"]),
        },
    )


def _short(rng: random.Random, option: Option) -> Option:
    """The option with a year of works at most and benefits that often pay for it."""
    benefits = {"users": option.overnight_cost * rng.uniform(0.2, 1.5)}
    lead = min(1, option.lead_time)
    return option.model_copy(
        update={"benefits": benefits, "lead_time": lead, "spending_profile": (1.0,)}
    )


@pytest.mark.parametrize("part", first_quick(range(PARTS)))
@pytest.mark.parametrize(
    "make",
    [
        random_instance,
        staged_instance,
        late_instance,
        living_instance,
        ordered_instance,
        several_instance,
        over_instance,
    ],
)
def test_a_roll_with_delays_is_the_world_with_these_dates(
    make: Callable[[int], Instance], part: int
) -> None:
    several = delayed = 0
    for seed in range(SEEDS * part, SEEDS * (part + 1)):
        count, rows = agrees(without_money(make(seed)), seed)
        several += count > 1
        delayed += count > 1 and rows > 0
    assert several >= 4
    # Among staged works few have not begun, and of few seeds none may be late.
    assert part or delayed >= 2


@pytest.mark.parametrize("part", first_quick(range(PARTS)))
def test_a_roll_with_delays_keeps_what_can_be_paid(part: int) -> None:
    """What was paid is gone, what is left bears interest and lapses as it would have."""
    several = delayed = 0
    for seed in range(SEEDS * part, SEEDS * (part + 1)):
        for make in (random_instance, staged_instance, ordered_instance):
            instance = with_own_funds(make(seed), seed)
            if instance is None or Oracle(instance).combinations() > MOST_PAID:
                continue
            count, rows = agrees(instance, seed)
            several += count > 1
            delayed += count > 1 and rows > 0
    assert several >= 4
    assert delayed >= 2


@pytest.mark.parametrize("part", first_quick(range(2)))
def test_what_only_enables_binds_no_plan_whichever_way_it_is_written(part: int) -> None:
    """Line and station, station and line: recorded alone, as laws.md says; the best plan stays."""
    for seed in range(8 * part, 8 * part + 8):
        plain = random_instance(seed)
        if len(plain.projects) < 2:
            continue
        first, second = (row.id for row in plain.projects[:2])
        truth = Oracle(plain).solve().objective
        for members in ((first, second), (second, first)):
            row = make_relation("enables", members[:1], members[1:])
            asked = plain.with_tables(relations=(*plain.relations, row))
            assert Oracle(asked).solve().objective == truth
            found = best(asked).objective
            assert found == (truth if truth is None else pytest.approx(truth, rel=1e-6, abs=1e-6))
