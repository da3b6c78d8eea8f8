"""Words for how far ranges have kept what they promise."""

from __future__ import annotations

from ooms.shown.words import promises


def test_a_short_record_says_how_little_it_says() -> None:
    told = promises.kept(5, 10)
    assert told["kept"] == "5 of 10"
    assert told["kept-factor"] == "2.4 (1.3 to 5.8) times"
    assert promises.kept(0, 2)["kept-most"] == "any number of times"
