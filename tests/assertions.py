"""Assertions that several suites share."""

from __future__ import annotations

import re

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.verify import Verification, Violation, verify_plan


def broken_laws(violations: tuple[Violation, ...]) -> set[str]:
    """Names of the laws that `violations` break."""
    return {violation.law for violation in violations}


def assert_verified(instance: Instance, plan: Plan) -> Verification:
    """Fail with every broken law in words unless `plan` obeys the laws; return the verification."""
    verification = verify_plan(instance, plan)
    assert verification.ok, "\n".join(str(violation) for violation in verification.violations)
    return verification


def assert_breaks(instance: Instance, plan: Plan, *laws: str) -> tuple[Violation, ...]:
    """Fail unless `plan` breaks exactly the named laws; return the violations."""
    verification = verify_plan(instance, plan)
    found = broken_laws(verification.violations)
    told = "\n".join(str(violation) for violation in verification.violations)
    assert found == set(laws), f"broken: {sorted(found)}, expected: {sorted(laws)}\n{told}"
    return verification.violations


def english_sentences(text: str) -> list[str]:
    """Runs of three plain English words, which no name, path, option or command is made of."""
    text = re.sub(r"infraplan( \w+)+", "", text)
    return re.findall(r"(?<![-\w./_`])[A-Za-z]+ [a-z]+ [a-z]+(?![-\w./_`])", text)


def half_width_marks(text: str) -> list[str]:
    """Half-width , ; : ( ) ? ! of a Chinese text, with what stands around them.

    Not those inside code and numbers (`1,200`, `a=1;b=2`: a mark between two half-width characters
    without a blank) nor what stands in quotation marks or backticks, which is typed as it stands.
    A place of a template where a value is put in counts as Chinese.
    """
    bare = re.sub(r"\{[^{}]*\}", lambda found: "\u4e00" * len(found[0]), text)
    bare = re.sub("“[^”]*”|`[^`]*`", lambda found: "x" * len(found[0]), bare)
    bare = f"\u4e00{bare}\u4e00"
    found = re.finditer(r"(?<![!-~])[,;:()?!]|[,;:()?!](?![!-~])", bare)
    return [text[max(0, mark.start() - 9) : mark.start() + 8] for mark in found]


def assert_bilingual(english: str, chinese: str) -> None:
    """The two tell one thing, each in its language alone but for names of the instance."""
    assert english
    assert english != chinese
    assert re.search("[\u4e00-\u9fff]", chinese), chinese
    assert not english_sentences(chinese), chinese
