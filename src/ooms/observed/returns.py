"""What an OOM buys: a score against training compute and date, over models that have both.

A model's score is taken to rise in a line with the logarithm of its training compute, with its
date, and by a step if it was trained to reason. The date stands for all that makes models better
at equal compute: algorithms of training, and what is done after it. Compute is known with error,
which makes a naive line too flat: the true compute of each model is an unknown here, with a
distribution of its own around its date (a structural errors-in-variables model). Models of one
organisation share an effect. Where a model's compute is not published it is unknown, and the model
says nothing about the slope unless it is asked in (`estimate`, ``unknown``).

Nothing here makes compute and date separable where the models do not: `Returns.told_apart` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed import aliases, tables
from ooms.observed.data import Data
from ooms.observed.frontier import GPT4, compute_of
from ooms.observed.outlook import REASONING
from ooms.quantiles import quantiles_along
from ooms.units import decimal_year

__all__ = [
    "CONFIDENCE_FACTORS",
    "GPT4_YEAR",
    "TOLD",
    "Returns",
    "Unknown",
    "compute_errors",
    "estimate",
    "horizon_models",
    "horizon_returns",
    "index_models",
    "index_returns",
]

Unknown = Literal["out", "alike", "apart"]

#: From where years are counted: GPT-4's release.
GPT4_YEAR = float(decimal_year("2023-03-15"))

#: Epoch AI's words for how sure it is of a compute: within such a factor with a chance of 90%.
CONFIDENCE_FACTORS = {"Confident": 3.0, "Likely": 10.0, "Speculative": 30.0}

#: Compute and date are told apart where the 90% range of compute's share is narrower than this.
TOLD = 0.5

#: 90% of a normal distribution lies within so many standard deviations.
_Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Returns:
    """Draws of what compute, date and training to reason add to a score.

    All arrays have shape ``(n,)``, one entry a draw of the posterior; entries of one place belong
    together. The unit is that of the score: points of the index, or doublings of the horizon.

    Attributes
    ----------
    level
        Score of a model with GPT-4's training compute at GPT-4's release, not trained to reason.
    per_oom
        What an OOM of training compute adds, date held.
    per_year
        What a year adds, compute held.
    reasoning
        What training to reason adds, compute and date held; all zero where it was not asked for.
    between, within
        Standard deviations between organisations, and of a model about its organisation's line.
    models
        One row a model: ``model``, ``organization``, ``year``, ``score``, ``ooms`` (log10 of the
        published compute over GPT-4's; NaN where unknown), ``error_ooms``, ``reasoning``.

    Examples
    --------
    The standard error of the slope, and the OOMs that lift the index by 20 points:

    >>> found = index_returns(chains=8, rounds=60)
    >>> slope, error = float(np.mean(found.per_oom)), float(np.std(found.per_oom))
    >>> bool(4 < slope < 16), bool(0.3 < error < 4)
    (True, True)
    >>> bool(1.0 < np.median(found.ooms_for(20.0)) < 6.0)
    True
    """

    level: Array
    per_oom: Array
    per_year: Array
    reasoning: Array
    between: Array
    within: Array
    models: pd.DataFrame

    def share(self, pace: float = 0.5) -> Array:
        """Share of a yearly rise that compute makes, growing `pace` OOM a year; reasoning aside."""
        by_compute = self.per_oom * pace
        found: Array = by_compute / (by_compute + self.per_year)
        return found

    @property
    def told_apart(self) -> bool:
        """Whether the models tell what compute does from what comes with the date."""
        low, high = quantiles_along(self.share(), [0.05, 0.95])
        return bool(settled(high - low) < TOLD)

    def ooms_for(self, score: float) -> Array:
        """OOMs of training compute that lift a score by so much at one date; ``inf`` if never."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = np.where(self.per_oom > 0, score / self.per_oom, np.inf)
        return found

    def year_in_ooms(self) -> Array:
        """OOMs of training compute that do as much as a year does; ``inf`` if none do."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = np.where(self.per_oom > 0, self.per_year / self.per_oom, np.inf)
        return found

    def reasoning_in_ooms(self) -> Array:
        """OOMs of training compute that do as much as training to reason; ``inf`` if none do."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = np.where(self.per_oom > 0, self.reasoning / self.per_oom, np.inf)
        return found

    def beside_algorithms(self, algorithms: ArrayLike) -> Array:
        """OOMs a year that models gain beside compute, algorithms of training and reasoning.

        Parameters
        ----------
        algorithms
            Draws of what algorithms of training alone bring, OOM a year, shape ``(m,)``; as many
            as there are draws here are taken from them, in turn.
        """
        rate = np.resize(np.asarray(algorithms, dtype=float), self.per_oom.size)
        found: Array = self.year_in_ooms() - rate
        return found

    def at(
        self, ooms: ArrayLike, years: ArrayLike = 0.0, *, reasons: bool = True, scatter: int = 0
    ) -> Array:
        """Draws of the score at so many OOMs and years beyond GPT-4, shape ``(n, k)``.

        What algorithms bring counts in `years` if `ooms` are of physical compute. Who counts
        *effective* compute, algorithms and all that comes with the date in it, leaves `years` at 0.

        Parameters
        ----------
        ooms, years
            Of shape ``(k,)`` or one number.
        reasons
            Whether the models are trained to reason.
        scatter
            A seed: adds an organisation's effect and a model's own to each draw. Without, the line.
        """
        x, t = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, float)) for v in (ooms, years)))
        line: Array = (
            self.level[:, None]
            + self.per_oom[:, None] * x
            + self.per_year[:, None] * t
            + (self.reasoning[:, None] if reasons else 0.0)
        )
        if scatter:
            noise = np.random.default_rng(scatter).standard_normal((2, *self.level.shape, 1))
            line = line + self.between[:, None] * noise[0] + self.within[:, None] * noise[1]
        return line


