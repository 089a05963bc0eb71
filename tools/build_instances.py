"""Make the shipped instances from a census of the planning documents (for maintainers).

    python -m tools.build_instances CENSUS_FOLDER [--to FOLDER] [kaizhou tongliang ...]

The shipped folders under instances/ are the product; this tool only shows how they came about.
A document needs a folder tools/data/NAME:

    document.yaml     horizon, places, sectors, accounts: see tools/document.py
    page.en.md, page.zh.md   what the page of the instance says in words
    works.csv         census_id, type, quantity, known (stated, computed, assumed), note,
                      outputs (metric=amount;...), more (lead=, profile=a|b, stage=, stagewhy=,
                      remaining=, payer=, mandatory=, open_by=, begin_by=, place=, subsector=, en=,
                      leader=, partners=jurisdiction:share:reason|..., chosen=least:most (of what
                      the partners pay together, where the plan chooses), published=total cost,
                      beside_network=name (a work of a network whose deliveries are only what the
                      network does not compute),
                      placewhy=, approved=who approved the start by name)
    rows.csv          works that the text describes and no row of the census is, or parts that a
                      row is split into (that row stands in left_out.csv): columns of the census
    options.csv       census_id, option, quantity, note; where not as for the base option: type,
                      known, outputs, lead, published
    deliveries.csv    what one work delivers in a year, before all rules: tools/deliveries.py
    places.csv        name_zh, lon, lat, accuracy_km, same_as, source: better points than the census
                      has; with same_as only another name of that place, which is none of its own
    left_out.csv      census_id, represented_by (a;b), reason
    relations.csv     from, to, type, lag, count, value, confidence, source: decided by hand; what
                      shared_works save, where no value is given, is a share of the cheapest works
    targets.csv       as in an instance
    policies.csv      as in an instance
    network_nodes.csv, network_links.csv, demands.csv, project_network.csv: as in an instance
    not_carried.csv   kind (target, finance), topic, reason
    systems.csv       how each system that the text describes is decided: tools/systems.py
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.policy import Policy
from infraplan.models.target import Target
from infraplan.optimizer.storage import write_instance
from tools.census import Book, open_book, places_of, read
from tools.dates import build_dates, date_scenarios
from tools.document import rate_scenarios, read_document
from tools.links import build_relations
from tools.money import money_tables
from tools.networks import (
    beside_of,
    network_tables,
    own_trips,
    without_what_networks_compute,
)
from tools.page import page
from tools.payers import build_shares
from tools.projects import build_projects
from tools.punctuation import with_full_width_names
from tools.run_figures import kept

ROOT = Path(__file__).resolve().parents[1]


def build_targets(book: Book) -> tuple[Target, ...]:
    """Targets of the document; the price of a shortfall is always an assumption."""
    targets = []
    for row in read(book.document.folder / "targets.csv"):
        filled = {key: value for key, value in row.items() if value}
        for key in ("sectors", "jurisdictions", "places"):
            if key in filled:
                filled[key] = tuple(filled[key].split(";"))  # type: ignore[assignment]
        source = f"{book.document.number} {row['source']}; price of a shortfall assumed"
        targets.append(Target.model_validate({**filled, "source": source}))
    return tuple(targets)


def build_policies(book: Book) -> tuple[Policy, ...]:
    """Floors and caps decided by hand."""
    rows = read(book.document.folder / "policies.csv")
    filled = ({key: value for key, value in row.items() if value} for row in rows)
    return tuple(Policy.model_validate(row) for row in filled)


def make_instance(book: Book) -> Instance:
    """Instance of a document; what is built on the way stays in the book."""
    known = places_of(book)
    build_projects(book, known)
    money = money_tables(book)
    # A bond for a sector of which the document has no works would stand there for nothing.
    sectors = {project.sector for project in book.projects}
    money["instruments"] = [
        row for row in money["instruments"] if not row.sectors or sectors.intersection(row.sectors)
    ]
    networks = network_tables(book)
    dates = build_dates(book)
    money["scenarios"] = [*money["scenarios"], *date_scenarios(dates), *rate_scenarios()]
    projects = without_what_networks_compute(
        book.projects, networks["project_network"], beside_of(book), own_trips(book, networks)
    )
    made = Instance(
        settings=book.document.settings,
        projects=projects,
        relations=build_relations(book, projects),
        shares=build_shares(book),
        places=tuple(known.values()),
        targets=build_targets(book),
        policies=build_policies(book),
        stated_dates=dates,
        **networks,
        **{table: tuple(rows) for table, rows in money.items()},
    )
    return with_full_width_names(made)


def build(name: str, census: Path, folder: Path) -> Instance:
    """Write the instance NAME, its coverage and its page to `folder`."""
    book = open_book(read_document(name), census)
    instance = make_instance(book)
    write_instance(instance, folder)
    with (folder / "coverage.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["census_id", "project_id", "reason"])
        writer.writerows(book.coverage)
    target = folder / "README.md"
    figures = kept(target)  # they are a run's, not the census's
    text = page(instance, book)
    target.write_text(f"{text}\n{figures}\n" if figures else text, encoding="utf-8")
    return instance


def main(arguments: list[str]) -> int:
    """Entry."""
    parser = argparse.ArgumentParser(description="Make the shipped instances from a census.")
    parser.add_argument("census", type=Path)
    parser.add_argument(
        "names",
        nargs="*",
        default=["kaizhou", "tongliang", "qijiang-wansheng", "wan-da-kai", "chongqing-counties"],
    )
    parser.add_argument("--to", type=Path, default=ROOT / "instances")
    options = parser.parse_args(arguments)
    for name in options.names:
        instance = build(name, options.census, options.to / name)
        total = sum(project.options[0].overnight_cost for project in instance.projects)
        print(f"{name}: {len(instance.projects)} projects, {total:.1f} money units in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
