"""The host: starts a guest process per solve, listens, and ends it when it must.

A guest that crashes, hangs or eats memory cannot harm the product: its best incumbent is kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from optimizer import errors
from optimizer.backends.base import (
    Progress,
    SolverEntry,
    SolverOptions,
    SolverReply,
    solver_entry,
)
from optimizer.errors import SolverFailedError
from optimizer.mip import FloatArray, Mip
from optimizer.status import SolutionState, Termination, relative_gap

TOLERANCE = 1e-6
GRACE_S = 10.0
"""Seconds a guest gets beyond its time limit, or after a stop was asked, before it is killed."""
TICK_S = 0.05
_LOG_TAIL = 4000

ProgressListener = Callable[[Progress], None]


@dataclass
class _Heard:
    """What the guest has said so far."""

    values: FloatArray | None = None
    objective: float | None = None
    bound: float | None = None
    nodes: int | None = None
    done: dict[str, object] | None = None
    error: tuple[str, str] | None = None
    forced: Termination | None = None
    peak_mb: float = 0.0
    buffer: bytes = b""
    stop_at: float | None = None
    extra: dict[str, FloatArray] = field(default_factory=dict)


def solve_mip(
    mip: Mip,
    options: SolverOptions,
    *,
    on_progress: ProgressListener | None = None,
    start: FloatArray | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SolverReply:
    """Maximise `mip` in a guest process.

    `start` gives values for some columns (NaN elsewhere). Ctrl-C, or `should_stop` answering true,
    ends the solve with the best solution so far (termination `interrupted`).

    Raises
    ------
    SolverUnavailableError, UnsupportedFeatureError
        If the solver is missing or cannot take the model.
    SolverFailedError
        If it fails without a solution, or answers values that break the model.
    """
    return _run(mip, options, "solve", start, on_progress, should_stop)


def solve_relaxation(mip: Mip, options: SolverOptions) -> SolverReply:
    """Solve the linear relaxation with HiGHS; the reply carries duals and reduced costs.

    For the maximisation, a row's dual is the change of the optimum per unit of its limit, and a
    reduced cost is `c_j - duals' A_j`: at most 0 for a column at its lower bound.
    """
    return _run(mip, _with_solver(options, "highs"), "relaxation", None, None, None)


def write_model(mip: Mip, path: Path) -> None:
    """Write `mip` as `.mps` or `.lp`, and `PATH.names.csv` with what each number stands for."""
    entry = solver_entry("highs")
    with _job_folder() as folder:
        draft = folder / f"written{path.suffix}"
        _prepare(folder, mip, SolverOptions(), entry, "write", None, path=str(draft))
        heard = _Heard()
        process, read = _start(folder)
        _listen(process, read, folder, SolverOptions(), heard, mip, None, None)
        if not draft.exists():
            message = f"the model could not be written to {path}"
            raise SolverFailedError(message, _log(folder))
        shutil.copyfile(draft, path)
    lines = ["kind,number,block,key"]
    for block in mip.column_blocks:
        for number in range(block.size):
            key = _column_key(block.shape, block.keys, number)
            lines.append(f"column,{block.start + number},{block.name},{key}")
    for rows in mip.row_blocks:
        for number in range(rows.size):
            key = "/".join(str(part) for part in rows.keys[number]) if rows.keys else str(number)
            lines.append(f"row,{rows.start + number},{rows.family},{key}")
    names = path.with_name(path.name + ".names.csv")
    names.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _column_key(shape: tuple[int, ...], keys: tuple[tuple[str | int, ...], ...], number: int) -> str:
    position = np.unravel_index(number, shape)
    if len(keys) != len(shape):
        return "/".join(str(int(p)) for p in position)
    return "/".join(str(keys[axis][int(p)]) for axis, p in enumerate(position))


def _with_solver(options: SolverOptions, solver: str) -> SolverOptions:
    return SolverOptions(
        solver=solver,
        gap=options.gap,
        time_limit_s=options.time_limit_s,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
    )


def _run(
    mip: Mip,
    options: SolverOptions,
    task: str,
    start: FloatArray | None,
    on_progress: ProgressListener | None,
    should_stop: Callable[[], bool] | None,
) -> SolverReply:
    entry = solver_entry(options.solver)
    begin = time.perf_counter()
    with _job_folder() as folder:
        _prepare(folder, mip, options, entry, task, start)
        heard = _Heard()
        process, read = _start(folder)
        _listen(process, read, folder, options, heard, mip, on_progress, should_stop)
        log = _log(folder)
        return _reply(mip, options, task, heard, log, process.returncode, begin, folder)


@contextlib.contextmanager
def _job_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="infraplan-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(
    folder: Path,
    mip: Mip,
    options: SolverOptions,
    entry: SolverEntry,
    task: str,
    start: FloatArray | None,
    **more: object,
) -> None:
    mip.save(folder / "model.npz")
    if start is not None:
        np.save(folder / "start.npy", start)
    said: Mapping[str, object] = {
        "solver": options.solver,
        "guest": entry.guest,
        "gap": options.gap,
        "time_limit_s": options.time_limit_s,
        "threads": options.threads,
        "seed": options.seed,
        "extra": dict(options.extra),
        "task": task,
        **more,
    }
    (folder / "options.json").write_text(json.dumps(said), encoding="utf-8")


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the guest in a session of its own, so that Ctrl-C reaches only the host."""
    read, write = os.pipe()
    os.set_inheritable(write, True)
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "optimizer.backends.guest", str(folder), str(write)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(write,),
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": path},
        )
    os.close(write)
    return process, read


