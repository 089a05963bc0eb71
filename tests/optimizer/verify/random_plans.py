"""Random instances with a plan that a simple constructor makes lawful.

The constructor decides first (who starts when, who pays) and then draws limits that leave exactly
what the plan needs, or more: ceilings, quotas, inflows, policies and relations are derived from
the plan by plain sums of its own, never by the verifier.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from infraplan.models.debt_rule import Band, ItemTerm, Quantity, QuantityTerm
from infraplan.models.funding import InstrumentKind
from infraplan.models.horizon import RateStep
from infraplan.models.instance import Instance
from infraplan.models.plan import FundYear, Issue, Payment, ProjectStart, SourceKind
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_rule,
    make_settings,
    make_share,
    make_stream,
    make_target,
)

FIRST, LAST = 2021, 2024
CITIES = ("east", "west", "north")
"""`north` has neither fund nor instrument: it pays from outside."""


@dataclass(frozen=True)
class Draft:
    """An instance and the decisions of a lawful plan."""

    instance: Instance
    starts: tuple[ProjectStart, ...]
    payments: tuple[Payment, ...]
    issues: tuple[Issue, ...]


def _option(dice: random.Random, name: str) -> Any:
    profile = dice.choice([(1.0,), (0.5, 0.5), (0.25, 0.75), ()])
    lead = dice.randint(0, 3) if profile else dice.randint(0, 2)
    return make_option(
        name,
        dice.choice([8.0, 10.0, 40.0]),
        dice.choice([0.0, 2.0, 5.0]),
        lead_time=lead,
        spending_profile=profile,
        lifetime=dice.randint(1, 8),
        benefit_growth=dice.choice([0.0, 0.03]),
        ramp_up=dice.choice([(), (0.5,), (0.4, 0.8)]),
        fixed_om_cost=dice.choice([0.0, 0.3]),
        revenue=dice.choice([0.0, 3.0]),
        revenue_growth=dice.choice([0.0, 0.02]),
        outputs={"km": dice.choice([1.0, 3.0])},
    )


def _projects(dice: random.Random) -> list[Any]:
    found = []
    for number in range(dice.randint(1, 4)):
        names = ["base", "large"][: dice.randint(1, 2)]
        found.append(
            make_project(
                f"p{number}",
                options=[_option(dice, name) for name in names],
                sector=dice.choice(["road", "water"]),
                jurisdiction=dice.choice(CITIES),
                optimism_bias=dice.choice([None, 0.2]),
            )
        )
    return found


def _standard(years: int) -> list[float]:
    return {1: [1.0], 2: [0.45, 0.55]}[years]


def _index(settings: Any, year: int) -> float:
    return float((1.0 + settings.inflation) ** (year - settings.price_year))


def _decide(
    dice: random.Random, settings: Any, projects: list[Any], shares: list[Any], sources: Any
) -> tuple[list[ProjectStart], list[Payment]]:
    """Start some projects where their works end inside the plan, and pay each year's share."""
    starts, payments = [], []
    for project in projects:
        option = dice.choice(project.options)
        profile = list(option.spending_profile) or _standard(max(1, option.lead_time))
        if dice.random() < 0.2:
            continue
        year = dice.randint(FIRST, LAST - len(profile) + 1)
        starts.append(
            ProjectStart(
                project=project.id,
                option=option.option,
                start=year,
                finish=year + len(profile) - 1,
                opening=year + option.lead_time,
            )
        )
        mine = {row.jurisdiction: row.share for row in shares if row.project == project.id}
        mine[project.jurisdiction] = mine.get(project.jurisdiction, 0.0) + 1.0 - sum(mine.values())
        growth = 1.0 + settings.appraisal.cost_escalation
        for k, share in enumerate(profile):
            at = year + k
            cost = option.overnight_cost * share * growth ** (at - settings.price_year)
            for payer, part in mine.items():
                if part > 0.0:
                    due = cost * part * _index(settings, at)
                    payments += _pay(dice, sources, project.id, payer, at, due)
    return starts, payments


def _pay(
    dice: random.Random, sources: Any, project: str, payer: str, year: int, due: float
) -> list[Payment]:
    if payer == "north":
        parts = [(SourceKind.OUTSIDE, "", due)]
    else:
        fund, bond = sources[payer]
        part = dice.choice([0.0, 0.3, 1.0])
        parts = [
            (SourceKind.FUND, fund, due * part),
            (SourceKind.INSTRUMENT, bond, due - due * part),
        ]
    return [
        Payment(project=project, jurisdiction=payer, kind=kind, source=name, year=year, amount=sum_)
        for kind, name, sum_ in parts
        if sum_ > 0.0
    ]


