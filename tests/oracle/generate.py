"""Random small instances over all features, for comparing the engine with brute force."""

from __future__ import annotations

import random
from typing import Any

from infraplan.models.debt_rule import (
    Band,
    CapitalRatio,
    DebtRule,
    Finance,
    ItemTerm,
    Quantity,
    QuantityTerm,
)
from infraplan.models.errors import InstanceError
from infraplan.models.funding import CostShare, Fund, Inflow, Instrument, Pool
from infraplan.models.horizon import Appraisal, Horizon, Phase, RateStep
from infraplan.models.instance import Instance, Settings
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.policy import PER_HEAD, Policy, ResourceLimit, StartPace
from infraplan.models.project import BenefitStream, Option, Project
from infraplan.models.relation import Relation
from infraplan.models.stated_date import DateKind, StatedDate
from infraplan.models.target import Target
from tests.oracle.oracle import Oracle

FIRST = 2021
MOST_COMBINATIONS = 2500
HEADS_AT = range(19, 1000, 11)
"""Seeds whose instances have a floor by head."""


def random_instance(seed: int) -> Instance:
    """Instance number `seed`; the same for the same seed."""
    attempt = 0
    while True:
        try:
            instance = _with_paces(_draw(random.Random(f"{seed}/{attempt}")), seed)
            instance = _with_dates(_with_tail(_with_capital(instance, seed), seed), seed)
            instance = _with_heads(_with_stated_dates(instance, seed), seed)
        except (InstanceError, ValueError):
            attempt += 1
            continue
        if Oracle(instance).combinations() <= MOST_COMBINATIONS:
            return instance
        attempt += 1


def _with_paces(instance: Instance, seed: int) -> Instance:
    """Every fourth instance with a pace of starts, drawn apart so that the rest stays as it was."""
    rng = random.Random(f"pace/{seed}")
    if seed % 4:
        return instance
    sector = rng.choice(["", rng.choice(instance.projects).sector])
    pace = StartPace(sector=sector, most=rng.choice([0, 1] if sector else [1, 1, 1, 2]))
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**(tables | {"start_paces": (pace,)}))


def _with_heads(instance: Instance, seed: int) -> Instance:
    """Every eleventh instance with a floor by head, drawn apart: the rest stays as it was."""
    rng = random.Random(f"heads/{seed}")
    if seed not in HEADS_AT:
        return instance
    owners = [row.id for row in instance.jurisdictions]
    people = {owner: float(rng.choice([0, 20, 50])) for owner in owners}
    people[rng.choice(owners)] = 40.0
    named = rng.choice([(), (next(owner for owner in owners if people[owner]),)])
    floor = Policy(
        id="heads",
        kind=rng.choice(sorted(PER_HEAD)),
        value=round(rng.uniform(0.01, 0.06), 4),
        jurisdictions=named,
        per_year=False,
    )
    rows = tuple(
        row.model_copy(update={"population": people[row.id]}) for row in instance.jurisdictions
    )
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**(tables | {"jurisdictions": rows, "policies": (*instance.policies, floor)}))


def _with_capital(instance: Instance, seed: int) -> Instance:
    """Every third instance with least capital, over the whole cost or each payer's year."""
    rng = random.Random(f"capital/{seed}")
    if seed % 3:
        return instance
    dates = random.Random(f"capital dates/{seed}")
    spans = [(None, None), (FIRST + 1, None), (None, FIRST), (FIRST + 1, FIRST + 1)]
    ratios = tuple(
        CapitalRatio(
            id=f"capital-{sector}",
            sectors=(sector,) if sector else (),
            ratio=_round(rng.uniform(0.1, 0.7)),
            per_year=_maybe(rng, 0.4),
            **dict(zip(("valid_from", "valid_to"), dates.choice(spans), strict=True)),
        )
        for sector in rng.sample(["", "transport", "water"], rng.choice([1, 1, 2]))
    )
    finance = instance.settings.finance.model_copy(update={"capital_ratios": ratios})
    settings = instance.settings.model_copy(update={"finance": finance})
    loans = tuple(
        row.model_copy(update={"as_capital": 0.0 if row.refinancing else rng.choice([0.0, 0.3])})
        for row in instance.instruments
    )
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**(tables | {"settings": settings, "instruments": loans}))


