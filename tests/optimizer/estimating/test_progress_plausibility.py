"""What a project says of its progress against its money and dates: doubts, and no doubt."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import Severity
from infraplan.models.project import Stage
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.estimating.progress_plausibility import progress_doubts
from tests.assertions import assert_bilingual
from tests.builders import make_instance, make_project

# The plan begins in 2021; cost 10; three years of spending and of works.
WORKS: dict[str, Any] = {"stage": "under_construction", "lead_time": 3}
STANDS: dict[str, Any] = {"stage": "complete", "opened": 2018}

DOUBTED = {
    "spent less than half": ({**STANDS, "spent_to_date": 4.9}, "spent-not-its-cost"),
    "spent more than twice": ({**STANDS, "spent_to_date": 20.1}, "spent-not-its-cost"),
    "overdue": ({**WORKS, "started": 2015}, "works-overdue"),
    "no start": ({**WORKS, "spent_to_date": 2.0}, "spent-without-start"),
    "later start": ({**WORKS, "started": 2020, "earliest_start": 2023}, "date-not-heeded"),
    "may begin later": ({**WORKS, "started": 2019, "earliest_start": 2020}, "began-outside-window"),
    "had to begin": ({**WORKS, "started": 2020, "latest_start": 2019}, "began-outside-window"),
    "committed later": ({"mandatory": "committed", "earliest_start": 2022}, "date-not-heeded"),
    "not ready": ({**WORKS, "started": 2020, "ready_years": {"land": 2022}}, "date-not-heeded"),
    "study": ({"mandatory": "committed", "stage": "study"}, "committed-at-an-early-stage"),
    "preparatory": (
        {"mandatory": "committed", "stage": "preparatory"},
        "committed-at-an-early-stage",
    ),
    "all spent": (
        {**WORKS, "started": 2019, "spending_profile": (0.5, 0.5)},
        "nothing-left-to-spend",
    ),
    "all spent, opens later": ({**WORKS, "started": 2015, "opened": 2023}, "nothing-left-to-spend"),
}
FINE = {
    "spent half": {**STANDS, "spent_to_date": 5.0},
    "spent twice": {**STANDS, "spent_to_date": 20.0},
    "began as it might": {**WORKS, "started": 2018, "earliest_start": 2017, "latest_start": 2018},
    "stands": STANDS,
    "due at once": {**WORKS, "started": 2018},
    "late, and says so": {**WORKS, "started": 2015, "opened": 2022, "spent_to_date": 9.0},
    "all spent, and says so": {
        **WORKS, "started": 2019, "spending_profile": (0.5, 0.5), "spent_to_date": 8.0,
    },
    "chosen by the plan": {**WORKS, "mandatory": "must", "earliest_start": 2023},
    "study": {"stage": "study", "earliest_start": 2023},
    "committed": {"mandatory": "committed", "stage": "start"},
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTED)
def test_a_stage_that_money_or_dates_belie_is_doubted(case: str) -> None:
    values, rule = DOUBTED[case]
    instance = make_instance([make_project("a", 10.0, benefit=1.0, **values)])
    found = [doubt for doubt in progress_doubts(instance) if doubt.rule == rule]
    assert len(found) == 1, [doubt.rule for doubt in progress_doubts(instance)]
    assert found[0].severity is Severity.WARNING
    assert_bilingual(found[0].message, found[0].message.zh)
    assert_bilingual(found[0].advice, found[0].advice.zh)
    assert found[0] in find_implausibilities(instance)


@pytest.mark.parametrize("case", FINE)
def test_a_stage_that_agrees_with_money_and_dates_is_not(case: str) -> None:
    instance = make_instance([make_project("a", 10.0, benefit=1.0, **FINE[case])])
    assert not list(progress_doubts(instance))


def test_every_stage_is_looked_at() -> None:
    told = {values.get("stage", "start") for values, _ in DOUBTED.values()}
    assert told == {stage.value for stage in Stage}
