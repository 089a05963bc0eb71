"""Policies of all districts for a made-up instance, tight for a plan of it.

`python -m tests.benchmarks.linked RUN_FOLDER OUT` writes the instance of the run with four policies
that join what would fall apart into districts: all spending at most nine tenths of the plan's, in a
year at most six tenths of its dearest year after the third, starts in a year at most six tenths of
its second busiest, and a tenth more of one sector than the plan has as a share of all.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from infraplan import write
from infraplan.models.policy import Policy
from infraplan.optimizer.storage.run_reading import read_run

SPENT, DEAREST, BUSIEST, MORE = 0.9, 0.6, 0.6, 1.1
SECTOR = "environment"


def policies(run: Path) -> list[Policy]:
    """The four policies, from the payments and starts of the plan of `run`."""
    found = read_run(run)
    plan, sector = found.plan, {project.id: project.sector for project in found.instance.projects}
    assert plan is not None
    by_year: defaultdict[int, float] = defaultdict(float)
    by_sector: defaultdict[str, float] = defaultdict(float)
    for payment in plan.payments:
        by_year[payment.year] += payment.amount
        by_sector[sector[payment.project]] += payment.amount
    years = sorted(by_year)
    started = sorted(Counter(row.start for row in plan.starts).values())
    total = sum(by_year.values())
    dearest = max(by_year[year] for year in years[3:])
    return [
        Policy(id="all-spending", kind="spend_cap", value=SPENT * total),
        Policy(
            id="spending-of-a-year",
            kind="spend_cap",
            value=DEAREST * dearest,
            per_year=True,
            from_year=years[3],
        ),
        Policy(
            id="starts-of-a-year",
            kind="starts_cap",
            value=round(BUSIEST * started[-2]),
            per_year=True,
            from_year=years[1],
        ),
        Policy(
            id="share-of-a-sector",
            kind="spend_share_floor",
            value=MORE * by_sector[SECTOR] / total,
            sectors=(SECTOR,),
        ),
    ]


def main() -> None:
    """Write the instance."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    instance = read_run(asked.run).instance
    joined = instance.model_copy(update={"policies": tuple(policies(asked.run))})
    write(joined, asked.out)
    print(f"{len(joined.projects)} projects, {len(joined.policies)} policies")


if __name__ == "__main__":
    main()
