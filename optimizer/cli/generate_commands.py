"""`infraplan generate`: a made-up instance of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.catalogue import phrase
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang


def generate(
    out: Annotated[Path, typer.Argument(help="Folder, .xlsx or .json to write.")],
    projects: Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of projects.")] = 300,
    years: Annotated[int, typer.Option(min=1, max=200, help="Years of the plan.")] = 10,
    seed: Annotated[
        int, typer.Option(min=0, help="Equal seeds and sizes give equal instances.")
    ] = 1,
    districts: Annotated[
        int | None,
        typer.Option(min=1, help="Districts, each with money of its own; blank: by size."),
    ] = None,
    networks: Annotated[
        bool, typer.Option("--networks", help="Also roads, water and power of each district.")
    ] = False,
    debt: Annotated[
        bool, typer.Option("--debt", help="Also bonds, quotas, old debt and a rule on debt.")
    ] = False,
    floors: Annotated[
        bool,
        typer.Option("--floors", help="Also residents, and floors of spending by head."),
    ] = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Make up an instance of any size, drawn from distributions of real plans."""
    from infraplan.optimizer.generating.make import generate as make
    from infraplan.optimizer.generating.make import make_request
    from infraplan.optimizer.storage import instance_hash, write_instance

    output = Output(as_json, lang.value)
    with reporting(output):
        if out.exists():
            output.fail("file", phrase("is-already-there-nothing", path=out))
            raise typer.Exit(2)
        request = make_request(
            projects,
            years,
            seed,
            districts=districts,
            networks=networks,
            debt=debt,
            floors=floors,
        )
        instance = make(request)
        write_instance(instance, out, lang.value)
        output.emit(
            {
                "path": str(out),
                "instance": instance.settings.id,
                "instance_hash": instance_hash(instance),
                "num_projects": len(instance.projects),
                "num_relations": len(instance.relations),
                "num_districts": request.districts,
                "num_nodes": len(instance.network_nodes),
                "num_instruments": len(instance.instruments),
                "num_policies": len(instance.policies),
            }
        )
        output.say(phrase("made-next-infraplan-solve", out=out))