def _with_tail(instance: Instance, seed: int) -> Instance:
    """Every fifth instance with debt that cash kept beyond the plan and a sinking fund must serve.

    One fund of each payer serves all its debt; its income ends with the plan, or is small after it.
    """
    rng = random.Random(f"tail/{seed}")
    if seed % 5 != 1 or not instance.funds:
        return instance
    end = instance.settings.horizon.last_year
    first = {fund.jurisdiction: fund.id for fund in reversed(instance.funds)}
    pools = tuple(row.model_copy(update={"service_funds": first}) for row in instance.pools)
    late = tuple(
        Inflow(fund=name, year=end + 1, value=_round(rng.choice([0.0, rng.uniform(0, 2)])))
        for name in first.values()
    )
    funds = tuple(
        fund.model_copy(update={"lapse_years": None, "carry_over": rng.random() < 0.85})
        for fund in instance.funds
    )
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    # Money comes late, so that more is borrowed.
    rows = tuple(row for row in instance.inflows if row.year > FIRST or _maybe(rng, 0.3))
    # Old debt falls due after the plan.
    old = tuple(
        position
        for payer in first
        for owed in [_round(rng.uniform(2, 20))]
        for position in (
            DebtPosition(jurisdiction=payer, pool="old", year=FIRST, opening_balance=owed),
            DebtPosition(jurisdiction=payer, pool="old", year=end + 2, principal_due=owed),
        )
    )
    changed = {
        "pools": (*pools, Pool(id="old", service_funds=first)),
        "debt": (*instance.debt, *old),
        "inflows": (*rows, *late),
        "funds": funds,
    }
    return Instance(**(tables | changed))


def _maybe(rng: random.Random, chance: float) -> bool:
    return rng.random() < chance


def _round(value: float) -> float:
    return round(value, 3)


def _option(rng: random.Random, name: str, years: int) -> Option:
    lead = rng.randint(0, min(2, years - 1))
    cost = _round(rng.uniform(2, 20))
    profile = rng.choice([(), (), (1.0,), (0.4, 0.6)])
    return Option(
        option=name,
        lead_time=lead,
        overnight_cost=cost,
        spending_profile=profile,
        fixed_om_cost=_round(rng.choice([0.0, 0.02 * cost])),
        lifetime=rng.choice([1, 2, 3, 8, 30]),
        benefits={"users": _round(cost * rng.uniform(0.05, 0.8))},
        benefit_growth=rng.choice([0.0, 0.03, -0.02]),
        ramp_up=rng.choice([(), (0.5,), (0.3, 0.7)]),
        revenue=_round(rng.choice([0.0, cost * 0.3, cost * 0.6])),
        revenue_growth=rng.choice([0.0, 0.02]),
        outputs=rng.choice([{}, {"km": float(rng.randint(1, 5))}]),
        resources=rng.choice([{}, {"land": float(rng.randint(1, 3))}]),
    )


def _project(rng: random.Random, number: int, years: int, payers: list[str]) -> Project:
    options = [_option(rng, "base", years)]
    if _maybe(rng, 0.3):
        options.append(_option(rng, "large", years))
    first = rng.choice([None, None, FIRST + rng.randint(0, years - 1)])
    return Project(
        id=f"p{number}",
        sector=rng.choice(["transport", "water"]),
        jurisdiction=rng.choice(payers),
        stage=rng.choice(["start", "start", "study"]),
        mandatory=rng.choices(["no", "must", "committed", "must_not"], [20, 2, 1, 1])[0],
        earliest_start=first,
        latest_start=rng.choice([None, None, None, FIRST + years - 1]),
        ready_years=rng.choice([{}, {}, {"land": FIRST + 1}]),
        open_by=rng.choice([None, None, None, FIRST + years - 1]),
        optimism_bias=rng.choice([None, None, 0.2]),
        options=tuple(options),
    )


