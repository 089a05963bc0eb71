"""Certificates and models with one field changed, drawn at random; the same for the same seed."""

from __future__ import annotations

import copy
import random
from fractions import Fraction
from typing import Any

Content = dict[str, Any]
KINDS = (
    "claim",
    "sign",
    "scale",
    "row",
    "no_multiplier",
    "no_leaf",
    "more_leaf",
    "one_side",
    "branch_value",
    "branch_column",
    "kind",
    "step",
    "no_step",
    "hash",
    "model_number",
    "model_kind",
    "model_row",
    "model_and_hash",
)


def tampered(kind: str, text: str, content: Content, rng: random.Random) -> tuple[str, Content]:
    """Model and certificate with a change of `kind`; both as they were where it has no place."""
    content = copy.deepcopy(content)
    if kind.startswith("model"):
        return _other_model(kind, text, rng), content
    tree, steps = content["tree"], content["bounds"]
    leaves = [n for n, node in enumerate(tree) if node[0] != "branch"]
    branches = [n for n, node in enumerate(tree) if node[0] == "branch"]
    filled = [n for n in leaves if tree[n][1]]
    if kind == "claim":
        loss = Fraction(rng.choice(["0.00001", "0.5", "100"]))
        content["bound"] = f"{float(Fraction(content['bound']) - loss):.9f}"
    elif kind == "hash":
        content["model"] = f"{rng.getrandbits(256):064x}"
    elif kind in ("sign", "scale", "row", "no_multiplier") and filled:
        _other_multiplier(kind, tree[rng.choice(filled)][1], text.count("\nrow"), rng)
    elif kind == "no_leaf":
        del tree[rng.choice(leaves)]
    elif kind == "more_leaf":
        tree.insert(rng.choice(leaves), ["leaf", {}])
    elif kind == "kind":
        place = rng.choice(leaves)
        tree[place][0] = "none" if tree[place][0] == "leaf" else "leaf"
    elif kind == "one_side" and branches:
        place = rng.choice([n for n in branches if tree[n + 1][0] != "branch"])
        del tree[place : place + 2]
    elif kind == "branch_value" and branches:
        tree[rng.choice(branches)][2] += rng.choice([-1, 1])
    elif kind == "branch_column" and branches:
        tree[rng.choice(branches)][1] = rng.randrange(text.count("\ncolumn"))
    elif kind == "step" and steps:
        step = rng.choice(steps)
        step[3] = f"{float(Fraction(step[3]) / 2 - (1 if step[1] == 'upper' else -1)):.6f}"
    elif kind == "no_step" and steps:
        del steps[rng.randrange(len(steps))]
    return text, content


def _other_multiplier(kind: str, change: dict[str, str], rows: int, rng: random.Random) -> None:
    row = rng.choice(sorted(change))
    value = change.pop(row)
    if kind == "sign":
        change[row] = value[1:] if value[0] == "-" else f"-{value}"
    elif kind == "scale":
        change[row] = f"{float(value) * rng.choice([0.5, 2.0, 10.0]):.9f}"
    elif kind == "row":
        change[str(rng.randrange(rows))] = value


def _other_model(kind: str, text: str, rng: random.Random) -> str:
    lines = text.splitlines()
    columns = [n for n, line in enumerate(lines) if line.startswith("column")]
    rows = [n for n, line in enumerate(lines) if line.startswith("row")]
    if kind == "model_kind":
        place = rng.choice(columns)
        words = {"\tinteger\t": "\tcontinuous\t", "\tcontinuous\t": "\tinteger\t"}
        old = next(word for word in words if word in lines[place])
        lines[place] = lines[place].replace(old, words[old])
    elif kind == "model_row":
        del lines[rng.choice(rows)]
    else:
        place = rng.choice(columns + rows)
        fields = lines[place].split("\t")
        at = rng.randrange(3 if fields[0] == "column" else 2, len(fields))
        head, colon, number = fields[at].rpartition(":")
        number = "0" if number.endswith("inf") else f"{float(number) * 2 + 1:.6f}"
        fields[at] = f"{head}{colon}{number}"
        lines[place] = "\t".join(fields)
    return "\n".join(lines) + "\n"
