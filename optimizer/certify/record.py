"""A certificate as a run has it: asked for, made or not and why, and stated in run.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.errors import PlanningError
from infraplan.models.plan import Plan
from infraplan.optimizer.backends.base import Note
from infraplan.optimizer.certify.making import Certified, certified
from infraplan.optimizer.engines.registry import EQUILIBRIUM, WATER_DESIGN
from infraplan.optimizer.engines.to_the_unit import FAMILY as REFUSED
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveResult
from infraplan.optimizer.status import told_gap
from infraplan.optimizer.verify.certificate import CertificateError
from infraplan.optimizer.verify.filed_certificate import fault_told
from infraplan.optimizer.verify.manifest import CERTIFICATE

NOTICED = 1e-6
"""Share by which values must be worth more than the plan to be told: solvers' tolerance."""


@dataclass(frozen=True)
class CertifyOptions:
    """The relative gap that a certificate is to prove, and seconds for its search."""

    gap: float = 0.01
    time_limit_s: float = 300.0


def certified_result(
    result: SolveResult, plan: Plan | None, asked: CertifyOptions
) -> tuple[Certified | None, tuple[Note, ...]]:
    """The certificate of a result with a good `plan`; None and why where there is none."""
    if plan is None:
        return _none(phrase("no-certificate-without-a-plan"))
    if result.engine == WATER_DESIGN:
        return _none(phrase("water-under-pressure-is-not-certified"))
    if result.engine == EQUILIBRIUM:
        return _none(phrase("roads-at-equilibrium-are-not-certified"))
    try:
        formulation = _of_instance(result.formulation)
        found = certified(formulation, plan, gap=asked.gap, time_limit_s=asked.time_limit_s)
    except PlanningError as error:
        return _none(error.message)
    except CertificateError as error:
        return _none(fault_told(error))
    if found.better <= plan.objective + NOTICED * max(1.0, abs(plan.objective)):
        return found, ()
    told = phrase("better-values-than-the-certified-plan", found=found.better, own=plan.objective)
    return found, (Note("certificate", *told.both),)


def _of_instance(formulation: Formulation) -> Formulation:
    """The program that the instance alone makes, as whoever checks the certificate makes it.

    Rows that refuse starts for which money lacks a smallest unit follow from it in fractions, in
    which a certificate is checked: it needs none of them.
    """
    if any(block.family == REFUSED for block in formulation.mip.row_blocks):
        return build_formulation(formulation.instance)
    return formulation


def _none(why: object) -> tuple[None, tuple[Note, ...]]:
    return None, (Note("certificate", *phrase("no-certificate", why=why).both),)


def certificate_part(
    manifest: Mapping[str, Any], found: Certified, asked: CertifyOptions
) -> dict[str, Any]:
    """Keys of run.json: the certificate, and what it makes of the bounds that were stated.

    The certified bound is the one that the certificate proves, whatever was known before. The
    bound is replaced only by a nearer one.
    """
    objective, bound = manifest["objective"], manifest["bound"]
    cost = 0.0 if manifest["num_projects"] else manifest.get("network_cost", 0.0)
    gap = told_gap(objective, found.bound, cost)
    part: dict[str, Any] = {
        "certificate": {
            "model_hash": found.model_hash,
            "bound": found.bound,
            "gap": gap,
            "asked_gap": asked.gap,
            "cases": found.cases,
            "relaxations": found.solved,
            "seconds": round(found.seconds, 3),
            "check_s": round(found.check_s, 3),
        },
        "certified_bound": found.bound,
        "certified_gap": gap,
    }
    if bound is None or found.bound < bound:
        part |= {"bound": found.bound, "gap": gap, "bound_source": CERTIFICATE}
    return part
