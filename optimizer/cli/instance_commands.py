"""Commands on instances: new, validate, convert, schema; and what there is: rules, solvers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infraplan.models.apply_scenario import scenario_problems
from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.catalogue import as_phrase, pair, phrase, term, term_or_name
from infraplan.models.errors import Severity
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.cli.output import Language, Output, finding_data, print_findings, reporting
from infraplan.optimizer.cli.parameters import InstancePath, Json, Lang
from infraplan.optimizer.estimating.fill import fill_gaps, weights
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.report.texts import text
from infraplan.optimizer.storage import (
    inspect_instance,
    instance_hash,
    read_instance,
    write_instance,
)

if TYPE_CHECKING:
    from infraplan.models.finance.discounting import RateSchedule


def new(
    name: Annotated[Path, typer.Argument(help="Folder to make, or a name ending in .xlsx.")],
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Make a workbook instead of a folder.")
    ] = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Make a template with a small worked example that solves."""
    from infraplan.optimizer.storage import new_instance

    output = Output(as_json, lang.value)
    with reporting(output):
        path = name.with_suffix(".xlsx") if xlsx else name
        if path.exists():
            output.fail("file", phrase("is-already-there-nothing", path=path))
            raise typer.Exit(2)
        new_instance(path, output.lang)
        output.emit({"path": str(path)})
        output.say(
            phrase("made-next-infraplan-validate", path=path),
        )


