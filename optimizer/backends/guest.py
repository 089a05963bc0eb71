"""Entry of a guest process: `python -m infraplan.optimizer.backends.guest MODULE FOLDER`.

Standard input carries the host's commands and standard output the events. Both are moved to
descriptors of their own before a solver is loaded, so that its chatter goes into the log.
"""

from __future__ import annotations

import importlib
import os
import queue
import sys
import threading
import time
import traceback
from pathlib import Path

from infraplan.optimizer.backends.channel import Channel, Job, obey
from infraplan.optimizer.errors import SolverError


def _take_lines() -> tuple[int, int]:
    """Descriptors of the commands and of the events; standard output becomes standard error."""
    commands, events = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, events


def main(arguments: list[str]) -> int:
    """Run one job; every fault is sent as an event, never only printed."""
    module, folder = arguments[0], Path(arguments[1])
    commands, events = _take_lines()
    stop = threading.Event()
    jobs: queue.SimpleQueue[dict[str, object]] = queue.SimpleQueue()
    threading.Thread(target=obey, args=(commands, jobs, stop, folder), daemon=True).start()
    channel = Channel(folder, events, stop, jobs)
    try:
        guest = importlib.import_module(module)  # while the host still writes the model
        options = jobs.get()
        try:
            guest.run(Job(folder, options, time.perf_counter()), channel)
        finally:
            channel.close()
        channel.send("end", peak_mb=_peak_memory_mb())
    except ImportError as error:
        channel.send("error", kind="SolverUnavailableError", message=str(error))
    except SolverError as error:
        channel.send(
            "error", kind=type(error).__name__, message=str(error), chinese=error.message.zh
        )
    except MemoryError:
        channel.send("done", termination="memory_limit", bound=None, version="")
    except Exception as error:  # the host must hear of every fault
        traceback.print_exc()
        channel.send("error", kind="SolverFailedError", message=f"{error!r}")
    return 0


def _peak_memory_mb() -> float | None:
    """Largest resident memory of this process, None where the system does not tell.

    Not from `getrusage`, which on Linux starts from the size of the process that forked.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024.0
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
