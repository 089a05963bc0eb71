"""What districts have by head, against figures by hand and against each person's own."""

from __future__ import annotations

import random

import pytest

from infraplan.models.horizon import Phase
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.fairness import WHOLE_PLAN, ByHead, by_head, districts_of
from infraplan.optimizer.report.fairness_table import fairness_table
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.table_data import table_data
from tests.builders import (
    make_instance,
    make_jurisdictions,
    make_payment,
    make_plan,
    make_project,
    make_start,
    make_target,
)

PHASES = (
    Phase(id="one", first_year=2021, last_year=2022),
    Phase(id="two", first_year=2023, last_year=2024),
)


def region(**people: float | None) -> Instance:
    """Two works of the town and one of the hills; inflation of a half, so that money is worn."""
    settings = {"phases": PHASES, "inflation": 0.5}
    return make_instance(
        [
            make_project("t", 8.0, 2.0, jurisdiction="town", outputs={"beds": 6.0}),
            make_project("u", 4.0, jurisdiction="town"),
            make_project("h", 2.0, 3.0, jurisdiction="hills"),
        ],
        settings=settings,
        jurisdictions=[
            row
            for name, count in people.items()
            for row in make_jurisdictions(name, population=count)
        ],
    )


def test_what_districts_have_by_head_and_phase() -> None:
    instance = region(town=4.0, hills=1.0, capital=None)
    starts = [
        make_start(instance, name, year) for name, year in (("t", 2021), ("u", 2023), ("h", 2022))
    ]
    payments = [
        make_payment("t", 2021, 8.0, jurisdiction="town"),
        make_payment("u", 2023, 9.0, jurisdiction="town"),  # 4 at prices of 2021, times 1.5 twice
        make_payment("h", 2022, 3.0, jurisdiction="hills"),
    ]
    plan = make_plan(instance, starts, payments)
    found = {(part.measure, part.phase): part for part in by_head(instance, plan)}
    assert found["spend", WHOLE_PLAN].per_head == pytest.approx({"town": 3.0, "hills": 2.0})
    assert found["spend", "one"].per_head == pytest.approx({"town": 2.0, "hills": 2.0})
    assert found["spend", "one"].gini == pytest.approx(0.0)
    assert found["spend", "two"].per_head == pytest.approx({"town": 1.0, "hills": 0.0})
    # t opens in 2022: 3 x 2; h in 2023: 2 x 3. The benefit counts where works start.
    assert found["benefit", WHOLE_PLAN].amounts == pytest.approx({"town": 6.0, "hills": 6.0})
    assert ("benefit", "two") not in found
    assert found["value_own", WHOLE_PLAN].amounts == pytest.approx({"town": -6.0, "hills": 4.0})
    assert found["value_own", WHOLE_PLAN].gini is None  # somebody has less than nothing
    assert found["beds", "one"].per_head == pytest.approx({"town": 1.5, "hills": 0.0})
    # Benefits: four have 1.5, one has 6; mean 2.4: 2 x 4 x 4.5 / (2 x 25 x 2.4) = 0.3.
    assert found["benefit", WHOLE_PLAN].gini == pytest.approx(0.3)


def test_people_above_and_people_unknown_are_no_district() -> None:
    rows = [
        *make_jurisdictions("state", population=9.0),
        *make_jurisdictions("town", "hills", population=4.0, parent="state"),
        *make_jurisdictions("firms"),
    ]
    instance = make_instance([make_project("a")], jurisdictions=rows)
    assert districts_of(instance) == {"town": 4.0, "hills": 4.0}


@pytest.mark.parametrize("seed", range(10))
def test_gini_is_that_of_every_person(seed: int) -> None:
    rng = random.Random(seed)
    people = {name: float(rng.randint(1, 9)) for name in "abcd"}
    amounts = {name: rng.uniform(0.0, 9.0) for name in people}
    part = ByHead("spend", WHOLE_PLAN, amounts, people)
    each = [amounts[name] / people[name] for name in people for _ in range(int(people[name]))]
    mean = sum(each) / len(each)
    gaps = sum(abs(one - other) for one in each for other in each)
    assert part.mean == pytest.approx(mean)
    assert part.gini == pytest.approx(gaps / (2 * len(each) ** 2 * mean))


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("investment", "all districts")), ("zh", ("投资", "全部区县"))]
)
def test_the_table(lang: str, words: tuple[str, str]) -> None:
    instance = region(town=4.0, hills=1.0)
    plan = make_plan(
        instance,
        [make_start(instance, "h", 2022)],
        [make_payment("h", 2022, 3.0, jurisdiction="hills")],
    )
    rows = table_data(fairness_table(make_run(instance, plan, {})), lang)["rows"]
    assert words[0] in rows[0]["measured"]
    assert [row["per_head"] for row in rows[:3]] == pytest.approx([0.0, 2.0, 0.4])
    assert rows[2]["district"] == words[1]
    assert rows[2]["gini"] == pytest.approx(0.8)  # one of five has all: 4/5
    nobody = table_data(fairness_table(make_run(region(town=None, hills=None), plan, {})), lang)
    assert nobody["rows"] == []
    assert ("population" in nobody["why_empty"]) or ("人口" in nobody["why_empty"])


def test_a_metric_is_told_by_the_target_that_counts_it() -> None:
    instance = region(town=4.0, hills=1.0)
    target = make_target("more_beds", "beds", 9.0, 2024, name_en="Beds", name_zh="床位", unit="MW")
    known = instance.model_copy(update={"targets": (target,)})
    plan = make_plan(known, [make_start(known, "t", 2021)], [make_payment("t", 2021, 8.0)])
    told = {
        (row["measured_en"], row["measured_zh"])
        for row in fairness_table(make_run(known, plan, {})).frame.to_dict("records")
    }
    assert ("Beds [MW]", "床位（MW）") in told
    others = fairness_table(make_run(instance, plan, {})).frame["measured_zh"]
    assert "beds" in set(others)  # nothing names it
