"""The set of broken instances: each is the worked example with one thing spoilt.

A case says which finding must be among the findings: rule, file, row and column. Row and column
are None only where the fault has none (a file that is missing, say).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from infraplan.models.errors import (
    InconsistentInstanceError,
    InstanceError,
    InstanceFormatError,
    UnknownReferenceError,
)
from infraplan.optimizer.storage.folder import folder_files
from infraplan.optimizer.storage.template import example_instance

Files = dict[str, bytes]
FORMAT, UNKNOWN, INCONSISTENT = (
    InstanceFormatError,
    UnknownReferenceError,
    InconsistentInstanceError,
)


@dataclass(frozen=True)
class Broken:
    """One broken instance and the finding it must lead to."""

    name: str
    spoil: Callable[[Files], None]
    rule: str
    file: str
    row: int | None
    column: str | None
    error: type[InstanceError] = FORMAT


def example_files() -> Files:
    """Files of the worked example; projects.csv rows: expressway is row 2, ..., ring_road row 7."""
    return folder_files(example_instance()) | {"instance.yaml": SETTINGS.encode()}


def _rows(files: Files, file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files[file].decode("utf-8-sig"), newline="")))


def _store(files: Files, file: str, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    files[file] = stream.getvalue().encode()


def cell(file: str, row: int, column: str, text: str) -> Callable[[Files], None]:
    """Put `text` into a cell; `row` counts as a spreadsheet does."""

    def spoil(files: Files) -> None:
        rows = _rows(files, file)
        rows[row - 1][rows[0].index(column)] = text
        _store(files, file, rows)

    return spoil


def heading(file: str, old: str, new: str) -> Callable[[Files], None]:
    """Rename a heading."""

    def spoil(files: Files) -> None:
        rows = _rows(files, file)
        rows[0][rows[0].index(old)] = new
        _store(files, file, rows)

    return spoil


def table(file: str, text: str) -> Callable[[Files], None]:
    """Put a file of this text."""
    return content(file, text.encode())


def content(file: str, data: bytes) -> Callable[[Files], None]:
    """Put a file of these bytes."""

    def spoil(files: Files) -> None:
        files[file] = data

    return spoil


def without(file: str) -> Callable[[Files], None]:
    """Delete a file."""

    def spoil(files: Files) -> None:
        del files[file]

    return spoil


def settings(old: str, new: str) -> Callable[[Files], None]:
    """Change text in instance.yaml."""

    def spoil(files: Files) -> None:
        text = files["instance.yaml"].decode()
        assert old in text
        files["instance.yaml"] = text.replace(old, new, 1).encode()

    return spoil


def bytes_in(file: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    """Change bytes in a file."""

    def spoil(files: Files) -> None:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)

    return spoil


def _relations(lines: str) -> Callable[[Files], None]:
    return table("relations.csv", f"from,to,type,lag,count,value\n{lines}\n")


P = "projects.csv"
Y = "instance.yaml"
R = "relations.csv"

# The settings of every case; line 1 is `id`, line 5 `horizon`, line 18 `ratio`.
SETTINGS = """\
id: example
money_factor: 1e8
price_year: 2025
inflation: 0.02
horizon:
  phases:
    - id: p15
      first_year: 2026
      last_year: 2030
    - id: p16
      first_year: 2031
      last_year: 2035
finance:
  rules:
    - id: interest_share
      terms: [{quantity: interest}]
      base: [{item: general_revenue}]
      ratio: 0.1
appraisal:
  discount_rate: 6%
