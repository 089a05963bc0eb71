"""Commands on instances: new, validate, estimate, convert, schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.apply_scenario import scenario_problems
from infraplan.models.catalogue import as_phrase, phrase
from infraplan.models.errors import Severity
from infraplan.optimizer import storage
from infraplan.optimizer.cli.output import (
    Language,
    Output,
    draw,
    finding_data,
    print_findings,
    reporting,
)
from infraplan.optimizer.cli.parameters import InstancePath, Json, Lang
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.storage import (
    inspect_instance,
    read_instance,
    write_instance,
)


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
            doubts = (
                *scenario_problems(reading.instance),
                *find_implausibilities(reading.instance),
            )
            findings += [reading.locate(problem) for problem in doubts]
        errors = sum(f.severity is Severity.ERROR for f in findings)
        warnings = sum(f.severity is Severity.WARNING for f in findings)
        bad = bool(errors) or (strict and bool(warnings)) or reading.instance is None
        if as_json:  # of which the hash takes as long as the rest of a small instance
            counts = {"valid": not bad, "errors": errors, "warnings": warnings}
            told = [finding_data(f) for f in findings]
            data = {"path": str(instance), **counts, "findings": told}
            if reading.instance is not None:
                data["instance"] = reading.instance.settings.id
                data["instance_hash"] = storage.instance_hash(reading.instance)
                data["num_projects"] = len(reading.instance.projects)
            output.emit(data)
        print_findings(output, findings)
        output.say(phrase("error-s-warning-s", errors=errors, warnings=warnings))
        if bad:
            raise typer.Exit(3)
        output.say(phrase("valid-next-infraplan-solve", path=instance))


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
    from infraplan.optimizer.estimating.fill import fill_gaps, weights
    from infraplan.optimizer.report.texts import text

    output = Output(as_json, lang.value)
    with reporting(output):
        loaded, filled = fill_gaps(read_instance(instance))
        found = weights(loaded)
        if target is not None:
            write_instance(loaded, target, lang.value)
        output.emit(
            {
                "path": None if target is None else str(target),
                "instance_hash": storage.instance_hash(loaded),
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
            draw(output, "weighing_estimates", columns, told, numbers_from=2)
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
    wanted = Restatement(price_year, _index(index, output), exchange, currency, money_unit)
    with reporting(output):
        loaded = read_instance(source)
        if wanted != Restatement(index={}):
            try:
                loaded = restate(loaded, wanted)
            except ValueError as error:
                raise output.refuse(as_phrase(error.args[0])) from error
        write_instance(loaded, target, lang.value)
        output.emit({"path": str(target), "instance_hash": storage.instance_hash(loaded)})
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
