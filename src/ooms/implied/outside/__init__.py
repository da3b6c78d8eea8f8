"""Models of others behind one interface, each with its authors' inputs and with this book's.

To draw them, hand in a number of draws or this book's draws, a generator and the years::

    for name, model in OUTSIDE.items():
        theirs = model.own(4096, np.random.default_rng(SEED), years, data)
        with_ours = model.ours(draws, np.random.default_rng(SEED), years)

Both are an `Outcome`; what is ``None`` in it is not in the model. Where `model.clock` is
``"since automation"`` the years count from full automation (hand in 0 to 5), and there is no date;
elsewhere they are decimal years and OOMs count from `model.origin`. Equations were written from the
texts named; parameters stand in ``data/outside_parameters.csv``. What authors print, and whether it
comes out here, is `checked.reproduced`.

``kwa``
    Eight parameters from 2026 to 99% of research automated.
``ai2027``, ``ai2027may``, ``takeoff2027``
    Time horizons to a superhuman coder, first and as updated; from there to superintelligence.
``dh``
    Davidson and Houlden's software explosion.
``bottleneck``
    A CES of labour and compute with low substitution.
``checked``
    What authors print, recomputed.
"""

from __future__ import annotations

from functools import partial

from ooms.implied.outside import ai2027, ai2027may, bottleneck, dh, kwa, takeoff2027
from ooms.implied.outside.interface import Outcome, OutsideModel

__all__ = ["OUTSIDE", "Outcome", "OutsideModel"]

_DH_PAGE = "https://www.forethought.org/research/how-quick-and-big-would-a-software-intelligence-explosion-be"
_CES_PAGE = (
    "https://www.forethought.org/research/"
    "will-compute-bottlenecks-prevent-a-software-intelligence-explosion"
)
_CES_READ = (
    "The note, whole. It gives a CES and ranges of its power; the dynamics around it are Davidson "
    "and Houlden's. Of Whitfill and Wu's estimates only abstract and introduction were read."
)


def _timelines(who: ai2027.Forecaster) -> OutsideModel:
    return OutsideModel(
        name=f"AI 2027, time horizons ({ai2027.FORECASTERS[who]})",
        authors="Lifland, Jurkovic and FutureSearch",
        source="ai2027timelines",
        address="https://ai-2027.com/research/timelines-forecast",
        models="80% time horizons until they are a superhuman coder's",
        clock="calendar",
        origin=2025.25,
        automated_means="a superhuman coder; not yet all of research",
        takes=ai2027.TAKES,
        read="Method 1 as of April 2025, text and code; method 2 in part.",
        own=partial(ai2027.own, who=who),
        ours=partial(ai2027.ours, who=who),
    )


def _ces(whose: bottleneck.Whose, words: str) -> OutsideModel:
    return OutsideModel(
        name=f"CES of labour and compute ({words})",
        authors="Davidson; dynamics by Davidson and Houlden",
        source="davidson2025bottlenecks",
        address=_CES_PAGE,
        models="software after full automation, with compute that labour replaces badly",
        clock="since automation",
        origin=0.0,
        automated_means="",
        takes=bottleneck.TAKES,
        read=_CES_READ,
        own=partial(bottleneck.own, whose=whose),
        ours=partial(bottleneck.ours, whose=whose),
    )


_ALL = (
    OutsideModel(
        name="Kwa",
        authors="Kwa",
        source="kwa2026takeoff",
        address="https://github.com/tkwa/ai-takeoff-model",
        models="software and the share of research tasks automated, from January 2026",
        clock="calendar",
        origin=kwa.START,
        automated_means="99% of AI research tasks automated",
        takes=kwa.TAKES,
        read="Text and notebook, whole.",
        own=kwa.own,
        ours=kwa.ours,
    ),
    _timelines("eli"),
    _timelines("nikola"),
    OutsideModel(
        name="AI 2027, time horizons as updated (Lifland)",
        authors="Lifland",
        source="ai2027timelines",
        address="https://github.com/uvafan/timelines-takeoff-ai-2027",
        models="80% time horizons until they are a superhuman coder's, with a stock of research",
        clock="calendar",
        origin=2025.35,
        automated_means="a superhuman coder; not yet all of research",
        takes=ai2027may.TAKES,
        read="Method 1 as of May 2025, by its code.",
        own=ai2027may.own,
        ours=ai2027may.ours,
    ),
    OutsideModel(
        name="AI 2027, takeoff",
        authors="Kokotajlo and Lifland",
        source="ai2027takeoff",
        address="https://ai-2027.com/research/takeoff-forecast",
        models="milestones after a superhuman coder, which is set for March 2027",
        clock="calendar",
        origin=2027.25,
        automated_means="a superhuman AI researcher",
        takes=takeoff2027.TAKES,
        read="Summary and code; the reasons for its inputs in part.",
        own=takeoff2027.own,
        ours=takeoff2027.ours,
    ),
    OutsideModel(
        name="Davidson and Houlden",
        authors="Davidson and Houlden",
        source="davidsonhoulden2025",
        address=_DH_PAGE,
        models="software after full automation, with compute held",
        clock="since automation",
        origin=0.0,
        automated_means="",
        takes=dh.TAKES,
        read="Text and code, whole.",
        own=dh.own,
        ours=dh.ours,
    ),
    _ces("economists", "economists' estimates"),
    _ces("likely", "Davidson's likely range"),
)

#: Models of others by name, in the order of a table.
OUTSIDE: dict[str, OutsideModel] = {model.name: model for model in _ALL}