def _relation(rng: random.Random, ids: list[str]) -> Relation:
    kind = rng.choice(
        [
            "finish_to_start",
            "start_to_start",
            "finish_to_finish",
            "requires",
            "exclusive",
            "at_most",
            "all_or_none",
            "synergy",
            "substitute",
            "shared_works",
            "works_conflict",
        ]
    )
    members = rng.sample(ids, min(len(ids), rng.choice([2, 2, 3])))
    values: dict[str, Any] = {"type": kind, "confidence": rng.choice(["explicit", "implied"])}
    if kind in {"finish_to_start", "start_to_start", "finish_to_finish", "requires"}:
        values |= {"from_projects": tuple(members[:-1]), "to_projects": (members[-1],)}
        if len(members) == 3 and _maybe(rng, 0.5):
            values["count"] = 1
        values["lag"] = rng.choice([0, 0, 1]) if kind != "requires" else 0
    else:
        values["from_projects"] = tuple(members)
        if kind == "at_most" or (kind in {"synergy", "substitute"} and _maybe(rng, 0.4)):
            values["count"] = 2
        if kind in {"synergy", "substitute", "shared_works"}:
            values["value"] = _round(rng.uniform(0.5, 4))
        if kind == "shared_works":
            values["lag"] = rng.choice([0, 1])
    return Relation(**values)


def _settings(rng: random.Random, years: int, rules: tuple[DebtRule, ...]) -> Settings:
    last = FIRST + years - 1
    steps = (RateStep(from_offset=2, rate=0.03),) if _maybe(rng, 0.15) else ()
    return Settings(
        id="random",
        price_year=rng.choice([FIRST, FIRST, FIRST - 1]),
        inflation=rng.choice([0.0, 0.0, 0.03]),
        horizon=Horizon(phases=(Phase(id="all", first_year=FIRST, last_year=last),)),
        appraisal=Appraisal(
            discount_rate=rng.choice([0.0, 0.05, 0.1]),
            discount_steps=steps,
            end_year=last + rng.choice([0, 3, 10]),
            residual_value=rng.choice(["none", "straight_line", "pv_of_remaining_net_benefits"]),
            cost_escalation=rng.choice([0.0, 0.0, 0.02]),
            optimism_bias=rng.choice([{}, {"water": 0.1}]),
            contingency=rng.choice([0.0, 0.05]),
            metric_prices=rng.choice([{}, {"km": 0.2}]),
        ),
        stage_gates=rng.choice([{}, {"study": 1}]),
        finance=Finance(rules=rules, tail_growth=rng.choice([0.0, 0.02])),
    )


def _rule(rng: random.Random) -> DebtRule:
    bands: tuple[Band, ...] = ()
    ratio: float | None = _round(rng.uniform(0.2, 1.2))
    quantity = rng.choice(list(Quantity))
    if _maybe(rng, 0.4):
        ratio = rng.choice([None, 2.0])
        quantity = Quantity.BALANCE
        bands = (
            Band(id="green", upper=_round(rng.uniform(0.1, 0.5))),
            Band(id="red", upper=None, starts_banned=_maybe(rng, 0.6), quota_share=0.3),
        )
    return DebtRule(
        id="rule",
        terms=(QuantityTerm(quantity=quantity, lag=rng.choice([0, 0, 1])),)
        if not bands
        else (QuantityTerm(quantity=quantity),),
        additions=rng.choice([(), (ItemTerm(item="hidden"),)]),
        base=(ItemTerm(item="capacity", lag=rng.choice([0, -1])),),
        ratio=ratio,
        bands=bands,
        start_ban_exempt=rng.choice([(), ("water",)]),
        through=rng.choice(["horizon", "last_maturity"]),
    )


def _with_dates(instance: Instance, seed: int) -> Instance:
    """Every other instance with a rule has dates on it that cut off years at either end."""
    rng = random.Random(f"dates/{seed}")
    rules = instance.settings.finance.rules
    if seed % 2 or not rules:
        return instance
    dates = rng.choice(
        [(FIRST + 1, None), (None, FIRST), (FIRST + 1, FIRST + 1), (None, FIRST - 1)]
    )
    changed = rules[0].model_copy(update={"valid_from": dates[0], "valid_to": dates[1]})
    finance = instance.settings.finance.model_copy(update={"rules": (changed,)})
    settings = instance.settings.model_copy(update={"finance": finance})
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**(tables | {"settings": settings}))


def _with_stated_dates(instance: Instance, seed: int) -> Instance:
    """Two of five instances with dates that a text states, some of which cost nothing."""
    rng = random.Random(f"stated/{seed}")
    if seed % 5 not in {0, 2}:
        return instance
    return with_stated_dates(instance, rng)


