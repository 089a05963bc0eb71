"""What of the works under way is paid already, and so what each payer owes of their rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from infraplan.models.debt_rule import CapitalRatio, Finance
from infraplan.models.funding import CostShare
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares, share_limits_of
from infraplan.models.plan import Payment, SourceKind
from infraplan.models.progress import option_in_plan, profile_of
from infraplan.optimizer.accounts.sources import debt_part
from infraplan.optimizer.analysis.actuals import Works


def real_rest(draft: Instance, name: str) -> dict[int, float]:
    """Price-year money, escalation included, that the rest of works under way takes by year."""
    settings = draft.settings
    first = settings.horizon.first_year
    project = draft.project_by_id[name]
    option = option_in_plan(project, project.options[0].option, first)
    growth = 1.0 + settings.appraisal.cost_escalation
    return {
        first + k: option.overnight_cost * share * growth ** (first + k - settings.price_year)
        for k, share in enumerate(profile_of(option))
    }


def roll_shares(
    instance: Instance, draft: Instance, works: Mapping[str, Works], payments: Iterable[Payment]
) -> tuple[CostShare, ...]:
    """Shares of the new instance: of works under way, what the limits leave each partner to pay.

    The limits speak of all that works cost (laws.md, "Sharing"), the new instance of their rest.
    With W = P + R in price-year money, P paid and R the rest, and p what a partner has paid,
    ``least W <= p + share R <= most W``.
    """
    paid: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in payments:
        index = instance.price_index(row.year)
        paid[row.project][row.jurisdiction] += row.amount / index
    limits: dict[tuple[str, str], tuple[float, float]] = {}
    first = draft.settings.horizon.first_year
    for name, here in works.items():
        if here.cancelled or here.is_finished(first):
            continue
        project = instance.project_by_id[name]
        if has_chosen_shares(instance, project):
            rest = sum(real_rest(draft, name).values())
            found = _limits_of_rest(share_limits_of(instance, project), paid[name], rest)
            limits |= {(name, partner): pair for partner, pair in _possible(found)}
    return tuple(_with_limits(row, limits) for row in instance.shares)


def _limits_of_rest(
    asked: Mapping[str, tuple[float, float]], paid: Mapping[str, float], rest: float
) -> dict[str, tuple[float, float]]:
    whole = sum(paid.values()) + rest
    if rest <= 1e-9 * whole:
        return dict.fromkeys(asked, (0.0, 1.0))
    return {
        name: (
            min(1.0, max(0.0, least * whole - paid.get(name, 0.0)) / rest),
            min(1.0, max(0.0, most * whole - paid.get(name, 0.0)) / rest),
        )
        for name, (least, most) in asked.items()
    }


def _possible(
    limits: Mapping[str, tuple[float, float]],
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Limits that can be kept together: who has paid too much leaves less to the others."""
    least = max(1.0, sum(pair[0] for pair in limits.values()))
    most = min(1.0, sum(pair[1] for pair in limits.values()))
    for name, (low, high) in limits.items():
        # What they may pay falls short of all by rounding alone: largest shares sum to 1 or more.
        yield name, (low / least, max(low / least, min(1.0, high / most)))


def _with_limits(
    row: CostShare, limits: Mapping[tuple[str, str], tuple[float, float]]
) -> CostShare:
    if (row.project, row.jurisdiction) not in limits:
        return row
    least, most = limits[row.project, row.jurisdiction]
    return row.model_copy(update={"share": None, "min_share": least, "max_share": most})


# ------------------------------------------------------------------------------------ capital


def roll_finance(
    instance: Instance, draft: Instance, works: Mapping[str, Works], payments: Iterable[Payment]
) -> Finance:
    """Rules of finance, with the capital that works under way have still to be paid with.

    A ratio r speaks of all that works cost (laws.md, `capital`). With P paid, L of it from debt
    that is no capital, and R the rest, nominal money, debt may bear ``(1 - r) (P + R) - L`` of the
    rest: a rule of their own asks the share of capital ``1 - ((1 - r) (P + R) - L) / R`` of it.
    """
    paid: defaultdict[str, float] = defaultdict(float)
    debt: defaultdict[str, float] = defaultdict(float)
    for row in payments:
        paid[row.project] += row.amount
        if row.kind is SourceKind.INSTRUMENT:
            debt[row.project] += debt_part(instance.instrument_by_id[row.source]) * row.amount
    first = draft.settings.horizon.first_year
    asked: dict[str, float] = {}
    for name, here in works.items():
        ratio = instance.capital_ratio_of(here.project, here.start)
        if here.cancelled or here.is_finished(first) or not ratio:
            continue
        rest = sum(
            money * draft.price_index(year) for year, money in real_rest(draft, name).items()
        )
        whole = paid[name] + rest
        if rest > 1e-9 * whole:
            asked[name] = min(1.0, 1.0 - ((1.0 - ratio) * whole - debt[name]) / rest)
    finance = draft.settings.finance
    own = [
        CapitalRatio(id=f"rest-{name}", projects=(name,), ratio=ratio)
        for name, ratio in asked.items()
        if ratio > 1e-9
    ]
    others = (_without(rule, works) for rule in finance.capital_ratios)
    return finance.model_copy(
        update={"capital_ratios": (*(rule for rule in others if rule is not None), *own)}
    )


def _without(rule: CapitalRatio, works: Mapping[str, Works]) -> CapitalRatio | None:
    """The rule for what has not begun; what has is asked by a rule of its own, but in step."""
    left = tuple(name for name in rule.projects if name not in works)
    if rule.per_year or left == rule.projects:
        return rule
    return rule.model_copy(update={"projects": left}) if left else None
