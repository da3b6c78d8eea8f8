"""How many tokens a run is best trained on: the published laws, beside each other and beside runs.

Studies disagree, and the largest runs lie four orders of magnitude beyond those that any study
fitted. ``data/scaling_laws.csv`` holds what each says: the tokens of an optimal run at one compute,
and the exponent with which they grow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ooms.arrays import Array
from ooms.observed.data import Data
from ooms.observed.scaling import FLOP_PER_PARAMETER_TOKEN, LAW, ScalingLaw, loss, optimal

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RANKED_AT",
    "REFITS",
    "RUNS",
    "against_runs",
    "from_optimum",
    "laws",
    "refit",
    "stacked",
]

#: FLOP at which the laws are ranked by the tokens they ask for: the largest runs about 2026.
RANKED_AT = 1e27

#: Laws fitted here: the fewest tokens of a run that counts.
REFITS = {"refit2": 2e9, "refit5": 5e9}

#: Runs with published tokens that the laws are held against, and the law each was sized with.
RUNS: Mapping[str, str | None] = {
    "Chinchilla": "hoffmann1",
    "DeepSeek LLM 67B": "deepseek",
    "Llama 3.1-405B": "llama3",
    "Qwen2.5-72B": None,
    "DeepSeek-V3": None,
    "Llama 4 Behemoth (preview)": None,
}


def from_optimum(
    flop: float, tokens: float, token_exponent: float, like: ScalingLaw, gamma: float
) -> ScalingLaw:
    """A law from the tokens of an optimal run.

    Parameters
    ----------
    flop, tokens
        Compute of a run, and the tokens that are best for it.
    token_exponent
        With which these tokens grow with compute.
    like
        The loss at that run, and its irreducible part, are this law's.
    gamma
        Exponent with which the reducible loss of optimal runs falls with compute.

    Examples
    --------
    >>> like = ScalingLaw(1.0, 100.0, 100.0, 0.5, 0.5)
    >>> law = from_optimum(6e12, 4e6, 0.6, like, 0.25)
    >>> [f"{value:.4g}" for value in (*optimal(law, 6e12), law.gamma, 1 - law.parameter_exponent)]
    ['2.5e+05', '4e+06', '0.25', '0.6']
    """
    alpha, beta = gamma / (1 - token_exponent), gamma / token_exponent
    left = loss(like, *optimal(like, flop)) - like.irreducible
    parameters = flop / FLOP_PER_PARAMETER_TOKEN / tokens
    # At an optimum the shares of parameters and of data are as beta to alpha.
    share = beta / (alpha + beta)
    return ScalingLaw(
        like.irreducible,
        float(left * share * parameters**alpha),
        float(left * (1 - share) * tokens**beta),
        alpha,
        beta,
    )


def laws(data: Data | None = None) -> dict[str, ScalingLaw]:
    """The laws by id, from the least text asked for at `RANKED_AT` to the most.

    A study that gives no loss has that of `ooms.observed.scaling.LAW` at the compute where its
    optimum is stated, and the exponent with which the loss falls: both matter only to what a
    shortage costs, not to when there is one.

    Examples
    --------
    >>> found = laws()
    >>> list(found)[0], f"{optimal(found['llama3'], 3.8e25)[1]:.4g}"
    ('deepseek', '1.655e+13')
    """
    data = data or Data.current()
    like = ScalingLaw.published(LAW, data)
    found = {
        row["id"]: from_optimum(
            float(row["flop"]),
            float(row["tokens"]),
            float(row["token_exponent"]),
            like,
            float(row["loss_exponent"] or like.gamma),
        )
        for row in data.written("scaling_laws")
    }
    return dict(sorted(found.items(), key=lambda item: float(optimal(item[1], RANKED_AT)[1])))


def refit(runs: pd.DataFrame, fewest_tokens: float) -> ScalingLaw:
    """The law fitted to the runs on so many tokens and more.

    Parameters
    ----------
    runs
        As for `ooms.observed.runs.fit`; what ``left_out`` says does not count.

    Examples
    --------
    >>> law = refit(Data.current().table("chinchilla_runs"), 2e9)
    >>> round(1 - law.parameter_exponent, 2)
    0.52
    """
    # What reads a law alone waits for no tables.
    from ooms.observed.runs import fits_without

    tokens = runs["training_compute_flop"] / FLOP_PER_PARAMETER_TOKEN / runs["parameters"]
    return fits_without(runs, (tokens < fewest_tokens).to_numpy()[None]).law()


def stacked(chosen: Sequence[ScalingLaw], which: Array) -> ScalingLaw:
    """A law a draw, as one law whose numbers have the shape ``(n, 1)``.

    Parameters
    ----------
    which
        Index into the laws, shape ``(n,)``.

    Examples
    --------
    >>> some = stacked(list(laws().values()), np.array([0, 2, 2]))
    >>> some.alpha.shape
    (3, 1)
    """
    parts = {name: np.array([vars(law)[name] for law in chosen]) for name in vars(chosen[0])}
    return ScalingLaw(**{name: values[which][:, None] for name, values in parts.items()})


def against_runs(data: Data | None = None) -> pd.DataFrame:
    """Tokens that published runs were trained on, over the optimum of each law at their compute.

    Returns
    -------
    DataFrame
        ``model``, ``date``, ``flop``, ``tokens``, ``own`` (id of the law it was sized with, or
        missing), and a column a law: the ratio. Its square is that of tokens per parameter.

    Examples
    --------
    >>> found = against_runs().set_index("model")
    >>> found.loc["Llama 3.1-405B", ["llama3", "besiroglu"]].astype(float).round(2).tolist()
    [0.94, 1.52]
    """
    data = data or Data.current()
    models = data.table("models").set_index("model").loc[list(RUNS)]
    flop = models["training_compute_flop"].to_numpy(dtype=float)
    tokens = models["training_tokens"].to_numpy(dtype=float)
    import pandas as pd

    frame = pd.DataFrame(
        {
            "model": list(RUNS),
            "date": models["date"].to_numpy(),
            "flop": flop,
            "tokens": tokens,
            "own": list(RUNS.values()),
        }
    )
    return frame.assign(
        **{name: tokens / optimal(law, flop)[1] for name, law in laws(data).items()}
    )
