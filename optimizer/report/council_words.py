"""The narrative of a council paper: what is built, what it costs, who pays, what is left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, listed, pair, phrase
from infraplan.models.progress import stands
from infraplan.models.rules import told_rule
from infraplan.optimizer.analysis.debt_statement import rule_room
from infraplan.optimizer.analysis.sources_uses import OUTSIDE
from infraplan.optimizer.report.finance_tables import rule_titles
from infraplan.optimizer.report.frames import Run
from infraplan.optimizer.report.objective_words import counts_years, told_value
from infraplan.optimizer.report.office_tables import LARGEST, sources_by_payer, spent_by_project
from infraplan.optimizer.report.plan_tables import estimates_table, phases_table, spending_frame
from infraplan.optimizer.report.texts import Names, both

MOST_SECTORS, MOST_PAYERS, MOST_REASONS = 3, 6, 8
"""Parts that a sentence names before the rest is summed up."""


def unit_of(run: Run) -> Phrase:
    """Name of the money unit."""
    return pair(*run.money)


_SCALES = (("money-in-billions", 1e9), ("money-in-millions", 1e6), ("money-in-units", 1.0))
"""Words of an amount in English, and from which amount on each is used."""


def money(run: Run, amount: float) -> Phrase:
    """An amount as people say it: `CNY 120.7 billion`, and in Chinese in the plan's own unit."""
    settings, unit = run.instance.settings, run.money[1]
    amount = round(amount, 6) + 0.0  # a rounded -0.0 is 0.0
    whole = amount * settings.money_factor
    key, size = next((it for it in _SCALES if abs(whole) >= it[1]), _SCALES[-1])
    english = phrase(key, currency=settings.currency, amount=whole / size)
    chinese = english.zh if unit.isascii() else f"{amount:,.1f}{unit}"
    return pair(str(english), chinese)


def opening(run: Run) -> list[Phrase]:
    """How many works, in which years, for how much."""
    horizon, plan = run.instance.settings.horizon, run.plan
    spent = sum(payment.amount for payment in plan.payments) if plan is not None else 0.0
    return [
        phrase(
            "paper-opening",
            first=horizon.first_year,
            last=horizon.last_year,
            built=len(plan.starts) if plan is not None else 0,
            asked=len(run.instance.projects),
            spent=money(run, spent),
        )
    ]


def by_phase(run: Run) -> list[Phrase]:
    """A sentence for each phase, and one for what is paid after the plan."""
    horizon, names = run.instance.settings.horizon, Names(run.instance)
    rows = phases_table(run).frame
    told = []
    for phase in horizon.phases:
        title = names.pair(f"phase:{phase.id}")
        mine = rows[rows["phase_en"] == title[0]]
        years = phrase("paper-years-of", first=phase.first_year, last=phase.last_year)
        is_said = str(phase.first_year) in title[0]
        span = {"phase": pair(*title) if is_said else joined(pair(*title), years)}
        if mine.empty:
            told.append(phrase("paper-phase-idle", **span))
            continue
        dearest = mine[mine["spend"] > 0.0].nlargest(MOST_SECTORS, "spend")
        sectors = listed(
            phrase(
                "paper-sector",
                sector=pair(str(row["sector_en"]), str(row["sector_zh"])),
                spent=money(run, float(row["spend"])),
            )
            for row in dearest.to_dict("records")
        )
        told.append(
            phrase(
                "paper-phase",
                started=int(mine["started"].sum()),
                opened=int(mine["opened"].sum()),
                spent=money(run, float(mine["spend"].sum())),
                sectors=sectors or phrase("none-given"),
                **span,
            )
        )
    frame = spending_frame(run)
    after = float(frame.loc[frame["year"] > horizon.last_year, "amount"].sum())
    if after > 0.0:
        last = horizon.last_year
        told.append(phrase("paper-after", last=last, spent=money(run, after)))
    return told


def who_pays(run: Run) -> list[Phrase]:
    """Payers and their sources by share, and what is borrowed."""
    names = Names(run.instance)
    found = sources_by_payer(run.plan) if run.plan is not None else {}
    total = sum(found.values())
    if total <= 0.0:
        return []
    parts = [
        phrase(
            "paper-payer",
            payer=pair(*names.pair(payer)),
            source=_of_source(names, source),
            share=amount / total,
        )
        for (payer, source), amount in list(found.items())[:MOST_PAYERS]
    ]
    rest = list(found.values())[MOST_PAYERS:]
    if rest:
        parts.append(phrase("paper-payer-rest", count=len(rest), share=sum(rest) / total))
    told = [phrase("paper-payers", parts=listed(parts))]
    borrowed = float(dict(run.manifest.get("totals") or {}).get("borrowed", 0.0))
    if borrowed > 0.0:
        told.append(phrase("paper-borrowed", borrowed=money(run, borrowed)))
    return told


def _of_source(names: Names, source: str) -> Phrase:
    """Source of a payment in brackets; nothing for a payer without funds in the instance."""
    if source == OUTSIDE:
        return NOTHING_SAID
    return phrase("paper-of-source", source=pair(*names.pair(source)))


def largest(run: Run) -> list[Phrase]:
    """What share the dearest works take."""
    spent = list(spent_by_project(run).values())
    total = sum(spent)
    if total <= 0.0:
        return []
    count = min(LARGEST, len(spent))
    return [phrase("paper-largest", count=count, share=sum(spent[:count]) / total)]


