"""Tidy frames for the charts and tables of the chapter on the data wall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ooms.arrays import Array
from ooms.assumed.scenarios import Draws, Scenario
from ooms.claimed.records import Span
from ooms.digits import ordered, settled
from ooms.implied import counting, datawall
from ooms.observed import runs, scaling
from ooms.observed import runs as training_runs
from ooms.observed.data import Data
from ooms.quantiles import quantiles, quantiles_along
from ooms.shown.frames import bands
from ooms.text import percent, scientific

__all__ = [
    "BETTER",
    "BOUGHT_FLOP",
    "BOUGHT_TOKENS",
    "EXAMPLE",
    "FREE",
    "MAP_FLOP",
    "MAP_TOKENS",
    "MORE",
    "VARIANTS",
    "WALL",
    "crossing_chances",
    "crossings",
    "gains",
    "leverage",
    "loss_map",
    "losses",
    "model_sizes",
    "multipliers",
    "passes_between",
    "predicted_costs",
    "ratio_rows",
    "stocks",
    "stocks_said",
    "token_bands",
    "training_sets",
    "wall_medians",
    "wall_variants",
    "with_overtraining",
    "worth_curve",
    "worth_points",
]

#: The four ways to count limited data: name to the arguments of `ooms.implied.datawall.wall_ooms`.
FREE, WALL = "data plentiful", "with the wall"
MORE, BETTER = "wall, more text", "wall, better use"
VARIANTS = (FREE, WALL, MORE, BETTER)


def wall_variants(draws: Draws, years: ArrayLike) -> dict[str, Array]:
    """What limited data add to effective compute, counted four ways, each shape ``(n, t)``.

    ``data plentiful`` leaves the wall out; ``with the wall`` has no way around it;
    ``wall, more text`` multiplies the stock by ``data.multiplier``; ``wall, better use`` reads the
    same multiplier as sample efficiency.

    Examples
    --------
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> found = wall_variants(draws, [2028.0])
    >>> list(found) == list(VARIANTS)
    True
    """
    plentiful = np.zeros((draws.n, np.asarray(years, dtype=float).size))
    return dict(
        zip(
            VARIANTS,
            (
                plentiful,
                datawall.wall_ooms(draws, years),
                datawall.wall_ooms(draws, years, datawall.DRAWN),
                datawall.wall_ooms(draws, years, datawall.DRAWN, better=True),
            ),
            strict=True,
        )
    )


def gains(draws: Draws, dates: Mapping[str, float]) -> pd.DataFrame:
    """Gain beyond GPT-4 at each date under the four ways of counting.

    Parameters
    ----------
    dates
        Words to decimal year.

    Returns
    -------
    DataFrame
        ``panel``, ``variant``, ``low``, ``best``, ``high`` in OOMs.
    """
    years = list(dates.values())
    free = counting.effective_compute(draws, years)
    rows = [
        (panel, variant, *quantiles(free[:, i] + wall[:, i]))
        for i, panel in enumerate(dates)
        for variant, wall in wall_variants(draws, years).items()
    ]
    return pd.DataFrame(rows, columns=["panel", "variant", "low", "best", "high"])


def wall_medians(draws: Draws, years: ArrayLike) -> pd.DataFrame:
    """What limited data add to the count over time, the median draw by draw, counted three ways.

    Returns
    -------
    DataFrame
        ``variant``, ``date``, ``ooms``; less than zero is a loss.

    Examples
    --------
    >>> found = wall_medians(Scenario.load("baseline").draw(n=64), [2024.0, 2031.0])
    >>> list(dict.fromkeys(found["variant"])) == list(VARIANTS[1:])
    True
    """
    t = np.asarray(years, dtype=float)
    walls = list(wall_variants(draws, t).items())[1:]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "variant": name,
                    "date": bands.dates(t),
                    "ooms": quantiles_along(wall, [0.5], axis=0)[0].round(3) + 0.0,
                }
            )
            for name, wall in walls
        ],
        ignore_index=True,
    )


def losses(draws: Draws, dates: Mapping[str, float]) -> pd.DataFrame:
    """OOMs that limited data add at each date under the three ways of counting them.

    Returns
    -------
    DataFrame
        ``panel``, ``variant``, ``low``, ``best``, ``high`` in OOMs; less than zero is a loss.
    """
    years = list(dates.values())
    rows = [
        (panel, variant, *quantiles(wall[:, i]))
        for i, panel in enumerate(dates)
        for variant, wall in list(wall_variants(draws, years).items())[1:]
    ]
    return pd.DataFrame(rows, columns=["panel", "variant", "low", "best", "high"])


def token_bands(draws: Draws, years: ArrayLike) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tokens the largest run wants and tokens there are, log10, as bands over time."""
    wanted = datawall.log_demand(draws, years)
    there = datawall.log_stock(draws, years)
    return bands.bands(years, wanted), bands.bands(years, there)


