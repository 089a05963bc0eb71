"""A model as plain text, of which the hash names the model that a certificate speaks of.

Lines of fields between tabs: a head, a line for each column, a line for each row. Numbers are
decimals: the shortest that lead back to the same double. See docs/certificates.md.
"""

from __future__ import annotations

import math

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.mip import Mip

_BLANKS = regex(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What would end a field or a line."""


def number_text(value: float) -> str:
    """The shortest decimal of a double; `inf` and `-inf` where it is no number."""
    if math.isinf(value):
        return "inf" if value > 0.0 else "-inf"
    text = repr(float(value))
    return text.removesuffix(".0") if text != "-0.0" else "0"


def model_text(mip: Mip, factor: float) -> bytes:
    """The text of `mip`, which is worth `factor` times the instance's money."""
    names = _column_names(mip)
    columns = zip(
        names,
        mip.integrality.tolist(),
        mip.col_lower.tolist(),
        mip.col_upper.tolist(),
        mip.objective.tolist(),
        strict=True,
    )
    lines = [
        "infraplan model\t1",
        f"offset\t{number_text(mip.objective_offset)}",
        f"factor\t{number_text(factor)}",
    ]
    for name, whole, *numbers in columns:
        kind = "integer" if whole else "continuous"
        lines.append("\t".join(["column", name, kind, *map(number_text, numbers)]))
    index, value, starts = mip.a_index.tolist(), mip.a_value.tolist(), mip.a_start.tolist()
    lower, upper = mip.row_lower.tolist(), mip.row_upper.tolist()
    for row, name in enumerate(_row_names(mip)):
        own = range(starts[row], starts[row + 1])
        entries = (f"{index[k]}:{number_text(value[k])}" for k in own)
        limits = number_text(lower[row]), number_text(upper[row])
        lines.append("\t".join(["row", name, *limits, *entries]))
    return ("\n".join(lines) + "\n").encode("utf-8")


def _column_names(mip: Mip) -> list[str]:
    names = [""] * mip.num_columns
    for block in mip.column_blocks:
        flat = len(block.keys) == 1 and len(block.keys[0]) == block.size
        for place in range(block.size):
            key = block.keys[0][place] if flat else place
            names[block.start + place] = _plain(f"{block.name} {key}")
    return names


def _row_names(mip: Mip) -> list[str]:
    names = [""] * mip.num_rows
    for block in mip.row_blocks:
        for place in range(block.size):
            key = block.keys[place] if block.keys else (place,)
            names[block.start + place] = _plain(" ".join(map(str, (block.family, *key))))
    return names


def _plain(name: str) -> str:
    return _BLANKS.sub("_", name).encode("utf-8", "replace").decode("utf-8")
