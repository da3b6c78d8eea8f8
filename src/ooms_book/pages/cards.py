"""What a link to a page looks like elsewhere: title, a sentence, and its main chart as a card."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book import faces
from ooms_book.charts.draw import VEGA_LITE_MIME, kept, version
from ooms_book.charts.pictures import as_png, of_few_colours, pictured
from ooms_book.files import digest
from ooms_book.pages import builder, told
from ooms_book.pages.explain import Explained

__all__ = ["WIDTH", "card", "charts", "described", "setup"]

WIDTH, HEIGHT = 1200, 630
_MARGIN, _HEAD = 48, 84
_SIZE = re.compile(r'^<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_LONGEST = 200


def card(svg: str, title: str) -> str:
    """Set a drawing on a card of the size that other sites show.

    Parameters
    ----------
    svg
        A drawing whose colours are plain (a file beside the page).
    title
        What stands over it.

    Returns
    -------
    str
        An SVG of 1200 by 630 pixels with the drawing as large as fits.

    Raises
    ------
    ValueError
        For a drawing that does not say how large it is.

    Examples
    --------
    >>> 'width="1200"' in card('<svg width="720" height="300"></svg>', "Peas")
    True
    """
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("the drawing does not say its width and height")
    width, height = float(found[1]), float(found[2])
    room = (WIDTH - 2 * _MARGIN, HEIGHT - _HEAD - _MARGIN)
    scale = min(room[0] / width, room[1] / height)
    left = _MARGIN + (room[0] - width * scale) / 2
    top = _HEAD + (room[1] - height * scale) / 2
    inner = svg if "viewBox=" in svg[: svg.index(">")] else ""
    if not inner:
        inner = svg.replace("<svg", f'<svg viewBox="0 0 {width:g} {height:g}"', 1)
    placed = re.sub(r'\b(width|height)="[\d.]+"', "", inner[: inner.index(">")])
    placed = placed.replace(
        "<svg",
        # Nothing is outside; to clip it there would take as long as to draw it.
        f'<svg overflow="visible" x="{left:.1f}" y="{top:.1f}" '
        f'width="{width * scale:.1f}" height="{height * scale:.1f}"',
        1,
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<text x="{_MARGIN}" y="56" font-family="{faces.FAMILY}" font-size="26" fill="#55606e">'
        f"{html.escape(title)}</text>{placed}{inner[inner.index('>') :]}</svg>"
    )


def charts(app: Sphinx) -> dict[str, str]:
    """Return the chart that stands for each notebook, by the notebook; nothing of those without."""
    if not hasattr(app, "ooms_book_cards"):
        found = {name: _main_chart(app, name) for name in sorted(told.records(app))}
        app.ooms_book_cards = {  # type: ignore[attr-defined]
            name: chart
            for name, chart in found.items()
            if chart and Path(app.outdir, f"_downloads/{name}-{chart}.svg").is_file()
        }
    known: dict[str, str] = app.ooms_book_cards  # type: ignore[attr-defined]
    return known


def _main_chart(app: Sphinx, docname: str) -> str:
    """Return the name of the chart that a notebook's metadata calls ``card``, or of its first."""
    record = told.records(app)[docname]
    notebook = json.loads(Path(app.env.doc2path(docname)).read_text(encoding="utf-8"))
    wanted = str(notebook["metadata"].get("card", ""))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    first = ""
    # What a chart holds is long to read, and seldom more than the first is.
    for number, outputs in record.naming("vnd.vegalite"):
        if any(VEGA_LITE_MIME.fullmatch(mime) for out in outputs for mime in out.get("data", {})):
            figure = cells[number]["metadata"].get("mystnb", {}).get("figure", {})
            name = nodes.make_id(str(figure.get("name", "")))
            if name and name == (wanted or name):
                return name
            first = first or name
    return first


def described(doctree: nodes.document) -> str:
    """Return what a page says first, its conclusions if it opens with them, in so many words."""
    opening = next(doctree.findall(nodes.admonition), None)
    first = next(iter((opening or doctree).findall(nodes.paragraph)), None)
    if first is None:
        return ""
    plain = first.deepcopy()
    for mark in list(plain.findall(Explained)):
        if mark.get("sign") and mark.parent is not None:
            mark.parent.remove(mark)
    text = re.sub(r"\s+([,.;:)])", r"\1", " ".join(plain.astext().split()))
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _png(svg: str, cache: Path) -> bytes:
    def make() -> bytes:
        faces.register()
        return as_png(of_few_colours(pictured(svg), 64))

    return kept(cache, f"{digest([version(), svg])}-card.png", make)


def _draw(app: Sphinx, docname: str, title: str) -> None:
    """Write a page's card."""
    drawing = Path(app.outdir) / f"_downloads/{docname}-{charts(app)[docname]}.svg"
    chapter = app.env.titles[docname].astext()
    # The front page, and a chapter called as the book is, are not named twice.
    over = f"{title}: {chapter}" if chapter not in ("", title) else title
    svg = card(drawing.read_text(encoding="utf-8"), over)
    builder.put(app, _path(docname), _png(svg, Path(app.config.ooms_book_drawings)))


def _path(docname: str) -> str:
    return f"_downloads/{docname}-card.png"


def _tell(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add to a page's head what other sites show of it."""
    if doctree is None:
        return
    base = str(app.config.html_baseurl or "")
    front = pagename == app.config.root_doc
    book = re.sub(r"<[^>]+>", "", str(app.config.html_title))
    drawn = charts(app)
    if pagename in drawn:
        _draw(app, pagename, book)
    # A page without a chart has the card of the first that has one.
    shown = pagename if pagename in drawn else next(iter(drawn), "")
    picture = _path(shown) if shown else ""
    title = book if front else re.sub(r"<[^>]+>", "", str(context.get("title", "")))
    told = [
        ("name", "description", described(doctree)),
        ("property", "og:title", title),
        ("property", "og:description", described(doctree)),
        ("property", "og:site_name", book),
        ("property", "og:type", "website" if front else "article"),
        ("name", "twitter:card", "summary_large_image" if picture else "summary"),
    ]
    if base:
        told.append(("property", "og:url", urljoin(base, f"{pagename}.html")))
    if picture:
        up = "../" * pagename.count("/")
        told += [
            # Only a whole address is of use elsewhere; without one, it shows where the card is.
            ("property", "og:image", urljoin(base, picture) if base else up + picture),
            ("property", "og:image:width", str(WIDTH)),
            ("property", "og:image:height", str(HEIGHT)),
            ("property", "og:image:alt", f"The main chart of: {title}"),
        ]
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<meta {kind}="{name}" content="{html.escape(text, quote=True)}" />\n'
        for kind, name, text in told
        if text
    )


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.connect("html-page-context", _tell)
