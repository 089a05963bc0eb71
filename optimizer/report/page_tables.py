"""Tables that only the report page has: its first screen, and what stands beside its drawings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from infraplan.models.catalogue import Phrase, listed, pair, phrase, term_of
from infraplan.models.plan import Rejection
from infraplan.models.progress import begun_in, duty_of
from infraplan.models.project import Mandate, Option
from infraplan.models.quantities import Quality
from infraplan.models.rules import told_rule
from infraplan.optimizer.analysis.critical_chain import ChainLink
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    in_order,
    text_pair,
)
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.plan_tables import chosen_options, spending_frame
from infraplan.optimizer.report.texts import Names, both, told_source

MOST_NAMED = 3
TEN = 10
DUTIES = (Mandate.COMMITTED, Mandate.MUST)


def _sum(run: Run, amount: float) -> tuple[str, str]:
    return told_money(run.instance, amount).both


def _largest(names: Names, weights: Mapping[str, float], most: int = MOST_NAMED) -> Phrase:
    """Names of the projects that weigh most; of equal ones the first by id."""
    order = sorted(weights, key=lambda name: (-weights[name], name))[:most]
    return listed(pair(*names.pair(name)) for name in order)


def built_by_phase_table(run: Run) -> ReportTable:
    """Per phase: works begun and opened, money, sectors, the largest by name; then the total."""
    columns = (
        Column("phase"),
        Column("works_begun", COUNT),
        Column("works_opened", COUNT),
        Column("money_spent"),
        Column("sectors_begun"),
        Column("largest_named"),
    )
    names, horizon = Names(run.instance), run.instance.settings.horizon
    spent, starts = spending_frame(run), run.plan.starts if run.plan is not None else ()
    sectors = {row.id: row.sector for row in run.instance.projects}
    costs = spent.groupby("project")["amount"].sum().to_dict()
    rows = []
    spans = [(p.first_year, p.last_year, names.pair(f"phase:{p.id}")) for p in horizon.phases]
    # What is spent, finished or opened after the plan has a line of its own.
    past = max([horizon.last_year, *(max(s.finish, s.opening) for s in starts)])
    if past > horizon.last_year:
        spans.append((horizon.last_year + 1, past, both("phase_after_plan")))
    way = [row for row in starts if _is_under_way(run, row.project)]
    if way:
        rows.append(
            text_pair("phase", both("phase_before_plan"))
            | text_pair("money_spent", ("", ""))
            | text_pair("sectors_begun", _counted(Counter(sectors[row.project] for row in way)))
            | text_pair(
                "largest_named",
                _largest(names, {row.project: costs.get(row.project, 0.0) for row in way}).both,
            )
            | {"works_begun": len(way), "works_opened": 0}
        )
    for first, last, name in spans:
        begun = [row for row in starts if first <= row.start <= last and row not in way]
        opened = sum(first <= row.opening <= last for row in starts)
        amount = float(spent.loc[spent["year"].between(first, last), "amount"].sum())
        if not begun and not opened and not amount:
            continue
        counts = Counter(sectors[row.project] for row in begun)
        rows.append(
            text_pair("phase", name)
            | text_pair("money_spent", _sum(run, amount))
            | text_pair("sectors_begun", _counted(counts))
            | text_pair(
                "largest_named",
                _largest(names, {row.project: costs.get(row.project, 0.0) for row in begun}).both,
            )
            | {"works_begun": len(begun), "works_opened": opened}
        )
    rows.append(
        text_pair("phase", phrase("page-phase-total").both)
        | text_pair("money_spent", _sum(run, float(spent["amount"].sum())))
        | text_pair("sectors_begun", _counted(Counter(sectors[row.project] for row in starts)))
        | text_pair("largest_named", ("", ""))
        | {"works_begun": len(starts), "works_opened": len(starts)}
    )
    return ReportTable("built_by_phase", columns, frame_of(columns, rows), has_total=True)


def _is_under_way(run: Run, project: str) -> bool:
    """Whether works of `project` began before the plan."""
    first_year = run.instance.settings.horizon.first_year
    return begun_in(run.instance.project_by_id[project], first_year) is not None


def _counted(counts: Counter[str]) -> tuple[str, str]:
    return listed(
        phrase("page-sector-count", sector=pair(*both(sector)), count=count)
        for sector, count in counts.most_common()
    ).both


def largest_works_table(run: Run) -> ReportTable:
    """The ten works on which most is spent, with their years, cost, payer and quality."""
    columns = (
        Column("project"),
        Column("sector"),
        Column("years_of_works"),
        Column("total_cost"),
        Column("paid_by_most"),
        Column("quality"),
    )
    names, options = Names(run.instance), chosen_options(run)
    first_year = run.instance.settings.horizon.first_year
    spent = spending_frame(run)
    costs = spent.groupby("project")["amount"].sum()
    by_payer = spent.groupby(["project", "jurisdiction"])["amount"].sum()
    starts = {row.project: row for row in run.plan.starts} if run.plan is not None else {}
    rows = []
    for project in sorted(costs.index, key=lambda name: (-costs[name], name))[:TEN]:
        start, payer = starts[project], by_payer[project].idxmax()
        share = by_payer[project][payer] / costs[project] if costs[project] else 1.0
        begun = begun_in(run.instance.project_by_id[project], first_year) or start.start
        key = "page-year" if begun == start.finish else "page-years"
        years = phrase(key, start=begun, finish=start.finish, opening=start.opening)
        paid = phrase("source-with-share", name=pair(*names.pair(str(payer))), share=share)
        rows.append(
            text_pair("project", names.pair(project))
            | text_pair("sector", both(run.instance.project_by_id[project].sector))
            | text_pair("years_of_works", years.both)
            | text_pair("total_cost", _sum(run, float(costs[project])))
            | text_pair("paid_by_most", paid.both)
            | text_pair("quality", both(options[project].quality.value))
        )
    return ReportTable("largest_works", columns, frame_of(columns, rows))


def cost_of(run: Run, project: str) -> float:
    """Cost of a project in its first option, prices of the price year."""
    return run.instance.project_by_id[project].options[0].overnight_cost


def left_out_table(run: Run) -> ReportTable:
    """Why projects are left out: by reason how many, what they would cost, the largest by name."""
    columns = (
        Column("left_out_why"),
        Column("count", COUNT),
        Column("left_out_cost"),
        Column("largest_named"),
    )
    names = Names(run.instance)
    groups: dict[tuple[str, str], list[Rejection]] = defaultdict(list)
    for row in run.rejections:
        record, _ = told_rule(row.rule)
        reason = names.rule(row.rule) if record is None else (record.reason.en, record.reason.zh)
        groups[reason].append(row)
    rows = []
    for reason, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        costs = {row.project: cost_of(run, row.project) for row in members}
        rows.append(
            text_pair("left_out_why", reason)
            | text_pair("left_out_cost", _sum(run, sum(costs.values())))
            | text_pair("largest_named", _largest(names, costs).both)
            | {"count": len(members)}
        )
    return ReportTable("left_out_reasons", columns, frame_of(columns, rows))


def chain_table(run: Run, chain: Iterable[ChainLink]) -> ReportTable:
    """Works of the critical chain, each with what ties it to the one before."""
    columns = (
        Column("project"),
        Column("start", YEAR),
        Column("opening", YEAR),
        Column("chain_why"),
        Column("source"),
    )
    names, rows, before = Names(run.instance), [], ""
    for link in chain:
        tie = link.relation
        told = pair(*both("chain_first"))
        if tie is not None:
            key = "page-chain-lag" if tie.lag else "page-chain-tie"
            values: dict[str, Any] = {"lag": tie.lag} if tie.lag else {}
            term, other = term_of(tie.type), pair(*names.pair(before))
            kind = pair(str(term).replace("_", " "), term.zh)
            told = phrase(key, kind=kind, before=other, **values)
        source = tie.source if tie is not None else ""
        rows.append(
            text_pair("project", names.pair(link.project))
            | text_pair("chain_why", told.both)
            | text_pair("source", told_source(source))
            | {"start": link.start, "opening": link.opening}
        )
        before = link.project
    return ReportTable(
        "critical_chain", columns, frame_of(columns, rows), "critical_chain_note", both("no_chain")
    )


def map_table(run: Run) -> ReportTable:
    """Works that the map shows: place, years, cost."""
    columns = (
        Column("map_place"),
        Column("project"),
        Column("sector"),
        Column("start", YEAR),
        Column("opening", YEAR),
        Column("cost", MONEY, run.money),
    )
    places = {row.id: (row.name_en or row.id, row.name_zh or row.id) for row in run.instance.places}
    located = {row.id for row in run.instance.places if row.lon is not None}
    options, names, rows = chosen_options(run), Names(run.instance), []
    starts = run.plan.starts if run.plan is not None else ()
    for start in sorted(starts, key=lambda row: (row.start, in_order(row.project))):
        project = run.instance.project_by_id[start.project]
        spots = [s for s in (project.place, project.from_place, project.to_place) if s in located]
        if not spots:
            continue
        told = listed(pair(*places[str(spot)]) for spot in dict.fromkeys(spots))
        row: dict[str, Any] = (
            text_pair("map_place", told.both)
            | text_pair("project", names.pair(project.id))
            | text_pair("sector", both(project.sector))
            | {
                "start": start.start,
                "opening": start.opening,
                "cost": options[project.id].overnight_cost,
            }
        )
        rows.append(([in_order(spot) for spot in spots], row))
    rows.sort(key=lambda found: found[0])
    return ReportTable("map_works", columns, frame_of(columns, [row for _, row in rows]))


def commitments_table(run: Run) -> ReportTable:
    """What duties, dates and orders of the run cost: counts, works, own value."""
    columns = (
        Column("commitment_kind"),
        Column("count", COUNT),
        Column("cost", MONEY, run.money),
        Column("commitment_value", MONEY, run.money),
        Column("commitment_negative", COUNT),
    )
    options, values = chosen_options(run), own_values(run)
    rows = []
    for mandate, key in zip(DUTIES, ("commitment_committed", "commitment_must"), strict=True):
        mine = [name for name in options if duty_of(run.instance.project_by_id[name]) is mandate]
        if mine:
            rows.append(_commitment(key, mine, options, values))
    asked = run.manifest.get("changes")
    made = asked.get("made") if isinstance(asked, Mapping) else None
    forced = [
        str(row["row"])
        for row in made or ()
        if isinstance(row, Mapping) and row.get("kind") == "force" and row.get("row") in options
    ]
    if forced:
        rows.append(_commitment("commitment_forced", forced, options, values))
    missed = [row for row in (run.plan.stated_dates if run.plan is not None else ()) if row.missed]
    if missed:
        cost = -sum(row.cost for row in missed)
        rows.append(
            text_pair("commitment_kind", both("commitment_dates"))
            | {"count": len(missed), "commitment_value": cost}
        )
    return ReportTable("commitments", columns, frame_of(columns, rows), "commitments_note")


def _commitment(
    key: str, mine: list[str], options: Mapping[str, Option], values: Mapping[str, float]
) -> dict[str, Any]:
    return text_pair("commitment_kind", both(key)) | {
        "count": len(mine),
        "cost": sum(options[name].overnight_cost for name in mine),
        "commitment_value": sum(values.get(name, 0.0) for name in mine),
        "commitment_negative": sum(values.get(name, 0.0) < 0.0 for name in mine),
    }


def own_values(run: Run) -> dict[str, float]:
    """Sum of the terms of the objective that are a project's own, by project."""
    found: dict[str, float] = defaultdict(float)
    for row in run.plan.objective_terms if run.plan is not None else ():
        if row.subject in run.instance.project_by_id:
            found[row.subject] += row.value
    return dict(found)