def _relations(dice: random.Random, starts: list[ProjectStart], projects: list[Any]) -> list[Any]:
    """Relations that the starts happen to obey, and valued ones, which none can break."""
    found = []
    ids = [project.id for project in projects]
    if len(ids) < 2:
        return []
    times = {row.project: row for row in starts}
    for before, after in [dice.sample(ids, 2) for _ in range(2)]:
        if before in times and after in times:
            lag = times[after].start - times[before].opening
            if lag >= -100:
                found.append(
                    make_relation("start_to_start", [before], [after], lag=lag, id="order")
                    if times[after].start - times[before].start >= lag
                    else make_relation("finish_to_start", [before], [after], lag=lag, id="order")
                )
                break
        elif after not in times or before in times:
            found.append(make_relation("requires", [before], [after], id="needs"))
            break
    kind = dice.choice(["synergy", "substitute", "shared_works"])
    found.append(
        make_relation(kind, ids[:2], ids[2:], value=2.5, lag=dice.randint(0, 2), id="value")
    )
    return found


def _rules(dice: random.Random) -> list[Any]:
    quantity = dice.choice(list(Quantity))
    lag = dice.choice([-1, 0, 1])
    bands = (
        Band(id="low", upper=dice.choice([0.01, 0.2])),
        Band(id="mid", upper=dice.choice([0.5, 50.0]), quota_share=0.5),
        Band(id="high", quota_share=0.25),
    )
    return [
        make_rule(
            "measured",
            1e6,
            terms=(QuantityTerm(quantity=quantity, lag=lag, coefficient=dice.choice([1.0, 0.5])),),
            base=(ItemTerm(item="capacity", lag=-1), ItemTerm(item="other", coefficient=0.5)),
            additions=(ItemTerm(item="hidden"),),
        ),
        make_rule("banded", bands=bands, jurisdictions=("east",), through="horizon"),
    ]


def draw(seed: int) -> Draft:
    """Return a random instance with the decisions of a lawful plan."""
    dice = random.Random(seed)
    settings = make_settings(
        (FIRST, LAST),
        discount_rate=dice.choice([0.0, 0.08]),
        discount_steps=dice.choice([(), (RateStep(from_offset=2, rate=0.03),)]),
        end_year=dice.choice([LAST, 2030]),
        residual_value=dice.choice(["none", "straight_line", "pv_of_remaining_net_benefits"]),
        inflation=dice.choice([0.0, 0.02]),
        cost_escalation=dice.choice([0.0, 0.01]),
        price_year=dice.choice([2019, 2021]),
        metric_prices=dice.choice([{}, {"km": 0.7}]),
        contingency=0.05,
        optimism_bias={"road": 0.1},
        tail_growth=dice.choice([0.0, 0.05]),
        rules=_rules(dice),
    )
    projects = _projects(dice)
    shares = [
        make_share(project.id, dice.choice(CITIES), 0.25)
        for project in projects
        if dice.random() < 0.4
    ]
    sources = {"east": ("east-budget", "east-bond"), "west": ("west-budget", "west-bond")}
    starts, payments = _decide(dice, settings, projects, shares, sources)
    sums: dict[tuple[str, int], float] = {}
    for row in payments:
        if row.kind is SourceKind.INSTRUMENT:
            sums[row.source, row.year] = sums.get((row.source, row.year), 0.0) + row.amount
    issues = [Issue(instrument=k, year=y, amount=v) for (k, y), v in sums.items()]
    return Draft(
        _instance(dice, settings, projects, shares, starts, sums),
        tuple(starts),
        tuple(payments),
        tuple(issues),
    )


def _bonds(dice: random.Random) -> list[Any]:
    return [
        make_bond(
            f"{city}-bond",
            tenor=dice.randint(2, 6),
            rate=dice.choice([0.0, 0.04]),
            kernel=dice.choice(["bullet", "equal_principal", "annuity"]),
            grace=dice.randint(0, 1),
            jurisdiction=city,
        )
        for city in ("east", "west")
    ]


def _funds(dice: random.Random) -> list[Any]:
    return [
        make_fund(
            f"{city}-budget",
            jurisdiction=city,
            opening_balance=500.0,
            interest_rate=dice.choice([0.0, 0.01]),
            basis=dice.choice(["real", "nominal"]),
            minimum_balance=dice.choice([0.0, 5.0]),
        )
        for city in ("east", "west")
    ]


def _debt(issued: dict[tuple[str, int], float]) -> list[Any]:
    # A low band leaves the whole quota, any other a part of it; four times as much is enough.
    debt = [
        make_debt(FIRST, jurisdiction=city, opening_balance=20.0, ceiling=2000.0)
        for city in ("east", "west")
    ]
    debt += [
        make_debt(year, jurisdiction="east", principal_due=3.0, interest_due=0.5)
        for year in range(FIRST + 1, LAST + 3)
    ]
    return [
        row.model_copy(
            update={"new_quota": 4.0 * issued.get((f"{row.jurisdiction}-bond", row.year), 0.0)}
        )
        if row.year <= LAST
        else row
        for row in debt
    ]


