"""Measure whether the plans of documents are real choices; one line a check, 1 if one fails.

    python -m tools.plan_checks CENSUS_FOLDER [NAME ...] [--run FOLDER ...]
        [--swap N] [--each] [--fixed-service] [--gap G] [--time-limit S]

Each document is built in memory from its census and tools/data/NAME; a run folder (of `infraplan
solve instances/NAME`, best with --money-check) adds the checks of a plan. `--swap` and
`--fixed-service` solve again (tools/plan_trials.py) and take their time.

    benefits      doubling every cost of the source leaves every benefit cell as it is
    last-resort   benefits that are a share of cost, by cost; no basis holds a cost besides
    census        rows of the census that a project represents
    options       dear candidates that have another option, in another quantity
    systems       rows of systems.csv that the instance decides as they say, or a sentence commits
    run           the run is of this instance, verified, within the gap; missed dates have a price
    mixed         subsectors in which some are chosen and some not, or in clearly other years
    money         candidates that change with half and with five times the money
    swap          swapping the quantities of the first and the last swaps their order, of works
                  about which no network, target, date or relation speaks besides
    service       fixed benefits in the place of network service change network projects
    assets        assets that several documents name: one place, kind, size and published cost
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.run_folder import RunFiles
from tools.build_instances import make_instance
from tools.census import open_book
from tools.document import read_document
from tools.plan_measures import (
    Check,
    check_benefits,
    check_census,
    check_last_resort,
    check_mixed,
    check_money,
    check_options,
    check_run,
    check_systems,
    library_costs_times,
    with_costs_times,
)
from tools.plan_trials import Trial, check_service, check_swaps
from tools.shared_assets import check_assets, read_assets
from tools.systems import read_systems

NAMES = ("kaizhou", "tongliang", "qijiang-wansheng", "wan-da-kai", "chongqing-counties")


def document_text(census: Path, number: str) -> str | None:
    """Text of a document beside its census; None where it is not there."""
    found = sorted((census.parent / "seeds").glob(f"{number}_*.txt"))
    return found[0].read_text(encoding="utf-8") if found else None


def checks_of_source(name: str, census: Path) -> tuple[Instance, list[Check]]:
    """The instance of a document, and what is measured without a run."""
    document = read_document(name)
    book = open_book(document, census)
    dearer = with_costs_times(book, 2.0)
    instance = make_instance(book)
    with library_costs_times(2.0):
        doubled = make_instance(dearer)
    systems = read_systems(document.folder / "systems.csv")
    text = document_text(census, document.number)
    return instance, [
        check_benefits(instance, doubled),
        check_last_resort(instance),
        check_census(book.coverage),
        check_options(instance),
        check_systems(systems, instance, text),
    ]


def checks_of_run(files: RunFiles, instance: Instance) -> list[Check]:
    """What is measured of a run without solving."""
    return [check_run(files, instance), check_mixed(files), check_money(files.manifest)]


def told(name: str, checks: Iterable[Check], details: int) -> list[str]:
    """Lines about a document: each check, and of those that fail what is wrong."""
    lines = [name]
    for check in checks:
        lines.append(f"  {check.line()}")
        if check.holds is False:
            lines += [f"          {row}" for row in check.details[:details]]
            if len(check.details) > details:
                lines.append(f"          and {len(check.details) - details} more")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure whether plans are real choices.")
    parser.add_argument("census", type=Path)
    parser.add_argument("names", nargs="*", help="documents; all where none is named")
    parser.add_argument("--run", type=Path, action="append", default=[], help="a run folder")
    parser.add_argument("--swap", type=int, default=0, help="subsectors whose quantities to swap")
    parser.add_argument("--each", action="store_true", help="solve for each swap by itself")
    parser.add_argument("--fixed-service", action="store_true", help="solve without networks")
    parser.add_argument("--gap", type=float, default=0.005, help="gap of these solves")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds of one such solve")
    parser.add_argument("--details", type=int, default=5, help="lines on what fails, a check")
    return parser


def main(arguments: list[str]) -> int:
    """Entry."""
    options = _parser().parse_args(arguments)
    runs = {files.manifest["instance"]: files for files in map(read_run, options.run)}
    names = options.names or list(NAMES)
    stray = sorted(runs.keys() - set(names))
    if stray:
        raise SystemExit(f"runs of other instances than asked for: {', '.join(stray)}")
    failed = False
    built = {}
    for name in names:
        instance, checks = checks_of_source(name, options.census)
        built[name] = instance
        if name in runs:
            checks += checks_of_run(runs[name], instance)
            checks += _trials(runs[name], options)
        print("\n".join(told(name, checks, options.details)), flush=True)
        failed = failed or any(check.holds is False for check in checks)
    if len(built) > 1:
        check = check_assets(built, read_assets())
        print("\n".join(told("all together", [check], options.details)))
        failed = failed or check.holds is False
    return int(failed)


def _trials(files: RunFiles, options: argparse.Namespace) -> list[Check]:
    """The checks that solve again, as far as they are asked for."""
    trial = Trial(gap=options.gap, time_limit_s=options.time_limit)
    found = []
    if options.swap:
        found.append(check_swaps(files, trial, options.swap, each=options.each))
    if options.fixed_service:
        found.append(check_service(files, trial))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
