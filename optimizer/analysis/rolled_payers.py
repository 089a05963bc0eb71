"""What of the works under way is paid already, and so what each payer owes of their rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from infraplan.models.funding import CostShare
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares, share_limits_of
from infraplan.models.plan import Payment
from infraplan.models.progress import option_in_plan, profile_of
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
