"""Each figure at an address of its own: to be linked to, shown in a feed, and framed elsewhere.

Written with the page that the figure is on, since only then is its number known; the files beside
the page, which were drawn before that, are signed with it (`ooms_book.charts.alone`).
"""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.charts import alone
from ooms_book.files import hash_bytes
from ooms_book.pages import builder, cite, memory, places
from ooms_book.project.work import Work
from ooms_book.site.parts import Place
from ooms_book.templates import Markup, fill

__all__ = ["FOLDER", "address", "snippet", "write"]

#: The folder of the pages that hold one figure each.
FOLDER = "figure"
_TOOLS = '<div class="chart-tools">'
_HEIGHT = re.compile(r'<svg[^>]*\sheight="([\d.]+)"')
#: Pixels of a frame besides the chart: caption and foot; sliders; each of their results.
_MORE, _CONTROLS, _RESULT = 170, 370, 36


def address(place: Place) -> str:
    """Return the path of a figure's own page."""
    return f"{FOLDER}/{place.anchor}.html"


def licence(work: Work) -> str:
    """Return the licence of what is drawn and said, of those that a book names.

    Examples
    --------
    >>> licence(Work("Peas", (), "1.0", "", licences=("MIT", "CC-BY-4.0")))
    'CC BY 4.0'
    """
    found = next((name for name in work.licences if name.startswith("CC")), "")
    found = found or next(iter(work.licences), "")
    return re.sub(r"^CC-BY-", "CC BY ", found)


def snippet(source: str, title: str, height: int) -> str:
    """Return the HTML with which another page frames a figure.

    Examples
    --------
    >>> snippet("https://peas.org/figure/fig-pods.html", "Pods", 400)
    '<iframe src="https://peas.org/figure/fig-pods.html" title="Pods" width="100%" height="400" \
style="border: 0" loading="lazy"></iframe>'
    """
    return (
        f'<iframe src="{html.escape(source)}" title="{html.escape(title)}" width="100%" '
        f'height="{height}" style="border: 0" loading="lazy"></iframe>'
    )


def write(app: Sphinx, docname: str, doctree: nodes.document) -> None:
    """Write the page of each chart of a page, and sign its files."""
    known = {place.anchor: place for place in places.of_page(app, docname)}
    work = cite.work_of(app)
    for figure in doctree.findall(nodes.figure):
        place = known.get(str(figure["ids"][0])) if figure["ids"] else None
        chart = next((raw for raw in figure.findall(nodes.raw) if _TOOLS in raw.astext()), None)
        if place is None or chart is None:
            continue
        stem = f"_downloads/{docname}-{place.anchor}"
        if not Path(app.outdir, f"{stem}-share.png").is_file():
            continue
        book = work.title if work else re.sub(r"<[^>]+>", "", str(app.config.html_title))
        caption = places.text_of(figure.next_node(nodes.caption))
        _sign(app, stem, place, book, work)
        _describe(app, stem, place, caption, work)
        _write_page(app, place, chart.astext(), caption)


def _sign(app: Sphinx, stem: str, place: Place, book: str, work: Work | None) -> None:
    """Say on a figure's files what they are of."""
    here = urljoin(work.cited_at, address(place)) if work and work.address else ""
    first = [f"{book}, {place.number}" if place.number else book]
    if work:
        first += [work.edition[:1].upper() + work.edition[1:], work.day, licence(work)]
    lines = [f"{'. '.join(filter(None, first))}.", here or f"{place.page}#{place.anchor}"]
    named = "   ".join(filter(None, (book, place.number)))
    files = {
        ending: Path(app.outdir, f"{stem}{ending}").read_bytes()
        for ending in (".svg", ".png", "-share.png")
    }

    def signed() -> dict[str, bytes]:
        return {
            ".svg": alone.signed_svg(files[".svg"].decode(), lines).encode(),
            ".png": alone.signed_png(files[".png"], lines, size=21),
            "-share.png": alone.signed_png(files["-share.png"], [named], size=26, foot=64),
        }

    of = [lines, named, *map(hash_bytes, files.values())]
    for ending, content in memory.remembered(app, f"{stem}/signed", of, signed).items():
        builder.put(app, f"{stem}{ending}", content)


