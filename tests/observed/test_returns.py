"""What an OOM buys: simulated truths with errors in compute, and a truth that nobody could tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ooms.observed import tables
from ooms.observed.data import Data
from ooms.observed.returns import (
    GPT4_YEAR,
    Returns,
    compute_errors,
    estimate,
    horizon_returns,
    index_models,
    index_returns,
)

PER_OOM, PER_YEAR, REASONING, LEVEL = 8.0, 9.0, 6.0, 118.0


def _world(rng: np.random.Generator, n: int = 70, *, apart: bool = True) -> pd.DataFrame:
    """Models as the table has them: from organisations, with errors of three sizes in compute."""
    year = rng.uniform(2023.1, 2026.7, n)
    true = -1.5 + 0.45 * (year - 2023) + (0.7 * rng.standard_normal(n) if apart else 0.0)
    organisation = rng.integers(0, 18, n)
    reasoning = (year > 2024.8) & (rng.random(n) < 0.8)
    error = rng.choice([0.29, 0.61, 0.9], n, p=[0.5, 0.35, 0.15])
    score = LEVEL + PER_OOM * true + PER_YEAR * (year - GPT4_YEAR) + REASONING * reasoning
    score += 2.5 * rng.standard_normal(18)[organisation] + 3.0 * rng.standard_normal(n)
    return pd.DataFrame(
        {
            "model": np.arange(n),
            "organization": organisation,
            "year": year,
            "score": score,
            "true": true,
            "ooms": true + error * rng.standard_normal(n),
            "error_ooms": error,
            "reasoning": reasoning,
        }
    )


def _plain(models: pd.DataFrame) -> float:
    """The slope of a line that takes published computes as true."""
    kept = models.dropna(subset=["ooms"])
    columns = [np.ones(len(kept)), kept["ooms"], kept["year"] - 2025, kept["reasoning"]]
    design = np.column_stack([np.asarray(c, dtype=float) for c in columns])
    return float(np.linalg.lstsq(design, kept["score"].to_numpy(), rcond=None)[0][1])


def _quick(models: pd.DataFrame, **how: Any) -> Returns:
    return estimate(models, chains=16, rounds=150, **how)


def test_a_known_truth_is_held_as_often_as_promised_with_errors_in_compute() -> None:
    rng = np.random.default_rng(21)
    worlds = 80
    inside, middle, plain = np.zeros(4), np.zeros((worlds, 4)), np.zeros(worlds)
    truth = (PER_OOM, PER_YEAR, REASONING, LEVEL)
    for world in range(worlds):
        models = _world(rng)
        found = _quick(models)
        plain[world] = _plain(models)
        for i, (true, drawn) in enumerate(
            zip(truth, (found.per_oom, found.per_year, found.reasoning, found.level), strict=True)
        ):
            low, middle[world, i], high = np.quantile(drawn, [0.05, 0.5, 0.95])
            inside[i] += low <= true <= high
        assert found.told_apart
    # A line that takes computes as they are published is too flat by a third.
    assert plain.mean() < 0.75 * PER_OOM
    assert middle.mean(axis=0) == pytest.approx(truth, abs=0.5)
    # The binomial error of 80 is 0.034.
    assert inside / worlds == pytest.approx([0.9] * 4, abs=0.08)


def test_it_says_when_compute_and_date_cannot_be_told_apart() -> None:
    rng = np.random.default_rng(4)
    said = []
    for _ in range(12):
        models = _world(rng, 20, apart=False)
        said.append(_quick(models, reasoning=False).told_apart)
    # Few models can look as if they told by luck.
    assert sum(said) <= 2
    # The rise itself is well known all the same.
    found = _quick(models, reasoning=False)
    rise = found.per_oom * 0.45 + found.per_year
    assert np.std(rise) < 0.6 * np.std(found.per_year)


def test_computes_that_are_kept_secret_for_being_large_do_not_bend_the_slope() -> None:
    """Whether a compute is known may hang on the compute; then models of known compute suffice."""
    rng = np.random.default_rng(8)
    without, within = [], []
    for _ in range(25):
        models = _world(rng, 180)
        models["reasoning"] = False
        models["score"] -= REASONING * (models["year"] > 2024.8)
        large = models["true"] > 0.0
        models.loc[large & (rng.random(len(models)) < 0.8), "ooms"] = np.nan
        without.append(np.median(_quick(models, reasoning=False).per_oom))
        found = _quick(models, reasoning=False, unknown="apart")
        assert len(found.models) == len(models)
        within.append(np.median(found.per_oom))
    assert np.mean(without) == pytest.approx(PER_OOM, abs=1.0)
    assert np.mean(within) == pytest.approx(PER_OOM, abs=1.5)


def test_certain_computes_and_one_organisation_give_the_plain_line() -> None:
    models = _world(np.random.default_rng(2)).assign(error_ooms=1e-3, organization="one")
    found = estimate(models)
    assert np.median(found.per_oom) == pytest.approx(_plain(models), abs=0.25)


def test_what_follows_from_the_draws_by_hand() -> None:
    one = np.ones(2)
    found = Returns(
        100 * one, np.array([8.0, -1.0]), 4 * one, 2 * one, 3 * one, 4 * one, pd.DataFrame()
    )
    assert found.ooms_for(16.0).tolist() == [2.0, np.inf]
    assert found.year_in_ooms().tolist() == [0.5, np.inf]
    assert found.reasoning_in_ooms().tolist() == [0.25, np.inf]
    assert found.beside_algorithms([0.2])[0] == pytest.approx(0.3)
    assert found.share()[0] == pytest.approx(0.5)
    assert found.share(1.0)[0] == pytest.approx(8 / 12)
    assert found.at([0.0, 2.0], 1.0)[0].tolist() == [106.0, 122.0]
    assert found.at(0.0, reasons=False)[0].tolist() == [100.0]
    assert found.at(0.0, scatter=1).std() > 0


def test_the_tables_give_rows_with_a_kind_and_an_error() -> None:
    models = index_models()
    known = models.dropna(subset=["ooms"]).set_index("model")
    assert known["error_ooms"].between(0.05, 1.0).all()
    # GPT-4 stands under the index's own name for it.
    assert known.loc["GPT-4 (Mar 2023)", "ooms"] == 0.0
    # A compute inferred from scores is none here.
    assert np.isnan(models.set_index("model").loc["Claude 2", "ooms"])
    early = models["year"] < 2024.6
    assert not models.loc[early, "reasoning"].any()
    # One that the notes say answers at once, and a later one that they do not name.
    assert not known.loc["GPT-4.5", "reasoning"]
    assert models.loc[models["year"] > 2025.5, "reasoning"].all()


def test_each_note_is_of_a_model_that_some_edition_has() -> None:
    data = Data.current()
    notes = data.table("model_notes")
    every = {
        name: {m for day in tables.vintages(name) for m in tables.load(name, day)["model"]}
        for name in ("capability_index", "horizons_later", "models")
    }
    for row in notes.itertuples():
        assert row.model in every[row.table], row.model
        assert not row.in_models or row.in_models in every["models"], row.in_models
    other = notes.assign(trained_to_reason=True)
    turned = index_models(data.replacing({"model_notes": other})).set_index("model")["reasoning"]
    assert turned["GPT-4.5"]


def test_on_the_tables_errors_and_unknowns_move_the_slope_as_the_page_says() -> None:
    data = Data.current()
    own, half = index_returns(data), index_returns(data, errors=0.5)
    assert own.told_apart
    assert np.median(own.per_oom) > np.median(half.per_oom)
    assert not horizon_returns(data).told_apart


def test_slips_are_named() -> None:
    models = _world(np.random.default_rng(1), 6)
    with pytest.raises(ValueError, match="4 of known compute"):
        estimate(models.head(4))
    with pytest.raises(ValueError, match="error_ooms: -1 is below zero"):
        estimate(models.assign(error_ooms=-1.0))
    wide = pd.DataFrame(
        {
            "training_compute_flop": [1e25, np.nan],
            "training_compute_low_flop": [1e24, np.nan],
            "training_compute_high_flop": [1e26, np.nan],
            "confidence": ["Likely", "Confident"],
        }
    )
    errors = compute_errors(wide)
    assert errors[0] == pytest.approx(1 / 1.645, rel=1e-3)
    assert np.isnan(errors[1])
