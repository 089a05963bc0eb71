"""Agreements on joint projects: whose shares are chosen, who must consent, who is compensated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from infraplan.models.base import DomainModel, described
from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.funding import CostShare
from infraplan.models.quantities import Identifier


class ShareForm(StrEnum):
    """Whether the shares of cost are given or found by the plan."""

    FIXED = "fixed"
    CHOSEN = "chosen"


class Consent(StrEnum):
    """What each partner must not lose by."""

    NONE = "no"
    PROJECT = "project"  # by this project taken alone
    PACKAGE = "package"  # by all projects together whose consent is package


class Agreement(DomainModel):
    """How the partners of a joint project share it; without a row shares are fixed.

    The partners are the leader and every jurisdiction with a row in `shares`.
    """

    row_key: ClassVar[tuple[str, ...]] = ("project",)

    project: Identifier = described("joint project", refers_to="projects")
    shares: ShareForm = described(
        "whether the cost shares are those given, or chosen by the plan between min_share and "
        "max_share of each partner",
        ShareForm.FIXED,
    )
    consent: Consent = described(
        "whether each partner must gain at least what it pays: by this project, or by the package "
        "of all projects with this word",
        Consent.NONE,
    )
    compensation: bool = described(
        "whether partners may compensate one another in money for this project", default=False
    )
    source: str = described("document and section", "")


@dataclass(frozen=True)
class AgreementFault:
    """What is wrong with row `index` of `table`."""

    table: str
    index: int
    field: str
    message: Phrase
    advice: Phrase


def agreement_faults(
    agreements: Iterable[Agreement], shares: Iterable[CostShare], leaders: dict[str, str]
) -> Iterator[AgreementFault]:
    """Yield every agreement that cannot be kept; `leaders` by project id (known ones only)."""
    rows: dict[str, list[tuple[int, CostShare]]] = {}
    for index, row in enumerate(shares):
        rows.setdefault(row.project, []).append((index, row))
    for project, mine in rows.items():
        total = sum(row.benefit_share or 0.0 for _, row in mine)
        if total > 1.0 + 1e-9:
            yield AgreementFault(
                "shares",
                mine[-1][0],
                "benefit_share",
                phrase("the-benefit-shares-of-project-sum-to", project=project, total=total),
                phrase("they-must-sum-to-at-most-1-the-rest-falls-to"),
            )
    for index, agreement in enumerate(agreements):
        leader = leaders.get(agreement.project)
        mine = rows.get(agreement.project, [])
        payers = {row.jurisdiction for _, row in mine}
        if leader is None:
            continue
        if not payers - {leader}:
            yield AgreementFault(
                "agreements",
                index,
                "project",
                phrase(
                    "project-has-no-partner-besides-its-leader",
                    project=agreement.project,
                    leader=leader,
                ),
                phrase("name-its-partners-in-shares-or-delete-the"),
            )
        elif agreement.shares is ShareForm.CHOSEN:
            least, most = _bounds(row for _, row in mine)
            most += leader not in payers
            if least > 1.0 + 1e-9 or most < 1.0 - 1e-9:
                yield AgreementFault(
                    "agreements",
                    index,
                    "shares",
                    phrase(
                        "the-partners-of-project-pay-at-least-and-at",
                        project=agreement.project,
                        least=least,
                        most=most,
                    ),
                    phrase("least-shares-must-sum-to-at-most-1-largest"),
                )


def _bounds(rows: Iterable[CostShare]) -> tuple[float, float]:
    """Sum of the least and of the largest shares of `rows`."""
    least = most = 0.0
    for row in rows:
        least += row.min_share if row.share is None else row.share
        most += row.max_share if row.share is None else row.share
    return least, most
