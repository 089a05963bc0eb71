"""`infraplan bench`: solves side by side, as a table, JSON and a drawing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from infraplan.models.catalogue import listed, phrase
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraplan.optimizer.bench.row import Asked
    from infraplan.optimizer.bench.suite import Row, Size

MOST_PROJECTS = 1_000_000

AskedEngines = Annotated[
    str | None,
    typer.Option(
        help="Of own, bare, by-hand and greedy, with commas; where none is named, all, and "
        "own and bare for made-up instances with more than plain ones have."
    ),
]
AllRules = Annotated[
    bool,
    typer.Option(
        "--all-rules",
        help="Also relations of all kinds and earmarked grants, as `infraplan generate` makes "
        "them.",
    ),
]


class Made(NamedTuple):
    """What made-up instances have; `has_more` than money by year and orders of projects."""

    years: int
    seed: int
    has_more: bool
    debt: bool
    networks: bool


def bench(
    projects: Annotated[
        str, typer.Option(help="Numbers of projects, with commas: 300,1000.")
    ] = "300",
    years: Annotated[int, typer.Option(min=1, max=200, help="Years of the plan.")] = 10,
    instance: Annotated[
        Path | None, typer.Option(help="Instance to measure instead of made-up ones.")
    ] = None,
    engines: AskedEngines = None,
    solvers: Annotated[str, typer.Option(help="Solvers, with commas.")] = "highs,scip,cbc,cpsat",
    columns: Annotated[
        str, typer.Option(help="Forms of the starts, with commas.")
    ] = "auto,cumulative,by-start",
    time_limit: Annotated[
        str, typer.Option(help="Seconds of a solve from the end of reading; several with commas.")
    ] = "60",
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Relative gap to prove.")] = 1e-4,
    all_rules: AllRules = False,
    debt: Annotated[
        bool, typer.Option("--debt", help="Also bonds, quotas, old debt and a rule on debt.")
    ] = False,
    networks: Annotated[
        bool, typer.Option("--networks", help="Also roads, water and power of each district.")
    ] = False,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the solver.")] = 1,
    seed: Annotated[
        int, typer.Option(min=0, help="Equal seeds and sizes give equal instances.")
    ] = 1,
    output_dir: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to write the figures into.")
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Measure the product beside its program alone, models written by hand and a greedy."""
    from infraplan.optimizer.bench.row import Asked
    from infraplan.optimizer.bench.suite import ENGINES

    output = Output(as_json, lang.value)
    with reporting(output):
        made = Made(int(years), seed, all_rules or debt or networks, debt, networks)
        if engines is None:
            engines = "own,bare" if made.has_more and instance is None else ",".join(ENGINES)
        found = _ways(engines, solvers, columns, output)
        limits = _numbers(time_limit, "--time-limit", 0.1, 1e6, output)
        counts = _numbers(projects, "--projects", 1, MOST_PROJECTS, output, whole=True)
        if output_dir is not None and output_dir.exists():
            output.fail("file", phrase("is-already-there-nothing", path=output_dir))
            raise typer.Exit(2)
        asked = [
            Asked(*way, time_limit_s=limit, gap=gap, threads=threads, seed=seed)
            for limit in limits
            for way in found
        ]
        rows: list[Row] = []
        with tempfile.TemporaryDirectory(prefix="infraplan-bench-") as folder:
            numbers = [int(count) for count in counts]
            sizes = _sizes(Path(folder), instance, numbers, made)
            was_stopped = not _measure_all(sizes, asked, rows, output)
        _tell(rows, was_stopped, output_dir, output)


def _tell(rows: Sequence[Row], was_stopped: bool, output_dir: Path | None, output: Output) -> None:
    """Compare the rows, print them and write them into `output_dir`."""
    from infraplan.optimizer.bench.files import rows_data, write_files
    from infraplan.optimizer.bench.suite import compared

    rows = compared(rows)
    output.emit({"rows": rows_data(rows), "stopped": was_stopped})
    if output_dir is not None:
        write_files(output_dir, rows, output.lang)
    _print(rows, output)
    if output_dir is not None:
        output.say(phrase("wrote", target=output_dir))
    if was_stopped:
        output.say(phrase("bench-stopped-early", count=len(rows)))
        if not rows:
            raise typer.Exit(5)


def _ways(
    engines: str, solvers: str, columns: str, output: Output
) -> tuple[tuple[str, str, str], ...]:
    """Engine, solver and form of each row; refuses a name that there is not."""
    from infraplan.optimizer.bench.suite import unknown_names, ways

    names = [_names(part) for part in (engines, solvers, columns)]
    for option, name, known in unknown_names(*names):
        told = phrase("there-is-no-such-choice", name=name, known=listed(known))
        raise output.refuse(told, option)
    return ways(*names)


def _names(text: str) -> tuple[str, ...]:
    """The parts of a list with commas."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _numbers(
    text: str, option: str, least: float, most: float, output: Output, *, whole: bool = False
) -> tuple[float, ...]:
    """The numbers of a list with commas; refuses what is none, or out of its range."""
    found = []
    for part in _names(text):
        try:
            number = float(int(part)) if whole else float(part)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            told = phrase("is-no-number-in-range", text=part, least=least, most=most)
            raise output.refuse(told, option)
        found.append(number)
    if not found:
        told = phrase("is-no-number-in-range", text=text, least=least, most=most)
        raise output.refuse(told, option)
    return tuple(found)


def _sizes(
    folder: Path, instance: Path | None, counts: Sequence[int], wanted: Made
) -> Iterator[Size]:
    """The instance that is given, or one for each number of projects, made in `folder`."""
    from infraplan.optimizer.bench.plain import plain
    from infraplan.optimizer.bench.suite import Size
    from infraplan.optimizer.generating.make import generate, make_request
    from infraplan.optimizer.storage import read_instance, write_instance

    if instance is not None:
        read = read_instance(instance)
        horizon = read.settings.horizon
        yield Size(read.settings.id, instance, len(read.projects), horizon.num_years)
        return
    for count in counts:
        request = make_request(
            count, wanted.years, wanted.seed, debt=wanted.debt, networks=wanted.networks
        )
        made = generate(request)
        if not wanted.has_more:
            made = plain(made)
        path = folder / made.settings.id
        write_instance(made, path)
        yield Size(made.settings.id, path, count, wanted.years)


def _measure_all(
    sizes: Iterator[Size], asked: Sequence[Asked], rows: list[Row], output: Output
) -> bool:
    """Put a row for each size and way into `rows`; whether it came to the end."""
    from infraplan.optimizer.bench.suite import measure

    try:
        for size in sizes:
            for row in measure(size, asked):
                rows.append(row)
                output.say(
                    phrase(
                        "bench-row",
                        instance=row.instance,
                        way=" ".join(p for p in (row.engine, row.solver, row.columns) if p),
                        limit=row.time_limit_s,
                        objective="-" if row.objective is None else f"{row.objective:,.6g}",
                    )
                )
                if row.fault:
                    output.say(phrase("list-entry", line=row.fault))
    except KeyboardInterrupt:
        return False
    return True


def _print(rows: Sequence[Row], output: Output) -> None:
    """A table for each instance."""
    if output.as_json:
        return
    from infraplan.optimizer.bench.files import bench_table
    from infraplan.optimizer.report.terminal import print_table

    for name in dict.fromkeys(row.instance for row in rows):
        output.console.print(name, style="bold", markup=False)
        print_table(output.console, bench_table(rows, name), lang=output.lang)
