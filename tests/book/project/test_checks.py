"""Typed numbers, and data that nobody reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ooms_book.project import checks
from ooms_book.project.project import Project

ROOT = Path(__file__).parents[3]

# Numbers typed by hand


def typed(prose: str) -> list[str]:
    return [message.split('"')[1] for message in checks.typed_numbers(prose, "a.md")]


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("It grows 4.6-fold.", ["4.6"]),
        ("Between 3.9 and 5.4, or 3.9-5.4, or 3.9–5.4.", ["3.9", "5.4"] * 3),
        ("In 2.5 years; about .5 a year; −0.3 or -0.3.", ["2.5", ".5", "0.3", "0.3"]),
        ("All 1,317 of 12,000,000.", ["1,317", "12,000,000"]),
        ("From 10^26 to 10²⁶, 1e26 or 2.1e+25 FLOP.", ["10^26", "10²⁶", "1e26", "2.1e+25"]),
        ("| 4.6 |", ["4.6"]),
        ("# It grows 4.6-fold", ["4.6"]),
        ("```{note} Mind 4.6\n:class: w-2.5\n\nIt is 3.9.\n```", ["4.6", "3.9"]),
        (":::{figure} a.png\n:alt: Rises to 4.6\n\nIt rose to 3.9.\n:::", ["4.6", "3.9"]),
        ("````{tip}\n```{math}\n4.6\n```\nIt is 3.9.\n````", ["3.9"]),
        ("It grows {implied}`rate`.", []),
        ("The source says {quoted}`4.6`.", []),
        ("As `4.6` in code and $4.6$ in a formula.", []),
        ("$$\n4.6 x\n$$", []),
        ("> It grows 4.6-fold.", []),
        ("[here](https://a.org/4.6) and https://b.org/4.6 and <https://c.org/4.6>", []),
        ("```\n4.6\n```", []),
        ("```python\nx = 4.6\n```", []),
        ("arXiv:2203.15556 and doi 10.1000/ab.45", []),
        ("## 2.3 On growth", []),
        ("4. The fourth.", []),
        ("See section 2.3, Table 1.2 and § 4.1.", []),
        ("Python 3.11, GPT-3.5, v2.5 and 4.6.1 are names.", ["3.11"]),
        ("With Python 3.11 under CC BY 4.0.", []),
        ("By then GPT-4 at 4.6× the size.", ["4.6"]),
        ("In 2024, 12 of 300 on 2024-05-22.", []),
    ],
)
def test_typed_numbers_are_found_in_prose_only(prose: str, found: list[str]) -> None:
    assert typed(prose) == found


@pytest.mark.parametrize("published", ["4.6×", "4.7×"])
def test_the_data_never_decide_what_counts_as_typed(published: str) -> None:
    values = {"rate": {"text": published, "kind": "implied", "title": ""}}
    [message] = checks.typed_numbers("Fine.\nIt is 4.6.", "a.ipynb, cell 2", values)
    assert message.startswith('a.ipynb, cell 2, line 2: "4.6" is typed by hand')
    assert "or write {quoted}`4.6` if it is a source's own" in message
    assert ("{implied}`rate` shows the same number" in message) == (published == "4.6×")
    assert checks.typed_numbers("It is about 5.", "a.ipynb", values) == []


def test_captions_are_prose_too() -> None:
    code = (
        'table(x, caption="Up to 4.6", name="t-1.5")\ntable(y, caption=f"To {x:.2f} and "\n "3.9")'
    )
    cells = [
        {"cell_type": "code", "source": code, "metadata": {}},
        {"cell_type": "code", "source": "%magic 4.6", "metadata": {}},
        {
            "cell_type": "code",
            "source": "draw(4.6)",
            "metadata": {"mystnb": {"figure": {"caption": "By 5.4.", "name": "fig-1.5"}}},
        },
    ]
    found = checks.typed_numbers_of({"cells": cells}, "a.ipynb", {})
    assert [message.partition(" is typed")[0] for message in found] == [
        'a.ipynb, cell 1, line 1: "4.6"',
        'a.ipynb, cell 1, line 2: "3.9"',
        'a.ipynb, cell 3, caption in its metadata, line 1: "5.4"',
    ]


def test_unread_data_are_named() -> None:
    files = ["data/", "data/a.csv", "data/old/b.csv", "data/datapackage.json", "data.csv", "README"]
    read = ["data/datapackage.json", "data/a.csv"]
    assert checks.unread_data("data/datapackage.json", files, read, ["data/c.csv"]) == [
        "data/old/b.csv: no chapter reads it; use it in one, or remove it "
        "(and from data/datapackage.json)",
        "_config.yml, ooms_book_unread_data: data/c.csv fits no file; take it out of the list",
    ]
    assert checks.unread_data("data/datapackage.json", files, read, ["data/old/*"]) == []


# Labels


def test_a_heading_without_a_label_is_named_with_its_mend(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "(sec-a)=\n# A\n\n```\n# no heading\n```\n\n## What came since?\n\n(sec-b)=\n\n### B\n",
        encoding="utf-8",
    )
    first, second = checks.headings(tmp_path, "a")
    assert first == (
        'a.md, line 8: the heading "What came since?" has no label, and its address would change '
        "with its words; write (sec-what-came-since)= on the line over it"
    )
    assert second.startswith('a.md, line 12: the heading "B" has no label')


def test_every_heading_of_this_book_has_a_label() -> None:
    project = Project(ROOT)
    assert [fault for name in project.documents for fault in checks.headings(ROOT, name)] == []
