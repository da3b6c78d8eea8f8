"""Charts drawn before pages ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ooms_book.charts.ahead import Ahead
from ooms_book.charts.draw import draw, lacking

pytestmark = pytest.mark.build

MIME = "application/vnd.vegalite.v6+json"


def chart(name: str, **other: Any) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": f"A line called {name}.",
        "title": name,
        "data": {"values": [{"x": 1, "y": 0.123456789}, {"x": 2, "y": 3}]},
        "mark": {"type": "line", "clip": True},
        "encoding": {"x": {"field": "x"}, "y": {"field": "y", "type": "quantitative"}},
        **other,
    }


def outputs(*charts: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [[{"data": {MIME: spec}}] for spec in charts]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_drawn_ahead_is_what_a_page_draws(tmp_path: Path) -> None:
    one, two = chart("one"), chart("two")
    with Ahead(tmp_path / "ahead", 2) as ahead:
        ahead.draw(outputs(one, two))
        ahead.wait(lambda line: None)
    assert not lacking(one, tmp_path / "ahead")
    on_page = {
        place: [
            (page.html, page.files)
            for page in (draw(spec, "a", "fig", tmp_path / place) for spec in (one, two))
        ]
        for place in ("ahead", "page")
    }
    assert on_page["ahead"] == on_page["page"]
    assert set(files(tmp_path / "ahead")) == set(files(tmp_path / "page"))
    with Ahead(tmp_path / "ahead", 2) as ahead:
        ahead.draw(outputs(one, two))
    assert ahead.started == [], "nothing is lacking, so nothing starts"


def test_a_chart_that_cannot_be_drawn_stops_no_other(tmp_path: Path) -> None:
    wrong = chart("wrong", mark="nonsense")
    fetched = chart("fetched", data={"url": "http://192.0.2.1/rows.json"})
    with Ahead(tmp_path, 1) as ahead:
        ahead.draw(outputs(wrong, fetched, chart("right")))
        ahead.wait(lambda line: None)
        assert len(ahead.started) == 1
    assert not lacking(chart("right"), tmp_path)
    assert lacking(wrong, tmp_path)
    assert lacking(fetched, tmp_path)


def test_a_renderer_that_dies_is_replaced(tmp_path: Path) -> None:
    with Ahead(tmp_path, 1) as ahead:
        ahead.draw(outputs(chart("one")))
        ahead.wait(lambda line: None)
        ahead.started[0].kill()
        ahead.started[0].wait()
        for name in ("two", "three"):
            ahead.draw(outputs(chart(name)))
        ahead.wait(lambda line: None)
        assert len(ahead.started) == 2
    assert not lacking(chart("three"), tmp_path)
