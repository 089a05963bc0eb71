"""What a solve by a guest takes and gives; the registry of solvers."""

from __future__ import annotations

import importlib.util
import math
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.errors import SolverUnavailableError, UnsupportedFeatureError
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.status import SolutionState, Termination


@dataclass(frozen=True)
class SolverOptions:
    """How a guest is to solve.

    `gap` is relative (0 asks for optimality); `memory_limit_mb` is watched by the host over the
    guest and its children; `extra` passes options to the solver by the solver's own names;
    `columns` is the form in which it is given the starts.

    Raises
    ------
    UnsupportedFeatureError
        If a number is out of its range.
    """

    solver: str = "highs"
    gap: float = 1e-4
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0
    memory_limit_mb: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    columns: Columns = Columns.AUTO

    def __post_init__(self) -> None:
        limit, memory = self.time_limit_s, self.memory_limit_mb
        for name, value, good in (
            ("gap", self.gap, math.isfinite(self.gap) and self.gap >= 0.0),
            ("time_limit_s", limit, limit is None or 0.0 < limit < math.inf),
            ("threads", self.threads, self.threads >= 1),
            ("seed", self.seed, 0 <= self.seed < 2**31 - 1),
            ("memory_limit_mb", memory, memory is None or memory > 0),
        ):
            if not good:
                message = phrase("is-out-of-range-3", name=name, value=value)
                raise UnsupportedFeatureError(message)


@dataclass(frozen=True)
class Note:
    """Something that whoever reads the answer must know, in both languages.

    `kind` is one of `NOTE_KINDS`.
    """

    kind: str
    text_en: str
    text_zh: str


UNEXPLAINED = "unexplained"
"""Kind of a note on what was not explained."""

NOTE_KINDS = (
    "by_year",  # what a program with fewer years claims of a plan, and its value by the year
    "conditioning",  # the numbers of the model span too much for a solver's tolerances
    "start",  # what of a plan to start from is possible here
    "version",  # the solver is older than what is trusted
    "contradiction",  # an answer contradicts what is known
    "failure",  # a solver crashed, or ended without an answer
    "repaired",  # how a contradiction or a failure was resolved
    "kept",  # a plan in force, of which the new one may not move far
    "recorded",  # relations of the instance that bind no plan
    "hurried",  # what was done less well for want of time
    "late",  # reading and building took the whole time limit
    UNEXPLAINED,  # what was left unexplained, and why
    "certificate",  # why no certificate was made
    "uncertified",  # that there is no plan rests on the solver's word
)


@dataclass(frozen=True)
class Progress:
    """What a running solve knows: incumbent and bound in the model's money, None where unknown.

    `note`, where given, is told once, when it is found. What is told of the finished plan
    (`is_final`) is its value, whatever was told on the way.
    """

    elapsed_s: float
    incumbent: float | None
    bound: float | None
    gap: float | None
    nodes: int | None = None
    message: str = ""
    note: Note | None = None
    is_final: bool = False


@dataclass(frozen=True)
class SolverReply:
    """What a guest answered, checked by the host.

    `objective` is computed from `values`; `bound` is an upper bound (the model maximises), None
    where unknown. `row_duals` and `reduced_costs` only come from `solve_relaxation`.
    `is_called_optimal` is the solver's word, whatever it shows for it.
    """

    termination: Termination
    state: SolutionState
    values: FloatArray | None
    objective: float | None
    bound: float | None
    gap: float | None
    runtime_s: float
    log: str
    solver: str
    solver_version: str
    row_duals: FloatArray | None = None
    reduced_costs: FloatArray | None = None
    peak_memory_mb: float | None = None
    is_called_optimal: bool = False


@dataclass(frozen=True)
class SolverInfo:
    """A solver the product knows, and whether this environment has it."""

    name: str
    available: bool
    version: str
    how_to_install: Phrase
    note: Note | None = None
    """Why its answers deserve less trust, where they do."""