def training_sets(datasets: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """Training sets of language models: the trend's sample, and what the model table has since.

    Returns
    -------
    DataFrame
        ``model``, ``date``, ``training_tokens``, ``typed`` (from a page, and not read from the
        publisher's file), by date.
    """
    columns = ["model", "date", "training_tokens", "typed"]
    later = models[
        (models["date"] > datasets["date"].max())
        & models["training_tokens"].notna()
        & models["domain"].str.contains("Language")
        & models["notable"]
    ]
    later = later.assign(typed=later.get("transcribed", False))
    every = [datasets.assign(typed=False)[columns], later[columns]]
    return pd.concat(every).sort_values("date", kind="stable", ignore_index=True)


def crossings(drawn: Mapping[str, tuple[Scenario, Draws]], epochs: Sequence[float]) -> pd.DataFrame:
    """Year in which demand passes some passes over the stock, by scenario.

    Returns
    -------
    DataFrame
        ``title``, ``epochs``, ``low``, ``best``, ``high`` (decimal years; ``inf`` for never).
    """
    rows = [
        (scenario.title, k, *quantiles(datawall.year_demand_passes(draws, k)))
        for scenario, draws in drawn.values()
        for k in epochs
    ]
    return pd.DataFrame(rows, columns=["title", "epochs", "low", "best", "high"])


def crossing_chances(draws: Draws, epochs: Mapping[str, float], years: ArrayLike) -> pd.DataFrame:
    """Chance that demand has passed some passes over the stock by each date.

    Parameters
    ----------
    epochs
        Words to passes.
    """
    t = np.asarray(years, dtype=float)
    parts = []
    for words, k in epochs.items():
        reached = settled(datawall.year_demand_passes(draws, k))
        chance = (reached[:, None] <= settled(t)[None, :]).mean(axis=0).round(4)
        parts.append(pd.DataFrame({"passes": words, "year": t, "chance": chance}))
    return pd.concat(parts, ignore_index=True)


def loss_map(
    compute_flop: Sequence[float],
    tokens: Mapping[str, float],
    repetition_constant: float,
    excess_constant: float,
    data: Data | None = None,
) -> pd.DataFrame:
    """OOMs lost for each compute and stock, in the order given."""
    law = scaling.law_or_published(None, data)
    rows = [
        (
            scientific(flop, 1),
            words,
            float(
                scaling.lost_ooms(
                    scaling.excess_ooms(flop, stock, law), repetition_constant, excess_constant, law
                )
            ),
        )
        for words, stock in tokens.items()
        for flop in compute_flop
    ]
    return pd.DataFrame(rows, columns=["compute", "stock", "lost"])


def worth_curve(scenario: Scenario, epochs: ArrayLike) -> pd.DataFrame:
    """Worth of the next token by passes, over the assumed range of the constant.

    Returns
    -------
    DataFrame
        ``epochs``, ``low``, ``best``, ``high``, shares of a fresh token.
    """
    constant = scenario.estimate("data.repetition_constant")
    worth = {
        name: scaling.token_worth(epochs, value)["marginal"].round(4)
        for name, value in vars(constant).items()
    }
    return pd.DataFrame({"epochs": np.asarray(epochs, dtype=float), **worth})


def predicted_costs(
    sizes: Mapping[str, tuple[float, float]], epochs: ArrayLike, data: Data | None = None
) -> pd.DataFrame:
    """What the published law says repetition costs.

    Parameters
    ----------
    sizes
        Words to parameters and tokens.

    Returns
    -------
    DataFrame
        ``size``, ``epochs``, ``nats`` above the loss on fresh text.
    """
    k = np.asarray(epochs, dtype=float)
    parts = []
    for words, (parameters, tokens) in sizes.items():
        runs = pd.DataFrame(
            {
                "series": "predicted",
                "parameters": parameters,
                "tokens": tokens,
                "unique_tokens": [tokens, *(tokens / k[k > 1])],
                "loss_nats": 1.0,
            }
        )
        pairs = training_runs.repeated_pairs(runs, data=data)
        parts.append(
            pd.DataFrame(
                {"size": words, "epochs": pairs["epochs"], "nats": pairs["predicted_nats"].round(5)}
            )
        )
    return pd.concat(parts, ignore_index=True)


def leverage(runs: pd.DataFrame, found: training_runs.Fit, compute_flop: float) -> pd.DataFrame:
    """How far leaving out single runs moves the compute-optimal tokens per parameter.

    Parameters
    ----------
    runs
        The runs of the fit, without those left out of it.
    found
        The fit to all of them.

    Returns
    -------
    DataFrame
        ``loss_nats``, ``tokens_per_parameter`` without the run, and ``moved``, the factor by which
        that differs from the fit to all; the largest move first.
    """
    used = runs[~runs["left_out"]].reset_index(drop=True)
    without = training_runs.fits_without(used, np.eye(len(used), dtype=bool), found)
    ratio = without.tokens_per_parameter(compute_flop)
    base = found.tokens_per_parameter(compute_flop)[0]
    frame = pd.DataFrame(
        {
            "loss_nats": used["loss_nats"],
            "tokens_per_parameter": ratio,
            "moved": np.exp(np.abs(np.log(ratio / base))),
        }
    )
    return ordered(frame, "moved", ascending=False)


def multipliers(
    compute_flop: Sequence[float],
    tokens: Mapping[str, float],
    repetition_constant: float,
    excess_constant: float,
    data: Data | None = None,
) -> pd.DataFrame:
    """How many times the stock buys lost OOMs back, for each compute and stock.

    Parameters
    ----------
    compute_flop
        Training compute of the run.
    tokens
        Words to unique usable tokens.

    Returns
    -------
    DataFrame
        ``compute`` and ``stock`` in words; ``lost``, OOMs; and the multiplier of the stock that
        buys back ``half`` of them, ``nine_tenths``, ``one_oom``, and ``all`` (the run then has all
        the text it calls for). 1 where nothing is lost; infinite where an OOM was not lost.

    Examples
    --------
    >>> row = multipliers([1e30], {"30 trillion": 3e13}, 15.4, 5.3).iloc[0]
    >>> bool(1 < row["half"] < row["nine_tenths"] < row["all"])
    True
    """
    law = scaling.law_or_published(None, data)
    rows = []
    for flop in compute_flop:
        for words, stock in tokens.items():
            excess = scaling.excess_ooms(flop, stock, law)
            lost = float(scaling.lost_ooms(excess, repetition_constant, excess_constant, law))
            regain = [0.5 * lost, 0.9 * lost, 1.0]
            bought = scaling.multiplier_to_regain(
                flop, stock, regain, repetition_constant, excess_constant, law
            )
            enough = max(1.0, float(scaling.optimal(law, flop)[1]) / stock)
            rows.append((scientific(flop, 1), words, lost, *bought, enough))
    return pd.DataFrame(
        rows, columns=["compute", "stock", "lost", "half", "nine_tenths", "one_oom", "all"]
    )


def stocks(draws: Draws, quantities: pd.DataFrame, rng: int) -> pd.DataFrame:
    """Stocks of text as published or drawn from what is published, in tokens.

    Parameters
    ----------
    quantities
        The table of that name.
    rng
        Seed of the draws for the usable text.

    Returns
    -------
    DataFrame
        ``stock``; ``low``, ``best``, ``high`` in tokens (missing where none is published);
        ``range``, what low and high mean; ``source``, a key of the bibliography; ``year``, the
        median year in which the largest run of these draws wants more than the best value, if that
        were all the text there is (missing for code, which is never all of it).

    Examples
    --------
    >>> from ooms.observed import tables
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = stocks(Scenario.load("baseline").draw(n=64), tables.load("quantities"), rng=1)
    >>> ranged = found.dropna(subset=["low", "high"])
    >>> bool((ranged["low"] < ranged["high"]).all())
    True
    """
    q = quantities.set_index("id")
    usable = quantiles(training_runs.reported_stock(rng=rng, data=draws.data)["usable"])
    bytes_per_token = q.loc["published.villalobos2024.six_less_bytes_per_token"]
    code = q.loc["published.lozhkov2024.deduplicated_bytes", "best"] / (
        6 - np.sqrt(bytes_per_token["low"] * bytes_per_token["high"])
    )
    v, none = "published.villalobos2024.", float("nan")
    read = ["low", "best", "high"]
    rows = [
        ("Common Crawl, raw", *q.loc[v + "common_crawl_tokens", read], "95%", "villalobos2024"),
        ("Common Crawl, without duplicates",
         *q.loc["published.together2023.deduplicated_tokens", read],
         "English; five languages", "together2023redpajama"),
        ("The indexed web", *q.loc[v + "indexed_tokens", read], "95%", "villalobos2024"),
        ("Usable part of the indexed web", *usable, "90%, drawn here", "villalobos2024"),
        ("The usable part, with repetitions", *q.loc[v + "effective_tokens", read], "90%",
         "villalobos2024"),
        ("Public code", q.loc["published.lozhkov2024.training_tokens", "best"], none, code,
         "filtered, and all without duplicates", "lozhkov2024"),
        ("Private code", none, q.loc["published.cummins2024.private_code_tokens", "best"], none,
         "one person's estimate", "cummins2024"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["stock", *read, "range", "source"])
    frame["year"] = [
        none
        if "code" in name
        else float(
            np.median(
                datawall.year_demand_passes(
                    draws.fixed({"data.stock_tokens": best, "data.stock_growth": 0.0})
                )
            )
        )
        for name, best in zip(frame["stock"], frame["best"], strict=True)
    ]
    return frame


#: The four ways to count limited data: name to the arguments of `ooms.implied.datawall.wall_ooms`.


#: Compute in FLOP, and stocks in tokens, of the map of losses: from what one model has been trained
#: on to the whole indexed web.
MAP_FLOP = (1e26, 1e27, 1e28, 1e29, 1e30, 1e31)


MAP_TOKENS = {
    "15 trillion": 1.5e13,
    "30 trillion": 3e13,
    "100 trillion": 1e14,
    "300 trillion": 3e14,
    "1,000 trillion": 1e15,
}


#: The run and the stock that the text takes as an example from the map.
EXAMPLE = (1e30, "30 trillion")


#: The part of the map where something is lost and can be bought back.
BOUGHT_FLOP = MAP_FLOP[2:]


BOUGHT_TOKENS = {words: tokens for words, tokens in MAP_TOKENS.items() if tokens < 1e15}


def ratio_rows(ratios: pd.DataFrame, refits: runs.Refits) -> pd.DataFrame:
    """Compute-optimal tokens per parameter, as printed and as fitted here.

    Parameters
    ----------
    ratios
        From `ooms.shown.frames.laws.ratios`, at the budget of the refits.

    Returns
    -------
    DataFrame
        ``label``, ``role``, ``low``, ``best``, ``high``.
    """
    none, used = float("nan"), refits.runs - refits.left_out
    # Fits with the fewest runs first, so that those without and with the shortest end the list.
    laws = pd.concat([ratios[~ratios["fitted"]], ratios[ratios["fitted"]][::-1]])
    rows = [
        *(
            (row.title, "implied" if row.fitted else "claimed", none, row.ratio, none)
            for row in laws.itertuples()
        ),
        (f"Fitted here, {used} runs", "implied", *refits.ratio),
        (f"with the {refits.left_out} shortest", "implied", none, refits.ratio_with_all, none),
    ]
    return pd.DataFrame(rows, columns=["label", "role", "low", "best", "high"])


def model_sizes(pairs: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Name the model sizes of runs: words to parameters and tokens.

    Examples
    --------
    >>> model_sizes(pd.DataFrame({"parameters": [2.8e9, 2.8e9], "tokens": [5.5e10, 5.5e10]}))
    {'2.8 billion': (2800000000.0, 55000000000.0)}
    """
    sizes = pairs[["parameters", "tokens"]].drop_duplicates()
    return {
        f"{n / 1e9:.1f} billion": (float(n), float(d))
        for n, d in zip(sizes["parameters"], sizes["tokens"], strict=True)
    }


def worth_points(worth: pd.DataFrame) -> pd.DataFrame:
    """Points of a curve of worth that are named: ``epochs``, ``best``, ``label``.

    Parameters
    ----------
    worth
        From `ooms.observed.scaling.token_worth`.
    """
    points = worth.assign(best=worth["marginal"], label=[percent(v) for v in worth["marginal"]])
    return points[["epochs", "best", "label"]]


def stocks_said(span: Callable[[str], Span]) -> pd.DataFrame:
    """Stocks of text that the essay names: ``label``, ``ooms`` (log10 tokens).

    Parameters
    ----------
    span
        From a claim's id to what it states.
    """
    tokens = {
        "essay: the web without duplicates": span("essay.data.deduplicated").point(),
    }
    return pd.DataFrame({"label": list(tokens), "ooms": np.log10(list(tokens.values()))})


def passes_between(start: float, end: float, count: int) -> Array:
    """Numbers of passes at equal ratios, both ends among them.

    Examples
    --------
    >>> passes_between(1, 100, 3).round(6).tolist()
    [1.0, 10.0, 100.0]
    """
    return np.geomspace(start, end, count)


def with_overtraining(
    drawn: Mapping[str, tuple[Scenario, Draws]], times: float
) -> dict[str, tuple[Scenario, Draws]]:
    """Give every scenario one number of tokens per parameter.

    Parameters
    ----------
    drawn
        Scenario name to scenario and draws.
    times
        Tokens per parameter over the compute-optimal number.
    """
    return {
        name: (scenario, draws.fixed({"data.overtraining": times}))
        for name, (scenario, draws) in drawn.items()
    }
