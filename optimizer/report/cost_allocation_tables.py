"""Proposals to share joint projects as tables: who pays and gains, and what budgets say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.allocation_financing import Financing
from infraplan.optimizer.analysis.cost_allocation import (
    JointProject,
    Proposal,
    current_proposal,
    joint_projects,
)
from infraplan.optimizer.analysis.stand_alone_value import OwnProjects
from infraplan.optimizer.report.finance_tables import titles_of_rules
from infraplan.optimizer.report.frames import (
    MONEY,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair

Financings = Mapping[str, Financing]


def proposal_name(name: str) -> tuple[str, str]:
    """Name of a proposal in both languages."""
    return both(f"share_{name}")


def joint_table(instance: Instance, projects: Sequence[JointProject]) -> ReportTable:
    """What is shared: every joint project, what its partners gain, what it costs and leaves."""
    names, unit = Names(instance), unit_pair(instance)
    columns = (
        Column("project"),
        Column("partner"),
        Column("start", YEAR),
        Column("gain", MONEY, unit),
        Column("cost_value", MONEY, unit),
        Column("net_value", MONEY, unit),
    )
    rows: list[dict[str, Any]] = []
    for joint in projects:
        title = text_pair("project", names.pair(joint.id))
        rows += [
            title | text_pair("partner", names.pair(partner)) | {"gain": gain}
            for partner, gain in joint.gain.items()
        ]
        rows.append(
            title
            | text_pair("partner", both("total"))
            | {
                "start": joint.start.start,
                "gain": sum(joint.gain.values()),
                "cost_value": joint.cost,
                "net_value": joint.net,
            }
        )
    return ReportTable("joint_projects", columns, frame_of(columns, rows))


def partners_table(run: Run) -> ReportTable:
    """Joint projects under an agreement, as planned: what each partner gains, pays, receives."""
    names, unit = Names(run.instance), unit_pair(run.instance)
    columns = (
        Column("project"),
        Column("partner"),
        Column("share", SHARE),
        Column("gain", MONEY, unit),
        Column("cost_value", MONEY, unit),
        Column("compensation", MONEY, unit),
        Column("net_value", MONEY, unit),
    )
    agreed = {row.project for row in run.instance.agreements}
    starts = () if run.plan is None else run.plan.starts
    started = [start for start in starts if start.project in agreed]
    rows = []
    for joint in joint_projects(run.instance, started) if started else ():
        for row in current_proposal(run.instance, (joint,), run.plan).partners:
            rows.append(
                text_pair("project", names.pair(joint.id))
                | text_pair("partner", names.pair(row.jurisdiction))
                | {
                    "share": row.cost / joint.cost if joint.cost else 0.0,
                    "gain": row.gain,
                    "cost_value": row.cost,
                    "compensation": row.compensation,
                    "net_value": row.net,
                }
            )
    return ReportTable("partners", columns, frame_of(columns, rows), "sharing_note")


def proposals_table(instance: Instance, proposals: Sequence[Proposal]) -> ReportTable:
    """Every proposal and partner: share of cost, cost, compensation, net value."""
    names, unit = Names(instance), unit_pair(instance)
    columns = (
        Column("proposal"),
        Column("partner"),
        Column("share", SHARE),
        Column("cost_value", MONEY, unit),
        Column("compensation", MONEY, unit),
        Column("net_value", MONEY, unit),
        Column("no_worse"),
    )
    rows = []
    for proposal in proposals:
        whole = sum(row.cost for row in proposal.partners)
        for row in proposal.partners:
            rows.append(
                text_pair("proposal", proposal_name(proposal.name))
                | text_pair("partner", names.pair(row.jurisdiction))
                | text_pair("no_worse", both("yes" if row.is_no_worse else "no"))
                | {
                    "share": row.cost / whole if whole else 0.0,
                    "cost_value": row.cost,
                    "compensation": row.compensation,
                    "net_value": row.net,
                }
            )
    return ReportTable("proposals", columns, frame_of(columns, rows), "sharing_note")


def own_table(instance: Instance, own: Sequence[OwnProjects]) -> ReportTable:
    """What each partner has of its own projects, alone and beside the joint ones."""
    names, unit = Names(instance), unit_pair(instance)
    columns = (
        Column("partner"),
        Column("own_alone", MONEY, unit),
        Column("own_beside", MONEY, unit),
        Column("given_up", MONEY, unit),
    )
    rows = [
        text_pair("partner", names.pair(row.jurisdiction))
        | {"own_alone": row.alone, "own_beside": row.beside, "given_up": row.given_up}
        for row in own
    ]
    return ReportTable("own_projects", columns, frame_of(columns, rows), "own_projects_note")


def budgets_table(
    instance: Instance, proposals: Sequence[Proposal], financings: Financings
) -> ReportTable:
    """What each proposal does to the partners' cash and debt; one line where it cannot be paid."""
    names, unit = Names(instance), unit_pair(instance)
    titles = titles_of_rules(instance)
    columns = (
        Column("proposal"),
        Column("partner"),
        Column("paid", MONEY, unit),
        Column("cash_low", MONEY, unit),
        Column("debt_peak", MONEY, unit),
        Column("binding_year", YEAR),
        Column("rule"),
    )
    rows: list[dict[str, Any]] = []
    for proposal in proposals:
        financing = financings.get(proposal.name)
        title = text_pair("proposal", proposal_name(proposal.name))
        if financing is None:
            continue
        if not financing.is_possible:
            word = "cannot_be_paid" if financing.is_possible is False else "not_known"
            rows.append(title | text_pair("partner", both(word)) | text_pair("rule", ("", "")))
        for row in financing.partners:
            rows.append(
                title
                | text_pair("partner", names.pair(row.jurisdiction))
                | text_pair("rule", titles.get(row.binding_rule) or names.rule(row.binding_rule))
                | {
                    "paid": row.paid,
                    "cash_low": row.cash_low,
                    "debt_peak": row.debt_peak,
                    "binding_year": row.binding_year,
                }
            )
    return ReportTable("sharing_budgets", columns, frame_of(columns, rows), "budgets_note")
