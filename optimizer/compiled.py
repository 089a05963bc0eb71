"""Kernels compiled by numba, kept on the disk wherever there is a place to keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(*, nogil: bool = False) -> Callable[[Kernel], Kernel]:
    """Compile a function of numbers and arrays when it is first called, and keep the machine code.

    It is kept beside the source, or in the user's cache folder where the package is installed
    read-only. Where neither can be written (a container without a home), the kernel is compiled in
    every process: numba would refuse to define it at all.

    Parameters
    ----------
    nogil
        Let other Python threads run meanwhile.
    """

    def decorate(function: Kernel) -> Kernel:
        kept: Kernel
        try:
            kept = numba.njit(cache=True, nogil=nogil)(function)
        except RuntimeError as error:
            if "cannot cache" not in str(error):
                raise
            kept = numba.njit(nogil=nogil)(function)
        return kept

    return decorate
