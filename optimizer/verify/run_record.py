"""Law `manifest`: a run states all that it must, and its files are those that it was written with.

What a run states twice agrees, and what it states has the form that a run states it in. Shares no
code with what writes runs: hashes are given, only the comparison is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.run_state import STATES, may_become
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.verify.decisions import is_number
from infraplan.optimizer.verify.violations import LawCheck, Recorder, Violation

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
    "bound_source",
    "certified_bound",
    "certified_gap",
    "notes",
)
"""Keys that run.json has besides since format version 2."""

STATED_SINCE_3: tuple[str, ...] = ("clock",)
"""Keys that run.json has besides since format version 3."""

STATED_SINCE_4: tuple[str, ...] = ("left_out",)
"""Keys that run.json has besides since format version 4."""

BY_VERSION = {2: STATED_SINCE_2, 3: STATED_SINCE_3, 4: STATED_SINCE_4}
"""Keys by the version of the format that asks for them first."""

WITH_A_PLAN: tuple[str, ...] = ("totals", "verification")
"""Keys that a run with a plan has besides."""


DECLARATION = ("state", "by", "because", "at", "before")
"""Keys of the declaration of a state, all text and none blank."""
TOLD_BROKEN = ("violations", "violations_zh")
"""Keys of `verification` that tell of broken laws, in both languages."""
ERROR_OF_ERRORS = 1e-7
"""By how much the worst error of a law may differ from one machine to another."""
NOTE = ("kind", "text_en", "text_zh")
"""Keys of a note, all text."""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number_or_null(value: object) -> bool:
    return value is None or is_number(value)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_clock(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    flags = all(isinstance(value.get(name), bool) for name in ("plan", "explanations"))
    why = value.get("why")
    return flags and isinstance(why, list) and all(_is_text(reason) for reason in why)


def _are_notes(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(note, Mapping) and all(_is_text(note.get(name)) for name in NOTE)
        for note in value
    )


FORMS: Mapping[str, Callable[[object], bool]] = {
    "created": _is_text,
    "versions": _is_table,
    "state": _is_text,
    "parent": lambda value: value is None or isinstance(value, Mapping),
    "engine": _is_text,
    "solver": _is_text,
    "solver_version": _is_text,
    "options": _is_table,
    "termination": lambda value: value in tuple(Termination),
    "solution_state": lambda value: value in tuple(SolutionState),
    "runtime_s": is_number,
    "build_s": is_number,
    "bound_source": _is_text,
    "left_out": _is_table,
    "certified_bound": _is_number_or_null,
    "certified_gap": _is_number_or_null,
    "notes": _are_notes,
    "clock": _is_clock,
}
"""What tells by key whether run.json states it in the form of a run."""


def run_version(manifest: Mapping[str, Any]) -> Any:
    """Format version that a run states; version 1 calls it `format`."""
    return manifest.get("format_version", manifest.get("format", 1))


def verify_record(
    manifest: Mapping[str, Any],
    *,
    has_plan: bool,
    run_hash: str,
    file_hashes: Mapping[str, str | None],
    files_due: Collection[str] = (),
    hashes_before: Collection[str] = (),
) -> tuple[Violation, ...]:
    """Check that a run's record is whole and agrees with itself, and that its files are unchanged.

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
    files_due
        Names of the files that such a run lists at least, where its version lists any.
    hashes_before
        For each declaration of a state, the hash of run.json as it must have been before it.

    Returns
    -------
    tuple of Violation
        One per key that is missing, has no such form, or is of a later version than the run; per
        contradiction; per declaration of a state that may not follow, or was made of another
        run.json; per file that is missing, changed or not listed; and for `has_plan`.
    """
    recorder = Recorder()
    _check_keys(recorder, manifest, has_plan=has_plan)
    stated = manifest.get("has_plan")
    key = "run-states-no-plan-with-one" if has_plan else "run-states-a-plan-without-one"
    text = phrase(key, stated=stated)
    recorder.holds(LAW, "has_plan", "has_plan" not in manifest or stated is has_plan, text)
    _check_agreement(recorder, manifest)
    _check_verification(recorder, manifest, has_plan=has_plan)
    _check_states(recorder, manifest, tuple(hashes_before))
    if "run_hash" in manifest:
        unchanged = manifest["run_hash"] == run_hash
        recorder.holds(LAW, "run.json", unchanged, phrase("run-changed"))
    listed = manifest.get("files", {})
    _check_files(recorder, listed, file_hashes)
    if "files" in manifest and isinstance(listed, Mapping):
        for name in files_due:
            text = phrase("file-of-the-run-not-listed", name=name)
            recorder.holds(LAW, name, name in listed, text)
    return tuple(recorder.violations)


def _check_keys(recorder: Recorder, manifest: Mapping[str, Any], *, has_plan: bool) -> None:
    """All keys of the run's version are there, in their form, and none of a later version."""
    version = run_version(manifest)
    later = tuple(n for since, names in BY_VERSION.items() if since > version for n in names)
    due = tuple(n for since, names in BY_VERSION.items() if since <= version for n in names)
    for name in ALWAYS_STATED + due + (WITH_A_PLAN if has_plan else ()):
        recorder.holds(LAW, name, name in manifest, phrase("run-key-is-missing", name=name))
    told = "format_version" in manifest or "format" in manifest
    text = phrase("run-key-is-missing", name="format_version")
    recorder.holds(LAW, "format_version", told, text)
    for name in later:
        if version == 1 or name not in STATED_SINCE_3:  # runs of version 2 may have a clock
            text = phrase("run-key-of-a-later-version", name=name, version=version)
            recorder.holds(LAW, name, name not in manifest, text)
    for name, has_form in FORMS.items():
        if name in manifest and name in ALWAYS_STATED + due:
            text = phrase("run-key-has-no-such-form", name=name, stated=manifest[name])
            recorder.holds(LAW, name, has_form(manifest[name]), text)


