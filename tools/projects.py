"""From census rows to projects: size, estimate, stage, benefits, options."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from infraplan.models.place import Place
from infraplan.models.project import Mandate, Option, Project, Stage
from infraplan.models.quantities import Quality
from infraplan.optimizer.estimating import Estimate, estimate
from infraplan.optimizer.estimating.delivered import Range
from infraplan.optimizer.estimating.fill import running_shares, stream_of
from tools.census import Book, chosen_of, located, more_of, outputs_of, partners_of
from tools.deliveries import Deliveries
from tools.links import decided_pairs, is_synergy
from tools.payers import payer_profile

WAN_PER_YI = 10000.0
"""10,000 CNY in 100 million CNY."""
REMAINING_SHARE = 0.6
"""Assumed share of cost that works already begun still need."""
SIZE_RANGE = {"assumed": (0.7, 1.4), "computed": (0.85, 1.25), "stated": (1.0, 1.0)}
"""Smallest and largest size beside the one taken, by how the size is known."""
PUBLISHED_RANGE = (0.9, 1.15)
"""Range around a published total, as of a feasibility study."""
CLOSED = "完工"
"""Verb of works to be closed in the plan period; the same sentences set it against 新开工."""
READING = re.compile(r" ?\((?:[^()]*(?:printed|see line|listed twice|in total|cf\.)[^()]*)\)")
"""Remarks of the census inside English names; the note of the project says them."""
LINK_SHARE, LINK_MOST = 0.05, 3
"""Assumed share of a work's benefit that each work it makes possible adds, and how many count."""
CNY_PER_YI = 1e8
"""CNY in 100 million CNY."""


@dataclass(frozen=True)
class Standing:
    """Where a project stands at the plan's start, and what that means for the plan."""

    stage: Stage
    mandate: Mandate
    remaining: float
    note: str


def standing_of(row: dict[str, str], more: dict[str, str], plan_year: int) -> Standing:
    """Maturity at the plan's start, read from the verb of the text or decided by hand."""
    verb = row["status_verb_zh"]
    target = int(row["target_year"]) if row["target_year"].isdigit() else None
    if "stage" in more:
        stage = Stage(more["stage"])
        note = more.get("stagewhy", "")
        begun = stage is Stage.UNDER_CONSTRUCTION
        share = float(more.get("remaining", REMAINING_SHARE)) if begun else 1.0
        mandate = Mandate.COMMITTED if begun else Mandate.FREE
        return Standing(stage, mandate, share, note)
    if row["stage"] == "under_construction":
        note = f"text: {verb}, read as under construction"
        return Standing(Stage.UNDER_CONSTRUCTION, Mandate.COMMITTED, REMAINING_SHARE, note)
    if row["stage"] == "complete" and CLOSED in verb:
        note = f"text: {verb}, set against new starts, so read as begun; to be closed by {target}"
        share = float(more.get("remaining", REMAINING_SHARE))
        return Standing(Stage.UNDER_CONSTRUCTION, Mandate.MUST, share, note)
    if row["stage"] == "complete":
        note = f"text: {verb} by {target or plan_year}; read as ready to start"
        return Standing(Stage.START, Mandate.FREE, 1.0, note)
    return Standing(Stage(row["stage"]), Mandate.FREE, 1.0, f"text: {verb}")


def _enabled(row: dict[str, str], book: Book) -> list[dict[str, str]]:
    """Links to what a work makes possible in the words of the text."""
    return [
        link
        for link in book.links
        if link["from_id"] == row["id"]
        and link["type"] == "enables"
        and link["confidence"] != "inferred"
    ]


def _together(row: dict[str, str], book: Book) -> list[dict[str, str]]:
    """Those of them that are worth something only once both works stand."""
    decided = decided_pairs(book)
    return [link for link in _enabled(row, book) if is_synergy(book, link, decided)]


def gains_of_links(row: dict[str, str], book: Book, benefit: float) -> tuple[float, ...]:
    """Yearly benefit that each work made possible adds, in the order of the links; money.

    A share of the work's own `benefit` for each, at most `LINK_MOST` times in all.
    """
    together = len(_together(row, book))
    left = max(0, LINK_MOST - (len(_enabled(row, book)) - together))
    return (LINK_SHARE * benefit,) * min(together, left)


def _profile(more: dict[str, str]) -> tuple[float, ...]:
    return tuple(float(part) for part in more["profile"].split("|")) if "profile" in more else ()


def _option(
    decided: dict[str, str],
    found: Estimate,
    known: str,
    standing: Standing,
    delivered: dict[str, Range],
    more: dict[str, str],
    outputs: dict[str, float],
    years: tuple[int, int],
) -> Option:
    works, note = found.works, decided["note"]
    published = float(more["published"]) if "published" in more else None
    whole = published or found.mid / WAN_PER_YI
    low, high = found.low / WAN_PER_YI, found.high / WAN_PER_YI
    lead = int(more.get("lead", works.lead_time))
    if standing.remaining < 1.0 and "lead" not in more:
        lead = max(1, math.ceil(works.lead_time * standing.remaining))
    part = standing.remaining
    basis = f"{found.basis}; size {known}" + (f" ({note})" if note else "")
    quality = Quality.ESTIMATE if known == "stated" else Quality.ASSUMPTION
    if published:
        low, high = (published * factor for factor in PUBLISHED_RANGE)
        basis = f"total {published:g} {'published' if known == 'stated' else known} ({note})"
        quality = Quality.STATED if known == "stated" else Quality.ASSUMPTION
    if part < 1.0:
        basis += f"; {part:.0%} assumed to remain"
    running, income = running_shares(works)
    return Option(
        option=decided["option"],
        lead_time=lead,
        overnight_cost=round(whole * part, 4),
        overnight_cost_low=round(low * part, 4),
        overnight_cost_high=round(high * part, 4),
        cost_basis=basis,
        quality=quality,
        spending_profile=_profile(more),
        fixed_om_cost=round(whole * running, 5),
        lifetime=works.lifetime,
        **stream_of(works, found.quantity, delivered, whole, 1.0 / CNY_PER_YI, years),
        deliveries={name: round(value.mid, 4) for name, value in delivered.items()},
        ramp_up=works.ramp_up if works.ramp_up != (1.0,) else (),
        revenue=round(whole * income, 5),
        revenue_growth=0.01 if income > 0.0 else 0.0,
        outputs=outputs,
    )


