"""Single edits of run folders, and what each of them breaks by the schema of its file.

The judgement is made from what a column or key is (`fields_of`, the tables below) and never from
what `verify` says: a figure, a name or a date that is another one breaks the run; the order of rows
or columns, digits below the tolerance, the words of a note and the times of the clock do not.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from infraplan.optimizer.storage.fields import Base
from infraplan.optimizer.storage.run_tables import RUN_TABLES
from tests.nightly.instance_edits import instance_edits

Json = Any
SEEN = 1e-5
"""Times (1 or the size of a figure): ten times the tolerance of the laws (docs/laws.md)."""
BYTE_ORDER_MARK = "\ufeff"


class Verdict(StrEnum):
    """What an edit does to the run by the schema of its file."""

    BREAKS = "breaks"
    HOLDS = "holds"
    UNJUDGED = "unjudged"
    """Nothing but a hash can tell: judged with the manifest as it was written alone."""


@dataclass(frozen=True)
class Edit:
    """One changed file.

    `content` is None where the file is taken away; `kind` names the column or key and what was
    done to it.
    """

    file: str
    kind: str
    place: str
    verdict: Verdict
    content: bytes | None


Draw = Callable[[random.Random], Edit | None]
"""Draws an edit of one kind; None where the run has no such place."""


@dataclass(frozen=True)
class Stratum:
    """A column or key of a file of a run, whose edits are drawn."""

    name: str
    draw: Draw


def strata(folder: Path) -> Iterator[Stratum]:
    """Every column and key of the run in `folder`, in the order of its files."""
    for table in RUN_TABLES:
        path = folder / table.file
        if path.exists():
            yield from _of_table(path, {**table.columns(_years(path))})
    for name, rules in (("plan.json", plan_verdict), ("run.json", manifest_verdict)):
        yield from _of_json(folder / name, rules)
    for kind, draw in instance_edits(folder):
        yield Stratum(f"instance.json {kind}", _instance(kind, draw))
    yield Stratum("files", lambda rng: _whole_file(folder, rng))


# ------------------------------------------------------------------------------------------ tables


def _years(path: Path) -> list[int]:
    head = path.read_text("utf-8-sig").split("\n", 1)[0].strip().split(",")
    return [int(name[6:]) for name in head if name.startswith("spend_2")]


def _grid(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def _written(grid: list[list[str]], end: str = "\r\n", *, mark: bool = True) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator=end).writerows(grid)
    return ((BYTE_ORDER_MARK if mark else "") + stream.getvalue()).encode()


def _of_table(path: Path, columns: dict[str, Any]) -> Iterator[Stratum]:
    grid = _grid(path)
    if len(grid) > 1:
        for position, name in enumerate(grid[0]):
            info = columns.get(name)
            base = Base.TEXT if info is None else info.type.base
            draw = _cell(path.name, grid, position, base)
            yield Stratum(f"{path.name} {name}", draw)
        yield Stratum(f"{path.name} rows", lambda rng: _rows(path.name, grid, rng))
    yield Stratum(f"{path.name} form", lambda rng: _form(path.name, grid, rng))


def _cell(file: str, grid: list[list[str]], position: int, base: Base) -> Draw:
    heading = grid[0][position]

    def draw(rng: random.Random) -> Edit | None:
        row = rng.randrange(1, len(grid))
        before = grid[row][position]
        made = _changed_cell(rng, before, [line[position] for line in grid[1:]], base)
        if made is None:
            return None
        kind, after, verdict = made
        changed = [list(line) for line in grid]
        changed[row][position] = after
        place = f"row {row + 1}: {before!r} -> {after!r}"
        return Edit(file, f"{file} {heading}: {kind}", place, verdict, _written(changed))

    return draw


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _changed_cell(
    rng: random.Random, before: str, column: list[str], base: Base
) -> tuple[str, str, Verdict] | None:
    others = sorted({other for other in column if other not in ("", before)})
    if not before:
        after = {Base.NUMBER: "1.5", Base.BOOLEAN: "yes", Base.INTEGER: "2022"}.get(base, "x")
        return "filled", rng.choice([*others, after]) if others else after, Verdict.BREAKS
    if base is Base.NUMBER and _is_number(before):
        return _changed_number(rng, before)
    if _is_number(before) and before.lstrip("-").isdigit():
        return "other whole number", str(int(before) + rng.choice([-1, 1, 7])), Verdict.BREAKS
    if base is Base.BOOLEAN:
        return "turned", "no" if before == "yes" else "yes", Verdict.BREAKS
    kinds = ["blank", "made up", *(["of another row"] if others else [])]
    kind = rng.choice(kinds)
    after = {"blank": "", "made up": f"{before}x"}.get(kind) or (
        rng.choice(others) if kind == "of another row" else ""
    )
    if "=" in before and kind == "made up":  # amounts by name: the last one
        after = f"{before}9" if "." in before.rpartition("=")[2] else f"{before}.5"
    return kind, after, Verdict.BREAKS


def _changed_number(rng: random.Random, before: str) -> tuple[str, str, Verdict]:
    value = float(before)
    kind = rng.choice(["more", "less", "times 1000", "turned", "blank", "a little", "rounding"])
    if kind == "rounding":
        return kind, repr(value * (1.0 + 4e-16)), Verdict.HOLDS
    if kind == "blank":
        return kind, "", Verdict.BREAKS if value else Verdict.UNJUDGED
    after = {
        "more": value + max(0.01 * abs(value), 0.01),
        "less": value - max(0.01 * abs(value), 0.01),
        "times 1000": 1000.0 * value,
        "turned": -value,
        "a little": value * 1.00001 + 0.0001,
    }[kind]
    if after == value:
        after, kind = value + 1.0, "more"
    told = abs(after - value) >= SEEN * max(1.0, abs(value))
    return kind, repr(after), Verdict.BREAKS if told else Verdict.UNJUDGED


def _is_zero_row(line: list[str]) -> bool:
    """Whether a row tells nothing: its numbers, years apart, are all zero or blank."""
    numbers = [float(cell) for cell in line if _is_number(cell)]
    return not any(number for number in numbers if not 1900 <= number <= 2200)


def _rows(file: str, grid: list[list[str]], rng: random.Random) -> Edit | None:
    row, kind = rng.randrange(1, len(grid)), rng.choice(["gone", "twice", "order"])
    changed = [list(line) for line in grid]
    verdict = Verdict.BREAKS
    if kind == "gone":
        del changed[row]
        verdict = Verdict.UNJUDGED if _is_zero_row(grid[row]) else verdict
    elif kind == "twice":
        changed.insert(row, list(grid[row]))
        verdict = Verdict.UNJUDGED if _is_zero_row(grid[row]) else verdict
    else:
        body = changed[1:]
        rng.shuffle(body)
        changed, verdict = [changed[0], *body], Verdict.HOLDS
    if changed == grid:
        return None
    return Edit(file, f"{file}: row {kind}", f"row {row + 1}", verdict, _written(changed))


def _form(file: str, grid: list[list[str]], rng: random.Random) -> Edit | None:
    kind = rng.choice(["line ends", "no mark", "blank line", "columns", "column gone"])
    if kind == "columns":
        order = list(range(len(grid[0])))
        rng.shuffle(order)
        if order == sorted(order):
            return None
        content = _written([[line[at] for at in order] for line in grid])
        return Edit(file, f"{file}: order of columns", "", Verdict.HOLDS, content)
    if kind == "column gone":
        at = rng.randrange(len(grid[0]))
        told = any(line[at] not in ("", "0", "0.0") for line in grid[1:])
        content = _written([[cell for n, cell in enumerate(line) if n != at] for line in grid])
        verdict = Verdict.BREAKS if told else Verdict.UNJUDGED
        return Edit(file, f"{file}: column gone", grid[0][at], verdict, content)
    content = {
        "line ends": _written(grid, "\n"),
        "no mark": _written(grid, mark=False),
        "blank line": _written(grid) + b"\r\n",
    }[kind]
    return Edit(file, f"{file}: {kind}", "", Verdict.HOLDS, content)


# -------------------------------------------------------------------------------------------- JSON


def _leaves(data: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Path of every value that holds no others, empty lists and objects among them."""
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list) and data:
        for number, value in enumerate(data):
            yield from _leaves(value, (*path, number))
    else:
        yield path