def _check_agreement(recorder: Recorder, manifest: Mapping[str, Any]) -> None:
    """What run.json states twice is the same: seed, threads, and the solver's version."""
    options, versions = manifest.get("options"), manifest.get("versions")
    pairs: list[tuple[str, object]] = []
    if isinstance(options, Mapping):
        pairs += [(n, options.get(n)) for n in ("seed", "threads") if n in manifest]
    if isinstance(versions, Mapping) and "solver" in manifest:
        pairs.append(("solver_version", versions.get(f"solver {manifest['solver']}")))
    for name, due in pairs:
        stated = manifest.get(name)
        text = phrase("run-key-is-otherwise-stated", name=name, stated=stated, due=due)
        recorder.holds(LAW, name, stated == due and stated is not None, text)


def _check_verification(recorder: Recorder, manifest: Mapping[str, Any], *, has_plan: bool) -> None:
    """A run has a plan only where it was verified: laws were checked, and none was broken."""
    if "verified" in manifest:
        stated = manifest["verified"]
        text = phrase("run-key-is-otherwise-stated", name="verified", stated=stated, due=has_plan)
        recorder.holds(LAW, "verified", stated is has_plan, text)
    if not has_plan or "verification" not in manifest:
        return
    found = manifest["verification"]
    laws = found.get("laws") if isinstance(found, Mapping) else None
    rows = [row for row in laws if isinstance(row, Mapping)] if isinstance(laws, list) else []
    counts = [row.get("checked") for row in rows]
    checked = sum(count for count in counts if isinstance(count, int) and count > 0)
    recorder.holds(LAW, "verification", checked > 0, phrase("run-verification-checked-nothing"))
    told = [found.get(n) for n in TOLD_BROKEN] if isinstance(found, Mapping) else []
    broken = any(told) or any(row.get("violations") for row in rows)
    recorder.holds(LAW, "verification", not broken, phrase("run-verification-tells-of-violations"))


def verify_laws_told(
    manifest: Mapping[str, Any], laws: Iterable[LawCheck]
) -> tuple[Violation, ...]:
    """Check that run.json tells of every law what this version finds: `laws`, checked anew.

    To be asked of runs of this very version alone: another one may count its checks otherwise.
    """
    recorder = Recorder()
    found = manifest.get("verification")
    rows = found.get("laws") if isinstance(found, Mapping) else None
    told: dict[object, Mapping[str, Any]] = {
        row.get("law"): row for row in rows or () if isinstance(row, Mapping)
    }
    due = {law.law: law for law in laws}
    for name in dict.fromkeys([*due, *map(str, told)]):
        law, row = due.get(name), told.get(name, {})
        worst = row.get("worst_error")
        is_so = (
            law is not None
            and row.get("checked") == law.checked
            and row.get("violations") == law.violations
            and is_number(worst)
            and isinstance(worst, int | float)
            and abs(worst - law.worst_error) <= ERROR_OF_ERRORS
        )
        text = phrase("run-verified-other-laws", law=name)
        recorder.holds(LAW, "verification", is_so, text)
    return tuple(recorder.violations)


def _check_states(
    recorder: Recorder, manifest: Mapping[str, Any], hashes_before: tuple[str, ...]
) -> None:
    """The state is the last one declared, each may follow the one before, nothing else changed."""
    records, state = manifest.get(STATES, []), "draft"
    text = phrase("run-key-has-no-such-form", name=STATES, stated=records)
    is_list = isinstance(records, list) and all(isinstance(row, Mapping) for row in records)
    recorder.holds(LAW, STATES, is_list, text)
    for number, row in enumerate(records if is_list else ()):
        named = row.get("state")
        text = phrase("run-state-may-not-follow", state=named, before=state)
        recorder.holds(LAW, STATES, may_become(state, named), text)
        told = all(_is_text(row.get(name)) and row.get(name) for name in DECLARATION)
        text = phrase("run-key-has-no-such-form", name=STATES, stated=dict(row))
        recorder.holds(LAW, STATES, told, text)
        due = hashes_before[number] if number < len(hashes_before) else None
        text = phrase("run-changed-since-declared", state=named)
        recorder.holds(LAW, STATES, row.get("before") == due, text)
        state = named
    if "state" in manifest:
        stated = manifest["state"]
        text = phrase("run-key-is-otherwise-stated", name="state", stated=stated, due=state)
        recorder.holds(LAW, "state", stated == state, text)


def _check_files(recorder: Recorder, stated: Any, found: Mapping[str, str | None]) -> None:
    if not isinstance(stated, Mapping):
        recorder.fail(LAW, "files", phrase("run-files-no-table"))
        return
    for name, digest in stated.items():
        there = found.get(name)
        key = "file-of-the-run-missing" if there is None else "file-of-the-run-changed"
        recorder.holds(LAW, str(name), there == digest, phrase(key, name=name))
