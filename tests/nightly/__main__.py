"""`python -m tests.nightly --minutes 120 [--part edits] [--seed N]`: a night of trials.

The minutes are divided evenly over the parts. Each session is added to docs/ledger.json, and
docs/reliability.md is written anew (`--write` does that alone). Exit code 1 where a trial failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.nightly.ledger import LEDGER, Session, add, next_seed, write_page
from tests.nightly.parts import PARTS

TOLD = 40
"""Failures of a session that the ledger keeps in words."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.nightly")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--part", choices=list(PARTS), action="append")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--ledger", type=Path, default=LEDGER)
    parser.add_argument("--write", action="store_true", help="write the page alone")
    asked = parser.parse_args(arguments)
    failed = 0
    if not asked.write:
        parts = asked.part or list(PARTS)
        for part in parts:
            failed += _session(part, asked.minutes / len(parts), asked.seed, asked.ledger)
    if asked.ledger == LEDGER:
        write_page()
    return 1 if failed else 0


def _session(part: str, minutes: float, asked_seed: int | None, ledger: Path) -> int:
    seed = next_seed(part, ledger) if asked_seed is None else asked_seed
    begun = time.monotonic()
    tally = PARTS[part](seed, begun + 60.0 * minutes)
    told = (*tally.survivors, *tally.refused)
    session = Session(
        part=part,
        date=datetime.now(UTC).date().isoformat(),
        seed=seed,
        minutes=minutes,
        trials=tally.tried,
        failed=len(told),
        told=told[:TOLD],
    )
    add([session], ledger)
    print(f"{part}: seed {seed}, {tally.tried} tried, {len(told)} failed", *told, sep="\n  ")
    return len(told)


if __name__ == "__main__":
    sys.exit(main())
