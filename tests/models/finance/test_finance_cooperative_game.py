"""Shapley value and nucleolus of games solved by hand or in the literature."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.models.finance.cooperative_game import (
    MAXIMUM_PLAYERS,
    CooperativeGame,
    coalitions,
    excesses,
    is_in_core,
    nucleolus,
    shapley_value,
)


def game(values: dict[str, float], players: str = "abc") -> CooperativeGame:
    """Build a game from values keyed by the letters of a coalition; missing ones gain nothing."""
    table = {group: values.get("".join(sorted(group)), 0.0) for group in coalitions(players)}
    return CooperativeGame(tuple(players), table)


PAIRS = game({"ab": 90, "ac": 80, "bc": 70, "abc": 120})
GLOVES = game({"ab": 1, "ac": 1, "abc": 1})
# Runways for planes needing 1, 2 and 3 (Littlechild and Owen 1973): the longest serves all.
RUNWAY_COSTS = {group: float(max("abc".index(p) + 1 for p in group)) for group in coalitions("abc")}
RUNWAY = CooperativeGame(
    tuple("abc"),
    {
        group: sum(RUNWAY_COSTS[frozenset(p)] for p in group) - cost
        for group, cost in RUNWAY_COSTS.items()
    },
)


def test_shapley_of_a_three_partner_game_by_hand() -> None:
    # a: 90/6 + 80/6 + (120 - 70)/3 = 45; b: 90/6 + 70/6 + (120 - 80)/3 = 40; c: 35.
    assert shapley_value(PAIRS) == pytest.approx({"a": 45.0, "b": 40.0, "c": 35.0})


def test_nucleolus_of_a_game_with_one_point_in_the_core() -> None:
    # The pairs claim 90 + 80 + 70 = 240 = twice 120: only (50, 40, 30) satisfies all three.
    assert nucleolus(PAIRS) == pytest.approx({"a": 50.0, "b": 40.0, "c": 30.0})
    assert is_in_core(PAIRS, nucleolus(PAIRS))
    # The Shapley value gives the pair ab 85 of the 90 it could have alone.
    assert not is_in_core(PAIRS, shapley_value(PAIRS))
    assert max(excesses(PAIRS, shapley_value(PAIRS)).values()) == pytest.approx(5.0)


def test_glove_game() -> None:
    # One left glove, two right ones: a is in every pair. Shapley (2/3, 1/6, 1/6); the core and
    # the nucleolus give all to the scarce side.
    assert shapley_value(GLOVES) == pytest.approx({"a": 2 / 3, "b": 1 / 6, "c": 1 / 6})
    assert nucleolus(GLOVES) == pytest.approx({"a": 1.0, "b": 0.0, "c": 0.0}, abs=1e-9)


def test_majority_game_is_shared_equally_though_its_core_is_empty() -> None:
    majority = game({"ab": 1, "ac": 1, "bc": 1, "abc": 1})
    equal = dict.fromkeys("abc", 1 / 3)
    assert shapley_value(majority) == pytest.approx(equal)
    assert nucleolus(majority) == pytest.approx(equal)
    assert not is_in_core(majority, equal)


def test_runway_game() -> None:
    # Each stretch is shared by those who need it: 1/3; 1/3 + 1/2; 1/3 + 1/2 + 1.
    paid = {p: RUNWAY_COSTS[frozenset(p)] - s for p, s in shapley_value(RUNWAY).items()}
    assert paid == pytest.approx({"a": 1 / 3, "b": 5 / 6, "c": 11 / 6})
    # Nucleolus: a against {b, c} fixes a at 1/2; then {a, b} against {a, c} split the rest:
    # savings (0.5, 1.25, 1.25), payments (0.5, 0.75, 1.75).
    paid = {p: RUNWAY_COSTS[frozenset(p)] - s for p, s in nucleolus(RUNWAY).items()}
    assert paid == pytest.approx({"a": 0.5, "b": 0.75, "c": 1.75})


@pytest.mark.parametrize(
    ("estate", "awards"),
    # The marriage contracts of the Talmud, claims 100, 200, 300 (Aumann and Maschler 1985).
    [(100, (100 / 3, 100 / 3, 100 / 3)), (200, (50, 75, 75)), (300, (50, 100, 150))],
)
def test_bankruptcy_game_of_the_talmud(estate: float, awards: tuple[float, ...]) -> None:
    claims = {"a": 100.0, "b": 200.0, "c": 300.0}
    # A coalition can count on what is left after all others are paid in full.
    values = {
        group: max(0.0, estate - sum(claim for p, claim in claims.items() if p not in group))
        for group in coalitions("abc")
    }
    shares = nucleolus(CooperativeGame(("a", "b", "c"), values))
    assert tuple(shares.values()) == pytest.approx(awards)


def test_nobody_gets_less_than_alone() -> None:
    # {b, c} would make 10 but all three only 4. Balancing a against {b, c} would charge a 3;
    # the nucleolus leaves a at its own 0 and splits 4 evenly.
    assert nucleolus(game({"bc": 10, "abc": 4})) == pytest.approx(
        {"a": 0, "b": 2, "c": 2}, abs=1e-9
    )


def test_one_player_takes_all_and_two_split_the_surplus() -> None:
    assert nucleolus(game({"a": 7.0}, "a")) == {"a": pytest.approx(7.0)}
    pair = game({"a": 2.0, "b": 4.0, "ab": 10.0}, "ab")
    # Standard solution for two: own value plus half of the surplus of 4.
    assert nucleolus(pair) == pytest.approx({"a": 4.0, "b": 6.0})
    assert shapley_value(pair) == pytest.approx({"a": 4.0, "b": 6.0})


def test_a_worthless_game_shares_nothing() -> None:
    assert nucleolus(game({})) == pytest.approx({"a": 0.0, "b": 0.0, "c": 0.0})


def test_money_units_do_not_matter() -> None:
    large = game({"ab": 90e8, "ac": 80e8, "bc": 70e8, "abc": 120e8})
    assert nucleolus(large) == pytest.approx({"a": 50e8, "b": 40e8, "c": 30e8})


@st.composite
def essential_games(draw: st.DrawFn) -> CooperativeGame:
    players = "abcd"[: draw(st.integers(2, 4))]
    values = {group: float(draw(st.integers(0, 30))) for group in coalitions(players)}
    alone = sum(values[frozenset({p})] for p in players)
    values[frozenset(players)] = alone + draw(st.integers(0, 60))
    return CooperativeGame(tuple(players), values)


@given(play=essential_games(), weights=st.lists(st.integers(0, 6), min_size=4, max_size=4))
@settings(max_examples=60)
def test_no_other_imputation_treats_the_worst_off_better(
    play: CooperativeGame, weights: list[int]
) -> None:
    best = nucleolus(play)
    alone = {p: play.values[frozenset({p})] for p in play.players}
    surplus = play.grand_value - sum(alone.values())
    assert sum(best.values()) == pytest.approx(play.grand_value)
    assert all(best[p] >= alone[p] - 1e-7 for p in play.players)
    whole = sum(weights[: len(alone)]) or 1
    first_gets_rest = {p: w / whole for p, w in zip(play.players, weights, strict=False)}
    if not any(first_gets_rest.values()):
        first_gets_rest[play.players[0]] = 1.0
    rival = {p: alone[p] + surplus * first_gets_rest[p] for p in play.players}
    mine = sorted(excesses(play, best).values(), reverse=True)
    theirs = sorted(excesses(play, rival).values(), reverse=True)
    differing = [(m, t) for m, t in zip(mine, theirs, strict=True) if abs(m - t) > 1e-6]
    assert not differing or differing[0][0] < differing[0][1]


@given(play=essential_games())
@settings(max_examples=40)
def test_shapley_is_the_mean_over_all_orders(play: CooperativeGame) -> None:
    orders = list(permutations(play.players))
    mean = dict.fromkeys(play.players, 0.0)
    for order in orders:
        for k, player in enumerate(order):
            before, after = frozenset(order[:k]), frozenset(order[: k + 1])
            mean[player] += (play.value(after) - play.value(before)) / len(orders)
    assert shapley_value(play) == pytest.approx(mean)


def test_a_game_without_any_imputation_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        nucleolus(game({"a": 5, "b": 5, "c": 5, "abc": 10}))


def test_an_unsolved_stage_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**_: Any) -> SimpleNamespace:
        return SimpleNamespace(status=4, message="numerical trouble")

    monkeypatch.setattr(scipy.optimize, "linprog", failing)
    with pytest.raises(ArithmeticError, match="numerical trouble"):
        nucleolus(PAIRS)


def test_badly_formed_games_are_refused() -> None:
    full = {frozenset("a"): 1.0, frozenset("b"): 1.0, frozenset("ab"): 3.0}
    with pytest.raises(ValueError, match="different players"):
        CooperativeGame(("a", "a"), full)
    with pytest.raises(ValueError, match="different players"):
        CooperativeGame((), {})
    with pytest.raises(ValueError, match="different players"):
        CooperativeGame(tuple(f"p{k}" for k in range(MAXIMUM_PLAYERS + 1)), {})
    with pytest.raises(ValueError, match="each coalition"):
        CooperativeGame(("a", "b"), {frozenset("a"): 1.0})
    with pytest.raises(ValueError, match="finite"):
        CooperativeGame(("a", "b"), {**full, frozenset("ab"): float("nan")})


def test_core_needs_the_whole_gain_shared() -> None:
    assert not is_in_core(PAIRS, {"a": 50.0, "b": 40.0, "c": 29.0})
