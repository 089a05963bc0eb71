"""CPU seconds of drawing an instance, and of holding its plan under the draws.

`python -m tests.benchmarks.drawing RUN_FOLDER ... [--draws N] [--seed S] [--hold 0]` draws N
instances from each run's own; a row tells the figures that are doubted, the CPU seconds of a draw
(the mean) and of holding the run's plan in it, its programs included, and in how many draws the
plan can be held. With `--hold 0` nothing is held.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from infraplan.optimizer.storage.run_reading import read_run
from infraplan.optimizer.sweeps.draws import make_draws
from infraplan.optimizer.sweeps.holding import HoldTask, hold_all

HOLD_S = 120.0
"""Seconds that holding under one draw may take."""


def row(run: Path, draws: int, seed: int, *, hold: bool) -> str:
    """The row of one run."""
    files = read_run(run)
    assert files.plan is not None
    begin = time.process_time()
    drawn = make_draws(files.instance, seed, draws)
    for number in range(draws):
        drawn.drawn(number)
    each = (time.process_time() - begin) / draws
    cells = [files.instance.settings.id, str(len(drawn.data)), f"{each:.4f}"]
    if hold:
        starts = {start.project: (start.option, start.start) for start in files.plan.starts}
        keys, begin, held = [d.key for d in drawn.data], time.process_time(), 0
        for number in range(draws):
            places = dict(zip(keys, map(float, drawn.quantiles[number]), strict=True))
            task = HoldTask(number, files.instance, places, (starts,), HOLD_S)
            held += hold_all(task)[0].value is not None
        cells += [f"{(time.process_time() - begin) / draws:.3f}", f"{held} of {draws}"]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print a row for each run folder named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold", type=int, choices=(0, 1), default=1)
    asked = parser.parse_args()
    head = ["plan", "figures", "CPU s a draw", "CPU s to hold a plan", "held"]
    head = head if asked.hold else head[:3]
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|")
    for run in asked.runs:
        print(row(run, asked.draws, asked.seed, hold=bool(asked.hold)), flush=True)


if __name__ == "__main__":
    main()
