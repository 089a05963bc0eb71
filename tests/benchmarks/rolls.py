"""Plans rolled forward year by year where nothing changed: what is left is the same plan.

`python -m tests.benchmarks.rolls RUN_FOLDER ... [--times 3]` rolls the plan of each run so many
times, each time from what is left of the last. A row for each roll: works finished and under way,
how many accounts (cash of a fund, debt of a borrower's pool, what a target reaches) differ from
those of the unrolled plan by more than 1e-6 of them, and how many laws the rest of the plan breaks.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.storage.run_reading import read_run
from infraplan.optimizer.verify import verify_plan
from tests.optimizer.analysis.test_rolling import cut, owed

SAME = 1e-6


def accounts(plan: Plan, first: int) -> dict[tuple[object, ...], float]:
    """Cash, debt and what targets reach from `first` on."""
    found: dict[tuple[object, ...], float] = {
        ("fund", row.fund, row.year): row.closing for row in plan.fund_years if row.year >= first
    }
    found |= {("debt", *key): balance for key, balance in owed(plan, first).items()}
    found |= {("target", row.target): row.achieved for row in plan.targets if row.year >= first}
    return found


def rolls(name: str, times: int) -> Iterator[str]:
    """Rows of the table, one for each roll of the run folder `name`."""
    run = read_run(Path(name))
    assert run.plan is not None
    question, answer = run.instance, run.plan
    begin = question.settings.horizon.first_year
    for year in range(begin + 1, begin + times + 1):
        rolled = roll(question, answer, year)
        left = cut(question, answer, rolled)
        old, new = accounts(run.plan, year), accounts(left, year)
        differ = sum(
            not math.isclose(old.get(key, 0.0), new.get(key, 0.0), rel_tol=SAME, abs_tol=SAME)
            for key in old.keys() | new.keys()
        )
        broken = len(verify_plan(rolled.instance, left).violations)
        counts = (len(rolled.finished), len(rolled.committed), len(old), differ, broken)
        yield " | ".join((Path(name).name, str(year), *map(str, counts)))
        question, answer = rolled.instance, left


def main() -> None:
    """Print a row for each roll of the run folders named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    print("plan | year | finished | under way | accounts | that differ | laws broken")
    for name in asked.runs:
        for row in rolls(name, asked.times):
            print(row, flush=True)


if __name__ == "__main__":
    main()
