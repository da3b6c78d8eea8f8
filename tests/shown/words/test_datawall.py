"""Words for the data wall and for stocks of text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.observed import runs, scaling
from ooms.shown.frames import datawall as frames
from ooms.shown.frames.datawall import BETTER, FREE, MORE, WALL
from ooms.shown.words import datawall as words
from ooms.shown.words import stocks as stock_words


def gains(*panels: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (panel, variant, best - 1.0, best, best + 1.0)
            for i, panel in enumerate(panels)
            for variant, best in ((FREE, 5.0 + i), (WALL, 4.0), (MORE, 4.5), (BETTER, 6.5 + i))
        ],
        columns=["panel", "variant", "low", "best", "high"],
    )


def losses(*panels: str) -> pd.DataFrame:
    return pd.DataFrame(
        [(panel, variant, -1.5, -0.5, 0.0) for panel in panels for variant in (WALL, MORE, BETTER)],
        columns=["panel", "variant", "low", "best", "high"],
    )


def test_a_loss_is_what_the_wall_adds_the_other_way_round() -> None:
    found = words.in_the_count(gains("a"), losses("a"), gains("a"))
    assert found["wall-lost"] == "0.50 (0.00 to 1.50) OOM"
    assert found["gain-with-wall"] == found["essay-with-wall"] == "4.0 (3.0 to 5.0) OOMs"


def test_two_dates_are_told_in_order() -> None:
    found = words.counts(gains("near", "far"), losses("near", "far"))
    assert (found["free-2027"], found["free-2030"]) == (
        "5.0 (4.0 to 6.0) OOMs",
        "6.0 (5.0 to 7.0) OOMs",
    )
    # By the second date the wall takes two OOMs off the low end, better use adds 1.5 at the high.
    assert (found["low-move"], found["high-move"]) == ("2.0", "1.5")
    assert found["more-lost"] == "0.50 OOM"


def test_what_buys_a_loss_back_is_a_dash_where_there_is_none() -> None:
    bought = pd.DataFrame(
        [
            ("10²⁶", "15 trillion", 0.04, 1.0, 1.0, np.inf, 1.0),
            ("10³⁰", "15 trillion", 2.0, 3.0, 9.0, 4.0, 600.0),
            ("10²⁶", "30 trillion", 0.0, 1.0, 1.0, np.inf, 1.0),
            ("10³⁰", "30 trillion", 0.9, 1.5, 2.5, np.inf, 300.0),
        ],
        columns=["compute", "stock", "lost", "half", "nine_tenths", "one_oom", "all"],
    )
    columns = words.multipliers_table(bought)["columns"]
    assert columns["Compute"] == ["10²⁶", "", "", "", "", "10³⁰", "", "", "", ""]
    assert columns["15 trillion"] == [
        "0.0", "–", "–", "–", "–", "2.0", "3.0\xa0×", "9.0\xa0×", "4.0\xa0×", "600\xa0×",
    ]  # fmt: skip
    assert columns["30 trillion"][-2:] == ["–", "300\xa0×"]
    found = words.map_of_losses(bought, calls_for_flop=3e28)
    assert (found["map-lost"], found["map-half"]) == ("0.9 OOMs", "1.5 times")
    assert found["all-most"] == "600 times"


def test_a_law_that_the_table_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError, match="another2030"):
        words.laws_table({"another2030": np.zeros((3, 2))})


def test_chances_of_a_loss_count_what_is_beyond() -> None:
    added = np.array([-0.05, -0.2, -1.5, -2.0])
    assert words.chances(added, added) == {
        "chance-tenth": "75%",
        "chance-one": "50%",
        "chance-all": "50%",
    }


def test_repetition_is_read_at_its_passes() -> None:
    worth = scaling.token_worth([2, 4, 16, 40], 15.4)
    found = words.repetition(worth, 15.4)
    rows = worth.set_index("epochs")
    assert found["worth-4"] == f"{rows.loc[4.0, 'average']:.0%}"
    assert found["last-worth"] == f"{rows.loc[16.0, 'marginal']:.0%}"
    assert found["worth-limit"] == "16 times"
    assert words.worth_table(worth)["columns"]["Passes"] == ["2", "4", "16", "40"]


def test_refits_say_what_the_runs_left_out_move() -> None:
    table = pd.DataFrame(
        {
            "parameters": np.repeat([1e8, 1e9, 1e10], 4),
            "training_compute_flop": np.tile([1e19, 1e20, 1e21, 1e22], 3),
            "left_out": [True] + [False] * 11,
        }
    )
    tokens = table["training_compute_flop"] / 6 / table["parameters"]
    table["loss_nats"] = 1.8 + 480 / table["parameters"] ** 0.35 + 2000 / tokens**0.37
    found = runs.refits(table, budget_flop=1e23, samples=20)
    # The law is exact, so no run moves it, and it comes back.
    low, best, high = found.exponent("alpha")
    assert best == pytest.approx(0.35, abs=0.01)
    assert low <= best <= high
    law = scaling.ScalingLaw(1.8, 480.0, 2000.0, 0.35, 0.37)
    assert found.ratio[1] == pytest.approx(scaling.tokens_per_parameter(law, 1e23), rel=0.1)
    assert words.runs_fitted(found) == {"left-out": "1", "runs-all": "12"}


def test_stocks_without_a_figure_are_blank() -> None:
    stocks = pd.DataFrame(
        {
            "stock": ["Public code", "The web"],
            "low": [9e11, np.nan],
            "best": [np.nan, 5e14],
            "high": [3e12, np.nan],
            "range": ["kept, and all", "none"],
            "source": ["a2024", "b2024"],
            "year": [np.nan, 2031.5],
        }
    )
    columns = stock_words.stocks_table(stocks)["columns"]
    assert columns["Low"] == ["0.90", ""]
    assert columns["Best"] == ["", "500"]
    assert columns["Wanted by"] == ["", "2031"]
    assert stock_words.code(stocks, 3e13) == {
        "code-all": "3 trillion",
        "code-share": "3% to 10%",
    }
    assert stock_words.code_kept(stocks) == {"code-kept": "0.9 trillion"}


def test_years_of_crossing_stand_with_their_scenario() -> None:
    wanted = pd.DataFrame(
        [
            (title, passes, 2026.5, 2028.5, np.inf)
            for title in ("A", "B")
            for passes in (1.0, 4.0, 16.0)
        ],
        columns=["title", "epochs", "low", "best", "high"],
    )
    one = wanted[wanted["epochs"] == 1.0]
    columns = stock_words.crossings_table(wanted, {1.0: one, 5.0: one.assign(best=2027.5)})[
        "columns"
    ]
    assert columns["Scenario"] == ["A", "B"]
    assert columns["One pass"] == ["2028 (2026 to never)"] * 2
    assert columns["5 times the tokens"] == ["2027"] * 2


def test_fits_are_drawn_with_the_role_of_who_made_them() -> None:
    ratios = pd.DataFrame(
        [("a", 15.0, False), ("Fitted here, 9 runs", 20.0, True), ("b", 70.0, False),
         ("Fitted here, 5 runs", 90.0, True)],
        columns=["title", "ratio", "fitted"],
    )  # fmt: skip

    class Known:
        runs, left_out = 245, 5
        ratio, ratio_with_all = (18.0, 20.0, 23.0), 28.0

    rows = frames.ratio_rows(ratios, Known())  # type: ignore[arg-type]
    assert rows["role"].tolist() == ["claimed"] * 2 + ["implied"] * 4
    fits = ["Fitted here, 5 runs", "Fitted here, 9 runs", "Fitted here, 240 runs"]
    assert rows["label"].iloc[2:5].tolist() == fits
    assert rows.iloc[4][["low", "best", "high"]].tolist() == [18.0, 20.0, 23.0]
