"""Mutants tried in forks of one process that has loaded all tests: a second each, not a minute.

A plugin of pytest (`mutants.try_mutants` starts it). Once, in a fork, every test runs and it is
noted which functions of the laws it calls. For each mutant a fork gives the function that holds the
mutant its mutated code, wherever it is known by name, and runs the tests that call it, quickest
first, until one fails. What stands outside of functions is computed as a module is imported: those
mutants take a process of their own (`mutants.is_noticed`).
"""

from __future__ import annotations

import ast
import contextlib
import gc
import hashlib
import json
import os
import pickle
import resource
import signal
import sys
import threading
import time
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infraplan.optimizer.backends import warm_guests
from tests.nightly import mutants
from tests.nightly.mutants import FOLDERS, Mutant, module_of, mutated_tree, places

ASKED = "INFRAPLAN_MUTANTS"
"""Variable of the environment: JSON with the seed, the end by the monotonic clock, and where to
write what was found."""
LEAST_CPU_S, TIMES_CPU = 20.0, 10.0
"""Seconds of the processor after which tests count as hanging: these, and so many times theirs."""
LOADED_S = 0.05
"""Seconds of a test in which nothing is computed: those that noticed most in theirs come first."""
Place = tuple[str, str, int]
"""File, qualified name and first line of a function."""


class _Endless:
    """A process that another one waits for: alive as long as this one asks."""

    def poll(self) -> None:
        return None


def enclosing(tree: ast.AST, node: ast.AST) -> tuple[str, int] | None:
    """Name and first line of the outermost function that computes `node`; None outside of any.

    Defaults and decorators are computed where the function is defined.
    """
    above = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    path = [node]
    while path[-1] in above:
        path.append(above[path[-1]])
    names: list[str] = []
    for below, one in zip(reversed(path[:-1]), reversed(path), strict=False):
        if isinstance(one, ast.ClassDef):
            names.append(one.name)
        elif isinstance(one, ast.FunctionDef) and below in one.body:
            first = min([one.lineno, *(mark.lineno for mark in one.decorator_list)])
            return ".".join((*names, one.name)), first
        elif isinstance(one, ast.FunctionDef | ast.Lambda):
            return None
    return None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from _codes(one)


