"""README of an instance: what is stated, estimated, assumed, and what is left out."""

from __future__ import annotations

from collections import Counter, defaultdict

from infraplan.models.instance import Instance
from tools.census import Book, read
from tools.dates import BREACH_HIGH, BREACH_LOW, BREACH_MID


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
        f"- {len(book.rows)} rows in the census of the document, {covered} represented by a "
        f"project ({covered / len(book.rows):.1%}); {len(instance.projects)} projects. "
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
        "## Rows without a project of their own",
        "",
        *_left_out(book),
        "",
        *_not_carried(book),
    ]
    return "\n".join(lines).rstrip() + "\n"
