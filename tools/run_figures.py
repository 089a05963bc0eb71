"""Write what a plan comes to into the page of its instance, from the run's own files.

    python -m tools.run_figures RUN_FOLDER [RUN_FOLDER ...] [--to instances]

A run under a scenario adds a line to the section of its instance's run without one.

The section between the two marks of instances/NAME/README.md is written anew; nothing in it is
typed. It names the hash of the instance that was solved, so that a page whose instance has changed
since is found by a test. Where tools/data/NAME/systems.csv lists the systems of the document, a
table says how each is decided and what would flip that (tools/systems.py).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase, MoneyEffect
from infraplan.optimizer.accounts.rules import is_banned, rules_in_force
from infraplan.optimizer.storage import read_instance
from infraplan.optimizer.storage.run_reading import read_run
from tools.systems import read_systems, systems_lines

BEGIN, END = "<!-- figures of a run: begin -->", "<!-- figures of a run: end -->"
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tools" / "data"


def _rows(run: Path, table: str) -> list[dict[str, str]]:
    with (run / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _command(manifest: dict[str, Any]) -> str:
    options = manifest["options"]
    words = [f"infraplan solve instances/{manifest['instance']}", f"--gap {options['gap']:g}"]
    if options["time_limit_s"] is not None:
        words.append(f"--time-limit {options['time_limit_s']:g}")
    return " ".join(words)


def _unit(run: Path) -> str:
    settings = json.loads((run / "instance.json").read_text("utf-8"))["settings"]
    return str(settings.get("money_unit", settings.get("currency", "money")))


def _phases(run: Path) -> list[str]:
    started: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    spend: defaultdict[str, float] = defaultdict(float)
    for row in _rows(run, "phases"):
        started[row["phase"]] += int(row["started"])
        opened[row["phase"]] += int(row["opened"])
        spend[row["phase"]] += float(row["spend"])
    return [
        f"| phase | started | opened | spent, {_unit(run)}, money of the year |",
        "|---|---|---|---|",
        *(f"| {name} | {started[name]} | {opened[name]} | {spend[name]:.1f} |" for name in spend),
    ]


def _reasons(run: Path) -> list[str]:
    reasons = Counter(row["rule"].partition(":")[0] for row in _rows(run, "rejected"))
    if not reasons:
        return ["Nothing is left out."]
    told = ", ".join(f"{count} by `{name}`" for name, count in reasons.most_common())
    return [f"Left out: {told} (`rejected.csv` names the rule of each)."]


EFFECTS = {
    MoneyEffect.PROVEN: "the best value is proven to be another one",
    MoneyEffect.NONE: "the values differ by no more than the gaps",
    MoneyEffect.NO_PLAN: "no plan obeys all rules",
    MoneyEffect.UNKNOWN: "no plan was found in its time",
}


def money_lines(run: Path, manifest: Mapping[str, Any]) -> list[str]:
    """How much money is left, what no money would let in, and what other money changes."""
    money = manifest.get("money") or {}
    if not money.get("has_funds"):
        return []
    out = _rows(run, "rejected")
    losing = sum(row["rule"] == "value" for row in out)
    lines = [
        f"Money: {money['left']:.1f} of {money['came_in']:.1f} is left ({money['share']:.0%}). Of the "
        f"{len(out)} works left out {losing} lose by their value beside this plan, even if nothing were "
        f"scarce: no money lets them in by themselves. More money can let in the other "
        f"{len(out) - losing} and what pays only together with others, and change when and in what "
        "option works are built."
    ]
    stated = (manifest.get("money_check") or {}).get("cases", ())
    for case in sorted(map(MoneyCase.model_validate, stated), key=lambda row: row.factor):
        gap = "no bound" if case.gap is None else f"gap {case.gap:.2%}"
        lines.append(
            f"- {case.factor:g} times the money: {case.changed} of {case.candidates} candidates change "
            f"({case.share:.0%}), {len(case.tied)} of them ties; {EFFECTS[case.effect]} ({gap})"
        )
    return [*lines, ""]


def _targets(run: Path) -> list[str]:
    rows = _rows(run, "targets")
    missed = [row for row in rows if float(row["shortfall"]) > 0.0]
    lines = [f"{len(rows) - len(missed)} of {len(rows)} targets are attained."]
    lines += [
        f"- missed: {row['name_en']} ({row['year']}): {float(row['achieved']):g} of "
        f"{float(row['required']):g} {row['unit']}".rstrip()
        for row in missed
    ]
    return lines


def _dates(run: Path) -> list[str]:
    if not (run / "stated_dates.csv").exists():
        return []
    rows = _rows(run, "stated_dates")
    missed = [row for row in rows if int(row["missed"]) > 0]
    reasons = Counter(row["rule"].partition(":")[0] or "unknown" for row in missed)
    told = ", ".join(f"{count} by `{name}`" for name, count in reasons.most_common())
    cost = sum(float(row["cost"]) for row in rows)
    return [
        f"{len(rows) - len(missed)} of {len(rows)} dates that the text states are kept; missing the "
        f"others costs {cost:.2f}" + (f" ({told}; `stated_dates.csv`)." if told else "."),
        "",
    ]


def ban_lines(instance: Instance, run: Path) -> list[str]:
    """What bans of starts by debt bands are about, and when the plan starts it."""
    started = {row["project"]: int(row["start"]) for row in _rows(run, "schedule")}
    lines = []
    for rule, leader in rules_in_force(instance):
        bans = {band.id for band in rule.bands if band.starts_banned}
        years = [
            int(row["year"]) + 1
            for row in _rows(run, "rules")
            if (row["rule"], row["jurisdiction"]) == (rule.id, leader) and row["band"] in bans
        ]
        about = [row.id for row in instance.projects if is_banned(instance, rule, leader, row)]
        if not years or not about:
            continue
        begun = [started[name] for name in about if name in started]
        before = sum(year < min(years) for year in begun)
        after = sum(year > max(years) for year in begun)
        lines.append(
            f"- `{rule.id}` bans starts of {leader} in {min(years)}-{max(years)}: it is about "
            f"{len(about)} of its projects; {before} start before, {after} after, "
            f"{len(about) - len(begun)} are left out."
        )
    return lines and ["Bans of starts:", *lines, ""]


def scenario_lines(runs: Sequence[Path]) -> list[str]:
    """Value of each run under a scenario."""
    lines = []
    for run in runs:
        manifest = json.loads((run / "run.json").read_text("utf-8"))
        lines.append(
            f"- `{manifest['scenario']}`: value {manifest['objective']:.2f}, at most "
            f"{manifest['bound']:.2f}, {manifest['num_selected']} projects chosen"
        )
    return lines and ["Under scenarios:", *lines, ""]


def section(run: Path, more: Sequence[str] = (), systems: Sequence[str] = ()) -> list[str]:
    """Lines of the section for the run folder `run`, with the lines `more` before its reasons.

    `systems` is the table of how each system is decided, at the end.
    """
    manifest = json.loads((run / "run.json").read_text("utf-8"))
    verified = "verified" if manifest["verified"] else "NOT verified"
    return [
        BEGIN,
        "## What the plan comes to",
        "",
        f"Written by `python -m tools.run_figures` from a run of `{_command(manifest)}`: value "
        f"{manifest['objective']:.2f}, at most {manifest['bound']:.2f} (gap {manifest['gap']:.3%}), "
        f"{manifest['num_selected']} of {manifest['num_projects']} projects chosen, {verified}; "
        f"{manifest['solver']} {manifest['solver_version']}, instance "
        f"`{manifest['instance_hash'][:12]}`. Whatever the inputs assume, these figures assume too.",
        "",
        *_phases(run),
        "",
        *more,
        *_reasons(run),
        "",
        *money_lines(run, manifest),
        *_dates(run),
        *_targets(run),
        *(["", *systems] if systems else ()),
        END,
    ]


def renewed(page: str, lines: list[str]) -> str:
    """`page` with its section replaced by `lines`; at the end where it has none."""
    text = "\n".join(lines)
    if BEGIN not in page:
        return f"{page.rstrip()}\n\n{text}\n"
    before, _, rest = page.partition(BEGIN)
    return before + text + rest.partition(END)[2]


def kept(page: Path) -> str:
    """The section that stands in `page` now, empty where there is none."""
    text = page.read_text("utf-8") if page.exists() else ""
    return BEGIN + text.partition(BEGIN)[2].partition(END)[0] + END if BEGIN in text else ""


def main(arguments: list[str]) -> int:
    """Entry."""
    parser = argparse.ArgumentParser(description="Write the figures of runs into instance pages.")
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, default=ROOT / "instances")
    options = parser.parse_args(arguments)
    manifests = {run: json.loads((run / "run.json").read_text("utf-8")) for run in options.runs}
    for run, manifest in manifests.items():
        if manifest["scenario"]:
            continue
        name = manifest["instance"]
        page = options.to / name / "README.md"
        others = [
            other
            for other, found in manifests.items()
            if found["scenario"] and found["instance"] == name
        ]
        more = [*ban_lines(read_instance(options.to / name), run), *scenario_lines(others)]
        systems = read_systems(DATA / name / "systems.csv")
        lines = section(run, more, systems_lines(systems, read_run(run)) if systems else ())
        page.write_text(renewed(page.read_text("utf-8"), lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