def _estimate_of(row: dict[str, str], kind: str, known: str, quantity: float) -> Estimate:
    """Cost of works of a type of the library and a size."""
    found = estimate(row["subsector"], quantity, type_name=kind, size_range=SIZE_RANGE[known])
    if found is None:
        message = f"{row['id']}: type {kind} is not in the library"
        raise SystemExit(message)
    return found


def make_options(
    row: dict[str, str], book: Book, standing: Standing, delivered: Deliveries
) -> tuple[Option, ...]:
    """Base option of a project and its alternatives: other sizes, or works of another type."""
    work = book.works[row["id"]]
    more, outputs = more_of(work), outputs_of(work)
    size = float(work["quantity"])
    settings = book.document.settings
    years = (settings.price_year, settings.horizon.first_year)

    def of_size(decided: dict[str, str]) -> Option:
        quantity, part = float(decided["quantity"]), 1.0
        kind = decided.get("type") or work["type"]
        if kind == work["type"]:
            part = quantity / size
        known = decided.get("known") or work["known"]
        found = _estimate_of(row, kind, known, quantity)
        own = delivered.of(row, quantity, kind, decided["option"])
        built = outputs_of(decided) or {
            metric: round(amount * part, 6) for metric, amount in outputs.items()
        }
        changed = {key: decided[key] for key in ("lead", "published") if decided.get(key)}
        said = {key: value for key, value in more.items() if key != "published"}
        if "published" in more and "published" not in changed and kind == work["type"]:
            changed["published"] = str(float(more["published"]) * part)
        return _option(decided, found, known, standing, own, {**said, **changed}, built, years)

    base = {"option": "base", "quantity": work["quantity"], "note": work["note"]}
    return tuple(of_size(decided) for decided in (base, *book.options.get(row["id"], [])))


def _left_out(row: dict[str, str], book: Book) -> tuple[str, str] | None:
    if row["id"] in book.left_out:
        decided = book.left_out[row["id"]]
        return decided["represented_by"], decided["reason"]
    if "既有" in row["status_verb_zh"]:
        return "", "existing asset of the text: existing stock, not a project of the plan"
    return None


def stated_size(row: dict[str, str], work: dict[str, str]) -> tuple[float | None, str]:
    """Size as printed in the source and its unit; None where the text prints none."""
    text = row["quantity"].lstrip(">≥")
    if not text or row["unit"] in {"programme", "batch", "pilot", "network", "park"}:
        return None, ""
    try:
        return float(text), row["unit"]
    except ValueError:
        digits = "".join(c for c in text if c.isdigit() or c == ".")
        return (float(digits), text.replace(digits, "") + row["unit"]) if digits else (None, "")


def _note_of(standing: Standing, work: dict[str, str], more: dict[str, str]) -> str:
    """What was decided by hand about a work, in words."""
    told = (standing.note, work["note"], more.get("placewhy", ""), more.get("approved", ""))
    return "; ".join(part for part in told if part)


def build_projects(book: Book, known: dict[str, Place]) -> None:
    """Turn every census row into a project, or a reason why not."""
    document = book.document
    delivered = Deliveries(book, known)
    parts = {part for row in book.left_out.values() for part in row["represented_by"].split(";")}
    for row in book.rows:
        reason = _left_out(row, book)
        if reason is not None:
            book.coverage.append((row["id"], *reason))
            continue
        work = book.works[row["id"]]
        more = more_of(work)
        subsector = more.get("subsector", row["subsector"])
        standing = standing_of(row, more, document.target_year)
        spots = located(
            more.get("place", row["location_zh"]),
            known,
            document.place_aliases,
            document.whole,
        )
        quantity, unit = stated_size(row, work)
        line = f", line {row['line_no']}" if row.get("line_no") else ""
        options = make_options(row, book, standing, delivered)
        benefit = sum(options[0].benefits.values())
        book.gains_of_links[row["id"]] = gains_of_links(row, book, benefit)
        book.partners[row["id"]] = partners_of(more)
        if (chosen := chosen_of(more)) is not None:
            book.chosen[row["id"]] = chosen
        book.profiles[row["id"]] = payer_profile(subsector, more.get("payer"))
        book.projects.append(
            Project(
                id=row["id"],
                name_en=more.get("en", READING.sub("", row["name_en"])),
                name_zh=row["name_zh"],
                sector=document.sector_of(row),
                subsector=subsector,
                jurisdiction=more.get("leader", document.leader),
                place=spots[0].id if len(spots) == 1 else None,
                from_place=spots[0].id if len(spots) > 1 else None,
                to_place=spots[-1].id if len(spots) > 1 else None,
                stage=standing.stage,
                mandatory=Mandate(more["mandatory"]) if "mandatory" in more else standing.mandate,
                start_approved="approved" in more,
                open_by=int(more["open_by"]) if "open_by" in more else None,
                options=options,
                quantity=quantity,
                unit=unit,
                source=f"{document.number} {row['source_section']}{line}",
                note=_note_of(standing, work, more),
            )
        )
        if row["id"] not in parts or row in book.census:
            book.coverage.append((row["id"], row["id"], ""))
