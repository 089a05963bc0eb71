"""How each system that a document describes is decided: the table of an instance's page.

    tools/data/NAME/systems.csv   system (key), title_en, title_zh, decided (network, relations,
                      options, committed, text_absent), members (ids of projects and
                      subsector:NAME, joined by ;), sentence (words of the document that commit it),
                      line (line or section of the document), note_en, note_zh

With a run, the table says what of each system is chosen, what would flip that, and what is nearly
even: a work left out comes in where it costs less, or brings more, by its loss (`rejected.csv`); a
chosen one goes where it costs more by what it is worth in its place (`tools/margins.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from tools.margins import Margin, Margins, OtherOption, network_of_elements
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
class Outcome:
    """What a run says of one system.

    `left` and `margins` are of candidates, nearest to being even first; `cost` is money chosen and
    of all candidates.
    """

    candidates: int
    chosen: int
    committed: int
    cost: tuple[float, float]
    left: tuple[Rejection, ...] = ()
    margins: tuple[Margin, ...] = ()
    other_options: tuple[OtherOption, ...] = ()
    barred: int = 0
    """Works left out that no plan holds."""
    unknown: int = 0
    """Works left out whose loss is not known from above."""
    undecided: tuple[Margin, ...] = field(default=())
    """Chosen works whose margin is not known."""


def most_loss(row: Rejection) -> float | None:
    """The least known that forcing a work in loses at most."""
    return row.loss if row.loss is not None else row.loss_high


def outcome(
    members: Iterable[Project], files: RunFiles, margins: Margins, cost: Mapping[str, float]
) -> Outcome:
    """What the run says of `members`; `cost` is what each project costs as chosen or as base."""
    free = candidates_of(files.instance)
    plan = files.plan
    built = {start.project for start in plan.starts} if plan is not None else set()
    members = tuple(members)
    own = [row.id for row in members if row.id in free]
    chosen = [name for name in own if name in built]
    rejected = {row.project: row for row in files.tables.rejected}
    left = [rejected[name] for name in own if name in rejected]
    open_ones = [row for row in left if row.can_be_forced is not False]
    known = [row for row in open_ones if most_loss(row) is not None]
    found = [margins.of(name) for name in chosen]
    sure = [row for row in found if row.loss is not None]
    others = [row for name in chosen for row in margins.other_options(name)]
    return Outcome(
        candidates=len(own),
        chosen=len(chosen),
        committed=sum(duty_of(row) is Mandate.COMMITTED for row in members),
        cost=(sum(cost[name] for name in chosen), sum(cost[name] for name in own)),
        left=tuple(sorted(known, key=lambda r: (most_loss(r) or 0.0) / cost[r.project])),
        margins=tuple(sorted(sure, key=lambda r: (r.loss or 0.0) / cost[r.project])),
        other_options=tuple(sorted(others, key=lambda r: abs(r.loss) / cost[r.project])),
        barred=len(left) - len(open_ones),
        unknown=len(own) - len(chosen) - (len(left) - len(open_ones)) - len(known),
        undecided=tuple(row for row in found if row.loss is None),
    )


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

    def __init__(self, files: RunFiles, cost: Mapping[str, float]) -> None:
        self._names, self._cost = Names(files.instance), cost

    def _share(self, project: str, amount: float) -> str:
        return f"{amount / self._cost[project]:.1%}"

    def _name(self, project: str) -> Pair:
        english, chinese = self._names.pair(project)
        return f"{english} (`{project}`)", f"{chinese}（`{project}`）"

    def left(self, row: Rejection) -> Pair:
        """A work left out: its loss at most, and what keeps it out."""
        loss = most_loss(row) or 0.0
        name, rule = self._name(row.project), self._names.rule(row.rule)
        share, told = self._share(row.project, loss), number(loss)
        exact = row.loss is not None
        return (
            f"in: {name[0]}, loss {'' if exact else 'at most '}{told} ({share} of its cost); {rule[0]}",
            f"入选：{name[1]}，损失{'' if exact else '至多'}{told}（为其投资的{share}）；{rule[1]}",
        )

    def margin(self, row: Margin) -> Pair:
        """A chosen work: what it is worth in its place at most."""
        loss = row.loss or 0.0
        name, share, told = self._name(row.project), self._share(row.project, loss), number(loss)
        more = len(row.with_it)
        return (
            f"out: {name[0]}{f' and {more} that need it' if more else ''}, worth at most {told} "
            f"({share} of its cost)",
            f"退出：{name[1]}{f'及依赖它的{more}个' if more else ''}，其入选价值至多{told}"
            f"（为其投资的{share}）",
        )

    def option(self, row: OtherOption) -> Pair:
        """A chosen work in another option."""
        name = self._name(row.project)
        share, told = self._share(row.project, abs(row.loss)), number(abs(row.loss))
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
        if found.unknown:
            parts.append(
                (
                    f"{found.unknown} left out: not decided",
                    f"{found.unknown}个未入选项目：未定",
                )
            )
        if found.barred:
            parts.append((f"{found.barred} cannot be built", f"{found.barred}个不可能入选"))
        if found.undecided:
            why = Counter(row.unknown for row in found.undecided)
            told = [WHY_UNDECIDED[key] for key in why]
            count = len(found.undecided)
            parts.append(
                (
                    f"{count} chosen: not decided ({', '.join(text[0] for text in told)})",
                    f"{count}个入选项目：未定（{'、'.join(text[1] for text in told)}）",
                )
            )
        return _joined(parts)

    def is_near(self, project: str, amount: float) -> bool:
        """Whether an amount is nearly even: a small share of the cost."""
        return abs(amount) <= NEAR_SHARE * self._cost[project]

    def near_ties(self, found: Outcome) -> Pair:
        """Works whose choice is nearly even."""
        near = [
            (row.project, SIGN_LEFT)
            for row in found.left
            if self.is_near(row.project, most_loss(row) or 0.0)
        ]
        near += [
            (row.project, SIGN_CHOSEN)
            for row in found.margins
            if self.is_near(row.project, row.loss or 0.0)
        ]
        near += [
            (row.project, (f" (option `{row.option}`)", f"（选项`{row.option}`）"))
            for row in found.other_options
            if self.is_near(row.project, row.loss)
        ]
        parts = [
            (self._names.pair(name)[0] + sign[0], self._names.pair(name)[1] + sign[1])
            for name, sign in near[:MOST_NAMED]
        ]
        if len(near) > MOST_NAMED:
            rest = len(near) - MOST_NAMED
            parts.append((f"{rest} more", f"另有{rest}个"))
        return _joined(parts)


SIGN_LEFT, SIGN_CHOSEN = (" (out)", "（未入选）"), (" (in)", "（入选）")
WHY_UNDECIDED: Mapping[str, Pair] = {
    "must": ("must be built, or what must needs them", "必建或为必建项目所需"),
    "hard_target": ("a target that must be met", "必须达到的目标"),
    "network": ("the networks need them", "网络不可缺少"),
    "service_target": ("a target on service", "服务类目标"),
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
    "A work left out comes in if it costs less, or brings more in present value, by its loss; a "
    "chosen one goes if it costs more, or brings less, by what it is worth in its place (own value, "
    "targets, dates, synergies, service of networks; what it frees or brings in money is not "
    f"counted). Near ties: at most {NEAR_SHARE:.0%} of its cost either way. Of committed works the "
    "plan decides nothing.",
    "未入选项目的投资减少（或效益现值增加）达到其损失时入选；入选项目的投资增加（或效益减少）达到其入选价值时退出"
    "（计入自身价值、目标、日期、协同和网络服务，不计其释放或带来的资金）。接近持平：不超过其投资的"
    f"{NEAR_SHARE:.0%}。已承诺项目不由方案决定。",
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
    cost = costs_of(files)
    words, margins = Words(files, cost), Margins(instance, files.plan, candidates_of(instance))
    rows: list[tuple[tuple[str, ...], ...]] = []
    seen: set[str] = set()
    for system in systems:
        members = members_of(system, instance)
        seen.update(row.id for row in members)
        decided = decided_words(system, instance)
        if not members:
            rows.append(tuple((system.title[at], decided[at], *"----") for at in (0, 1)))
            continue
        found = outcome(members, files, margins, cost)
        rows.append(_cells(system.title, decided, found, words))
    rest = [row for row in instance.projects if row.id not in seen]
    if rest:
        found = outcome(rest, files, margins, cost)
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
