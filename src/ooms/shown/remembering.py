"""Figures that a reader can move, kept between the builds that watch what they read."""

from __future__ import annotations

from functools import wraps
from typing import Protocol

from ooms.assumed import memory
from ooms.assumed.scenarios import Draws, Scenario
from ooms.shown.sliders import Explorer

__all__ = ["remembered"]


class Explore(Protocol):
    """From a position, and its draws if they are at hand, to what a reader can move."""

    __name__: str

    def __call__(self, scenario: Scenario, draws: Draws | None = None) -> Explorer: ...


def remembered(explore: Explore) -> Explore:
    """Keep what a figure comes to; it takes from the data nothing but facts of its draws."""

    @wraps(explore)
    def found(scenario: Scenario, draws: Draws | None = None) -> Explorer:
        drawn = scenario.draw() if draws is None else draws
        if not memory.wanted():
            return explore(scenario, drawn)
        given = [explore.__name__, repr(scenario), *drawn.content()]
        return memory.remembered(
            lambda: explore(scenario, drawn), explore.__module__, given, drawn.facts
        )

    return found