def pattern(path: tuple[str | int, ...]) -> str:
    """Name of a kind of place: list positions left out."""
    return ".".join("*" if isinstance(part, int) else part for part in path)


def at(data: Json, path: tuple[str | int, ...]) -> Json:
    """The value at `path`."""
    for part in path:
        data = data[part]
    return data


def _of_json(
    path: Path, rules: Callable[[tuple[str | int, ...], Json, str], Verdict]
) -> Iterator[Stratum]:
    data = json.loads(path.read_text("utf-8"))
    places: dict[str, list[tuple[str | int, ...]]] = {}
    for leaf in _leaves(data):
        places.setdefault(_kind_of(leaf), []).append(leaf)
    for name, found in places.items():
        yield Stratum(f"{path.name} {name}", _value(path, data, found, rules))
    yield Stratum(f"{path.name} form", lambda rng: _json_form(path, data, rng))


def _kind_of(leaf: tuple[str | int, ...]) -> str:
    """Pattern of a leaf; keys that are names of files, projects, laws or stages count as one."""
    if len(leaf) > 1 and leaf[0] in ("files", "stages", "totals", "versions"):
        return ".".join([str(leaf[0]), "NAME", *map(str, leaf[2:])])
    return pattern(leaf)


def _value(
    path: Path,
    data: Json,
    places: list[tuple[str | int, ...]],
    rules: Callable[[tuple[str | int, ...], Json, str], Verdict],
) -> Draw:
    def draw(rng: random.Random) -> Edit | None:
        place = rng.choice(places)
        changed = json.loads(json.dumps(data))
        before = at(data, place)
        kind, after = _other_value(rng, before)
        if kind == "gone":
            holder = at(changed, place[:-1])
            del holder[place[-1]]
        else:
            at(changed, place[:-1])[place[-1]] = after
        verdict = rules(place, before, kind)
        if kind == "rounding" and verdict is Verdict.BREAKS:
            verdict = Verdict.HOLDS
        told = f"{'.'.join(map(str, place))}: {before!r} -> {after!r}"
        text = json.dumps(changed, ensure_ascii=False, indent=1)
        name = f"{path.name} {_kind_of(place)}: {kind}"
        return Edit(path.name, name, told, verdict, f"{text}\n".encode())

    return draw


