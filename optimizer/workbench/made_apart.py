"""What a process apart reads for the server: large runs with their drawings, and instances."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infraplan.optimizer.stopping import end_with
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.workbench.plan_view import pieces_of
from infraplan.optimizer.workbench.studies import INSTANCE


def _instance(workbook: Path) -> Mapping[str, Any]:
    return {INSTANCE: inspect_instance(workbook).require()}


MAKERS: dict[str, Callable[[Path], Mapping[str, Any]]] = {"run": pieces_of, "instance": _instance}
"""What is made of a file or folder, by kind: pieces, of which each is loaded alone."""


def main() -> None:
    """Make the pieces of one kind and write their bytes; end where the server does that waits."""
    kind, source = sys.argv[1], Path(sys.argv[2])
    end_with(int(sys.argv[3]))
    made = {
        name: pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        for name, value in MAKERS[kind](source).items()
    }
    sys.stdout.buffer.write(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