def _instance(
    dice: random.Random,
    settings: Any,
    projects: list[Any],
    shares: list[Any],
    starts: list[ProjectStart],
    issued: dict[tuple[str, int], float],
) -> Instance:
    """Put limits around the decisions that they obey: plenty of money, quotas as issued."""
    bonds, funds = _bonds(dice), _funds(dice)
    fiscal = [
        row
        for city in ("east", "west")
        for item, amounts in (("capacity", (50.0, 60.0)), ("other", (5.0,)))
        for row in make_fiscal(item, FIRST + dice.randint(-1, 1), *amounts, jurisdiction=city)
    ]
    return make_instance(
        projects,
        settings=settings,
        jurisdictions=make_jurisdictions(*CITIES),
        shares=shares,
        instruments=bonds,
        funds=funds,
        inflows=make_inflows("east-budget", FIRST, 10.0, 20.0, 30.0, 400.0)
        + make_inflows("west-budget", FIRST, 10.0, 20.0)
        + make_inflows("west-budget", LAST + 1, 400.0),
        pools=[make_pool(east="east-budget", west="west-budget")],
        debt=_debt(issued),
        fiscal=fiscal,
        benefits=[make_stream(projects[0].id, 0.6, growth=0.02, ramp_up=(0.3,))],
        relations=_relations(dice, starts, projects),
        targets=[
            make_target("roads", "km", 5.0, 2023, shortfall_price=1.5, sectors=("road",)),
            make_target("spent", "investment", 30.0, 2023, sense="<=", shortfall_price=0.1),
            make_target("opened", "projects_opened", 1.0, LAST, jurisdictions=("east",)),
        ],
    )


def _private_bonds(dice: random.Random, draft: Draft) -> list[Any]:
    bundle = dice.choice(["", "city"])
    return [
        bond.model_copy(
            update={
                "kind": dice.choice(list(InstrumentKind)),
                "tagged": True,
                "coverage": 1.1,
                "bundle": bundle,
                "pool": dice.choice(["general", "apart"]),
                "sectors": dice.choice([(), _sectors_paid(draft, bond.id)]),
            }
        )
        for bond in draft.instance.instruments
    ]


def with_money_of_every_kind(draft: Draft, seed: int) -> tuple[Draft, tuple[FundYear, ...]]:
    """The draft with other funds, receipts, private partners, refinancing; and what lapses.

    Nothing makes its plan lawful any more: it is there for its accounts.
    """
    dice, old = random.Random(f"money/{seed}"), draft.instance
    funds = [
        fund.model_copy(
            update={
                "certainty": dice.choice([1.0, 0.8, 0.0]),
                "carry_over": dice.random() < 0.7,
                "lapse_years": dice.choice([None, 0, 1, 2]),
            }
        )
        for fund in old.funds
    ]
    receipts = [
        make_receipt(
            dice.choice(old.projects).id,
            dice.choice([3.0, -1.0]),
            fund.id,
            event=dice.choice(["start", "opening"]),
            delay=dice.randint(0, 2),
            years=dice.randint(1, 8),
            growth=dice.choice([0.0, 0.1]),
        )
        for fund in funds
        for _ in range(2)
    ]
    bonds = _private_bonds(dice, draft)
    again = make_bond("again", 3, 0.02, jurisdiction="west", refinancing=True, uses_quota=False)
    contracts = QuantityTerm(quantity=Quantity.SERVICE, contracts=True)
    rule = make_rule("contracts", 0.1, terms=(contracts,), base=(ItemTerm(item="capacity"),))
    finance = old.settings.finance
    finance = finance.model_copy(update={"rules": (*finance.rules, rule)})
    pools = [
        make_pool(east="east-budget", west="west-budget"),
        make_pool("apart", west="west-budget"),
    ]
    pools[1] = pools[1].model_copy(update={"counted": dice.random() < 0.5})
    tables = {name: getattr(old, name) for name in Instance.model_fields} | {
        "settings": old.settings.model_copy(update={"finance": finance}),
        "projects": tuple(_with_revenue(dice, project) for project in old.projects),
        "funds": tuple(funds),
        "receipts": tuple(receipts),
        "instruments": (*bonds, again),
        "pools": pools,
    }
    issues = [
        Issue(instrument=row.source, project=row.project, year=row.year, amount=row.amount)
        for row in draft.payments
        if row.kind is SourceKind.INSTRUMENT
    ]
    issues.append(Issue(instrument="again", year=dice.randint(FIRST, LAST), amount=2.0))
    lapses = tuple(
        FundYear(fund=fund.id, year=year, lapse=dice.choice([0.0, 1.5]), **_NO_MONEY)
        for fund in funds
        for year in range(FIRST, LAST + 1)
    )
    return Draft(Instance(**tables), draft.starts, draft.payments, tuple(issues)), lapses


_NO_MONEY = dict.fromkeys(("opening", "inflow", "interest", "use", "service", "closing"), 0.0)


def _sectors_paid(draft: Draft, source: str) -> tuple[str, ...]:
    """Sectors of the projects that a source pays for in the draft."""
    sectors = {project.id: project.sector for project in draft.instance.projects}
    return tuple({sectors[row.project]: 0 for row in draft.payments if row.source == source})


def _with_revenue(dice: random.Random, project: Any) -> Any:
    revenue = dice.choice([0.0, 2.0, 20.0])
    options = tuple(row.model_copy(update={"revenue": revenue}) for row in project.options)
    return project.model_copy(update={"options": options})
