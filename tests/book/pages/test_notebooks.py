"""Notebooks to take away: as they ran, with their numbers, and all that a book offers, listed."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from small_book import replace

from ooms_book.author.mime import OWN
from ooms_book.build import build
from ooms_book.pages.notebooks import executed
from ooms_book.project.project import Project

pytestmark = pytest.mark.build
ASKING = "(sec-downloads)=\n# Downloads\n\n```{{raw}} html\n{}\n```\n"


@pytest.fixture
def copy(built: Project) -> Any:
    path = built.site / "notebooks/chapters/growth.ipynb"
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_prose_says_its_numbers_and_needs_no_build(copy: Any) -> None:
    prose = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "markdown")
    assert "the tallest plant reached 18.0 cm" in prose
    assert "(Green 2001)" in prose
    assert "[Fig. 1.1](https://garden.example/book/chapters/growth.html#fig-heights)" in prose
    assert "as equation (" in prose
    assert not re.search(r"\{[\w:-]+\}`|^\([\w-]+\)=|\$\$ \(", prose, re.MULTILINE)


def test_outputs_are_those_of_the_site_and_charts_are_pictures_too(copy: Any) -> None:
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    assert code[0].source.startswith("# This copy was made where the address")
    assert code[0].source.endswith("%pip install --quiet .")
    assert [cell.execution_count for cell in code] == [None, *range(1, len(code))]
    shown = [set(output.get("data", {})) for cell in code for output in cell.outputs]
    charts = [mimes for mimes in shown if any("vegalite" in mime for mime in mimes)]
    assert charts
    assert all("image/png" in mimes for mimes in charts)
    assert not any("ooms-book.values" in mime for mimes in shown for mime in mimes)


def test_a_copy_hangs_on_no_last_digit_and_holds_nothing_that_only_pages_show() -> None:
    def ran(x: float) -> dict[str, Any]:
        chart = {"application/vnd.vegalite.v6+json": {"data": {"values": [{"x": x}]}}}
        listed = {f"{OWN}listing+json": {"x": x}, "text/plain": "one row"}
        outputs = [
            {"output_type": "display_data", "metadata": {}, "data": data}
            for data in (chart, listed)
        ]
        cell = {"cell_type": "code", "metadata": {}, "source": "draw()"}
        return executed({"cells": [cell]}, [outputs], None, lambda name: None)

    assert 0.1 + 0.2 != 0.3
    assert ran(0.1 + 0.2) == ran(0.3)
    assert ran(0.3)["cells"][0]["outputs"][1]["data"] == {"text/plain": "one row"}


def test_a_page_offers_the_copy(built: Project) -> None:
    page = BeautifulSoup((built.site / "chapters/growth.html").read_text(), "html.parser")
    links = {tag.get_text(): str(tag["href"]) for tag in page.select(".page-tools a")}
    assert links["Notebook as it ran"] == "../notebooks/chapters/growth.ipynb"


def test_downloads_are_listed_and_there(built: Project) -> None:
    parts = ("book", "results", "tables", "parts", "notebooks")
    asked = "\n".join(f"<!-- downloads:{part} -->" for part in parts)
    (built.root / "downloads.md").write_text(ASKING.format(asked), encoding="utf-8")
    replace(
        built.root / "_toc.yml", "  - file: status\n", "  - file: status\n  - file: downloads\n"
    )
    build(built)
    text = (built.site / "downloads.html").read_text(encoding="utf-8")
    assert "<!-- downloads" not in text
    page = BeautifulSoup(text, "html.parser")
    links = {tag.get_text(): str(tag["href"]) for tag in page.select(".downloads a")}
    for link in links.values():
        assert (built.site / link.partition("#")[0]).is_file(), link
    assert links["heights.csv"] == "data/tables/heights.csv"
    assert (built.site / links["heights.csv"]).read_bytes() == (
        built.root / "data/heights.csv"
    ).read_bytes()
    told = json.loads((built.site / "data/tables/datapackage.json").read_text(encoding="utf-8"))
    for resource in told["resources"]:
        assert (built.site / "data/tables" / resource["path"]).is_file()
    assert links["page to embed"] == "figure/fig-heights.html"
    assert "make pdf" in page.get_text()