def compute_errors(models: pd.DataFrame) -> Array:
    """Standard deviation of log10 of each model's compute, OOM; NaN where it is unknown.

    A published 90% interval where there are both its ends and they differ; else the publisher's
    word for how sure it is, by `CONFIDENCE_FACTORS` (anything else is read as speculative).

    Examples
    --------
    >>> compute_errors(pd.DataFrame({"training_compute_flop": [1e25, 1e25],
    ...     "training_compute_low_flop": [np.nan, 1e24],
    ...     "training_compute_high_flop": [np.nan, 1e26],
    ...     "confidence": ["Confident", "Likely"]})).round(3).tolist()
    [0.29, 0.608]
    """
    low, high = models["training_compute_low_flop"], models["training_compute_high_flop"]
    factor = models["confidence"].map(CONFIDENCE_FACTORS)
    factor = factor.fillna(CONFIDENCE_FACTORS["Speculative"])
    stated = np.log10(factor.to_numpy(dtype=float)) / _Z90
    ends = np.log10((high / low).to_numpy(dtype=float)) / (2 * _Z90)
    found = np.where(ends > 0, ends, stated)
    known: Array = np.where(models["training_compute_flop"].notna(), found, np.nan)
    return known


def _joined(scores: pd.DataFrame, table: str, data: Data | None) -> pd.DataFrame:
    """One row a score, with what the table of models knows of its compute, by the model's name.

    What ``data/model_notes.csv`` lists is called there as it says, and trained to reason or not.
    All others that came after the first model trained to reason are taken to be trained so.
    """
    notes = tables.load("model_notes", None, data)
    notes = notes[notes["table"] == table].set_index("model")
    every = tables.load("models", None, data)
    # What was inferred from scores assumes the relation that is asked for: no compute here.
    inferred = every["compute_method"].fillna("").str.contains("Benchmarks")
    models = every[every["training_compute_flop"].notna() & ~inferred]
    renamed = notes.loc[notes["in_models"].fillna("") != "", "in_models"].to_dict()
    called = scores["model"].replace(aliases.names_of("models", data) | renamed)
    known = models.set_index("model").reindex(called)
    years = np.asarray(decimal_year(scores["date"]), dtype=float)
    return pd.DataFrame(
        {
            "model": scores["model"].to_numpy(),
            "organization": scores["organization"].fillna("?").str.split(",").str[0].to_numpy(),
            "year": years,
            "score": scores["score"].to_numpy(dtype=float),
            "ooms": np.log10(known["training_compute_flop"].to_numpy(dtype=float))
            - np.log10(compute_of(every, GPT4)),
            "error_ooms": compute_errors(known),
            "reasoning": scores["model"]
            .map(notes["trained_to_reason"].astype(bool))
            .fillna(pd.Series(years >= REASONING, scores.index))
            .to_numpy(dtype=bool),
        }
    )


def index_models(data: Data | None = None) -> pd.DataFrame:
    """Models on Epoch AI's capability index, with their compute where it is known.

    Returns
    -------
    DataFrame
        As in `Returns.models`; `score` in points.

    Examples
    --------
    >>> found = index_models()
    >>> bool(found["ooms"].notna().sum() > 50), bool(found["ooms"].isna().sum() > 50)
    (True, True)
    """
    index = tables.load("capability_index", None, data)
    return _joined(index.rename(columns={"index_points": "score"}), "capability_index", data)


def horizon_models(data: Data | None = None) -> pd.DataFrame:
    """Models in METR's file, with their compute where it is known; `score` is log2 of minutes."""
    file = tables.load("horizons_later", None, data)
    file = file.assign(score=np.log2(file["horizon_50_minutes"]), organization=file["model"])
    return _joined(file, "horizons_later", data)


