"""The largest run along the chain: what is known, then the count's trend under what can be built.

Up to the data's day, the line through the records of the table of models, and at its end what the
largest run may have been beyond what is published. From that day on the smallest of

- the count's own growth (`ooms.implied.counting.physical_parts`, with the limits of spending and
  of chips) from that run on;
- what money, the chips of one laboratory and the power of the largest sites allow
  (`ooms.implied.nowcast.log_built`);
- what nobody can pass, ``arrival.largest_run``;

and never less than what is known. Two of the nowcast's inputs would count twice here. Text is left
to the data wall, which takes its price off effective compute. Money is one budget: it starts at
the nowcast's and grows as the count's spending and hardware do, so a limit of spending holds both.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ooms import units
from ooms.arrays import Array, DrawsLike
from ooms.implied import counting, nowcast
from ooms.observed import kept
from ooms.observed.data import Data
from ooms.units import decimal_year

__all__ = ["Known", "known", "known_path", "limit", "ooms", "records"]


@dataclass(frozen=True)
class Known:
    """What is known on the data's day: of the largest run, and of the records before it.

    Attributes
    ----------
    now
        As the nowcast has it.
    years, flop
        From `records`: runs after GPT-4, whose own compute is a draw.
    day
        The data's day, decimal year.
    """

    now: nowcast.Known
    years: Array
    flop: Array
    day: float


def known(data: Data) -> Known:
    """Read from the tables what `Known` holds; once for what the tables hold, and kept."""
    observed = sorted(Path(kept.__file__).parent.glob("*.py"))
    files = [Path(__file__), Path(nowcast.__file__), Path(units.__file__), *observed]
    code = [path.read_bytes() for path in files]
    tables = [data.digest(name) for name in ("models", "lab_compute", "data_centers")]
    editions = [data.vintage_of(name) for name in ("models", "data_centers")]
    key = kept.digest(*code, kept.environment(), *tables, *editions, data.day)
    found = kept.find("known", key)
    if found is not None:
        said = json.loads(found)
        now = nowcast.Known(**said["now"])
        return Known(now, np.array(said["years"]), np.array(said["flop"]), said["day"])
    made = Known(nowcast.known(data), *records(data), float(decimal_year(data.day)))
    said = {
        "now": asdict(made.now),
        "years": made.years.tolist(),
        "flop": made.flop.tolist(),
        "day": made.day,
    }
    kept.keep("known", key, json.dumps(said).encode())
    return made


def records(data: Data | None = None) -> tuple[Array, Array]:
    """Decimal years and log10 FLOP of the runs after GPT-4 that were larger than any before.

    Examples
    --------
    >>> years, flop = records()
    >>> bool((np.diff(flop) > 0).all()), bool(years[0] > counting.GPT4_YEAR)
    (True, True)
    """
    # Who is told what is known waits for no tables.
    from ooms.observed import frontier

    data = data or Data.current()
    models = data.table("models")
    runs = frontier.clean_models(models[models["date"] <= data.day], frontier.COMPUTE, None)
    years = decimal_year(runs["date"])
    flop = np.log10(runs[frontier.COMPUTE].to_numpy(dtype=float))
    order = np.lexsort((-flop, years))
    years, flop = years[order], flop[order]
    larger = frontier.sets_record(flop) & (years > counting.GPT4_YEAR)
    gpt4 = np.log10(frontier.compute_of(models, "GPT-4"))
    larger &= flop > gpt4
    return years[larger], flop[larger]


def known_path(draws: DrawsLike, years: ArrayLike, seen: Known) -> Array:
    """OOMs beyond GPT-4 on the line through the records, shape ``(n, t)``, flat after the last.

    GPT-4's own compute is a draw; the line starts at it.

    Examples
    --------
    >>> draws = {"compute.gpt4_flop": np.array([2.1e25])}
    >>> known_path(draws, [counting.GPT4_YEAR, 2026.0], known(Data.current())).round(1).tolist()
    [[0.0, 1.5]]
    """
    t = np.asarray(years, dtype=float)
    when, flop = seen.years, seen.flop
    own = np.log10(draws["compute.gpt4_flop"])[:, None]
    if not when.size:
        return np.zeros((len(own), t.size))
    path = np.interp(t, when, flop)[None, :] - own
    # To the first record after it from the draw's GPT-4.
    start = counting.GPT4_YEAR
    part = np.clip((t - start) / (when[0] - start), 0.0, 1.0)[None, :]
    path = np.where(t < when[0], part * (flop[0] - own), path)
    return np.maximum(path, 0.0)


def limit(draws: DrawsLike) -> Array:
    """OOMs beyond GPT-4 that no run passes, shape ``(n,)``."""
    found: Array = np.log10(draws["arrival.largest_run"] / draws["compute.gpt4_flop"])
    return found


def ooms(draws: DrawsLike, years: ArrayLike, seen: Known) -> Array:
    """OOMs of physical compute beyond GPT-4, shape ``(n, t)``, from GPT-4 on, without automation.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> path = ooms(draws, [2024.0, 2028.0, 2032.0], draws.fact(known))
    >>> bool((np.diff(path, axis=1) >= 0).all())
    True
    """
    t = np.asarray(years, dtype=float)
    now = seen.now
    path = known_path(draws, t, seen)
    own = np.log10(draws["compute.gpt4_flop"])[:, None]
    start = np.log10(now.flop) - own + draws["build.undisclosed"][:, None]
    path[:, t > now.year] = start
    ahead = t > seen.day
    if not ahead.any():
        return path
    later = t[ahead]
    parts = counting.physical_parts(draws, np.concatenate([[now.year, now.today], later]))
    grown = {name: part[:, 2:] - part[:, :1] for name, part in parts.items()}
    paid = {name: parts[name][:, 2:] - parts[name][:, 1:2] for name in ("spending", "hardware")}
    allowed = nowcast.log_built(draws, later, now)
    budget = draws["build.run_budget"] * draws["build.flop_per_usd"]
    chips, power = (allowed[name] - own for name in ("chips", "power"))
    least = start + grown["spending"] + grown["hardware"] + grown["use"]
    money = np.log10(budget)[:, None] - own + paid["spending"] + paid["hardware"]
    for most in (money, chips, power, limit(draws)[:, None]):
        np.minimum(least, most, out=least)
    path[:, ahead] = np.maximum.accumulate(np.maximum(least, start), axis=1)
    return path
