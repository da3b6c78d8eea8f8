"""Outlook of the time horizons: several forms of the trend, weighted by how well each foretold.

A form says how log2 of the horizon moves with time. Around it stand residuals that hang together
in time, and an error that all models share because they sit the same tasks, which grows with the
length of the task. Each form is fitted by Bayes' rule on a grid; a horizon beyond what the suite
can measure says only that it lies beyond. The forms are then weighted by the log score of what
they foretold from earlier dates (stacking).

No form knows that the pace may change again, so every draw lets it: by as much as a knot may,
after a wait that is on average as long as the record.

Priors are wide and the book's own: they stand in `PRIORS`, `SIGMAS`, `MEMORIES` and `DIRICHLET`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, ndtr

from ooms.arrays import Array
from ooms.observed.suite import Records, Shared

__all__ = [
    "FORMS",
    "REASONING",
    "Fitted",
    "Form",
    "Origins",
    "Stacked",
    "fit",
    "power",
    "rolling",
    "stack",
    "weights",
]

Form = Literal["line", "knot", "jump", "accelerating"]

#: A line; a line that changes its pace once, at an unknown date; a line that is lifted once, when
#: models trained to reason came; a line that bends upwards steadily.
FORMS: tuple[Form, ...] = ("line", "knot", "jump", "accelerating")

#: Release of o1-preview (2024-09-12), the first model trained to reason in METR's file.
REASONING = 2000.0 + 9021 / 365.25

#: Mean and standard deviation of what the forms add to a height, in doublings: pace a year (the
#: middle is one doubling in six months); change of pace at a knot; lift; bend a year squared.
PRIORS = {
    "pace": (2.0, 1.5),
    "change": (0.0, 2.0),
    "lift": (0.0, 1.5),
    "bend": (0.0, 0.5),
}

#: Scatter of a model about the trend, in doublings, and years in which that is half forgotten (0:
#: at once); all values are equally likely beforehand.
SIGMAS = np.array([0.15, 0.2, 0.27, 0.36, 0.48, 0.64, 0.85, 1.1, 1.5])
MEMORIES = np.array([0.0, 0.25, 0.75, 2.0])

#: Every form is given the weight of one forecast that all made equally well: a form is not ruled
#: out by a handful.
DIRICHLET = 2.0

_KNOTS = 16


# ---- one form ------------------------------------------------------------------------------------
def _columns(form: Form, years: Array, origin: float, knots: Array) -> Array:
    """Design, shape ``(knots, t, k)``: height, pace, and what the form adds."""
    u = np.asarray(years, dtype=float) - origin
    base = np.stack([np.ones_like(u), u], axis=1)
    if form == "line":
        return base[None]
    if form == "knot":
        bent = np.maximum(years[None, :] - knots[:, None], 0.0)
        return np.concatenate([np.repeat(base[None], knots.size, 0), bent[:, :, None]], axis=2)
    added = (years >= REASONING).astype(float) if form == "jump" else u**2
    return np.concatenate([base, added[:, None]], axis=1)[None]


def _prior(form: Form) -> tuple[Array, Array]:
    """Mean and standard deviation of the coefficients, the shared error last."""
    own = {"line": [], "knot": ["change"], "jump": ["lift"], "accelerating": ["bend"]}[form]
    pairs = [(5.0, 8.0), PRIORS["pace"], *(PRIORS[name] for name in own), (0.0, 1.0)]
    mean, sd = np.array(pairs).T
    return mean, sd


@dataclass(frozen=True)
class Fitted:
    """A form's posterior, as draws of its parameters.

    Attributes
    ----------
    coefficients
        Shape ``(n, k)``: height at `origin` (log2 minutes), pace (doublings a year), what the form
        adds, and the shared error in standard deviations.
    knots, sigmas, memories
        Shape ``(n,)``.
    changes, change_years
        A later change of pace, doublings a year, and its date; shape ``(n,)``.
    last, last_year
        Residual of the last model in each draw, and its date.
    log_evidence
        Natural logarithm of the chance of the data.
    """

    form: Form
    origin: float
    coefficients: Array
    knots: Array
    sigmas: Array
    memories: Array
    changes: Array
    change_years: Array
    last: Array
    last_year: float
    log_evidence: float

    def trend(self, years: ArrayLike) -> Array:
        """Draws of the trend, log2 minutes, shape ``(n, t)``."""
        t = np.atleast_1d(np.asarray(years, dtype=float))
        c = self.coefficients
        u = t - self.origin
        found = c[:, :1] + c[:, 1:2] * u
        if self.form == "knot":
            found = found + c[:, 2:3] * np.maximum(t[None, :] - self.knots[:, None], 0.0)
        elif self.form == "jump":
            found = found + c[:, 2:3] * (t >= REASONING)
        elif self.form == "accelerating":
            found = found + c[:, 2:3] * u**2
        after = np.maximum(t[None, :] - self.change_years[:, None], 0.0)
        # A pace may fall to nothing and no further: a record does not fall.
        pace = self._pace(self.change_years)
        bent: Array = found + np.maximum(self.changes, -np.maximum(pace, 0.0))[:, None] * after
        return bent

    def _pace(self, years: Array) -> Array:
        """Pace of each draw at a date of its own, before any later change, shape ``(n,)``."""
        c = self.coefficients
        pace: Array = c[:, 1]
        if self.form == "knot":
            pace = pace + c[:, 2] * (years > self.knots)
        elif self.form == "accelerating":
            pace = pace + 2 * c[:, 2] * (years - self.origin)
        return pace

    def chance(self, year: float, log2_minutes: float, shared: Shared) -> tuple[float, float]:
        """Density of a model's horizon at a date, and the chance that it is no longer."""
        trend = self.trend([year])[:, 0]
        kept = _kept(np.full(trend.shape, abs(year - self.last_year)), self.memories)
        centre = trend + kept * self.last + self.coefficients[:, -1] * shared(trend)
        sd = self.sigmas * np.sqrt(np.maximum(1 - kept**2, 1e-6))
        off = (log2_minutes - centre) / sd
        density = np.exp(-0.5 * off**2) / (sd * np.sqrt(2 * np.pi))
        return float(density.mean()), float(ndtr(off).mean())

    def predict(self, years: ArrayLike, shared: Shared, seed: int) -> Array:
        """Draws of a model at the state of the art at each date, log2 minutes, shape ``(n, t)``.

        The residual goes on from the last model's; `shared` says how far the error that all models
        share reaches at a length of task.
        """
        t = np.atleast_1d(np.asarray(years, dtype=float))
        trend = self.trend(t)
        kept = _kept(np.abs(t - self.last_year)[None, :], self.memories[:, None])
        fresh = np.random.default_rng(seed).standard_normal(trend.shape)
        rest = kept * self.last[:, None] + self.sigmas[:, None] * np.sqrt(1 - kept**2) * fresh
        found: Array = trend + rest + self.coefficients[:, -1:] * shared(trend)
        return found