def validate(
    instance: InstancePath,
    strict: Annotated[bool, typer.Option(help="Warnings are errors too.")] = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """List everything that is wrong or doubtful, with file, sheet, row and column."""
    output = Output(as_json, lang.value)
    with reporting(output):
        reading = inspect_instance(instance)
        findings = list(reading.findings)
        if reading.instance is not None:
            told = (
                *scenario_problems(reading.instance),
                *find_implausibilities(reading.instance),
            )
            findings += [reading.locate(problem) for problem in told]
        errors = sum(f.severity is Severity.ERROR for f in findings)
        warnings = sum(f.severity is Severity.WARNING for f in findings)
        bad = bool(errors) or (strict and bool(warnings)) or reading.instance is None
        data = {
            "path": str(instance),
            "valid": not bad,
            "errors": errors,
            "warnings": warnings,
            "findings": [finding_data(f) for f in findings],
        }
        if reading.instance is not None:
            data["instance"] = reading.instance.settings.id
            data["instance_hash"] = instance_hash(reading.instance)
            data["num_projects"] = len(reading.instance.projects)
        output.emit(data)
        print_findings(output, findings)
        output.say(phrase("error-s-warning-s", errors=errors, warnings=warnings))
        if bad:
            raise typer.Exit(3)


def estimate(
    instance: InstancePath,
    target: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write the filled instance.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many estimates to list.")] = 20,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Fill gaps from the estimating library, marked, and list the estimates that weigh most."""
    output = Output(as_json, lang.value)
    with reporting(output):
        loaded, filled = fill_gaps(read_instance(instance))
        found = weights(loaded)
        if target is not None:
            write_instance(loaded, target)
        output.emit(
            {
                "path": None if target is None else str(target),
                "instance_hash": instance_hash(loaded),
                "filled": [asdict(row) for row in filled],
                "weights": [asdict(row) for row in found[:most]],
            }
        )
        if not as_json:
            zh = output.lang == "zh"
            names = {p.id: (p.name_zh if zh else p.name_en) or p.id for p in loaded.projects}
            columns = ("project", "quality", "low", "mid", "high", "share_of_doubt")
            told = [
                (
                    names[row.project],
                    text(row.quality, output.lang),
                    *(f"{value:,.2f}" for value in (row.low, row.mid, row.high)),
                    f"{row.share:.1%}",
                )
                for row in found[:most]
            ]
            _draw(output, "weighing_estimates", columns, told, numbers_from=2)
        if target is None:
            output.say(phrase("figures-filled-in", count=len(filled)))
        else:
            output.say(phrase("figures-filled-in-and-written", count=len(filled), target=target))


def convert(
    source: InstancePath,
    target: Annotated[Path, typer.Argument(help="Folder, .xlsx or .json to write.")],
    price_year: Annotated[
        int | None, typer.Option(help="Restate real money in the prices of this year, by --index.")
    ] = None,
    index: Annotated[str, typer.Option(help="Price index by year, e.g. 2021=100,2024=103.5.")] = "",
    exchange: Annotated[
        float, typer.Option(help="Units of the new money unit for one of the old.")
    ] = 1.0,
    currency: Annotated[str, typer.Option(help="ISO code of the new currency.")] = "",
    money_unit: Annotated[str, typer.Option(help="Name of the new money unit.")] = "",
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Convert an instance between folder, workbook and JSON without loss; restate its money."""
    from infraplan.models.restate import Restatement, restate

    output = Output(as_json, lang.value)
    wanted = Restatement(
        price_year, _index(index, output), exchange, currency, money_unit, money_unit or currency
    )
    with reporting(output):
        loaded = read_instance(source)
        if wanted != Restatement(index={}):
            try:
                loaded = restate(loaded, wanted)
            except ValueError as error:
                raise output.refuse(as_phrase(error.args[0])) from error
        write_instance(loaded, target)
        output.emit({"path": str(target), "instance_hash": instance_hash(loaded)})
        output.say(phrase("wrote", target=target))


def _index(text: str, output: Output) -> dict[int, float]:
    """Read `2021=100,2024=103.5`."""
    try:
        pairs = [part.split("=") for part in text.replace("、", ",").split(",") if part.strip()]
        return {int(year): float(value) for year, value in pairs}
    except ValueError as error:
        raise output.refuse(phrase("no-price-index", text=text), "--index") from error


def schema(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a readable page instead of JSON Schema.")
    ] = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Print the JSON Schema of the settings and of every table."""
    from infraplan.optimizer.storage.schema import schema as schema_of_tables
    from infraplan.optimizer.storage.schema import schema_markdown

    output = Output(as_json, lang.value)
    with reporting(output):
        if markdown and not as_json:
            typer.echo(schema_markdown(output.lang).rstrip("\n"))
        elif as_json:
            output.emit(schema_of_tables())
        else:
            typer.echo(json.dumps(schema_of_tables(), ensure_ascii=False, indent=1))


def rules(as_json: Json = False, lang: Lang = Language.EN) -> None:
    """List rule sets, named bonds and grants, discount schedules, carbon values, with sources."""
    from infraplan.models.finance.carbon import CARBON_VALUES
    from infraplan.models.finance.discounting import SOCIAL_RATES

    output = Output(as_json, lang.value)
    with reporting(output):
        rows = [(name, rule) for name, found in RULE_SETS.items() for rule in found]
        output.emit(
            {
                "rules": [{"set": name, **rule.model_dump(mode="json")} for name, rule in rows],
                "capital_ratios": [
                    {"set": name, **row.model_dump(mode="json")}
                    for name, found in CAPITAL_RATIO_SETS.items()
                    for row in found
                ],
                "money_presets": _presets(),
                "discount_schedules": [
                    {
                        "schedule": name,
                        "rates": _steps(rate.schedule),
                        "source": rate.source,
                        "as_of": rate.as_of,
                        "valid_from": rate.valid_from,
                        "valid_to": rate.valid_to,
                        "verified": rate.verified,
                    }
                    for name, rate in SOCIAL_RATES.items()
                ],
                "carbon_values": [
                    {"value": name, **asdict(value)} for name, value in CARBON_VALUES.items()
                ],
            }
        )
        if as_json:
            return
        columns = ("rule_set", "rule", "fiscal_items", "source", "dated", "in_force")
        told = []
        for name, rule in rows:
            read = dict.fromkeys(term.item for term in (*rule.additions, *rule.base))
            told.append(
                (
                    name,
                    rule.title.text(output.lang),
                    _items(output, read),
                    _source(output, rule.source, rule.verified),
                    rule.dated,
                    _span(rule.valid_from, rule.valid_to),
                )
            )
        _draw(output, "rule_sets", columns, told)
        _print_capital(output)
        _print_presets(output)
        _print_published(output)


def _draw(
    output: Output,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers_from: int | None = None,
) -> None:
    """Print a table with words of the catalogue; columns from `numbers_from` on are numbers."""
    from infraplan.optimizer.report.drawn_tables import draw_table

    draw_table(
        output.console,
        text(title, output.lang),
        [text(column, output.lang) for column in columns],
        rows,
        numbers=[numbers_from is not None and at >= numbers_from for at in range(len(columns))],
        colon="：" if output.lang == "zh" else ": ",
    )


def _source(output: Output, source: str, verified: bool) -> str:
    """A published source, and a mark where it was not checked in a primary text."""
    if verified:
        return output.text(term_or_name("published-source", source))
    mark = term("report", "unverified")
    return output.text(
        phrase("source-and-mark", source=term_or_name("published-source", source), mark=mark)
    )


def _items(output: Output, names: Iterable[str]) -> str:
    """Fiscal items by the name to be written in the table `fiscal`, each with its word."""
    told = [
        phrase("name-and-word", name=name, word=term_or_name("fiscal-item", name)) for name in names
    ]
    return "\n".join(output.text(item) for item in told)


def _span(first: int | None, last: int | None) -> str:
    """Years in which something is in force, e.g. 2018-2022; blank where it has no dates."""
    return "" if first is last is None else f"{first or ''}-{last or ''}"


def _steps(schedule: RateSchedule) -> dict[str, float]:
    """Rates by the year offset from which they hold."""
    steps = schedule if isinstance(schedule, Mapping) else {0: schedule}
    return {str(offset): rate for offset, rate in sorted(steps.items())}


def _print_capital(output: Output) -> None:
    """Print the sets of least capital (for finance.capital_ratio_sets)."""
    columns = ("rule_set", "rule", "ratio", "source", "dated")
    told = []
    for name, found in CAPITAL_RATIO_SETS.items():
        for row in found:
            title = row.title.text(output.lang)
            source = _source(output, row.source, row.verified)
            told.append((name, title, f"{row.ratio:.0%}", source, row.dated))
    _draw(output, "least_capital", columns, told)


def _presets() -> list[dict[str, Any]]:
    """Named bonds and grants with their terms, years and sources, as plain data."""
    return [
        {
            "preset": name,
            "table": row.table,
            "title": row.title.model_dump(),
            "who_repays": row.who_repays.model_dump(),
            "terms": dict(row.terms),
            "tenors": list(row.tenors),
            "rates": list(row.rates),
            "first_year": row.first_year,
            "last_year": row.last_year,
            "source": row.source,
            "dated": row.dated,
            "verified": row.verified,
        }
        for name, row in MONEY_PRESETS.items()
    ]


def _print_presets(output: Output) -> None:
    """Print the named bonds and grants (for the column preset of instruments and funds)."""
    heads = ("name", "rule", "who_repays", "usual_terms", "source", "dated", "in_force")
    told = []
    for name, row in MONEY_PRESETS.items():
        tenors = ", ".join(f"{tenor}" for tenor in row.tenors)
        rates = ", ".join(f"{100 * rate:g}%" for rate in row.rates)
        told.append(
            (
                name,
                row.title.text(output.lang),
                row.who_repays.text(output.lang),
                "; ".join(part for part in (tenors, rates) if part),
                _source(output, row.source, row.verified),
                row.dated,
                _span(row.first_year, row.last_year),
            )
        )
    _draw(output, "money_presets", heads, told)


def _print_published(output: Output) -> None:
    """Print discount schedules (for appraisal.discount_schedule) and carbon values."""
    from infraplan.models.finance.carbon import CARBON_VALUES
    from infraplan.models.finance.discounting import SOCIAL_RATES

    heads = ("schedule_name", "rates", "source", "as_of", "in_force")
    rates, carbon = [], []
    for name, rate in SOCIAL_RATES.items():
        steps = ", ".join(
            f"{100 * value:g}%" if offset == "0" else f"{offset}+: {100 * value:g}%"
            for offset, value in _steps(rate.schedule).items()
        )
        source = _source(output, rate.source, rate.verified)
        span = _span(rate.valid_from, rate.valid_to)
        rates.append((name, steps, source, str(rate.as_of), span))
    for name, value in CARBON_VALUES.items():
        amount = f"{value.low:g}-{value.high:g} {value.currency}"
        source = _source(output, value.source, value.verified)
        carbon.append((name, amount, source, str(value.as_of)))
    _draw(output, "discount_schedules", heads, rates)
    _draw(output, "carbon_values", ("name", "number", "source", "for_year"), carbon)


def solvers(as_json: Json = False, lang: Lang = Language.EN) -> None:
    """List the solvers that are known, and which of them are installed."""
    from infraplan.optimizer.backends import available_solvers

    output = Output(as_json, lang.value)
    with reporting(output):
        found = available_solvers()
        output.emit(
            {
                "solvers": [
                    {
                        "name": s.name,
                        "available": s.available,
                        "version": s.version,
                        "note": "" if s.note is None else s.note.text_en,
                        "note_zh": "" if s.note is None else s.note.text_zh,
                    }
                    for s in found
                ]
            }
        )
        if as_json:
            return
        columns = ("name", "installed", "version", "to_have_it")
        told = []
        for row in found:
            there = text("yes" if row.available else "no", output.lang)
            told.append((row.name, there, row.version, output.text(row.how_to_install)))
        _draw(output, "solvers", columns, told)
        for note in (row.note for row in found if row.note is not None and row.available):
            output.say(pair(note.text_en, note.text_zh))
