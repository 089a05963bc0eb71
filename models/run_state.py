"""How far a run is on its way to be decided, and what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RunState(StrEnum):
    """What somebody has declared a run to be."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ADOPTED = "adopted"


MAY_FOLLOW: Mapping[RunState, tuple[RunState, ...]] = MappingProxyType(
    {
        RunState.DRAFT: (RunState.SUBMITTED,),
        RunState.SUBMITTED: (RunState.APPROVED, RunState.DRAFT),
        RunState.APPROVED: (RunState.ADOPTED, RunState.DRAFT),
        RunState.ADOPTED: (),
    }
)
"""States that may be declared next: one step on, or back to a draft; what is adopted stays so."""

STATES = "states"
"""Key of run.json: every declaration in order, with `state`, `by`, `because`, `at`, `before`."""


def may_become(state: object, next_state: object) -> bool:
    """Whether `next_state` may be declared of a run that is in `state`; both as run.json states."""
    words = {word.value: word for word in RunState}
    if not (isinstance(state, str) and isinstance(next_state, str)):
        return False
    here, there = words.get(state), words.get(next_state)
    return here is not None and there is not None and there in MAY_FOLLOW[here]
