"""How numbers are read out of what commands print and write."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

from tests.benchmarks.figures.record import Output, Reader, Unread, Values


def found(pattern: str, text: str) -> re.Match[str]:
    """The first place in `text` that fits.

    Raises
    ------
    Unread
        If there is none.
    """
    place = re.search(pattern, text, re.MULTILINE)
    if place is None:
        raise Unread(f"nothing fits {pattern!r}")
    return place


def json_of(text: str) -> dict[str, Any]:
    """The one object that a command with `--json` prints."""
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def table(text: str) -> list[list[str]]:
    """Cells of the rows of a table with bars, without its head.

    Raises
    ------
    Unread
        If there is no row.
    """
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if len(rows) < 3:
        raise Unread("no table with bars")
    return rows[2:]


PLANNING = ("read", "check", "build", "first_plan", "solve", "extract", "verify")
"""Stages of a run until its plan is verified."""


def manifest_values(run: Path) -> Values:
    """What a run states of its plan: numbers, and the seconds of its solve by the clock and CPU.

    Raises
    ------
    Unread
        If the run has no plan, or no verified one.
    """
    if not (run / "run.json").exists():
        raise Unread(f"no run in {run.name}")
    manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
    if not manifest["has_plan"] or manifest["verified"] is not True:
        raise Unread("the run has no verified plan")
    gap = manifest["gap"]
    return {
        "name": run.name,
        "projects": manifest["num_projects"],
        "chosen": manifest["num_selected"],
        "value": manifest["objective"],
        "gap": 100.0 * gap if gap is not None else float("nan"),
        "first_s": manifest["first_plan_s"],
        "solve_s": manifest["stages"]["solve"]["clock_s"],
        "solve_cpu_s": manifest["stages"]["solve"]["cpu_s"],
        "planned_cpu_s": sum(
            spent["cpu_s"] for stage, spent in manifest["stages"].items() if stage in PLANNING
        ),
    }


def of_run(*path: str) -> Reader:
    """Reads the run at `path`, the first part of which is RUNS or OUT."""

    def read(output: Output) -> Values:
        folder = output.places.of(path[0])
        assert folder is not None
        return manifest_values(folder.joinpath(*path[1:]))

    return read


def of_runs(*names: str) -> Reader:
    """Reads the runs in OUT, with the seconds of the command that made each of them, the last."""

    def read(output: Output) -> Values:
        steps = output.steps[len(output.steps) - len(names) :]
        return {
            "rows": [
                manifest_values(output.places.out / name) | {"whole_s": round(step.seconds, 2)}
                for name, step in zip(names, steps, strict=True)
            ]
        }

    return read


def rows_of_table(*columns: str) -> Reader:
    """Reads a table with bars; `columns` name its cells, numbers where they can be."""

    def read(output: Output) -> Values:
        rows = table(output.text)
        return {"rows": [dict(zip(columns, map(cell, row), strict=True)) for row in rows]}

    return read


def cell(text: str) -> float | int | str:
    """A number where the text is one, per cent without their sign."""
    bare = text.rstrip("%").rstrip()
    try:
        return int(bare)
    except ValueError:
        pass
    try:
        return float(bare)
    except ValueError:
        return text


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# ------------------------------------------------------------------------------ single commands


def largest_difference(output: Output) -> Values:
    """Of `tools.value_by_year`: plans, and the largest relative difference."""
    worst = [float(text) for text in re.findall(r", ([\d.]+e[+-]\d+)$", output.text, re.MULTILINE)]
    if not worst:
        raise Unread("no differences")
    return {"plans": len(worst), "worst": max(worst)}


def checks(output: Output) -> Values:
    """Of several `verify --json`: checks of each, all of which hold."""
    answers = [json_of(text) for text in output.texts]
    if not all(answer["verified"] for answer in answers):
        raise Unread("a law is broken")
    return {
        "rows": [
            {"name": Path(answer["run_dir"]).name, "checks": answer["checks"]} for answer in answers
        ]
    }


def rolls(output: Output) -> Values:
    """Of `tests.benchmarks.rolls`: accounts looked at, those that differ, laws broken."""
    rows = [line.split(" | ") for line in output.text.splitlines()[1:] if line.count(" | ") == 6]
    counts = [[int(text) for text in row[1:]] for row in rows]
    if not counts:
        raise Unread("no rolls")
    return {
        "rolls": len(counts),
        "least": min(row[3] for row in counts),
        "most": max(row[3] for row in counts),
        "differ": sum(row[4] for row in counts),
        "broken": sum(row[5] for row in counts),
    }


def late_works(output: Output) -> Values:
    """Of works made late, the roll, its solve and its verification."""
    made = found(
        r"(\d+) under way, (\d+) late: (\d+) not begun, (\d+) stood still", output.texts[0]
    )
    rolled, verified = json_of(output.texts[1]), json_of(output.texts[3])
    starts = {row["project"] for row in csv_rows(output.places.out / "run" / "schedule.csv")}
    committed = [row["project"] for row in rolled["committed"]]
    names = ("under_way", "late", "not_begun", "stood_still")
    return {
        **dict(zip(names, map(int, made.groups()), strict=True)),
        **manifest_values(output.places.out / "run"),
        "finished": len(rolled["finished"]),
        "rebuilt": len(starts & set(rolled["finished"])),
        "committed": len(committed),
        "dropped": len(set(committed) - starts),
        "checks": verified["checks"],
    }


def reason_work(output: Output) -> Values:
    """Of `tests.benchmarks.reasons`: CPU seconds of all reasons, and of one."""
    (row,) = table(output.text)
    left_out, cpu_s = int(row[1]), float(row[6])
    return {"left_out": left_out, "reasons_cpu_s": cpu_s, "each_s": cpu_s / left_out}


def asked_anew(output: Output) -> Values:
    """Of several `tests.benchmarks.reasons RUN`: what was asked anew, by plan."""
    rows = []
    for text in output.texts:
        for row in table(text):
            told = [re.findall(r"\d+", place) for place in row[-2:]]
            counts = dict(zip(("confirmed", "open", "false"), map(int, told[0]), strict=True))
            sets = dict(zip(("sets", "sets_open", "sets_false"), map(int, told[1]), strict=True))
            rows.append({"name": Path(row[0]).name, "least": row[-3], **counts, **sets})
    return {"rows": rows}


def draws(output: Output) -> Values:
    """Of `tests.benchmarks.draws`: CPU seconds a draw, and how far frequencies are apart."""
    lines = [json.loads(line) for line in output.text.splitlines() if line.startswith("{")]
    lists = [line for line in lines if "cpu_s_mean" in line]
    apart = [line for line in lines if "share_within" in line]
    if not lists:
        raise Unread("no draws")
    return {
        "draws": sum(one["draws"] for one in lists),
        "within": sum(one["within_gap"] for one in lists),
        "mean_cpu_s": sum(one["cpu_s_mean"] for one in lists) / len(lists),
        "most_cpu_s": max(one["cpu_s_max"] for one in lists),
        "largest": 100.0 * max((one["largest"] for one in apart), default=0.0),
    }


def draws_held(output: Output) -> Values:
    """Of `tests.benchmarks.draws` with `--hold`: the same, with what holding plans takes."""
    values = draws(output)
    lines = [json.loads(line) for line in output.text.splitlines() if line.startswith("{")]
    (nominal,) = [line["cpu_s_nominal"] for line in lines if "cpu_s_nominal" in line]
    (held,) = [line for line in lines if "cpu_s_a_draw" in line]
    more = {"nominal_cpu_s": nominal, "plans": held["plans"], "hold_cpu_s": held["cpu_s_a_draw"]}
    return values | more


def lists(output: Output) -> Values:
    """Of `tests.benchmarks.ranks`: how many hold what is asked, and why.

    Raises
    ------
    Unread
        If there is no line of figures.
    """
    line = found(r"^\{.*\"verdicts\".*\}$", output.text)[0]
    told = json_of(line)
    verdicts = told["verdicts"]
    names = {"least": "proven-least", "half": "half", "nothing": "both-lose-nothing"}
    return {
        "instances": told["instances"],
        **{name: verdicts.get(word, 0) for name, word in names.items()},
        "not_held": len(told["not_held"]),
        "mean": told["known_mean"],
        "other_mean": told["other_mean"],
    }


def turning(output: Output) -> Values:
    """Of `tests.benchmarks.turning`: verdicts on losses and changes of each run.

    Raises
    ------
    Unread
        If there is no line of figures.
    """
    lines = re.findall(r"^([\w-]+): (\{.*\"losses\".*\})$", output.text, re.MULTILINE)
    if not lines:
        raise Unread("no verdicts")
    words = ("confirmed", "undecided", "false")
    rows = []
    for name, text in lines:
        told = json_of(text)
        changes = [sum(kind.get(word, 0) for kind in told["changes"].values()) for word in words]
        rows.append(
            {
                "name": name,
                "projects": told["projects"],
                **{f"loss_{word}": told["losses"].get(word, 0) for word in words},
                **{f"change_{word}": count for word, count in zip(words, changes, strict=True)},
                "open_share": 100.0 * told["undecided_share"],
            }
        )
    return {"rows": rows}


def frontier(output: Output) -> Values:
    """Points, their ends, and how many are verified."""
    points = json_of(output.text)["points"]
    first, last = points[0], points[-1]
    return {
        "points": len(points),
        "verified": sum(point["verified"] for point in points),
        "least_x": first["x"],
        "least_y": first["y"],
        "most_x": last["x"],
        "most_y": last["y"],
    }


def value_shares(output: Output) -> Values:
    """Projects with a share, and by how much shares miss the difference that they add up to."""
    answer = json_of(output.text)
    if answer["adds_up"] is not True:
        raise Unread("the shares do not add up")
    return {"shares": len(answer["shares"]), "groups": len(answer["groups"])}


def robust(output: Output) -> Values:
    """Draws, and what each plan compared loses at most."""
    answer = json_of(output.text)
    rows = [{"name": row["plan"], "regret": row["max_regret"]} for row in answer["plans"]]
    return {"draws": answer["draws"], "solved": answer["solved"], "rows": rows}


def money_check(output: Output) -> Values:
    """Share of candidates that change with other money, and the gaps of these plans."""
    manifest = json.loads((output.places.out / "run" / "run.json").read_text(encoding="utf-8"))
    cases = [case for case in manifest["money_check"]["cases"] if case["share"] is not None]
    return {
        "rows": [
            {
                "factor": case["factor"],
                "share": 100.0 * case["share"],
                "gap": 100.0 * case["gap"] if case["gap"] is not None else float("nan"),
            }
            for case in cases
        ]
    }


def plan_checks(output: Output) -> Values:
    """Of `tools.plan_checks`: checks that hold, that fail and that need more, by name."""
    rows: list[dict[str, Any]] = []
    failing: list[str] = []
    for line in output.text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if not line.startswith(" "):
            rows.append({"name": line.strip(), "ok": 0, "fails": 0})
        elif word in {"ok", "FAILS"} and rows:
            rows[-1]["ok" if word == "ok" else "fails"] += 1
            failing += [f"{rest.split()[0]} of {rows[-1]['name']}"] if word == "FAILS" else []
    if not any(row["ok"] for row in rows):
        raise Unread("no checks")
    return {"rows": rows, "failing": ", ".join(failing) or "none"}


def swaps(output: Output) -> Values:
    """Of `tools.plan_checks --swap`: pairs that swap their order, by plan."""
    pattern = r"swap +(\d+) of (\d+) pairs swap"
    return {"rows": [{"name": n, "swap": a, "pairs": b} for n, a, b in _by_plan(pattern, output)]}


def fixed_service(output: Output) -> Values:
    """Of `tools.plan_checks --fixed-service`: network candidates that change, by plan."""
    pattern = r"service +(\d+) of (\d+) network candidates"
    rows = [{"name": n, "changed": a, "candidates": b} for n, a, b in _by_plan(pattern, output)]
    return {"rows": rows}


def _by_plan(pattern: str, output: Output) -> list[tuple[str, int, int]]:
    named = [(text.splitlines()[0], found(pattern, text)) for text in output.texts]
    return [(name.strip(), int(place[1]), int(place[2])) for name, place in named]


def beside_v01(output: Output) -> Values:
    """CPU seconds of both versions, to the verified plan and in all."""
    rows, before = [], ("", 0.0, 0.0)
    for line in output.text.splitlines()[1:]:
        if "v0.1.0" in line:
            name, _, rest = line.partition("v0.1.0")
            cells = rest.split()
            before = name.strip(), float(cells[1]), float(cells[3])
        elif line.strip().startswith("today"):
            cells = line.split()
            rows.append(
                {
                    "name": before[0],
                    "before_reached_s": before[1],
                    "before_s": before[2],
                    "reached_s": float(cells[2]),
                    "today_s": float(cells[4]),
                    "verified": "verified" if cells[-1] == "verified" else "NOT verified",
                }
            )
    if not rows:
        raise Unread("no pairs")
    return {"rows": rows}


def same_tables(output: Output) -> Values:
    """Of two runs in OUT: tables, all of which are equal byte by byte."""
    one, two = (output.places.out / name for name in ("one", "two"))
    names = sorted(path.name for path in one.glob("*.csv"))
    if names != sorted(path.name for path in two.glob("*.csv")) or not names:
        raise Unread("the runs have other tables")
    equal = sum((one / name).read_bytes() == (two / name).read_bytes() for name in names)
    return {"tables": len(names), "equal": equal}


def bench(output: Output) -> Values:
    """Of `infraplan bench --json`: a row for each way."""
    rows = [row for row in json_of(output.text)["rows"] if row["gap"] is not None]
    if not rows:
        raise Unread("no row has a gap")

    def seconds(value: float | None) -> str:
        return "never" if value is None else f"after {value:.1f} s"

    return {
        "rows": [
            {
                "way": " ".join(filter(None, (row["engine"], row["solver"], row["columns"]))),
                "limit_s": row["time_limit_s"],
                "gap": 100.0 * row["gap"],
                "first": seconds(row["first_plan_s"]),
                "tenth": seconds(row["t_01pct"]),
                "hundredth": seconds(row["t_001pct"]),
            }
            for row in rows
        ]
    }


def stages(output: Output) -> Values:
    """Of `tests.benchmarks.stages --json OUT/stages.json`: CPU seconds of the stages, memory."""
    text = (output.places.out / "stages.json").read_text(encoding="utf-8")
    (measured,) = json.loads(text)
    taken = measured["stages"]
    names = ("doubts", "read", "check", "build", "first_plan", "extract", "verify", "write")
    return {
        **{f"{name}_s": taken[name]["cpu_s"] for name in names},
        "chosen": measured["chosen"],
        "memory_mb": max(one["peak_mb"] for one in taken.values() if one["peak_mb"] > 0.0),
    }


def cluster(output: Output) -> Values:
    """Of `tests.benchmarks.cluster`: two workers beside twice one, CPU of a solve."""
    place = found(r"beside twice one: ([\d.]+)% by CPU, ([\d.]+)% by the clock", output.text)
    each = found(r"worker (\d+), scheduler", output.text)
    return {"cpu": float(place[1]), "clock": float(place[2]), "each_ms": int(each[1])}


def known_values(output: Output) -> Values:
    """Of `tests.benchmarks.known_values`: the row of its one set."""
    (row,) = table(output.text)
    names = ("set", "problems", "reached", "proven", "short", "clock_s", "all_cpu_s")
    return dict(zip(names, map(cell, row), strict=True))


def imported(output: Output) -> Values:
    """Of `import table --json` and a solve of it: projects, faults, the gap, money left."""
    answer = json_of(output.texts[0])
    faults = [row for row in answer["findings"] if row["severity"] == "error"]
    return {"rows_read": answer["num_projects"], "errors": len(faults)} | manifest_values(
        output.places.out / "run"
    )


def shell(output: Output) -> Values:
    """Of `make bench-shell`: times of the CPU of the libraries, by command."""
    pattern = r"^(--help|validate \S+) +([\d.]+) +([\d.]+) +([\d.]+)"
    lines = re.findall(pattern, output.text, re.MULTILINE)
    if not lines:
        raise Unread("no ratios")
    return {"rows": [{"name": name, "ratio": float(ratio)} for name, _, _, ratio in lines]}


def last_step(output: Output) -> Values:
    """What the last command took."""
    step = output.steps[-1]
    return {"last_s": round(step.seconds, 2), "last_cpu_s": round(step.cpu_s, 2)}


def passed(output: Output) -> Values:
    """Of pytest: how many passed and were skipped, and its own seconds."""
    place = found(r"^(?:=+ )?(\d+) passed.* in ([\d.]+)s", output.text)
    skipped = re.search(r"(\d+) skipped", place[0])
    return {
        "passed": int(place[1]),
        "skipped": int(skipped[1]) if skipped else 0,
        "tests_s": float(place[2]),
    }
