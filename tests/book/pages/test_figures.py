"""Each figure at an address of its own, and its files signed."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from bs4 import BeautifulSoup
from PIL import Image
from small_book import replace

from ooms_book.build import build
from ooms_book.charts import alone, draw
from ooms_book.pages import figures
from ooms_book.project.project import Project

STEM = "_downloads/chapters/growth-fig-heights"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="50" viewBox="0 0 90 50">'
    '<g class="mark-text role-title"><text font-size="13px">Peas</text></g>'
    '<rect width="20" height="10" fill="#0072b2"/></svg>'
)


def said(svg: str) -> list[str]:
    return [found for e in ET.fromstring(svg).iter() if (found := e.get("aria-label"))]


def picture(width: int, height: int) -> bytes:
    written = io.BytesIO()
    drawn = Image.new("RGB", (width, height), "#ffffff")
    drawn.paste("#0072b2", (0, 0, 10, 10))
    drawn.quantize(16).save(written, "PNG")
    return written.getvalue()


def test_a_drawing_is_signed_beneath_and_nothing_of_it_moves() -> None:
    signed = alone.signed_svg(SVG, ["Peas & beans, Figure 1.1.", "https://peas.org/"])
    root = ET.fromstring(signed)
    assert (root.get("width"), root.get("height")) == ("90", "87")
    assert root.get("viewBox") == "0 0 90 87"
    assert said(signed) == ["Peas & beans, Figure 1.1.", "https://peas.org/"]
    assert SVG[SVG.index("<rect") :].removesuffix("</svg>") in signed
    ids = re.findall(r'\bid="([^"]+)"', signed)
    assert len(ids) == len(set(ids)) > 10
    assert set(re.findall(r'href="#([^"]+)"', signed)) <= set(ids)


def test_a_picture_keeps_its_pixels_and_gains_a_foot() -> None:
    before = Image.open(io.BytesIO(picture(400, 60))).convert("RGB")
    for lines, size, foot, height in ((["Peas", "Beans"], 21, 0, 60 + 75), (["Peas"], 26, 30, 60)):
        made = alone.signed_png(picture(400, 60), lines, size=size, foot=foot)
        signed = Image.open(io.BytesIO(made))
        assert signed.size == (400, height)
        kept = (0, 0, 400, 60 - foot)
        assert signed.convert("RGB").crop(kept).tobytes() == before.crop(kept).tobytes()
        below = signed.convert("RGB").crop((0, 60 - foot, 400, height))
        darkest = min(colour for _, colour in below.getcolors(10_000) or [])
        assert darkest == (0x55, 0x60, 0x6E)
        assert made == alone.signed_png(picture(400, 60), lines, size=size, foot=foot)


def test_a_shared_picture_has_the_size_of_a_feed_and_no_second_title() -> None:
    assert "Peas" in SVG
    assert "Peas" not in alone.bare(SVG)
    asked: list[str] = []

    def whole(svg: str) -> str:
        asked.append(svg)
        return draw._standing_alone(svg, "")

    made = alone.shared(SVG, SVG.replace("90", "45"), ("Peas double", "A week"), whole)
    shared = Image.open(io.BytesIO(made))
    assert shared.size == (1200, 630)
    assert len(asked) == 1
    # All that is inked is the bar, twice as wide as high, as large as the room beside the title.
    blue = shared.convert("RGB").point(lambda value: 255 * (value == 0)).getchannel("R")
    left, top, right, bottom = blue.getbbox() or (0, 0, 0, 0)
    assert (left, right) == (548, 1164)
    assert bottom - top == (right - left) // 2


def test_files_say_book_number_address_licence_and_version(built: Project) -> None:
    site = built.site
    lines = said((site / f"{STEM}.svg").read_text(encoding="utf-8"))[-2:]
    assert lines[0].startswith("A garden in numbers, Fig. 1.1. Version 1.2.0")
    assert lines[0].endswith("CC BY 4.0.")
    assert lines[1] == "https://garden.example/book/figure/fig-heights.html"
    with Image.open(site / f"{STEM}-share.png") as shared:
        assert shared.size == (1200, 630)


def test_a_figure_has_a_page_that_a_feed_and_a_frame_can_use(built: Project) -> None:
    path = built.site / "figure/fig-heights.html"
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    told = {str(tag.get("property")): str(tag["content"]) for tag in page.select("meta[property]")}
    base = "https://garden.example/book/"
    assert told["og:title"] == "Beans double each week"
    assert told["og:image"] == f"{base}{STEM}-share.png"
    assert told["og:url"] == f"{base}figure/fig-heights.html"
    assert "18.0 cm" in told["og:description"]
    links = {tag.get_text(): str(tag["href"]) for tag in page.select(".figure-foot a")}
    assert links["Fig. 1.1 of A garden in numbers"] == "../chapters/growth.html#fig-heights"
    for link in links.values():
        assert (path.parent / link.partition("#")[0]).is_file(), link
    view = page.select_one("[data-view]")
    assert view is not None
    assert (path.parent / str(view["data-view"]).partition("?")[0]).is_file()
    code = page.select_one("#embed-code")
    assert code is not None
    frame = BeautifulSoup(code.get_text(), "html.parser").iframe
    assert frame is not None
    assert frame["src"] == told["og:url"]
    growth = (built.site / "chapters/growth.html").read_text(encoding="utf-8")
    assert 'href="../figure/fig-heights.html#embed"' in growth


def test_a_later_number_is_on_the_files_of_a_figure_that_did_not_change(built: Project) -> None:
    kept = {path: path.stat().st_mtime_ns for path in built.drawings.iterdir()}
    replace(built.root / "CITATION.cff", "version: 1.2.0", "version: 1.3.0")
    build(built)
    assert "Version 1.3.0" in said((built.site / f"{STEM}.svg").read_text(encoding="utf-8"))[-2]
    assert {path: path.stat().st_mtime_ns for path in built.drawings.iterdir()} == kept


def test_the_licence_is_that_of_what_is_drawn(tmp_path: Path) -> None:
    assert figures.snippet("a?x=1&b=2", 'a "b"', 9).startswith(
        '<iframe src="a?x=1&amp;b=2" title="a &quot;b&quot;" width="100%" height="9"'
    )
