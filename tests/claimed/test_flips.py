"""What would flip a claim: rules applied to tables, and faults refused by name."""

from __future__ import annotations

import pandas as pd
import pytest

from ooms.claimed import book, listing
from ooms.claimed.flips import FORECAST, flips
from ooms.observed.data import Data
from ooms.observed.package import DataError


def changed(claim: str, /, **cells: object) -> Data:
    """The data with a row of claim_flips.csv written otherwise."""
    data = Data.current()
    rows = data.table("claim_flips")
    for column, value in cells.items():
        rows.loc[rows["claim"] == claim, column] = value
    return data.replacing({"claim_flips": rows})


def test_every_forecast_of_the_ledger_says_what_would_flip_it() -> None:
    claims = Data.current().table("claims").set_index("id")
    found = flips()
    forecasts = claims[claims["note"].str.startswith(FORECAST)]
    assert set(forecasts.index) <= set(found) <= set(claims.index)
    listed = {row["id"]: row["note"] for row in listing.rows(book.recomputed())}
    assert "reaches 2.1" in listed["essay.compute.by"]
    assert listed["essay.next.agi_by"].endswith(found["essay.next.agi_by"].said())


def test_a_rule_is_met_when_a_row_meets_it_and_by_its_day() -> None:
    data = Data.current()
    models = data.table("models")
    row = models[models["model"] == "GPT-4"].assign(model="Next", training_compute_flop=3e27)
    for day, met in (("2027-12-31", True), ("2028-01-01", False)):
        later = pd.concat([models, row.assign(date=pd.Timestamp(day))], ignore_index=True)
        found = flips(data.replacing({"models": later}))
        assert found["essay.compute.by"].there is met
        assert not found["essay.compute.next_plausible"].there


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"claim": "nobody.said"}, r'column claim: "nobody\.said" is no claim'),
        ({"table": "modles"}, r'column table: "modles" is no table'),
        ({"column": "model"}, r'column column: "model" is no column of numbers of models'),
        ({"reached": ""}, r"column table: a rule has table, column, level, reached and missed"),
    ],
)
def test_a_fault_is_named(cells: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        flips(changed("essay.compute.by", **cells))


def test_a_forecast_without_a_row_is_named() -> None:
    data = Data.current()
    rows = data.table("claim_flips")
    fewer = data.replacing({"claim_flips": rows[rows["claim"] != "essay.next.agi_by"]})
    with pytest.raises(DataError, match=r'"essay\.next\.agi_by" is a forecast, and no row'):
        flips(fewer)
