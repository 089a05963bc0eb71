"""Proposals how partners share joint projects, side by side, each with its consequences.

The partners' game: a coalition is worth the net present value of the joint projects whose partners
are all in it, as the plan builds them; a partner alone is worth 0, since a joint project needs all
its partners (own projects that it gives up: `stand_alone_value`). What a proposal makes a partner
pay is its gain (docs/laws.md, Sharing) less the share of the surplus that the proposal gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.finance.cooperative_game import (
    MAXIMUM_PLAYERS,
    CooperativeGame,
    coalitions,
    is_in_core,
    nucleolus,
    shapley_value,
)
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares, partners_of
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer.accounts.candidates import lay_out, start_in
from infraplan.optimizer.accounts.partners import cost_of_payment, partner_gains
from infraplan.optimizer.accounts.rules import FiscalTable
from infraplan.optimizer.accounts.value import build_coefficients

PROPOSALS = ("current", "length", "benefit", "capacity", "shapley", "nucleolus")
"""Names of the proposals in the order of reporting."""
MOST_NAMES = 5
"""Projects that a reason names; of more it gives the number."""
ENOUGH = 1e-6
"""Tolerance of `at least as well off`, relative to the money at stake."""

Shares = dict[str, dict[str, float]]
"""Project -> partner -> share of cost."""


@dataclass(frozen=True)
class JointProject:
    """A joint project as started: present values in price-year money, cost with its uplift."""

    id: str
    start: ProjectStart
    gain: Mapping[str, float]
    cost: float

    @property
    def partners(self) -> tuple[str, ...]:
        """Partners in the order of the instance."""
        return tuple(self.gain)

    @property
    def net(self) -> float:
        """Net present value of the project: what its partners have to share."""
        return sum(self.gain.values()) - self.cost


@dataclass(frozen=True)
class PartnerShare:
    """What a proposal means to one partner, present values.

    `compensation` is what it receives from the others (paid where negative); `net` is gain - cost +
    compensation.
    """

    jurisdiction: str
    cost: float
    gain: float
    compensation: float

    @property
    def net(self) -> float:
        """What the partner gains in all."""
        return self.gain - self.cost + self.compensation

    @property
    def is_no_worse(self) -> bool:
        """Whether the joint projects by themselves leave it no worse off.

        What own projects it gives up for them is told by `stand_alone_value`.
        """
        stake = max(1.0, abs(self.gain), abs(self.cost), abs(self.compensation))
        return self.net >= -ENOUGH * stake


@dataclass(frozen=True)
class Proposal:
    """A way to share: shares by project, and what it means to each partner.

    `reason` tells why there is no such proposal (English, Chinese); it is blank where there is.
    `is_stable` tells whether no group of partners would do better by itself (None: not known).
    """

    name: str
    shares: Shares
    partners: tuple[PartnerShare, ...] = ()
    everyone_gains: bool = False
    is_stable: bool | None = None
    reason: tuple[str, str] = ("", "")


def joint_projects(
    instance: Instance, starts: Iterable[ProjectStart], only: Iterable[str] = ()
) -> tuple[JointProject, ...]:
    """Joint projects (two partners or more) among `starts`; `only` names those that are asked for.

    Raises
    ------
    ValueError
        If one that is asked for is not started or has one partner only.
    """
    wanted = set(only)
    candidates = lay_out(instance)
    coefficients = build_coefficients(candidates)
    found: list[JointProject] = []
    for start in starts:
        project = instance.project_by_id[start.project]
        if (wanted and project.id not in wanted) or len(partners_of(instance, project)) < 2:
            continue
        at = candidates.number_of(start), start.start - candidates.first_year
        gains = partner_gains(coefficients, project)
        found.append(
            JointProject(
                project.id,
                start,
                {name: float(gain[at]) for name, gain in gains.items()},
                -float(coefficients.terms["construction"][at]),
            )
        )
    missing = sorted(wanted - {project.id for project in found})
    if missing:
        message = phrase("not-built-or-not-joint", missing=_few(missing))
        raise ValueError(message)
    return tuple(found)


def without_benefit_shares(instance: Instance, projects: Iterable[JointProject]) -> list[str]:
    """Ids of joint projects of which `shares` does not say who gains: all falls to the leader."""
    stated = {row.project for row in instance.shares if row.benefit_share is not None}
    return [joint.id for joint in projects if joint.id not in stated]


def best_starts(instance: Instance, only: Iterable[str] = ()) -> tuple[ProjectStart, ...]:
    """Each joint project at the start that is worth most by itself, whatever it costs its payers.

    `only` names the projects; all joint ones that may be built where it is empty.
    """
    wanted = set(only)
    candidates = lay_out(instance)
    value = build_coefficients(candidates).value
    starts: list[ProjectStart] = []
    for index, project in enumerate(instance.projects):
        if (wanted and project.id not in wanted) or len(partners_of(instance, project)) < 2:
            continue
        ways = [
            (float(value[o, t]), -o, -t)
            for o in candidates.options_of[index]
            for t in range(candidates.options[o].first, candidates.options[o].last + 1)
        ]
        if not ways:
            continue
        _, o, t = max(ways)
        starts.append(start_in(candidates.options[-o], candidates.first_year - t))
    return tuple(starts)


def joint_game(projects: Iterable[JointProject]) -> CooperativeGame:
    """The game of the partners of `projects`; see the head of this module.

    Raises
    ------
    ValueError
        If there is no partner, or too many for coalitions to be listed.
    """
    projects = tuple(projects)
    players = tuple(dict.fromkeys(name for project in projects for name in project.partners))
    if len(players) > MAXIMUM_PLAYERS:
        raise ValueError(f"there are {len(players)} partners, more than {MAXIMUM_PLAYERS}")
    return CooperativeGame(
        players,
        {
            group: sum(project.net for project in projects if set(project.partners) <= group)
            for group in coalitions(players)
        },
    )


def make_proposals(
    instance: Instance,
    projects: tuple[JointProject, ...],
    plan: Plan | None = None,
    capacity_item: str = "",
) -> tuple[Proposal, ...]:
    """Every proposal of `PROPOSALS`; `plan` tells what is paid now (fixed shares without one).

    `capacity_item` is the fiscal item that measures capacity, in the plan's first year; blank
    takes the first one that all partners have.
    """
    made = [current_proposal(instance, projects, plan)]
    for name, weights in (
        ("length", _lengths(instance, projects)),
        ("benefit", _benefits(projects)),
        ("capacity", _capacities(instance, projects, capacity_item)),
    ):
        made.append(_by_weights(name, projects, weights))
    for name in ("shapley", "nucleolus"):
        made.append(_by_game(name, projects))
    return tuple(made)


# ------------------------------------------------------------------ what is paid as it stands


def current_proposal(
    instance: Instance, projects: tuple[JointProject, ...], plan: Plan | None
) -> Proposal:
    """What the plan's payments and compensation come to; without a plan the fixed shares."""
    open_ = [j.id for j in projects if has_chosen_shares(instance, instance.project_by_id[j.id])]
    if plan is None and open_:
        names = _few(open_)
        return Proposal("current", {}, reason=phrase("a-plan-chooses-who-pays", names=names).both)
    shares: Shares = {}
    compensation = dict.fromkeys(_players(projects), 0.0)
    coefficients = build_coefficients(lay_out(instance))
    first = instance.settings.horizon.first_year
    for joint in projects:
        project = instance.project_by_id[joint.id]
        if plan is None:
            fixed = instance.shares_of(project)
            shares[joint.id] = {name: fixed.get(name, 0.0) for name in joint.partners}
            continue
        cost = cost_of_payment(coefficients, project)
        paid = dict.fromkeys(joint.partners, 0.0)
        for row in plan.payments:
            if row.project == joint.id:
                paid[row.jurisdiction] += float(cost[row.year - first]) * row.amount
        shares[joint.id] = {
            name: amount / joint.cost if joint.cost else 0.0 for name, amount in paid.items()
        }
        for given in plan.compensations:
            if given.project == joint.id:
                amount = float(coefficients.worth_of_nominal[given.year - first]) * given.amount
                compensation[given.jurisdiction] -= amount
                compensation[given.receiver] += amount
    return _proposal("current", projects, shares, compensation)


