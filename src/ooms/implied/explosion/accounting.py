"""How much faster research goes at the start: the first-year post's chain of factors.

Every input is a draw of an assumption, an array of ``n`` entries (or a number); no result has a
unit unless it says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike

__all__ = [
    "INPUTS",
    "STATED",
    "STATED_RUNNING_SHARE",
    "chain",
    "headroom",
    "log_speed_up",
    "parts",
    "speed_up",
    "variations",
]

#: The share of compute for which the number of AI workers is stated.
STATED_RUNNING_SHARE = 1 / 6


#: The inputs of the chain, in its order.
INPUTS = (
    "explosion.ai_workers",
    "explosion.speed",
    "explosion.running_share",
    "explosion.researchers",
    "explosion.researcher_quality",
    "explosion.parallel_exponent",
    "explosion.labour_share",
    "explosion.leader_share",
)


def chain(
    copies: ArrayLike,
    researchers: ArrayLike,
    speed: ArrayLike,
    parallel_exponent: ArrayLike,
    labour_share: ArrayLike,
    compute_left: ArrayLike = 1.0,
) -> Any:
    """Speed-up of research from more, faster and better labour.

    ``((copies / researchers)^parallel_exponent * speed)^labour_share`` times what is left of the
    compute for experiments, to the rest of the exponent.

    Parameters
    ----------
    copies
        AI researchers at work at once.
    researchers
        Human researchers they are compared with, of the same quality.
    speed
        How much faster than a human each of them works.
    parallel_exponent
        Doubling the workers raises their output by 2 to this power.
    labour_share
        Weight of labour against compute in research.
    compute_left
        Share of the compute that still runs experiments.

    Examples
    --------
    The post's own numbers: about 350 times the labour, 19 times the pace.

    >>> [round(float(chain(15_000, 600, 60, 0.55, share))) for share in (1.0, 0.5)]
    [352, 19]
    """
    workers, humans, faster, parallel, share, left = (
        np.asarray(value, dtype=float)
        for value in (copies, researchers, speed, parallel_exponent, labour_share, compute_left)
    )
    return ((workers / humans) ** parallel * faster) ** share * left ** (1 - share)


def parts(draws: DrawsLike) -> dict[str, Array]:
    """Factors of the chain, draw by draw; their product is the whole.

    Returns
    -------
    dict
        ``copies`` (more workers), ``speed`` (faster ones), ``compute`` (what running them takes
        from experiments, below 1) and ``all``, the speed-up of those who automate.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = parts(Scenario.load("baseline").draw(64))
    >>> bool(np.allclose(found["copies"] * found["speed"] * found["compute"], found["all"]))
    True
    """
    running = draws["explosion.running_share"]
    # Workers are counted at human speed; faster ones are fewer. Never less than one.
    workers = draws["explosion.ai_workers"] * running / STATED_RUNNING_SHARE
    copies = np.maximum(workers / draws["explosion.speed"], 1.0)
    humans = np.maximum(draws["explosion.researchers"] * draws["explosion.researcher_quality"], 1.0)
    labour = draws["explosion.labour_share"]
    found = {
        "copies": (copies / humans) ** (draws["explosion.parallel_exponent"] * labour),
        "speed": draws["explosion.speed"] ** labour,
        "compute": (1 - running) ** (1 - labour),
    }
    return {**found, "all": found["copies"] * found["speed"] * found["compute"]}


def speed_up(draws: DrawsLike) -> Array:
    """How many times faster software improves right after full automation, shape ``(n,)``.

    The chain acts on the share of progress that comes from those who automate; the rest goes on
    as before.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> alone = draws.fixed({"explosion.leader_share": 0.3})
    >>> bool(np.all(speed_up(alone) <= 1 + 0.3 * parts(draws)["all"]))
    True
    """
    share = draws["explosion.leader_share"]
    whole: Array = share * parts(draws)["all"] + (1 - share)
    return whole


def log_speed_up(draws: DrawsLike) -> Array:
    """OOMs of that speed-up: its tail is heavy, so shares of its variance are taken in OOMs."""
    return np.log10(speed_up(draws))


def headroom(draws: DrawsLike) -> dict[str, Array]:
    """OOMs from full automation to the limit of software, step by step.

    Returns
    -------
    dict
        ``to_brain`` (the training run against what a brain takes to learn), ``above_human``
        (already spent on being somewhat better than human, negative), ``beyond`` (efficiency past
        the brain's) and ``all``, their sum, never below a tenth of an OOM.

    Examples
    --------
    >>> one = np.ones(1)
    >>> steps = headroom({"explosion.run_flop": 1e29 * one, "explosion.brain_flop": 1e24 * one,
    ...     "explosion.above_human_ooms": one, "explosion.beyond_brain_ooms": 9 * one})
    >>> {name: round(float(v[0]), 6) for name, v in steps.items()}
    {'to_brain': 5.0, 'above_human': -1.0, 'beyond': 9.0, 'all': 13.0}
    """
    steps = {
        "to_brain": np.log10(draws["explosion.run_flop"] / draws["explosion.brain_flop"]),
        "above_human": -draws["explosion.above_human_ooms"],
        "beyond": draws["explosion.beyond_brain_ooms"],
    }
    total = np.maximum(steps["to_brain"] + steps["above_human"] + steps["beyond"], 0.1)
    return {**steps, "all": total}


#: The chain as the post has it: workers, people, speed, parallel exponent, weight of labour.
STATED = (15_000, 600, 60, 0.55, 0.5)


def variations() -> dict[str, float]:
    """The post's chain with one thing changed at a time: words to the speed-up.

    Examples
    --------
    >>> round(variations()["As written: 0.55 and 0.5"], 1)
    18.8
    """
    as_written = float(chain(*STATED))
    return {
        "As written: 0.55 and 0.5": as_written,
        "Labour weighs 0.6, as today": float(chain(15_000, 600, 60, 0.55, 0.6)),
        "Labour weighs 0.4": float(chain(15_000, 600, 60, 0.55, 0.4)),
        "Parallel work at 0.4": float(chain(15_000, 600, 60, 0.4, 0.5)),
        "Parallel work at 0.7": float(chain(15_000, 600, 60, 0.7, 0.5)),
        "Experiments lose a sixth of the compute": float(chain(*STATED, 5 / 6)),
        "Hours and direct speed alone, 15 times": float(chain(60_000, 600, 15, 0.55, 0.5)),
        "The leader makes 30% of its progress": 0.3 * as_written + 0.7,
    }
