"""What Sphinx says."""

from __future__ import annotations

from ooms_book.pages import render

# Messages, addresses


def test_warnings_are_split_and_placed() -> None:
    text = (
        "/b/chapters/a.ipynb:30005: WARNING: first\nwith more\n"
        "\x1b[31m/b/index.md:3: ERROR: second\x1b[0m\nWARNING: third\n"
    )
    assert render.messages(text, "/b") == [
        "chapters/a.ipynb, cell 3, line 4: first\nwith more",
        "index.md:3: second",
        "third",
    ]
