"""How each system that a document describes is decided: the table of an instance's page.

    tools/data/NAME/systems.csv   system (key), title_en, title_zh, decided (network, relations,
                      options, committed, text_absent), members (ids of projects and
                      subsector:NAME, joined by ;), sentence (words of the document that commit it),
                      line (line or section of the document), note_en, note_zh

With a run, the table says what of each system is chosen, what would flip that, and what is nearly
even: a work left out comes in where it costs less, or brings more, by its loss (`rejected.csv`; of
works whose loss no run had time for, what they lack or would add beside the plan); a chosen one goes
where it costs more by what it is worth in its place (`tools/margins.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.analysis.money_check import candidates_of
from infraplan.optimizer.report.loss_text import number
from infraplan.optimizer.report.texts import Names
from infraplan.optimizer.storage.run_folder import RunFiles
from tools.census import read
from tools.margins import (
    HARD_TARGET,
    MUST,
    NEEDS,
    RIVAL,
    SERVICE_TARGET,
    WINDOW,
    Margin,
    Margins,
    OtherOption,
    network_of_elements,
)
from tools.margins import NETWORK as NETWORK_UNKNOWN
from tools.punctuation import full_width

SUBSECTOR = "subsector:"
NETWORK, RELATIONS, OPTIONS = "network", "relations", "options"
COMMITTED, ABSENT = "committed", "text_absent"
CHOSEN_BY = (NETWORK, RELATIONS, OPTIONS)
WAYS = (*CHOSEN_BY, COMMITTED, ABSENT)
NEAR_SHARE = 0.05
"""Share of its cost below which what a work would lose, or is worth in its place, is nearly even."""
MOST_NAMED = 3
"""Works named in one cell; of the rest the number is told."""
Pair = tuple[str, str]
"""A text in English and in Chinese."""


@dataclass(frozen=True)
class System:
    """One row of systems.csv."""

    key: str
    title: Pair
    decided: str
    members: tuple[str, ...]
    sentence: str
    line: str
    note: Pair


def read_systems(path: Path) -> tuple[System, ...]:
    """Rows of a systems.csv; none where there is no such file."""
    return tuple(
        System(
            key=row["system"],
            title=(row["title_en"], row["title_zh"]),
            decided=row["decided"],
            members=tuple(part.strip() for part in row["members"].split(";") if part.strip()),
            sentence=row.get("sentence", ""),
            line=row.get("line", ""),
            note=(row.get("note_en", ""), row.get("note_zh", "")),
        )
        for row in read(path)
    )


def members_of(system: System, instance: Instance) -> tuple[Project, ...]:
    """Projects of a system in the order of the instance, each once."""
    named = {name for name in system.members if not name.startswith(SUBSECTOR)}
    subsectors = {name.removeprefix(SUBSECTOR) for name in system.members} - named
    return tuple(row for row in instance.projects if row.id in named or row.subsector in subsectors)


def system_faults(systems: Sequence[System], instance: Instance) -> list[str]:
    """Everything wrong with the rows, each with the key of its system."""
    subsectors = {project.subsector for project in instance.projects}
    faults = []
    for key, count in Counter(system.key for system in systems).items():
        if count > 1 or not key:
            faults.append(f"{key or '(no key)'}: {count} rows of this key")
    for system in systems:
        wrong = [
            name
            for name in system.members
            if not (
                name.removeprefix(SUBSECTOR) in subsectors
                if name.startswith(SUBSECTOR)
                else name in instance.project_by_id
            )
        ]
        faults += [f"{system.key}: no project or subsector: {name}" for name in wrong]
        if system.decided not in WAYS:
            faults.append(
                f"{system.key}: decided is {system.decided or 'blank'}, not one of {', '.join(WAYS)}"
            )
        if not all(system.title):
            faults.append(f"{system.key}: title_en and title_zh are both needed")
        if bool(system.members) is (system.decided == ABSENT):
            faults.append(f"{system.key}: members and text_absent: one of the two")
        if system.decided == COMMITTED and not system.sentence:
            faults.append(f"{system.key}: committed without a sentence of the document")
    return faults


def require_faultless(systems: Sequence[System], instance: Instance) -> None:
    """Raise where rows are wrong.

    Raises
    ------
    SystemExit
        With all faults.
    """
    faults = system_faults(systems, instance)
    if faults:
        message = f"systems of {instance.settings.id}:\n" + "\n".join(f"  {row}" for row in faults)
        raise SystemExit(message)


def deciding(system: System, instance: Instance) -> Counter[str]:
    """What of the instance decides about a system in the way it names, and how often."""
    members = {row.id for row in members_of(system, instance)}
    found: Counter[str] = Counter()
    if system.decided == NETWORK:
        network = network_of_elements(instance)
        changes = {(row.project, network.get(row.element, "")) for row in instance.project_network}
        found.update(name for project, name in changes if project in members)
    elif system.decided == RELATIONS:
        found.update(
            row.type.value
            for row in instance.relations
            if row.is_enforced and members.intersection(row.members)
        )
    elif system.decided == OPTIONS:
        several = sum(len(instance.project_by_id[name].options) > 1 for name in members)
        found.update({"options": several} if several else {})
    return found


# ------------------------------------------------------------------------------------ of a run


@dataclass(frozen=True)
class Left:
    """A work left out: how far it is from being chosen, money.

    `kind` says how that is known: the run states its loss (`LOSS`, at most where not `is_exact`),
    or beside the plan it would cost more than it brings (`LACKS`), or add so much (`ADDS`).
    """

    project: str
    kind: str
    amount: float
    rule: str
    is_exact: bool = False


LOSS, LACKS, ADDS = "loss", "lacks", "adds"


@dataclass(frozen=True)
class Outcome:
    """What a run says of one system.

    `left` and `margins` are of candidates, nearest to being even first; `cost` is money chosen and
    of all candidates.
    """

    candidates: int
    chosen: int
    committed: int
    cost: tuple[float, float]
    left: tuple[Left, ...] = ()
    margins: tuple[Margin, ...] = ()
    other_options: tuple[OtherOption, ...] = ()
    undecided_left: tuple[str, ...] = ()
    """Why it is not known of works left out, one each."""
    undecided: tuple[str, ...] = ()
    """Why it is not known of chosen works, one each."""


BARRED, UNKNOWN = "barred", "unknown"
"""Why it is not known of a work left out: no plan holds it; nobody found it in time."""


class Findings:
    """What a run, its accounts and networks say of every candidate, found once."""

    def __init__(self, files: RunFiles) -> None:
        instance, plan = files.instance, files.plan
        if plan is None:
            message = f"{files.folder}: a run without a plan"
            raise SystemExit(message)
        self.instance, self.cost = instance, costs_of(files)
        self.free = candidates_of(instance)
        self.built = {start.project for start in plan.starts}
        self._margins = Margins(instance, plan, self.free)
        self.rejected = {row.project: row for row in files.tables.rejected}
        open_ones = [name for name in self.free - self.built if self._needs_gain(name)]
        self._gains = self._margins.gains(open_ones)

    def _needs_gain(self, project: str) -> bool:
        row = self.rejected.get(project)
        return row is None or (row.can_be_forced is not False and most_loss(row) is None)

    def left(self, project: str) -> Left | str:
        """How far a work left out is from being chosen, or why that is not known."""
        row = self.rejected.get(project)
        rule = "" if row is None else row.rule
        if row is not None and row.can_be_forced is False:
            return BARRED
        loss = None if row is None else most_loss(row)
        if row is not None and loss is not None:
            return Left(project, LOSS, loss, rule, row.loss is not None)
        gain = self._gains[project]
        if gain.gain is None:
            return gain.unknown or UNKNOWN
        return Left(project, ADDS if gain.gain > 0.0 else LACKS, abs(gain.gain), rule)

    def of(self, members: Iterable[Project]) -> Outcome:
        """What is known of the candidates among `members`."""
        members = tuple(members)
        own = [row.id for row in members if row.id in self.free]
        chosen = [name for name in own if name in self.built]
        left = [self.left(name) for name in own if name not in self.built]
        margins = [self._margins.of(name) for name in chosen]
        others = [row for name in chosen for row in self._margins.other_options(name)]
        known = [row for row in left if isinstance(row, Left)]
        sure = [row for row in margins if row.loss is not None]
        return Outcome(
            candidates=len(own),
            chosen=len(chosen),
            committed=sum(duty_of(row) is Mandate.COMMITTED for row in members),
            cost=(self._sum(chosen), self._sum(own)),
            left=tuple(sorted(known, key=lambda r: r.amount / self.cost[r.project])),
            margins=tuple(sorted(sure, key=lambda r: (r.loss or 0.0) / self.cost[r.project])),
            other_options=tuple(sorted(others, key=lambda r: abs(r.loss) / self.cost[r.project])),
            undecided_left=tuple(row for row in left if isinstance(row, str)),
            undecided=tuple(row.unknown for row in margins if row.loss is None),
        )

    def _sum(self, names: Iterable[str]) -> float:
        return sum(self.cost[name] for name in names)


def most_loss(row: Rejection) -> float | None:
    """The least known that forcing a work in loses at most."""
    return row.loss if row.loss is not None else row.loss_high


def costs_of(files: RunFiles) -> dict[str, float]:
    """Cost of every project in the option chosen, else in its first; least 1e-9."""
    chosen = {s.project: s.option for s in files.plan.starts} if files.plan is not None else {}
    return {
        row.id: max(
            1e-9,
            (row.option(chosen[row.id]) if row.id in chosen else row.options[0]).overnight_cost,
        )
        for row in files.instance.projects
    }


# -------------------------------------------------------------------------------------- in words


class Words:
    """Cells of the table in both languages."""

    def __init__(self, instance: Instance, cost: Mapping[str, float]) -> None:
        self._names, self._cost = Names(instance), cost

    def _told(self, project: str, amount: float) -> tuple[str, str]:
        """An amount, and what share of the cost it is."""
        return number(abs(amount)), f"{abs(amount) / self._cost[project]:.1%}"

    def _name(self, project: str) -> Pair:
        english, chinese = self._names.pair(project)
        return f"{english} (`{project}`)", f"{chinese}（`{project}`）"

    def left(self, row: Left) -> Pair:
        """A work left out: how far it is from being chosen, and what keeps it out."""
        name, (told, share) = self._name(row.project), self._told(row.project, row.amount)
        rule = self._names.rule(row.rule) if row.rule not in {"", NOT_FOUND} else ("", "")
        english, chinese = LEFT_WORDS[row.kind]
        if row.kind == LOSS and not row.is_exact:
            english, chinese = "loss at most {amount}", "损失至多{amount}"
        if row.kind == LOSS and row.amount < 0.0:
            english, chinese = GAINS
        return (
            f"in: {name[0]}, {english.format(amount=told)} ({share} of its cost)"
            + (f"; {rule[0]}" if rule[0] else ""),
            f"入选：{name[1]}，{chinese.format(amount=told)}（为其投资的{share}）"
            + (f"；{rule[1]}" if rule[1] else ""),
        )

    def margin(self, row: Margin) -> Pair:
        """A chosen work: what it is worth in its place at most."""
        loss, more = row.loss or 0.0, len(row.with_it)
        name, (told, share) = self._name(row.project), self._told(row.project, loss)
        english, chinese = WORTH if loss >= 0.0 else GAINS
        return (
            f"out: {name[0]}{f' and {more} that need it' if more else ''}, "
            f"{english.format(amount=told)} ({share} of its cost)",
            f"退出：{name[1]}{f'及依赖它的{more}个' if more else ''}，"
            f"{chinese.format(amount=told)}（为其投资的{share}）",
        )

    def option(self, row: OtherOption) -> Pair:
        """A chosen work in another option."""
        name, (told, share) = self._name(row.project), self._told(row.project, row.loss)
        is_loss = row.loss >= 0.0
        return (
            f"option `{row.option}` of {name[0]}: {told} {'less' if is_loss else 'more, money aside'} "
            f"({share} of its cost)",
            f"{name[1]}改为选项`{row.option}`：{'减少' if is_loss else '增加（不计资金）'}{told}"
            f"（为其投资的{share}）",
        )

    def flips(self, found: Outcome) -> Pair:
        """What would flip the choice: the nearest of each kind."""
        parts = [self.left(row) for row in found.left[:1]]
        parts += [self.margin(row) for row in found.margins[:1]]
        parts += [self.option(row) for row in found.other_options[:1]]
        for undecided, english, chinese in (
            (found.undecided_left, "left out", "未入选"),
            (found.undecided, "chosen", "入选"),
        ):
            for why, count in Counter(undecided).items():
                word = WHY_UNDECIDED[why]
                parts.append((f"{count} {english}: {word[0]}", f"{chinese}{count}个：{word[1]}"))
        return _joined(parts)

    def is_near(self, project: str, amount: float) -> bool:
        """Whether an amount is nearly even: a small share of the cost."""
        return abs(amount) <= NEAR_SHARE * self._cost[project]

    def near_ties(self, found: Outcome) -> Pair:
        """Works whose choice is nearly even."""
        rows: list[tuple[str, float, Pair]] = []
        rows += [(row.project, row.amount, SIGN_LEFT) for row in found.left]
        rows += [(row.project, row.loss or 0.0, SIGN_CHOSEN) for row in found.margins]
        rows += [
            (row.project, row.loss, (f" (option `{row.option}`)", f"（选项`{row.option}`）"))
            for row in found.other_options
        ]
        near = [(name, sign) for name, amount, sign in rows if self.is_near(name, amount)]
        parts = [
            (self._names.pair(name)[0] + sign[0], self._names.pair(name)[1] + sign[1])
            for name, sign in near[:MOST_NAMED]
        ]
        if len(near) > MOST_NAMED:
            rest = len(near) - MOST_NAMED
            parts.append((f"{rest} more", f"另有{rest}个"))
        return _joined(parts)


NOT_FOUND = "not_found"
LEFT_WORDS: Mapping[str, Pair] = {
    LOSS: ("loss {amount}", "损失{amount}"),
    LACKS: (
        "beside the plan it costs {amount} more than it brings",
        "在现方案之外其费用比效益多{amount}",
    ),
    ADDS: (
        "beside the plan it would add {amount}, were there room",
        "若有余地，在现方案之外可增加{amount}",
    ),
}
GAINS: Pair = (
    "that would gain {amount}, within the proven gap",
    "反而增加{amount}，在已证明的间隙之内",
)
WORTH: Pair = ("worth at most {amount}", "其入选价值至多{amount}")
SIGN_LEFT, SIGN_CHOSEN = (" (out)", "（未入选）"), (" (in)", "（入选）")
WHY_UNDECIDED: Mapping[str, Pair] = {
    MUST: ("must be built, or what must needs them", "必建或为必建项目所需"),
    HARD_TARGET: ("a target that must be met needs them", "必须达到的目标所需"),
    NETWORK_UNKNOWN: ("not decided, the networks do not tell", "未定，网络无法给出"),
    SERVICE_TARGET: ("not decided, a target on supply", "未定，涉及供给类目标"),
    NEEDS: ("works that they need are out", "所依赖的项目未入选"),
    RIVAL: ("a rival is built", "替代项目已入选"),
    WINDOW: ("no year is left to begin in", "无可开工年份"),
    BARRED: ("no plan can hold them", "不可能入选"),
    UNKNOWN: ("not decided", "未定"),
}


def _joined(parts: Sequence[Pair]) -> Pair:
    if not parts:
        return "-", "-"
    return "; ".join(part[0] for part in parts), "；".join(part[1] for part in parts)


def decided_words(system: System, instance: Instance) -> Pair:
    """How a system is decided."""
    if system.decided == ABSENT:
        told = ("the document does not speak of it", "文件未涉及")
    elif system.decided == COMMITTED:
        line = f" ({system.line})" if system.line else ""
        told = (
            f"committed by the document: “{system.sentence}”{line}",
            f"文件已定：“{system.sentence}”" + (f"（{system.line}）" if system.line else ""),
        )
    else:
        found = deciding(system, instance)
        english, chinese = WAY_WORDS[system.decided]
        if system.decided == OPTIONS:
            several = found.total()
            told = f"{english}: {several}", f"{chinese}：{several}"
        else:
            words = [(*Names(instance).pair(key), count) for key, count in sorted(found.items())]
            told_en = ", ".join(f"{name} {count}" for name, _, count in words)
            told_zh = "、".join(f"{name}{count}" for _, name, count in words)
            told = f"{english}: {told_en or 'none'}", f"{chinese}：{told_zh or '无'}"
    note = system.note
    return _joined([told, note]) if any(note) else told


WAY_WORDS: Mapping[str, Pair] = {
    NETWORK: ("service of networks (works that change them)", "网络服务（改变网络的项目数）"),
    RELATIONS: ("relations", "项目间关系"),
    OPTIONS: ("options (works with several)", "选项（有多个选项的项目数）"),
}
HEADINGS: tuple[tuple[str, ...], tuple[str, ...]] = (
    (
        "system",
        "how it is decided",
        "chosen of candidates",
        "money, {unit}: chosen of candidates",
        "what would flip it",
        "near ties",
    ),
    (
        "系统",
        "决定方式",
        "入选/候选",
        "投资（{unit}）：入选/候选",
        "何种变化会改变选择",
        "接近持平",
    ),
)
LEGEND: Pair = (
    "A work left out comes in if it costs less, or brings more in present value, by its loss, or, "
    "where no run found that, by what it lacks beside the plan; a chosen one goes if it costs more, "
    "or brings less, by what it is worth in its place (own value, targets, dates, synergies, service "
    "of networks; what it frees or brings in money is not counted). Near ties: at most "
    f"{NEAR_SHARE:.0%} of its cost either way. Of committed works the plan decides nothing.",
    "未入选项目的投资减少（或效益现值增加）达到其损失时入选，未求得损失的以其在现方案之外的差额为准；入选项目的投资增加"
    "（或效益减少）达到其入选价值时退出（计入自身价值、目标、日期、协同和网络服务，不计其释放或带来的资金）。接近持平："
    f"不超过其投资的{NEAR_SHARE:.0%}。已承诺项目不由方案决定。",
)


def _cells(
    title: Pair, decided: Pair, found: Outcome, words: Words
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    count = f"{found.chosen} / {found.candidates}"
    more = (f" + {found.committed} committed", f"，另有已承诺{found.committed}")
    told = tuple(count + (text if found.committed else "") for text in more)
    money = f"{found.cost[0]:.1f} / {found.cost[1]:.1f}"
    flips, near = words.flips(found), words.near_ties(found)
    english, chinese = (
        (title[at], decided[at], told[at], money, flips[at], near[at]) for at in (0, 1)
    )
    return english, chinese


def systems_lines(systems: Sequence[System], files: RunFiles) -> list[str]:
    """The table of an instance page in English, then in Chinese; empty without systems or plan.

    Raises
    ------
    SystemExit
        If rows are wrong, with all faults.
    """
    if not systems or files.plan is None:
        return []
    instance = files.instance
    require_faultless(systems, instance)
    findings = Findings(files)
    words = Words(instance, findings.cost)
    rows: list[tuple[tuple[str, ...], ...]] = []
    seen: set[str] = set()
    for system in systems:
        members = members_of(system, instance)
        seen.update(row.id for row in members)
        decided = decided_words(system, instance)
        if not members:
            rows.append(tuple((system.title[at], decided[at], *"----") for at in (0, 1)))
            continue
        rows.append(_cells(system.title, decided, findings.of(members), words))
    rest = [row for row in instance.projects if row.id not in seen]
    if rest:
        found = findings.of(rest)
        rows.append(_cells(("all other works", "其余项目"), ("-", "-"), found, words))
    units = (instance.settings.money_unit, instance.settings.money_unit_zh)
    lines = []
    for at, heading in enumerate(("How each system is decided", "各系统如何决定")):
        unit = units[at] or instance.settings.currency
        heads = [text.format(unit=unit) for text in HEADINGS[at]]
        lines += [f"### {heading}", "", LEGEND[at], "", _row(heads), "|---" * len(heads) + "|"]
        lines += [_row(row[at], is_chinese=at == 1) for row in rows]
        lines.append("")
    return lines


def _row(cells: Iterable[str], *, is_chinese: bool = False) -> str:
    told = (full_width(cell) if is_chinese else cell for cell in cells)
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in told) + " |"
