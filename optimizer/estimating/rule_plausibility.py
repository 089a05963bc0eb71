"""Doubts about debt rules that nothing tests, because fiscal items that they need have no row."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.rules import UntestedRule, untested_rules
from infraplan.optimizer.estimating.implausibility import doubt


def rule_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield `rule-untested`: a rule, a jurisdiction, years, and the items without a row."""
    given = {row.item for row in instance.fiscal}
    own = {id(rule): number for number, rule in enumerate(instance.settings.finance.rules)}
    rows = {row.id: index for index, row in enumerate(instance.jurisdictions)}
    for untested in untested_rules(instance):
        text = phrase("rule-cannot-be-tested", **_told(untested))
        advice = phrase("add-rows-of-fiscal-of", jurisdiction=untested.jurisdiction)
        number = own.get(id(untested.rule))
        if number is None:
            index = rows[untested.jurisdiction]
            yield doubt("rule-untested", "jurisdictions", index, "rule_sets", text, advice)
        elif given.intersection(untested.items):
            # An item that nobody has a row of is told at the rule (`item-missing`).
            path = f"finance.rules[{number}].base"
            yield doubt("rule-untested", "instance", None, path, text, advice)


def rules_that_were_not_tested(instance: Instance) -> Phrase:
    """What a plan was not held against, told with every plan; blank: nothing."""
    found = list(untested_rules(instance))
    if not found:
        return NOTHING_SAID
    told = listed(phrase("rule-of-in-for-want-of", **_told(untested)) for untested in found)
    return phrase("rules-were-not-tested", count=len(found), told=told)


def _told(untested: UntestedRule) -> dict[str, object]:
    return {
        "rule": untested.rule.id,
        "jurisdiction": untested.jurisdiction,
        "items": listed(untested.items),
        "first": int(untested.years[0]),
        "last": int(untested.years[-1]),
    }
