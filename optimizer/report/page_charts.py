"""The charts of the report page: each with its unit, years, source and the table of its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.plan import RuleYear
from infraplan.models.quantities import Quality
from infraplan.optimizer.analysis.critical_chain import ChainLink
from infraplan.optimizer.report.charts import Bar, Series, gantt, lines, stacked_bars
from infraplan.optimizer.report.drawings.before_after import Change, before_and_after
from infraplan.optimizer.report.drawings.palette import (
    BALANCE,
    BANDS,
    ISSUED,
    LIMIT,
    MEANINGS,
    QUOTA,
    RATIO,
    SERVICE,
    money_paint,
    sector_paint,
)
from infraplan.optimizer.report.drawings.plan_map import PlanMap, draw_map
from infraplan.optimizer.report.excerpts import most_charts, most_series, told_charts
from infraplan.optimizer.report.finance_tables import listing_rules, rules_of
from infraplan.optimizer.report.frames import ReportTable, Run
from infraplan.optimizer.report.plan_tables import (
    chosen_options,
    paying_years,
    spending_frame,
)
from infraplan.optimizer.report.texts import Names, both

Pair = tuple[str, str]
MOST_CHANGES = 30
"""Trips or demands in one drawing of service."""


@dataclass(frozen=True)
class PageChart:
    """A drawing with what a reader must know of it; `table` is the id of the table beside it."""

    title: Pair
    drawing: Markup
    unit: Pair
    years: Pair
    source: Pair
    table: str


def of_run(file: str) -> Pair:
    """Source of figures that stand in a file of the run."""
    return phrase("page-source-of-run", file=file).both


def span(years: Sequence[int]) -> Pair:
    """First and last of `years`."""
    return phrase("page-span", first=min(years), last=max(years)).both


def joined_names(one: Pair, other: Pair) -> Pair:
    """Two names as one heading."""
    return f"{one[0]}, {other[0]}", f"{one[1]}，{other[1]}"


def phase_series(run: Run) -> tuple[list[Pair], list[Series]]:
    """Names of the phases, and money of each sector in them."""
    horizon, names, spent = run.instance.settings.horizon, Names(run.instance), spending_frame(run)
    by_phase = spent.groupby(["phase", "sector"])["amount"].sum()
    phases = {phase.id: names.pair(f"phase:{phase.id}") for phase in horizon.phases}
    if (spent["phase"] == "").any():
        phases[""] = both("phase_after_plan")
    series = [
        Series(
            both(sector),
            tuple(float(by_phase.get((p, sector), 0.0)) for p in phases),
            paint=sector_paint(sector),
        )
        for sector in sorted(spent["sector"].unique())
    ]
    return list(phases.values()), series


def phases_chart(run: Run) -> PageChart:
    """Money by phase and sector."""
    phases, series = phase_series(run)
    drawing = stacked_bars(both("phases"), phases, series, run.money)
    years = span(paying_years(run))
    return PageChart(both("phases"), drawing, run.money, years, of_run("phases.csv"), "phases")


def painted_sources(sources: Sequence[Series]) -> list[Series]:
    """Sources of money, each with its paint by its place; the last ones as one."""
    painted = [Series(s.name, s.values, paint=money_paint(n)) for n, s in enumerate(sources)]
    return most_series(painted)


def money_chart(run: Run, sources: Sequence[Series]) -> PageChart:
    """Money by source and year."""
    years = paying_years(run)
    labels = [(str(year), str(year)) for year in years]
    drawing = stacked_bars(both("money"), labels, painted_sources(sources), run.money)
    return PageChart(
        both("money"), drawing, run.money, span(years), of_run("payments.csv"), "money"
    )


def series_by_source(run: Run) -> list[Series]:
    """A series per source, largest first; outside payers by payer.

    Sources of several payers that are called the same are told apart by their payer.
    """
    names, spent = Names(run.instance), spending_frame(run)
    payers = {row.id: row.jurisdiction for row in run.instance.funds}
    payers |= {row.id: row.jurisdiction for row in run.instance.instruments}
    years = paying_years(run)
    keyed = spent.assign(
        key=[
            payer if source == "outside" else source
            for payer, source in zip(spent["jurisdiction"], spent["source"], strict=True)
        ]
    )
    sums = keyed.groupby(["key", "year"])["amount"].sum().to_dict()
    totals = keyed.groupby("key")["amount"].sum().sort_values(ascending=False)
    called = Counter(names.pair(str(key)) for key in totals.index)

    def label(key: str) -> Pair:
        name = names.pair(key)
        if called[name] == 1 or key not in payers:
            return name
        payer = names.pair(payers[key])
        return f"{payer[0]}: {name[0]}", f"{payer[1]}：{name[1]}"

    return [
        Series(label(str(key)), tuple(float(sums.get((key, y), 0.0)) for y in years))
        for key in totals.index
    ]


def sums_of(series: Sequence[Series]) -> list[tuple[Phrase, float]]:
    """Name and sum of every series."""
    return [(pair(*row.name), sum(value or 0.0 for value in row.values)) for row in series]


def debt_charts(run: Run, frame: pd.DataFrame) -> tuple[list[PageChart], Pair]:
    """A chart of each pool with debt to its last maturity, with ceiling and quota."""
    names, charts = Names(run.instance), []
    groups = list(frame.groupby(["jurisdiction", "pool"], sort=False))
    shown, count = most_charts(groups, [float(group["balance"].max()) for _, group in groups])
    for (jurisdiction, pool), group in shown:
        service = group["principal"] + group["interest"]
        series = [
            Series(both("balance"), tuple(group["balance"].astype(float)), paint=BALANCE),
            Series(both("borrow"), tuple(group["borrow"].astype(float)), paint=ISSUED),
            Series(both("service"), tuple(service.astype(float)), paint=SERVICE),
        ]
        for name, paint in (("ceiling", LIMIT), ("quota", QUOTA)):
            if group[name].notna().any():
                limits = tuple(None if pd.isna(v) else float(v) for v in group[name])
                series.append(Series(both(name), limits, dashed=True, paint=paint))
        title = joined_names(names.pair(str(jurisdiction)), names.pair(str(pool)))
        years = [int(year) for year in group["year"]]
        end = run.instance.settings.horizon.last_year
        drawing = lines(title, years, series, run.money, plan_end=end)
        source = of_run("debt.csv")
        charts.append(PageChart(title, drawing, run.money, span(years), source, "trajectory_table"))
    return charts, told_charts(len(charts), count)


def rule_charts(run: Run) -> tuple[list[PageChart], Pair]:
    """Ratio of each debt rule that has one, against its limit or band ends."""
    tested: dict[tuple[str, str], list[RuleYear]] = {}
    listing = listing_rules(run.instance)
    for row in run.plan.rule_years if run.plan is not None else ():
        if row.ratio is not None and row.rule not in listing:
            tested.setdefault((row.rule, row.jurisdiction), []).append(row)
    highest = [max(row.ratio or 0.0 for row in rows) for rows in tested.values()]
    shown, count = most_charts(list(tested.items()), highest)
    ends = {rule.id: rule for rule in rules_of(run.instance)}
    charts = []
    for (rule_id, jurisdiction), mine in shown:
        years, rule = [row.year for row in mine], ends.get(rule_id)
        series = [Series(both("ratio"), tuple(row.ratio for row in mine), paint=RATIO)]
        limits = []
        if rule is not None and rule.ratio is not None:
            limits.append((both("limit"), rule.ratio, LIMIT))
        if rule is not None:
            bands = [band for band in rule.bands if band.upper is not None]
            limits += [
                (both(band.id), band.upper or 0.0, BANDS[n % len(BANDS)])
                for n, band in enumerate(bands)
            ]
        series += [
            Series(name, (value,) * len(years), dashed=True, paint=paint)
            for name, value, paint in limits
        ]
        title = (rule.title.text("en"), rule.title.text("zh")) if rule else (rule_id, rule_id)
        name = joined_names(Names(run.instance).pair(jurisdiction), title)
        end = run.instance.settings.horizon.last_year
        drawing = lines(name, years, series, both("per_cent"), plan_end=end, share=True)
        source = of_run("rules.csv")
        charts.append(PageChart(name, drawing, both("per_cent"), span(years), source, "rules"))
    return charts, told_charts(len(charts), count)


def chain_chart(run: Run, chain: Sequence[ChainLink]) -> PageChart | None:
    """The works of the critical chain over the years; None where there is none."""
    if not chain or run.plan is None:
        return None
    names, horizon, options = (
        Names(run.instance),
        run.instance.settings.horizon,
        chosen_options(run),
    )
    finishes = {row.project: row.finish for row in run.plan.starts}
    bars = [
        Bar(
            names.pair(link.project),
            link.start,
            finishes[link.project],
            link.opening,
            options[link.project].quality is not Quality.STATED,
            critical=True,
        )
        for link in chain
    ]
    phases = [(names.pair(f"phase:{p.id}"), p.first_year, p.last_year) for p in horizon.phases]
    last = max([horizon.last_year, *finishes.values()])
    title = both("critical_chain")
    drawing = gantt(title, bars, horizon.first_year, last, phases)
    years = span([horizon.first_year, last])
    return PageChart(title, drawing, both("year"), years, of_run("schedule.csv"), "critical_chain")


def map_chart(plan_map: PlanMap, year: int) -> PageChart | None:
    """The map at the end of `year`; None where nothing has a place."""
    title = phrase("page-map-state", year=year).both
    if not (drawing := draw_map(plan_map, year, title)):
        return None
    source = phrase("page-source-of-map").both
    return PageChart(title, drawing, both("state"), (str(year), str(year)), source, "map_works")


def quality_chart(run: Run, table: ReportTable) -> PageChart | None:
    """Cost by sector and by how it is known; None where nothing is built."""
    frame = table.frame
    if frame.empty:
        return None
    labels = list(zip(frame["sector_en"], frame["sector_zh"], strict=True))
    series = [
        Series(both(q.value), tuple(frame[q.value].astype(float)), paint=MEANINGS[q.value])
        for q in Quality
    ]
    year = str(run.instance.settings.price_year)
    drawing = stacked_bars(table.title, labels, series, run.money)
    source = phrase("page-source-of-data").both
    return PageChart(table.title, drawing, run.money, (year, year), source, table.name)


def service_charts(run: Run, trips: ReportTable, supply: ReportTable) -> list[PageChart]:
    """Minutes of trips and shares of demand served, before the plan and in its last year told."""
    years = run.instance.representative_years
    if run.plan is None or not years:
        return []
    last, charts = str(max(years)), []
    legend = (both("service_before"), joined_names(both("service_with"), (last, last)))
    found = (
        ("minutes_change", trips, "trip", "minutes_before", "minutes"),
        ("supply_change", supply, "demand", "served_before", "per_cent"),
    )
    for title, table, name, before, unit in found:
        rows = []
        for row in table.frame.to_dict("records"):
            one, other = row[before], row.get(last)
            whole = row["wanted"] if unit == "per_cent" else 100.0
            if pd.isna(one) or other is None or pd.isna(other) or not whole:
                continue
            if unit == "minutes" and not one and not other:  # a network that states no minutes
                continue
            label = (str(row[f"{name}_en"]), str(row[f"{name}_zh"]))
            rows.append(Change(label, 100.0 * one / whole, 100.0 * other / whole))
        rows.sort(key=lambda row: -abs(row.after - row.before))
        if rows[:MOST_CHANGES]:
            drawing = before_and_after(both(title), rows[:MOST_CHANGES], both(unit), legend)
            when = (last, last)
            source = of_run("service.csv")
            charts.append(PageChart(both(title), drawing, both(unit), when, source, table.name))
    return charts