def _other_value(rng: random.Random, before: Json) -> tuple[str, Json]:
    if isinstance(before, bool):
        return rng.choice([("turned", not before), ("gone", None)])
    if isinstance(before, int):
        return rng.choice([("other whole number", before + rng.choice([-1, 1, 9])), ("gone", None)])
    if isinstance(before, float):
        step = max(0.01 * abs(before), 0.01)
        return rng.choice(
            [
                ("more", before + step),
                ("less", before - step),
                ("a little", before * 1.00001 + 0.0001),
                ("rounding", before * (1.0 + 4e-16)),
                ("null", None),
                ("gone", None),
            ]
        )
    if isinstance(before, str):
        return rng.choice([("made up", f"{before}x"), ("blank", "") if before else ("x", "x")])
    if before is None:
        return "filled", rng.choice([1.5, "x", True])
    return "filled", [1] if isinstance(before, list) else {"x": 1}


def _json_form(path: Path, data: Json, rng: random.Random) -> Edit:
    kind = rng.choice(["indent", "order of keys"])
    text = json.dumps(data, ensure_ascii=False, indent=4 if kind == "indent" else 1)
    if kind == "order of keys":
        text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
        text = json.dumps(dict(reversed(json.loads(text).items())), ensure_ascii=False)
    return Edit(path.name, f"{path.name}: {kind}", "", Verdict.HOLDS, text.encode())


def plan_verdict(place: tuple[str | int, ...], before: Json, kind: str) -> Verdict:
    """Everything in plan.json is a figure, a name or a date; a blank one may be left out."""
    if kind in ("gone", "null") and before in (0, 0.0, None, "", [], False):
        return Verdict.UNJUDGED
    return Verdict.BREAKS


