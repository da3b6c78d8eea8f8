"""The data wall: laws by hand and as published, fits, repetition, stock, demand and loss."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ooms.assumed.scenarios import Scenario, scenarios
from ooms.implied import counting
from ooms.implied import datawall as dw
from ooms.observed import laws as published_laws
from ooms.observed import runs as training_runs
from ooms.observed import scaling, shortage, tables
from ooms.shown.frames import datawall as views

GOPHER_FLOP = 5.76e23
EVEN = scaling.ScalingLaw(1.0, 100.0, 1000.0, 0.5, 0.5)


@pytest.fixture(scope="module")
def chinchilla() -> pd.DataFrame:
    return tables.load("chinchilla_runs")


@pytest.fixture(scope="module")
def refit(chinchilla: pd.DataFrame) -> training_runs.Fit:
    return training_runs.fit(chinchilla)


@pytest.fixture(scope="module")
def resampled(chinchilla: pd.DataFrame, refit: training_runs.Fit) -> training_runs.Fit:
    return training_runs.bootstrap(chinchilla, samples=1000, rng=7, start=refit)


@pytest.fixture(scope="module")
def quantities() -> pd.DataFrame:
    return tables.load("quantities").set_index("id")


some_laws = st.builds(
    scaling.ScalingLaw,
    st.floats(0.5, 3),
    st.floats(50, 2000),
    st.floats(50, 5000),
    st.floats(0.2, 0.6),
    st.floats(0.2, 0.6),
)
constants = st.floats(0.6, 100)

# ---- by hand ------------------------------------------------------------------------------------


def test_loss_by_hand() -> None:
    # 1 + 100 / sqrt(1e6) + 1000 / sqrt(4e8)
    assert scaling.loss(EVEN, 1e6, 4e8) == pytest.approx(1 + 0.1 + 0.05)


def test_allocation_by_hand() -> None:
    # Equal exponents: D / N = (B / A)^2 = 100 at every compute, so N = sqrt(C / 600).
    parameters, tokens = scaling.optimal(EVEN, [6e14, 6e18])
    assert parameters == pytest.approx([1e6, 1e8])
    assert tokens == pytest.approx([1e8, 1e10])


def test_overtraining_keeps_the_compute() -> None:
    plain = scaling.optimal(EVEN, 6e14)
    more = scaling.optimal(EVEN, 6e14, 4.0)
    assert more[0] * more[1] == pytest.approx(plain[0] * plain[1])
    assert (more[1] / more[0]) / (plain[1] / plain[0]) == pytest.approx(4)


def test_effective_amounts_by_hand() -> None:
    # Four epochs, R* = 15: 100 (1 + 15 (1 - e^-0.2)).
    assert scaling.effective_tokens(400.0, 100.0, 15.0) == pytest.approx(
        100 * (1 + 15 * 0.1812692469)
    )
    # Twice the parameters that 1e8 tokens call for, R* = 5: 1e6 (1 + 5 (1 - e^-0.2)).
    assert scaling.effective_parameters(EVEN, 2e6, 1e8, 1e8, 5.0) == pytest.approx(
        1e6 * (1 + 5 * 0.1812692469)
    )
    # A model smaller than its tokens call for counts in full.
    assert scaling.effective_parameters(EVEN, 5e5, 1e8, 1e8, 5.0) == pytest.approx(5e5)


def test_the_worth_of_a_repeated_token_by_hand(quantities: pd.DataFrame) -> None:
    constant = quantities.loc["published.muennighoff2023.repetition_constant", "best"]
    worth = scaling.token_worth([1, 2, 4, 16, 40, 100], constant).set_index("epochs")
    assert constant == pytest.approx(15.39, abs=0.005)
    assert np.isnan(worth.loc[1, "average"])
    # R* (1 - exp(-R / R*)) / R with R = epochs - 1.
    assert worth["average"].iloc[1:].tolist() == pytest.approx(
        [0.9682, 0.9086, 0.6388, 0.3633, 0.1552], abs=5e-5
    )
    assert worth["effective"].iloc[-1] == pytest.approx(16.363, abs=0.001)
    # One further repetition after R* of them is worth 1/e.
    assert scaling.token_worth(constant + 1, constant)["marginal"][0] == pytest.approx(np.exp(-1))


@pytest.mark.parametrize(
    ("field", "value"), [("alpha", 0.0), ("data_coefficient", -1.0), ("beta", float("nan"))]
)
def test_a_law_that_cannot_be_is_refused(field: str, value: float) -> None:
    parts = vars(EVEN) | {field: value}
    with pytest.raises(ValueError, match=f"{field} = .* must be positive"):
        scaling.ScalingLaw(**parts)


def test_an_unknown_law_names_the_missing_row() -> None:
    with pytest.raises(KeyError, match=r"no scaling law .*published\.kaplan2020\.loss_e"):
        scaling.ScalingLaw.published("kaplan2020")


def test_constants_of_repetition_must_be_positive() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        scaling.lost_ooms([1.0], 0.0, 5.0)


# ---- as published --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "low", "high"),
    [("besiroglu2024chinchilla", 18, 19), ("muennighoff2023", 19, 20), ("hoffmann2022", 90, 95)],
)
def test_tokens_per_parameter_at_gophers_budget(law: str, low: float, high: float) -> None:
    parameters, tokens = scaling.optimal(scaling.ScalingLaw.published(law), GOPHER_FLOP)
    assert low < tokens / parameters < high


def test_parameters_called_for_are_the_published_share_of_tokens() -> None:
    law = scaling.ScalingLaw.published("muennighoff2023")
    parameters, tokens = scaling.optimal(law, 1e22)
    assert parameters / tokens == pytest.approx(0.051, abs=0.0005)


def test_the_refit_agrees_with_the_replication(
    refit: training_runs.Fit, quantities: pd.DataFrame
) -> None:
    found = refit.table.iloc[0]
    for part, column in {
        "loss_e": "E", "loss_a": "A", "loss_b": "B", "alpha": "alpha", "beta": "beta",
        "parameter_exponent": "a",
    }.items():  # fmt: skip
        row = quantities.loc[f"published.besiroglu2024chinchilla.{part}"]
        assert row["low"] <= found[column] <= row["high"], part
    # Not merely within a standard error, but the same fit.
    assert found[["E", "alpha", "beta"]].tolist() == pytest.approx(
        [1.8172, 0.3478, 0.3658], abs=0.002
    )


def test_the_bootstrap_has_the_published_standard_errors(
    resampled: training_runs.Fit, quantities: pd.DataFrame
) -> None:
    spread = resampled.table.std()
    for part, column in {"loss_e": "E", "loss_a": "A", "alpha": "alpha", "beta": "beta"}.items():
        row = quantities.loc[f"published.besiroglu2024chinchilla.{part}"]
        assert spread[column] == pytest.approx(row["high"] - row["best"], rel=0.35), part
    # B has a long upper tail, so its standard deviation is settled only roughly.
    row = quantities.loc["published.besiroglu2024chinchilla.loss_b"]
    assert 0.5 < spread["B"] / (row["high"] - row["best"]) < 2


def test_coefficients_and_exponents_move_together(resampled: training_runs.Fit) -> None:
    table = resampled.table
    assert np.corrcoef(np.log(table["A"]), table["alpha"])[0, 1] > 0.95
    assert np.corrcoef(np.log(table["B"]), table["beta"])[0, 1] > 0.95


def test_the_repetition_constant_agrees_with_the_published_one(quantities: pd.DataFrame) -> None:
    found = training_runs.check_repetition(tables.load("repeated_data_runs"), rng=3)
    low, best, high = found.repetition_constant
    published = quantities.loc["published.muennighoff2023.repetition_constant", "best"]
    assert low < published < high
    assert best == pytest.approx(published, rel=0.5)
    assert found.runs >= 30
    # Nats: a tenth of what sixteen epochs cost.
    assert found.error_nats < 0.01


def test_the_law_misses_the_harm_of_forty_epochs() -> None:
    pairs = training_runs.repeated_pairs(tables.load("repeated_data_runs"))
    many = pairs[(pairs["epochs"] > 40) & (pairs["parameters"] > 2.5e9) & (pairs["runs"] > 1)]
    assert len(many) == 2
    assert (many["measured_nats"] > 1.8 * many["predicted_nats"]).all()


def test_training_sets_grow_as_published(quantities: pd.DataFrame) -> None:
    row = quantities.loc["published.villalobos2024.dataset_growth"]
    low, best, high = training_runs.dataset_growth(tables.load("training_datasets"), rng=1)
    assert [low, best, high] == pytest.approx([row["low"], row["best"], row["high"]], abs=0.015)


def test_the_reported_stock_is_the_published_one(quantities: pd.DataFrame) -> None:
    stock = training_runs.reported_stock(rng=1)
    row = quantities.loc["published.villalobos2024.indexed_tokens"]
    ends = np.quantile(stock["indexed"], [0.025, 0.5, 0.975])
    assert ends == pytest.approx([row["low"], row["best"], row["high"]], rel=0.05)
    effective = quantities.loc["published.villalobos2024.effective_tokens"]
    ends = np.quantile(stock["effective"], [0.05, 0.5, 0.95])
    assert ends == pytest.approx([effective["low"], effective["best"], effective["high"]], rel=0.3)


def test_the_assumed_stock_is_the_reported_one() -> None:
    usable = np.quantile(training_runs.reported_stock(rng=1)["usable"], [0.05, 0.5, 0.95])
    assumed = Scenario.load("baseline").estimate("data.stock_tokens")
    assert [assumed.low, assumed.best, assumed.high] == pytest.approx(usable, rel=0.05)


def test_compute_at_full_use_is_the_published_one(quantities: pd.DataFrame) -> None:
    # Their rule of twenty tokens a parameter, at the stock they print for the crossing.
    law = scaling.ScalingLaw(1.0, 100.0, 100.0 * np.sqrt(20.0), 0.5, 0.5)
    assert scaling.compute_for_tokens(law, 4e14) == pytest.approx(
        quantities.loc["published.villalobos2024.full_use_flop", "best"], rel=0.05
    )


# ---- fits ----------------------------------------------------------------------------------------


def test_an_exact_law_is_found() -> None:
    law = scaling.ScalingLaw(1.8, 480.0, 2100.0, 0.35, 0.37)
    rng = np.random.default_rng(5)
    n, d = 10 ** rng.uniform(7.5, 10, 80), 10 ** rng.uniform(9, 11.5, 80)
    runs = pd.DataFrame(
        {"parameters": n, "training_compute_flop": 6 * n * d, "loss_nats": scaling.loss(law, n, d)}
    )
    found = training_runs.fit(runs).law()
    assert list(vars(found).values()) == pytest.approx(list(vars(law).values()), rel=1e-3)


def test_the_fit_is_the_minimum_another_optimiser_finds(
    chinchilla: pd.DataFrame, refit: training_runs.Fit
) -> None:
    used = chinchilla[~chinchilla["left_out"]]
    n, flop, y = (used[c].to_numpy() for c in ("parameters", "training_compute_flop", "loss_nats"))

    def summed_huber(p: np.ndarray) -> float:
        law = scaling.ScalingLaw(*np.exp(p[[2, 0, 1]]), *p[3:])
        r = np.abs(np.log(scaling.loss(law, n, flop / (6 * n))) - np.log(y))
        return float(np.where(r < 1e-3, r**2 / 2, 1e-3 * (r - 5e-4)).sum() * 1e4)

    start = refit.parameters[0]
    other = minimize(summed_huber, start + 1e-3, method="Nelder-Mead", options={"maxiter": 3000})
    assert refit.objective[0] * 1e4 == pytest.approx(summed_huber(start))
    assert refit.objective[0] * 1e4 <= other.fun * (1 + 1e-4)


def test_a_weight_of_two_is_the_run_twice(
    chinchilla: pd.DataFrame, refit: training_runs.Fit
) -> None:
    used = chinchilla[~chinchilla["left_out"]].head(60).reset_index(drop=True)
    twice = pd.concat([used, used.iloc[[3]]], ignore_index=True)
    weights = np.ones((1, len(used)))
    weights[0, 3] = 2
    a = training_runs._minimise(refit.parameters, used, weights)
    b = training_runs._minimise(refit.parameters, twice, np.ones((1, len(twice))))
    assert a.objective == pytest.approx(b.objective, rel=1e-6)


def test_a_handful_of_runs_moves_the_exponent(
    chinchilla: pd.DataFrame, refit: training_runs.Fit
) -> None:
    worst = chinchilla["left_out"].to_numpy()
    found = training_runs.fits_without(chinchilla, np.stack([worst, np.zeros_like(worst)]), refit)
    assert worst.sum() == 5
    assert found.table["beta"].tolist() == pytest.approx([0.367, 0.453], abs=0.002)
    assert found.tokens_per_parameter(GOPHER_FLOP)[0] == pytest.approx(
        refit.tokens_per_parameter(GOPHER_FLOP)[0], rel=1e-2
    )


def test_too_few_runs_are_refused(chinchilla: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="5 runs can't fix five constants"):
        training_runs.fit(chinchilla[~chinchilla["left_out"]].head(5))


def test_tokens_per_parameter_of_a_fit_is_that_of_its_law(refit: training_runs.Fit) -> None:
    parameters, tokens = scaling.optimal(refit.law(), GOPHER_FLOP)
    assert refit.tokens_per_parameter(GOPHER_FLOP)[0] == pytest.approx(tokens / parameters)


def test_a_check_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="no run with at most 1 epochs"):
        training_runs.check_repetition(tables.load("repeated_data_runs"), most_epochs=1.0)


# ---- the wall ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(some_laws, st.floats(20, 30), st.floats(0.01, 3))
def test_loss_falls_with_compute(law: scaling.ScalingLaw, log_flop: float, more: float) -> None:
    before = scaling.loss(law, *scaling.optimal(law, 10**log_flop))
    after = scaling.loss(law, *scaling.optimal(law, 10 ** (log_flop + more)))
    assert after < before


@settings(max_examples=60, deadline=None)
@given(some_laws, st.floats(20, 28), st.floats(-0.5, 0.5))
def test_no_other_split_beats_the_optimum(
    law: scaling.ScalingLaw, log_flop: float, shift: float
) -> None:
    parameters, tokens = scaling.optimal(law, 10**log_flop)
    best = scaling.loss(law, parameters, tokens)
    assert scaling.loss(law, parameters * 10**shift, tokens / 10**shift) >= best - 1e-12


@settings(max_examples=40, deadline=None)
@given(some_laws, constants, constants, st.floats(-2, 5))
def test_the_wall_costs_what_a_search_finds(
    law: scaling.ScalingLaw, r_d: float, r_n: float, excess: float
) -> None:
    unique = 1e13
    flop = scaling.compute_for_tokens(law, unique) * 10**excess
    tokens = scaling.optimal(law, flop)[1] * np.geomspace(1e-4, 1e4, 40_001)
    found = scaling.constrained_loss(law, flop / 6 / tokens, tokens, unique, r_d, r_n).min()
    # The compute at which fresh data would reach the same loss.
    at = scaling.loss(law, *scaling.optimal(law, flop)) - law.irreducible
    searched = np.log10((found - law.irreducible) / at) / law.gamma
    lost = scaling.lost_ooms(excess, r_d, r_n, law)
    assert lost == pytest.approx(searched, abs=3e-3)


@settings(max_examples=60, deadline=None)
@given(some_laws, constants, constants)
def test_more_compute_loses_more_and_never_helps_less(
    law: scaling.ScalingLaw, r_d: float, r_n: float
) -> None:
    excess = np.linspace(-2, 8, 101)
    lost = scaling.lost_ooms(excess, r_d, r_n, law)
    assert np.isfinite(lost).all()
    assert (lost >= 0).all()
    assert (lost[excess <= 0] == 0).all()
    assert (np.diff(lost) >= -1e-9).all()
    # What counts rises to the plateau and never passes it.
    counted = excess - lost
    assert (np.diff(counted) >= -1e-6).all()
    assert counted.max() <= scaling.plateau_ooms(r_d, r_n, law) + 1e-6


def test_rows_of_draws_are_the_single_calls() -> None:
    excess = np.array([[0.5, 1.5], [1.0, 3.0]])
    both = scaling.lost_ooms(excess, np.array([10.0, 20.0]), np.array([4.0, 8.0]))
    assert both[0] == pytest.approx(scaling.lost_ooms(excess[0], 10.0, 4.0))
    assert both[1] == pytest.approx(scaling.lost_ooms(excess[1], 20.0, 8.0))


def test_the_multiplier_buys_back_what_it_says() -> None:
    flop, unique = 1e29, 5e13
    regain = np.array([0.1, 0.3])
    factors = scaling.multiplier_to_regain(flop, unique, regain, 15.39, 5.31)
    lost = scaling.lost_ooms(scaling.excess_ooms(flop, unique), 15.39, 5.31)
    for factor, gained in zip(factors, regain, strict=True):
        after = scaling.lost_ooms(scaling.excess_ooms(flop, unique * factor), 15.39, 5.31)
        assert lost - after == pytest.approx(gained, abs=2e-3)


def test_the_table_of_multipliers_buys_back_what_it_says() -> None:
    names = {"15 trillion": 1.5e13, "300 trillion": 3e14}
    found = views.multipliers([1e26, 1e30], names, 15.39, 5.31)
    assert len(found) == 4
    for row in found.itertuples():
        flop = {"10²⁶": 1e26, "10³⁰": 1e30}[row.compute]
        stock = names[row.stock]

        def left(times: float, flop: float = flop, stock: float = stock) -> float:
            return float(scaling.lost_ooms(scaling.excess_ooms(flop, stock * times), 15.39, 5.31))

        assert left(1.0) == pytest.approx(row.lost)
        assert left(row.half) == pytest.approx(0.5 * row.lost, abs=4e-3)
        assert left(row.nine_tenths) == pytest.approx(0.1 * row.lost, abs=4e-3)
        assert left(row.all) == pytest.approx(0.0, abs=1e-9)
        assert (left(row.all * 0.5) > 0) == (row.lost > 0)
        if row.lost >= 1:
            assert row.lost - left(row.one_oom) == pytest.approx(1.0, abs=4e-3)
        else:
            assert np.isinf(row.one_oom)
    # At 10^30 FLOP and 15 trillion tokens both kinds were met.
    assert found["lost"].min() == 0
    assert found["lost"].max() > 1


def test_stocks_are_the_published_ones() -> None:
    draws = Scenario.load("baseline").draw(n=256)
    found = views.stocks(draws, tables.load("quantities"), rng=1).set_index("stock")
    # 32.1e12 bytes at six less two: four bytes a token.
    assert found.loc["Public code", ["low", "high"]].tolist() == pytest.approx([9e11, 8.025e12])
    assert found.loc["Common Crawl, without duplicates", "best"] == 3.04e13
    assert found.loc["The indexed web", ["low", "high"]].tolist() == [1.3e14, 2.1e15]
    years = found["year"].dropna()
    assert "Public code" not in years.index
    # The more text, the later it is wanted.
    assert years.loc["The indexed web"] > years.loc["Common Crawl, raw"]
    assert years.loc["Common Crawl, raw"] > years.loc["Common Crawl, without duplicates"]


# ---- the ensemble of laws ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def laws() -> dict[str, scaling.ScalingLaw]:
    return published_laws.laws()


@pytest.mark.parametrize(
    ("law", "flop", "tokens", "within"),
    [
        # Llama 3, Sec. 3.2.1; and a hundred times the compute, by hand: 16.55 x 100^0.53.
        ("llama3", 3.8e25, 1.655e13, 1e-9),
        ("llama3", 3.8e27, 1.9e14, 1e-3),
        # DeepSeek LLM, Eq. 4: 5.8316 C^0.4757.
        ("deepseek", 1e24, 1.5222e12, 1e-3),
        # Hoffmann et al., Table 3, and the two columns of Table A3, in rows other than those read.
        ("hoffmann1", 5.76e23, 1.5e12, 0.06),
        ("hoffmann1", 1.30e28, 2.162e14, 0.02),
        ("hoffmann2", 6.88e23, 1.7e12, 0.06),
        ("hoffmann2", 1.75e28, 2.920e14, 0.02),
        ("hoffmann3", 1.71e24, 4.1e12, 0.03),
        ("hoffmann3", 8.55e28, 1.4255e15, 0.02),
    ],
)
def test_optima_are_the_published_ones(
    laws: dict[str, scaling.ScalingLaw], law: str, flop: float, tokens: float, within: float
) -> None:
    parameters, found = scaling.optimal(laws[law], flop)
    assert found == pytest.approx(tokens, rel=within)
    assert 6 * parameters * found == pytest.approx(flop)


def test_llamas_optimum_has_the_published_parameters(
    laws: dict[str, scaling.ScalingLaw],
) -> None:
    # 402 billion: printed compute is 5% less than six operations a parameter and token.
    assert scaling.optimal(laws["llama3"], 3.8e25)[0] == pytest.approx(4.02e11, rel=0.06)


@pytest.mark.parametrize(
    ("law", "source"),
    [("besiroglu", "besiroglu2024chinchilla"), ("muennighoff", "muennighoff2023")],
)
def test_laws_with_a_loss_keep_it(
    laws: dict[str, scaling.ScalingLaw], law: str, source: str
) -> None:
    printed = scaling.ScalingLaw.published(source)
    for flop in (1e22, 1e28):
        assert scaling.optimal(laws[law], flop)[1] == pytest.approx(
            scaling.optimal(printed, flop)[1], rel=1e-3
        )
    assert [laws[law].alpha, laws[law].beta] == pytest.approx(
        [printed.alpha, printed.beta], rel=1e-3
    )


@pytest.mark.parametrize("name", published_laws.REFITS)
def test_fits_in_the_table_are_those_of_the_runs(
    laws: dict[str, scaling.ScalingLaw], chinchilla: pd.DataFrame, name: str
) -> None:
    again = published_laws.refit(chinchilla, published_laws.REFITS[name])
    mine = laws[name]
    assert [mine.alpha, mine.beta] == pytest.approx([again.alpha, again.beta], rel=1e-3)
    assert scaling.optimal(mine, 1e27)[1] == pytest.approx(
        scaling.optimal(again, 1e27)[1], rel=2e-3
    )
    used = chinchilla["training_compute_flop"] / 6 / chinchilla["parameters"]
    title = tables.load("scaling_laws").set_index("id").loc[name, "title"]
    assert title == f"Fitted here, {(used >= published_laws.REFITS[name]).sum()} runs"


def test_every_law_has_a_weight_and_every_weight_a_law(
    laws: dict[str, scaling.ScalingLaw],
) -> None:
    weights = {key for key in Scenario.load("baseline").assumptions if key.startswith("law.")}
    assert weights == {f"law.{name}" for name in laws}


def test_laws_are_drawn_as_often_as_they_weigh() -> None:
    draws = Scenario.load("baseline").draw()
    names = list(published_laws.laws())
    weights = np.array([draws[f"law.{name}"][0] for name in names])
    drawn = np.bincount(dw.drawn_laws(draws), minlength=len(names)) / draws.n
    assert np.cumsum(drawn) == pytest.approx(np.cumsum(weights) / weights.sum(), abs=0.002)


def test_all_weight_on_one_law_is_that_law() -> None:
    draws = Scenario.load("baseline").draw(n=256)
    for name, law in published_laws.laws().items():
        alone = dw.under_law(draws, name)
        np.testing.assert_array_equal(
            dw.year_demand_passes(alone), dw.year_demand_passes(draws, law=law)
        )
        np.testing.assert_allclose(
            dw.wall_ooms(alone, [2028.0, 2031.0]),
            dw.wall_ooms(draws, [2028.0, 2031.0], law=law),
            atol=1e-9,
        )
    ends = draws.fixed({"wanted.law": 1e-9}), draws.fixed({"wanted.law": 1 - 1e-9})
    assert [set(dw.drawn_laws(some)) for some in ends] == [{0}, {len(published_laws.laws()) - 1}]
    # A law without weight is not drawn at the end of the ranks either.
    without = ends[0].fixed({f"law.{next(iter(published_laws.laws()))}": 0.0})
    assert set(dw.drawn_laws(without)) == {1}


def test_laws_without_any_weight_are_refused() -> None:
    draws = Scenario.load("baseline").draw(n=2)
    none = draws.fixed({f"law.{name}": 0.0 for name in published_laws.laws()})
    with pytest.raises(ValueError, match="at least one law"):
        dw.law_of(none, None)


def test_drawn_laws_lie_between_the_ends() -> None:
    draws = Scenario.load("baseline").draw(n=512)
    wanted = dw.demand_tokens(draws, [2028.0])
    names = list(published_laws.laws())
    ends = [dw.demand_tokens(dw.under_law(draws, name), [2028.0]) for name in names]
    assert (wanted >= np.min(ends, axis=0) * (1 - 1e-12)).all()
    assert (wanted <= np.max(ends, axis=0) * (1 + 1e-12)).all()


def test_llama_stands_at_its_own_optimum_and_not_at_the_replications() -> None:
    runs = published_laws.against_runs().set_index("model")
    llama = runs.loc["Llama 3.1-405B"]
    assert llama["own"] == "llama3"
    assert llama["llama3"] == pytest.approx(15.6 / 16.55)
    assert llama["besiroglu"] ** 2 > 2
    # DeepSeek-V3: 14.8 trillion at 3.3e24 FLOP; 16.55 (3.3e24 / 3.8e25)^0.53 = 4.53 trillion.
    assert runs.loc["DeepSeek-V3", "llama3"] == pytest.approx(14.8 / 4.532, rel=1e-3)


# ---- one definition of what a run wants ----------------------------------------------------------


def test_a_loss_begins_when_the_text_is_passed() -> None:
    draws = Scenario.load("baseline").draw(n=1024)
    years = np.array([2026.0, 2029.0, 2033.0])
    over = np.log10(dw.demand_tokens(draws, years) / dw.stock_tokens(draws, years))
    lost = -dw.wall_ooms(draws, years)
    assert (lost[over <= 0] == 0).all()
    assert (lost[over > 0.01] > 0).all()


def test_the_inverse_of_demand_gives_the_compute_back() -> None:
    draws = Scenario.load("baseline").draw(n=128)
    years = [2024.0, 2030.0]
    flop = dw.flop_for_text(draws, years, dw.demand_tokens(draws, years))
    assert flop == pytest.approx(dw.training_flop(draws, years))


def test_shares_that_read_no_text_by_hand() -> None:
    law = published_laws.laws()["hoffmann1"]  # tokens with the square root of compute
    draws = Scenario.load("baseline").draw(n=8)
    none = draws.fixed({"wanted.reinforcement_share": 0.0, "wanted.multimodal_share": 0.0})
    half = none.fixed({"wanted.reinforcement_share": 0.5})
    quarter = none.fixed({"wanted.multimodal_share": 0.25})
    half_way = (counting.GPT4_YEAR + counting.END_OF_2027) / 2
    years = [counting.GPT4_YEAR, half_way, counting.END_OF_2027, 2030.0]
    plain = dw.demand_tokens(none, years, law)
    by_hand = np.sqrt([1.0, 0.75, 0.5, 0.5])
    assert dw.demand_tokens(half, years, law) / plain == pytest.approx(np.tile(by_hand, (8, 1)))
    by_hand = np.array([1.0, 0.875, 0.75, 0.75])
    assert dw.demand_tokens(quarter, years, law) / plain == pytest.approx(np.tile(by_hand, (8, 1)))


@settings(max_examples=30, deadline=None)
@given(some_laws, constants, constants, st.floats(0, 4), st.floats(0.2, 30))
def test_an_overtrained_run_loses_what_a_search_finds(
    law: scaling.ScalingLaw, r_d: float, r_n: float, excess: float, longer: float
) -> None:
    unique = 1e13
    root = np.sqrt(longer)
    flop = scaling.compute_for_tokens(law, unique / root) * 10**excess
    # What it would like, and what it pays for a parameter against a token there.
    wanted_n, wanted_d = scaling.optimal(law, flop, longer)
    price = longer ** ((law.alpha + law.beta) / 2)
    tokens = wanted_d * np.geomspace(1e-5, 1e5, 80_001)
    parameters = wanted_n * (wanted_d / tokens) ** (1 / price)
    # Who wants a larger model than is best counts its parameters in full.
    called_for = scaling.optimal(law, scaling.compute_for_tokens(law, unique))[0]
    base = max(called_for, scaling.optimal(law, flop / 10**excess, longer)[0])
    more = np.maximum(parameters / base, 1.0)
    counted = np.minimum(parameters, base) * (1 + r_n * -np.expm1(-(more - 1) / r_n))
    found = scaling.loss(law, counted, scaling.effective_tokens(tokens, unique, r_d)).min()
    at = scaling.loss(law, wanted_n, wanted_d) - law.irreducible
    searched = np.log10((found - law.irreducible) / at) / law.gamma
    lost = scaling.lost_ooms(excess, r_d, r_n, law, overtraining=longer)
    assert lost == pytest.approx(searched, abs=5e-3)


# ---- along the scenarios -------------------------------------------------------------------------


@pytest.mark.parametrize("name", scenarios())
def test_the_wall_in_every_scenario(name: str) -> None:
    draws = Scenario.load(name).draw(n=256)
    years = np.array([counting.GPT4_YEAR, 2026.0, 2028.0, 2035.0])
    wall = dw.wall_ooms(draws, years)
    assert wall.shape == (256, 4)
    assert np.isfinite(wall).all()
    assert (wall <= 0).all()
    with_it = dw.effective_compute(draws, years)
    assert with_it == pytest.approx(counting.effective_compute(draws, years) + wall)
    assert (dw.wall_ooms(draws, years, 10.0) >= wall - 1e-12).all()


def test_the_wall_is_a_part_of_the_gain() -> None:
    draws = Scenario.load("baseline").draw(n=64)
    wall = dw.wall_ooms(draws, [2028.0])[:, 0]
    without, parts = counting.gain(draws, 2028.0), counting.gain(draws, 2028.0, wall)
    assert "data" not in without
    assert parts["total"] == pytest.approx(without["total"] + wall)
    assert parts["data"] == pytest.approx(wall)


def test_better_tokens_gain_what_they_are_worth_where_text_is_plentiful() -> None:
    draws = Scenario.load("baseline").draw(n=64).fixed({"data.stock_tokens": 1e17})
    assert dw.wall_ooms(draws, [2026.0], 10.0, better=True) == pytest.approx(1.0)
    assert dw.wall_ooms(draws, [2026.0], 10.0) == pytest.approx(0.0)


def test_a_token_worth_ten_is_ten_times_the_run() -> None:
    law = scaling.ScalingLaw.published(scaling.LAW)
    parameters, tokens = scaling.optimal(law, 1e26)
    assert scaling.loss(law, *scaling.optimal(law, 1e27)) < scaling.loss(
        law, parameters, 10 * tokens
    )
    draws = Scenario.load("baseline").draw(n=64)
    more = dw.wall_ooms(draws, [2030.0], 10.0)
    assert (dw.wall_ooms(draws, [2030.0], 10.0, better=True) >= more).all()


def test_a_multiplier_must_be_positive() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        dw.wall_ooms(Scenario.load("baseline").draw(n=2), [2026.0], 0.0)


def test_the_crossing_is_where_demand_meets_the_stock() -> None:
    draws = Scenario.load("baseline").draw(n=128)
    for epochs in (1.0, 4.0):
        year = dw.year_demand_passes(draws, epochs, last_year=2050.0)
        inside = np.flatnonzero(np.isfinite(year) & (year > counting.GPT4_YEAR + 0.05))
        assert len(inside) > 20
        at = year[inside]
        wanted = dw.demand_tokens(draws, at)[inside, np.arange(len(at))]
        there = dw.stock_tokens(draws, at)[inside, np.arange(len(at))]
        assert wanted / (epochs * there) == pytest.approx(1.0, rel=0.02)


def test_a_stock_without_end_is_never_passed() -> None:
    draws = Scenario.load("baseline").draw(n=16).fixed({"data.stock_tokens": 1e17})
    assert np.isinf(dw.year_demand_passes(draws, epochs=100.0, last_year=2030.0)).all()


def test_a_published_year_from_the_published_inputs() -> None:
    # Their growth (0.38 OOM/year from 10 trillion tokens) meets their effective stock.
    quantities = tables.load("quantities").set_index("id")
    growth = quantities.loc["published.villalobos2024.dataset_growth", "best"]
    year = 2024 + np.log10(4e14 / 1e13) / growth
    low, high = quantities.loc["published.villalobos2024.full_use_year", ["low", "high"]]
    assert low <= year <= high


def test_a_drawn_multiplier_is_reached_by_the_end_of_2027() -> None:
    draws = Scenario.load("baseline").draw(n=64).fixed({"data.multiplier": 100.0})
    plentiful = draws.fixed({"data.stock_tokens": 1e17})
    half_way = (counting.GPT4_YEAR + counting.END_OF_2027) / 2
    years = [counting.GPT4_YEAR, half_way, counting.END_OF_2027, 2029.0]
    gained = dw.wall_ooms(plentiful, years, dw.DRAWN, better=True)
    assert gained == pytest.approx(np.tile([0.0, 1.0, 2.0, 2.0], (64, 1)))
    late = dw.wall_ooms(draws, [2030.0], dw.DRAWN)
    assert late == pytest.approx(dw.wall_ooms(draws, [2030.0], 100.0))


def test_many_draws_are_read_off_a_table_that_agrees_with_the_curves() -> None:
    law = scaling.ScalingLaw.published(scaling.LAW)
    rng = np.random.default_rng(5)
    n = 2 * shortage.MANY
    repetition, excess = np.exp(rng.uniform(np.log(2), np.log(60), size=(2, n)))
    beyond = rng.uniform(-1, 9, size=(n, 3))
    table = scaling.lost_ooms(beyond, repetition, excess, law)
    curves = np.stack(
        [
            scaling.lost_ooms(row, float(d), float(e), law)
            for row, d, e in zip(beyond, repetition, excess, strict=True)
        ]
    )
    assert np.abs(table - curves).max() < 2e-3
    assert np.all(table >= 0)
