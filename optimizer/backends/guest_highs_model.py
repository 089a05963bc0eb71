"""A model given to HiGHS, with a job's options."""

from __future__ import annotations

import highspy
import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.channel import Job
from infraplan.optimizer.errors import SolverFailedError, UnsupportedFeatureError
from infraplan.optimizer.mip import Mip


class Work:
    """What a solve has done, in steps: iterations of a linear program, or looks of a search.

    HiGHS tells a search's iterations only at its end, but asks between its steps, at the same ones
    in every run, whether it is to go on.
    """

    def __init__(self, work_s: float | None, nonzeros: int, *, is_search: bool) -> None:
        price = work_clock.look_s if is_search else work_clock.iteration_s
        self.is_search = is_search
        self.price = price(nonzeros)
        self.most = None if work_s is None else max(1, int(min(work_s / self.price, 2e9)))
        self.done = 0

    @property
    def done_s(self) -> float:
        """Price of what was done, in seconds."""
        return self.done * self.price

    def look(self) -> bool:
        """Count a look; whether the search has done its work."""
        self.done += 1
        return self.is_done

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.most is not None and self.done >= self.most


def pass_model(solver: highspy.Highs, mip: Mip, *, relaxed: bool = False) -> None:
    """Give HiGHS the model, by whole arrays.

    Raises
    ------
    SolverFailedError
        If HiGHS refuses it.
    """
    integrality = np.zeros(mip.num_columns, dtype=np.int32)
    if not relaxed:
        integrality[mip.integrality] = highspy.HighsVarType.kInteger.value
    status = solver.passModel(
        mip.num_columns,
        mip.num_rows,
        mip.num_nonzeros,
        highspy.MatrixFormat.kRowwise.value,
        highspy.ObjSense.kMaximize.value,
        mip.objective_offset,
        mip.objective,
        mip.col_lower,
        mip.col_upper,
        mip.row_lower,
        mip.row_upper,
        mip.a_start.astype(np.int32),
        mip.a_index.astype(np.int32),
        mip.a_value,
        integrality,
    )
    if status == highspy.HighsStatus.kError:
        message = phrase("highs-refused-the-model")
        raise SolverFailedError(message)


def configure(solver: highspy.Highs, job: Job) -> None:
    """Set the job's options.

    Raises
    ------
    UnsupportedFeatureError
        If HiGHS does not take one of them.
    """
    settings: dict[str, object] = {
        "mip_rel_gap": job.gap,
        "mip_abs_gap": 1e-9,
        "threads": job.threads,
        "random_seed": job.seed,
    }
    for name, value in (settings | dict(job.extra)).items():
        if solver.setOptionValue(name, value) == highspy.HighsStatus.kError:
            message = phrase("highs-does-not-take-option", name=name, value=value)
            raise UnsupportedFeatureError(message)
