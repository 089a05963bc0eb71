"""What the first lines of a run say of its money: what is left, what more is worth, the check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase, MoneyEffect
from infraplan.models.plan import Rejection
from infraplan.models.rules import Rule, told_rule
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.accounts.money_left import LeftKind
from infraplan.optimizer.analysis.money_worth import ESTIMATE, NO_MONEY_COUNTS, NO_RELAXATION
from infraplan.optimizer.report.loss_text import amount_text
from infraplan.optimizer.report.texts import Names, unit_pair

_LARGE = 1_000.0
"""Amount from which on fractions say nothing to a reader."""
MOST_NAMED = 3
"""Sources of money that the line names."""
FUND, QUOTA = "fund_balance", "quota"
"""Rules of money that a project may lack."""
LITTLE = 0.1
"""Share of a project's cost up to which what it lacks is little."""
CASH = frozenset({LeftKind.FUND.value, LeftKind.LAPSED.value})


def money_rows(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows of the key `money` of a run; none for runs of earlier versions."""
    stated = manifest.get("money")
    rows = stated.get("rows") if isinstance(stated, Mapping) else None
    return [row for row in rows or [] if isinstance(row, Mapping)]


def source_name(instance: Instance, row: Mapping[str, Any]) -> Phrase:
    """Name of the source of a row, with its payer where there are several."""
    names = Names(instance)
    name = pair(*names.pair(str(row["source"])))
    if row["kind"] == LeftKind.QUOTA.value:
        name = phrase("quota-of", name=name)
    if len(instance.funded) < 2 or not row["jurisdiction"]:
        return name
    payer = pair(*names.pair(str(row["jurisdiction"])))
    return phrase("payer-and-source", payer=payer, name=name)


def money_line(
    instance: Instance, manifest: Mapping[str, Any], rejections: Sequence[Rejection] = ()
) -> Phrase:
    """How much money was left, where and when, what one more unit is worth, who lacks little.

    That nothing limits the money, where nothing does; nothing for runs that do not state it.
    """
    if not is_money_limited(instance):
        return phrase("money-is-unlimited")
    stated = manifest.get("money")
    if not isinstance(stated, Mapping):
        return NOTHING_SAID
    told = _left(instance, stated, money_rows(manifest))
    if stated.get("lapsed"):
        told = joined(told, phrase("money-lapsed", lapsed=_figure(stated["lapsed"])))
    if stated.get("quota_left") is not None:
        told = joined(told, phrase("quota-left", amount=_figure(stated["quota_left"])))
    if stated.get("cap_left") is not None:
        told = joined(told, phrase("cap-left", amount=_figure(stated["cap_left"])))
    told = joined(told, _worth(instance, stated, money_rows(manifest)))
    return joined(told, _lacks_little(instance, rejections))


def _lacks_little(instance: Instance, rejections: Sequence[Rejection]) -> Phrase:
    """The project left out that lacks least, for its cost, of a fund or a quota, as it is told.

    The worth of a unit is one of shares of works. That half a unit more builds a whole work is
    told by its reason; nothing where all that are left out lack much, or something else.
    """
    near = [
        (_lack(row) / cost, row)
        for row in rejections
        if row.amount is not None
        and row.year is not None
        and (row.best_npv or 0.0) > 0.0
        and _is_of_money(row.rule)
        and (cost := min(o.overnight_cost for o in instance.project_by_id[row.project].options))
        > 0.0
    ]
    share, row = min(near, key=lambda item: (item[0], item[1].project), default=(1.0, None))
    if row is None or share > LITTLE:
        return NOTHING_SAID
    names = Names(instance)
    record, ids = told_rule(row.rule)
    source = pair(*(" ".join(words) for words in zip(*map(names.pair, ids), strict=True)))
    if isinstance(record, Rule) and record.name == QUOTA:
        source = phrase("quota-of", name=source)
    return phrase(
        "left-out-for-little",
        project=pair(*names.pair(row.project)),
        source=source,
        short=pair(*amount_text(row)),
    )


def _is_of_money(stated: str) -> bool:
    """Whether a rule, as a rejection states it, is one of a fund's or a quota's money."""
    record, ids = told_rule(stated)
    return isinstance(record, Rule) and record.name in {FUND, QUOTA} and bool(ids)


def _lack(row: Rejection) -> float:
    """What is short in all its years together."""
    return sum(row.amounts) if len(row.years) > 1 else float(row.amount or 0.0)


def _left(
    instance: Instance, stated: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Phrase:
    if stated.get("has_funds") is not True:
        return NOTHING_SAID
    there = _in_unit(instance, stated["came_in"])
    by_source: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["kind"] in CASH and row["left"]:
            by_source.setdefault((row["jurisdiction"], row["source"]), []).append(row)
    if not by_source:
        return phrase("no-money-left", there=there)
    share = float(stated.get("share") or 0.0)
    left = pair(_figure(stated["left"]), _in_unit(instance, stated["left"]).zh)
    told = {"left": left, "there": there, "share": share}
    sums = sorted(
        ((sum(float(row["left"]) for row in mine), mine) for mine in by_source.values()),
        key=lambda item: -item[0],
    )
    if len(sums) == 1:
        mine = sums[0][1]
        name = source_name(instance, mine[0])
        return phrase("money-left-in-one", name=name, years=_years(mine), **told)
    parts = []
    for amount, mine in sums[:MOST_NAMED]:
        # A fund is a fund, whether its money stayed or lapsed.
        name = source_name(instance, mine[0])
        parts.append(phrase("money-left-at", amount=_figure(amount), name=name, years=_years(mine)))
    if len(sums) > MOST_NAMED:
        rest = sum(amount for amount, _ in sums[MOST_NAMED:])
        parts.append(phrase("money-left-elsewhere", amount=_figure(rest)))
    return phrase("money-left", where=listed(parts), **told)


def _years(rows: Sequence[Mapping[str, Any]]) -> Phrase:
    """When money was left: the year, or the first, the last, and that of the most."""
    years = sorted({int(row["year"]) for row in rows})
    if len(years) == 1:
        return phrase("money-left-in-year", year=years[0])
    most = max(rows, key=lambda row: (float(row["left"]), -int(row["year"])))
    return phrase("money-left-in-years", first=years[0], last=years[-1], most=int(most["year"]))


def _figure(amount: object) -> str:
    """An amount as a reader wants it: no fractions beside thousands."""
    value = float(str(amount))
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:,.2f}"


def _in_unit(instance: Instance, amount: object) -> Phrase:
    """An amount with its unit; a unit that begins with a number is set off from it."""
    english, chinese = unit_pair(instance)
    figure = _figure(amount)
    sign = " x " if english[:1].isdigit() else " "
    gap = (" x " if chinese[:1].isdigit() else " ") if chinese.isascii() else ""
    return pair(f"{figure}{sign}{english}".strip(), f"{figure}{gap}{chinese}".strip())


def _worth(
    instance: Instance, stated: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Phrase:
    status = stated.get("worth_status")
    if status == NO_MONEY_COUNTS:
        return NOTHING_SAID
    if status == NO_RELAXATION:
        return phrase("worth-of-no-relaxation")
    if status != ESTIMATE:
        return phrase("worth-for-want-of-time")
    known = [row for row in rows if row["worth"]]
    if not known:
        return phrase("no-worth-of-money")
    # Of equal worths that of a fund, in its first year: plans ask about cash before quotas.
    known.sort(
        key=lambda row: (
            -round(float(row["worth"]), 6),
            row["kind"] != LeftKind.FUND.value,
            int(row["year"]),
        )
    )
    best = {(row["kind"], row["jurisdiction"], row["source"]): row for row in reversed(known)}
    named = list(reversed(best.values()))
    named.sort(key=known.index)
    funds = {row["source"] for row in named if row["kind"] == LeftKind.FUND.value}
    idle = len(instance.funds) - len(funds)
    if len(named) == 1 and not idle:
        return phrase(
            "worth-of-money",
            name=source_name(instance, named[0]),
            year=int(named[0]["year"]),
            worth=float(named[0]["worth"]),
        )
    parts = [
        phrase(
            "worth-at",
            worth=float(row["worth"]),
            name=source_name(instance, row),
            year=int(row["year"]),
        )
        for row in named[:MOST_NAMED]
    ]
    if len(named) > MOST_NAMED:
        parts.append(phrase("worth-of-fewer", count=len(named) - MOST_NAMED))
    if idle:
        parts.append(phrase("worth-of-none", count=idle))
    return phrase("worths-of-money", where=listed(parts))


def money_cases(manifest: Mapping[str, Any]) -> tuple[MoneyCase, ...]:
    """The cases of the key `money_check` of a run; none where none was asked for."""
    stated = manifest.get("money_check")
    cases = stated.get("cases") if isinstance(stated, Mapping) else None
    return tuple(MoneyCase.model_validate(case) for case in cases or ())


def money_check_line(manifest: Mapping[str, Any]) -> Phrase:
    """What the money check found, plainly; nothing where none was asked for."""
    stated, cases = manifest.get("money_check"), money_cases(manifest)
    if not isinstance(stated, Mapping):
        return NOTHING_SAID
    if not stated.get("is_limited", True):
        return phrase("answer-depends-on-no-money-at-all")
    shares = listed(_case(case) for case in cases)
    if stated.get("depends") is False:
        same = not any(case.changed or case.other_options for case in cases)
        if same:
            told = phrase("answer-does-not-depend-on-money")
        else:
            told = phrase("value-does-not-depend-on-money", shares=shares)
    else:
        count = max((case.candidates for case in cases), default=0)
        told = phrase("money-changes", count=count, shares=shares)
    more = [case for case in cases if case.factor > 1.0]
    asked = _asked_gap(manifest)
    is_idle = all(
        case.effect is MoneyEffect.NONE
        and not case.changed
        and case.gap is not None
        and case.gap <= asked
        for case in more
    )
    if stated.get("depends") and more and is_idle:
        told = joined(told, phrase("more-money-changes-nothing"))
    if caps := stated.get("scaled_caps"):
        told = joined(told, phrase("money-check-caps", names=listed(caps)))
    return told


def _asked_gap(manifest: Mapping[str, Any]) -> float:
    """Gap that a run was asked for; any, where it does not say."""
    options = manifest.get("options")
    gap = options.get("gap") if isinstance(options, Mapping) else None
    return max(float(gap), 1e-6) if isinstance(gap, int | float) else float("inf")


def _case(case: MoneyCase) -> Phrase:
    if case.effect is MoneyEffect.NO_PLAN:
        return phrase("money-allows-no-plan", factor=case.factor)
    if case.effect is MoneyEffect.UNKNOWN:
        if case.time_share_s is None:
            return phrase("money-not-checked", factor=case.factor)
        seconds = case.time_share_s
        return phrase("money-not-checked-in-time", factor=case.factor, seconds=seconds)
    told = phrase("money-changes-share", changed=case.changed, share=case.share, factor=case.factor)
    if case.changed and case.ties_asked:
        share = case.decided / case.candidates if case.candidates else 0.0
        told = phrase("money-changes-without-ties", told=told, decided=case.decided, share=share)
    if case.effect is MoneyEffect.NONE and case.changed:
        return phrase("money-changes-nothing-in-value", told=told)
    return told
