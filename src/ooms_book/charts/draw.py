"""Charts as SVG in the page, drawn at build time from the Vega-Lite that notebooks emit.

A chart is drawn twice, for a wide column and for a narrow one; the page shows the one that fits, so
that its text keeps its size. Colours given as CSS variables stay variables, so one drawing follows
light and dark. So a chart is there before, and without, any script;
near the window it is redrawn by Vega from the same specification, and answers the pointer
(`ooms_book.charts.views`, ``static/charts.js``). Nothing in the output depends on chance.
"""

from __future__ import annotations

import contextlib
import functools
import html
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ooms_book import faces
from ooms_book.charts import alone
from ooms_book.charts.controls import bundle_of, drawn, render
from ooms_book.charts.layout import at_width, is_single, widest
from ooms_book.charts.numbers import (
    Table,
    as_csv,
    as_html,
    data_of,
    headed,
    headings,
    joined,
    tables,
)
from ooms_book.charts.pictures import as_png, of_few_colours, pictured
from ooms_book.charts.settled import rounded, settled
from ooms_book.charts.titles import titled
from ooms_book.charts.views import answering, as_json, quiet, taking, without_readouts
from ooms_book.files import digest, hash_bytes, tree, write_atomically
from ooms_book.templates import fill

__all__ = [
    "CITE",
    "NARROW",
    "VEGA_LITE_MIME",
    "WIDE",
    "Drawn",
    "draw",
    "keep",
    "kept",
    "lacking",
    "ready",
    "version",
]


VEGA_LITE_MIME = re.compile(r"application/vnd\.vegalite\.v(\d+)(?:\.\d+)*\+json")
WIDE = 720
NARROW = 360
#: Stands among the tools of a chart where the link to its citations will.
CITE = "<!-- cite -->"
# A colour that a page sets, and the one it has on paper.
_COLOUR = re.compile(r"var\(--[\w-]+,\s*([^()]*)\)")
# As many rows of numbers come with the page itself.
_SHORT_TABLE = 40
_LONG_NUMBER = re.compile(r"(?<![\d.#])-?\d+\.\d{3,}(?:e[+-]?\d+)?(?![\d.])")


@dataclass(frozen=True)
class Drawn:
    """A chart ready for a page.

    Attributes
    ----------
    html
        The element to put on the page.
    files
        What the page links to, by path relative to the site.
    faults
        What is amiss with the chart.
    """

    html: str
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@functools.cache
def version() -> str:
    """Return what every drawing hangs on: renderer, fonts and the code of this folder."""
    from importlib.metadata import version

    made_by = [tree(Path(__file__).parent), tree(faces.FOLDER)]
    return f"{version('vl-convert-python')} {version('uharfbuzz')} {digest(made_by)}"


def ready() -> None:
    """Do what the first drawing of a process has to wait for, before others are forked from it."""
    for name in ("numpy", "PIL.Image", "PIL.ImageDraw", "PIL.ImageFont", "PIL.PngImagePlugin"):
        importlib.import_module(name)
    version()
    faces.width("a", 1)
    _highlighted("a")


def _language(spec: Mapping[str, Any]) -> str | None:
    """Return the version of Vega-Lite to read a chart with."""
    # Slow to import, and not needed when every drawing is at hand.
    import vl_convert

    major = re.search(r"/v(\d+)", str(spec.get("$schema", "")))
    known = [v for v in vl_convert.get_vegalite_versions() if major and v[0] == major.group(1)]
    # Without a version of its family, the renderer's newest.
    return max(known, key=lambda text: [int(part) for part in text.split(".")], default=None)


def _convert(spec: dict[str, Any]) -> tuple[float, Callable[[], str]]:
    """Return how wide a chart is without its title, and what gives its SVG."""
    import vl_convert

    def render(spec: dict[str, Any]) -> str:
        svg: str = vl_convert.vegalite_to_svg(spec, vl_version=_language(spec))
        return svg

    faces.register()
    return titled(spec, render)


