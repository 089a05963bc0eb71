"""What the run of a folder was worth, without reading all of it."""

from __future__ import annotations

import json
import math
from pathlib import Path

from infraplan.optimizer.storage.run_folder import MANIFEST_FILE, PLAN_FILE

SAME = 1e-9
"""Relative difference of values that are the same."""


def stands_better(run_dir: Path, instance_hash: str, objective: float, bound: float | None) -> bool:
    """Whether the run in `run_dir` has a better plan of the same instance, or proves it better."""
    try:
        manifest = json.loads((run_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
        is_same = manifest["instance_hash"] == instance_hash and manifest["has_plan"] is True
        worth, proven = float(manifest["objective"]), manifest["bound"]
        least = math.inf if proven is None else float(proven)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if not is_same or not (run_dir / PLAN_FILE).exists():
        return False
    same = abs(worth - objective) <= SAME * max(1.0, abs(worth))
    own = math.inf if bound is None else bound
    return (worth > objective and not same) or (same and least < own - SAME * max(1.0, abs(own)))
