"""`infraplan import`: problems in foreign formats as instances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.help_texts import TranslatedGroup
from infraplan.optimizer.cli.map_commands import tell_summary
from infraplan.optimizer.cli.output import Language, Output, finding_data, print_findings, reporting
from infraplan.optimizer.cli.parameters import Json, Lang
from infraplan.optimizer.interop.dndp import read_dndp
from infraplan.optimizer.interop.epanet import import_epanet
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.geojson_in import import_geojson
from infraplan.optimizer.interop.gmns import import_gmns
from infraplan.optimizer.interop.hydraulics import check_pressures, read_diameters
from infraplan.optimizer.interop.matpower import import_matpower
from infraplan.optimizer.interop.mine_file import MineProblem
from infraplan.optimizer.interop.minelib import import_minelib
from infraplan.optimizer.interop.mknap import import_mknap
from infraplan.optimizer.interop.pipe_sizes import LEAST_PRESSURE_M, import_pipe_sizes, read_sizes
from infraplan.optimizer.interop.psplib import import_psplib
from infraplan.optimizer.interop.table_in import ImportedTable, import_table
from infraplan.optimizer.interop.tntp import import_tntp
from infraplan.optimizer.storage import instance_hash, write_instance

app = typer.Typer(
    name="import",
    cls=TranslatedGroup,
    help="Make an instance of a problem in a foreign format.",
    add_completion=False,
    no_args_is_help=True,
)
OutPath = Annotated[Path, typer.Argument(help="Folder, .xlsx or .json to write.")]


def write_imported(
    out: Path, as_json: bool, lang: Language, make: Callable[[], Instance | Imported]
) -> None:
    """Make an instance, write it, and say so; one report of all faults where it cannot be read."""
    output = Output(as_json, lang.value)
    with reporting(output):
        if out.exists():
            output.fail("file", phrase("is-already-there-nothing", path=out))
            raise typer.Exit(2)
        made = make()
        instance = made.instance if isinstance(made, Imported) else made
        findings = made.findings if isinstance(made, Imported) else ()
        write_instance(instance, out, lang.value)
        print_findings(output, findings)
        summary = made.summary if isinstance(made, ImportedTable) else None
        if summary is not None:
            tell_summary(output, summary)
        output.emit(
            {
                **({} if summary is None else summary.data()),
                "path": str(out),
                "instance": instance.settings.id,
                "instance_hash": instance_hash(instance),
                "num_projects": len(instance.projects),
                "num_nodes": len(instance.network_nodes),
                "num_links": len(instance.network_links),
                "num_demands": len(instance.demands),
                "num_places": len(instance.places),
                "benchmark_metric": instance.settings.benchmark_metric,
                "findings": [finding_data(finding) for finding in findings],
            }
        )
        output.say(phrase("made-next-infraplan-solve", out=out))


@app.command("tntp")
def tntp(
    folder: Annotated[Path, typer.Argument(help="Folder with *_net.tntp and *_trips.tntp.")],
    out: OutPath,
    toll_factor: Annotated[
        float, typer.Option(min=0.0, help="Time that a unit of toll is worth to a driver.")
    ] = 0.0,
    distance_factor: Annotated[
        float, typer.Option(min=0.0, help="Time that a unit of length is worth to a driver.")
    ] = 0.0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a road network with its trips; solving it finds the user equilibrium."""

    def make() -> Imported:
        return import_tntp(folder, toll_factor=toll_factor, distance_factor=distance_factor)

    write_imported(out, as_json, lang, make)


