"""Every command of the program on solved plans: does it end, in time, as documented, in Chinese?

`python -m tests.benchmarks.every_command RUN... [--each S] [--most S] [--only a,b] [--json FILE]`
calls every command of `command_list.py` for each run folder (of `infraplan solve`),
once with `--json` and once for its Chinese tables (with `--resume` where the command has it, so
that nothing is solved twice). Every call is a process of its own and is ended after `--most`
seconds (900); solves of a command have `--each` seconds (10), which a busy machine makes short:
exit code 5 then says nothing of the command. Told of each: seconds by the clock and of CPU (of all
processes it started), exit code, what is wrong:

- a traceback, "unexpected error", or an exit code that the case does not expect;
- more or less than one JSON object on standard output, or keys that docs/commands.md names for the
  command ("What `--json` holds") and the object lacks;
- English sentences in what is printed in Chinese (texts of the instance itself apart).

Ends with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.base import SOLVERS
from infraplan.optimizer.cli.command_list import COMMANDS
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.csv_text import format_csv
from tests.architecture.sources import ROOT
from tests.assertions import english_sentences

TYPED = frozenset({"own", "greedy", *SOLVERS, *(form.value for form in Columns)})
"""Words that options of `bench` take, which its tables tell as they are typed."""
SECTION = "## What `--json` holds"
IN_TIME = (0, 5)
"""Exit codes of what solves: found, or no plan in the time that a solve was given."""
NOT_ENDED = -1
"""Exit code of a call that passed the limit."""


@dataclass(frozen=True)
class Plan:
    """A solved run, and where commands may write; `each` is the seconds of one solve."""

    run: Path
    instance: Instance
    out: Path
    each: float

    @property
    def asked(self) -> Path:
        """The instance of the run, by itself."""
        return self.run / "instance.json"

    @property
    def second_year(self) -> int:
        """The plan's second year."""
        return self.instance.settings.horizon.first_year + 1

    @property
    def table(self) -> Path:
        """The plan's projects as an office's table of its own layout."""
        path = self.out / "table.csv"
        first = self.instance.settings.horizon.first_year
        rows = [
            [row.name_zh or row.name_en or row.id, row.sector, f"{row.options[0].overnight_cost:g}"]
            for row in self.instance.projects
        ]
        path.write_bytes(format_csv(("项目名称", "行业", str(first)), rows))
        return path

    @property
    def left_out(self) -> str:
        """A project that the run leaves out, else any."""
        plan = read_run(self.run).plan
        built = {row.project for row in plan.starts} if plan is not None else set()
        names = [row.id for row in self.instance.projects]
        return next((name for name in names if name not in built), names[0])


@dataclass(frozen=True)
class Case:
    """A call of one command; `output` is the option before the place that it writes to, if any.

    A command `is_resumed` for its tables takes `-o` and `--resume`. `ends` are exit codes that fit:
    0, and what a plan that has nothing of the kind is refused with.
    """

    command: str
    arguments: Callable[[Plan, Path], tuple[object, ...]]
    is_resumed: bool = False
    ends: tuple[int, ...] = (0,)


def _key(out: Path) -> Path:
    """A key to sign with, beside what a call writes."""
    path = out.with_suffix(".key")
    path.write_text("a key of a try, as long as one must be")
    return path


def _each(plan: Plan, gap: float = 1e-2) -> tuple[object, ...]:
    return ("--time-limit", f"{plan.each:g}", "--gap", f"{gap:g}")


