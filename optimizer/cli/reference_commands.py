"""Commands that say what there is: rules, and other terms with their sources; solvers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.catalogue import pair, phrase, term, term_or_name
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.cli.output import Language, Output, draw, reporting
from infraplan.optimizer.cli.parameters import Json, Lang
from infraplan.optimizer.report.texts import text

if TYPE_CHECKING:
    from infraplan.models.finance.discounting import RateSchedule


def rules(as_json: Json = False, lang: Lang = Language.EN) -> None:
    """List rule sets, named bonds and grants, discount schedules, carbon values, with sources."""
    from infraplan.models.finance.carbon import CARBON_VALUES
    from infraplan.models.finance.discounting import SOCIAL_RATES

    output = Output(as_json, lang.value)
    with reporting(output):
        rows = [(name, rule) for name, found in RULE_SETS.items() for rule in found]
        output.emit(
            {
                "rules": [{"set": name, **rule.model_dump(mode="json")} for name, rule in rows],
                "capital_ratios": [
                    {"set": name, **row.model_dump(mode="json")}
                    for name, found in CAPITAL_RATIO_SETS.items()
                    for row in found
                ],
                "money_presets": _presets(),
                "discount_schedules": [
                    {
                        "schedule": name,
                        "rates": _steps(rate.schedule),
                        "source": rate.source,
                        "as_of": rate.as_of,
                        "valid_from": rate.valid_from,
                        "valid_to": rate.valid_to,
                        "verified": rate.verified,
                    }
                    for name, rate in SOCIAL_RATES.items()
                ],
                "carbon_values": [
                    {"value": name, **asdict(value)} for name, value in CARBON_VALUES.items()
                ],
            }
        )
        if as_json:
            return
        columns = ("rule_set", "rule", "fiscal_items", "source", "dated", "in_force")
        told = []
        for name, rule in rows:
            read = dict.fromkeys(term.item for term in (*rule.additions, *rule.base))
            told.append(
                (
                    name,
                    rule.title.text(output.lang),
                    _items(output, read),
                    _source(output, rule.source, rule.verified),
                    rule.dated,
                    _span(rule.valid_from, rule.valid_to),
                )
            )
        draw(output, "rule_sets", columns, told)
        _print_capital(output)
        _print_presets(output)
        _print_published(output)


def _source(output: Output, source: str, verified: bool) -> str:
    """A published source, and a mark where it was not checked in a primary text."""
    if verified:
        return output.text(term_or_name("published-source", source))
    mark = term("report", "unverified")
    return output.text(
        phrase("source-and-mark", source=term_or_name("published-source", source), mark=mark)
    )


def _items(output: Output, names: Iterable[str]) -> str:
    """Fiscal items by the name to be written in the table `fiscal`, each with its word."""
    told = [
        phrase("name-and-word", name=name, word=term_or_name("fiscal-item", name)) for name in names
    ]
    return "\n".join(output.text(item) for item in told)


def _span(first: int | None, last: int | None) -> str:
    """Years in which something is in force, e.g. 2018-2022; blank where it has no dates."""
    return "" if first is last is None else f"{first or ''}-{last or ''}"


def _steps(schedule: RateSchedule) -> dict[str, float]:
    """Rates by the year offset from which they hold."""
    steps = schedule if isinstance(schedule, Mapping) else {0: schedule}
    return {str(offset): rate for offset, rate in sorted(steps.items())}


def _print_capital(output: Output) -> None:
    """Print the sets of least capital (for finance.capital_ratio_sets)."""
    columns = ("rule_set", "rule", "ratio", "source", "dated")
    told = []
    for name, found in CAPITAL_RATIO_SETS.items():
        for row in found:
            title = row.title.text(output.lang)
            source = _source(output, row.source, row.verified)
            told.append((name, title, f"{row.ratio:.0%}", source, row.dated))
    draw(output, "least_capital", columns, told)


def _presets() -> list[dict[str, Any]]:
    """Named bonds and grants with their terms, years and sources, as plain data."""
    return [
        {
            "preset": name,
            "table": row.table,
            "title": row.title.model_dump(),
            "who_repays": row.who_repays.model_dump(),
            "terms": dict(row.terms),
            "tenors": list(row.tenors),
            "rates": list(row.rates),
            "first_year": row.first_year,
            "last_year": row.last_year,
            "source": row.source,
            "dated": row.dated,
            "verified": row.verified,
        }
        for name, row in MONEY_PRESETS.items()
    ]


def _print_presets(output: Output) -> None:
    """Print the named bonds and grants (for the column preset of instruments and funds)."""
    heads = ("name", "rule", "who_repays", "usual_terms", "source", "dated", "in_force")
    told = []
    for name, row in MONEY_PRESETS.items():
        tenors = ", ".join(f"{tenor}" for tenor in row.tenors)
        rates = ", ".join(f"{100 * rate:g}%" for rate in row.rates)
        told.append(
            (
                name,
                row.title.text(output.lang),
                row.who_repays.text(output.lang),
                "; ".join(part for part in (tenors, rates) if part),
                _source(output, row.source, row.verified),
                row.dated,
                _span(row.first_year, row.last_year),
            )
        )
    draw(output, "money_presets", heads, told)


def _print_published(output: Output) -> None:
    """Print discount schedules (for appraisal.discount_schedule) and carbon values."""
    from infraplan.models.finance.carbon import CARBON_VALUES
    from infraplan.models.finance.discounting import SOCIAL_RATES

    heads = ("schedule_name", "rates", "source", "as_of", "in_force")
    rates, carbon = [], []
    for name, rate in SOCIAL_RATES.items():
        steps = ", ".join(
            f"{100 * value:g}%" if offset == "0" else f"{offset}+: {100 * value:g}%"
            for offset, value in _steps(rate.schedule).items()
        )
        source = _source(output, rate.source, rate.verified)
        span = _span(rate.valid_from, rate.valid_to)
        rates.append((name, steps, source, str(rate.as_of), span))
    for name, value in CARBON_VALUES.items():
        amount = f"{value.low:g}-{value.high:g} {value.currency}"
        source = _source(output, value.source, value.verified)
        carbon.append((name, amount, source, str(value.as_of)))
    draw(output, "discount_schedules", heads, rates)
    draw(output, "carbon_values", ("name", "number", "source", "for_year"), carbon)


def solvers(as_json: Json = False, lang: Lang = Language.EN) -> None:
    """List the solvers that are known, and which of them are installed."""
    from infraplan.optimizer.backends import available_solvers

    output = Output(as_json, lang.value)
    with reporting(output):
        found = available_solvers()
        output.emit(
            {
                "solvers": [
                    {
                        "name": s.name,
                        "available": s.available,
                        "version": s.version,
                        "note": "" if s.note is None else s.note.text_en,
                        "note_zh": "" if s.note is None else s.note.text_zh,
                    }
                    for s in found
                ]
            }
        )
        if as_json:
            return
        columns = ("name", "installed", "version", "to_have_it")
        told = []
        for row in found:
            there = text("yes" if row.available else "no", output.lang)
            told.append((row.name, there, row.version, output.text(row.how_to_install)))
        draw(output, "solvers", columns, told)
        for note in (row.note for row in found if row.note is not None and row.available):
            output.say(pair(note.text_en, note.text_zh))
