"""One line on how long the stages of a run took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.optimizer.stage_times import OTHER, Stage

_NAMES: Mapping[str, Phrase] = {
    Stage.READ.value: phrase("stage-read"),
    Stage.CHECK.value: phrase("stage-check"),
    Stage.BUILD.value: phrase("stage-build"),
    Stage.FIRST_PLAN.value: phrase("stage-first-plan"),
    Stage.SOLVE.value: phrase("stage-solve"),
    Stage.EXTRACT.value: phrase("stage-extract"),
    Stage.VERIFY.value: phrase("stage-verify"),
    Stage.EXPLAIN.value: phrase("stage-explain"),
    Stage.REPORT.value: phrase("stage-report"),
    Stage.WRITE.value: phrase("stage-write"),
    OTHER: phrase("stage-other"),
}


def stage_line(manifest: Mapping[str, Any]) -> Phrase:
    """Seconds of every stage that run.json states, and when the first plan was known.

    Blank for a run that states none: those of earlier versions.
    """
    stated = manifest.get("stages")
    if not isinstance(stated, Mapping):
        return NOTHING_SAID
    parts = [
        phrase("stage-time", name=name, clock=float(found["clock_s"]), cpu=float(found["cpu_s"]))
        for key, name in _NAMES.items()
        if isinstance(found := stated.get(key), Mapping) and {"clock_s", "cpu_s"} <= found.keys()
    ]
    if not parts:
        return NOTHING_SAID
    first = manifest.get("first_plan_s")
    if isinstance(first, int | float):
        return phrase("stages-and-first-plan", stages=listed(parts), first=float(first))
    return phrase("stages-of-a-run", stages=listed(parts))