CASES: tuple[Case, ...] = (
    Case("demo", lambda p, out: ("-o", out, "--time-limit", 6 * p.each), ends=IN_TIME),
    Case("solve", lambda p, out: (p.asked, "-o", out, "--time-limit", 6 * p.each, "--gap", 1e-2)),
    Case("new", lambda _, out: (out,)),
    Case("validate", lambda p, _: (p.asked,)),
    Case("convert", lambda p, out: (p.asked, out.with_suffix(".xlsx"))),
    Case("merge", lambda p, out: (p.asked, p.asked, out)),
    Case("map", lambda p, out: (p.table, "-o", out.with_suffix(".yaml"))),
    Case("import", lambda p, out: ("table", p.table, out, "--map", p.out / "map-json.yaml")),
    Case("generate", lambda _, out: (out, "--projects", 30, "--years", 6, "--debt")),
    Case(
        "bench",
        lambda p, out: (
            *("--instance", p.asked, "--engines", "own,greedy", "--solvers", "highs"),
            *("--columns", "auto", "--time-limit", p.each, "-o", out),
        ),
    ),
    Case("hydraulics", lambda p, _: (p.asked,), ends=(3,)),
    Case("estimate", lambda p, out: (p.asked, "-o", out.with_suffix(".json"))),
    Case("schema", lambda *_: ()),
    Case("roll", lambda p, out: (p.run, out, "--to", p.second_year)),
    Case(
        "explain",
        lambda p, out: (p.run, p.left_out, "--tries", 2, "-o", out, *_each(p)),
        True,
        IN_TIME,
    ),
    Case("frontier", lambda p, out: (p.asked, "--points", 2, "-o", out, *_each(p)), True, IN_TIME),
    Case("rank", lambda p, out: (p.asked, "--levels", 2, "-o", out, *_each(p)), True, IN_TIME),
    Case("sweep", lambda p, out: (p.asked, "-o", out, *_each(p)), True, IN_TIME),
    Case(
        "replan",
        lambda p, out: (
            *(p.run, "--forbid", p.left_out, "--because", "a try", "--by", "office"),
            *("--points", 0, "--why-time", p.each, "-o", out, *_each(p)),
        ),
        True,
        IN_TIME,
    ),
    Case("alternatives", lambda p, out: (p.run, "--count", 1, "-o", out, *_each(p)), True, IN_TIME),
    Case("move-money", lambda p, out: (p.run, "--confirm", 0, "-o", out, *_each(p)), True, IN_TIME),
    Case("value-shares", lambda p, out: (p.run, "-o", out, "--time-limit", 6 * p.each)),
    Case("serve", lambda _, out: ("--data", out, "--members")),
    Case("state", lambda p, _: (p.run,)),
    Case("robust", lambda p, out: (p.asked, "--draws", 4, "-o", out, *_each(p)), True, IN_TIME),
    Case("verify", lambda p, _: (p.run,)),
    Case("sign", lambda p, out: (p.run, _key(out))),
    Case("show", lambda p, _: (p.run, "--table", "all")),
    Case("compare", lambda p, _: (p.run, p.run, "--time-limit", 6 * p.each)),
    Case("export", lambda p, out: (p.run, "--to", "html", "-o", out.with_suffix(".html"))),
    Case("share", lambda p, _: (p.run, "--time-limit", 6 * p.each), ends=(0, 2)),
    Case("stress", lambda p, _: (p.run,)),
    Case("equilibrium", lambda p, _: (p.run, "--time-limit", 6 * p.each), ends=(0, 2)),
    Case("rules", lambda *_: ()),
    Case("solvers", lambda *_: ()),
)


@dataclass
class Outcome:
    """What became of a case: seconds, CPU and exit code of both calls, and what is wrong."""

    plan: str
    command: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Called:
    """A process that has ended; `cpu` is its own and that of all it waited for, in seconds."""

    code: int
    seconds: float
    cpu: float
    out: str
    err: str


def documented_keys(page: Path = ROOT / "docs" / "commands.md") -> dict[str, tuple[str, ...]]:
    """Keys of the JSON object of each command that the page names, whatever options it has."""
    section = page.read_text("utf-8").partition(SECTION)[2].partition("\n## ")[0]
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 2:
            always = cells[1].partition("with `--")[0]  # what follows hangs on an option
            found[cells[0].strip("`")] = tuple(re.findall(r"`([\w]+)`", always))
    return found


def _cpu_of_children() -> float:
    """Seconds of CPU of all processes that this one has waited for."""
    times = os.times()
    return times.children_user + times.children_system


def called(arguments: tuple[object, ...], most: float) -> Called:
    """Run the program in a process of its own."""
    begin, used = time.monotonic(), _cpu_of_children()
    line = [sys.executable, "-m", "infraplan", *(str(argument) for argument in arguments)]
    kept = {k: v for k, v in os.environ.items() if k not in ("INFRAPLAN_LANG", "LC_ALL")}
    process = subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=kept | {"LANG": "C.UTF-8", "COLUMNS": "200"},
    )
    try:
        out, err = process.communicate(timeout=most)
    except subprocess.TimeoutExpired:
        process.terminate()
        out, err = process.communicate()
        code = NOT_ENDED
    else:
        code = process.returncode
    return Called(code, time.monotonic() - begin, _cpu_of_children() - used, out, err)


def faults_of(found: Called, case: Case) -> list[str]:
    """What is wrong with any call."""
    if found.code == NOT_ENDED:
        return ["not ended in the time"]
    faults = []
    if "Traceback" in found.err or "unexpected error" in found.err:
        faults.append(f"traceback: {found.err.strip().splitlines()[-1]}")
    if found.code not in case.ends:
        told = found.err.strip().splitlines()[-1:] or [""]
        faults.append(f"exit code {found.code}: {told[0]}")
    return faults


