"""report.html: one self-contained page in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.analysis.conflicts import stated_line
from infraplan.optimizer.analysis.critical_chain import critical_chain
from infraplan.optimizer.analysis.service_value import ProjectWorth
from infraplan.optimizer.report import first_screen, page_charts, page_tables
from infraplan.optimizer.report.charts import bullet
from infraplan.optimizer.report.drawings.style import css
from infraplan.optimizer.report.drawings.tones import page_tones
from infraplan.optimizer.report.excerpts import excerpt
from infraplan.optimizer.report.frames import Column, ReportTable, Run, format_value, make_run
from infraplan.optimizer.report.map_data import map_of, missing_places
from infraplan.optimizer.report.money_words import money_check_line, money_line
from infraplan.optimizer.report.network_drawing import draw_network, legend
from infraplan.optimizer.report.objective_words import counts_years, objective_name, told_value
from infraplan.optimizer.report.page_columns import paper_of
from infraplan.optimizer.report.page_schedule import Schedule, schedule_of
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.plan_tables import TABLES, debt_frame, targets_table
from infraplan.optimizer.report.summary_table import unit_of_total
from infraplan.optimizer.report.texts import Names, both, told_solver, unit_pair
from infraplan.optimizer.report.value_parts import value_parts

SECTIONS = (
    "summary",
    "schedule",
    "map",
    "phases",
    "money",
    "debt",
    "service_page",
    "stated_dates",
    "networks",
    "rejected",
    "commitments",
    "objective",
    "estimates",
    "laws",
)
MAP_SHEETS = 3
"""Maps that a printed page has in the place of the slider."""


def render_report(
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    *,
    lang: str = "en",
    worths: tuple[ProjectWorth, ...] | None = None,
    robust: Sequence[Mapping[str, Any]] = (),
    go_on: Callable[[], None] = lambda: None,
) -> str:
    """The report page; `lang` is the language it opens in, a button switches.

    `worths` are what projects are worth to the networks, found here where they are None; `robust`
    the rows of a robust run's projects (`project`, `class`), told where there are any. `go_on` is
    called before every part: what it raises leaves the page unmade.
    """
    run = make_run(instance, plan, manifest, rejections, worths)
    settings = instance.settings
    documents = [((d.title.text("en"), d.title.text("zh")), d.issued) for d in settings.sources]
    defaults: dict[str, Any] = {"scenario": "", "conflicts": [], "notes": [], "verification": None}
    tables, told = _tables(run, go_on)
    parts = {} if plan is None else _parts(run, plan, tables, robust, go_on)
    return (
        page_environment()
        .get_template("report.html.j2")
        .render(
            lang=lang,
            title=(
                settings.title.text("en") or settings.id,
                settings.title.text("zh") or settings.id,
            ),
            price=_price(instance),
            manifest={**defaults, **dict(manifest)},
            solver=told_solver(manifest),
            plan=plan,
            sections=_sections(run) if plan is not None else ("summary",),
            tables=tables,
            excerpts=told,
            drawing_css=Markup(css()),
            tones=Markup(page_tones()),
            laws_line=_laws_line(run),
            violations=_violations(run),
            documents=documents,
            version=_version_that_solved(manifest),
            **parts,
        )
    )


@cache
def page_environment() -> Environment:
    """The templates of report pages, with what they call; it keeps those it has compiled.

    To compile them takes as long as to fill the page of a small plan, and each run has a page.
    """
    environment = Environment(
        loader=PackageLoader("infraplan.optimizer.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["both"] = both
    environment.globals["cell"] = _cell
    environment.globals["paper_of"] = paper_of
    environment.globals["conflict_words"] = lambda stated: stated_line(stated).both
    return environment


def _parts(
    run: Run,
    plan: Plan,
    tables: dict[str, ReportTable],
    robust: Sequence[Mapping[str, Any]],
    go_on: Callable[[], None],
) -> dict[str, Any]:
    """What the page of a plan has beside its tables: sentences, drawings, the schedule."""
    chain = critical_chain(run.instance, plan)
    go_on()
    frame, sources = debt_frame(run), page_charts.series_by_source(run)
    own = _page_tables(run, chain)
    debt, debt_left = page_charts.debt_charts(run, frame)
    rules, rules_left = page_charts.rule_charts(run)
    own["trajectory_table"] = page_tables.trajectory_table(run, frame)
    missed, rows = first_screen.missed_targets(run)
    go_on()
    return {
        "own": own,
        "headline": first_screen.headline(run).both,
        "who_pays": first_screen.who_pays(run, page_charts.sums_of(sources)).both,
        "left_out": first_screen.left_out(run).both,
        "missed": missed.both,
        "missed_rows": [row.both for row in rows],
        "money_lines": _told(first_screen.money_and_room(run)),
        "sure_lines": _told(first_screen.how_sure(run, robust)),
        "proof_lines": _told(first_screen.proof(run)),
        "worth_line": _worth(run),
        "value_line": value_parts(run.instance, plan).both,
        "money_check_line": money_check_line(run.manifest).both,
        "figures": _figures(run),
        "schedule": schedule_of(run, [link.project for link in chain]),
        "chain_line": phrase(
            "works-of-the-critical-chain",
            count=len(chain),
            years=chain[-1].opening - chain[0].start,
            first=chain[0].start,
            last=chain[-1].opening,
        ).both
        if chain
        else ("", ""),
        "chain_chart": page_charts.chain_chart(run, chain),
        "phases_chart": page_charts.phases_chart(run),
        "money_chart": page_charts.money_chart(run, sources),
        "debt_charts": debt,
        "debt_left_out": debt_left,
        "rule_charts": rules,
        "rules_left_out": rules_left,
        "service_charts": page_charts.service_charts(run, tables["trips"], tables["supply"]),
        "quality_chart": page_charts.quality_chart(run, own["quality_by_sector"]),
        "target_rows": _targets(run),
        "network_drawings": _networks(run, go_on),
        "network_legend": legend(),
        **_maps(run, plan),
    }


def schedule_html(schedule: Schedule, *, counted: bool = True) -> Markup:
    """The schedule as a table of HTML in both languages; `counted`: groups tell their rows."""
    module = page_environment().get_template("schedule_table.html.j2").module
    return Markup(module.gantt(schedule, counted))  # type: ignore[attr-defined]


def _told(sentences: Iterable[Phrase]) -> list[tuple[str, str]]:
    return [sentence.both for sentence in sentences if str(sentence)]


def _page_tables(run: Run, chain: Any) -> dict[str, ReportTable]:
    """Tables of the page alone, as far as it shows them, by name."""
    found = (
        page_tables.built_by_phase_table(run),
        page_tables.largest_works_table(run),
        page_tables.left_out_table(run),
        page_tables.chain_table(run, chain),
        page_tables.map_table(run),
        page_tables.commitments_table(run),
        page_tables.dear_duties_table(run),
        page_tables.quality_by_sector_table(run),
    )
    return {table.name: excerpt(table)[0] for table in found}


def _maps(run: Run, plan: Plan) -> dict[str, Any]:
    """The map with its years, those of a printed page, and what is not drawn."""
    drawn, horizon = map_of(run.instance, plan), run.instance.settings.horizon
    ends = [phase.last_year for phase in horizon.phases]
    step = max(1, -(-len(ends) // MAP_SHEETS))
    years = sorted({*ends[::-1][::step][:MAP_SHEETS]})
    missing, count = missing_places(run.instance)
    return {
        "map_chart": page_charts.map_chart(drawn, horizon.last_year),
        "map_sheets": [page_charts.map_chart(drawn, year) for year in years],
        "map_years": (horizon.first_year, horizon.last_year),
        "map_missing": phrase("page-map-missing", missing=missing, count=count).both
        if missing
        else ("", ""),
    }


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
    """Drawings by network: the first and the last year of service side by side."""
    names, years = Names(run.instance), run.instance.representative_years
    shown = {row.network for row in run.plan.service} if run.plan is not None else set()
    found = []
    for network in dict.fromkeys(node.network for node in run.instance.network_nodes):
        if network not in shown:
            continue
        drawings = []
        for year in dict.fromkeys((years[0], years[-1])):
            go_on()
            drawings.append((str(year), draw_network(run, network, year)))
        found.append((names.pair(network), drawings))
    go_on()
    return found


def _cell(column: Column, value: Any) -> str:
    return format_value(column, value, "en")


def _price(instance: Instance) -> tuple[str, str]:
    unit, year = pair(*unit_pair(instance)), instance.settings.price_year
    return phrase("money-in-prices-of", unit=unit, year=year).both


def _figures(run: Run) -> list[tuple[tuple[str, str], tuple[str, str], tuple[str, str]]]:
    """Label, amount and what it is stated in, of each figure of the first screen."""
    manifest, totals = run.manifest, dict(run.manifest.get("totals") or {})
    built = f"{manifest.get('num_selected', 0):,}"
    value = told_value(run.instance, manifest.get("objective")) or 0.0
    amount = told_money(run.instance, value).both
    if counts_years(run.instance):
        amount = (f"{value:,.0f}",) * 2
    figures = [
        (both("num_selected"), (built, built), ("", "")),
        (objective_name(run.instance), amount, _basis(run, "objective")),
    ]
    for key in (
        "investment",
        "investment_after_plan",
        "borrowed",
        "debt_peak",
        "debt_service_peak",
    ):
        if key in totals:
            amount = told_money(run.instance, float(totals[key])).both
            figures.append((both(key), amount, _basis(run, key)))
    return figures


def _basis(run: Run, total: str) -> tuple[str, str]:
    """Year of a total or of its prices: what its unit says behind the money."""
    told = unit_of_total(run, total)
    return tuple(  # type: ignore[return-value]
        text.removeprefix(unit).strip(", （）") for text, unit in zip(told, run.money, strict=True)
    )


def _targets(run: Run) -> list[dict[str, Any]]:
    existing = {target.id: target.existing for target in run.instance.targets}
    table = targets_table(run)
    number = {column.key: column for column in table.columns}
    rows = []
    plan_rows = run.plan.targets if run.plan is not None else ()
    for record, row in zip(table.records, plan_rows, strict=True):
        rows.append(
            {
                "name": (record["target_en"], record["target_zh"]),
                "unit": (record["unit_en"], record["unit_zh"]),
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


def _worth(run: Run) -> tuple[str, str]:
    """What is left of the money and what more would be worth; that nothing limits it is told."""
    if run.plan is None or not is_money_limited(run.instance):
        return ("", "")
    return money_line(run.instance, run.manifest, run.rejections).both