TIMES = ("created", "run_dir", "build_s", "runtime_s", "peak_memory_mb", "first_plan_s", "stages")
"""Keys of run.json that the clock and the machine decide: no file tells them again."""
HASHED_ALONE = (
    "versions",
    "options",
    "parent",
    "num_columns",
    "num_rows",
    "engine",
    "clock",
    "notes",
    "changes",
    "conflicts",
    "benchmark",
)
"""Keys on how the run was made: a rerun alone could tell them again, so hashes cover them."""
TOLD_OF_CHANGES = ("changes.price.price", "changes.price.low")
"""What changes cost, which follows from plan and bound."""
ASKED_OR_SEARCHED = (
    "alternative.by",
    "alternative.floor",
    "alternative.references",
    "alternative.distance",
    "certificate.asked_gap",
    "certificate.check_s",
    "certificate.relaxations",
    "certificate.seconds",
    "kept.bound",
    "kept.frozen_until",
    "kept.least_value",
    "kept.most",
    "kept.move_cost",
    "kept.starts",
    "money.rows.*.worth",
    "money_check.depends",
    "money_check.is_limited",
    "money_check.scaled_caps",
    "moved_money.moved_bound",
    "moved_money.value_bound",
    "states.*.at",
    "states.*.because",
    "states.*.by",
)
"""What somebody asked for or declared, and bounds and estimates that only another search could tell
again. A later declaration seals what was declared before it."""


def manifest_verdict(place: tuple[str | int, ...], before: Json, kind: str) -> Verdict:
    """What an edit of run.json breaks, its own hash made anew."""
    key = str(place[0])
    if key == "run_hash":
        return Verdict.UNJUDGED  # made anew: it is as it was
    if key in TIMES and (kind in ("a little", "rounding", "more") or key in ("run_dir",)):
        return Verdict.HOLDS if kind not in ("gone", "blank") else Verdict.UNJUDGED
    if key == "notes" and place[-1] in ("text_en", "text_zh") and kind == "made up":
        return Verdict.HOLDS
    if pattern(place) in TOLD_OF_CHANGES and kind not in ("gone", "null", "rounding"):
        return Verdict.BREAKS
    if kind == "filled" and key == "certified_bound":
        return Verdict.UNJUDGED  # beside a value near 0 no gap tells that there was none
    if key in (*TIMES, *HASHED_ALONE) or pattern(place).startswith(ASKED_OR_SEARCHED):
        return Verdict.UNJUDGED
    if kind == "null" and key in ("gap", "certified_gap"):
        return Verdict.UNJUDGED  # beside a value near 0 there is none
    if kind in ("gone", "null") and before in (None, [], {}):
        return Verdict.UNJUDGED
    return Verdict.BREAKS


# ------------------------------------------------------------------------------- instance, files


def _instance(kind: str, draw: Callable[[random.Random], tuple[str, bool, bytes] | None]) -> Draw:
    def drawn(rng: random.Random) -> Edit | None:
        made = draw(rng)
        if made is None:
            return None
        place, breaks, content = made
        verdict = Verdict.BREAKS if breaks else Verdict.HOLDS
        return Edit("instance.json", f"instance.json {kind}", place, verdict, content)

    return drawn


def _whole_file(folder: Path, rng: random.Random) -> Edit | None:
    names = sorted(path.name for path in folder.iterdir() if path.name != "run.json")
    name = rng.choice(names)
    path = folder / name
    if name == "report.html":
        kind = rng.choice(["gone", "changed"])
        content = None if kind == "gone" else path.read_bytes() + b"<!-- x -->\n"
        return Edit(name, f"{name}: {kind}", "", Verdict.HOLDS, content)
    if name.endswith(".gz"):
        text = gzip.decompress(path.read_bytes()).decode()
        digits = [number for number, sign in enumerate(text) if sign in "12345678"]
        where = rng.choice(digits)
        text = f"{text[:where]}{int(text[where]) + 1}{text[where + 1 :]}"
        verdict = Verdict.BREAKS if name == "model.txt.gz" else Verdict.UNJUDGED
        content = gzip.compress(text.encode(), mtime=0)
        return Edit(name, f"{name}: a digit", f"at {where}", verdict, content)
    empty = name.endswith(".csv") and len(_grid(path)) == 1
    verdict = Verdict.UNJUDGED if empty else Verdict.BREAKS
    return Edit(name, f"{name}: gone", "", verdict, None)
