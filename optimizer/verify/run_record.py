"""Law `manifest`: a run states all that it must, and its files are those that it was written with.

Shares no code with what writes runs: hashes are given, only the comparison is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.optimizer.verify.violations import Recorder, Violation

LAW = "manifest"

ALWAYS_STATED: tuple[str, ...] = (
    "instance",
    "instance_hash",
    "scenario",
    "currency",
    "money_unit",
    "engine",
    "solver",
    "solver_version",
    "options",
    "termination",
    "solution_state",
    "has_plan",
    "objective",
    "bound",
    "gap",
    "runtime_s",
    "build_s",
    "num_projects",
    "num_selected",
    "verified",
)
"""Keys that run.json has in every version of the format; a value may be null."""

STATED_SINCE_2: tuple[str, ...] = (
    "created",
    "versions",
    "seed",
    "threads",
    "parent",
    "state",
    "files",
    "run_hash",
)
"""Keys that run.json has besides since format version 2."""

WITH_A_PLAN: tuple[str, ...] = ("totals", "verification")
"""Keys that a run with a plan has besides."""


def verify_record(
    manifest: Mapping[str, Any],
    *,
    has_plan: bool,
    run_hash: str,
    file_hashes: Mapping[str, str | None],
) -> tuple[Violation, ...]:
    """Check that a run's record is whole and that its files are unchanged.

    Parameters
    ----------
    manifest
        Content of run.json.
    has_plan
        Whether the folder holds a plan.
    run_hash
        SHA-256 of the content of `manifest` without its own key `run_hash`.
    file_hashes
        SHA-256 by name of the files that `manifest` lists, as they are; None where one is missing.

    Returns
    -------
    tuple of Violation
        One per key that is missing, per file that is missing or changed, and for `has_plan`.
    """
    recorder = Recorder()
    version = manifest.get("format_version", manifest.get("format", 1))
    due = ALWAYS_STATED + (() if version == 1 else STATED_SINCE_2)
    for name in due + (WITH_A_PLAN if has_plan else ()):
        recorder.holds(LAW, name, name in manifest, phrase("run-key-is-missing", name=name))
    stated = manifest.get("has_plan")
    key = "run-states-no-plan-with-one" if has_plan else "run-states-a-plan-without-one"
    text = phrase(key, stated=stated)
    recorder.holds(LAW, "has_plan", "has_plan" not in manifest or stated is has_plan, text)
    if "run_hash" in manifest:
        unchanged = manifest["run_hash"] == run_hash
        recorder.holds(LAW, "run.json", unchanged, phrase("run-changed"))
    _check_files(recorder, manifest.get("files", {}), file_hashes)
    return tuple(recorder.violations)


def _check_files(recorder: Recorder, stated: Any, found: Mapping[str, str | None]) -> None:
    if not isinstance(stated, Mapping):
        recorder.fail(LAW, "files", phrase("run-files-no-table"))
        return
    for name, digest in stated.items():
        there = found.get(name)
        key = "file-of-the-run-missing" if there is None else "file-of-the-run-changed"
        recorder.holds(LAW, str(name), there == digest, phrase(key, name=name))
