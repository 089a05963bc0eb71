"""The rows of the family `sharing` as text, against files that were found right by hand.

After a wanted change: `python -m tests.golden.test_golden_sharing` writes the files anew; read the
difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_agreement,
    make_bond,
    make_fund,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
)
from tests.golden.test_golden_rows import rows_of

FOLDER = Path(__file__).parent / "sharing"
NAMES = ("sharing", "share_limit", "compensation", "consent")


def partners() -> Instance:
    """Two years, discounting at 25 % and inflation of 25 %, so that w = 1, 0.64.

    Of `road` j gains 0.75 of 16 in 2022 (present value 12.8: 9.6 and 3.2), the shares are chosen, k
    pays 0.2 to 0.5; of `dam` the leader k gains all 24 (19.2), j pays half of 10 and may be
    compensated. `pipe` and `wire` are agreed on as a package.
    """
    return make_instance(
        [
            make_project("road", 10, 16, jurisdiction="j", latest_start=2021, optimism_bias=0.5),
            make_project("dam", 10, 24, jurisdiction="k", latest_start=2021),
            make_project("pipe", 4, 8, jurisdiction="j"),
            make_project("wire", 2, 8, jurisdiction="k", latest_start=2021),
        ],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[
            make_share("road", "k", min_share=0.2, max_share=0.5, benefit_share=0.25),
            make_share("dam", "j", 0.5),
            make_share("pipe", "k", 0.25),
            make_share("wire", "j", 0.5),
        ],
        agreements=[
            make_agreement("road", shares="chosen", consent="project"),
            make_agreement("dam", consent="project", compensation=True),
            make_agreement("pipe", consent="package"),
            make_agreement("wire", consent="package"),
        ],
        funds=[make_fund("purse", jurisdiction="j")],
        instruments=[make_bond("loan", jurisdiction="j")],
        settings={"discount_rate": 0.25, "inflation": 0.25},
    )


@pytest.mark.parametrize("family", NAMES)
def test_rows_are_as_written(family: str) -> None:
    expected = (FOLDER / f"{family}.txt").read_text(encoding="utf-8")
    assert rows_of(build_formulation(partners()).mip, family) == expected


def test_what_others_pay_stays_with_its_own_family() -> None:
    blocks = build_formulation(partners()).mip.row_blocks
    (fixed,) = [block for block in blocks if block.family == "sources_uses"]
    # Only j has funds: its fixed shares of dam, pipe and wire are one class, in two years.
    assert [key[0] for key in fixed.keys] == ["j", "j"]
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES)


if __name__ == "__main__":
    model = build_formulation(partners()).mip
    for name in NAMES:
        (FOLDER / f"{name}.txt").write_text(rows_of(model, name), encoding="utf-8")