# ------------------------------------------------------------------ in proportion to something


@dataclass(frozen=True)
class _Weights:
    """Weights by project and partner, or why there are none."""

    by_project: Shares
    reason: tuple[str, str] = ("", "")


def _lengths(instance: Instance, projects: tuple[JointProject, ...]) -> _Weights:
    found = {
        joint.id: {
            row.jurisdiction: float(row.quantity)
            for row in instance.shares_by_project.get(joint.id, ())
            if row.quantity is not None
        }
        for joint in projects
    }
    bare = [name for name, weights in found.items() if not any(weights.values())]
    if bare:
        names = _few(bare)
        return _Weights({}, phrase("no-quantity-in-shares", names=names).both)
    return _Weights(found)


def _benefits(projects: tuple[JointProject, ...]) -> _Weights:
    found = {
        joint.id: {name: max(0.0, gain) for name, gain in joint.gain.items()} for joint in projects
    }
    bare = [name for name, weights in found.items() if not any(weights.values())]
    if bare:
        names = _few(bare)
        return _Weights({}, phrase("nobody-gains", names=names).both)
    return _Weights(found)


def _capacities(
    instance: Instance, projects: tuple[JointProject, ...], capacity_item: str
) -> _Weights:
    table, year = FiscalTable(instance), instance.settings.horizon.first_year
    items = (
        [capacity_item] if capacity_item else list(dict.fromkeys(r.item for r in instance.fiscal))
    )
    players = _players(projects)
    for item in items:
        if all(table.has(name, item) for name in players):
            value = {name: max(0.0, table.value(name, item, year)) for name in players}
            if all(any(value[name] for name in joint.partners) for joint in projects):
                return _Weights(
                    {j.id: {name: value[name] for name in j.partners} for j in projects}
                )
    what = (
        phrase("item-not-of-every-partner", item=capacity_item)
        if capacity_item
        else phrase("no-item-of-every-partner")
    )
    return _Weights({}, what.both)