def _log(folder: Path) -> str:
    path = folder / "log.txt"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _listen(
    process: subprocess.Popen[bytes],
    read: int,
    folder: Path,
    options: SolverOptions,
    heard: _Heard,
    mip: Mip,
    on_progress: ProgressListener | None,
    should_stop: Callable[[], bool] | None,
) -> None:
    """Hear events until the guest ends or must be ended."""
    begin = time.perf_counter()
    deadline = None if options.time_limit_s is None else begin + options.time_limit_s + GRACE_S
    selector = selectors.DefaultSelector()
    selector.register(read, selectors.EVENT_READ)
    try:
        while True:
            try:
                open_ = _hear_once(selector, read, folder, heard, mip, on_progress)
                if should_stop is not None and heard.stop_at is None and should_stop():
                    _ask_stop(folder, heard)
                _watch_memory(process, options, heard)
                now = time.perf_counter()
                late = deadline is not None and now > deadline
                deaf = heard.stop_at is not None and now > heard.stop_at + GRACE_S
                if late and heard.forced is None:
                    heard.forced = Termination.TIME_LIMIT
                if late or deaf or heard.forced is not None:
                    break
                if not open_:
                    break
            except KeyboardInterrupt:
                if heard.stop_at is not None:
                    break
                _ask_stop(folder, heard)
    finally:
        selector.close()
        os.close(read)
        _end(process, patient=heard.done is not None)


def _ask_stop(folder: Path, heard: _Heard) -> None:
    (folder / "stop").touch()
    heard.stop_at = time.perf_counter()


def _hear_once(
    selector: selectors.BaseSelector,
    read: int,
    folder: Path,
    heard: _Heard,
    mip: Mip,
    on_progress: ProgressListener | None,
) -> bool:
    """Read what has come within one tick; False once the guest has closed its end."""
    if not selector.select(TICK_S):
        return True
    chunk = os.read(read, 65536)
    heard.buffer += chunk
    *lines, heard.buffer = heard.buffer.split(b"\n")
    for line in lines:
        _take(line, folder, heard, mip, on_progress)
    return bool(chunk)


def _take(
    line: bytes,
    folder: Path,
    heard: _Heard,
    mip: Mip,
    on_progress: ProgressListener | None,
) -> None:
    try:
        event = json.loads(line)
        kind = event["event"]
        elapsed = float(event["elapsed_s"])
    except (ValueError, KeyError, TypeError):
        heard.error = heard.error or ("SolverFailedError", f"the guest said {line[:200]!r}")
        return
    if event.get("bound") is not None:
        bound = float(event["bound"])
        heard.bound = bound if heard.bound is None else min(heard.bound, bound)
    if kind == "incumbent":
        _keep(folder / str(event["file"]), heard, mip)
    elif kind == "done":
        heard.done = event
    elif kind == "error":
        heard.error = (str(event["kind"]), str(event["message"]))
    else:
        heard.nodes = event.get("nodes")
    if on_progress is not None and kind in {"incumbent", "progress"}:
        gap = relative_gap(heard.objective, heard.bound)
        message = str(event.get("message", ""))
        on_progress(Progress(elapsed, heard.objective, heard.bound, gap, heard.nodes, message))


def _keep(path: Path, heard: _Heard, mip: Mip) -> None:
    """Keep an incumbent if it obeys the model and is better than the one held."""
    try:
        values = np.load(path)
    except (OSError, ValueError):
        return
    cleaned = clean_values(mip, values)
    if cleaned is None:
        return
    objective = mip.value(cleaned)
    if heard.objective is None or objective > heard.objective:
        heard.values, heard.objective = cleaned, objective


def _watch_memory(
    process: subprocess.Popen[bytes], options: SolverOptions, heard: _Heard
) -> None:
    try:
        guest = psutil.Process(process.pid)
        used = guest.memory_info().rss
        used += sum(child.memory_info().rss for child in guest.children(recursive=True))
    except psutil.Error:
        return
    heard.peak_mb = max(heard.peak_mb, used / 2**20)
    if options.memory_limit_mb is not None and heard.peak_mb > options.memory_limit_mb:
        heard.forced = Termination.MEMORY_LIMIT


