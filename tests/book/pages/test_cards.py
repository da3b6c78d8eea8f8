"""Cards."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ooms_book.pages import cards
from ooms_book.pages.cards import WIDTH


def test_a_card_holds_the_drawing_whole() -> None:
    for width, height in ((720, 300), (300, 900), (1200, 630)):
        root = ET.fromstring(
            cards.card(f'<svg width="{width}" height="{height}"><g id="inner"/></svg>', "A & B")
        )
        inner = next(child for child in root if child.tag.endswith("svg"))
        x, y, w, h = (float(inner.attrib[name]) for name in ("x", "y", "width", "height"))
        assert w / h == pytest.approx(width / height, rel=0.01)
        assert 0 <= x <= x + w <= WIDTH
        assert 0 <= y <= y + h <= 630
        assert inner.attrib["viewBox"] == f"0 0 {width} {height}"
    with pytest.raises(ValueError, match="does not say its width"):
        cards.card("<svg></svg>", "x")
