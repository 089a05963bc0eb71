"""Something that another process computes while this one does something else.

What is handed on waits for a guest process, which needs a thread here and a processor there.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.engines.beside import processors

Result = TypeVar("Result")


def has_room(options: SolverOptions) -> bool:
    """Whether a processor is left beside those of `options`.

    Where work is counted, or memory is limited, one thing is done after the other.
    """
    if work_clock.is_counting() or options.memory_limit_mb is not None:
        return False
    return processors() > options.threads


class Alongside(Generic[Result]):
    """`compute`, in a thread where `is_beside`, else at once; a `with` block waits for its end.

    `compute` is given a function that says whether it is to end early: the block was left by an
    exception. What it raises is raised by `result`, and at the end of the block.
    """

    def __init__(self, compute: Callable[[Callable[[], bool]], Result], *, is_beside: bool) -> None:
        self._compute = compute
        self._answers: list[Result] = []
        self._faults: list[BaseException] = []
        self._is_left = threading.Event()
        self._thread: threading.Thread | None = None
        if is_beside:
            context = contextvars.copy_context()
            self._thread = threading.Thread(target=lambda: context.run(self._run), daemon=True)
            self._thread.start()
        else:
            self._answers.append(compute(self._is_left.is_set))

    def _run(self) -> None:
        try:
            self._answers.append(self._compute(self._is_left.is_set))
        except BaseException as error:
            self._faults.append(error)

    def result(self) -> Result:
        """What `compute` returned, waited for."""
        if self._thread is not None:
            self._thread.join()
        if self._faults:
            raise self._faults[0]
        return self._answers[0]

    def __enter__(self) -> Alongside[Result]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._is_left.set()
        if self._thread is not None:
            self._thread.join()
        if kind is None and self._faults:
            raise self._faults[0]