def _end(process: subprocess.Popen[bytes], *, patient: bool) -> None:
    """Wait for a guest that is done; kill one that is not, with all its children."""
    try:
        process.wait(timeout=5.0 if patient else 0.2)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def clean_values(mip: Mip, values: FloatArray) -> FloatArray | None:
    """`values` with integers rounded and bounds kept, None where they break the model.

    Tolerance: 1e-6 on integrality and bounds, 1e-6 x (1 + size of the row's largest term) on rows.
    """
    if values.shape != mip.objective.shape or not np.all(np.isfinite(values)):
        return None
    rounded = np.where(mip.integrality, np.round(values), values)
    if np.abs(rounded - values).max(initial=0.0) > 10 * TOLERANCE:
        return None
    scale = 1.0 + np.abs(rounded)
    if np.any(rounded < mip.col_lower - TOLERANCE * scale) or np.any(
        rounded > mip.col_upper + TOLERANCE * scale
    ):
        return None
    cleaned = np.clip(rounded, mip.col_lower, mip.col_upper)
    activity = mip.activity(cleaned)
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    size = np.zeros(mip.num_rows)
    np.maximum.at(size, rows, np.abs(mip.a_value * cleaned[mip.a_index]))
    slack = TOLERANCE * (1.0 + size)
    if np.any(activity < mip.row_lower - 10 * slack) or np.any(activity > mip.row_upper + 10 * slack):
        return None
    return cleaned


def _reply(
    mip: Mip,
    options: SolverOptions,
    task: str,
    heard: _Heard,
    log: str,
    exit_code: int,
    begin: float,
    folder: Path,
) -> SolverReply:
    """Turn what was heard into a checked reply."""
    done = heard.done
    extra: dict[str, FloatArray] = {}
    if done is not None:
        for name in ("values", "row_duals", "reduced_costs"):
            if name in done:
                extra[name] = np.load(folder / str(done[name]))
    if "values" in extra:
        relaxed = task == "relaxation"
        final = extra["values"] if relaxed else clean_values(mip, extra["values"])
        if final is None and heard.values is None:
            message = f"{options.solver} answered values that break the model"
            raise SolverFailedError(message, log[-_LOG_TAIL:])
        if final is not None and (heard.objective is None or mip.value(final) >= heard.objective):
            heard.values, heard.objective = final, mip.value(final)
    termination = _termination(heard)
    if termination is Termination.CRASHED and heard.values is None:
        _raise_failure(options, heard, log, exit_code)
    bound = None if heard.bound is None else heard.bound
    if bound is not None and heard.objective is not None:
        if bound < heard.objective - 1e-6 * max(1.0, abs(heard.objective)):
            message = f"{options.solver} reports a bound {bound} below its own plan {heard.objective}"
            raise SolverFailedError(message, log[-_LOG_TAIL:])
        bound = max(bound, heard.objective)
    if termination.is_proof_of_no_plan:
        heard.values, heard.objective, bound = None, None, None
    gap = relative_gap(heard.objective, bound)
    if termination is Termination.OPTIMAL and gap is not None and gap > 1e-9:
        termination = Termination.GAP_REACHED
    return SolverReply(
        termination=termination,
        state=_state(heard, termination),
        values=heard.values,
        objective=heard.objective,
        bound=bound,
        gap=gap,
        runtime_s=time.perf_counter() - begin,
        log=log,
        solver=options.solver,
        solver_version=str(done["version"]) if done is not None else "",
        row_duals=extra.get("row_duals"),
        reduced_costs=extra.get("reduced_costs"),
        peak_memory_mb=round(heard.peak_mb, 1) or None,
    )


def _termination(heard: _Heard) -> Termination:
    if heard.forced is not None:
        return heard.forced
    if heard.done is not None:
        said = Termination(str(heard.done["termination"]))
        stopped = heard.stop_at is not None and said is Termination.TIME_LIMIT
        return Termination.INTERRUPTED if stopped else said
    if heard.stop_at is not None:
        return Termination.INTERRUPTED
    return Termination.CRASHED


def _state(heard: _Heard, termination: Termination) -> SolutionState:
    if heard.values is None:
        return SolutionState.NONE
    proven = termination in {Termination.OPTIMAL, Termination.GAP_REACHED}
    return SolutionState.OPTIMAL if proven else SolutionState.FEASIBLE


def _raise_failure(options: SolverOptions, heard: _Heard, log: str, exit_code: int) -> None:
    if heard.error is not None:
        kind, message = heard.error
        error = getattr(errors, kind, SolverFailedError)
        if error is SolverFailedError:
            raise SolverFailedError(f"{options.solver}: {message}", log[-_LOG_TAIL:])
        raise error(f"{options.solver}: {message}")
    message = f"{options.solver} ended with exit code {exit_code} and no answer"
    raise SolverFailedError(message, log[-_LOG_TAIL:])
