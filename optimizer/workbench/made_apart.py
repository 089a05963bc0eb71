"""What a process apart reads for the server: large runs with their drawings, and instances."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infraplan.optimizer.stopping import end_with
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.workbench.plan_view import bare_view
from infraplan.optimizer.workbench.reading import files_of


def _run(folder: Path) -> Any:
    """Files of a run, and what is drawn of it."""
    return files_of(folder), bare_view(folder)


def _instance(workbook: Path) -> Any:
    return inspect_instance(workbook).require()


MAKERS: dict[str, Callable[[Path], Any]] = {"run": _run, "instance": _instance}
"""What is made of a file or folder, by kind."""


def main() -> None:
    """Make one value and write its bytes; end where the server does that waits for them."""
    kind, source = sys.argv[1], Path(sys.argv[2])
    end_with(int(sys.argv[3]))
    sys.stdout.buffer.write(pickle.dumps(MAKERS[kind](source), pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