def _kept(gap: Array, memory: Array) -> Array:
    """Correlation of residuals a time apart: halved in `memory` years."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.where(memory > 0, 0.5 ** (gap / np.maximum(memory, 1e-9)), gap == 0)
    return found


def fit(records: Records, form: Form, n: int = 4096, seed: int = 20261009) -> Fitted:
    """Fit one form: exact for the coefficients, on a grid for scatter, memory and knot.

    Horizons beyond the ceiling enter by rejection: draws that would put one below it are dropped.

    Parameters
    ----------
    records
        At least three of them measured.
    n
        Draws.

    References
    ----------
    Gelman et al. 2013, "Bayesian Data Analysis", sections 5.4 and 8.7; the residuals are an
    Ornstein-Uhlenbeck process: Uhlenbeck and Ornstein 1930, DOI 10.1103/PhysRev.36.823.

    Examples
    --------
    >>> t = np.arange(2020.0, 2026.0, 0.5)
    >>> found = fit(Records.of(t, 2.0 ** (2 * (t - 2020))), "line", n=512)
    >>> round(float(np.median(found.coefficients[:, 1])), 1)
    2.0
    """
    rng = np.random.default_rng([seed, FORMS.index(form)])
    seen = ~records.beyond
    t, y = records.years[seen], records.log2_minutes[seen]
    s = records.shared(y)
    if t.size < 3:
        raise ValueError(f"{t.size} horizons below the ceiling: a trend needs three")
    origin = float(t.mean())
    knots = np.linspace(t[1], t[-2], _KNOTS) if form == "knot" and t.size > 3 else np.array([t[-1]])
    design = _columns(form, t, origin, knots)
    design = np.concatenate([design, np.broadcast_to(s[:, None], (*design.shape[:2], 1))], axis=2)
    mean, sd = _prior(form)
    gaps = np.abs(t[:, None] - t[None, :])
    grid = [
        (k, sigma, memory)
        for k in range(design.shape[0])
        for sigma in SIGMAS
        for memory in MEMORIES
    ]
    place = np.array([k for k, _, _ in grid])
    sigma = np.array([g[1] for g in grid])
    memory = np.array([g[2] for g in grid])
    noise = sigma[:, None, None] ** 2 * _kept(gaps[None], memory[:, None, None])
    x = design[place]
    scaled = x * sd
    covariance = noise + scaled @ scaled.transpose(0, 2, 1) + 1e-9 * np.eye(t.size)
    off = y - x @ mean
    root = np.linalg.cholesky(covariance)
    white = np.linalg.solve(root, off[:, :, None])[:, :, 0]
    log = -np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1) - 0.5 * (white**2).sum(axis=1)
    evidence = float(logsumexp(log) - np.log(log.size) - 0.5 * t.size * np.log(2 * np.pi))
    # Posterior of the coefficients in each cell: normal, by the rule for a joint normal.
    gain = np.linalg.solve(covariance, x * sd**2).transpose(0, 2, 1)
    centre = mean + (gain @ off[:, :, None])[:, :, 0]
    spread = np.diag(sd**2) - gain @ (x * sd**2)
    half = np.linalg.cholesky(spread + 1e-12 * np.eye(mean.size))
    share = np.exp(log - logsumexp(log))
    late, ceiling = records.years[~seen], records.ceiling
    tried = n if late.size == 0 else 8 * n
    cell = np.searchsorted(np.cumsum(share) / share.sum(), rng.random(tried)).clip(
        max=share.size - 1
    )
    draw = centre[cell] + (half[cell] @ rng.standard_normal((tried, mean.size, 1)))[:, :, 0]
    rest = y[-1] - np.einsum("nk,nk->n", x[cell, -1], draw)
    last_year = float(t[-1])
    found = Fitted(
        form,
        origin,
        draw,
        knots[place[cell]],
        sigma[cell],
        memory[cell],
        PRIORS["change"][1] * rng.standard_normal(tried),
        float(records.years[-1]) + float(np.ptp(records.years)) * rng.standard_exponential(tried),
        rest,
        last_year,
        evidence,
    )
    if late.size == 0:
        return found
    latent = found.predict(late, records.shared, seed)
    short = np.maximum(ceiling - latent, 0.0).max(axis=1)
    ok = np.flatnonzero(short <= 0)
    # A form that can hardly explain them keeps the draws that come nearest.
    if ok.size < 32:
        ok = np.argsort(short, kind="stable")[:32]
    chosen = ok[np.arange(n) % ok.size] if ok.size < n else ok[:n]
    trend = found.trend(late[-1:])[:, 0]
    rest = latent[:, -1] - trend - draw[:, -1] * records.shared(trend)
    names = ("coefficients", "knots", "sigmas", "memories", "changes", "change_years")
    return replace(
        found,
        **{name: getattr(found, name)[chosen] for name in names},
        last=rest[chosen],
        last_year=float(late[-1]),
        log_evidence=evidence + float(np.log(ok.size / tried)),
    )


def power(years: ArrayLike, scatter: float, bend: float, level: float = 0.05) -> float:
    """Chance that a one-sided test of a steady bend would find one of some size.

    Parameters
    ----------
    years
        Dates of the models, shape ``(n,)``, at least four.
    scatter
        Standard deviation of a model about the trend, in doublings.
    bend
        Change of the pace, in doublings a year squared.
    level
        Of the test.

    Examples
    --------
    >>> dates = np.linspace(2024.0, 2026.0, 12)
    >>> round(power(dates, 0.4, 0.0), 2), power(dates, 0.4, 2.0) > power(dates, 0.4, 1.0)
    (0.05, True)
    """
    t = np.asarray(years, dtype=float)
    u = t - t.mean()
    design = np.column_stack([np.ones_like(u), u, u**2 / 2])
    error = scatter * float(np.sqrt(np.linalg.inv(design.T @ design)[2, 2]))
    freedom = t.size - 3
    # Slow to import, and used for one sentence.
    from scipy.stats import nct
    from scipy.stats import t as student

    return float(nct.sf(student.ppf(1 - level, freedom), freedom, bend / error))


# ---- forms together ------------------------------------------------------------------------------
#: Models that an origin needs: as many as the largest form has unknowns.
FIRST = 5


@dataclass(frozen=True)
class Origins:
    """What each form foretold from each earlier date of the models that came later.

    Attributes
    ----------
    origin, target
        Decimal years of the newest model known, and of the model foretold; shape ``(m,)``.
    log_score
        Natural logarithm of the density (of the chance, for a model beyond the ceiling), shape
        ``(m, forms)``.
    below
        Chance of a horizon no longer than the model's (than the ceiling), shape ``(m, forms)``.
    beyond
        Whether the model lies beyond the ceiling, shape ``(m,)``.
    """

    origin: Array
    target: Array
    log_score: Array
    below: Array
    beyond: NDArray[np.bool_]

    def before(self, year: float) -> Origins:
        """What could be scored by a date."""
        kept = self.target <= year
        return Origins(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))

    def held(self, level: float, next_only: bool = False) -> tuple[int, int]:
        """How many models the central range held, with each origin's weights, and of how many.

        A model beyond the ceiling is held if the range reaches the ceiling.
        """
        inside = total = 0
        for origin in np.unique(self.origin):
            w = weights(self.before(origin))
            rows = np.flatnonzero(self.origin == origin)
            if next_only:
                rows = rows[:1]
            found = self.below[rows] @ w
            top = (1 + level) / 2
            within = (found <= top) & (self.beyond[rows] | (found >= 1 - top))
            inside, total = inside + int(within.sum()), total + rows.size
        return inside, total


def rolling(editions: Mapping[float, Records], n: int = 512, first: int = FIRST) -> Origins:
    """Foretell later models from each earlier date, on what was known then.

    Parameters
    ----------
    editions
        Decimal year of each edition to the models at the state of the art in it. From a date the
        newest edition of that time is read, or else the oldest; what came later is that of the
        newest edition.
    n
        Draws of each fit.
    first
        Models that an origin needs.

    Raises
    ------
    ValueError
        If there is no edition, or no date from which so many models were known and another came.
    """
    if not editions:
        raise ValueError("no edition: hand on at least one, by its decimal year")
    now = editions[max(editions)]
    rows = []
    for origin in now.years[:-1]:
        day = max((e for e in editions if e <= origin), default=min(editions))
        known = editions[day]
        then = known.first(int((known.years <= origin).sum()))
        if (~then.beyond).sum() < first:
            continue
        fits = [fit(then, form, n) for form in FORMS]
        for year, value in zip(now.years, now.log2_minutes, strict=True):
            if year <= origin:
                continue
            found = [f.chance(year, min(value, now.ceiling), then.shared) for f in fits]
            density, below = np.array(found).T
            over = value >= now.ceiling
            score = np.log(np.maximum(1 - below if over else density, 1e-12))
            rows.append((origin, year, score, below, over))
    if not rows:
        raise ValueError(
            f"no date to foretell from: it takes {first} models below the ceiling and one that "
            f"came later, and the newest edition has {int((~now.beyond).sum())} of "
            f"{now.years.size} below it; hand on editions with more models, or ask with a lower "
            "first"
        )
    origins, targets, scores, belows, overs = zip(*rows, strict=True)
    return Origins(
        np.array(origins), np.array(targets), np.array(scores), np.array(belows), np.array(overs)
    )


def weights(origins: Origins, rounds: int = 300) -> Array:
    """Weights of `FORMS` whose mixture foretold best, shape ``(forms,)``.

    Each origin counts once, however many models came after it. With nothing to score by, all are
    equal.

    References
    ----------
    Stacking of predictive distributions: Yao et al. 2018, DOI 10.1214/17-BA1091; by rolling origin:
    Buerkner, Gabry and Vehtari 2020, DOI 10.1080/00949655.2020.1783262.
    """
    w = np.full(len(FORMS), 1 / len(FORMS))
    if origins.origin.size == 0:
        return w
    _, place, count = np.unique(origins.origin, return_inverse=True, return_counts=True)
    each = 1 / count[place]
    density = np.exp(origins.log_score - origins.log_score.max(axis=1, keepdims=True))
    for _ in range(rounds):
        share = density * w
        share /= share.sum(axis=1, keepdims=True)
        w = each @ share + DIRICHLET - 1
        w /= w.sum()
    found: Array = w
    return found


@dataclass(frozen=True)
class Stacked:
    """The forms together.

    Attributes
    ----------
    weights
        Of `FORMS`.
    fits
        By form, on the newest edition.
    origins
        What the weights come from.
    shared
        Standard deviation of the shared error at a length of task (log2 minutes), in doublings.
    """

    weights: dict[Form, float]
    fits: dict[Form, Fitted]
    origins: Origins
    shared: Shared

    def _mixed(self, of: Callable[[Form, Fitted], Array]) -> Array:
        parts = []
        left, size = 1.0, next(iter(self.fits.values())).sigmas.size
        free = size
        for form, weight in self.weights.items():
            share = round(free * weight / left) if left > 1e-12 else 0
            parts.append(of(form, self.fits[form])[:share])
            free, left = free - share, left - weight
        return np.concatenate(parts)

    def trend(self, years: ArrayLike) -> Array:
        """Draws of the trend, log2 minutes, shape ``(n, t)``."""
        return self._mixed(lambda _, found: found.trend(years))

    def predict(self, years: ArrayLike, seed: int = 1) -> Array:
        """Draws of a model at the state of the art at each date, log2 minutes, shape ``(n, t)``."""
        return self._mixed(
            lambda form, found: found.predict(years, self.shared, seed + FORMS.index(form))
        )

    def inputs(self, start: float, ahead: float) -> tuple[Array, Array]:
        """Draws of the horizon at a date, in minutes, and of the months in which it then doubles.

        The pace is the mean of the years ahead; where it is not above zero the months are infinite.
        """
        path = self.trend([start, start + ahead])
        rest = self._mixed(lambda _, found: found.coefficients[:, -1])
        pace = (path[:, 1] - path[:, 0]) / ahead
        with np.errstate(divide="ignore"):
            months = np.where(pace > 0, 12 / np.maximum(pace, 1e-12), np.inf)
        return 2.0 ** (path[:, 0] + rest * self.shared(path[:, 0])), months

    def reach(self, minutes: float, until: float = 2060.0, seed: int = 1) -> Array:
        """Decimal year in which a model first reaches a horizon; ``inf`` if not by `until`.

        Shape ``(n,)``. Each draw keeps one residual: the first model to arrive may be a lucky one.
        """
        start = max(found.last_year for found in self.fits.values()) - 2.0
        years = np.arange(start, until, 1 / 12)
        path = self.trend(years)
        rest = self._mixed(
            lambda _, found: np.column_stack([found.sigmas, found.coefficients[:, -1]])
        )
        luck = rest[:, 0] * np.random.default_rng(seed).standard_normal(rest.shape[0])
        path = path + luck[:, None] + rest[:, 1:] * self.shared(path)
        reached = path >= np.log2(minutes)
        found: Array = np.where(reached.any(axis=1), years[np.argmax(reached, axis=1)], np.inf)
        return found


def stack(editions: Mapping[float, Records], n: int = 4096) -> Stacked:
    """Fit all forms to the newest edition, and weight them by what they foretold before it."""
    now = editions[max(editions)]
    origins = rolling(editions)
    found = weights(origins)
    return Stacked(
        {form: float(w) for form, w in zip(FORMS, found, strict=True)},
        {form: fit(now, form, n) for form in FORMS},
        origins,
        now.shared,
    )