@app.command("dndp")
def dndp(
    folder: Annotated[Path, typer.Argument(help="Folder with the trips.")],
    problem: Annotated[Path, typer.Argument(help="Problem file, or its name in the folder.")],
    out: OutPath,
    budget_share: Annotated[
        float,
        typer.Option(min=0.0, max=100.0, help="Budget over the cost of all candidates, 0 to 1."),
    ] = 0.5,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a discrete network design problem: which candidate links give the least travel time."""
    share = budget_share / 100.0 if budget_share > 1.0 else budget_share
    write_imported(out, as_json, lang, lambda: read_dndp(folder, problem, share))


@app.command("gmns")
def gmns(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder with node.csv, link.csv and, where there are any, config.csv, zone.csv, "
            "demand.csv."
        ),
    ],
    out: OutPath,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a GMNS road network; with trips, solving it finds the user equilibrium."""
    write_imported(out, as_json, lang, lambda: import_gmns(folder))


@app.command("geojson")
def geojson(
    file: Annotated[
        Path,
        typer.Argument(
            help="Projects as features, .geojson or .gpkg; properties are the columns of "
            "projects.csv."
        ),
    ],
    out: OutPath,
    first_year: Annotated[
        int | None,
        typer.Option(
            min=1900, max=2300, help="First year of the plan; blank: the file's, or 2026."
        ),
    ] = None,
    last_year: Annotated[
        int | None,
        typer.Option(min=1900, max=2300, help="Last year of the plan; blank: the file's, or 2035."),
    ] = None,
    fix_starts: Annotated[
        bool,
        typer.Option(
            "--fix-starts",
            help="Hold the starts and options of the plan in the file.",
        ),
    ] = False,
    tag_map: Annotated[
        Path | None,
        typer.Option(
            "--map", help="YAML that says what tags mean, or osm for those of OpenStreetMap."
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read projects, places and networks off a map, or back from `export --to geojson`."""

    def make() -> Imported:
        return import_geojson(
            file,
            first_year=first_year,
            last_year=last_year,
            fix_starts=fix_starts,
            tag_map=tag_map,
        )

    write_imported(out, as_json, lang, make)


@app.command("table")
def table(
    file: Annotated[
        Path, typer.Argument(help="Table of projects of any layout: .csv, .tsv or .xlsx.")
    ],
    out: OutPath,
    map_file: Annotated[
        Path,
        typer.Option("--map", help="YAML that says which columns, words and amounts mean what."),
    ],
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a capital budget or project list of any layout, by a map of its columns and words."""
    write_imported(out, as_json, lang, lambda: import_table(file, map_file))


@app.command("matpower")
def matpower(
    file: Annotated[Path, typer.Argument(help="Case file, .m; mpc.ne_branch are candidates.")],
    out: OutPath,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a power grid: with candidate circuits an expansion problem, else its dispatch."""
    write_imported(out, as_json, lang, lambda: import_matpower(file))


@app.command("epanet")
def epanet(
    file: Annotated[Path, typer.Argument(help="EPANET input file, .inp.")],
    out: OutPath,
    sizes: Annotated[
        Path | None,
        typer.Option(
            help="CSV of pipes to buy: diameter_mm (or diameter_in), unit_cost a metre. Every pipe "
            "gets one of them."
        ),
    ] = None,
    least_pressure: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            show_default=f"{LEAST_PRESSURE_M:g}",
            help="With --sizes: least pressure at every demand node, metres.",
        ),
    ] = None,
    beside: Annotated[
        bool,
        typer.Option(
            "--beside", help="With --sizes: the pipes stay, and new ones may be laid beside them."
        ),
    ] = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a water network: who is supplied from where, or which pipe sizes it needs (--sizes)."""
    if sizes is None:
        given = {"--least-pressure": least_pressure is not None, "--beside": beside}
        for option, is_given in given.items():
            if is_given:
                raise Output(as_json, lang.value).refuse(phrase("needs-sizes"), option)

    def make() -> Imported:
        if sizes is None:
            return import_epanet(file)
        pressure = LEAST_PRESSURE_M if least_pressure is None else least_pressure
        return import_pipe_sizes(file, read_sizes(sizes), pressure, beside=beside)

    write_imported(out, as_json, lang, make)


@app.command("mknap")
def mknap(
    file: Annotated[Path, typer.Argument(help="File of 0-1 multi-dimensional knapsacks, .txt.")],
    out: OutPath,
    index: Annotated[
        int, typer.Option(min=0, help="Number of the problem in the file; the first is 0.")
    ] = 0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a 0-1 multi-dimensional knapsack of the OR-Library: items are projects of one year."""
    write_imported(out, as_json, lang, lambda: import_mknap(file, index))


@app.command("psplib")
def psplib(
    file: Annotated[Path, typer.Argument(help="Single-mode file of PSPLIB, .sm.")],
    out: OutPath,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read a project scheduling problem: all jobs are built, the last as early as can be."""
    write_imported(out, as_json, lang, lambda: import_psplib(file))


@app.command("minelib")
def minelib(
    prefix: Annotated[
        Path, typer.Argument(help="Files without their ending: PREFIX.prec, PREFIX.cpit, ...")
    ],
    out: OutPath,
    problem: Annotated[
        MineProblem, typer.Option(help="cpit, or pcpsp: with destinations, each block whole.")
    ] = MineProblem.CPIT,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Read an open-pit mine schedule of MineLib: blocks are projects, periods are years."""
    write_imported(out, as_json, lang, lambda: import_minelib(prefix, problem))


def hydraulics(
    file: Annotated[Path, typer.Argument(help="EPANET input file, .inp.")],
    min_pressure: Annotated[
        float, typer.Option(min=0.0, help="Least pressure at every demand node, metres.")
    ] = 30.0,
    diameters: Annotated[
        Path | None,
        typer.Option(help="CSV of a design: pipe, diameter_mm (or diameter_in)."),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Say whether a water design keeps the pressure asked for, as EPANET computes it."""
    output = Output(as_json, lang.value)
    with reporting(output):
        design = None if diameters is None else read_diameters(diameters)
        found = check_pressures(file, min_pressure, design)
        worst = found.worst
        output.emit(
            {
                "feasible": found.is_feasible,
                "min_pressure": min_pressure,
                "worst_node": None if worst is None else worst.node,
                "worst_pressure": None if worst is None else worst.pressure,
                "nodes": [asdict(node) for node in found.nodes],
            }
        )
        verdict = phrase("feasible" if found.is_feasible else "infeasible")
        if worst is None:
            output.say(phrase("the-network-has-no-demand"))
            return
        output.say(
            phrase(
                "lowest-pressure",
                verdict=verdict,
                pressure=worst.pressure,
                node=worst.node,
                min_pressure=min_pressure,
            )
        )
        if not found.is_feasible:
            raise typer.Exit(4)
