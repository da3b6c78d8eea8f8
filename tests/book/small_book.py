"""A small book, and ways to change it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ooms_book.project.project import Project

SAMPLE = Path(__file__).parent / "sample"
#: Rows for its list of identifiers: parts and pages that are now elsewhere.
MOVES = """\
chapters/growth#before,section,chapters/growth#fig-heights
chapters/growth#top,section,chapters/growth
chapters/growth#gone,section,chapters/rain#sec-rain
chapters/old,page,chapters/growth
chapters/old#fig-heights,figure,
chapters/old#x,section,chapters/rain#sec-rain
"""


def edit(book: Project, docname: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a notebook as an editor would: read, change, write."""
    path = book.root / f"{docname}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def page(book: Project, docname: str) -> str:
    return (book.site / f"{docname}.html").read_text(encoding="utf-8")


TOLD = '''
"""What the garden concludes."""

from garden import growth, weather
from garden.tables import rows

RATE = 2  # a week


def stated():
    """Return the conclusions."""
    best = RATE * growth.tallest()
    text = f"{best:.1f} ({best - 1:.1f} to {best + 1:.1f}) cm"
    ripe = growth.tallest() > 10
    return [
        {"kind": "result", "id": "next", "title": "Next week's height", "shown": text,
         "low": best - 1, "best": best, "high": best + 1, "coverage": 0.9, "unit": "cm",
         "scenario": "baseline"},
        {"kind": "finding", "id": "tallest", "title": "The tallest plant",
         "shown": f"{growth.tallest():.1f} cm", "best": growth.tallest(), "unit": "cm"},
        {"kind": "finding", "id": "rain", "title": "Rain", "shown": f"{weather.total():.0f} mm"},
        {"kind": "verdict", "id": "bed.one", "title": "Bed one is ripe",
         "shown": "ripe" if ripe else "not ripe"},
    ]


def beds():
    """Return the rows of the listing."""
    return [{"id": "bed.one", "title": "Bed one is ripe", "state": stated()[3]["shown"]}]


def log():
    """Return what moved."""
    return rows("log")
'''
LOG = "entry,date,cause,tables,why,kind,id,title,before,after,because\n"
FIRST = "1,2024-05-02,data,heights: first,Sown.,none,all,,,,\n"
_TELLS = """
from garden import told
from ooms_book.author.conclusions import conclusions
from ooms_book.author.data_file import data_file
from ooms_book.author.listing import listing
from ooms_book.author.tables import table

conclusions(told.stated(), told.log())
data_file("beds-1", {"beds": [row["id"] for row in told.beds()]})
"""
_LISTS = """
listing(
    told.beds(), name="beds", noun=("bed", "beds"), headings=("Bed", "Found"),
    states={"ripe": ("●", "ripe"), "not ripe": ("○", "green")},
)
"""
_TABLE = 'table({"Month": ["5", "6"]}, caption="Months of rain.", name="tab-months")'
_SCHEMA = {"type": "object", "required": ["beds"], "properties": {"beds": {"type": "array"}}}


def conclude(book: Project) -> None:
    """Let the sample conclude something, list and log: what a book does that remembers."""
    root = book.root
    (root / "src/garden/told.py").write_text(TOLD.lstrip(), encoding="utf-8")
    (root / "data/log.csv").write_text(LOG + FIRST, encoding="utf-8")
    (root / "schemas").mkdir()
    (root / "schemas/beds-1.json").write_text(json.dumps(_SCHEMA), encoding="utf-8")
    config = root / "_config.yml"
    text = config.read_text(encoding="utf-8")
    text += "    ooms_book_conclusions: chapters/rain\n"
    text += "    ooms_book_concluded:\n"
    text += "      chapters/growth:tallest: finding:tallest\n"
    text += "      chapters/growth:next: result:next\n"
    text += "    ooms_book_mark_roles: {verdict: chapters/rain}\n"
    config.write_text(text, encoding="utf-8")

    def says(notebook: dict[str, Any]) -> None:
        (first,) = (cell for cell in notebook["cells"] if "publish(" in "".join(cell["source"]))
        source = "".join(first["source"]).replace("2 * tallest", "told.RATE * tallest")
        first["source"] = source.replace("import growth\n", "import growth, told\n")
        title = notebook["cells"][0]
        title["source"] = [*title["source"], " Bed one: {verdict}`bed.one`."]

    def tells(notebook: dict[str, Any]) -> None:
        (last,) = (cell for cell in notebook["cells"] if "print(" in "".join(cell["source"]))
        for name, source in (("tells", _TELLS), ("lists", _LISTS), ("months", _TABLE)):
            cell = {**last, "id": name, "source": source.strip()}
            notebook["cells"].append(cell)

    edit(book, "chapters/growth", says)
    edit(book, "chapters/rain", tells)