def left_out(run: Run) -> tuple[list[Phrase], list[Phrase]]:
    """How many projects are left out, and a list of the reasons by how many they hold for."""
    built = {start.project for start in run.plan.starts} if run.plan is not None else set()
    left = {row.id for row in run.instance.projects if row.id not in built and not stands(row)}
    if not left:
        return [phrase("paper-nothing-left-out")], []
    kinds: Counter[tuple[str, str]] = Counter()
    for row in run.rejections:
        record, _ = told_rule(row.rule)
        kinds[record.reason if record is not None else Names(run.instance).pair(row.rule)] += 1
    named = kinds.most_common(MOST_REASONS)
    items = [phrase("paper-reason", reason=pair(*why), count=count) for why, count in named]
    if rest := sum(kinds.values()) - sum(count for _, count in named):
        items.append(phrase("paper-reasons-rest", count=rest))
    if silent := len(left - {row.project for row in run.rejections}):
        items.append(phrase("paper-not-explained", count=silent))
    return [phrase("paper-left-out", count=len(left))], items


def missed_targets(run: Run) -> list[Phrase]:
    """How many of the targets are missed."""
    totals = dict(run.manifest.get("totals") or {})
    missed = int(totals.get("targets_missed", 0))
    count = missed + int(totals.get("targets_attained", 0))
    if not count:
        return [phrase("paper-no-targets")]
    if not missed:
        return [phrase("paper-targets-met", count=count)]
    return [phrase("paper-targets-missed", missed=missed, count=count)]


def debt(run: Run) -> list[Phrase]:
    """The highest debt, the dearest year of service, the least room under a limit."""
    balance: defaultdict[int, float] = defaultdict(float)
    service: defaultdict[int, float] = defaultdict(float)
    for row in run.plan.debt_years if run.plan is not None else ():
        balance[row.year] += row.balance
        service[row.year] += row.principal + row.interest
    if not any(balance.values()) and not any(service.values()):
        told = [phrase("paper-no-debt")]
    else:
        year, dearest = _highest(balance), _highest(service)
        told = [
            phrase(
                "paper-debt",
                year=year,
                balance=money(run, balance[year]),
                service_year=dearest,
                service=money(run, service[dearest]),
            )
        ]
    rules = rule_room(run.instance, run.plan.rule_years) if run.plan is not None else ()
    rooms = [row for row in rules if row.least_headroom is not None]
    if not rooms:
        return [*told, phrase("paper-no-limit")]
    least = min(rooms, key=lambda row: row.least_headroom or 0.0)
    names = Names(run.instance)
    room = phrase(
        "paper-headroom",
        jurisdiction=pair(*names.pair(least.jurisdiction)),
        rule=pair(*(rule_titles(run).get(least.rule) or names.rule(least.rule))),
        room=money(run, least.least_headroom or 0.0),
        year=least.least_year,
    )
    return [*told, room]


def _highest(sums: Mapping[int, float]) -> int:
    """Year of the highest sum, the first of equal ones."""
    return max(sums, key=lambda year: (sums[year], -year))


def how_sure(run: Run) -> list[Phrase]:
    """Shares of the cost by how it is known, and the range that the estimates leave."""
    rows = estimates_table(run).frame.to_dict("records")
    if len(rows) < 2:
        return []
    *kinds, total = rows
    parts = listed(
        phrase(
            "paper-sure-part",
            share=float(row["share"]),
            quality=pair(row["quality_en"], row["quality_zh"]),
        )
        for row in sorted(kinds, key=lambda row: -float(row["share"]))
    )
    return [
        phrase(
            "paper-sure",
            parts=parts,
            low=money(run, float(total["cost_low"])),
            high=money(run, float(total["cost_high"])),
            year=run.instance.settings.price_year,
        )
    ]


def proof(run: Run) -> list[Phrase]:
    """What is proven of the plan, and what its independent check found."""
    told = []
    value = told_value(run.instance, run.manifest.get("objective"))
    bound = told_value(run.instance, run.manifest.get("bound"))
    if value is not None and bound is not None:
        if counts_years(run.instance):
            told.append(phrase("paper-years", value=value, bound=bound))
        else:
            stated = {"value": value, "bound": bound, "loss": max(0.0, bound - value)}
            told.append(phrase("paper-value", unit=unit_of(run), **stated))
    laws = list(dict(run.manifest.get("verification") or {}).get("laws", []))
    checks = sum(int(law["checked"]) for law in laws)
    if run.manifest.get("verified") and checks:
        told.append(phrase("paper-checked", checks=checks, laws=len(laws)))
    else:
        told.append(phrase("paper-not-checked"))
    return told


def narrative(run: Run, part: str) -> list[Phrase]:
    """Sentences of the part of the paper called `part`; none where it has no words of its own."""
    return {
        "paper": opening,
        "paper_built": by_phase,
        "paper_cost": who_pays,
        "paper_largest": largest,
        "paper_targets": missed_targets,
        "paper_debt": debt,
        "paper_sure": how_sure,
        "paper_proof": proof,
    }.get(part, lambda _: [])(run)


def paragraph(sentences: Sequence[Phrase]) -> Phrase:
    """Sentences as one paragraph; English ones with blanks between them."""
    told = NOTHING_SAID
    for sentence in sentences:
        told = joined(told, pair(" ", ""), sentence) if told else sentence
    return told


def heading(part: str) -> Phrase:
    """Title of a part of the paper."""
    return pair(*both(part))