def index_returns(
    data: Data | None = None,
    *,
    reasoning: bool = True,
    unknown: Unknown = "out",
    errors: float = 1.0,
    chains: int = 32,
    rounds: int = 300,
) -> Returns:
    """`estimate` on Epoch AI's capability index: points for an OOM, a year, and reasoning.

    Parameters
    ----------
    reasoning, unknown, chains, rounds
        As in `estimate`. Whether models of unknown compute were trained to reason is not in the
        tables, so the two do not go together.
    errors
        Factor on every error of compute: 0.5 reads the publisher's ranges as twice too wide.
    """
    models = index_models(data)
    models["error_ooms"] *= errors
    return estimate(models, reasoning=reasoning, unknown=unknown, chains=chains, rounds=rounds)


def horizon_returns(data: Data | None = None, *, chains: int = 32, rounds: int = 300) -> Returns:
    """`estimate` on METR's horizons: doublings for an OOM and for a year.

    So few models of known compute have one, and so steadily did both grow, that the two effects
    are not told apart: see `Returns.told_apart`.
    """
    return estimate(
        horizon_models(data), reasoning=False, prior_sd=4.0, chains=chains, rounds=rounds
    )


#: Prior of each variance, inverse chi-squared: degrees of freedom, and scale (of `score`'s variance
#: for a model and an organisation; OOM squared for computes). True computes about their trend may
#: lie so close to it that nothing is told.
_OWN, _GROUP, _ABOUT, _FAR = (3.0, 0.1), (3.0, 0.03), (1.0, 0.01), (3.0, 0.5)


