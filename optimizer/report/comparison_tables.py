"""Differences between runs as tables: questions, projects, phases, money, debt, service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from infraplan.models.catalogue import Phrase, joined, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.project import BASE_OPTION
from infraplan.optimizer.analysis.comparison import (
    COUNT_TOTALS,
    ComparedRun,
    Comparison,
    Figure,
    InputChange,
    units_of,
)
from infraplan.optimizer.report.changed_words import (
    column_in_words,
    table_in_words,
    value_in_words,
)
from infraplan.optimizer.report.finance_tables import titles_of_rules
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.objective_words import common_name, common_unit, counts_years
from infraplan.optimizer.report.texts import Names, both, option_words, unit_pair
from infraplan.optimizer.status import gap_text

Pair = tuple[str, str]

MONEY_TOTALS = (
    "objective",
    "investment",
    "investment_after_plan",
    "payments",
    "borrowed",
    "refinanced",
    "debt_peak",
    "debt_service_peak",
)


def comparison_tables(found: Comparison) -> tuple[ReportTable, ...]:
    """All tables of a comparison, those without rows left out."""
    names = _AllNames(found.runs)
    tables = (
        _runs(found),
        _bases(found),
        _inputs(found, names),
        _totals(found, names),
        _projects(found, names),
        _figures(found, names, "compared_terms", ("term",), MONEY),
        _figures(found, names, "compared_phases", ("phase_payments",), MONEY),
        _figures(found, names, "compared_starts", ("phase_started",), COUNT),
        _figures(found, names, "compared_money", ("money", "payer"), MONEY),
        _figures(found, names, "compared_debt", ("debt_peak", "service_peak", "headroom"), MONEY),
        _figures(found, names, "compared_targets", ("target",), NUMBER),
        _figures(found, names, "compared_service", ("service",), MONEY),
    )
    return tuple(table for table in tables if not table.frame.empty)


class _AllNames:
    """Names out of all runs' instances: the first that knows an id tells it."""

    def __init__(self, runs: Sequence[ComparedRun]) -> None:
        self._names = [Names(run.instance) for run in runs]
        self._rules = {
            name: title for run in runs for name, title in titles_of_rules(run.instance).items()
        }

    def ask(self, say: Callable[[Names], Pair], key: str) -> Pair:
        """The first answer that is more than the id itself."""
        answers = [say(names) for names in self._names]
        return next((pair for pair in answers if pair != (key, key)), (key, key))

    def pair(self, key: str) -> Pair:
        return self.ask(lambda names: names.pair(key), key)

    def rule(self, rule: str) -> Pair:
        """Title of a debt rule, else why a project is left out by the rule."""
        return self._rules.get(rule) or self.ask(lambda names: names.rule(rule), rule)


def _letters(found: Comparison) -> list[str]:
    return [run.label for run in found.planned]


def _runs(found: Comparison) -> ReportTable:
    instances = [run.instance for run in found.runs]
    columns = (
        Column("run"),
        Column("question"),
        Column("termination"),
        Column("compared_value", MONEY, common_unit(instances, unit_pair(instances[0]))),
        Column("gap_share"),
        Column("folder"),
    )
    rows: list[dict[str, Any]] = []
    for run in found.runs:
        figures = (run.manifest.get("objective"), run.manifest.get("bound"))
        gap = gap_text(*figures, float(run.manifest.get("network_cost") or 0.0), 4)
        scenario = str(run.manifest.get("scenario") or "")
        settings, more = run.instance.settings, f" / {scenario}" if scenario else ""
        question = tuple((settings.title.text(lang) or settings.id) + more for lang in ("en", "zh"))
        rows.append(
            text_pair("run", (run.label, run.label))
            | text_pair("question", (question[0], question[1]))
            | text_pair("termination", both(str(run.manifest.get("termination", ""))))
            | text_pair("gap_share", (gap, gap))
            | text_pair("folder", (run.folder, run.folder))
            | {"compared_value": _value(found.runs[0], run)}
        )
    return ReportTable("compared_runs", columns, frame_of(columns, rows))


def _value(first: ComparedRun, run: ComparedRun) -> float | None:
    """What a run's plan is worth, in the money unit of the first run; years as they are."""
    if run.plan is None or counts_years(run.instance):
        return None if run.plan is None else run.plan.objective
    return run.plan.objective * units_of(first, run)


def _bases(found: Comparison) -> ReportTable:
    """In what money, and of which year, each run counts; no row where all count alike."""
    keys = ("currency", "money_unit", "prices_of", "discounted_to", "appraised_until")
    columns = (Column("run"), *(Column(key) for key in keys))
    rows = []
    for run in found.runs:
        settings = run.instance.settings
        said = (
            (settings.currency,) * 2,
            unit_pair(run.instance),
            (f"{settings.price_year}",) * 2,
            (f"{settings.horizon.first_year}",) * 2,
            (f"{run.instance.end_year}",) * 2,
        )
        line = text_pair("run", (run.label, run.label))
        for key, pair_of in zip(keys, said, strict=True):
            line |= text_pair(key, pair_of)
        rows.append(line)
    differ = {tuple(v for k, v in row.items() if not k.startswith("run")) for row in rows}
    kept = rows if len(differ) > 1 else []
    return ReportTable("compared_bases", columns, frame_of(columns, kept), "compared_bases_note")