def json_faults(found: Called, keys: tuple[str, ...]) -> list[str]:
    """What is wrong with standard output as one JSON object."""
    try:
        data = json.loads(found.out)
    except ValueError:
        return [f"standard output is no JSON object: {found.out[:80]!r}"]
    if not isinstance(data, dict):
        return ["standard output is JSON and no object"]
    if found.code != 0:
        needed: tuple[str, ...] = ("error",) if not set(keys) <= data.keys() else ()
    else:
        needed = keys
        if not keys:
            return ["no keys are documented"]
    lacks = [key for key in needed if key not in data]
    return [f"keys that lack: {', '.join(lacks)}"] if lacks else []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def language_faults(text: str, own: frozenset[str]) -> list[str]:
    """English sentences in a text that is to be Chinese; `own` are those of the instance.

    What is typed as it stands is no sentence: a command of pip, names of engines and solvers.
    """
    text = re.sub(r"pip install [\w\[\]'.-]+", "", text)
    found = [words for words in english_sentences(text) if words not in own]
    found = [words for words in found if not set(words.split()) <= TYPED]
    return [f"English: {words!r}" for words in dict.fromkeys(found)]


def own_sentences(instance: Instance) -> frozenset[str]:
    """English sentences in texts of the instance: names, notes, sources."""
    texts = _texts(instance.model_dump(mode="json"))
    return frozenset(words for text in texts for words in english_sentences(text))


def outcome_of(case: Case, plan: Plan, most: float, keys: tuple[str, ...]) -> Outcome:
    """Call a command twice, and say what is wrong."""
    own = own_sentences(plan.instance)
    result = Outcome(plan.run.name, case.command)
    first = plan.out / f"{case.command}-json"
    arguments = (case.command, *case.arguments(plan, first), "--lang", "zh")
    told = called((*arguments, "--json"), most)
    result.faults += faults_of(told, case)
    if told.code != NOT_ENDED:
        result.faults += json_faults(told, keys)
        result.faults += language_faults(told.err, own)
    if case.is_resumed:
        shown = called((*arguments, "--resume"), most)
    else:
        second = plan.out / f"{case.command}-shown"
        again = (case.command, *case.arguments(plan, second), "--lang", "zh")
        shown = called(again, most)
    result.faults += [f"tables: {fault}" for fault in faults_of(shown, case)]
    if case.command != "schema":  # a JSON Schema whether asked for or not
        english = language_faults(shown.out + shown.err, own)
        result.faults += [f"tables: {fault}" for fault in english]
    result.seconds = [round(told.seconds, 1), round(shown.seconds, 1)]
    result.cpu = [round(told.cpu, 1), round(shown.cpu, 1)]
    result.codes = [told.code, shown.code]
    return result


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Every command on solved plans.")
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--each", type=float, default=10.0, help="seconds of one solve")
    parser.add_argument("--most", type=float, default=900.0, help="seconds of one command")
    parser.add_argument("--only", default="", help="commands, with commas between")
    parser.add_argument("--json", type=Path, help="write all figures here")
    return parser.parse_args()


def main() -> None:
    """Print one line for each command and plan."""
    asked = _arguments()
    only = [name for name in asked.only.split(",") if name]
    keys, all_found = documented_keys(), list[Outcome]()
    missing = COMMANDS.keys() - {case.command for case in CASES}
    if missing:
        raise SystemExit(f"no case of {', '.join(sorted(missing))}")
    print(
        f"{'plan':<20}{'command':<15}{'json s':>8}{'zh s':>8}{'CPU':>8}{'CPU':>8}  "
        "codes  what is wrong"
    )
    for run in asked.runs:
        with tempfile.TemporaryDirectory() as folder:
            plan = Plan(run.resolve(), read_run(run).instance, Path(folder), asked.each)
            for case in CASES:
                if only and case.command not in only:
                    continue
                found = outcome_of(case, plan, asked.most, keys.get(case.command, ()))
                all_found.append(found)
                head = f"{found.plan:<20}{found.command:<15}"
                head += "".join(f"{took:>8.1f}" for took in (*found.seconds, *found.cpu))
                codes = f"{found.codes[0]}/{found.codes[1]}"
                print(f"{head}  {codes:<6} {'; '.join(found.faults) or '-'}", flush=True)
    if asked.json:
        rows = [vars(found) for found in all_found]
        asked.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    raise SystemExit(1 if any(found.faults for found in all_found) else 0)


if __name__ == "__main__":
    main()
