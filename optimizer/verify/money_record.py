"""Law `manifest`: what a run says of its money, and of other money, follows from its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.funding import Fund
from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase
from infraplan.models.plan import Plan
from infraplan.models.policy import PolicyKind
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.verify.decisions import is_number
from infraplan.optimizer.verify.derived import Accounts
from infraplan.optimizer.verify.funds import inflow, received, served_pools, service
from infraplan.optimizer.verify.rows import FUND_YEARS, RULE_YEARS
from infraplan.optimizer.verify.targets import spending_under
from infraplan.optimizer.verify.violations import TOLERANCE, Recorder, Violation

LAW = "manifest"
KEYS = ("kind", "source", "jurisdiction", "year")
"""What names a row of the key `money`."""
FAR_YEARS = 2
"""Years by which a project moves that counts as changed."""

Amounts = dict[tuple[str, str, str, int], float]


def check_money(recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts) -> None:
    """Check the key `money` of run.json, where a run states it."""
    if "money" not in manifest:
        return
    stated = manifest["money"]
    rows = stated.get("rows") if isinstance(stated, Mapping) else None
    if not isinstance(stated, Mapping) or not isinstance(rows, list):
        text = phrase("run-key-has-no-such-form", name="money", stated=stated)
        recorder.fail(LAW, "money", text)
        return
    there = _came_in(accounts)
    rounding = TOLERANCE * max(1.0, there)
    amounts = {key: value for key, value in _fresh(accounts).items() if value > rounding}
    kinds = {kind: sum(v for k, v in amounts.items() if k[0] == kind) for kind in _KINDS}
    has_quota = any(str(row.key[1]).startswith("quota:") for row in accounts.rows[RULE_YEARS.name])
    policies = accounts.reading.instance.policies
    has_cap = any(row.kind is PolicyKind.SPEND_CAP for row in policies)
    due = {
        "came_in": there,
        "left": kinds["fund"] + kinds["lapsed"],
        "lapsed": kinds["lapsed"],
        "quota_left": kinds["quota"] if has_quota else None,
        "cap_left": kinds["cap"] if has_cap else None,
    }
    for name, value in due.items():
        _check_amount(recorder, name, stated.get(name), value, there)
    share = kinds["fund"] + kinds["lapsed"]
    _check_amount(recorder, "share", stated.get("share"), share / there if there else None, 1.0)
    _check_words(recorder, stated, rows, accounts)
    told: dict[tuple[object, ...], object] = {
        tuple(row.get(name) for name in KEYS): row.get("left")
        for row in rows
        if isinstance(row, Mapping)
    }
    due_rows: dict[tuple[object, ...], float] = dict(amounts.items())
    for key in dict.fromkeys([*due_rows, *told]):
        name = " ".join(str(part) for part in key if part != "")
        _check_amount(recorder, name, told.get(key, 0.0), due_rows.get(key, 0.0), there)


_KINDS = ("fund", "lapsed", "quota", "cap")
WORTH = "dual values of the relaxation"
"""What an estimated worth of money comes from."""
NO_WORTH = ("no_time", "no_money_counts", "no_relaxation")
"""Why there is none."""


def _check_words(
    recorder: Recorder, stated: Mapping[str, Any], rows: list[Any], accounts: Accounts
) -> None:
    """Whether there are funds, where the worth comes from, and of what each row speaks."""
    instance = accounts.reading.instance
    has_funds = bool(accounts.rows[FUND_YEARS.name])
    status, source = stated.get("worth_status"), stated.get("worth_source")
    known = {
        "fund": {row.id for row in instance.funds},
        "lapsed": {row.id for row in instance.funds},
        "quota": {row.id for row in instance.pools},
        "cap": {row.id for row in instance.policies},
    }
    places = {"", *instance.jurisdiction_ids}
    is_estimate = status == "estimate"
    agree = {
        "has_funds": stated.get("has_funds") is has_funds,
        "worth_status": is_estimate or status in NO_WORTH,
        "worth_source": source == (WORTH if is_estimate else ""),
        "rows": all(
            isinstance(row, Mapping)
            and row.get("source") in known.get(str(row.get("kind")), ())
            and row.get("jurisdiction") in places
            and row.get("year") in accounts.reading.years
            and _is_worth(row, is_known=is_estimate and row.get("kind") != "lapsed")
            for row in rows
        ),
    }
    for name, is_so in agree.items():
        value = stated.get(name)
        text = phrase("run-key-has-no-such-form", name=f"money.{name}", stated=value)
        recorder.holds(LAW, f"money.{name}", is_so, text)


def _is_worth(row: Mapping[str, Any], *, is_known: bool) -> bool:
    """Whether a row states a number as its worth, or null where it is not known."""
    return "worth" in row and (is_number(row["worth"]) if is_known else row["worth"] is None)


def _check_amount(
    recorder: Recorder, name: str, stated: object, due: float | None, scale: float
) -> None:
    """A sum or a row; None where there is nothing of its kind."""
    what = phrase("run-json", name=f"money: {name}")
    if due is not None and is_number(stated) and isinstance(stated, int | float):
        recorder.equal(LAW, name, float(stated), due, what, scale)
        return
    if due is not None:
        text = phrase("run-json-is-but-follows-to-be", name=name, stated=stated, due=due)
        recorder.fail(LAW, name, text, due)
        return
    text = phrase("run-json-is-but-follows-to-be-none", name=name, stated=stated)
    recorder.holds(LAW, name, stated is None, text)


def _came_in(accounts: Accounts) -> float:
    """What all funds began with, got and earned in the plan."""
    flows = sum(
        (row.numbers["inflow"] or 0.0) + (row.numbers["interest"] or 0.0)
        for row in accounts.rows[FUND_YEARS.name]
    )
    return sum(fund.opening_balance for fund in accounts.reading.instance.funds) + flows


def _fresh(accounts: Accounts) -> Amounts:
    found: Amounts = {}
    for fund in accounts.reading.instance.funds:
        found |= _of_fund(accounts, fund)
    rules = {row.key: row.numbers["headroom"] for row in accounts.rows[RULE_YEARS.name]}
    for (jurisdiction, rule, year), room in rules.items():
        name = str(rule)
        if name.startswith("quota:"):
            pool = name.removeprefix("quota:")
            under = rules.get((jurisdiction, f"ceiling:{pool}", year))
            least = room if under is None or (room is not None and room < under) else under
            found["quota", pool, str(jurisdiction), int(year)] = max(0.0, least or 0.0)
    for policy in accounts.reading.instance.policies:
        if policy.kind is PolicyKind.SPEND_CAP:
            for year, spent in spending_under(accounts.reading, policy, accounts.decisions.built):
                found["cap", policy.id, "", year] = max(0.0, policy.value - spent)
    return found


def _of_fund(accounts: Accounts, fund: Fund) -> Amounts:
    """What of a fund lapsed, and what no later year needs, told by the year that it is of."""
    reading, growth = accounts.reading, 1.0 + fund.interest_rate
    numbers = {
        int(row.key[1]): row.numbers
        for row in accounts.rows[FUND_YEARS.name]
        if row.key[0] == fund.id
    }
    kept = fund.minimum_balance if fund.carry_over else 0.0
    keeps = fund.carry_over and fund.lapse_years is None
    free: dict[int, float] = {}
    last = reading.last
    room = _room_after_plan(accounts, fund, numbers[last]["closing"] or 0.0)
    for year in reversed(reading.years):
        here = (numbers[year]["closing"] or 0.0) - kept
        room = max(0.0, here if room is None else min(here, room / growth))
        # What a fund whose money lapses has at the end came last.
        free[year] = room if keeps or year == last else 0.0
    found: Amounts = {}
    before = 0.0
    for year in reading.years:
        lapse = numbers[year]["lapse"] or 0.0
        found["lapsed", fund.id, fund.jurisdiction, year] = max(0.0, lapse)
        added = free[year] - growth * before
        found["fund", fund.id, fund.jurisdiction, year] = max(0.0, added)
        before = free[year]
    return found


def _room_after_plan(accounts: Accounts, fund: Fund, closing: float) -> float | None:
    """What the first year after the plan leaves beyond all that later ones need; None: no need."""
    if not fund.carry_over or fund.lapse_years is not None:
        return None
    reading, decisions, book = accounts.reading, accounts.decisions, accounts.book
    works: dict[int, float] = {}
    for payment in decisions.payments:
        if payment.source == fund.id and payment.year > reading.last:
            works[payment.year] = works.get(payment.year, 0.0) + payment.amount
    ends = [book.last_year(jurisdiction) for jurisdiction, _ in served_pools(reading, fund)]
    growth = 1.0 + fund.interest_rate
    cash, left = max(closing, fund.minimum_balance), []
    for year in range(reading.last + 1, max([reading.last_paid, *ends]) + 1):
        cash = growth * cash + inflow(reading, fund, year)
        cash += received(reading, decisions, fund, year)
        cash -= service(reading, book, fund, year) + works.get(year, 0.0)
        left.append(cash - fund.minimum_balance)
        cash = max(cash, fund.minimum_balance)
    room: float | None = None
    for amount in reversed(left):
        room = amount if room is None else min(amount, room / growth)
    return room


def verify_money_check(
    instance: Instance, plan: Plan, manifest: Mapping[str, Any], cases: Iterable[MoneyCase]
) -> tuple[Violation, ...]:
    """Check the money check of a run: against its file, and against the plan.

    `cases` are the rows of money_check.csv. What another amount of money leads to no file can tell
    again; that the run says the same twice, and counts rightly what changes, is checked.
    """
    recorder = Recorder()
    read, stated = list(cases), manifest.get("money_check")
    listed = stated.get("cases") if isinstance(stated, Mapping) else None
    told = [case for case in listed or () if isinstance(case, Mapping)]
    text = phrase("money-check-is-told-twice")
    same = [row.model_dump(mode="json") for row in read] == [dict(case) for case in told]
    if read or told:
        recorder.holds(LAW, "money_check", same, text)
    starts = {row.project: row.start for row in plan.starts}
    free = _decided_by_plans(instance)
    for case in read:
        _check_case(recorder, case, starts, free)
    return tuple(recorder.violations)


def _decided_by_plans(instance: Instance) -> frozenset[str]:
    """Candidates: what neither stands nor is committed nor may not be built."""
    found = []
    for project in instance.projects:
        is_begun = project.stage is Stage.UNDER_CONSTRUCTION and project.mandatory is Mandate.FREE
        is_fixed = project.mandatory in {Mandate.COMMITTED, Mandate.MUST_NOT}
        if project.stage is not Stage.COMPLETE and not is_begun and not is_fixed:
            found.append(project.id)
    return frozenset(found)


def _check_case(
    recorder: Recorder, case: MoneyCase, starts: Mapping[str, int], free: frozenset[str]
) -> None:
    name = f"{case.factor:g}"
    changed = {*case.enters, *case.leaves, *case.moves}
    due = {"candidates": len(free), "changed": len(changed)}
    due["num_selected"] = len(starts) + len(case.enters) - len(case.leaves)
    for key, value in due.items():
        if key == "num_selected" and case.objective is None:
            continue
        recorder.equal(LAW, name, getattr(case, key), value, phrase("run-json", name=key))
    share = len(changed) / len(free) if free else 0.0
    recorder.equal(LAW, name, case.share, share, phrase("run-json", name="share"))
    fits = (
        changed <= free
        and set(case.tied) <= changed
        and not case.enters.keys() & starts.keys()
        and set(case.leaves) <= starts.keys()
        and all(
            project in starts and abs(year - starts[project]) >= FAR_YEARS
            for project, year in case.moves.items()
        )
    )
    recorder.holds(LAW, name, fits, phrase("money-check-changes-are-none", name=name))
    if case.objective is not None:
        text = phrase("money-check-was-not-verified", name=name)
        recorder.holds(LAW, name, case.verified, text)
        if case.bound is not None:
            what = phrase("run-json", name="bound")
            recorder.at_least(LAW, name, case.bound, case.objective, what)