def with_stated_dates(instance: Instance, rng: random.Random) -> Instance:
    """`instance` with one or two dates of each of most of its projects."""
    horizon = instance.settings.horizon
    rows = []
    for project in instance.projects:
        for kind in rng.sample(list(DateKind), rng.choice([0, 1, 1, 2])):
            cost = project.options[0].overnight_cost * rng.choice([0.05, 0.2, 0.6])
            rows.append(
                StatedDate(
                    project=project.id,
                    kind=kind,
                    year=rng.randint(horizon.first_year - 1, horizon.last_year + 1),
                    breach_cost=rng.choice([None, *[_round(cost)] * 5]),
                    confidence=rng.choice(["explicit", "implied", "inferred"]),
                )
            )
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**(tables | {"stated_dates": tuple(rows)}))


def _instrument(rng: random.Random, name: str, owner: str, years: int) -> Instrument:
    kernel = rng.choice(["bullet", "equal_principal", "annuity", "schedule"])
    tenor = rng.randint(1, 6)
    tagged = _maybe(rng, 0.3)
    schedule: tuple[float, ...] = ()
    if kernel == "schedule":
        schedule = (
            tuple([0.0] * (tenor - 1) + [1.0])
            if tenor == 1
            else (
                0.25,
                *([0.0] * (tenor - 2)),
                0.75,
            )
        )
    return Instrument(
        id=name,
        jurisdiction=owner,
        pool=rng.choice(["general", "special"]),
        kernel=kernel,
        tenor=tenor,
        grace=rng.randint(0, tenor - 1) if kernel in {"equal_principal", "annuity"} else 0,
        schedule=schedule,
        rate=rng.choice([0.0, 0.03, 0.08]),
        sectors=rng.choice([(), (), ("transport",)]),
        max_share=rng.choice([1.0, 1.0, 0.6]),
        tagged=tagged,
        coverage=rng.choice([None, 1.2]) if tagged else None,
        first_year=rng.choice([None, None, FIRST + 1]),
        last_year=rng.choice([None, None, FIRST + years - 1]),
        annual_limit=rng.choice([None, None, _round(rng.uniform(3, 12))]),
        uses_quota=_maybe(rng, 0.8),
    )


def _positions(rng: random.Random, payer: str, pool: str, years: int) -> list[DebtPosition]:
    opening = _round(rng.choice([0.0, rng.uniform(0, 10)]))
    return [
        DebtPosition(
            jurisdiction=payer,
            pool=pool,
            year=FIRST + t,
            opening_balance=opening if t == 0 else None,
            principal_due=_round(opening / years) if _maybe(rng, 0.7) else 0.0,
            interest_due=_round(0.03 * opening),
            ceiling=_round(rng.uniform(5, 30)) if _maybe(rng, 0.3) else None,
            new_quota=_round(rng.uniform(0, 15)) if _maybe(rng, 0.4) else None,
        )
        for t in range(years)
    ]


def _money(rng: random.Random, years: int, payers: list[str]) -> dict[str, Any]:
    funds, inflows, loans, debt, pools = [], [], [], [], []
    span = range(FIRST, FIRST + years)
    for payer in payers:
        if _maybe(rng, 0.15):
            continue  # pays outside the plan
        for number in range(rng.choice([1, 1, 2])):
            fund = Fund(
                id=f"fund-{payer}-{number}",
                jurisdiction=payer,
                sectors=rng.choice([(), (), ("water",)]) if number else (),
                max_share=rng.choice([1.0, 1.0, 0.5]) if number else 1.0,
                opening_balance=_round(rng.choice([0.0, rng.uniform(0, 8)])),
                minimum_balance=rng.choice([0.0, 0.0, 0.5]),
                carry_over=_maybe(rng, 0.85),
                lapse_years=rng.choice([None, None, 1, 2]),
                interest_rate=rng.choice([0.0, 0.0, 0.02]),
                basis=rng.choice(["nominal", "real"]),
            )
            funds.append(fund)
            rows = [y for y in span if _maybe(rng, 0.85)]
            inflows += [
                Inflow(fund=fund.id, year=y, value=_round(rng.uniform(2, 14))) for y in rows
            ]
        for number in range(rng.choice([0, 1, 1, 2])):
            loans.append(_instrument(rng, f"loan-{payer}-{number}", payer, years))
        if loans and _maybe(rng, 0.25):
            loans.append(
                Instrument(
                    id=f"refi-{payer}",
                    jurisdiction=payer,
                    pool="general",
                    tenor=rng.randint(1, 4),
                    rate=0.03,
                    refinancing=True,
                    refinancing_share=rng.choice([1.0, 0.7]),
                    uses_quota=len(loans) % 2 == 1,
                )
            )
        for pool in ("general", "special"):
            if _maybe(rng, 0.5):
                debt += _positions(rng, payer, pool, years)
    for pool in ("general", "special"):
        service = {
            payer: f"fund-{payer}-0"
            for payer in payers
            if any(f.id == f"fund-{payer}-0" for f in funds) and _maybe(rng, 0.5)
        }
        pools.append(Pool(id=pool, service_funds=service))
    return {
        "funds": tuple(funds),
        "inflows": tuple(inflows),
        "instruments": tuple(loans),
        "debt": tuple(debt),
        "pools": tuple(pools),
    }


