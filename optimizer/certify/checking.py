"""Whose model a certificate speaks of: the program that this version builds, or another."""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.certify.making import program_text
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.verify import CertificateCheck, verify_certificate
from infraplan.optimizer.verify.filed_certificate import LAW, MODEL_FILE
from infraplan.optimizer.verify.violations import Recorder
from infraplan.optimizer.version import __version__

NEAR = 1e-9
"""Share by which numbers may differ that other processors compute with other last digits."""


def check_certificate(
    folder: Path, manifest: Mapping[str, Any], instance: Instance, plan: Plan
) -> CertificateCheck:
    """Check the certificate of a run, and whether its model is the program of the instance.

    A run of this very version whose model is another was not made by it: that is a violation.
    """
    found = verify_certificate(folder, manifest, plan)
    if found.proof is None:
        return found
    model = gzip.decompress((folder / MODEL_FILE).read_bytes())
    is_this = says_the_same(model, program_text(build_formulation(instance)))
    recorder = Recorder()
    versions = manifest.get("versions")
    version = versions.get("infraplan") if isinstance(versions, Mapping) else None
    text = phrase("certificate-model-is-no-program-of-its-version", version=__version__)
    recorder.holds(LAW, "certificate", is_this or version != __version__, text)
    violations = (*found.violations, *recorder.violations)
    return replace(found, is_this_program=is_this, violations=violations)


def says_the_same(text: bytes, other: bytes) -> bool:
    """Whether two texts of models have the same words, and numbers the same but for rounding."""
    if text == other:
        return True
    ours, theirs = text.decode().split("\n"), other.decode().split("\n")
    return len(ours) == len(theirs) and all(
        one == two or _is_near_line(one.split("\t"), two.split("\t"))
        for one, two in zip(ours, theirs, strict=True)
    )


def _is_near_line(ours: list[str], theirs: list[str]) -> bool:
    return len(ours) == len(theirs) and all(map(_is_near, ours, theirs))


def _is_near(one: str, other: str) -> bool:
    (head, _, ours), (other_head, _, theirs) = one.rpartition(":"), other.rpartition(":")
    try:
        near = math.isclose(float(ours), float(theirs), rel_tol=NEAR)
    except ValueError:
        near = False
    return one == other or (head == other_head and near)