def estimate(
    models: pd.DataFrame,
    *,
    reasoning: bool = True,
    unknown: Unknown = "out",
    prior_sd: float = 10.0,
    chains: int = 32,
    rounds: int = 300,
    seed: int = 20261128,
) -> Returns:
    """Estimate what compute, date and training to reason add to a score, errors in compute and all.

    score = level + per_oom x + per_year t + reasoning r + organisation + model, with ``x`` the true
    log10 of compute; published = x + error; and x normal about a line in date and kind.

    Parameters
    ----------
    models
        As in `Returns.models`.
    reasoning
        Whether training to reason has an effect of its own.
    unknown
        What becomes of models without a known compute. They are left ``"out"``, which is right
        where it hangs on compute, date and organisation alone whether one is known. Or their
        computes are drawn: ``"alike"``, as others of their date and score, which is right where
        it hangs on date and score; ``"apart"``, with a level, a trend and a spread of their own.
    prior_sd
        Standard deviation of the normal priors of the three effects, about nought, in the score's
        unit.
    chains, rounds
        Gibbs samplers side by side, and rounds of each; the first third is dropped.
    seed
        Of the draws.

    Raises
    ------
    ValueError
        With fewer than five models of known compute, or an error of compute below zero.

    References
    ----------
    Errors in variables: Carroll et al. 2006, "Measurement Error in Nonlinear Models", DOI
    10.1201/9781420010138, chapter 9; Kelly 2007, DOI 10.1086/519947 (the structural model by Gibbs
    sampling).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x, year = rng.normal(0, 1, 60), rng.uniform(2023, 2026, 60)
    >>> truth = 120 + 8 * x + 10 * (year - GPT4_YEAR)
    >>> models = pd.DataFrame({"model": range(60), "organization": "one", "year": year,
    ...     "score": truth, "ooms": x, "error_ooms": 0.05, "reasoning": False})
    >>> found = estimate(models, reasoning=False, chains=8, rounds=90)
    >>> round(float(np.median(found.per_oom))), round(float(np.median(found.per_year)))
    (8, 10)
    """
    known = models["ooms"].notna()
    if known.sum() < 5:
        raise ValueError(f"models: {known.sum()} of known compute; a line with errors needs five")
    used = (models[known] if unknown == "out" else models).reset_index(drop=True)
    error = used["error_ooms"].fillna(1.0).to_numpy(dtype=float)
    if (error < 0).any():
        raise ValueError(f"error_ooms: {error.min():g} is below zero")
    y = used["score"].to_numpy(dtype=float)
    # Centred, for effects that are nearly independent; the level is carried back at the end.
    mid = float(used["year"].mean())
    t = used["year"].to_numpy(dtype=float) - mid
    r = used["reasoning"].to_numpy(dtype=float) * reasoning
    no = used["ooms"].isna().to_numpy(dtype=float)
    alike = (no == 0) | (unknown == "alike")
    w = used["ooms"].fillna(0.0).to_numpy(dtype=float)
    weight = np.where(no > 0, 0.0, 1 / np.maximum(error, 1e-3) ** 2)
    codes, names = pd.factorize(used["organization"])
    member = np.zeros((y.size, names.size))
    member[np.arange(y.size), codes] = 1.0
    size = member.sum(axis=0)

    rng = np.random.default_rng(seed)
    ones = np.ones_like(t)
    wide = [100.0, prior_sd, prior_sd, prior_sd if reasoning else 1e-6]
    level_prior = np.array([float(y.mean()), 0.0, 0.0, 0.0])
    on_date = np.stack([ones, t, r, no, no * t], axis=1)
    x_prior = np.array([5.0, 2.0, 2.0 if reasoning else 1e-6, 1.0, 1.0])
    if unknown != "apart":
        x_prior[3:] = 1e-6
    fixed = np.stack([ones, t, r], axis=1)

    # A chain's unknowns: true computes, organisations' effects, three variances.
    # Those of unknown compute start where the others' plain line would have them.
    x = w + error * rng.standard_normal((chains, y.size))
    if unknown != "out":
        seen = no == 0
        plain = np.linalg.lstsq(np.stack([ones, w, t], 1)[seen], y[seen], rcond=None)[0]
        x = np.where(seen, x, (y - plain[0] - plain[2] * t) / plain[1])
    effect = np.zeros((chains, names.size))
    own, group, about = (np.full(chains, v) for v in (np.var(y) / 20, np.var(y) / 20, 0.5))
    far = about
    wider = float(np.var(y))
    kept = []
    for step in range(rounds):
        design = np.concatenate(
            [np.broadcast_to(fixed[:, :1], (chains, y.size, 1)), x[:, :, None],
             np.broadcast_to(fixed[:, 1:], (chains, y.size, 2))], axis=2
        )  # fmt: skip
        around = np.broadcast_to(own[:, None], x.shape)
        beta = _regress(design, y - effect[:, codes], around, level_prior, np.array(wide), rng)
        rest = y - np.einsum("cnk,ck->cn", design, beta)
        precision = size / own[:, None] + 1 / group[:, None]
        effect = (rest @ member) / own[:, None] / precision
        effect = effect + rng.standard_normal(effect.shape) / np.sqrt(precision)
        rest = rest - effect[:, codes]
        own = _variance(rest, _OWN[0], _OWN[1] * wider, rng)
        group = _variance(effect, _GROUP[0], _GROUP[1] * wider, rng)
        broad = np.broadcast_to(on_date, (chains, *on_date.shape))
        spread = np.where(alike, about[:, None], far[:, None])
        gamma = _regress(broad, x, spread, np.zeros(5), x_prior, rng)
        mean = gamma @ on_date.T
        about = _variance((x - mean)[:, alike], *_ABOUT, rng)
        if unknown == "apart":
            far = _variance((x - mean)[:, no > 0], *_FAR, rng)
        spread = np.where(alike, about[:, None], far[:, None])
        slope = beta[:, 1:2]
        without = rest + slope * x
        total = weight + 1 / spread + slope**2 / own[:, None]
        middle = (weight * w + mean / spread + slope * without / own[:, None]) / total
        x = middle + rng.standard_normal(x.shape) / np.sqrt(total)
        if step >= rounds // 3:
            kept.append(np.column_stack([beta, np.sqrt(group), np.sqrt(own)]))
    level, per_oom, per_year, step_up, between, within = np.concatenate(kept).T
    return Returns(
        level=level + per_year * (GPT4_YEAR - mid),
        per_oom=per_oom,
        per_year=per_year,
        reasoning=step_up if reasoning else np.zeros_like(step_up),
        between=between,
        within=within,
        models=used,
    )


def _regress(
    design: Array, y: Array, variance: Array, centre: Array, sd: Array, rng: np.random.Generator
) -> Array:
    """A draw of the coefficients of each chain given all else, shape ``(chains, k)``."""
    weighed = (design / variance[:, :, None]).transpose(0, 2, 1)
    precision = weighed @ design + np.diag(1 / sd**2)
    right = (weighed @ y[:, :, None])[:, :, 0] + centre / sd**2
    root = np.linalg.cholesky(precision)
    noise = rng.standard_normal((*right.shape, 1))
    middle = np.linalg.solve(precision, right[:, :, None])
    found: Array = np.asarray(middle + np.linalg.solve(root.transpose(0, 2, 1), noise))[:, :, 0]
    return found


def _variance(rest: Array, df: float, scale: float, rng: np.random.Generator) -> Array:
    """A draw of each chain's variance given what is left over, shape ``(chains,)``."""
    chi = rng.chisquare(df + rest.shape[1], rest.shape[0])
    found: Array = (df * scale + (rest**2).sum(axis=1)) / chi
    return found
