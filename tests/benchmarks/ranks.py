"""What one list for rising budgets loses beside the benefit-cost list, over many instances.

`python -m tests.benchmarks.ranks [INSTANCE...] [--generated N] [--projects N] [--years T]
[--seed S] [--levels K] [--seconds S] [--gap G] [--folder DIR] [--json FILE]` ranks each instance
named, and N made up by `generate` (seeds S, S + 1, ...; every second one with debt, every third
with networks), beside the benefit-cost list. Told is how many hold what issue 14 asks: mean and
largest regret of the list, at most, no more than half of those of the benefit-cost list, at least,
over the budgets at which that has a plan; or the list is proven to be the one that loses least.
Regret of the list is counted against proven bounds, that of the other against the best plan known.
What is done is kept in `--folder`, and not done again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.project_scores import Method
from infraplan.optimizer.generating.draws import Request
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.stage_times import StageTimes, timing
from infraplan.optimizer.storage import inspect_instance, read_run
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.priority_list import RankedLevel
from infraplan.optimizer.sweeps.ranking import RankQuestion, rank
from infraplan.optimizer.sweeps.runner import Runner

HALF = 0.5
"""What of the regret of the benefit-cost list a list may have."""
NOTE = "ranked.jsonl"
BEATS, LEAST, NOTHING_LOST, OPEN, FAILS = "half", "proven-least", "both-lose-nothing", "open", "no"
"""Why what is asked holds, or that the bounds leave it open, or that it does not hold."""


@dataclass(frozen=True)
class Ranked:
    """Regrets over the budgets at which both lists have a plan, money of the instance.

    `most`, `mean` of the list are at most what they are; `other_most`, `other_mean` those of the
    benefit-cost list at least. `known_most`, `known_mean` are the list's against plans known.
    `beside_none` counts budgets at which the benefit-cost list has no plan.
    """

    name: str
    verdict: str
    levels: int
    beside_none: int
    most: float
    mean: float
    known_most: float
    known_mean: float
    other_most: float
    other_mean: float
    cpu: float


def ranked(name: str, instance: Instance, asked: argparse.Namespace, folder: Path) -> Ranked:
    """Rank `instance` beside its benefit-cost list."""
    runner = Runner(folder / name)
    runner.prepare(resume=(folder / name).exists())
    options = SolveOptions(gap=asked.gap, time_limit_s=asked.seconds, canonical=False)
    question = RankQuestion(count=asked.levels, methods=(Method.RATIO,))

    def plan_of(result: JobResult) -> Plan:
        plan = read_run(runner.folder / result.run_dir).plan
        assert plan is not None
        return plan

    with timing(StageTimes()) as times:
        found = rank(instance, question, options, runner, plan_of)
    runner.close()
    spent = sum(row.cpu_s for row in times.so_far().values())
    levels = found.found.levels
    others = found.methods.get(Method.RATIO, ())
    both = [(a, b) for a, b in zip(levels, others, strict=False) if b.is_planned]
    least = found.found.is_least(asked.gap)
    return _judged(name, both, len(levels), asked.gap, least is True, spent)


def _judged(
    name: str,
    both: Sequence[tuple[RankedLevel, RankedLevel]],
    levels: int,
    gap: float,
    is_least: bool,
    cpu: float,
) -> Ranked:
    inf = float("inf")
    most = [inf if mine.regret_bound is None else mine.regret_bound for mine, _ in both]
    known, other = [mine.regret for mine, _ in both], [row.regret for _, row in both]
    even = gap * max([1.0, *(abs(mine.optimum) for mine, _ in both)])

    def is_half(mine: list[float]) -> bool:
        return max(mine) <= HALF * max(other) and sum(mine) <= HALF * sum(other)

    if is_least:
        verdict = LEAST
    elif not both or is_half(most):
        verdict = BEATS
    elif max(most) <= even and max(other) <= even:
        verdict = NOTHING_LOST  # within the gap that was asked for
    else:
        verdict = OPEN if is_half(known) else FAILS

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    return Ranked(
        name=name,
        verdict=verdict,
        levels=levels,
        beside_none=levels - len(both),
        most=max(most, default=0.0),
        mean=mean(most),
        known_most=max(known, default=0.0),
        known_mean=mean(known),
        other_most=max(other, default=0.0),
        other_mean=mean(other),
        cpu=cpu,
    )


def instances(asked: argparse.Namespace) -> dict[str, Path | Request]:
    """What is ranked, by name."""
    found: dict[str, Path | Request] = {path.name: path for path in asked.instances}
    for seed in range(asked.seed, asked.seed + asked.generated):
        name = f"made-{asked.projects}x{asked.years}-{seed}"
        kinds = {"debt": seed % 2 == 0, "networks": seed % 3 == 0}
        found[name] = make_request(asked.projects, asked.years, seed, **kinds)
    return found


def measure(asked: argparse.Namespace, folder: Path) -> list[Ranked]:
    """Rank all instances; what `folder` has is not done again."""
    folder.mkdir(parents=True, exist_ok=True)
    note, rows = folder / NOTE, []
    lines = note.read_text("utf-8").splitlines() if note.exists() else []
    done = {row["name"]: Ranked(**row) for row in map(json.loads, lines)}
    for name, source in instances(asked).items():
        if name not in done:
            instance = (
                inspect_instance(source).require() if isinstance(source, Path) else generate(source)
            )
            done[name] = ranked(name, instance, asked, folder)
            with note.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(done[name])) + "\n")
            print(f"  {done[name]}", flush=True)
        rows.append(done[name])
    return rows


def data(rows: Sequence[Ranked]) -> dict[str, Any]:
    """All figures."""
    return {
        "instances": len(rows),
        "verdicts": dict(Counter(row.verdict for row in rows)),
        "beside_none": sum(row.beside_none for row in rows),
        "levels": sum(row.levels for row in rows),
        "known_mean": sum(row.known_mean for row in rows) / max(1, len(rows)),
        "other_mean": sum(row.other_mean for row in rows) / max(1, len(rows)),
        "not_held": [row.name for row in rows if row.verdict in (OPEN, FAILS)],
        "cpu_s": sum(row.cpu for row in rows),
        "rows": [asdict(row) for row in rows],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures, and write them all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("instances", nargs="*", type=Path, metavar="INSTANCE")
    parser.add_argument("--generated", type=int, default=0)
    parser.add_argument("--projects", type=int, default=10)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--levels", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(asked, asked.folder or Path(folder))
    found = data(rows)
    print(json.dumps({name: value for name, value in found.items() if name != "rows"}))
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
