"""Faults at random moments: killed processes, full disks, folders that take nothing, other clocks.

Every trial begins `infraplan` as a process of its own on a small instance and disturbs it once.
Afterwards no half run may lie anywhere, no process of it may live on, and the same command must
lead to a verified run in the same place: nothing is locked, nothing stands in its way.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from infraplan.optimizer.storage import read_run, write_instance
from tests.cli.conftest import small
from tests.nightly.run_folders import call

CLEAN = (0, 1, 2, 3, 4, 5, 6, 7, 130, 143)
"""Exit codes of docs/commands.md: a fault that is told, and no traceback."""
LIMIT = ("--gap", "0", "--deterministic")
"""No limit of time: on a busy machine that decides what is explained."""
MOST_S = 240.0
GONE_S = 30.0
"""Seconds in which guests notice that whoever began them is gone."""
ZONES = ("Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati", "UTC", "Etc/GMT+12")
LOCALES = ("C", "C.UTF-8", "POSIX", "zh_CN.GB18030", "tr_TR.UTF-8", "de_DE.UTF-8")


@dataclass(frozen=True)
class Ground:
    """The instance that every trial reads, its tables as an undisturbed run writes them."""

    instance: Path
    tables: Mapping[str, bytes]
    frontier: bytes


def _environment(**more: str) -> dict[str, str]:
    return os.environ | {"INFRAPLAN_DETERMINISTIC": "1"} | more


def _begin(
    *arguments: object, limit: int | None = None, **environment: str
) -> subprocess.Popen[bytes]:
    def confine() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing fails, as on a full disk
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "infraplan", *map(str, arguments)],
        env=_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=confine,
    )


def prepare(folder: Path) -> Ground:
    """Write the instance and solve it once, undisturbed."""
    write_instance(small(), folder / "instance")
    run = folder / "reference"
    call("solve", folder / "instance", "-o", run, *LIMIT)
    study = folder / "study"
    line = ("frontier", folder / "instance", "--points", "2", "--gap", "0", "-o", study)
    _begin(*line).communicate()
    return Ground(folder / "instance", _tables(run), (study / "frontier.csv").read_bytes())


def _tables(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(run.glob("*.csv"))}


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _orphans(processes: list[psutil.Process]) -> str | None:
    end = time.monotonic() + GONE_S
    while any(map(_lives, processes)):
        if time.monotonic() > end:
            return f"{sum(map(_lives, processes))} processes live on"
        time.sleep(0.05)
    return None


def half_run(work: Path) -> str | None:
    """What of a run lies in `work` and is none: every folder but the one asked for, too."""
    for path in sorted(work.iterdir()):
        if path.is_dir() and any(path.iterdir()):
            if not (path / "run.json").exists():
                return f"{path.name} is half a run: {sorted(p.name for p in path.iterdir())[:5]}"
            read_run(path)
    return None


def _solved_after(ground: Ground, run: Path) -> str | None:
    """What is wrong with the run that the same command makes where the fault was."""
    code = call("solve", ground.instance, "-o", run, *LIMIT)
    if code != 0:
        return f"solved again: exit {code}"
    if call("verify", run) != 0:
        return "solved again: not verified"
    return None if _tables(run) == ground.tables else "solved again: other tables"


def _told_cleanly(process: subprocess.Popen[bytes]) -> str | None:
    try:
        _, err = process.communicate(timeout=MOST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"hangs for more than {MOST_S:g} s"
    if b"Traceback" in err:
        return f"a traceback: {err.decode(errors='replace')[-300:]}"
    code = process.returncode
    return None if code in CLEAN else f"exit {code}: {err.decode(errors='replace')[-200:]}"


def parent_killed(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """The command itself, at any moment."""
    run = work / "run"
    process = _begin("solve", ground.instance, "-o", run, *LIMIT)
    seen: list[psutil.Process] = []
    end = time.monotonic() + rng.uniform(0.0, 6.0)
    while time.monotonic() < end and process.poll() is None:
        seen = _children(process.pid) or seen
        time.sleep(0.02)
    seen = _children(process.pid) or seen
    process.kill()
    process.communicate()
    return _orphans(seen) or half_run(work) or _solved_after(ground, run)


def guest_killed(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """A process in which a solver lives."""
    run = work / "run"
    process = _begin("solve", ground.instance, "-o", run, *LIMIT)
    killed, wait = False, rng.uniform(0.0, 0.4)
    end = time.monotonic() + MOST_S
    while process.poll() is None and not killed and time.monotonic() < end:
        for child in _children(process.pid):
            time.sleep(wait)
            if _lives(child):
                child.kill()
                killed = True
        time.sleep(0.01)
    fault = _told_cleanly(process)
    if fault is None and process.returncode == 0 and call("verify", run) != 0:
        fault = "the run is not verified"
    return fault or half_run(work) or _solved_after(ground, run)


def disk_full(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """No file may grow beyond a random size."""
    run = work / "run"
    limit = int(10.0 ** rng.uniform(1.0, 6.0))
    process = _begin("solve", ground.instance, "-o", run, *LIMIT, limit=limit, TMPDIR=str(work))
    return _told_cleanly(process) or half_run(work) or _solved_after(ground, run)


def nowhere_to_write(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """A folder that takes no files, whoever asks."""
    place = rng.choice(("/proc/infraplan", "/sys/infraplan", "/dev/null/run"))
    process = _begin("solve", ground.instance, "-o", place, *LIMIT, "--json")
    fault = _told_cleanly(process)
    return fault or ("exit 0" if process.returncode == 0 else None)


def elsewhere(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """Another time zone, locale and order of hashes: the same bytes."""
    run = work / "run"
    process = _begin(
        *("solve", ground.instance, "-o", run, *LIMIT),
        TZ=rng.choice(ZONES),
        LC_ALL=rng.choice(LOCALES),
        PYTHONHASHSEED=str(rng.randrange(1000)),
    )
    if (fault := _told_cleanly(process)) is not None:
        return fault
    return None if _tables(run) == ground.tables else "other tables"


def solver_missing(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """A solver that is not there, or one that breaks while it is loaded."""
    broken = work.parent / "broken" / "highspy"
    broken.mkdir(parents=True, exist_ok=True)
    raised = rng.choice(("ImportError('none')", "OSError('not for this machine')", "SystemExit(9)"))
    (broken / "__init__.py").write_text(f"raise {raised}\n")
    paths = os.pathsep.join((str(broken.parent), os.environ.get("PYTHONPATH", "")))
    run = work / "run"
    process = _begin("solve", ground.instance, "-o", run, *LIMIT, PYTHONPATH=paths)
    return _told_cleanly(process) or half_run(work) or _solved_after(ground, run)


def list_killed(ground: Ground, work: Path, rng: random.Random) -> str | None:
    """A list of solves in several processes, killed and resumed: nothing is lost or left."""
    out = work / "study"
    line = ("frontier", ground.instance, "--points", "2", "--gap", "0", "-o", out, "--workers", "2")
    process = _begin(*line)
    seen: dict[int, psutil.Process] = {}
    end = time.monotonic() + rng.uniform(0.5, 15.0)
    while time.monotonic() < end and process.poll() is None:
        seen |= {child.pid: child for child in _children(process.pid)}
        time.sleep(0.05)
    workers = [child for child in seen.values() if _lives(child)]
    if workers and rng.random() < 0.5:
        rng.choice(workers).kill()
        if (fault := _told_cleanly(process)) is not None:
            return fault
    else:
        process.kill()
        process.communicate()
    if (fault := _orphans(list(seen.values()))) is not None:
        return fault
    again = _begin(*line, *(["--resume"] if out.exists() else []))
    if (fault := _told_cleanly(again)) is not None or again.returncode != 0:
        return fault or f"resumed: exit {again.returncode}"
    is_same = (out / "frontier.csv").read_bytes() == ground.frontier
    return None if is_same else "resumed: another frontier.csv"


FAULTS: Mapping[str, Callable[[Ground, Path, random.Random], str | None]] = {
    "parent killed": parent_killed,
    "guest killed": guest_killed,
    "disk full": disk_full,
    "nowhere to write": nowhere_to_write,
    "elsewhere": elsewhere,
    "solver missing": solver_missing,
    "list killed": list_killed,
}


def try_faults(seed: int, until: float, work: Path, most: int = 100_000) -> tuple[int, list[str]]:
    """Trials made until the clock says so, the kinds in turn, and what came out otherwise."""
    rng = random.Random(f"faults/{seed}")
    ground = prepare(work)
    told: list[str] = []
    for number in range(most):
        if time.monotonic() >= until:
            return number, told
        kind = list(FAULTS)[number % len(FAULTS)]
        place = work / f"trial-{number}" / "work"
        place.mkdir(parents=True)
        if (fault := FAULTS[kind](ground, place, rng)) is not None:
            told.append(f"trial {number}: {kind}: {fault}")
    return most, told