def _short(svg: str) -> str:
    """Round coordinates to a hundredth of a pixel: the rest is most of a drawing's size."""

    def shorter(match: re.Match[str]) -> str:
        # Adding zero makes a zero of a negative one.
        return f"{round(float(match.group(0)), 2) + 0.0:.2f}".rstrip("0").rstrip(".")

    def in_tag(match: re.Match[str]) -> str:
        return _LONG_NUMBER.sub(shorter, match.group(0))

    return re.sub(r"<[^>]*>", in_tag, svg)


def kept(cache: Path | None, name: str, make: Callable[[], bytes]) -> bytes:
    """Take a file from the cache if it is whole, or make it and keep it there.

    Parameters
    ----------
    cache
        The folder; None to make it in any case.
    name
        What it is kept under, which has `version` in it.
    make
        Makes it.

    Returns
    -------
    bytes
        The file; in the folder its SHA-256 stands before it.
    """
    if cache is not None:
        with contextlib.suppress(OSError):
            checksum, _, found = (cache / name).read_bytes().partition(b"\n")
            if checksum == hash_bytes(found).encode():
                return found
    made = make()
    if cache is not None:
        content = hash_bytes(made).encode() + b"\n" + made
        write_atomically(cache / name, content, lasting=False)
    return made


def _name(spec: Mapping[str, Any], width: int) -> str:
    """Return what a chart at a width is kept under: all that its drawing hangs on."""
    return digest([version(), width, spec])


def _drawn(spec: Mapping[str, Any], width: int, cache: Path | None) -> tuple[str, str]:
    """Draw a chart at a width; return the SVG and, as JSON, the Vega that makes it move."""

    def make() -> bytes:
        import vl_convert

        still = without_readouts(spec)
        fitted = at_width(still, width)
        wide, svg = _convert(fitted)
        spare = 60.0
        for _ in range(0 if is_single(fitted) else 3):
            # What axes and legends take is known once they are drawn.
            over = wide - width
            if abs(over) <= 1:
                break
            spare += over / widest(fitted, fitted)
            wide, svg = _convert(at_width(still, width, spare))
        moving = at_width(answering(spec), width, spare)
        view = vl_convert.vegalite_to_vega(moving, vl_version=_language(spec))
        return f"{_short(svg())}\n{as_json(rounded(quiet(view)))}".encode()

    # The JSON is one line; what stands before it is the drawing.
    svg, _, view = kept(cache, f"{_name(spec, width)}.chart", make).decode("utf-8").rpartition("\n")
    return svg, view


def _unique(svg: str, prefix: str) -> str:
    """Give the ids in a drawing names of its own: the renderer counts on from chart to chart."""
    ids = {name: str(n) for n, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))}

    def named(match: re.Match[str]) -> str:
        return f"{match[1]}{prefix}-{ids.get(match[2], match[2])}{match[3]}"

    svg = re.sub(r'(\bid=")([^"]+)(")', named, svg)
    svg = re.sub(r"(url\((?:&quot;|')?#)([^)&']+)((?:&quot;|')?\))", named, svg)
    return re.sub(r'(href="#)([^"]+)(")', named, svg)


def _text(svg: str) -> str:
    """Return what a drawing says."""
    return html.unescape("".join(re.findall(r">([^<]+)<", svg)))


def _standing_alone(svg: str, description: str) -> str:
    """Make a file of a drawing: letters as shapes, the colours of paper, what it shows in words."""
    plain = _COLOUR.sub(r"\1", faces.outlined(svg))
    words = f"<desc>{html.escape(description)}</desc>" if description else ""
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return re.sub(r"(<svg[^>]*>)", lambda m: m[1] + words + ground, plain, count=1)


def _png(svg: str, spec: Mapping[str, Any], cache: Path | None) -> bytes:
    """Picture a drawing."""

    def make() -> bytes:
        # Twice the size, so that it is sharp in print and on fine screens.
        return as_png(of_few_colours(pictured(svg, 2.0)))

    return kept(cache, f"{_name(spec, WIDE)}.png", make)