def _by_weights(name: str, projects: tuple[JointProject, ...], weights: _Weights) -> Proposal:
    if weights.reason[0]:
        return Proposal(name, {}, reason=weights.reason)
    shares = {}
    for joint in projects:
        mine = weights.by_project[joint.id]
        whole = sum(mine.values())
        shares[joint.id] = {partner: mine.get(partner, 0.0) / whole for partner in joint.partners}
    return _proposal(name, projects, shares, dict.fromkeys(_players(projects), 0.0))


# ------------------------------------------------------------------ by the game of the partners


def _by_game(name: str, projects: tuple[JointProject, ...]) -> Proposal:
    try:
        game = joint_game(projects)
        surplus = shapley_value(game) if name == "shapley" else nucleolus(game)
    except ValueError:
        few = len(_players(projects)) <= MAXIMUM_PLAYERS
        return Proposal(
            name,
            {},
            reason=phrase("together-the-partners-lose").both
            if few
            else phrase("more-partners-than", most=MAXIMUM_PLAYERS).both,
        )
    gain = _sums(projects, {joint.id: joint.gain for joint in projects})
    due = {partner: gain[partner] - surplus[partner] for partner in game.players}
    shares, compensation = spread_costs(projects, due)
    return _proposal(name, projects, shares, compensation)