@dataclass(frozen=True)
class SolverEntry:
    """A registered solver: the guest module that runs it, and the module that must be there.

    `package` is the distribution whose version is the solver's, `versioned_as` what stands before
    that version where the distribution holds more than the solver; blank where no distribution
    tells it (the CBC inside PuLP). `program`, where given, is an executable that serves instead of
    a package. `rough` solvers write values of eight digits: the host finds the continuous columns
    again.
    """

    guest: str
    package: str
    module: str
    how_to_install: str
    program: str = ""
    rough: bool = False
    versioned_as: str = ""
    needs_licence: bool = False

    @property
    def to_have_it(self) -> Phrase:
        """How to install it, and whether that is enough."""
        key = "install-and-a-licence" if self.needs_licence else "install"
        return phrase(key, command=self.how_to_install)


OLDEST_HIGHS = (1, 16)
"""First version of HiGHS whose presolve keeps the optimum of the models known to break it."""

_HIGHS = "infraplan.optimizer.backends.guest_highs"
_PULP = "infraplan.optimizer.backends.guest_pulp"


def _licensed(package: str, module: str, program: str = "") -> SolverEntry:
    """Entry of a commercial solver that PuLP drives."""
    install = f"pip install {package}"
    return SolverEntry(_PULP, package, module, install, program, needs_licence=True)


SOLVERS: Mapping[str, SolverEntry] = MappingProxyType(
    {
        "highs": SolverEntry(_HIGHS, "highspy", "highspy", "pip install 'highspy>=1.16'"),
        "cbc": SolverEntry(_PULP, "", "pulp", "pip install pulp", rough=True),
        "scip": SolverEntry(
            "infraplan.optimizer.backends.guest_scip",
            "ortools",
            "ortools",
            "pip install ortools",
            versioned_as="OR-Tools ",
        ),
        "cpsat": SolverEntry(
            "infraplan.optimizer.backends.guest_cpsat",
            "ortools",
            "ortools",
            "pip install ortools",
            versioned_as="OR-Tools ",
        ),
        "gurobi": _licensed("gurobipy", "gurobipy", "gurobi_cl"),
        "cplex": _licensed("cplex", "cplex", "cplex"),
        "xpress": _licensed("xpress", "xpress", "optimizer"),
        "mosek": _licensed("Mosek", "mosek"),
        "copt": _licensed("coptpy", "coptpy"),
    }
)


@cache
def _is_there(entry: SolverEntry) -> bool:
    """Whether a solver is installed: looked up once, since every solve asks for all of them."""
    if importlib.util.find_spec(entry.module) is not None:
        return True
    return bool(entry.program) and shutil.which(entry.program) is not None


@cache
def _version(entry: SolverEntry) -> str:
    """Version of a solver as its distribution tells it; blank where none does."""
    from importlib import metadata  # slow to load, and no guest needs it

    if not entry.package:
        return ""
    try:
        return f"{entry.versioned_as}{metadata.version(entry.package)}"
    except metadata.PackageNotFoundError:
        return ""


def available_solvers() -> tuple[SolverInfo, ...]:
    """Every solver the product knows, found without importing any of them."""
    found = []
    for name, entry in SOLVERS.items():
        version = _version(entry)
        note = version_note(name, version) if entry.guest == _HIGHS else None
        found.append(SolverInfo(name, _is_there(entry), version, entry.to_have_it, note))
    return tuple(found)


def version_note(solver: str, version: str) -> Note | None:
    """What is to be told of HiGHS at `version`; None where nothing is, or it is unknown."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if not numbers or numbers >= OLDEST_HIGHS:
        return None
    oldest = ".".join(str(number) for number in OLDEST_HIGHS)
    return Note(
        "version",
        *phrase("solver-is-older-than-trusted", solver=solver, version=version, oldest=oldest).both,
    )


def solver_entry(name: str) -> SolverEntry:
    """Entry of solver `name`.

    Raises
    ------
    SolverUnavailableError
        If the name is unknown or the solver is not installed; says what to do.
    """
    entry = SOLVERS.get(name)
    if entry is None:
        message = phrase("there-is-no-solver-called-known-are", name=name, known=listed(SOLVERS))
        raise SolverUnavailableError(message)
    if not _is_there(entry):
        message = phrase(
            "solver-is-not-installed-to-have-it", name=name, how_to_install=entry.to_have_it
        )
        raise SolverUnavailableError(message)
    return entry
