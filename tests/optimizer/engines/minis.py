"""Small instances, one per rule of money, choice and policy: where it binds, where it is slack.

Plan 2021-2023, no discounting, the appraisal ends with the plan. Project a (cost 10, benefit 10 a
year, opens at once) and project b (cost 10, benefit 8, opens a year later) are both worth building
in 2021 where nothing forbids it; c (cost 10, no benefit) is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from infraplan.models.debt_rule import Band, CapitalRatio
from infraplan.models.instance import Instance
from tests.builders import (
    REGION,
    make_agreement,
    make_bond,
    make_date,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_policy,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_rule,
    make_settings,
    make_share,
    make_start_pace,
    make_stream,
    make_target,
)

YEARS = (2021, 2023)


@dataclass(frozen=True)
class Mini:
    """One rule: an instance where it binds, one where it is slack."""

    name: str
    binding: Instance
    slack: Instance
    tables: frozenset[str]
    """Tables that the rule stands in."""


def _plan(
    settings: dict[str, Any] | None = None,
    a: dict[str, Any] | None = None,
    b: dict[str, Any] | None = None,
    more: Iterable[Any] = (),
    **tables: Any,
) -> Instance:
    projects = [
        make_project("a", **({"cost": 10.0, "benefit": 10.0, "lead_time": 0} | (a or {}))),
        make_project("b", **({"cost": 10.0, "benefit": 8.0, "lead_time": 1} | (b or {}))),
        *more,
    ]
    return make_instance(projects, settings=make_settings(YEARS, **(settings or {})), **tables)


def _fund(inflow: Iterable[float] = (), **fund: Any) -> dict[str, Any]:
    """One fund, that gets `inflow` from 2021 on."""
    return {"funds": [make_fund(**fund)], "inflows": make_inflows("budget", 2021, *inflow)}


def _bonds(**bond: Any) -> dict[str, Any]:
    return {"instruments": [make_bond(**bond)], "pools": [make_pool()]}


def _mini(name: str, tables: str, make: Callable[..., Instance], binding: Any, slack: Any) -> Mini:
    return Mini(name, make(binding), make(slack), frozenset(tables.split()))


_C = make_project("c", 10.0, lead_time=0)
_LOSSY = [_C]
_PRICED = {"inflation": 0.5, "price_year": 2020}
_BANDS = [Band(id="green", upper=0.2), Band(id="red", starts_banned=True)]


def _funds() -> Iterable[Mini]:
    yield _mini("inflows", "inflows", lambda x: _plan(**_fund(x)), [10.0, 10.0], [20.0])
    yield _mini(
        "interest",
        "funds",
        lambda x: _plan(**_fund(opening_balance=10.0, interest_rate=x)),
        0.5,
        1.0,
    )
    yield _mini("certainty", "funds", lambda x: _plan(**_fund([20.0], certainty=x)), 0.5, 1.0)
    yield _mini(
        "basis", "funds", lambda x: _plan(_PRICED, **_fund([20.0], basis=x)), "nominal", "real"
    )
    yield _mini(
        "receipts",
        "receipts",
        lambda x: _plan(**_fund([10.0]), receipts=[make_receipt("a", x, event="start", delay=0)]),
        5.0,
        10.0,
    )
    yield _mini("envelope", "funds", lambda x: _plan(**_fund([20.0], envelope=x)), 10.0, 20.0)
    yield _mini(
        "matching",
        "funds",
        lambda x: _plan(
            funds=[make_fund("own"), make_fund("grant", kind="grant", matching=x)],
            inflows=[*make_inflows("own", 2021, 5.0), *make_inflows("grant", 2021, 15.0)],
        ),
        1.0,
        0.3,
    )
    yield _mini("max_share", "funds", lambda x: _plan(**_fund([20.0], max_share=x)), 0.5, 1.0)
    yield _mini("minimum", "funds", lambda x: _plan(**_fund([20.0], minimum_balance=x)), 5.0, 0.0)


def _keeping_of_funds() -> Iterable[Mini]:
    yield _mini(
        "earmark", "funds", lambda x: _plan(**_fund([20.0], projects=x)), ("a",), ("a", "b")
    )
    late = {"a": {"earliest_start": 2022}}
    yield _mini(
        "carry_over", "funds", lambda x: _plan(**late, **_fund([20.0], carry_over=x)), False, True
    )
    yield _mini("lapse", "funds", lambda x: _plan(**late, **_fund([20.0], lapse_years=x)), 0, 1)
    yield _mini(
        "after_plan",
        "settings",
        lambda x: _plan(
            {"spending_after_plan": True, "end_year": 2026},
            b={"earliest_start": 2023, "spending_profile": (0.5, 0.5), "benefit": 20.0},
            **_fund([10.0, 0.0, 5.0, x]),
        ),
        4.0,
        5.0,
    )
    yield _mini(
        "reinvest",
        "funds receipts",
        lambda x: _plan(**_fund([20.0], reinvest=x), receipts=[make_receipt("a", 30.0)]),
        1.0,
        0.3,
    )


def _borrowing() -> Iterable[Mini]:
    yield _mini(
        "quota",
        "debt",
        lambda x: _plan(**_bonds(), debt=[make_debt(2021, opening_balance=0.0, new_quota=x)]),
        15.0,
        20.0,
    )
    yield _mini(
        "ceiling",
        "debt",
        lambda x: _plan(**_bonds(), debt=[make_debt(2021, opening_balance=0.0, ceiling=x)]),
        15.0,
        20.0,
    )
    yield _mini("issue_years", "instruments", lambda x: _plan(**_bonds(first_year=x)), 2022, 2021)
    ppp = {"kind": "availability", "kernel": "annuity", "pool": "ppp", "tagged": True}
    yield _mini(
        "contract",
        "inflows",
        lambda x: _plan(
            a={"latest_start": 2021},
            b={"latest_start": 2021},
            instruments=[make_bond("ppp", 2, 0.1, **ppp)],
            pools=[make_pool("ppp", region="budget")],
            **_fund([0.0, x, x]),
        ),
        6.0,
        20.0,
    )
    yield _mini(
        "annual_limit", "instruments", lambda x: _plan(**_bonds(annual_limit=x)), 10.0, 20.0
    )
    yield _mini(
        "service_fund",
        "pools",
        lambda x: _plan(
            funds=[make_fund()],
            inflows=make_inflows("budget", 2021, 0.0, x),
            instruments=[make_bond(tenor=1, rate=0.5)],
            pools=[make_pool(region="budget")],
        ),
        15.0,
        30.0,
    )


def _limits_of_debt() -> Iterable[Mini]:
    yield _mini(
        "debt_rule",
        "fiscal",
        lambda x: _plan(
            {"rules": [make_rule(ratio=0.5)]}, **_bonds(), fiscal=make_fiscal("capacity", 2021, x)
        ),
        30.0,
        40.0,
    )
    yield _mini(
        "bands",
        "fiscal",
        lambda x: _plan(
            {"rules": [make_rule(bands=_BANDS)]},
            a={"earliest_start": 2022},
            **_bonds(),
            fiscal=make_fiscal("capacity", 2021, x),
        ),
        40.0,
        60.0,
    )
    yield _mini(
        "coverage",
        "instruments",
        lambda x: _plan(**_bonds(tagged=True, coverage=1.0), a={"revenue": x}, b={"revenue": 9.0}),
        1.0,
        9.0,
    )
    yield _mini(
        "capital",
        "instance",
        lambda x: _plan(
            {"capital_ratios": [CapitalRatio(id="least", ratio=x)]}, **_fund([5.0]), **_bonds()
        ),
        0.5,
        0.2,
    )
    yield _mini(
        "capital_yearly",
        "instance",
        lambda x: _plan(
            {"capital_ratios": [CapitalRatio(id="least", ratio=x, per_year=True)]},
            **_fund([5.0]),
            **_bonds(),
        ),
        0.5,
        0.2,
    )


def _joint() -> Iterable[Mini]:
    yield _mini(
        "shares",
        "shares",
        lambda x: _plan(
            jurisdictions=make_jurisdictions("j", "k"),
            shares=[make_share("b", "k", 0.5)],
            funds=[make_fund("j", jurisdiction="j"), make_fund("k", jurisdiction="k")],
            inflows=[*make_inflows("j", 2021, 15.0), *make_inflows("k", 2021, x)],
        ),
        4.0,
        5.0,
    )
    yield _mini(
        "agreement",
        "agreements",
        lambda x: _plan(
            jurisdictions=make_jurisdictions("j", "k"),
            shares=[make_share("b", "k", min_share=0.5, benefit_share=x)],
            agreements=[make_agreement("b", shares="chosen", consent="project")],
            funds=[make_fund("j", jurisdiction="j"), make_fund("k", jurisdiction="k")],
            inflows=[*make_inflows("j", 2021, 20.0), *make_inflows("k", 2021, 20.0)],
        ),
        0.1,
        0.5,
    )


def _tie(kind: str, members: tuple[list[str], list[str]], **values: Any) -> Instance:
    return _plan(more=_LOSSY, relations=[make_relation(kind, *members, **values)])


def _relations() -> Iterable[Mini]:
    for kind, field, binding, slack in (
        ("finish_to_start", "lag", 1, 0),
        ("start_to_start", "lag", 1, 0),
        ("finish_to_finish", "lag", 2, 1),
        ("at_most", "count", 1, 2),
    ):
        yield _mini(
            kind,
            "relations",
            lambda x, k=kind, f=field: _tie(k, (["a"], ["b"]), **{f: x}),
            binding,
            slack,
        )
    for kind in ("requires", "exclusive", "all_or_none"):
        ends = {"requires": (["c"], ["a"]), "exclusive": (["a"], ["b"])}.get(kind, (["a", "c"], []))
        yield _mini(
            kind,
            "relations",
            lambda x, k=kind, e=ends: _tie(k, e, confidence=x),
            "explicit",
            "inferred",
        )
    for kind, value in (("synergy", 3.0), ("substitute", 3.0), ("shared_works", 3.0)):
        yield _mini(
            kind, "relations", lambda x, k=kind: _tie(k, (["a", "b"], []), value=x), value, 0.0
        )
    yield _mini(
        "works_conflict",
        "relations",
        lambda x: _tie("works_conflict", (["a", "b"], []), confidence=x),
        "explicit",
        "inferred",
    )


def _lives() -> Iterable[Mini]:
    yield _mini(
        "renews",
        "relations",
        lambda x: _tie("renews", (["a"], ["b"]), confidence=x),
        "explicit",
        "inferred",
    )
    yield _mini(
        "retires",
        "relations",
        lambda x: _plan(
            more=[*_LOSSY, make_project("s", 10.0, fixed_om_cost=4.0, stage="complete")],
            relations=[make_relation("retires", ["s"], ["c"], confidence=x)],
        ),
        "explicit",
        "inferred",
    )
    yield _mini(
        "renewal",
        "relations",
        lambda x: _plan(
            a={"lifetime": 2, "latest_start": 2021},
            more=_LOSSY,
            relations=[make_relation("renews", ["a"], ["c"], renewal=x)],
        ),
        "automatic",
        "decision",
    )
    yield _mini(
        "takes_over",
        "relations",
        lambda x: _plan(
            a={"lifetime": 2, "benefit": 30.0},
            more=_LOSSY,
            relations=[make_relation("renews", ["a"], ["c"], takes_over=x)],
        ),
        ["benefits"],
        [],
    )


def _choices() -> Iterable[Mini]:
    yield _mini("mandate", "projects", lambda x: _plan(a={"mandatory": x}), "must_not", "must")
    yield _mini(
        "must_at_a_loss",
        "projects",
        lambda x: _plan(more=[make_project("c", 10.0, mandatory=x)]),
        "must",
        "no",
    )
    yield _mini("earliest", "projects", lambda x: _plan(a={"earliest_start": x}), 2022, 2021)
    yield _mini("latest", "projects", lambda x: _plan(b={"latest_start": x}), 2020, 2021)
    yield _mini("open_by", "projects", lambda x: _plan(b={"open_by": x}), 2021, 2022)
    yield _mini("gate", "projects", lambda x: _plan(a={"ready_years": {"land": x}}), 2022, 2021)
    yield _mini(
        "stage_gate",
        "instance",
        lambda x: _plan({"stage_gates": {"study": x}}, a={"stage": "study"}),
        1,
        0,
    )
    yield _mini(
        "objective",
        "instance",
        lambda x: _plan({"objective": x}, a={"mandatory": "must", "lead_time": 1}),
        "makespan",
        "npv",
    )
    yield _mini(
        "financial_life",
        "projects",
        lambda x: _plan({"residual_value": "straight_line"}, a={"financial_life": x}),
        3,
        None,
    )
    yield _mini(
        "discount_timing",
        "instance",
        lambda x: _plan({"discount_rate": 0.25, "discount_timing": x}),
        "end",
        "start",
    )
    yield _mini("lifetime", "projects", lambda x: _plan(a={"lifetime": x}), 1, 3)
    yield _mini("benefits", "benefits", lambda x: _plan(benefits=[make_stream("a", x)]), 2.0, 0.0)


def _options() -> Iterable[Mini]:
    yield _mini(
        "options",
        "projects",
        lambda x: make_instance(
            [
                make_project(
                    "a",
                    options=[
                        make_option("base", 10.0, 10.0, lead_time=0),
                        make_option("large", x, 14.0, lead_time=0),
                    ],
                )
            ],
            settings=make_settings(YEARS),
        ),
        12.0,
        30.0,
    )


def _policies() -> Iterable[Mini]:
    for kind, binding, slack in (
        ("spend_cap", 10.0, 20.0),
        ("starts_cap", 1.0, 2.0),
        ("starts_floor", 3.0, 2.0),
        ("spend_floor", 30.0, 20.0),
        ("spend_share_cap", 0.4, 0.5),
    ):
        scope = {"projects": ("a",)} if "share" in kind else {}
        yield _mini(
            kind,
            "policies",
            lambda x, k=kind, s=scope: _plan(more=_LOSSY, policies=[make_policy(k, x, **s)]),
            binding,
            slack,
        )
    for kind, people in (("benefit_floor", None), ("benefit_per_head_floor", 1.0)):
        yield _mini(
            kind,
            "policies",
            lambda x, k=kind, p=people: _plan(
                more=[make_project("d", 10.0, 3.0, lead_time=0)],
                policies=[make_policy(k, x)],
                **(
                    {} if p is None else {"jurisdictions": make_jurisdictions(REGION, population=p)}
                ),
            ),
            47.0,
            46.0,
        )
    yield _mini(
        "resource",
        "resources",
        lambda x: _plan(
            a={"resources": {"crew": 2.0}},
            b={"resources": {"crew": 2.0}},
            resources=[make_resource("crew", x)],
        ),
        3.0,
        4.0,
    )


def _dates_and_targets() -> Iterable[Mini]:
    for kind, year in (("begin_by", 2021), ("open_by", 2021), ("not_before", 2030)):
        yield _mini(
            f"stated_date_{kind}",
            "stated_dates",
            lambda x, k=kind, y=year: _plan(
                b={"earliest_start": 2021 if k == "not_before" else 2022},
                stated_dates=[make_date("b", k, y, x)],
            ),
            20.0,
            0.0,
        )
    for name, sector in (("all", ""), ("sector", "transport")):
        yield _mini(
            f"start_pace_{name}",
            "start_paces",
            lambda x, s=sector: _plan(start_paces=[make_start_pace(x, s)]),
            1,
            2,
        )
    for name, more in (("hard", {"hard": True}), ("soft", {"shortfall_price": 12.0})):
        yield _mini(
            f"{name}_target",
            "targets",
            lambda x, m=more: _plan(
                more=[make_project("c", 10.0, lead_time=0, outputs={"km": 1.0})],
                targets=[make_target("km", "km", x, 2023, **m)],
            ),
            1.0,
            0.0,
        )


_PARTS = (
    _funds,
    _keeping_of_funds,
    _borrowing,
    _limits_of_debt,
    _joint,
    _relations,
    _lives,
    _choices,
    _options,
    _policies,
    _dates_and_targets,
)
MINIS = {mini.name: mini for part in _PARTS for mini in part()}
"""Every mini by name."""
