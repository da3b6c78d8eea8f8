"""What the page to argue with adds to a build, and how soon it answers on a slow phone.

Each is told against what it may take: 6 s of the processor; and a tenth of a second, with one that
is 4 times slower, from letting go of a slider to the painted answer, at the 95th percentile.
``make bench ONLY=argue RECORD=1`` measures and writes ``data/measurements.csv``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from bench_pages import SITE, SLOWER, _opened
from harness import Comparison, Goal, Timing, row

from ooms.assumed.scenarios import Draws, Scenario, scenarios
from ooms.implied.results import RESULTS
from ooms.shown import argument

BUILT, ANSWERED = "argue: what the page adds to a build", "argue: answers on a slow phone"
DRAWS, FIRST, PICTURE = "draws and columns", "first result", "picture of the whole chain"

#: What of data/measurements.csv is this file's, and what a build and an answer may take, seconds.
KEPT, BUILD_S, ANSWER_S = "argue.", 6.0, 0.1

GOALS = [
    Goal("what the page to argue with adds to a build, of 6 s", BUILT, DRAWS, "1.2", 1.0),
    Goal("first answer on the page to argue with, of 0.1 s", ANSWERED, FIRST, "0.5 to 1", 1.0),
]

#: Inputs of which a slider is moved, to each of these parts of its length.
MOVED = ("compute.growth", "algorithms.growth", "spending.growth", "explosion.returns")
PARTS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
RELEASE = """
async ([id, part]) => {
  const tool = document.querySelector('.argument');
  const settled = () => Number(tool.dataset.settled ?? 0);
  const slider = document.getElementById(id).querySelectorAll('input[type=range]')[1];
  // What is done in a frame is painted with it; what is done between two, with the next.
  const [now, next] = [[], []];
  let [frame, watched] = [false, true];
  const each = () => {
    frame = true;
    now.push(...next.splice(0));
    const after = new MessageChannel();
    after.port1.onmessage = () => {
      frame = false;
      for (const done of now.splice(0)) done(performance.now());
    };
    after.port2.postMessage(0);
    if (watched) requestAnimationFrame(each);
  };
  requestAnimationFrame(each);
  const painted = selector => new Promise(done => {
    const watch = new MutationObserver(() => {
      watch.disconnect();
      (frame ? now : next).push(done);
    });
    for (const each of tool.querySelectorAll(selector)) {
      watch.observe(each, {subtree: true, childList: true, characterData: true});
    }
  });
  const before = settled();
  const both = [painted('.argument-mine'), painted('.argument-picture')];
  const start = performance.now();
  slider.value = String(Math.round(part * Number(slider.max)));
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  slider.dispatchEvent(new Event('change', {bubbles: true}));
  const times = await Promise.all(both);
  while (settled() === before) await new Promise(again => setTimeout(again, 20));
  watched = false;
  return times.map(at => (at - start) / 1000);
}
"""


class _Told:
    """A clock that goes on by what it is told: for times that are taken elsewhere."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def by(self, seconds: Callable[[], float]) -> Callable[[], None]:
        def call() -> None:
            self.now += seconds()

        return call


@cache
def _at_hand() -> tuple[list[Scenario], dict[str, Draws]]:
    """Positions, the baseline first, and draws of which the chapter has every result anyway."""
    names = ["baseline", *(name for name in scenarios() if name != "baseline")]
    positions = [Scenario.load(name) for name in names]
    draws = {position.name: position.draw() for position in positions}
    for result in RESULTS.values():
        for own in draws.values():
            result.compute(own)
    return positions, draws


def _building() -> float:
    """Seconds of the processor for the page's draws and columns, beside what the chapter makes."""
    positions, draws = _at_hand()
    computed = {
        (key, name): result.compute(own)
        for key, result in RESULTS.items()
        for name, own in draws.items()
    }
    start = time.process_time()
    argument.bundle(positions[0], positions[1:], computed=computed, draws=draws)
    return time.process_time() - start


@cache
def _answers() -> tuple[float, float]:
    """95th percentiles over releases: until the first result, and until the picture is painted."""
    browser, address = _opened()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.set_default_timeout(120_000)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        times = []
        for key in MOVED:
            page.goto(f"{address}/argue.html#{key}", wait_until="load")
            page.reload(wait_until="load")
            page.locator(f"[id='{key}'] input[type=range]").first.wait_for()
            # The draws of inputs are repeated in the meantime, as while somebody reads.
            page.wait_for_timeout(4000)
            times += [page.evaluate(RELEASE, [key, part]) for part in PARTS]
    finally:
        context.close()
    first, picture = np.quantile(times, 0.95, axis=0)
    return float(first), float(picture)


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    built = _Told()
    yield Comparison(
        BUILT,
        {f"{BUILD_S:g} s": built.by(lambda: BUILD_S), DRAWS: built.by(_building)},
        rounds=1,
        prepare=_at_hand,
        clock=built,
    )
    if (SITE / "argue.html").is_file():
        answered = _Told()
        ways = {
            f"{ANSWER_S:g} s": answered.by(lambda: ANSWER_S),
            FIRST: answered.by(lambda: _answers()[0]),
            PICTURE: answered.by(lambda: _answers()[1]),
        }
        yield Comparison(ANSWERED, ways, rounds=1, prepare=_answers, clock=answered)


def rows(timings: list[Timing]) -> list[list[str]]:
    """Return what data/measurements.csv keeps of this file's timings."""
    named = {timing.way: timing.seconds for timing in timings}
    releases = len(MOVED) * len(PARTS)
    note = (
        f"95th percentile of {releases} releases, with Chromium's processor {SLOWER} times slower."
    )
    found = [
        row(
            "argue.build",
            "What the page to argue with adds to a build: its draws and columns",
            named[DRAWS],
            "s",
            f"Processor's time of one process; at most {BUILD_S:g} s were to be reached.",
        )
    ]
    for key, way in (("argue.first-answer", FIRST), ("argue.picture", PICTURE)):
        if way in named:
            what = f"The page to argue with: from letting go of a slider to the {way}"
            found.append(row(key, what, 1000 * named[way], "ms", note))
    return found
