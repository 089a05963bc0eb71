"""What a council reads first: what is built, left out, missed, paid; how sure; who proved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, listed, pair, phrase
from infraplan.models.catalogue.measure_words import measure
from infraplan.models.plan import TargetOutcome
from infraplan.models.progress import begun_in, stands
from infraplan.models.quantities import Quality
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.analysis.debt_statement import RuleRoom, rule_room
from infraplan.optimizer.analysis.fund_room import fund_room_years
from infraplan.optimizer.report.finance_tables import room_name, rule_titles
from infraplan.optimizer.report.frames import Run, asked
from infraplan.optimizer.report.objective_words import counts_years, gap_part, told_value
from infraplan.optimizer.report.page_tables import cost_of
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.plan_tables import chosen_options, debt_frame, spending_frame
from infraplan.optimizer.report.texts import Names, source_of_bound

MOST_MISSED = 8
"""Missed targets that the first screen names."""
MOST_NAMED = 3
MOST_PAYERS, MAINLY = 8, 0.8
"""Sources of money that are named, the largest first, until they bear so much of it together."""
SPACE = pair(" ", "")


def headline(run: Run) -> Phrase:
    """What is built, for how much, what it is worth, what it reaches."""
    manifest, horizon = run.manifest, run.instance.settings.horizon
    totals = dict(manifest.get("totals") or {})
    told = phrase(
        "page-lead",
        built=manifest.get("num_selected", 0),
        asked=asked(run),
        first=horizon.first_year,
        last=horizon.last_year,
        spent=told_money(run.instance, float(totals.get("investment", 0.0))),
        year=run.instance.settings.price_year,
    )
    value = told_value(run.instance, manifest.get("objective")) or 0.0
    if counts_years(run.instance):
        year, first = horizon.first_year + round(value), horizon.first_year
        worth = phrase("headline-of-years", year=year, value=value, first=first)
        told = joined(told, SPACE, phrase("page-all-open", worth=worth))
    else:
        worth = told_money(run.instance, value)
        told = joined(told, SPACE, phrase("page-value", value=worth))
    hit, missed = (int(totals.get(f"targets_{key}", 0)) for key in ("attained", "missed"))
    if hit + missed:
        told = joined(told, phrase("page-targets", hit=hit, count=hit + missed))
    dates = run.plan.stated_dates if run.plan is not None else ()
    if dates:
        late = sum(row.missed > 0 for row in dates)
        told = joined(told, phrase("page-dates", missed=late, count=len(dates)))
    return told if is_money_limited(run.instance) else joined(phrase("money-is-unlimited"), told)


def left_out(run: Run) -> Phrase:
    """How many projects are left out, what they would cost, and of how many no reason is known."""
    built = {row.project for row in run.plan.starts} if run.plan is not None else set()
    left = [row.id for row in run.instance.projects if row.id not in built and not stands(row)]
    if not left:
        return phrase("page-none-left-out")
    cost = told_money(run.instance, sum(cost_of(run, name) for name in left))
    told = phrase("page-left-out", count=len(left), cost=cost)
    silent = len(set(left) - {row.project for row in run.rejections})
    return joined(told, SPACE, phrase("page-not-explained", count=silent)) if silent else told


def missed_targets(run: Run) -> tuple[Phrase, list[Phrase]]:
    """A sentence where none is missed (or none set), else the missed ones, largest share first."""
    rows = run.plan.targets if run.plan is not None else ()
    if not rows:
        return phrase("page-no-target"), []
    missed = [row for row in rows if row.shortfall > 1e-9 * max(1.0, abs(row.required))]
    if not missed:
        return phrase("page-no-target-missed"), []
    missed.sort(key=lambda row: (-_share(row), row.target))
    names, units = Names(run.instance), {row.id: row.unit for row in run.instance.targets}
    told = [
        phrase(
            "page-missed-target",
            name=pair(*names.pair(f"target:{row.target}")),
            year=row.year,
            achieved=row.achieved,
            required=row.required,
            unit=pair(*measure(units[row.target])),
        )
        for row in missed[:MOST_MISSED]
    ]
    if len(missed) > MOST_MISSED:
        told.append(phrase("page-more", count=len(missed) - MOST_MISSED))
    return NOTHING_SAID, told


def _share(row: TargetOutcome) -> float:
    return row.shortfall / max(abs(row.required), 1e-9)


def who_pays(run: Run, sources: Sequence[tuple[Phrase, float]]) -> Phrase:
    """Who pays most, when works begin, when half of the money is spent; `sources` with sums."""
    spent = spending_frame(run)
    total = float(spent["amount"].sum())
    if run.plan is None or total <= 0.0:
        return NOTHING_SAID
    largest = sorted(sources, key=lambda row: -row[1])
    shares: list[tuple[Phrase, float]] = []
    for name, amount in largest[:MOST_PAYERS]:
        if sum(share for _, share in shares) < MAINLY:
            shares.append((name, amount / total))
    if others := len(largest) - len(shares):
        rest = 1.0 - sum(share for _, share in shares)
        shares.append((phrase("other-sources", count=others), rest))
    paid = listed(phrase("source-with-share", name=name, share=share) for name, share in shares)
    by_year = spent.groupby("year")["amount"].sum().sort_index().cumsum()
    half = int(by_year.index[(by_year >= total / 2.0).to_numpy()][0])
    plan_begin = run.instance.settings.horizon.first_year
    of = run.instance.project_by_id
    new = [s.start for s in run.plan.starts if begun_in(of[s.project], plan_begin) is None]
    told = joined(phrase("page-paid-by", paid=paid), SPACE)
    if not new:
        return joined(told, phrase("page-half-alone", half=half))
    if min(new) == max(new):
        return joined(told, phrase("page-half-of-one-year", first=min(new), half=half))
    return joined(told, phrase("page-half", first=min(new), last=max(new), half=half))


def money_and_room(run: Run) -> list[Phrase]:
    """What is left of cash and quotas, how high debt rises, which limits leave least room."""
    instance, stated = run.instance, run.manifest.get("money")
    told = []
    if isinstance(stated, Mapping) and stated.get("has_funds") is True:
        amounts = {
            key: told_money(instance, float(stated.get(key) or 0.0)) for key in ("came_in", "left")
        }
        told.append(phrase("page-cash-left", share=float(stated.get("share") or 0.0), **amounts))
    told.append(_debt(run))
    if isinstance(stated, Mapping) and stated.get("quota_left"):
        amount = told_money(instance, float(stated["quota_left"]))
        told.append(phrase("page-quota-left", amount=amount))
    return [*told, *_rooms(run)]


def _debt(run: Run) -> Phrase:
    frame = debt_frame(run)
    if frame.empty or not float(frame[["balance", "borrow", "principal"]].to_numpy().sum()):
        return phrase("page-no-debt")
    by_year = frame.groupby("year")[["borrow", "balance", "principal", "interest"]].sum()
    service = by_year["principal"] + by_year["interest"]
    totals = dict(run.manifest.get("totals") or {})
    return phrase(
        "page-debt",
        borrowed=told_money(run.instance, float(totals.get("borrowed", by_year["borrow"].sum()))),
        year=int(str(by_year["balance"].idxmax())),
        peak=told_money(run.instance, float(by_year["balance"].max())),
        service_year=int(str(service.idxmax())),
        service=told_money(run.instance, float(service.max())),
    )


def _rooms(run: Run) -> list[Phrase]:
    """Limits without room, by name and first year; then the three with least share of room."""
    if run.plan is None:
        return []
    years = (*run.plan.rule_years, *fund_room_years(run.instance, run.plan))
    rooms = rule_room(run.instance, years)
    full = [row for row in rooms if row.binding_year is not None]
    told = []
    if full:
        full.sort(key=lambda row: (row.binding_year or 0, row.rule.split(":")[0] == "fund_balance"))
        named = [
            phrase("page-rule-year", rule=_rule_name(run, row), year=row.binding_year)
            for row in full[:MOST_NAMED]
        ]
        if len(full) > MOST_NAMED:
            named.append(phrase("page-more-limits", count=len(full) - MOST_NAMED))
        told.append(phrase("page-no-room", rules=listed(named)))
    free = [
        row
        for row in rooms
        if row.binding_year is None and row.least_headroom is not None and row.limit
    ]
    free.sort(key=lambda row: ((row.least_headroom or 0.0) / abs(row.limit or 1.0), row.rule))
    told += [
        phrase(
            "page-room",
            rule=_rule_name(run, row),
            room=told_money(run.instance, row.least_headroom or 0.0),
            year=row.least_year,
        )
        for row in free[:MOST_NAMED]
    ]
    return told


def _rule_name(run: Run, row: RuleRoom) -> Phrase:
    names = Names(run.instance)
    name = pair(*(rule_titles(run).get(row.rule) or room_name(names, row.rule)))
    if len({j.id for j in run.instance.jurisdictions if j.rule_sets}) < 2:
        return name
    return phrase("payer-and-source", payer=pair(*names.pair(row.jurisdiction)), name=name)


def how_sure(run: Run, robust: Sequence[Mapping[str, Any]] = ()) -> list[Phrase]:
    """Share of the money by how costs are known, its range, and what a run with draws says."""
    options = chosen_options(run)
    total = sum(option.overnight_cost for option in options.values())
    if total <= 0.0:
        return []
    shares = {
        quality.value: sum(o.overnight_cost for o in options.values() if o.quality is quality)
        / total
        for quality in Quality
    }
    low, high = (
        sum(
            o.overnight_cost if (end := getattr(o, f"overnight_cost_{side}")) is None else end
            for o in options.values()
        )
        for side in ("low", "high")
    )
    told = [phrase("page-quality", **shares)]
    if (low, high) != (total, total):
        ends = {
            name: told_money(run.instance, amount)
            for name, amount in (("low", low), ("middle", total), ("high", high))
        }
        told.append(phrase("page-cost-range", **ends))
    classes = {str(row["project"]): str(row["class"]) for row in robust}
    if not classes:
        return [*told, phrase("page-no-robust")]
    counts = dict.fromkeys(("always", "sometimes", "never"), 0)
    for name in options:
        counts[classes.get(name, "never")] += 1
    return [*told, phrase("page-robust", **counts)]


def _proven_apart(run: Run, objective: float, bound: float) -> Phrase | None:
    """What dual values prove by themselves, where a solver's word reaches further."""
    certified = run.manifest.get("certified_bound")
    if not isinstance(certified, int | float) or counts_years(run.instance) or certified <= bound:
        return None
    loss = max(certified - objective, 0.0)
    amounts = {
        "bound": told_money(run.instance, certified),
        "loss": told_money(run.instance, loss),
    }
    share = gap_part({**run.manifest, "bound": certified})
    return phrase("proven-apart", share=share, **amounts)


