"""A run declared to be submitted, approved or adopted: run.json alone is written again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from infraplan.models.run_state import STATES, RunState
from infraplan.optimizer.storage.folder import replace_file, writing
from infraplan.optimizer.storage.run_folder import (
    MANIFEST_FILE,
    OWN_HASH,
    RunFiles,
    own_hash,
)


def declare_state(files: RunFiles, state: RunState, by: str, because: str) -> dict[str, Any]:
    """Declare the run to be in `state` and return its run.json; nothing else is changed.

    The record holds the hash of run.json as it was (`before`), so that whoever changes something
    else of it afterwards is found, even if its own hash is made anew. That the state may follow
    the present one is asked for by the caller.

    Raises
    ------
    OutputError
        If it cannot be written; the run is then as it was.
    """
    manifest = {key: value for key, value in files.manifest.items() if key != OWN_HASH}
    record = {
        "state": state.value,
        "by": by,
        "because": because,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "before": own_hash(manifest),
    }
    manifest["state"] = state.value
    manifest[STATES] = [*(manifest.get(STATES) or ()), record]
    manifest[OWN_HASH] = own_hash(manifest)
    path = files.folder / MANIFEST_FILE
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with writing(path):
        replace_file(path, text.encode())
    return manifest


def hashes_before(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What `before` of each declaration must be: the hash of run.json without it and those after.

    Empty where run.json states none, or no list of them.
    """
    records = manifest.get(STATES)
    if not isinstance(records, list):
        return ()
    found = []
    for number in range(len(records)):
        earlier = {key: value for key, value in manifest.items() if key not in (STATES, OWN_HASH)}
        before = records[number - 1] if number else None
        earlier["state"] = (
            before.get("state") if isinstance(before, Mapping) else RunState.DRAFT.value
        )
        if number:
            earlier[STATES] = records[:number]
        found.append(own_hash(earlier))
    return tuple(found)
