"""Checks of shares, instruments, opening debt and debt rules."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import listed, phrase
from infraplan.models.funding import Instrument, InstrumentKind
from infraplan.models.inconsistency import Inconsistency, closest, ids_by_name, table_named
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.named_sets import capital_ratios_named, debt_rules_named
from infraplan.models.problem import Problem
from infraplan.models.quantities import are_sectors_as_written
from infraplan.models.subsectors import kind_suggested


def check_money(instance: Problem) -> Iterator[Inconsistency]:
    """Report shares above one, and instruments and opening debt that contradict themselves."""
    yield from _check_shares(instance)
    for index, instrument in enumerate(instance.instruments):
        yield from _check_repayment(index, instrument)
        yield from _check_what_repays(index, instrument)
    yield from _check_old_debt(instance)
    yield from _check_opening_debt(instance)
    yield from _check_ages(instance)
    yield from _check_kinds_of_works(instance)


def _check_kinds_of_works(instance: Problem) -> Iterator[Inconsistency]:
    """Report words that seem to mean works of which a rule speaks, and are none that it names.

    A rule of capital or a ban of starts would pass such a project over in silence.
    """
    if are_sectors_as_written():
        return
    finance = instance.settings.finance
    ratios = (*finance.capital_ratios, *capital_ratios_named(finance.capital_ratio_sets))
    named = {word for rule in ratios for word in rule.sectors}
    owned = debt_rules_named(name for row in instance.jurisdictions for name in row.rule_sets)
    for rule in (*finance.rules, *owned):
        if any(band.starts_banned for band in rule.bands):
            named |= {*rule.start_banned, *rule.start_ban_exempt}
    for index, project in enumerate(instance.projects) if named else ():
        if named & {project.sector, project.subsector}:
            continue
        for column in ("sector", "subsector"):
            word = getattr(project, column)
            meant = [known for known in kind_suggested(word) if known in named]
            if meant:
                yield Inconsistency(
                    "unknown-kind-of-works",
                    "projects",
                    index,
                    column,
                    phrase("seems-to-mean-works-of-a-rule", id=project.id, word=word),
                    phrase("write-the-word-of-the-rule-or-another", words=listed(sorted(meant))),
                )


def _check_shares(instance: Problem) -> Iterator[Inconsistency]:
    totals: dict[str, float] = {}
    last: dict[str, int] = {}
    for index, row in enumerate(instance.shares):
        totals[row.project] = totals.get(row.project, 0.0) + (row.share or 0.0)
        last[row.project] = index
    for project, total in totals.items():
        if total > 1.0 + 1e-9:
            yield Inconsistency(
                "share-sum",
                "shares",
                last[project],
                "share",
                phrase("the-shares-of-project-sum-to", project=project, total=total),
                phrase("shares-must-sum-to-at-most-1-the-leading"),
            )


def _check_repayment(index: int, instrument: Instrument) -> Iterator[Inconsistency]:
    """Report grace, schedules and contracts that cannot be."""
    if instrument.grace >= instrument.tenor:
        yield Inconsistency(
            "instrument-form",
            "instruments",
            index,
            "grace",
            phrase(
                "grace-of-years-leaves-no-year-to-repay-in",
                grace=instrument.grace,
                tenor=instrument.tenor,
            ),
            phrase("grace-must-be-less-than-tenor"),
        )
    if instrument.kernel == "schedule" and (
        len(instrument.schedule) != instrument.tenor
        or abs(sum(instrument.schedule) - 1.0) > 1e-6
        or min(instrument.schedule, default=0.0) < 0.0
        or instrument.schedule[-1] == 0.0
    ):
        yield Inconsistency(
            "instrument-form",
            "instruments",
            index,
            "schedule",
            phrase(
                "the-schedule-has-shares-summing-to",
                num_schedule=len(instrument.schedule),
                schedule=sum(instrument.schedule),
            ),
            phrase("give-shares-from-0-to-1-that-sum-to-1-the", tenor=instrument.tenor),
        )
    if instrument.kind is not InstrumentKind.DEBT and (
        not instrument.tagged or instrument.refinancing
    ):
        yield Inconsistency(
            "instrument-form",
            "instruments",
            index,
            "kind",
            phrase("is-a-contract-with-a-partner-but-belongs-to", instrument=instrument.id),
            phrase("set-tagged-to-yes-and-refinancing-to-no"),
        )


def _check_what_repays(index: int, instrument: Instrument) -> Iterator[Inconsistency]:
    """Report contracts, bundles and coverage ratios that nothing stands behind."""
    if instrument.kind is InstrumentKind.USER_PAY and not instrument.coverage:
        yield Inconsistency(
            "instrument-form",
            "instruments",
            index,
            "coverage",
            phrase("nothing-says-what-repays-the-partner-of", instrument=instrument.id),
            phrase("give-the-ratio-of-the-project-s-net-revenue"),
        )
    if instrument.bundle and instrument.coverage is None:
        yield Inconsistency(
            "instrument-form",
            "instruments",
            index,
            "bundle",
            phrase("is-of-a-bundle-that-nothing-tests", instrument=instrument.id),
            phrase("give-the-coverage-ratio-that-the-bundle-must"),
        )
    if instrument.coverage is not None and not instrument.tagged:
        yield Inconsistency(
            "instrument-form",
            "instruments",
            index,
            "coverage",
            phrase("a-coverage-ratio-is-asked-of-issues-that"),
            phrase("set-tagged-to-yes-or-leave-coverage-blank"),
        )


def _check_ages(instance: Problem) -> Iterator[Inconsistency]:
    """Report ages of cash in funds whose money does not age, or of more cash than there is."""
    for index, fund in enumerate(instance.funds):
        if not any(fund.opening_ages):
            continue
        limit = fund.lapse_years if fund.carry_over else None
        if limit is None:
            message = phrase("cash-has-ages-but-does-not-lapse", fund=fund.id)
            advice = phrase("give-lapse-years-or-leave-the-ages-blank")
        elif any(fund.opening_ages[limit:]):
            message = phrase("cash-would-have-lapsed-before-the-plan", fund=fund.id, years=limit)
            advice = phrase("give-at-most-so-many-entries", years=limit)
        elif sum(fund.opening_ages) > fund.opening_balance * (1.0 + 1e-6) + 1e-9:
            message = phrase(
                "ages-of-more-cash-than-there-is",
                fund=fund.id,
                told=sum(fund.opening_ages),
                cash=fund.opening_balance,
            )
            advice = phrase("the-entries-are-parts-of-the-opening-balance")
        else:
            continue
        yield Inconsistency("fund-ages", "funds", index, "opening_ages", message, advice)


def _check_opening_debt(instance: Problem) -> Iterator[Inconsistency]:
    first = instance.settings.horizon.first_year
    for index, position in enumerate(instance.debt):
        if position.opening_balance is not None and position.year != first:
            yield Inconsistency(
                "debt-form",
                "debt",
                index,
                "opening_balance",
                phrase("an-opening-balance-stands-in-year", year=position.year),
                phrase("give-it-in-the-plan-s-first-year", first=first),
            )


def _check_old_debt(instance: Problem) -> Iterator[Inconsistency]:
    """Report old debt that repays more than is owed."""
    owed: dict[tuple[str, str], float] = {}
    repaid: dict[tuple[str, str], float] = {}
    for row in instance.debt:
        key = row.jurisdiction, row.pool
        owed[key] = owed.get(key, 0.0) + (row.opening_balance or 0.0)
    last = instance.settings.horizon.first_year
    told: set[tuple[str, str]] = set()
    for index, row in sorted(enumerate(instance.debt), key=lambda pair: pair[1].year):
        key = row.jurisdiction, row.pool
        if row.year >= last:
            repaid[key] = repaid.get(key, 0.0) + row.principal_due
        if key not in told and repaid.get(key, 0.0) > owed[key] * (1.0 + 1e-6) + 1e-9:
            told.add(key)
            yield Inconsistency(
                "debt-form",
                "debt",
                index,
                "principal_due",
                phrase(
                    "repays-of-debt-by-of-that-it-owes",
                    jurisdiction=row.jurisdiction,
                    repaid=repaid[key],
                    pool=row.pool,
                    year=row.year,
                    owed=owed[key],
                ),
                phrase("give-the-opening-balance-in-the-plan-s-first"),
            )


def check_rule_sets(instance: Problem) -> Iterator[Inconsistency]:
    """Report names of sets of debt rules and of least capital that do not exist."""
    ratio_sets = instance.settings.finance.capital_ratio_sets
    if not ratio_sets and not any(row.rule_sets for row in instance.jurisdictions):
        return
    from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
    from infraplan.models.rule_sets import RULE_SETS

    for number, name in enumerate(ratio_sets):
        if name not in CAPITAL_RATIO_SETS:
            yield Inconsistency(
                "unknown-id",
                "instance",
                None,
                f"finance.capital_ratio_sets[{number}]",
                phrase("is-not-a-set-of-least-capital", name=name),
                closest(
                    name,
                    set(CAPITAL_RATIO_SETS),
                    phrase("the-sets", known=listed(CAPITAL_RATIO_SETS)),
                ),
            )
    for index, row in enumerate(instance.jurisdictions):
        for name in row.rule_sets:
            if name not in RULE_SETS:
                yield Inconsistency(
                    "unknown-id",
                    "jurisdictions",
                    index,
                    "rule_sets",
                    phrase("is-not-a-debt-rule-set", name=name),
                    closest(name, set(RULE_SETS), phrase("the-rule-sets", known=listed(RULE_SETS))),
                )


def check_preset_years(instance: Problem) -> Iterator[Inconsistency]:
    """Report money of a named grant in a year in which the grant does not exist."""
    presets = {
        fund.id: (fund.preset, MONEY_PRESETS[fund.preset])
        for fund in instance.funds
        if fund.preset in MONEY_PRESETS  # another name is told with the fund itself
    }
    for index, row in enumerate(instance.inflows):
        if row.fund not in presets or row.value <= 0.0:
            continue
        name, preset = presets[row.fund]
        first, last = preset.first_year, preset.last_year
        early = first is not None and row.year < first
        late = last is not None and row.year > last
        if early or late:
            yield Inconsistency(
                "preset-year",
                "inflows",
                index,
                "year",
                phrase(
                    "preset-is-not-issued-then",
                    name=name,
                    year=row.year,
                    limit=first if early else last,
                ),
                phrase("leave-it-out-or-name-no-preset"),
            )


def check_rule_scopes(instance: Problem) -> Iterator[Inconsistency]:
    """Report rules of jurisdictions, pools or projects that nothing defines, and reserved ids."""
    pools = {row.id for row in instance.pools}
    pools |= {row.pool for row in instance.instruments} | {row.pool for row in instance.debt}
    for number, ratio in enumerate(instance.settings.finance.capital_ratios):
        for name in ratio.projects:
            if name not in instance.project_by_id:
                field = f"finance.capital_ratios[{number}].projects"
                message = phrase("is-not-an-id-in-2", name=name, where=table_named("projects"))
                names = ids_by_name(instance.projects)
                place = table_named("projects")
                advice = closest(name, set(instance.project_by_id), place, names)
                yield Inconsistency("unknown-id", "instance", None, field, message, advice)
    for number, rule in enumerate(instance.settings.finance.rules):
        path = f"finance.rules[{number}]"
        used = [("jurisdictions", name, path + ".jurisdictions") for name in rule.jurisdictions]
        for position, term in enumerate(rule.terms):
            used += [("pools", name, f"{path}.terms[{position}].pools") for name in term.pools]
        for where, name, field in used:
            known = pools if where == "pools" else set(instance.jurisdiction_ids)
            if name not in known:
                message = phrase("is-not-an-id-in-2", name=name, where=table_named(where))
                names = ids_by_name(getattr(instance, where))
                advice = closest(name, known, table_named(where), names)
                yield Inconsistency("unknown-id", "instance", None, field, message, advice)
    for index, instrument in enumerate(instance.instruments):
        if instrument.id == "total" or instrument.id.startswith(("rule:", "old:")):
            yield Inconsistency(
                "reserved-id",
                "instruments",
                index,
                "id",
                phrase("has-a-meaning-of-its-own-in-the-debt-table-of", instrument=instrument.id),
                phrase("choose-another-id-total-rule-and-old-are"),
            )