def _limits(rng: random.Random, years: int) -> dict[str, Any]:
    policies, resources, targets = [], [], []
    if _maybe(rng, 0.3):
        kind = rng.choice(
            ["spend_cap", "spend_floor", "spend_share_cap", "starts_cap", "starts_floor"]
        )
        value = {
            "spend_cap": rng.uniform(5, 30),
            "spend_floor": rng.uniform(1, 6),
            "spend_share_cap": 0.6,
            "starts_cap": rng.randint(1, 3),
            "starts_floor": 1,
        }[kind]
        scope = {} if kind != "spend_share_cap" else {"sectors": ("water",)}
        policies.append(
            Policy(
                id="policy",
                kind=kind,
                value=_round(value),
                per_year=kind.endswith("_cap") and _maybe(rng, 0.4),
                **scope,
            )
        )
    if _maybe(rng, 0.3):
        resources.append(
            ResourceLimit(
                resource="land",
                limit=float(rng.randint(1, 5)),
                timing=rng.choice(["start", "construction", "spending", "operation"]),
                per_year=_maybe(rng, 0.7),
            )
        )
    if _maybe(rng, 0.4):
        targets.append(
            Target(
                id="target",
                metric=rng.choice(
                    ["km", "km", "investment", "projects_started", "projects_opened"]
                ),
                value=float(rng.randint(1, 6)),
                sense=rng.choice([">=", ">=", "<="]),
                year=FIRST + rng.randint(0, years - 1),
                existing=rng.choice([0.0, 1.0]),
                hard=_maybe(rng, 0.3),
                shortfall_price=_round(rng.choice([0.0, rng.uniform(0.1, 3)])),
            )
        )
    return {
        "policies": tuple(policies),
        "resources": tuple(resources),
        "targets": tuple(targets),
    }


def _draw(rng: random.Random) -> Instance:
    years = rng.randint(2, 4)
    payers = ["j"] if _maybe(rng, 0.6) else ["j", "k"]
    count = rng.randint(1, 5)
    projects = [_project(rng, n, years, payers) for n in range(count)]
    ids = [p.id for p in projects]
    relations = [_relation(rng, ids) for _ in range(rng.randint(0, 2))] if count > 1 else []
    shares = []
    if len(payers) == 2:
        for project in projects:
            if _maybe(rng, 0.5):
                other = "k" if project.jurisdiction == "j" else "j"
                shares.append(
                    CostShare(project=project.id, jurisdiction=other, share=rng.choice([0.3, 0.5]))
                )
    rules = (_rule(rng),) if _maybe(rng, 0.4) else ()
    fiscal = [
        FiscalItem(jurisdiction=payer, item=item, year=FIRST + t, value=_round(rng.uniform(5, 40)))
        for payer in payers
        for item in ("capacity", "hidden")
        for t in range(rng.randint(1, years))
    ]
    streams = (
        (BenefitStream(project="p0", stream="more", value=1.0, growth=0.02, ramp_up=(0.5,)),)
        if _maybe(rng, 0.2)
        else ()
    )
    return Instance(
        settings=_settings(rng, years, rules),
        projects=tuple(projects),
        benefits=streams,
        relations=tuple(relations),
        jurisdictions=tuple(Jurisdiction(id=payer) for payer in payers),
        shares=tuple(shares),
        fiscal=tuple(fiscal),
        **(_money(rng, years, payers) if _maybe(rng, 0.85) else {}),
        **_limits(rng, years),
    )
