"""The tables of a run as pandas frames with fixed columns, bilingual titles and units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from infraplan.models.catalogue import joined, listed, pair, phrase, term_or_name
from infraplan.models.catalogue.measure_words import measure
from infraplan.models.plan import Rejection
from infraplan.models.progress import stands
from infraplan.models.project import Option
from infraplan.optimizer.analysis.service_value import targets_before
from infraplan.optimizer.backends.base import UNEXPLAINED
from infraplan.optimizer.report.after_plan_table import after_plan_table
from infraplan.optimizer.report.cost_allocation_tables import partners_table
from infraplan.optimizer.report.fairness_table import fairness_table
from infraplan.optimizer.report.finance_tables import (
    appraisal_table,
    debt_room_table,
    debt_statement_table,
    fund_sources_table,
    jurisdiction_sources_table,
    listing_rules,
    project_sources_table,
    rule_titles,
)
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    in_order,
    text_pair,
)
from infraplan.optimizer.report.loss_text import amount_text, loss_text
from infraplan.optimizer.report.money_tables import (
    money_check_projects_table,
    money_check_table,
    money_left_table,
)
from infraplan.optimizer.report.network_tables import (
    loading_table,
    network_costs_table,
    network_projects_table,
    pressures_table,
    supply_table,
    trips_table,
)
from infraplan.optimizer.report.objective_words import (
    YEARS,
    counts_years,
)
from infraplan.optimizer.report.retired_table import retired_table
from infraplan.optimizer.report.stated_dates_table import stated_dates_table
from infraplan.optimizer.report.summary_table import summary_table
from infraplan.optimizer.report.texts import (
    Names,
    both,
    option_words,
    told_source,
)


def chosen_options(run: Run) -> dict[str, Option]:
    """Option in which each project is built."""
    if run.plan is None:
        return {}
    projects = run.instance.project_by_id
    return {
        start.project: projects[start.project].option(start.option) for start in run.plan.starts
    }


def spending_frame(run: Run) -> pd.DataFrame:
    """Payments with project, sector, phase and payer; columns project, sector, phase, year, ..."""
    horizon = run.instance.settings.horizon
    projects = run.instance.project_by_id
    rows = []
    for payment in run.plan.payments if run.plan is not None else ():
        phase = horizon.phase_of(payment.year)
        rows.append(
            {
                "project": payment.project,
                "sector": projects[payment.project].sector,
                "phase": phase.id if phase else "",
                "jurisdiction": payment.jurisdiction,
                "source": payment.source or "outside",
                "year": payment.year,
                "amount": payment.amount,
            }
        )
    return pd.DataFrame(
        rows,
        columns=["project", "sector", "phase", "jurisdiction", "source", "year", "amount"],
    )


def paying_years(run: Run) -> list[int]:
    """Years of the plan, and those after it in which works are still paid for."""
    years = run.instance.settings.horizon.years
    paid = [row.year for row in run.plan.payments] if run.plan is not None else []
    return list(range(years[0], max([years[-1], *paid]) + 1))


def phases_table(run: Run) -> ReportTable:
    """Per phase and sector: projects started, opened, money spent."""
    names = Names(run.instance)
    columns = (
        Column("phase"),
        Column("sector"),
        Column("started", COUNT),
        Column("opened", COUNT),
        Column("spend", MONEY, run.money),
    )
    horizon = run.instance.settings.horizon
    projects = run.instance.project_by_id
    spent = spending_frame(run).groupby(["phase", "sector"])["amount"].sum()
    counts: dict[tuple[str, str, str], int] = {}
    for start in run.plan.starts if run.plan is not None else ():
        sector = projects[start.project].sector
        for kind, year in (("started", start.start), ("opened", start.opening)):
            phase = horizon.phase_of(year)
            key = (phase.id if phase is not None else "", sector, kind)
            counts[key] = counts.get(key, 0) + 1
    rows = []
    sectors = sorted({project.sector for project in run.instance.projects})
    titles = {phase.id: names.pair(f"phase:{phase.id}") for phase in horizon.phases}
    if run.instance.looks_past_plan:
        titles[""] = both("phase_after_plan")
    for name, title in titles.items():
        for sector in sectors:
            amount = float(spent.get((name, sector), 0.0))
            started = counts.get((name, sector, "started"), 0)
            opened = counts.get((name, sector, "opened"), 0)
            if amount or started or opened:
                rows.append(
                    text_pair("phase", title)
                    | text_pair("sector", both(sector))
                    | {"started": started, "opened": opened, "spend": amount}
                )
    return ReportTable("phases", columns, frame_of(columns, rows), "money_note")


def projects_table(run: Run) -> ReportTable:
    """Every project built: option, years, cost with its range and quality, payers, source."""
    names = Names(run.instance)
    columns = (
        Column("project"),
        Column("sector"),
        Column("phase"),
        Column("start", YEAR),
        Column("finish", YEAR),
        Column("opening", YEAR),
        Column("cost", MONEY, run.money),
        Column("cost_low", MONEY, run.money),
        Column("cost_high", MONEY, run.money),
        Column("quality"),
        Column("payers"),
        Column("option"),
        Column("source"),
    )
    options = chosen_options(run)
    paid = spending_frame(run).groupby(["project", "jurisdiction"])["amount"].sum()
    by_project: dict[str, list[tuple[str, float]]] = {}
    for row in paid.reset_index().to_dict("records"):
        by_project.setdefault(str(row["project"]), []).append(
            (str(row["jurisdiction"]), float(row["amount"]))
        )
    horizon = run.instance.settings.horizon
    rows = []
    starts = run.plan.starts if run.plan is not None else ()
    for start in sorted(starts, key=lambda row: (row.start, in_order(row.project))):
        project, option = run.instance.project_by_id[start.project], options[start.project]
        phase = horizon.phase_of(start.start)
        shares = by_project.get(project.id, [])
        total = sum(amount for _, amount in shares) or 1.0
        payers = [(names.pair(payer), amount / total) for payer, amount in shares]
        rows.append(
            text_pair("project", names.pair(project.id))
            | text_pair("sector", both(project.sector))
            | text_pair("phase", names.pair(f"phase:{phase.id}") if phase else ("", ""))
            | text_pair("quality", both(option.quality.value))
            | text_pair(
                "payers",
                (
                    ", ".join(f"{name[0]} {share:.0%}" for name, share in payers),
                    "、".join(f"{name[1]}{share:.0%}" for name, share in payers),
                ),
            )
            | text_pair("option", option_words(project, option.option))
            | text_pair("source", told_source(project.source))
            | {
                "start": start.start,
                "finish": start.finish,
                "opening": start.opening,
                "cost": option.overnight_cost,
                "cost_low": _low(option),
                "cost_high": _high(option),
            }
        )
    rows.sort(key=lambda row: row["sector_en"])
    return ReportTable("projects", columns, frame_of(columns, rows), "estimate_note")


def _low(option: Option) -> float:
    low = option.overnight_cost_low
    return option.overnight_cost if low is None else low


def _high(option: Option) -> float:
    high = option.overnight_cost_high
    return option.overnight_cost if high is None else high


def money_table(run: Run) -> ReportTable:
    """What each source pays, by year."""
    names = Names(run.instance)
    years = paying_years(run)
    columns = (
        Column("jurisdiction", word="payer"),
        Column("source", word="paid_from"),
        *(Column(str(year), YEAR) for year in years),
        Column("total", MONEY, run.money),
    )
    spent = spending_frame(run)
    rows = []
    if not spent.empty:
        table = spent.pivot_table(
            index=["jurisdiction", "source"], columns="year", values="amount", aggfunc="sum"
        ).fillna(0.0)
        order = {j: n for n, j in enumerate(run.instance.jurisdiction_ids)}
        for payer, source in sorted(table.index, key=lambda k: (order.get(k[0], 99), k[1])):
            values = {str(y): float(table.loc[(payer, source)].get(y, 0.0)) for y in years}
            rows.append(
                text_pair("jurisdiction", names.pair(payer))
                | text_pair("source", names.pair(source))
                | values
                | {"total": sum(values.values())}
            )
        sums = {str(y): float(spent.loc[spent["year"] == y, "amount"].sum()) for y in years}
        rows.append(
            text_pair("jurisdiction", both("total"))
            | text_pair("source", ("", ""))
            | sums
            | {"total": sum(sums.values())}
        )
    return ReportTable("money", columns, frame_of(columns, rows), "money_note", has_total=True)


def funds_table(run: Run) -> ReportTable:
    """Account of every fund by year."""
    names = Names(run.instance)
    flows = ("inflow", "interest", "use", "service", "lapse", "closing")
    columns = (
        Column("fund"),
        Column("year", YEAR),
        Column("opening_cash", MONEY, run.money),
        *(Column(flow, MONEY, run.money) for flow in flows),
    )
    rows = [
        text_pair("fund", names.pair(row.fund))
        | {"year": row.year, "opening_cash": row.opening}
        | {flow: getattr(row, flow) for flow in flows}
        for row in (run.plan.fund_years if run.plan is not None else ())
    ]
    return ReportTable("funds", columns, frame_of(columns, rows), "money_note")


def debt_frame(run: Run) -> pd.DataFrame:
    """Debt by jurisdiction, pool and year with ceiling and quota (None where there is none)."""
    plan = run.plan
    keys = ["jurisdiction", "pool", "year"]
    flows = ["borrow", "principal", "interest", "balance"]
    if plan is None or not plan.debt_years:
        return pd.DataFrame(columns=[*keys, *flows, "ceiling", "quota"])
    frame = pd.DataFrame([row.model_dump() for row in plan.debt_years])
    totals = frame.groupby(keys, sort=False)[flows].sum().reset_index()
    for name in ("ceiling", "quota"):
        limits = {
            (row.jurisdiction, row.rule.partition(":")[2], row.year): row.limit
            for row in plan.rule_years
            if row.rule.startswith(f"{name}:")
        }
        totals[name] = [
            limits.get((j, p, y))
            for j, p, y in zip(totals["jurisdiction"], totals["pool"], totals["year"], strict=True)
        ]
    return totals


def debt_table(run: Run) -> ReportTable:
    """The statutory debt table: ceiling, balance, issues, repayment, by pool and year."""
    names = Names(run.instance)
    amounts = ("ceiling", "balance", "borrow", "principal", "interest_paid", "headroom")
    columns = (
        Column("jurisdiction"),
        Column("pool"),
        Column("year", YEAR),
        *(Column(name, MONEY, run.money) for name in amounts),
    )
    rows = []
    for row in debt_frame(run).to_dict("records"):
        ceiling = row["ceiling"]
        known = ceiling is not None and not pd.isna(ceiling)
        rows.append(
            text_pair("jurisdiction", names.pair(str(row["jurisdiction"])))
            | text_pair("pool", names.pair(str(row["pool"])))
            | {
                "year": int(row["year"]),
                "ceiling": float(ceiling) if known else None,
                "balance": row["balance"],
                "borrow": row["borrow"],
                "principal": row["principal"],
                "interest_paid": row["interest"],
                "headroom": float(ceiling) - row["balance"] if known else None,
            }
        )
    return ReportTable("debt", columns, frame_of(columns, rows), "debt_note")


def rules_table(run: Run) -> ReportTable:
    """Every debt rule, ceiling and quota by year."""
    names = Names(run.instance)
    titles, listing = rule_titles(run), listing_rules(run.instance)
    columns = (
        Column("jurisdiction"),
        Column("rule"),
        Column("year", YEAR),
        Column("value", MONEY, run.money),
        Column("limit", MONEY, run.money),
        Column("headroom", MONEY, run.money),
        Column("ratio", SHARE),
        Column("band"),
    )
    rows = [
        text_pair("jurisdiction", names.pair(row.jurisdiction))
        | text_pair("rule", titles.get(row.rule) or names.rule(row.rule))
        | text_pair("band", both(row.band) if row.band else ("", ""))
        | {
            "year": row.year,
            "value": None if row.rule in listing else row.value,
            "limit": row.limit,
            "headroom": row.headroom,
            "ratio": None if row.rule in listing else row.ratio,
        }
        for row in (run.plan.rule_years if run.plan is not None else ())
    ]
    return ReportTable("rules", columns, frame_of(columns, rows))


def targets_table(run: Run) -> ReportTable:
    """What every target asked for and reached."""
    names = Names(run.instance)
    columns = (
        Column("target"),
        Column("year", YEAR),
        Column("required", NUMBER),
        Column("before", NUMBER),
        Column("achieved", NUMBER),
        Column("shortfall", NUMBER),
        Column("unit"),
        Column("attained"),
    )
    targets = {target.id: target for target in run.instance.targets}
    before = targets_before(run.instance) if run.plan is not None else {}
    rows = []
    for row in run.plan.targets if run.plan is not None else ():
        unit = measure(targets[row.target].unit)
        good = row.shortfall <= 1e-9 * max(1.0, abs(row.required))
        rows.append(
            text_pair("target", names.pair(f"target:{row.target}"))
            | text_pair("unit", unit)
            | text_pair("attained", both("yes" if good else "no"))
            | {
                "year": row.year,
                "required": row.required,
                "before": before[row.target],
                "achieved": row.achieved,
                "shortfall": row.shortfall,
            }
        )
    return ReportTable("targets", columns, frame_of(columns, rows))


def rejected_table(run: Run) -> ReportTable:
    """Projects that are not built: the rule that keeps them out, and what forcing them in loses."""
    names = Names(run.instance)
    columns = (
        Column("project"),
        Column("sector"),
        Column("best_npv", MONEY, run.money),
        Column("binding"),
        Column("gives"),
        Column("others"),
        Column("loss", unit=YEARS if counts_years(run.instance) else run.money),
    )
    projects = run.instance.project_by_id
    rows = [
        text_pair("project", names.pair(row.project))
        | text_pair("sector", both(projects[row.project].sector))
        | text_pair("binding", names.rule(row.rule))
        | text_pair("gives", amount_text(row))
        | text_pair("others", _listed(names, row.others))
        | text_pair("loss", loss_text(row))
        | {"best_npv": row.best_npv}
        for row in sorted(run.rejections, key=_by_own_value)
    ]
    frame = frame_of(columns, rows)
    return ReportTable("rejected", columns, frame, "loss_note", _why_none_is_explained(run))


def _by_own_value(row: Rejection) -> tuple[bool, float, str]:
    """Most own value first; what has no year to start in, and so no value, last."""
    return row.best_npv is None, -(row.best_npv or 0.0), row.project


def _why_none_is_explained(run: Run) -> tuple[str, str]:
    """Why no project is listed as left out: because none is, or because nobody said why."""
    if run.plan is None or run.rejections:
        return ("", "")
    built = {start.project for start in run.plan.starts}
    left = [row for row in run.instance.projects if row.id not in built and not stands(row)]
    if not left:
        return phrase("no-project-was-left-out").both
    notes = [
        pair(str(note.get("text_en", "")), str(note.get("text_zh", "")))
        for note in run.manifest.get("notes") or []
        if isinstance(note, Mapping) and note.get("kind") == UNEXPLAINED
    ]
    told = phrase("projects-left-out-without-a-reason", count=len(left))
    for note in notes:
        told = joined(told, phrase("note-of-the-solve", note=note))
    return told.both


def _listed(names: Names, ids: Sequence[str]) -> tuple[str, str]:
    return listed(pair(*names.pair(name)) for name in ids).both


def objective_table(run: Run) -> ReportTable:
    """Terms of the objective, summed over projects."""
    in_years = counts_years(run.instance)
    unit, word = (YEARS, "") if in_years else (run.money, "money_amount")
    columns = (Column("term"), Column("amount", MONEY, unit, word))
    words = {"shortfall": "price_of_shortfall", "service": "service_value"}
    sums: dict[str, float] = {}
    for row in run.plan.objective_terms if run.plan is not None else ():
        sums[row.term] = sums.get(row.term, 0.0) + row.value
    rows = [
        text_pair("term", both(words.get(term, term))) | {"amount": value}
        for term, value in sums.items()
    ]
    if rows and run.plan is not None and not in_years:
        rows.append(text_pair("term", both("name_objective")) | {"amount": run.plan.objective})
    frame = pd.DataFrame(rows, columns=["term_en", "term_zh", "amount"])
    return ReportTable("objective", columns, frame)


def estimates_table(run: Run) -> ReportTable:
    """Cost of what is built by quality of the figure: low, middle, high."""
    columns = (
        Column("quality"),
        Column("count", COUNT),
        Column("cost_low", MONEY, run.money),
        Column("cost", MONEY, run.money),
        Column("cost_high", MONEY, run.money),
        Column("share", SHARE),
    )
    frame = pd.DataFrame(
        [
            {
                "quality": option.quality.value,
                "cost_low": _low(option),
                "cost": option.overnight_cost,
                "cost_high": _high(option),
            }
            for option in chosen_options(run).values()
        ],
        columns=["quality", "cost_low", "cost", "cost_high"],
    )
    total = float(frame["cost"].sum()) or 1.0
    rows = []
    for quality, group in frame.groupby("quality"):
        rows.append(
            text_pair("quality", both(str(quality)))
            | {
                "count": len(group),
                "cost_low": float(group["cost_low"].sum()),
                "cost": float(group["cost"].sum()),
                "cost_high": float(group["cost_high"].sum()),
                "share": float(group["cost"].sum()) / total,
            }
        )
    rows.append(
        text_pair("quality", both("total"))
        | {
            "count": len(frame),
            "cost_low": float(frame["cost_low"].sum()),
            "cost": float(frame["cost"].sum()),
            "cost_high": float(frame["cost_high"].sum()),
            "share": 1.0 if len(frame) else 0.0,
        }
    )
    return ReportTable("estimates", columns, frame_of(columns, rows), has_total=True)


def _law_title(law: str) -> tuple[str, str]:
    """Title of a law with its name, under which docs/laws.md and run.json have it."""
    english, chinese = term_or_name("law", law).both
    return f"{english} ({law})", f"{chinese}（{law}）"


def laws_table(run: Run) -> ReportTable:
    """Laws that were checked."""
    columns = (
        Column("law"),
        Column("checked", COUNT),
        Column("worst", NUMBER),
        Column("violations", COUNT),
    )
    rows = [
        text_pair("law", _law_title(str(law["law"])))
        | {"checked": law["checked"], "worst": law["worst_error"], "violations": law["violations"]}
        for law in dict(run.manifest.get("verification") or {}).get("laws", [])
    ]
    return ReportTable("laws", columns, frame_of(columns, rows))


TABLES: Mapping[str, Callable[[Run], ReportTable]] = {
    "summary": summary_table,
    "phases": phases_table,
    "projects": projects_table,
    "retired_projects": retired_table,
    "money": money_table,
    "money_left": money_left_table,
    "money_check": money_check_table,
    "money_check_projects": money_check_projects_table,
    "after_plan": after_plan_table,
    "funds": funds_table,
    "project_sources": project_sources_table,
    "fund_sources": fund_sources_table,
    "jurisdiction_sources": jurisdiction_sources_table,
    "partners": partners_table,
    "debt_statement": debt_statement_table,
    "debt": debt_table,
    "debt_room": debt_room_table,
    "rules": rules_table,
    "targets": targets_table,
    "stated_dates": stated_dates_table,
    "supply": supply_table,
    "pressures": pressures_table,
    "trips": trips_table,
    "loading": loading_table,
    "network_costs": network_costs_table,
    "network_projects": network_projects_table,
    "rejected": rejected_table,
    "fairness": fairness_table,
    "objective": objective_table,
    "appraisal": appraisal_table,
    "estimates": estimates_table,
    "laws": laws_table,
}
