"""How soon the command answers, in units of importing numpy and scipy.stats, and what it rests on.

Whole processes, by the processor's time they take: on a busy machine a wall clock tells of others.
``make bench ONLY=answers RECORD=1`` measures and writes ``data/measurements.csv``.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from harness import Comparison, Goal, Timing, row
from scipy.optimize import minimize

from ooms.assumed.scenarios import Scenario, scenarios
from ooms.implied.comparison import differing
from ooms.observed import runs as training_runs
from ooms.observed.data import Data

ROOT = Path(__file__).resolve().parents[2]

#: Resamplings of the Chinchilla runs: all at once, and one by one with scipy.
AT_ONCE, ONE_BY_ONE = 1000, 20
UNIT = "importing numpy and scipy.stats"
ANSWERS, LEDGER, REFIT = (
    "answers: a command",
    "answers: the ledger of claims",
    "answers: refit of the Chinchilla law",
)
FIRST, AGAIN = "ooms diff, asked for the first time", "ooms diff, asked again"
CLAIMS = "from ooms.claimed.ledger import Ledger; Ledger.of().frame()"
CLAIMS_IMPORTS = "import pandas, simpleeval, scipy.stats"

#: What of data/measurements.csv is this file's.
KEPT = "answer."

GOALS = [
    Goal("ooms results", ANSWERS, "ooms results", "2.1", 1.3),
    Goal("ooms scenario check", ANSWERS, "ooms scenario check", "about 1", 0.8),
    Goal("ooms --help", ANSWERS, "ooms --help", "0.2", 0.2),
    Goal("ooms diff, the pair that differs most", ANSWERS, FIRST, "3.3", 1.8),
    Goal("a refit of the Chinchilla law, against scipy's", REFIT, "all at once", "", 1 / 20),
]


def _process(*words: str) -> Callable[[], object]:
    """A call that runs Python to its end, with one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def call() -> object:
        return subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, check=True
        )

    return call


def _afresh(*words: str) -> Callable[[], object]:
    """The same by a process that finds no answer that was kept, and keeps it."""
    call = _process(*words)

    def afresh() -> object:
        shutil.rmtree(ROOT / "_build" / "kept" / "answers", ignore_errors=True)
        return call()

    return afresh


def _children() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


@cache
def farthest() -> tuple[str, str]:
    """The two shipped scenarios that hold most assumptions differently."""
    loaded = {name: Scenario.load(name) for name in scenarios()}
    pairs = itertools.combinations(loaded, 2)
    return max(pairs, key=lambda pair: len(differing(loaded[pair[0]], loaded[pair[1]])))


def _commands() -> dict[str, Callable[[], object]]:
    return {
        UNIT: _process("-c", "import numpy, scipy.stats"),
        "ooms --help": _process("-m", "ooms", "--help"),
        "ooms scenario check": _process("-m", "ooms", "scenario", "check"),
        "ooms results": _process("-m", "ooms", "results"),
        FIRST: _afresh("-m", "ooms", "diff", *farthest()),
        AGAIN: _process("-m", "ooms", "diff", *farthest()),
    }


def _one_by_one() -> None:
    """The same refits as a plain loop has them: scipy's BFGS from the fit to all runs."""
    runs = Data.current().table("chinchilla_runs")
    used = runs[~runs["left_out"]]
    n, flop, y = (
        np.log(used[c].to_numpy()) for c in ("parameters", "training_compute_flop", "loss_nats")
    )
    d = flop - np.log(6) - n
    start = training_runs.fit(runs).parameters[0]
    drawn = np.random.default_rng(0).multinomial(
        len(n), np.full(len(n), 1 / len(n)), size=ONE_BY_ONE
    )
    for weights in drawn:

        def objective(p: np.ndarray, weights: np.ndarray = weights) -> float:
            predicted = np.logaddexp(np.logaddexp(p[0] - p[3] * n, p[1] - p[4] * d), p[2])
            r = np.abs(predicted - y)
            huber = np.where(r < 1e-3, r**2 / 2, 1e-3 * (r - 5e-4))
            return float(weights @ huber) * 1e3

        minimize(objective, start, method="BFGS")


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    commands = _commands()

    def warm() -> None:
        for call in commands.values():
            call()

    yield Comparison(ANSWERS, commands, 5, warm, _children)
    yield Comparison(
        LEDGER,
        {
            "importing its libraries": _process("-c", CLAIMS_IMPORTS),
            "every claim computed, imports included": _process("-c", CLAIMS),
        },
        5,
        _process("-c", CLAIMS),
        _children,
    )
    runs = Data.current().table("chinchilla_runs")
    start = training_runs.fit(runs)
    yield Comparison(
        REFIT,
        {
            "scipy's BFGS one by one": _one_by_one,
            "all at once": lambda: training_runs.bootstrap(runs, AT_ONCE, start=start),
        },
        3,
        clock=time.process_time,
        each={"scipy's BFGS one by one": ONE_BY_ONE, "all at once": AT_ONCE},
    )


def rows(timings: list[Timing]) -> list[list[str]]:
    """Return what data/measurements.csv keeps of this file's timings."""
    a, b = farthest()
    named = {timing.way: timing for timing in timings}
    ledger, refit = ([t for t in timings if t.comparison == name] for name in (LEDGER, REFIT))
    unit = (
        f"Processor's time in units of `import numpy, scipy.stats` ({named[UNIT].seconds:.2f} s)."
    )
    return [
        row("answer.results", "`ooms results`", named["ooms results"].ratio, "x", unit),
        row("answer.check", "`ooms scenario check`", named["ooms scenario check"].ratio, "x", unit),
        row("answer.help", "`ooms --help`", named["ooms --help"].ratio, "x", unit),
        row(
            "answer.diff",
            f"`ooms diff {a} {b}`, the two that differ in most assumptions",
            named[FIRST].ratio,
            "x",
            f"{unit} Asked again: {named[AGAIN].ratio:.2g}.",
        ),
        row(
            "answer.ledger",
            "The whole ledger of claims computed from nothing",
            ledger[1].seconds - ledger[0].seconds,
            "s",
            f"Processor's time beside that of importing its libraries, {ledger[0].seconds:.2f} s.",
        ),
        row(
            "answer.refits",
            f"Refits of the Chinchilla law, {AT_ONCE} resamplings at once, one thread",
            1 / named["all at once"].seconds,
            "fits/s",
            f"scipy's BFGS one by one: {1 / refit[0].seconds:.3g} fits/s in the same run.",
        ),
    ]
