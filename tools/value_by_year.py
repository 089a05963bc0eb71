"""Value a finished plan by the year, from its starts alone, and compare with what it states.

    python -m tools.value_by_year RUN_FOLDER [RUN_FOLDER ...]

For each year of the appraisal the flows of least cost are found anew with what stands in that year
(one linear program a year, by the verifier's reading of docs/laws.md section 6); nothing is read
off the flows that the plan states, and no year stands for another, but that demand, openings and
works after the plan are those of its last year. Exit 1 where a value differs by more than 1e-6.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.verify.built import Built, build
from infraplan.optimizer.verify.network_costs import least_costs
from infraplan.optimizer.verify.network_data import read_nets
from infraplan.optimizer.verify.problem_data import ProblemData

TOLERANCE = 1e-6


def value_by_year(instance: Instance, plan: Plan) -> float:
    """Value of `plan`, present value in the instance's money, with networks year by year."""
    reading = ProblemData(instance)
    nets = read_nets(reading)
    built = _built(reading, plan)
    value = sum(term.value for term in plan.objective_terms if term.term != "service")
    before = {year: least_costs(nets, year, {}) for year in reading.years}
    for year in range(reading.first, reading.end + 1):
        state = min(year, reading.last)
        there = {name: row for name, row in built.items() if year in row.operating_years}
        there |= {name: row for name, row in built.items() if state in row.works_years}
        after = least_costs(nets, state, there, year if year > state else None)
        if after is None:
            message = f"no flow obeys the laws in {year}"
            raise ValueError(message)
        saved: defaultdict[str, float] = defaultdict(float)
        for name, cost in after.items():
            saved[name] = (before[state] or {}).get(name, 0.0) - cost
        value += reading.discount(year) * sum(saved.values())
    return value


def _built(reading: ProblemData, plan: Plan) -> dict[str, Built]:
    projects = reading.instance.project_by_id
    return {
        row.project: build(
            reading, projects[row.project], projects[row.project].option(row.option), row.start
        )
        for row in plan.starts
    }


def main(arguments: list[str] | None = None) -> int:
    """Print stated value, value by the year and their difference of each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    worst = 0.0
    for run in parser.parse_args(arguments).runs:
        files = read_run(run)
        if files.plan is None:
            print(f"{run.name}: no plan")
            continue
        value, stated = value_by_year(files.instance, files.plan), files.plan.objective
        off = abs(value - stated) / max(1.0, abs(stated))
        worst = max(worst, off)
        print(
            f"{files.instance.settings.id}: stated {stated:.6f}, by the year {value:.6f}, {off:.1e}"
        )
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
