"""Every table of a run as a Parquet file: columns by their keys, texts in both languages."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.report.frames import TEXT, make_run
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.storage.folder import replace_file

LIBRARY = "pyarrow"


def write_parquet_export(
    folder: Path,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
) -> Path:
    """Write `TABLE.parquet` for every table of a run into `folder`.

    A column of words is text, any other a number of double precision, null where there is none:
    a table has the same types whether it has rows or not.

    Raises
    ------
    SolverUnavailableError
        pyarrow (extra `parquet`) is not installed.
    """
    if find_spec(LIBRARY) is None:
        asked = {"format": "parquet", "package": LIBRARY, "extra": "parquet"}
        raise SolverUnavailableError(phrase("export-needs-an-extra", **asked))
    run = make_run(instance, plan, manifest, rejections)
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in TABLES.items():
        table = build(run)
        kinds = {
            column.frame_key(lang): "str" if column.kind == TEXT else "float64"
            for column in table.columns
            for lang in ("en", "zh")
        }
        frame = table.frame[list(kinds)]
        words = [key for key, kind in kinds.items() if kind == "str"]
        frame = frame.assign(**{key: frame[key].fillna("") for key in words}).astype(kinds)
        content = io.BytesIO()
        frame.to_parquet(content, engine="pyarrow", index=False)
        replace_file(folder / f"{name}.parquet", content.getvalue())
    return folder
