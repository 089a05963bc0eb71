"""README of an instance: what is stated, estimated, assumed, and what is left out."""

from __future__ import annotations

from collections import Counter, defaultdict

from infraplan.models.instance import Instance
from tools.accounts import BAN_UNTIL, KEY_PROVINCE
from tools.census import Book, read
from tools.dates import BREACH_HIGH, BREACH_LOW, BREACH_MID
from tools.punctuation import full_width


def _counts(instance: Instance, book: Book) -> list[str]:
    cost: dict[str, float] = defaultdict(float)
    number: Counter[str] = Counter()
    leader: dict[str, float] = defaultdict(float)
    funded = {fund.jurisdiction for fund in instance.funds}
    for project in instance.projects:
        cost[project.sector] += project.options[0].overnight_cost
        number[project.sector] += 1
        shares = instance.shares_of(project)
        own = sum(share for payer, share in shares.items() if payer in funded)
        leader[project.sector] += own * project.options[0].overnight_cost
    rows = [
        "| sector | projects | cost, middle estimate | of which paid by funded jurisdictions |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| {sector} | {number[sector]} | {cost[sector]:.1f} | {leader[sector]:.1f} |"
        for sector in sorted(cost)
    ]
    unit = instance.settings.money_unit
    rows.append(
        f"| **all** | {len(instance.projects)} | {sum(cost.values()):.1f} | "
        f"{sum(leader.values()):.1f} |"
    )
    return [
        *rows,
        "",
        f"Cost in {unit}, what remains to be spent, prices of {instance.settings.price_year}.",
    ]


def _left_out(book: Book) -> list[str]:
    lines = ["| census row | represented by | reason |", "|---|---|---|"]
    return lines + [
        f"| `{census}` | {', '.join(f'`{part}`' for part in by.split(';') if part) or '-'} | {why} |"
        for census, by, why in book.coverage
        if why
    ]


def _not_carried(book: Book) -> list[str]:
    rows = read(book.document.folder / "not_carried.csv")
    lines = []
    for kind, title in (
        ("target", "Targets of the document that the instance does not carry"),
        ("finance", "Statements on money and management, and what stands for them"),
        ("network", "Networks"),
    ):
        chosen = [row for row in rows if row["kind"] == kind]
        if chosen:
            lines += [f"## {title}", "", "| statement | in the instance |", "|---|---|"]
            lines += [f"| {row['topic']} | {row['reason']} |" for row in chosen] + [""]
    return lines


def _relations(instance: Instance) -> list[str]:
    """How many relations there are, and what those that count do."""
    enforced = Counter(r.type.value for r in instance.relations if r.is_enforced)
    told = ", ".join(f"{key} {value}" for key, value in sorted(enforced.items()))
    return [
        f"- {len(instance.relations)} relations, {sum(enforced.values())} enforced ({told}): order, "
        "choice, and what works are worth together, where the text states or implies it. Inferred "
        "ones, and those of the other types, are recorded only."
    ]


def _dates(instance: Instance) -> list[str]:
    """How many dates the text states, and what missing one costs."""
    kinds = Counter(date.kind.value for date in instance.stated_dates)
    if not kinds:
        return ["- the text states no date of any of the works."]
    told = ", ".join(f"{key} {value}" for key, value in sorted(kinds.items()))
    return [
        f"- {len(instance.stated_dates)} dates that the text states ({told}; `stated_dates.csv` quotes "
        f"the words): each year missed costs {BREACH_MID:.0%} of the works, an assumption; the "
        f"scenarios `dates-low` and `dates-high` take {BREACH_LOW:.0%} and {BREACH_HIGH:.0%}."
    ]


def _listing(book: Book) -> list[str]:
    """What the list of high-debt provinces asks of the governments that lie in one."""
    listed = [of for of in book.document.accounts if of.listed]
    if not listed:
        return []
    english = ", ".join(of.name_en for of in listed)
    chinese = "、".join(full_width(of.name_zh) for of in listed)
    low, middle, high = (BAN_UNTIL[case] for case in ("low", "middle", "high"))
    return [
        "## The list of high-debt provinces",
        "",
        f"Chongqing is on it (guobanfa (2023) 47, 24 December 2023): {english} may not begin new "
        f"investment in the fields that the rule set `{KEY_PROVINCE}` names, from 2024 on. Works "
        "under way, works that others pay for alone, and works whose start a higher government has "
        "approved (column `start_approved`) go on. The fields of transport stand as printed in "
        "article 4; town works, parks and public buildings are read from press reports. When "
        f"Chongqing leaves the list is not known: bans through {middle} are assumed. Scenarios: "
        f"`starts-banned-until-{low}` (low), `starts-banned-until-{high}` (high), "
        "`starts-banned-strictly` (all but livelihood works, as the press had it), "
        "`starts-not-banned`; `infraplan compare` tells what changes. Not carried: works under way "
        "below 50 % that the province may slow or stop.",
        "",
        f"重庆属于重点债务省份（国办发〔2023〕47号，2023年12月24日）：{chinese}自2024年起不得在规则集"
        f"`{KEY_PROVINCE}`所列领域新建政府投资项目；在建项目、完全由他方出资的项目和上级已批准开工的项目"
        "（`start_approved`列）除外。交通领域按第四条原文，市政、园区和公共建筑按媒体报道。退出时间未知，"
        f"假设停建至{middle}年；低、高情景分别至{low}年和{high}年，另有从严理解和不适用两个情景。"
        "在建未过半项目可能缓建停建，未计入。",
        "",
    ]


def page(instance: Instance, book: Book) -> str:
    """Text of README.md."""
    quality = Counter(project.options[0].quality.value for project in instance.projects)
    stages = Counter(project.stage.value for project in instance.projects)
    mandates = Counter(project.mandatory.value for project in instance.projects)
    covered = sum(1 for _, by, _ in book.coverage if by)
    lines = [
        f"# {instance.settings.title.en}",
        "",
        instance.settings.title.zh,
        "",
        book.document.text("en"),
        "",
        book.document.text("zh"),
        "",
        "## Counts",
        "",
        *_counts(instance, book),
        "",
        f"- {len(book.coverage)} rows in the census of the document, {covered} represented by a "
        f"project ({covered / len(book.coverage):.1%}); {len(instance.projects)} projects. "
        "`coverage.csv` names the project of every row, or why there is none.",
        "- stage at the plan's start: "
        + ", ".join(f"{key} {value}" for key, value in sorted(stages.items())),
        "- the plan may choose: "
        + ", ".join(f"{key} {value}" for key, value in sorted(mandates.items()))
        + " (no: free choice; must: to be built in its window; committed: under way)",
        "- quality of cost: "
        + ", ".join(f"{key} {value}" for key, value in sorted(quality.items())),
        *_relations(instance),
        *_dates(instance),
        "",
        *_listing(book),
        "## Rows without a project of their own",
        "",
        *_left_out(book),
        "",
        *_not_carried(book),
    ]
    return "\n".join(lines).rstrip() + "\n"