"""

CASES: tuple[Broken, ...] = (
    # files
    Broken("no settings", without(Y), "missing-file", Y, None, None),
    Broken("no projects", without(P), "missing-file", P, None, None),
    Broken("empty projects", content(P, b""), "empty-file", P, 1, None),
    Broken("empty settings", content(Y, b""), "empty-file", Y, 1, None),
    Broken("blank projects", content(P, b"\n\n"), "empty-file", P, 1, None),
    Broken(
        "neither UTF-8 nor GBK",
        bytes_in(P, "中型水库".encode(), b"\xff\xfe\xff\xff"),
        "bad-encoding",
        P,
        3,
        None,
    ),
    Broken(
        "one damaged byte in UTF-8",
        bytes_in(P, "县人民医院".encode(), "县人民医院".encode()[:-1]),
        "bad-encoding",
        P,
        5,
        None,
    ),
    # CSV form
    Broken(
        "quote never closed",
        bytes_in(P, b"reservoir,R", b'reservoir,"R'),
        "unbalanced-quote",
        P,
        3,
        "name_en",
    ),
    Broken(
        "text after a quote",
        bytes_in(P, b",Reservoir,", b',"Reser"voir,'),
        "unbalanced-quote",
        P,
        3,
        "name_en",
    ),
    Broken("NUL byte", bytes_in(P, b"Reservoir", b"Reser\x00oir"), "nul-byte", P, 3, "name_en"),
    Broken("control character", cell(P, 3, "note", "a\x07b"), "control-character", P, 3, "note"),
    Broken("cell of 10 MB", cell(P, 3, "note", "x" * 10_000_000), "cell-too-long", P, 3, "note"),
    Broken(
        "more cells than headings",
        table(R, "from,to,type\nreservoir,waterworks,requires,,stray\n"),
        "ragged-row",
        R,
        2,
        "no. 4",
    ),
    Broken("heading twice", heading(P, "note", "sector"), "duplicate-heading", P, 1, "sector"),
    Broken(
        "unknown heading", heading(P, "lead_time", "leadtime"), "unknown-column", P, 1, "leadtime"
    ),
    Broken("missing heading", heading(P, "sector", "#sector"), "missing-column", P, 1, "sector"),
    # cells
    Broken(
        "no number", cell(P, 3, "overnight_cost", "over 6"), "bad-number", P, 3, "overnight_cost"
    ),
    Broken(
        "decimal comma", cell(P, 3, "overnight_cost", "6,5"), "bad-number", P, 3, "overnight_cost"
    ),
    Broken("NaN", cell(P, 3, "overnight_cost", "NaN"), "not-finite", P, 3, "overnight_cost"),
    Broken("infinite", cell(P, 3, "overnight_cost", "-inf"), "not-finite", P, 3, "overnight_cost"),
    Broken("overflow", cell(P, 3, "overnight_cost", "1e999"), "not-finite", P, 3, "overnight_cost"),
    Broken(
        "negative cost", cell(P, 3, "overnight_cost", "-6"), "out-of-range", P, 3, "overnight_cost"
    ),
    Broken("money in %", cell(P, 3, "overnight_cost", "12%"), "bad-number", P, 3, "overnight_cost"),
    Broken("half a year", cell(P, 3, "lead_time", "2.5"), "bad-number", P, 3, "lead_time"),
    Broken("months", cell(P, 3, "lead_time", "18个月"), "bad-number", P, 3, "lead_time"),
    Broken("negative lifetime", cell(P, 3, "lifetime", "-1"), "out-of-range", P, 3, "lifetime"),
    Broken(
        "date", cell(P, 3, "earliest_start", "2027-06-01"), "date-as-text", P, 3, "earliest_start"
    ),
    Broken("date in Chinese", cell(P, 3, "open_by", "2030年6月"), "date-as-text", P, 3, "open_by"),
    Broken("no year", cell(P, 3, "earliest_start", "soon"), "bad-year", P, 3, "earliest_start"),
    Broken(
        "year out of range",
        cell(P, 3, "earliest_start", "20027"),
        "bad-year",
        P,
        3,
        "earliest_start",
    ),
    Broken(
        "year 1066", cell(P, 3, "earliest_start", "1066"), "out-of-range", P, 3, "earliest_start"
    ),
    Broken(
        "span for a year",
        cell("inflows.csv", 2, "year", "十五五"),
        "bad-year",
        "inflows.csv",
        2,
        "year",
    ),
    Broken("unknown stage", cell(P, 3, "stage", "dreaming"), "bad-word", P, 3, "stage"),
    Broken("unknown mandate", cell(P, 3, "mandatory", "perhaps"), "bad-word", P, 3, "mandatory"),
    Broken(
        "neither yes nor no",
        cell("funds.csv", 2, "carry_over", "maybe"),
        "bad-word",
        "funds.csv",
        2,
        "carry_over",
    ),
    Broken("other currency", cell(P, 3, "overnight_cost", "€6"), "bad-number", P, 3, None),
    Broken("dash", cell(P, 3, "overnight_cost_low", "-"), "zero-or-nothing", P, 3, None),
    Broken("blank id", cell(P, 3, "id", ""), "missing-cell", P, 3, "id"),
    Broken("blank sector", cell(P, 3, "sector", " "), "missing-cell", P, 3, "sector"),
    Broken("id with a blank", cell(P, 3, "id", "big dam"), "bad-id", P, 3, "id"),
    Broken("mapping without =", cell(P, 3, "outputs", "12 km"), "bad-mapping", P, 3, "outputs"),
    Broken("name twice", cell(P, 3, "outputs", "a=1;a=2"), "duplicate-key", P, 3, "outputs"),
    Broken("value no number", cell(P, 3, "outputs", "a=much"), "bad-number", P, 3, "outputs"),
    Broken(
        "list by commas",
        cell("funds.csv", 2, "sectors", "water,energy"),
        "bad-list",
        "funds.csv",
        2,
        "sectors",
    ),
    Broken("empty list entry", cell(P, 3, "ramp_up", "0.5;;1"), "bad-list", P, 3, "ramp_up"),
    # figures of a row
    Broken(
        "profile not 1",
        cell(P, 3, "spending_profile", "0.5;0.6"),
        "figures-disagree",
        P,
        3,
        "spending_profile",
    ),
    Broken(
        "preset unknown",
        cell("instruments.csv", 2, "preset", "cn-central-budget-west"),
        "figures-disagree",
        "instruments.csv",
        2,
        "preset",
    ),
    Broken(
        "issued after its preset ends",
        cell("instruments.csv", 2, "preset", "cn-hidden-debt-swap"),
        "figures-disagree",
        "instruments.csv",
        2,
        "preset",
    ),
    Broken(
        "preset of another table",
        cell("funds.csv", 2, "preset", "cn-hidden-debt-swap"),
        "figures-disagree",
        "funds.csv",
        2,
        "preset",
    ),
    Broken(
        "label of no figure",
        cell("debt.csv", 2, "qualities", "celing=stated"),
        "figures-disagree",
        "debt.csv",
        2,
        "qualities",
    ),
    Broken(
        "low above cost",
        cell(P, 3, "overnight_cost_low", "99"),
        "figures-disagree",
        P,
        3,
        "overnight_cost",
    ),
    Broken(
        "low benefit above the middle",
        cell(P, 3, "benefits_low", "time=99"),
        "figures-disagree",
        P,
        3,
        "benefits_low",
    ),
    Broken(
        "share above 1",
        cell("instruments.csv", 2, "max_share", "60"),
        "out-of-range",
        "instruments.csv",
        2,
        "max_share",
    ),
    # options
    Broken(
        "negative option",
        cell("options.csv", 2, "overnight_cost", "-1"),
        "out-of-range",
        "options.csv",
        2,
        "overnight_cost",
    ),
    Broken(
        "option of nothing",
        cell("options.csv", 2, "project", "motorway"),
        "unknown-id",
        "options.csv",
        2,
        "project",
        UNKNOWN,
    ),
    Broken(
        "option called as the base",
        cell("options.csv", 2, "option", "base"),
        "duplicate-id",
        "options.csv",
        2,
        "option",
        INCONSISTENT,
    ),
    Broken(
        "pace of a sector without projects",
        table("start_paces.csv", "sector,most\nrailways,2\n"),
        "unknown-id",
        "start_paces.csv",
        2,
        "sector",
        UNKNOWN,
    ),
    Broken(
        "pace below 0",
        table("start_paces.csv", "sector,most\n,-1\n"),
        "out-of-range",
        "start_paces.csv",
        2,
        "most",
    ),
    # settings
    Broken("YAML syntax", settings("2025", "[2025"), "bad-yaml", Y, 4, "10"),
    Broken("YAML tab", settings("  phases:", "\tphases:"), "bad-yaml", Y, 6, "1"),
    Broken(
        "key twice", settings("2025", "2025\nprice_year: 2026"), "duplicate-key", Y, 4, "price_year"
    ),
    Broken("unknown key", settings("inflation:", "inflatoin:"), "unknown-key", Y, 4, "inflatoin"),
    Broken(
        "no price year", settings("price_year: 2025\n", ""), "missing-cell", Y, None, "price_year"
    ),
    Broken(
        "phases no list",
        settings("  phases:", "  phases: soon\n  old:"),
        "wrong-type",
        Y,
        6,
        "horizon.phases",
    ),
    Broken(
        "year a text",
        settings("first_year: 2026", "first_year: next"),
        "bad-year",
        Y,
        8,
        "horizon.phases[0].first_year",
    ),
    Broken("id leads out", settings("example", "a/b"), "bad-id", Y, 1, "id"),
    Broken("id ends in a dot", settings("example", "example."), "bad-id", Y, 1, "id"),
    Broken("id of a device", settings("example", "con"), "bad-id", Y, 1, "id"),
    Broken("id too long for a folder", settings("example", "例" * 70), "bad-id", Y, 1, "id"),
    Broken("no version", settings("id:", "format_version: 0\nid:"), "bad-number", Y, 1, None),
    Broken(
        "misread version", settings("id:", "format_version: 0_1\nid:"), "bad-number", Y, 1, None
    ),
    Broken("later version", settings("id:", "format_version: 99\nid:"), "newer-format", Y, 1, None),
    Broken("no decimal mark", settings("id:", "decimal: dot\nid:"), "bad-word", Y, 1, "decimal"),
    Broken("settings a list", content(Y, b"- a\n- b\n"), "wrong-type", Y, 1, None),
    Broken(
        "overlapping phases",
        settings("first_year: 2031", "first_year: 2030"),
        "figures-disagree",
        Y,
        5,
        "horizon",
    ),
    Broken(
        "phase backwards",
        settings("last_year: 2030", "last_year: 2020"),
        "figures-disagree",
        Y,
        5,
        "horizon",
    ),
    Broken(
        "YAML tag",
        settings("id: example", "id: !!python/object:os.system x"),
        "bad-yaml",
        Y,
        1,
        None,
    ),
    Broken(
        "rule without ratio",
        settings("      ratio: 0.1\n", ""),
        "figures-disagree",
        Y,
        15,
        "finance.rules[0].ratio",
    ),
    # scenarios
    Broken(
        "scenarios no list",
        table("scenarios.yaml", "scenarios: none at all\n"),
        "wrong-type",
        "scenarios.yaml",
        1,
        "scenarios",
    ),
    Broken(
        "scenario probability",
        table("scenarios.yaml", "scenarios:\n  - id: low\n    probability: 7\n"),
        "out-of-range",
        "scenarios.yaml",
        3,
        "scenarios[0].probability",
    ),
    # tables against one another
    Broken("id twice", cell(P, 3, "id", "hospital"), "duplicate-id", P, 5, "id", INCONSISTENT),
    Broken("unknown place", cell(P, 3, "place", "twon"), "unknown-id", P, 3, "place", UNKNOWN),
    Broken(
        "unknown jurisdiction",
        cell("funds.csv", 2, "jurisdiction", "city"),
        "unknown-id",
        "funds.csv",
        2,
        "jurisdiction",
        UNKNOWN,
    ),
    Broken(
        "unknown project",
        _relations("reservoir,waterwork,requires,,,"),
        "unknown-id",
        R,
        2,
        "to",
        UNKNOWN,
    ),
    Broken(
        "unknown fund",
        cell("inflows.csv", 4, "fund", "gift"),
        "unknown-id",
        "inflows.csv",
        4,
        "fund",
        UNKNOWN,
    ),
    Broken(
        "cycle",
        _relations(
            "reservoir,waterworks,finish_to_start,,,\nwaterworks,reservoir,finish_to_start,,,"
        ),
        "precedence-cycle",
        R,
        2,
        "to",
        INCONSISTENT,
    ),
    Broken(
        "follows itself",
        _relations("reservoir,reservoir,finish_to_start,,,"),
        "relation-form",
        R,
        2,
        "to",
        INCONSISTENT,
    ),
    Broken(
        "no follower",
        _relations("reservoir,,finish_to_start,,,"),
        "relation-form",
        R,
        2,
        "to",
        INCONSISTENT,
    ),
    Broken(
        "synergy of nothing",
        _relations("reservoir,waterworks,synergy,,,"),
        "relation-form",
        R,
        2,
        "value",
        INCONSISTENT,
    ),
    Broken(
        "window closed",
        cell(P, 2, "latest_start", "2026"),
        "impossible-window",
        P,
        2,
        "latest_start",
        INCONSISTENT,
    ),
    Broken(
        "must but cannot",
        cell(P, 5, "open_by", "2026"),
        "impossible-window",
        P,
        5,
        "mandatory",
        INCONSISTENT,
    ),
    Broken(
        "target after the plan",
        cell("targets.csv", 2, "year", "2040"),
        "outside-plan",
        "targets.csv",
        2,
        "year",
        INCONSISTENT,
    ),
    Broken(
        "grace beyond tenor",
        cell("instruments.csv", 2, "grace", "15"),
        "instrument-form",
        "instruments.csv",
        2,
        "grace",
        INCONSISTENT,
    ),
    Broken(
        "ages of cash that never lapses",
        cell("funds.csv", 2, "opening_ages", "3;2"),
        "fund-ages",
        "funds.csv",
        2,
        "opening_ages",
        INCONSISTENT,
    ),
    Broken(
        "shares above 1",
        table(
            "shares.csv",
            "project,jurisdiction,share\nhospital,county,0.7\nreservoir,county,1\nhospital,region,0.6\n",
        ),
        "share-sum",
        "shares.csv",
        4,
        "share",
        UNKNOWN,  # `region` is no jurisdiction, which is found first
    ),
    Broken(
        "appraisal ends early",
        settings("  discount_rate", "  end_year: 2030\n  discount_rate"),
        "impossible-window",
        Y,
        20,
        "appraisal.end_year",
        INCONSISTENT,
    ),
)
