"""What the run of a folder was worth, without reading all of it."""

from __future__ import annotations

import json
from pathlib import Path

from infraplan.optimizer.storage.run_folder import MANIFEST_FILE, PLAN_FILE


def worth_there(run_dir: Path, instance_hash: str) -> float | None:
    """Objective of the run in `run_dir` where it has a plan of the same instance, else None."""
    try:
        manifest = json.loads((run_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
        is_same = manifest["instance_hash"] == instance_hash and manifest["has_plan"]
        worth = float(manifest["objective"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return worth if is_same and (run_dir / PLAN_FILE).exists() else None
