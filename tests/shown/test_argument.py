"""What the page to argue with is told."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.implied import reweighting
from ooms.implied.arrival.trajectory import chain
from ooms.implied.families import alone
from ooms.implied.results import RESULTS
from ooms.shown import argument
from ooms_book.author.argument import faults
from ooms_book.charts.views import as_json


@pytest.fixture(scope="module")
def drawn(base: Scenario, positions: list[Scenario]) -> list[reweighting.Design]:
    return argument.designs(base, positions)


@pytest.fixture(scope="module")
def bundle(
    base: Scenario, positions: list[Scenario], drawn: list[reweighting.Design]
) -> dict[str, Any]:
    return argument.bundle(base, positions, drawn)


def test_every_headline_result_and_position_is_there(
    bundle: dict[str, Any], positions: list[Scenario]
) -> None:
    offered = [result["id"] for result in bundle["results"]]
    assert offered == [key for key in RESULTS if key in offered]
    # Whatever is left out takes something from its draws together, and so can't be weighed.
    base = Scenario.load("baseline")
    cells = argument.axes(base)
    left = [RESULTS[key] for key in RESULTS if key not in offered]
    together = {r.id.partition(".")[0] for r in left if not alone(r, base, cells)}
    assert {result.id.partition(".")[0] for result in left} == together
    assert len(offered) >= 17
    assert [position["name"] for position in bundle["positions"]] == [p.name for p in positions]
    assert not faults(bundle)


def test_positions_come_with_what_the_model_gives(
    bundle: dict[str, Any], positions: list[Scenario]
) -> None:
    for told, position in zip(bundle["positions"], positions, strict=True):
        draws = position.draw()
        for result, values in zip(bundle["results"], told["results"], strict=True):
            one = RESULTS[result["id"]]
            given = one.range(one.compute(draws))
            assert [np.inf if value is None else value for value in values] == list(given)


def test_the_picture_tells_what_the_chain_gives(
    bundle: dict[str, Any], positions: list[Scenario]
) -> None:
    """Of the book and of each position: medians and ranges by date, and chances."""
    picture = bundle["picture"]
    shown = [picture["book"], *bundle["positions"]]
    for told, position in zip(shown, [Scenario.load("baseline"), *positions], strict=True):
        found = chain(position.draw())
        at = [int(np.searchsorted(found.years, year)) for year in picture["path"]]
        expected = np.quantile(found.effective[:, at], argument.FAN, axis=0).T
        np.testing.assert_allclose(told["path"], expected, rtol=1e-5, atol=1e-5)
        by = [(found.year <= date).mean() for date in picture["at"]]
        np.testing.assert_allclose(told["shares"], by, atol=6e-5)


def test_it_is_small(bundle: dict[str, Any]) -> None:
    assert len(gzip.compress(as_json(bundle).encode(), mtime=0)) < 900_000


def test_every_input_that_a_result_reads_can_be_moved(
    bundle: dict[str, Any], drawn: list[reweighting.Design]
) -> None:
    offered = {entry["id"] for entry in bundle["inputs"]}
    assert offered == {key for each in drawn for keys in each.read.values() for key in keys}
    for entry in bundle["inputs"]:
        assert all(entry[key] for key in ("title", "reason", "source", "heading"))
        assert np.all(np.diff(entry["edges"]) > 0)


def test_the_columns_hold_what_was_computed(
    bundle: dict[str, Any], drawn: list[reweighting.Design]
) -> None:
    raw = base64.b64decode(bundle["columns"])
    wide = sum(each["draws"] * (1 + len(each["results"])) for each in bundle["designs"])
    columns = np.frombuffer(raw[: 2 * wide], dtype="<u2")
    start = 0
    for each, told in zip(drawn, bundle["designs"], strict=True):
        n = told["draws"]
        least, step = told["density"]
        found = least + step * columns[start : start + n]
        assert np.abs(found - each.log_density).max() <= step
        start += n
        for (key, values), result in zip(each.values.items(), told["results"], strict=True):
            assert bundle["results"][result["result"]]["id"] == key
            codes = columns[start : start + n]
            start += n
            back = argument.decoded(result["knots"], codes)
            assert (np.isinf(back) == np.isinf(values)).all()
            finite = np.isfinite(values)
            # No value moves past the next of the 256 knots: a 255th part of the draws.
            order = np.sort(values[finite])
            moved = np.abs(
                np.searchsorted(order, back[finite]) - np.searchsorted(order, values[finite])
            )
            assert np.quantile(moved, 0.99) <= n / 255
    assert start == len(columns)
    paths = np.frombuffer(raw[2 * wide :], dtype=np.uint8)
    for each, told in zip(drawn, bundle["designs"], strict=True):
        shown = [] if each.path is None else each.path.T
        for edges, values in zip(told["path"], shown, strict=True):
            bins, paths = paths[: len(values)].astype(int), paths[len(values) :]
            edge = np.array(edges)
            spare = 1e-4 * np.abs(values).max()
            assert (edge[bins] - spare <= values).all()
            assert (values <= edge[bins + 1] + spare).all()
            # Equal numbers in each: none holds more than its part, but for equal values.
            assert np.bincount(bins).max() <= 2 * len(values) / 256
    assert not len(paths)


def test_a_result_of_one_value_can_be_coded() -> None:
    knots, codes = argument.encoded(np.array([2.0, 2.0]))
    assert argument.decoded(knots, codes).tolist() == [2.0, 2.0]


def test_two_makings_are_the_same(
    base: Scenario, positions: list[Scenario], drawn: list[reweighting.Design]
) -> None:
    first = drawn[0]
    cells = argument.axes(base, positions)
    again = reweighting.design(first.read, base, positions, cells, first.seed)
    assert all((again.values[key] == first.values[key]).all() for key in first.values)
    assert json.dumps(again.laws, default=str) == json.dumps(first.laws, default=str)
