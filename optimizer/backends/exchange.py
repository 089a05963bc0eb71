"""Plans that go to and fro between a solver that runs and whoever searches beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from infraplan.optimizer.backends.base import SolverReply
from infraplan.optimizer.backends.channel import OFFER
from infraplan.optimizer.column_forms import Columns, recast
from infraplan.optimizer.mip import FloatArray, Mip


class PlanExchange(Protocol):
    """Who hears a running solver's plans at once, and has plans for it (shape: columns)."""

    def heard(self, values: FloatArray) -> None:
        """Take a plan of the solver's that obeys every row."""

    def offered(self) -> FloatArray | None:
        """A plan to give to the solver, once; None: none that is new."""


class Changed(Protocol):
    """A model in other columns than those that it was given in, of which values lead back."""

    @property
    def mip(self) -> Mip:
        """The model in the other columns."""

    def forth(self, values: FloatArray) -> FloatArray:
        """Values of the given columns (NaN: unknown) as values of the others."""

    def back(self, values: FloatArray) -> FloatArray:
        """Values of the other columns as values of the given ones."""


class Recasting:
    """An exchange with a solver that is given the model in other columns."""

    def __init__(self, exchange: PlanExchange, changed: Changed) -> None:
        self._exchange, self._changed = exchange, changed

    def heard(self, values: FloatArray) -> None:
        """Pass a plan on in the model's own columns."""
        self._exchange.heard(self._changed.back(values))

    def offered(self) -> FloatArray | None:
        """A plan in the solver's columns."""
        values = self._exchange.offered()
        return None if values is None else self._changed.forth(values)


def in_columns_for(mip: Mip, form: Columns, task: str) -> Changed | None:
    """The model in columns that suit a solver's `task` better; None where it has them."""
    changed = recast(mip, form)
    if changed is not None or task != "solve":
        return changed
    # It brings scipy, and every guest imports this module.
    from infraplan.optimizer.defined_columns import substituted

    return substituted(mip)


def in_own_columns(mip: Mip, reply: SolverReply, changed: Changed) -> SolverReply:
    """A reply to the model in other columns, in its own."""
    if reply.values is None:
        return reply
    values = changed.back(reply.values)
    return replace(reply, values=values, objective=mip.value(values))


def offer_of(values: FloatArray, folder: Path, number: int) -> dict[str, object]:
    """The command that gives a guest the plan `values`, its file in the job's `folder` written.

    The file is there whole or not at all; two of them take turns by `number`, so that one that is
    being read is not replaced.
    """
    name = f"{OFFER}{number % 2}.npy"
    draft = folder / f"draft-{name}"
    np.save(draft, values)
    draft.replace(folder / name)
    return {"command": OFFER, "file": name}