def dear_duties_table(run: Run) -> ReportTable:
    """The ten duties whose own value is lowest below nothing."""
    columns = (
        Column("project"),
        Column("duty"),
        Column("cost", MONEY, run.money),
        Column("commitment_value", MONEY, run.money),
    )
    options, values, names = chosen_options(run), own_values(run), Names(run.instance)
    bound = {name: duty_of(run.instance.project_by_id[name]) for name in options}
    dear = [name for name in options if bound[name] in DUTIES and values.get(name, 0.0) < 0.0]
    rows = [
        text_pair("project", names.pair(name))
        | text_pair("duty", both(f"state_{bound[name].value}"))
        | {"cost": options[name].overnight_cost, "commitment_value": values[name]}
        for name in sorted(dear, key=lambda one: (values[one], one))[:TEN]
    ]
    return ReportTable("dear_duties", columns, frame_of(columns, rows))


def quality_by_sector_table(run: Run) -> ReportTable:
    """Cost of what is built by sector and by how it is known."""
    kinds = [quality.value for quality in Quality]
    columns = (
        Column("sector"),
        *(Column(kind, MONEY, run.money) for kind in kinds),
        Column("total", MONEY, run.money),
    )
    sums: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(kinds, 0.0))
    for name, option in chosen_options(run).items():
        sector = run.instance.project_by_id[name].sector
        sums[sector][option.quality.value] += option.overnight_cost
    rows = [
        text_pair("sector", both(sector)) | found | {"total": sum(found.values())}
        for sector, found in sorted(sums.items(), key=lambda item: -sum(item[1].values()))
    ]
    return ReportTable("quality_by_sector", columns, frame_of(columns, rows))


def trajectory_table(run: Run, frame: pd.DataFrame) -> ReportTable:
    """Figures of the debt drawings: by pool and year, with ceiling and quota."""
    names = Names(run.instance)
    amounts = ("balance", "borrow", "service", "ceiling", "quota")
    columns = (
        Column("jurisdiction"),
        Column("pool"),
        Column("year", YEAR),
        *(Column(name, MONEY, run.money) for name in amounts),
    )
    rows = [
        text_pair("jurisdiction", names.pair(str(row["jurisdiction"])))
        | text_pair("pool", names.pair(str(row["pool"])))
        | {"year": int(row["year"]), "service": row["principal"] + row["interest"]}
        | {name: row[name] for name in amounts if name != "service"}
        for row in frame.to_dict("records")
    ]
    return ReportTable("trajectory_table", columns, frame_of(columns, rows), "debt_note")
