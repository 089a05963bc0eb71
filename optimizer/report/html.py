"""report.html: one self-contained page in English and Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from infraplan.models.catalogue import joined, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection, RuleYear
from infraplan.models.project import Option
from infraplan.models.quantities import Quality
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.analysis.conflicts import stated_line
from infraplan.optimizer.analysis.service_value import ProjectWorth
from infraplan.optimizer.report.charts import Bar, Series, bullet, gantt, lines, stacked_bars
from infraplan.optimizer.report.excerpts import (
    excerpt,
    most_bars,
    most_charts,
    most_series,
    told_charts,
)
from infraplan.optimizer.report.frames import Column, ReportTable, Run, format_value, make_run
from infraplan.optimizer.report.money_words import money_check_line, money_line
from infraplan.optimizer.report.network_drawing import draw_network, legend
from infraplan.optimizer.report.objective_words import (
    counts_years,
    gap_part,
    objective_name,
    told_value,
)
from infraplan.optimizer.report.plan_tables import (
    TABLES,
    chosen_options,
    debt_frame,
    paying_years,
    spending_frame,
    targets_table,
)
from infraplan.optimizer.report.stated_dates_table import dates_missed
from infraplan.optimizer.report.summary_table import unit_of_total
from infraplan.optimizer.report.texts import Names, both, source_of_bound, unit_pair
from infraplan.optimizer.report.value_parts import value_parts

SECTIONS = (
    "summary",
    "schedule",
    "phases",
    "money",
    "debt",
    "targets",
    "stated_dates",
    "networks",
    "rejected",
    "objective",
    "estimates",
    "laws",
)
GANTT_ROWS = 90
"""Most projects of one chart; a larger sector is split by phase of start."""


def render_report(
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    *,
    lang: str = "en",
    worths: tuple[ProjectWorth, ...] | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> str:
    """The report page; `lang` is the language it opens in, a button switches.

    `worths` are what projects are worth to the networks, found here where they are None. `go_on`
    is called before every part: what it raises leaves the page unmade.
    """
    run = make_run(instance, plan, manifest, rejections, worths)
    environment = Environment(
        loader=PackageLoader("infraplan.optimizer.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["both"] = both
    environment.globals["cell"] = _cell
    environment.globals["conflict_words"] = lambda stated: stated_line(stated).both
    tables, told = _tables(run, go_on)
    settings = instance.settings
    documents = [((d.title.text("en"), d.title.text("zh")), d.issued) for d in settings.sources]
    defaults: dict[str, Any] = {"scenario": "", "conflicts": [], "notes": [], "verification": None}
    return environment.get_template("report.html.j2").render(
        lang=lang,
        title=(settings.title.text("en") or settings.id, settings.title.text("zh") or settings.id),
        price=_price(instance),
        manifest={**defaults, **dict(manifest)},
        plan=plan,
        sections=_sections(run) if plan is not None else ("summary",),
        tables=tables,
        excerpts=told,
        money_line=_money(run),
        money_check_line=money_check_line(manifest).both,
        headline=_headline(run) if plan is not None else ("", ""),
        lead=_what_when_whose(run),
        proof=_proof(run),
        figures=_figures(run) if plan is not None else [],
        gantts=_gantts(run) if plan is not None else [],
        charts=_charts(run) if plan is not None else {},
        target_rows=_targets(run) if plan is not None else [],
        network_drawings=_networks(run, go_on) if plan is not None else [],
        network_legend=legend(),
        laws_line=_laws_line(run),
        violations=_violations(run),
        documents=documents,
        version=_version_that_solved(manifest),
    )


def _tables(
    run: Run, go_on: Callable[[], None]
) -> tuple[dict[str, ReportTable], dict[str, tuple[str, str]]]:
    """Every table as far as the page shows it, and what says that rows were left out, by name."""
    found = {}
    for name, build in TABLES.items():
        go_on()
        found[name] = excerpt(build(run))
    shown = {name: table for name, (table, _) in found.items()}
    return shown, {shown[name].name: told for name, (_, told) in found.items() if told[0]}


def _version_that_solved(manifest: Mapping[str, Any]) -> str:
    """Version of the product in the record of a run; earlier runs state it in a key of its own."""
    versions = manifest.get("versions")
    found = versions.get("infraplan") if isinstance(versions, Mapping) else None
    return str(found or manifest.get("product_version") or "")


def _sections(run: Run) -> tuple[str, ...]:
    """Sections of the page; networks and stated dates only where there are any."""
    plan = run.plan
    shown = {
        "networks": plan is not None and bool(plan.service),
        "stated_dates": plan is not None and bool(plan.stated_dates),
    }
    return tuple(name for name in SECTIONS if shown.get(name, True))


def _networks(
    run: Run, go_on: Callable[[], None]
) -> list[tuple[tuple[str, str], list[tuple[str, Markup]]]]:
    """Drawings by network: the years of service side by side."""
    names = Names(run.instance)
    shown = {row.network for row in run.plan.service} if run.plan is not None else set()
    found = []
    for network in dict.fromkeys(node.network for node in run.instance.network_nodes):
        if network not in shown:
            continue
        drawings = []
        for year in run.instance.representative_years:
            go_on()
            drawings.append((str(year), draw_network(run, network, year)))
        found.append((names.pair(network), drawings))
    go_on()
    return found


def _cell(column: Column, value: Any) -> str:
    return format_value(column, value, "en")


def _money(run: Run) -> tuple[str, str]:
    """What is left of the money; that nothing limits it, the headline says."""
    if run.plan is None or not is_money_limited(run.instance):
        return ("", "")
    return money_line(run.instance, run.manifest).both


def _price(instance: Instance) -> tuple[str, str]:
    unit, year = pair(*unit_pair(instance)), instance.settings.price_year
    return phrase("money-in-prices-of", unit=unit, year=year).both


def _headline(run: Run) -> tuple[str, str]:
    manifest, horizon, unit = run.manifest, run.instance.settings.horizon, run.money
    totals = dict(manifest.get("totals") or {})
    built, asked = manifest.get("num_selected", 0), manifest.get("num_projects", 0)
    spent = float(totals.get("investment", 0.0))
    span = f"{horizon.first_year}-{horizon.last_year}"
    hit = int(totals.get("targets_attained", 0))
    missed = int(totals.get("targets_missed", 0))
    value = told_value(run.instance, manifest.get("objective")) or 0.0
    if counts_years(run.instance):
        year, first = horizon.first_year + round(value), horizon.first_year
        worth = phrase("headline-of-years", year=year, value=value, first=first)
    else:
        worth = phrase("headline-of-value", value=value, unit=pair(*unit))
    told = phrase(
        "headline",
        built=built,
        asked=asked,
        span=span,
        spent=spent,
        unit=pair(*unit),
        worth=worth,
    )
    if parts := value_parts(run.instance, run.plan):
        told = joined(told, pair(" ", ""), parts)
    if hit + missed:
        told = joined(told, phrase("headline-of-targets", hit=hit, count=hit + missed))
    if run.plan is not None and (dates := dates_missed(run.plan, unit)):
        told = joined(told, pair(" ", ""), dates)
    if not is_money_limited(run.instance):
        told = joined(phrase("money-is-unlimited"), told)
    return told.both


MOST_NAMED = 3
"""Works and sources of money that the first lines of the page name."""


def _what_when_whose(run: Run) -> tuple[str, str]:
    """The largest works with their starts, when half is spent, and who pays most of it."""
    spent = spending_frame(run)
    total = float(spent["amount"].sum())
    if run.plan is None or total <= 0.0:
        return ("", "")
    names, starts = Names(run.instance), {row.project: row.start for row in run.plan.starts}
    largest = spent.groupby("project")["amount"].sum().nlargest(MOST_NAMED)
    works = listed(
        phrase(
            "work-with-start",
            name=pair(*names.pair(str(project))),
            year=starts[str(project)],
            share=amount / total,
        )
        for project, amount in largest.items()
    )
    by_year = spent.groupby("year")["amount"].sum().sort_index().cumsum()
    half = int(by_year.index[(by_year >= total / 2.0).to_numpy()][0])
    sums = [
        (pair(*row.name), sum(value or 0.0 for value in row.values))
        for row in _by_source(run, spent)
    ]
    sources = sorted(sums, key=lambda source: -source[1])
    shares = [(name, amount / total) for name, amount in sources[:MOST_NAMED]]
    others = 1.0 - sum(share for _, share in shares)
    if len(sources) > MOST_NAMED:
        shares.append((phrase("other-sources", count=len(sources) - MOST_NAMED), others))
    paid = listed(phrase("source-with-share", name=name, share=share) for name, share in shares)
    first, last = min(starts.values()), max(starts.values())
    return phrase("what-when-whose", works=works, first=first, last=last, half=half, paid=paid).both


def _proof(run: Run) -> tuple[str, str]:
    manifest, unit = run.manifest, run.money
    objective, bound = manifest.get("objective"), manifest.get("bound")
    if not isinstance(objective, int | float) or not isinstance(bound, int | float):
        return ("", "")
    loss, share = bound - objective, gap_part(manifest)
    vouch = source_of_bound(manifest.get("bound_source"))
    notes = [note for note in manifest.get("notes") or [] if isinstance(note, dict)]
    checks = sum(
        int(law["checked"]) for law in dict(manifest.get("verification") or {}).get("laws", [])
    )
    if counts_years(run.instance):
        proven = phrase("proof-of-years", bound=abs(bound), loss=loss, share=share)
    else:
        proven = phrase("proof-of-value", bound=bound, unit=pair(*unit), loss=loss, share=share)
    outcome = phrase("no-fault" if manifest.get("verified") else "faults")
    told = phrase("proof", proven=proven, checks=checks, outcome=outcome)
    if vouch[0]:
        told = joined(told, phrase("this-limit-is", source=pair(*vouch)))
    for note in notes:
        text = pair(str(note.get("text_en", "")), str(note.get("text_zh", "")))
        told = joined(told, phrase("note-of-the-solve", note=text))
    return told.both


def _value_figure(run: Run, unit: tuple[str, str]) -> tuple[tuple[str, str], str, tuple[str, str]]:
    value = told_value(run.instance, run.manifest.get("objective")) or 0.0
    places = 0 if counts_years(run.instance) else 2
    return objective_name(run.instance), f"{value:,.{places}f}", unit


def _figures(run: Run) -> list[tuple[tuple[str, str], str, tuple[str, str]]]:
    manifest, unit = run.manifest, unit_of_total(run, "objective")
    totals = dict(manifest.get("totals") or {})
    figures = [
        (both("num_selected"), f"{manifest.get('num_selected', 0):,}", ("", "")),
        _value_figure(run, unit),
    ]
    for key in (
        "investment",
        "investment_after_plan",
        "borrowed",
        "debt_peak",
        "debt_service_peak",
    ):
        if key in totals:
            figures.append((both(key), f"{float(totals[key]):,.1f}", unit_of_total(run, key)))
    return figures


def _gantts(run: Run) -> list[tuple[tuple[str, str], int, Markup]]:
    """One chart per sector; a large sector is split by phase of start."""
    plan, horizon, names = run.plan, run.instance.settings.horizon, Names(run.instance)
    options = chosen_options(run)
    phases = [
        (names.pair(f"phase:{phase.id}"), phase.first_year, phase.last_year)
        for phase in horizon.phases
    ]
    groups: dict[tuple[str, str], list[Bar]] = {}
    for start in sorted(
        plan.starts if plan is not None else (), key=lambda s: (s.start, s.opening)
    ):
        sector = run.instance.project_by_id[start.project].sector
        phase = horizon.phase_of(start.start)
        groups.setdefault((sector, phase.id if phase else ""), []).append(
            _bar(names, start.project, start.start, start.finish, start.opening, options)
        )
    # Works may go on after the plan; the chart then shows their end.
    finishes = [start.finish for start in (plan.starts if plan is not None else ())]
    last_year = max([horizon.last_year, *finishes])
    charts = []
    for sector in sorted({key[0] for key in groups}):
        whole = [bar for key, bars in groups.items() if key[0] == sector for bar in bars]
        parts = [(both(sector), whole)]
        if len(whole) > GANTT_ROWS:
            parts = [
                (_joined(both(sector), names.pair(f"phase:{phase.id}")), groups[sector, phase.id])
                for phase in horizon.phases
                if (sector, phase.id) in groups
            ]
        for whole_name, all_bars in parts:
            costs = [bar.cost for bar in all_bars]
            name, bars = most_bars(whole_name, all_bars, costs)
            chart = gantt(name, bars, horizon.first_year, last_year, phases)
            charts.append((name, len(all_bars), chart))
    return charts


def _joined(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    return f"{one[0]}, {other[0]}", f"{one[1]}，{other[1]}"


def _bar(
    names: Names, project: str, start: int, finish: int, opening: int, options: dict[str, Option]
) -> Bar:
    estimated = options[project].quality is not Quality.STATED
    return Bar(
        names.pair(project), start, finish, opening, estimated, options[project].overnight_cost
    )


def _charts(run: Run) -> dict[str, Any]:
    horizon, names = run.instance.settings.horizon, Names(run.instance)
    spent = spending_frame(run)
    sectors = sorted(spent["sector"].unique())
    by_phase = spent.groupby(["phase", "sector"])["amount"].sum()
    phases = {phase.id: names.pair(f"phase:{phase.id}") for phase in horizon.phases}
    if (spent["phase"] == "").any():
        phases[""] = both("phase_after_plan")
    phase_series = [
        Series(both(sector), tuple(float(by_phase.get((p, sector), 0.0)) for p in phases))
        for sector in sectors
    ]
    labels = list(phases.values())
    sources = most_series(_by_source(run, spent))
    years = paying_years(run)
    debt, debts = _debt_charts(run)
    rules, tested = _rule_charts(run)
    return {
        "phases": stacked_bars(both("phases"), labels, phase_series, run.money),
        "money": stacked_bars(both("money"), [(str(y), str(y)) for y in years], sources, run.money),
        "debt": debt,
        "debt_left_out": told_charts(len(debt), debts),
        "rules": rules,
        "rules_left_out": told_charts(len(rules), tested),
    }


def _by_source(run: Run, spent: pd.DataFrame) -> list[Series]:
    """A series per source, largest first; outside payers by payer.

    Sources of several payers that are called the same are told apart by their payer.
    """
    names = Names(run.instance)
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

    def label(key: str) -> tuple[str, str]:
        pair = names.pair(key)
        if called[pair] == 1 or key not in payers:
            return pair
        payer = names.pair(payers[key])
        return f"{payer[0]}: {pair[0]}", f"{payer[1]}：{pair[1]}"

    return [
        Series(label(str(key)), tuple(float(sums.get((key, y), 0.0)) for y in years))
        for key in totals.index
    ]


def _debt_charts(run: Run) -> tuple[list[tuple[tuple[str, str], Markup]], int]:
    """A chart of each pool with debt, the largest ones, and how many pools there are."""
    names, frame = Names(run.instance), debt_frame(run)
    charts = []
    groups = list(frame.groupby(["jurisdiction", "pool"], sort=False))
    shown, count = most_charts(groups, [float(group["balance"].max()) for _, group in groups])
    for (jurisdiction, pool), group in shown:
        years = [int(year) for year in group["year"]]
        series = [
            Series(both("balance"), tuple(float(v) for v in group["balance"])),
            Series(both("borrow"), tuple(float(v) for v in group["borrow"])),
            Series(
                both("service"),
                tuple(
                    float(a + b) for a, b in zip(group["principal"], group["interest"], strict=True)
                ),
            ),
        ]
        if group["ceiling"].notna().any():
            limits = tuple(None if pd.isna(v) else float(v) for v in group["ceiling"])
            series.append(Series(both("ceiling"), limits, dashed=True))
        name = _joined(names.pair(str(jurisdiction)), names.pair(str(pool)))
        end = run.instance.settings.horizon.last_year
        charts.append((name, lines(name, years, series, run.money, plan_end=end)))
    return charts, count


def _rule_charts(run: Run) -> tuple[list[tuple[tuple[str, str], Markup]], int]:
    """Ratio of each debt rule that has one, against its limit or band ends, and how many."""
    plan = run.plan
    tested: dict[tuple[str, str], list[RuleYear]] = {}
    for row in plan.rule_years if plan is not None else ():
        if row.ratio is not None:
            tested.setdefault((row.rule, row.jurisdiction), []).append(row)
    highest = [max(row.ratio or 0.0 for row in rows) for rows in tested.values()]
    shown, count = most_charts(list(tested.items()), highest)
    ends = {rule.id: rule for rule in _all_rules(run)}
    charts = []
    for (rule_id, jurisdiction), mine in shown:
        years = [row.year for row in mine]
        series = [Series(both("ratio"), tuple(row.ratio for row in mine))]
        rule = ends.get(rule_id)
        limits: list[tuple[tuple[str, str], float]] = []
        if rule is not None and rule.ratio is not None:
            limits.append((both("limit"), rule.ratio))
        if rule is not None:
            limits += [(both(b.id), b.upper) for b in rule.bands if b.upper is not None]
        series += [Series(name, (value,) * len(years), dashed=True) for name, value in limits]
        title = (rule.title.text("en"), rule.title.text("zh")) if rule else (rule_id, rule_id)
        name = _joined(Names(run.instance).pair(jurisdiction), title)
        end = run.instance.settings.horizon.last_year
        charts.append((name, lines(name, years, series, ("%", "%"), plan_end=end, share=True)))
    return charts, count


def _all_rules(run: Run) -> list[Any]:
    from infraplan.models.rule_sets import RULE_SETS

    found = [rule for rules in RULE_SETS.values() for rule in rules]
    return found + list(run.instance.settings.finance.rules)


def _targets(run: Run) -> list[dict[str, Any]]:
    existing = {target.id: target.existing for target in run.instance.targets}
    table = targets_table(run)
    number = {column.key: column for column in table.columns}
    rows = []
    plan_rows = run.plan.targets if run.plan is not None else ()
    for record, row in zip(table.frame.to_dict("records"), plan_rows, strict=True):
        rows.append(
            {
                "name": (record["target_en"], record["target_zh"]),
                "unit": record["unit_en"],
                "year": record["year"],
                "good": record["attained_en"] == both("yes")[0],
                "bullet": bullet(row.achieved, row.required, existing[row.target]),
            }
            | {
                key: format_value(number[key], record[key], "en")
                for key in ("required", "before", "achieved", "shortfall")
            }
        )
    return rows


def _violations(run: Run) -> list[tuple[str, str]]:
    """Broken laws; runs of earlier versions tell them in English alone."""
    found = dict(run.manifest.get("verification") or {})
    english = list(found.get("violations") or ())
    return list(zip(english, found.get("violations_zh") or english, strict=True))


def _laws_line(run: Run) -> tuple[str, str]:
    laws = dict(run.manifest.get("verification") or {}).get("laws", [])
    checks = sum(int(law["checked"]) for law in laws)
    return phrase("laws-and-checks", laws=len(laws), checks=checks).both
