"""Entry of a guest process: `python -m optimizer.backends.guest FOLDER EVENT_FD`."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path

from optimizer.backends.channel import Channel, Job, watch_host
from optimizer.errors import SolverError, SolverUnavailableError, UnsupportedFeatureError


def main(arguments: list[str]) -> int:
    """Run one job; every fault is sent as an event, never only printed."""
    folder, descriptor = Path(arguments[0]), int(arguments[1])
    watch_host()
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        options = json.loads((folder / "options.json").read_text(encoding="utf-8"))
        job = Job(folder, options)
        channel = Channel(job, stream)
        try:
            guest = importlib.import_module(str(options["guest"]))
            guest.run(job, channel)
        except ImportError as error:
            channel.send("error", kind=SolverUnavailableError.__name__, message=str(error))
        except UnsupportedFeatureError as error:
            channel.send("error", kind=UnsupportedFeatureError.__name__, message=str(error))
        except SolverError as error:
            channel.send("error", kind=type(error).__name__, message=str(error))
        except MemoryError:
            channel.send("done", termination="memory_limit", bound=None, version="")
        except Exception as error:  # the host must hear of every fault
            traceback.print_exc()
            channel.send("error", kind="SolverFailedError", message=f"{error!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
