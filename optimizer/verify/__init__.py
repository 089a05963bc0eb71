"""Verification of plans by docs/laws.md alone: shares nothing with the formulation.

Only the domain models (without their finance), the errors and the states of a solve are imported.
"""

from infraplan.models.rules import LAWS
from infraplan.models.totals import compute_totals
from infraplan.optimizer.verify.check import find_differences, verify_plan
from infraplan.optimizer.verify.csv_tables import verify_tables
from infraplan.optimizer.verify.derived import recompute_plan
from infraplan.optimizer.verify.filed_certificate import CertificateCheck, verify_certificate
from infraplan.optimizer.verify.left_out import verify_left_out
from infraplan.optimizer.verify.manifest import verify_manifest
from infraplan.optimizer.verify.money_record import verify_money_check
from infraplan.optimizer.verify.run_record import verify_laws_told, verify_record
from infraplan.optimizer.verify.shown_cells import verify_shown
from infraplan.optimizer.verify.violations import LawCheck, Verification, Violation

__all__ = [
    "LAWS",
    "CertificateCheck",
    "LawCheck",
    "Verification",
    "Violation",
    "compute_totals",
    "find_differences",
    "recompute_plan",
    "verify_certificate",
    "verify_laws_told",
    "verify_left_out",
    "verify_manifest",
    "verify_money_check",
    "verify_plan",
    "verify_record",
    "verify_shown",
    "verify_tables",
]
