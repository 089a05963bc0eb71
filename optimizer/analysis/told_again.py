"""What was explained of a run, found again and held against what its tables say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.models.stated_date import DateKind
from infraplan.optimizer.analysis.missed_dates import MissedDate, reasons_of_dates
from infraplan.optimizer.verify.violations import Violation

LAW = "record"
NO_REASON = MissedDate("")


def check_missed_dates(
    instance: Instance,
    plan: Plan,
    rejected: Iterable[Rejection],
    stated: Mapping[tuple[str, DateKind], MissedDate],
) -> tuple[Violation, ...]:
    """Return the dates whose reason in stated_dates.csv, `stated`, is not the one that follows.

    To be asked of sound plans of this very version: another one may find other reasons.
    """
    if not stated:
        return ()
    due = reasons_of_dates(instance, plan, rejected)
    return tuple(
        Violation(
            LAW, key[0], phrase("reason-of-a-date-is-another", project=key[0], rule=reason.rule)
        )
        for key, reason in stated.items()
        if reason != due.get(key, NO_REASON)
    )