def proof(run: Run) -> list[Phrase]:
    """How far from the best the plan may be, who vouches for that, and what the check found."""
    manifest = run.manifest
    objective, bound = manifest.get("objective"), manifest.get("bound")
    told = []
    if isinstance(objective, int | float) and isinstance(bound, int | float):
        loss, share = bound - objective, gap_part(manifest)
        if counts_years(run.instance):
            proven = phrase("proof-of-years", bound=abs(bound), loss=loss, share=share)
        else:
            amounts = {"bound": told_money(run.instance, bound)}
            amounts["loss"] = told_money(run.instance, max(loss, 0.0))
            proven = phrase("page-proof", share=share, **amounts)
        if (vouch := source_of_bound(manifest))[0]:
            proven = joined(proven, phrase("this-limit-is", source=pair(*vouch)))
        if (apart := _proven_apart(run, objective, bound)) is not None:
            proven = joined(proven, apart)
        told.append(proven)
    certificate = manifest.get("certificate")
    if isinstance(certificate, Mapping) and not counts_years(run.instance):
        told.append(
            phrase(
                "page-certificate",
                model=str(certificate.get("model_hash"))[:12],
                bound=told_money(run.instance, float(certificate["bound"])),
                cases=certificate.get("cases"),
            )
        )
    laws = list(dict(manifest.get("verification") or {}).get("laws", []))
    is_verified = manifest.get("verified") is True
    outcome = phrase("no-fault" if is_verified else "faults")
    if checks := sum(int(law["checked"]) for law in laws):
        told.append(phrase("page-check", checks=checks, laws=len(laws), outcome=outcome))
    if not checks or not is_verified:
        told.append(phrase("page-not-verified" if checks else "page-not-checked"))
    for note in manifest.get("notes") or []:
        if isinstance(note, Mapping):
            text = pair(str(note.get("text_en", "")), str(note.get("text_zh", "")))
            told.append(phrase("page-note", note=text))
    return told