def _inputs(found: Comparison, names: _AllNames) -> ReportTable:
    """Changes grouped by run, table and field, with the sums of numbers and one example."""
    columns = (
        Column("run"),
        Column("table"),
        Column("field"),
        Column("rows_changed", COUNT),
        Column("sum_before", NUMBER),
        Column("sum_after", NUMBER),
        Column("example"),
    )
    groups: defaultdict[tuple[str, str, str], list[InputChange]] = defaultdict(list)
    for change in found.inputs:
        if change.table == "instance" and change.field.startswith("title"):
            continue
        kind = change.field or ("row_added" if change.before is None else "row_removed")
        groups[change.label, change.table, kind].append(change)
    rows = []
    for (label, table, name), changes in groups.items():
        field = column_in_words(table, name).both if changes[0].field else both(name)
        rows.append(
            text_pair("run", (label, label))
            | text_pair("table", table_in_words(table).both)
            | text_pair("field", field)
            | text_pair("example", _example(changes[0], names).both)
            | {
                "rows_changed": len(changes),
                "sum_before": _sum(change.before for change in changes),
                "sum_after": _sum(change.after for change in changes),
            }
        )
    return ReportTable("compared_inputs", columns, frame_of(columns, rows), "compared_inputs_note")


def _example(change: InputChange, names: _AllNames) -> Phrase:
    """A row by the names of what it is of, and its cell before and after."""
    keys = change.row.split(" / ") if change.row else []
    row = joined(*(pair(*names.pair(key)) for key in keys), between=" ")
    if not change.field:
        return row
    before, after = (
        value_in_words(change.table, change.field, value) for value in (change.before, change.after)
    )
    if not keys:
        return phrase("before-and-after", before=before, after=after)
    return phrase("asked-change", place=row, before=before, after=after)


def _sum(values: Iterable[Any]) -> float | None:
    """Sum where all are numbers."""
    numbers = list(values)
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in numbers):
        return None
    return float(sum(numbers))


def _totals(found: Comparison, names: _AllNames) -> ReportTable:
    letters = _letters(found)
    columns = (Column("item"), *(Column(letter) for letter in letters))
    figures = {row.subject: row for row in found.figures_of("total")}
    rows = []
    for name in (*MONEY_TOTALS, *COUNT_TOTALS):
        if name in figures:
            label = names.pair(name)
            if name == "objective":
                label = common_name(run.instance for run in found.runs)
            form = "{:,.2f}" if name in MONEY_TOTALS else "{:,.0f}"
            cells = {
                letter: "-" if value is None else form.format(value)
                for letter, value in figures[name].values.items()
            }
            rows.append(_line("item", label, cells))
    return ReportTable("compared_totals", columns, frame_of(columns, rows), "compared_totals_note")


def _line(key: str, label: Pair, cells: dict[str, str]) -> dict[str, str]:
    line = text_pair(key, label)
    for letter, text in cells.items():
        line |= text_pair(letter, (text, text))
    return line


def _projects(found: Comparison, names: _AllNames) -> ReportTable:
    letters = _letters(found)
    columns = (Column("project"), *(Column(letter) for letter in letters), Column("why"))
    runs, rows = {run.label: run for run in found.planned}, []
    for change in found.projects:
        line = text_pair("project", names.pair(change.project))
        for letter in letters:
            start, instance = change.starts[letter], runs[letter].instance
            told = both("not_asked") if letter in change.unknown else _treated(instance, start)
            line |= text_pair(letter, told)
        reasons = [(label, names.rule(rule)) for label, rule in change.rules.items()]
        line |= text_pair(
            "why",
            (
                "; ".join(f"{label}: {rule[0]}" for label, rule in reasons),
                "；".join(f"{label}：{rule[1]}" for label, rule in reasons),
            ),
        )
        rows.append(line)
    return ReportTable(
        "compared_projects", columns, frame_of(columns, rows), "compared_projects_note"
    )


def _treated(instance: Instance, start: ProjectStart | None) -> Pair:
    if start is None:
        return both("not_built")
    if start.option == BASE_OPTION:
        return (f"{start.start}",) * 2
    option = option_words(instance.project_by_id[start.project], start.option)
    return f"{start.start} ({option[0]})", f"{start.start}（{option[1]}）"


def _figures(
    found: Comparison, names: _AllNames, title: str, kinds: tuple[str, ...], kind: str
) -> ReportTable:
    letters = _letters(found)
    unit = unit_pair(found.runs[0].instance) if kind == MONEY else ("", "")
    columns = (Column("item"), *(Column(letter, kind, unit) for letter in letters))
    rows = [
        text_pair("item", _named(figure, names)) | figure.values
        for figure in found.figures_of(*kinds)
        # Years stand among the figures side by side, not among money.
        if figure.differs and (figure.kind, figure.subject) != ("term", "makespan")
    ]
    return ReportTable(title, columns, frame_of(columns, rows), "compared_figures_note")


def _named(figure: Figure, names: _AllNames) -> Pair:
    subject = figure.subject
    if figure.kind in {"phase_payments", "phase_started"}:
        return names.pair(f"phase:{subject}") if subject else both("phase_after_plan")
    if figure.kind == "target":
        return names.pair(f"target:{subject}")
    if figure.kind == "term":
        return names.pair("service_value" if subject == "service" else subject)
    if figure.kind == "service":
        network, _, year = subject.rpartition(":")
        pair = names.pair(network)
        return f"{pair[0]}, {year}", f"{pair[1]}，{year}"
    if figure.kind == "headroom":
        payer, _, rule = subject.partition(":")
        pairs = (names.pair(payer), names.rule(rule), both("least_headroom"))
        return ": ".join(p[0] for p in pairs), "：".join(p[1] for p in pairs)
    if figure.kind in {"debt_peak", "service_peak"}:
        word = both("debt_peak" if figure.kind == "debt_peak" else "debt_service_peak")
        pair = names.pair(subject)
        return f"{pair[0]}: {word[0]}", f"{pair[1]}：{word[1]}"
    return names.pair(subject)