def _unit(spec: Mapping[str, Any]) -> str:
    """Return the first line below a title: what is drawn, in which unit."""
    title = spec.get("title")
    below = title.get("subtitle", "") if isinstance(title, Mapping) else ""
    return str(below[0] if isinstance(below, list) and below else below or "")


def _share(wide: str, spec: Mapping[str, Any], cache: Path | None) -> bytes:
    """Picture a chart to be shown on other sites, with room for the name of the book."""

    def make() -> bytes:
        narrow, _ = _drawn(spec, NARROW, cache)
        words = (_headline(spec) or _description(spec), _unit(spec))
        return alone.shared(wide, narrow, words, lambda svg: _standing_alone(svg, ""))

    return kept(cache, f"{_name(spec, WIDE)}.share.png", make)


def _highlighted(code: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    # The page has the style sheet for these classes.
    shown: str = highlight(code, PythonLexer(), HtmlFormatter(cssclass="highlight"))
    return shown


def _details(kind: str, summary: str, content: str) -> str:
    return (
        f'<details class="chart-{kind}"><summary>{summary}</summary>'
        f'<div class="chart-panel">{content}</div></details>'
    )


def _description(spec: Mapping[str, Any]) -> str:
    said = spec.get("description")
    return said if isinstance(said, str) and said.strip() else ""


def _amiss(spec: Mapping[str, Any], name: str) -> list[str]:
    """Say what is amiss with a chart before it is drawn."""
    undescribed = f"the chart {name!r} has no description for those who can't see it; "
    return [undescribed + 'add .properties(description="...")'] * (not _description(spec)) + [
        f"the chart {name!r} takes its data from {data['url']!r}; put the data into the chart"
        for data in data_of(spec)
        if "url" in data
    ]


def lacking(spec: Mapping[str, Any], cache: Path) -> bool:
    """Say whether a drawing of a chart is not kept yet.

    Parameters
    ----------
    spec, cache
        As for `draw`.
    """
    still = drawn(settled(spec))
    wide = _name(still, WIDE)
    kept = (f"{wide}.chart", f"{_name(still, NARROW)}.chart", f"{wide}.png", f"{wide}.share.png")
    return not all((cache / name).is_file() for name in kept)


def keep(spec: Mapping[str, Any], cache: Path) -> None:
    """Draw a chart for a page to come; if it can't be drawn, the page will say why.

    Parameters
    ----------
    spec, cache
        As for `draw`.
    """
    still = drawn(settled(spec))
    if not _amiss(still, ""):
        with contextlib.suppress(ValueError):
            svg, _ = _drawn(still, WIDE, cache)
            drawing = _standing_alone(svg, _description(still))
            _png(drawing, still, cache)
            _share(svg, still, cache)


def draw(
    spec: Mapping[str, Any], docname: str, name: str, cache: Path | None = None, code: str = ""
) -> Drawn:
    """Draw a chart for a page.

    Parameters
    ----------
    spec
        The Vega-Lite specification, with its data in it. Its numbers are rounded once, here, for
        all that is made of it (`ooms_book.charts.settled`).
    docname
        The page it is for, such as ``chapters/growth``.
    name
        The figure's name, unique on the page.
    cache
        A folder to keep drawings in, by content.
    code
        The code that made the chart, to show folded beside it.

    Returns
    -------
    Drawn
        The element; its files under ``_downloads/``, namely the numbers (CSV), the drawing (SVG,
        PNG) and what makes it interactive; and what is amiss: no description, data elsewhere than
        in the chart, or a specification that can't be drawn.
    """
    spec = settled(spec)
    numbers = headed(tables(without_readouts(spec)), headings(spec))
    heads, bundle, spec = headings(spec), bundle_of(spec), drawn(spec)
    faults = _amiss(spec, name)
    description = _description(spec)
    up = "../" * docname.count("/")
    stem = f"_downloads/{docname}-{name}"
    files: dict[str, bytes] = {}
    links = []
    if numbers:
        files[f"{stem}.csv"] = as_csv(*joined(numbers))
        links.append(("csv", "Data (CSV)"))
    parts = ""
    if not faults:
        try:
            for kind, width in (("wide", WIDE), ("narrow", NARROW)):
                svg, view = _drawn(spec, width, cache)
                lacking = faces.lacking(_text(svg))
                if lacking and kind == "wide":
                    faults.append(
                        f"the chart {name!r} says {lacking!r}, which the book's sans does not "
                        "have, so that it would look different elsewhere; write it otherwise"
                    )
                path = f"{stem}-{kind}.js"
                files[path] = taking(path, view)
                address = html.escape(f"{up}{path}?v={digest(view)[:8]}")
                parts += (
                    f'<div class="chart-{kind}" aria-hidden="true" data-view="{address}">'
                    f"{_unique(svg, f'{name}-{kind}')}</div>"
                )
                if kind == "wide":
                    drawing = _standing_alone(svg, description)
                    files[f"{stem}.svg"] = _unique(drawing, name).encode()
                    files[f"{stem}.png"] = _png(drawing, spec, cache)
                    files[f"{stem}-share.png"] = _share(svg, spec, cache)
                    links += [("svg", "SVG"), ("png", "PNG")]
        except ValueError as error:
            faults.append(f"the chart {name!r} can't be drawn: {str(error).strip()[:600]}")
    label = html.escape(description, quote=True)
    headline = html.escape(_headline(spec), quote=True)
    element = (
        f'<div class="chart" role="img" aria-label="{label}" data-headline="{headline}">'
        f"{parts}</div>"
    )
    if bundle is not None:
        panel, its_files, amiss = render({**bundle, "heads": heads}, docname, name)
        element += panel
        files |= its_files
        faults += [f"{fault} (chart {name!r})" for fault in amiss]
    switches = (spec.get("usermeta") or {}).get("switches")
    if switches:
        element += fill("switches.html", said=switches["said"], years=switches["years"])
    tools = ""
    if numbers:
        tools += _details("numbers", "Numbers", _numbers(spec, numbers, stem, up, files))
    if code.strip():
        tools += _details("code", "Code", _highlighted(code))
    tools += "".join(
        f'<a href="{html.escape(f"{up}{stem}.{ending}")}" download>{words}</a>'
        for ending, words in links
    )
    if not name.startswith("cell-"):
        tools += f'<a class="chart-link" href="#{html.escape(name)}">Link</a>{CITE}'
    if tools:
        element += f'<div class="chart-tools">{tools}</div>'
    return Drawn(element, files, faults)


def _headline(spec: Mapping[str, Any]) -> str:
    """Return what a chart says at its head, in one line."""
    title = spec.get("title")
    title = title.get("text") if isinstance(title, Mapping) else title
    return " ".join(title) if isinstance(title, list) else str(title or "")


def _numbers(
    spec: Mapping[str, Any], numbers: list[Table], stem: str, up: str, files: dict[str, bytes]
) -> str:
    """Return the table to unfold; a long one stands in a file of its own until it is asked for."""
    what = _headline(spec) or "The numbers of the chart"
    unit = _unit(spec)
    table = as_html(numbers, f"{what}. {unit}" if unit else what)
    count = sum(len(rows) for _, rows in numbers)
    if count <= _SHORT_TABLE:
        return table
    path = f"{stem}-numbers.js"
    files[path] = taking(path, as_json(table))
    address = html.escape(f"{up}{path}?v={digest(table)[:8]}")
    link = f'<a href="{html.escape(f"{up}{stem}.csv")}" download>file of numbers</a>'
    return f'<p data-numbers="{address}">All {count} rows are in the {link}.</p>'