def spread_costs(
    projects: tuple[JointProject, ...], due: Mapping[str, float]
) -> tuple[Shares, dict[str, float]]:
    """Shares by project by which each partner pays `due` in all, with least compensation.

    Formula: over payments c[i,j] >= 0 of the partners of i, money received r[j] >= 0 and given
    g[j] >= 0: ``sum_j c[i,j] = cost[i]``, ``sum_i c[i,j] - r[j] + g[j] = due[j]``; least
    ``sum r + g``, then least distance of each project's shares from what its partners owe.

    Raises
    ------
    ArithmeticError
        If the linear program is not solved (`due` does not sum to the cost of the projects).
    """
    # Imported here so that commands which share nothing do not pay for scipy's optimisers.
    from scipy.optimize import linprog

    players = _players(projects)
    cells = [(joint, name) for joint in projects for name in joint.partners]
    count, width = len(cells), len(cells) * 3 + 2 * len(players)
    # Columns: c, distance above, distance below, received, given.
    positive = {name: max(0.0, due[name]) for name in players}
    rows, right = [], []
    for joint in projects:
        row = np.zeros(width)
        row[[k for k, (mine, _) in enumerate(cells) if mine is joint]] = 1.0
        rows.append(row)
        right.append(joint.cost)
    for position, name in enumerate(players):
        row = np.zeros(width)
        row[[k for k, (_, partner) in enumerate(cells) if partner == name]] = 1.0
        row[3 * count + position] = -1.0
        row[3 * count + len(players) + position] = 1.0
        rows.append(row)
        right.append(due[name])
    for k, (joint, name) in enumerate(cells):
        row = np.zeros(width)
        row[[k, count + k, 2 * count + k]] = 1.0, -1.0, 1.0
        rows.append(row)
        whole = sum(positive[partner] for partner in joint.partners)
        right.append(joint.cost * (positive[name] / whole if whole else 1.0 / len(joint.partners)))
    weight = np.concatenate([np.zeros(count), np.full(2 * count, 1e-3), np.ones(2 * len(players))])
    scale = max(1e-300, *(abs(value) for value in right))
    answer = linprog(weight, A_eq=np.array(rows), b_eq=np.array(right) / scale, method="highs-ds")
    if answer.status != 0:
        raise ArithmeticError(f"the costs could not be spread: {answer.message}")
    paid = scale * answer.x
    shares: Shares = {joint.id: {} for joint in projects}
    for k, (joint, name) in enumerate(cells):
        shares[joint.id][name] = float(paid[k] / joint.cost) if joint.cost else 0.0
    received = paid[3 * count : 3 * count + len(players)] - paid[3 * count + len(players) :]
    return shares, dict(zip(players, received.tolist(), strict=True))


# ------------------------------------------------------------------ what a proposal means


def _few(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f", +{len(names) - MOST_NAMES}" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _players(projects: Iterable[JointProject]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for joint in projects for name in joint.partners))


def _sums(
    projects: Iterable[JointProject], amounts: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Sum of amounts by project and partner, by partner."""
    total: dict[str, float] = {}
    for joint in projects:
        for name, amount in amounts[joint.id].items():
            total[name] = total.get(name, 0.0) + amount
    return total


def _proposal(
    name: str,
    projects: tuple[JointProject, ...],
    shares: Shares,
    compensation: Mapping[str, float],
) -> Proposal:
    gain = _sums(projects, {joint.id: joint.gain for joint in projects})
    cost = _sums(
        projects,
        {j.id: {p: share * j.cost for p, share in shares[j.id].items()} for j in projects},
    )
    partners = tuple(
        PartnerShare(partner, cost[partner], gain[partner], compensation[partner])
        for partner in _players(projects)
    )
    stable = None
    if len(partners) <= MAXIMUM_PLAYERS:
        nets = {row.jurisdiction: row.net for row in partners}
        stable = is_in_core(joint_game(projects), nets, tolerance=ENOUGH)
    return Proposal(
        name,
        shares,
        partners,
        everyone_gains=all(row.is_no_worse for row in partners),
        is_stable=stable,
    )
