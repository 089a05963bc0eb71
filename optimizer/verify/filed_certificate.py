"""The certificate in a run folder: what it proves, and that the run says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.verify.certificate import CertificateError, Proof, check_files
from infraplan.optimizer.verify.certified_plan import (
    ROW_SHARE,
    VALUE_SHARE,
    PlanCheck,
    check_plan,
)
from infraplan.optimizer.verify.decisions import is_number
from infraplan.optimizer.verify.manifest import CERTIFICATE
from infraplan.optimizer.verify.violations import Recorder, Violation

LAW = "manifest"
MODEL_FILE, CERTIFICATE_FILE = "model.txt.gz", "certificate.json.gz"
"""Names of both files in a run folder."""
FAULTS: Mapping[str, str] = {
    "bound": "certificate-fault-bound",
    "branch": "certificate-fault-branch",
    "claim": "certificate-fault-claim",
    "cut": "certificate-fault-cut",
    "form": "certificate-fault-form",
    "hash": "certificate-fault-hash",
    "leaf": "certificate-fault-leaf",
    "model": "certificate-fault-model",
    "multiplier": "certificate-fault-multiplier",
    "number": "certificate-fault-number",
    "tree": "certificate-fault-tree",
    "whole": "certificate-fault-whole",
}
"""Message by kind of `CertificateError`."""
STATED_SHARE = Fraction(1, 10**12)
"""Share by which run.json may state a bound below the one that is proven: doubles are rounded."""


@dataclass(frozen=True)
class CertificateCheck:
    """What the certificate of a run proves, how the plan obeys its model, and what is wrong.

    `is_this_program` says whether the model is the program that this version builds.
    """

    violations: tuple[Violation, ...] = ()
    proof: Proof | None = None
    plan: PlanCheck | None = None
    is_this_program: bool | None = None


def verify_certificate(folder: Path, manifest: Mapping[str, Any], plan: Plan) -> CertificateCheck:
    """Check the certificate of the run in `folder`; nothing where run.json states none."""
    stated = manifest.get("certificate")
    if stated is None:
        return CertificateCheck()
    recorder = Recorder()
    try:
        files = [(folder / name).read_bytes() for name in (MODEL_FILE, CERTIFICATE_FILE)]
    except OSError as error:
        text = phrase("certificate-file-is-missing", name=Path(str(error.filename)).name)
        recorder.fail(LAW, "certificate", text)
        return CertificateCheck(tuple(recorder.violations))
    try:
        model, content, proof = check_files(*files)
        found = check_plan(model, content.get("plan"), plan.objective)
    except CertificateError as error:
        recorder.fail(LAW, "certificate", fault_told(error))
        return CertificateCheck(tuple(recorder.violations))
    _check_stated(recorder, stated, manifest, proof, len(content["tree"]))
    _check_plan(recorder, found, plan)
    return CertificateCheck(tuple(recorder.violations), proof, found)


def fault_told(error: CertificateError) -> Phrase:
    """What of a certificate does not hold, in both languages."""
    kind = phrase(FAULTS[error.kind])
    return phrase("certificate-does-not-prove", kind=kind, where=error.where)


def _check_stated(
    recorder: Recorder, stated: Any, manifest: Mapping[str, Any], proof: Proof, num_cases: int
) -> None:
    """run.json names the model, counts the cases, and states a bound that is proven."""
    told = stated if isinstance(stated, Mapping) else {}
    name, due = told.get("model_hash"), proof.model_hash
    text = phrase("certificate-says-otherwise", name="certificate", stated=name, due=due)
    recorder.holds(LAW, "certificate", name == due, text)
    others: tuple[tuple[str, object, object], ...] = (
        ("cases", told.get("cases"), num_cases),
        ("gap", told.get("gap"), manifest.get("certified_gap")),
    )
    for key, found, needed in others:
        where = f"certificate.{key}"
        text = phrase("certificate-says-otherwise", name=where, stated=found, due=needed)
        recorder.holds(LAW, "certificate", _is_one(found, needed), text)
    proven = proof.bound / proof.factor
    slack = STATED_SHARE * max(Fraction(1), abs(proven))
    bounds = {
        "certificate.bound": told.get("bound"),
        "certified_bound": manifest.get("certified_bound"),
    }
    if manifest.get("bound_source") == CERTIFICATE:
        bounds["bound"] = manifest.get("bound")
    for where, value in bounds.items():
        number = float(value) if isinstance(value, int | float) and is_number(value) else None
        is_proven = number is not None and Fraction(number) >= proven - slack
        due_value = float(proven)
        text = phrase("certificate-says-otherwise", name=where, stated=value, due=due_value)
        recorder.holds(LAW, where, is_proven, text)


def _is_one(found: object, due: object) -> bool:
    """Whether two entries of run.json are one number, written twice, or both are none."""
    if is_number(found) and is_number(due):
        return found == due
    return found is None and due is None


def _check_plan(recorder: Recorder, found: PlanCheck, plan: Plan) -> None:
    """The plan of the certificate is the run's, obeys its model and is worth the same there."""
    text = phrase("certificate-plan-misses-rows", row=float(found.worst_row))
    recorder.holds(LAW, "certificate", found.worst_row <= ROW_SHARE, text)
    value, due = float(found.value), plan.objective
    text = phrase("certificate-plan-has-another-value", value=value, due=due)
    recorder.holds(LAW, "certificate", found.value_miss <= VALUE_SHARE, text)
    theirs: dict[str, int] = {}
    for name in found.starts:
        option, _, year = name.removeprefix("started ").rpartition("@")
        theirs[option] = min(int(year), theirs.get(option, int(year)))
    mine = {f"{start.project}/{start.option}": start.start for start in plan.starts}
    others = sorted({option for option, _ in mine.items() ^ theirs.items()})
    text = phrase("certificate-plan-starts-otherwise", names=listed(others))
    recorder.holds(LAW, "certificate", not others, text)