class Loop:
    """The loop over mutants in the place of that over tests."""

    def __init__(self, seed: int, until: float, out: Path) -> None:
        self.seed, self.until, self.out = seed, until, out
        self.killer = out.with_suffix(".killer")
        self.failed: list[str] = []
        self.noticed = Counter[int]()
        self.tried = 0
        self.survivors: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what fails in this fork."""
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try mutants until the time is over."""
        gc.unfreeze()  # functions must be found
        warm_guests._socket("infraplan.optimizer.backends.guest_highs", _environment())
        calls = self._calls(session.items)
        for mutant in mutants.drawn(self.seed):
            if time.monotonic() >= self.until:
                break
            told = self._of(mutant, session.items, calls)
            self.tried += 1
            if told:
                self.survivors.append(f"{told}: {mutant}")
            self.out.write_text(json.dumps([self.tried, self.survivors]), encoding="utf-8")
        return True

    def _of(self, mutant: Mutant, items: list[pytest.Item], calls: dict[Place, Any]) -> str:
        """What to tell of a mutant that no test notices; blank where one does."""
        tree = ast.parse((mutants.ROOT / mutant.file).read_text("utf-8"))
        where = enclosing(tree, list(places(tree))[mutant.number])
        if where is None:
            return "" if mutants.is_noticed(mutant) else "survived"
        file = sys.modules[module_of(Path(mutant.file))].__file__ or ""
        place = (file, *where)
        chosen = calls.get(place, [])
        if not chosen:
            return "no test calls it"
        limit_s = LEAST_CPU_S + TIMES_CPU * sum(seconds for seconds, _ in chosen)
        chosen = sorted(chosen, key=lambda one: -(1 + self.noticed[one[1]]) / (LOADED_S + one[0]))
        run = [(number, items[number]) for _, number in chosen]
        is_noticed = _fork(lambda: self._fails(mutant, place, run), limit_s)
        if self.killer.exists():
            self.noticed[int(self.killer.read_text("ascii"))] += 1
            self.killer.unlink()
        return "" if is_noticed else "survived"

    def _fails(self, mutant: Mutant, place: Place, run: list[tuple[int, pytest.Item]]) -> bool:
        """Whether a test fails with the mutant, in this fork; which one is left in a file."""
        _turn(mutant, place)
        for (number, item), (_, after) in zip(run, [*run[1:], (0, None)], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                self.killer.write_text(str(number), encoding="ascii")
                return True
        return False

    def _calls(self, items: list[pytest.Item]) -> dict[Place, list[tuple[float, int]]]:
        """By function of the laws: the tests that call it, each with its seconds.

        Kept beside the environment for the next session on the same sources.
        """
        kept = mutants.ROOT / ".venv" / f"calls-{_sources()}.pickle"
        if kept.exists():
            return dict(pickle.loads(kept.read_bytes()))

        def note() -> bool:
            found: dict[Place, list[tuple[float, int]]] = {}
            for number, item in enumerate(items):
                began = time.perf_counter()
                after = items[number + 1] if number + 1 < len(items) else None
                self.failed.clear()
                with _noting() as seen:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self.failed:  # it would fail with any mutant
                    continue
                for code in seen:
                    place = (code.co_filename, code.co_qualname, code.co_firstlineno)
                    found.setdefault(place, []).append((time.perf_counter() - began, number))
            kept.write_bytes(pickle.dumps(found))
            return False

        _fork(note, sys.maxsize)
        return dict(pickle.loads(kept.read_bytes()))


def _sources() -> str:
    """Hash of what the calls of tests hang on, and of how they are found."""
    found = hashlib.sha256()
    for folder in ("models", "optimizer", "tests"):
        for path in sorted((mutants.ROOT / folder).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _environment() -> dict[str, str]:
    from infraplan.optimizer.backends import process

    return process._environment()


@contextlib.contextmanager
def _noting() -> Iterator[set[types.CodeType]]:
    """The functions of the laws that are called while it lasts."""
    inside = tuple(str((mutants.ROOT / folder).resolve()) for folder in FOLDERS)
    known: dict[str, bool] = {}
    seen: set[types.CodeType] = set()

    def called(frame: types.FrameType, event: str, value: object) -> None:
        name = frame.f_code.co_filename
        if name not in known:
            known[name] = os.path.realpath(name).startswith(inside)
        if known[name]:
            seen.add(frame.f_code)

    sys.settrace(called)
    threading.settrace(called)
    try:
        yield seen
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


def _turn(mutant: Mutant, place: Place) -> None:
    """Give the function at `place` its mutated code."""
    whole = compile(mutated_tree(mutant.file, mutant.number), place[0], "exec", dont_inherit=True)  # type: ignore[arg-type]
    turned = next(
        code for code in _codes(whole) if (code.co_qualname, code.co_firstlineno) == place[1:]
    )
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType):
            code = one.__code__
            if (code.co_filename, code.co_qualname, code.co_firstlineno) == place:
                one.__code__ = turned


def _fork(work: Any, limit_s: float) -> bool:
    """Whether `work` answers yes in a fork, or takes more of the processor than `limit_s`."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 2
        try:
            os.setsid()
            if limit_s < sys.maxsize:
                resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s), int(limit_s) + 5))
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            servers = warm_guests._servers
            for key, (line, _) in list(servers.items()):
                servers[key] = (line, _Endless())  # type: ignore[assignment]
            code = 1 if work() else 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(status)
    if code == 2:
        raise RuntimeError("a fork that tries a mutant has failed by itself")
    return code != 0


def pytest_configure(config: pytest.Config) -> None:
    """Take the place of the loop over tests where mutants are asked for."""
    if asked := os.environ.get(ASKED):
        seed, until, out = json.loads(asked)
        config.pluginmanager.register(Loop(seed, until, Path(out)), "mutants")
