"""Whether joint works under way can be paid as was agreed, and what gives way where they cannot.

Partners consented to works that came otherwise since. Where one has no money in the years in which
it is asked for now, others pay more than these agreed to, or are not compensated; a plan that asked
them for consent again would never be. What they lose by that is theirs, as it is where works come
late (`rolled_partners`). The shares that were agreed stay: who lacks money for its part is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.agreement import Consent
from infraplan.models.catalogue import Phrase, joined, listed, phrase
from infraplan.models.funding import CostShare
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import before_of, partners_of
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
from infraplan.models.relation import RelationType
from infraplan.models.rules import Section, tables_of
from infraplan.optimizer.analysis.actuals import Works
from infraplan.optimizer.analysis.elastic import GIVES, LATER, search
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.mip import Key, Mip
from infraplan.optimizer.mip_edits import with_slack
from infraplan.optimizer.program import build_formulation

OPTIONS = SolverOptions(gap=1e-6, time_limit_s=30.0)
CONSENT, SHARES = frozenset({"consent"}), frozenset({"share_limit"})
MONEY = frozenset({"fund_balance", "tail_service"})

_LEFT_OUT = (
    *tables_of(Section.POLICY, Section.NETWORK),
    *("resources", "stated_dates", "project_network"),
)
"""Tables that say nothing of who pays for works under way."""


@dataclass(frozen=True)
class Giving:
    """A row that gives way, and by how much in its own unit."""

    family: str
    key: Key
    amount: float


def with_what_money_allows(
    new: Instance, works: Mapping[str, Works]
) -> tuple[tuple[CostShare, ...], list[Phrase]]:
    """Shares of `new` in which partners bear what money that is not there makes them lose.

    Parameters
    ----------
    new
        The rolled instance, what went before stated in its shares.
    works
        Works that began before it, or were given up.

    Returns
    -------
    tuple
        The shares, and remarks on losses that are borne, or on what has to be decided: whose money
        is short of what in which year, and whether other shares would do.
    """
    first = new.settings.horizon.first_year
    going_on = [
        name for name, row in works.items() if not row.cancelled and not row.is_finished(first)
    ]
    bound = {row.project for row in new.agreements if _is_bound(new, row.project, going_on)}
    if not (going_on or bound):
        return new.shares, []
    mip = build_formulation(_of_money_alone(new, going_on)).mip
    # What else may be built brings money, or gains to a package; looked at where works alone fail.
    if _has_plan(mip) or _has_plan(build_formulation(_of_money_alone(new)).mip):
        return new.shares, []
    borne = _least_giving(mip, CONSENT)
    if borne is not None:
        return _with_losses(new, bound, borne)
    return new.shares, _to_decide(new, mip, going_on)


def _is_bound(new: Instance, name: str, going_on: Collection[str]) -> bool:
    return name in going_on or stands(new.project_by_id[name])


def _of_money_alone(new: Instance, going_on: Collection[str] | None = None) -> Instance:
    """`new` without what says nothing of who pays for works; it is not checked.

    With `going_on` nothing but these works may be built.
    """
    tables = {name: getattr(new, name) for name in Instance.model_fields}
    tables |= dict.fromkeys(_LEFT_OUT, ())
    tables["settings"] = new.settings.model_copy(update={"networks": (), "objective": "npv"})
    if going_on is not None:
        tables["projects"] = tuple(
            row
            if row.id in going_on or stands(row)
            else row.model_copy(update={"mandatory": Mandate.MUST_NOT})
            for row in new.projects
        )
        tables["relations"] = tuple(
            row
            for row in new.relations
            if row.type is RelationType.RETIRES and row.to_projects[0] in going_on
        )
    return Instance.model_construct(**tables)


def _has_plan(mip: Mip) -> bool:
    """Whether a plan was found, whatever it is worth."""
    unpriced = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
    return search(unpriced, OPTIONS)[1] is not None


def _least_giving(mip: Mip, families: Collection[str]) -> list[Giving] | None:
    """What rows of `families` give at least, all together, for there to be a plan; None: none.

    Of two ways of giving as much the later one is taken, where rows have years.
    """
    blocks = [block for block in mip.row_blocks if block.family in families]
    told = [(block.family, key) for block in blocks for key in block.keys]
    rows = np.array([block.start + k for block in blocks for k in range(block.size)], dtype=int)
    years = np.array([key[-1] if isinstance(key[-1], int) else 0 for _, key in told], dtype=float)
    last = years.max(initial=0.0)
    span = max(1.0, last - years.min(initial=last))
    price = 1.0 + LATER * (last - years) / span
    unpriced = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
    _, values = search(with_slack(unpriced, rows, price), OPTIONS)
    if values is None:
        return None
    # The first half of the slack raises its rows, the second lowers them: more money, less consent.
    slack = values[mip.num_columns + len(rows) :]
    return [
        Giving(family, key, float(slack[number]))
        for number, (family, key) in enumerate(told)
        if slack[number] > GIVES
    ]


def _with_losses(
    new: Instance, bound: Collection[str], borne: Sequence[Giving]
) -> tuple[tuple[CostShare, ...], list[Phrase]]:
    """Shares in which what partners lose counts no more, and remarks that say so."""
    losses: dict[tuple[str, str], float] = {}
    for lost in borne:
        subject, partner = str(lost.key[0]), str(lost.key[1])
        name = subject if subject in bound else _of_package(new, bound, partner)
        # What a solver may round counts as lost, so that the account does not close to a hair.
        losses[name, partner] = lost.amount + 1e-6 * max(1.0, lost.amount)
    first = new.settings.horizon.first_year
    notes = [
        phrase("roll-unpaid-borne", project=name, partner=partner, loss=loss, year=first)
        for (name, partner), loss in losses.items()
    ]
    rows = {(row.project, row.jurisdiction): row for row in new.shares}
    for (name, partner), loss in losses.items():
        row = before_of(new, new.project_by_id[name], partner)
        given = {"given_before": row.given_before - loss}
        rows[name, partner] = row.model_copy(update=given)
    return tuple(rows.values()), notes


def _of_package(new: Instance, bound: Collection[str], partner: str) -> str:
    """A project of the package that binds `partner`."""
    return next(
        row.project
        for row in new.agreements
        if row.project in bound
        and row.consent is Consent.PACKAGE
        and partner in partners_of(new, new.project_by_id[row.project])
    )


def _to_decide(new: Instance, mip: Mip, going_on: Sequence[str]) -> list[Phrase]:
    """What money is short of as shares were agreed, and what other shares would do; maybe none."""
    lacking = _least_giving(mip, CONSENT | MONEY)
    if lacking is None:
        return []
    lacking = [row for row in lacking if row.family in MONEY]
    if not lacking:
        return []
    payers = {str(row.key[0]): new.fund_by_id[str(row.key[0])].jurisdiction for row in lacking}
    short = [
        phrase(
            "roll-fund-lacks",
            fund=row.key[0],
            payer=payers[str(row.key[0])],
            amount=row.amount,
            year=row.key[1],
        )
        for row in lacking
    ]
    theirs = [
        name
        for name in going_on
        if not set(payers.values()).isdisjoint(partners_of(new, new.project_by_id[name]))
    ]
    # Where what a fund lacks is debt service, late works may have been to bring it.
    names = theirs or going_on
    is_shared = any(len(partners_of(new, new.project_by_id[name])) > 1 for name in names)
    notes = [
        phrase(
            "roll-to-decide",
            projects=listed(names),
            short=joined(*short, between="; "),
            ways=phrase("roll-ways-of-partners" if is_shared else "roll-ways-of-one"),
        )
    ]
    taken_over = _least_giving(mip, CONSENT | SHARES)
    for row in taken_over or ():
        if row.family in SHARES:
            side = "roll-pays-more" if row.key[2] == "most" else "roll-pays-less"
            notes.append(phrase(side, project=row.key[0], partner=row.key[1], amount=row.amount))
    return notes
