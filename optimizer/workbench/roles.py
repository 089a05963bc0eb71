"""Who may do what: see, edit, approve."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from infraplan.models.catalogue import phrase
from infraplan.models.errors import PlanningError
from infraplan.models.run_state import RunState


class Role(StrEnum):
    """What somebody may do; each role may do what those before it may."""

    SEE = "see"
    EDIT = "edit"
    APPROVE = "approve"


_RANK = {Role.SEE: 0, Role.EDIT: 1, Role.APPROVE: 2}

ROLE_TO_DECLARE = {
    RunState.DRAFT: Role.EDIT,
    RunState.SUBMITTED: Role.EDIT,
    RunState.APPROVED: Role.APPROVE,
    RunState.ADOPTED: Role.APPROVE,
}
"""Role that declaring a run to be in a state takes; taking back an approval takes the approver."""


class ForbiddenError(PlanningError):
    """Somebody asked for what their role does not allow."""


@dataclass(frozen=True)
class Visitor:
    """Who is at the page: a name that is kept with what they do, and a role.

    `key` is the hash of the token that was shown, `session` what tells this coming in from others;
    both are blank where no token is asked for.
    """

    name: str
    role: Role
    key: str = ""
    session: str = ""

    def may(self, role: Role) -> bool:
        """Whether this visitor has `role` or a higher one."""
        return _RANK[self.role] >= _RANK[role]

    def require(self, role: Role) -> None:
        """Go on only where this visitor has `role`.

        Raises
        ------
        ForbiddenError
            If not.
        """
        if not self.may(role):
            raise ForbiddenError(phrase("workbench-role-is-missing", role=role))


def role_to_declare(before: RunState, state: RunState) -> Role:
    """Role that changing a run from `before` to `state` takes."""
    if state is RunState.DRAFT and before is RunState.APPROVED:
        return Role.APPROVE
    return ROLE_TO_DECLARE[state]
