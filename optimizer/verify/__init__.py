"""Verification of plans by docs/laws.md alone: shares nothing with the formulation.

Only `models` (without `models.finance`), `optimizer.errors` and `optimizer.status` are imported.
"""

from models.totals import compute_totals
from optimizer.verify.accounts import recompute_plan
from optimizer.verify.check import find_differences, verify_plan
from optimizer.verify.manifest import verify_manifest
from optimizer.verify.tables import verify_tables
from optimizer.verify.violations import LAWS, LawCheck, Verification, Violation

__all__ = [
    "LAWS",
    "LawCheck",
    "Verification",
    "Violation",
    "compute_totals",
    "find_differences",
    "recompute_plan",
    "verify_manifest",
    "verify_plan",
    "verify_tables",
]