def _describe(app: Sphinx, stem: str, place: Place, caption: str, work: Work | None) -> None:
    """Put beside a figure's numbers what they are, as CSV on the Web has it (w3.org/ns/csvw)."""
    path = Path(app.outdir, f"{stem}.csv")
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    columns = []
    for place_of, head in enumerate(header):
        cells = {row[place_of] for row in rows} - {""}
        day = all(re.fullmatch(r"\d{4}-\d\d-\d\d", cell) for cell in cells)
        number = all(re.fullmatch(r"-?[\d.]+(?:e[+-]?\d+)?", cell) for cell in cells)
        kind = "date" if day else "number" if number else "string"
        columns.append({"titles": head, "datatype": kind})
    found = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "dc:title": place.title,
        "dc:description": caption,
        "dc:identifier": urljoin(work.cited_at, address(place)) if work and work.address else "",
        "dc:isPartOf": f"{work.title}, {place.number}, {work.edition}" if work else "",
        "dc:date": work.day if work else "",
        "dc:license": licence(work) if work else "",
    }
    told = {key: value for key, value in found.items() if value}
    text = json.dumps({**told, "tableSchema": {"columns": columns}}, ensure_ascii=False, indent=1)
    builder.put(app, f"{stem}.csv-metadata.json", f"{text}\n".encode())


def _write_page(app: Sphinx, place: Place, chart: str, caption: str) -> None:
    work = cite.work_of(app)
    book = work.title if work else re.sub(r"<[^>]+>", "", str(app.config.html_title))
    element = chart[: chart.index(_TOOLS)]
    up = "../" * place.page.count("/")
    # Addresses as seen from the page it was drawn for.
    element = element.replace(f'"{up}_downloads/', '"../_downloads/')
    element = element.replace(f'control-onward"><a href="{up}', 'control-onward"><a href="../')
    held = 'class="controls"' in element
    headline = re.search(r'data-headline="([^"]*)"', element)
    title = (html.unescape(headline[1]) if headline else "") or place.title
    base = str(app.config.html_baseurl or "")
    own = urljoin(base, address(place)) if base else ""
    stem = f"_downloads/{place.page}-{place.anchor}"
    picture = f"{stem}-share.png"
    drawn = _HEIGHT.search(element)
    height = round(float(drawn[1]) if drawn else 400) + _MORE
    if held:
        height += _CONTROLS + _RESULT * element.count('control-reading"')
    numbers = Path(app.outdir, f"{stem}.csv").is_file()
    number = place.number or "A figure"
    text = fill(
        "figure.html",
        banner=Markup(app.config.html_theme_options.get("announcement", "")),
        title=title,
        book=book,
        anchor=place.anchor,
        number=number,
        description=caption,
        told={
            "og:title": title,
            "og:description": caption,
            "og:site_name": book,
            "og:type": "article",
            "og:url": own,
            # Only a whole address is of use elsewhere; without one, it shows where the picture is.
            "og:image": urljoin(base, picture) if base else f"../{picture}",
            "og:image:width": str(alone.WIDTH),
            "og:image:height": str(alone.HEIGHT),
            "og:image:alt": title,
        },
        address=own,
        scripts=[
            "charts.js",
            *(["controls.js"] if held else []),
            *(["switches.js"] if 'class="chart-switches' in element else []),
            "figure.js",
        ],
        chart=Markup(element),
        caption=caption,
        place=f"../{place.page}.html#{place.anchor}",
        files=[
            *([("Data (CSV)", f"../{stem}.csv")] if numbers else []),
            *([("what its columns are", f"../{stem}.csv-metadata.json")] if numbers else []),
            ("SVG", f"../{stem}.svg"),
            ("PNG", f"../{stem}.png"),
            ("cite", f"../cite/{place.page}.html#{place.anchor}"),
        ][: None if work else -1],
        licence=licence(work) if work else "",
        snippet=snippet(own or address(place), f"{title} ({book})", height),
        picture=f"../{picture}",
    )
    builder.put(app, address(place), text.encode())
