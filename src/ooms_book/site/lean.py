"""Make the pages of a finished site light: what no page uses is not sent, and nothing waits for it.

The theme comes with the styles of every part it could show, with all icons there are as one script
that stands before the text, and with a dozen requests that each page waits for. What is left here
is one style sheet with the rules that can apply to something, the few icons as drawings in the
page, and scripts that run when the page has been read.
"""

from __future__ import annotations

import functools
import hashlib
import html
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

from ooms_book.files import digest, hash_bytes, hash_file, write_atomically

__all__ = ["lighten", "used_rules"]

_SHEET = re.compile(r"<link\b[^>]*\brel=\"stylesheet\"[^>]*>\n?")
_PRELOAD = re.compile(r"[ \t]*<link\b[^>]*\brel=\"preload\"[^>]*>\n?")
_SCRIPT = re.compile(r"<script\b([^>]*)\bsrc=\"([^\"]+)\"([^>]*)></script>\n?")
_HREF = re.compile(r"\bhref=\"([^\"]+)\"")
_MEDIA = re.compile(r"\bmedia=\"(?!all\")")
_ICON = re.compile(r"<(?:i|span) class=\"([^\"]*\bfa-[^\"]*)\"([^>]*)></(?:i|span)>")
_NAMES = re.compile(r"\b(?:class|id)=\"([^\"]*)\"")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_ARGUMENTS = re.compile(r"\([^()]*\)")
_NAMED = re.compile(r"[.#]((?:[\w-]|[^\x00-\x7f]|\\.)+)")
_ADDRESS = re.compile(r"""url\(\s*(['"]?)(?!data:|#|[a-z]+:|/)([^'")]+)\1\s*\)""")
_IMPORT = re.compile(r"""@import\s+(?:url\()?\s*['"]?(?![a-z]+:|/)([^'")\s;]+)['"]?\s*\)?\s*;""")
_CHARSET = re.compile(r"@charset\s[^;]*;")

_ICON_FONT = re.compile(r"font-family:\s*[\"']?Font\s?\\?\s?Awesome", re.IGNORECASE)
_ICONS = "_static/scripts/fontawesome.js"
_ICON_CHARACTER = re.compile(
    r"(?P<name>--pst-icon-[\w-]+):\s*\"(?P<code>[\ue000-\uf8ff]|\\[0-9a-f]{4})\""
)
_COLLECTED = re.compile(
    r"[{,]\"?(?P<name>[\w-]+)\"?:\[(?P<width>\d+),(?P<height>\d+),\[[^\]]*\],"
    r"\"(?P<code>[0-9a-f]{4})\",\[?\"(?P<outline>[^\"]+)\""
)
#: What the theme and Sphinx tell a screen reader, and what is right: the side panel is a part of
#: the page with a name, and an entry of a list of references is, by today's rules, an item.
_SPOKEN = {
    '<div id="pst-primary-sidebar" class=': (
        '<div id="pst-primary-sidebar" role="complementary" aria-label="This book" class='
    ),
    ' role="doc-biblioentry"': ' role="listitem"',
}
#: Colours are those of a named theme; until a script has named one, and for good where none runs,
#: the theme's own pages have none, and move when they get them.
_THEMED = {
    ' data-theme="auto">': ' data-theme="light">',
    'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";': (
        'document.documentElement.dataset.theme = { light: "light", dark: "dark" }'
        '[document.documentElement.dataset.mode] || (matchMedia("(prefers-color-scheme: dark)")'
        '.matches ? "dark" : "light");'
    ),
}
_OPTIONS = "_static/documentation_options.js"
#: Scripts that only do something where a page has an element of such a class.
_ON_DEMAND = {
    "_static/design-tabs.js": re.compile(r"class=\"[^\"]*\bsd-tab"),
    "_static/togglebutton.js": re.compile(
        r"class=\"(?:[^\"]* )?(?:toggle[ \"]|admonition [^\"]*\bdropdown[ \"])"
    ),
}
_ICON_RULES = (
    ".svg-inline--fa{box-sizing:content-box;display:inline-block;height:1em;overflow:visible;"
    "vertical-align:-.125em}.svg-inline--fa.fa-lg{vertical-align:-.2em}"
)
# A drawing in a style sheet can't take the colour of the text: one that shows on white and black.
_ICON_COLOUR = "%236b7f99"


def _needs(selector: str) -> list[str]:
    """Return the classes and ids that must exist for a selector to match anything."""
    plain, before = selector, ""
    # What stands in :not(), :is() and the like is an alternative or the contrary, not a need.
    while plain != before:
        plain, before = _ARGUMENTS.sub("", plain), plain
    plain = re.sub(r"\[[^\]]*\]", "", plain)
    return [name.replace("\\", "") for name in _NAMED.findall(plain)]


def _selectors(prelude: Iterable[Any]) -> list[str]:
    """Split what stands before a rule's braces at the commas that are not inside of something."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [str(tinycss2.serialize(part)).strip() for part in parts]


# A style sheet taken apart, as plain lists: text that stays as it is; the selectors of a rule, each
# with what it needs, and its body; the beginning of a block and what is in it.
_Parts = list[Any]


def _taken_apart(text: str) -> _Parts:
    parts: _Parts = []
    for rule in tinycss2.parse_stylesheet(text, skip_whitespace=True):
        if rule.type == "comment":
            if rule.value.startswith("!"):
                parts.append(f"/*{rule.value}*/")
        elif rule.type == "qualified-rule":
            body = tinycss2.serialize(rule.content).strip()
            if body:
                selectors = [[part, _needs(part)] for part in _selectors(rule.prelude)]
                parts.append(["rule", selectors, body])
        elif rule.type == "at-rule":
            start = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}"
            if rule.content is None:
                parts.append(f"{start};")
                continue
            body = tinycss2.serialize(rule.content).strip()
            if rule.lower_at_keyword == "font-face" and _ICON_FONT.search(body):
                continue
            if rule.lower_at_keyword in ("container", "layer", "media", "supports"):
                parts.append(["block", start, _taken_apart(body)])
            elif body:
                parts.append(f"{start}{{{body}}}")
        else:
            # A browser drops what it does not understand; that is for its owner to mend.
            parts.append(tinycss2.serialize([rule]))
    return parts


def _joined(parts: _Parts, names: set[str]) -> str:
    kept = []
    for part in parts:
        if isinstance(part, str):
            kept.append(part)
        elif part[0] == "rule":
            chosen = [selector for selector, needs in part[1] if names.issuperset(needs)]
            if chosen:
                kept.append(f"{','.join(chosen)}{{{part[2]}}}")
        else:
            inner = _joined(part[2], names)
            if inner:
                kept.append(f"{part[1]}{{{inner}}}")
    return "".join(kept)


def used_rules(text: str, names: set[str], cache: Path | None = None) -> str:
    """Keep the rules of a style sheet that could apply to something.

    Parameters
    ----------
    text
        The style sheet.
    names
        Every class and id that is on a page or that a script may put there.
    cache
        A folder to keep style sheets taken apart in, by content: taking apart is slow.

    Returns
    -------
    str
        The sheet without the rules, and the parts of lists of selectors, that ask for another class
        or id; without comments, but for those that state a licence.

    Examples
    --------
    >>> used_rules(".a, .b:not(.c) { color: red } .b .c { top: 0 }", {"b"})
    '.b:not(.c){color: red}'
    >>> used_rules("@media print { .c { top: 0 } p { top: 0 } }", set())
    '@media print{p{top: 0}}'
    """
    return _joined(_parts(text, cache), names)


def _parts(text: str, cache: Path | None) -> _Parts:
    """Take a style sheet apart, or take what came of it from the cache if that is whole."""
    if cache is None:
        return _taken_apart(text)
    path = cache / f"{digest([_version(), text])}.sheet"
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        checksum, body = b"", b""
    if not body or checksum != hash_bytes(body).encode():
        body = json.dumps(_taken_apart(text), ensure_ascii=False).encode()
        write_atomically(path, hash_bytes(body).encode() + b"\n" + body)
    found: _Parts = json.loads(body)
    return found


@functools.cache
def _version() -> str:
    return f"{tinycss2.__version__} {hash_file(__file__)}"


@dataclass(frozen=True)
class _Icon:
    width: int
    height: int
    outline: str


def _icons(site: Path) -> dict[str, _Icon]:
    """Return the theme's collection of icons by name and by the character that stands for each."""
    path = site / _ICONS
    found: dict[str, _Icon] = {}
    if path.is_file():
        # The solid ones come last, and are those the theme uses.
        for match in _COLLECTED.finditer(path.read_text(encoding="utf-8")):
            icon = _Icon(int(match["width"]), int(match["height"]), match["outline"])
            found[match["name"]] = found[chr(int(match["code"], 16))] = icon
    return found


def _draw_icons(text: str, icons: Mapping[str, _Icon]) -> str:
    """Put drawings on a page where icons are to be."""

    def draw(match: re.Match[str]) -> str:
        classes = match[1].split()
        icon = next((icons[name[3:]] for name in classes if name[3:] in icons), None)
        if icon is None:
            return match[0]
        # The theme has other rules for its icon font, which these tell apart.
        kept = [name for name in classes if name not in ("fa-solid", "fas")]
        return (
            f'<svg class="{" ".join(["svg-inline--fa", *kept])}"{match[2]} aria-hidden="true"'
            f' focusable="false" viewBox="0 0 {icon.width} {icon.height}">'
            f'<path fill="currentColor" d="{icon.outline}"/></svg>'
        )

    return _ICON.sub(draw, text)


def _draw_icons_of_rules(rules: str, icons: Mapping[str, _Icon]) -> str:
    """Put drawings in place of the characters of an icon font that rules put on a page."""

    def draw(match: re.Match[str]) -> str:
        code = match["code"]
        icon = icons.get(code if len(code) == 1 else chr(int(code[1:], 16)))
        if icon is None:
            return match[0]
        drawing = (
            "<svg xmlns='http://www.w3.org/2000/svg' height='16'"
            f" width='{round(16 * icon.width / icon.height)}'"
            f" viewBox='0 0 {icon.width} {icon.height}'>"
            f"<path fill='{_ICON_COLOUR}' d='{icon.outline}'/></svg>"
        )
        return f'{match["name"]}:url("data:image/svg+xml,{drawing}")'

    return _ICON_CHARACTER.sub(draw, rules)


def _target(page: str, address: str) -> str:
    """Return what an address on a page names, from the site's folder; without its query."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), address.partition("?")[0]))


class _Sheets:
    """Style sheets joined into one for every set of them that a page asks for."""

    def __init__(
        self, site: Path, names: set[str], icons: Mapping[str, _Icon], cache: Path | None
    ) -> None:
        self.site = site
        self.cache = cache
        self.icons = icons
        self.names = names
        self.texts: dict[str, str] = {}
        self.bundles: dict[tuple[str, ...], str] = {}
        self.joined: set[str] = set()

    def text(self, name: str) -> str:
        """Return the used rules of one sheet, with addresses as seen from ``_static``."""
        if name not in self.texts:

            def move(match: re.Match[str]) -> str:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[2]))
                return f"url({posixpath.relpath(target, '_static')})"

            def take(match: re.Match[str]) -> str:
                return self.text(posixpath.normpath(posixpath.join(folder, match[1])))

            folder = posixpath.dirname(name)
            rules = used_rules(
                (self.site / name).read_text(encoding="utf-8"), self.names, self.cache
            )
            rules = _ADDRESS.sub(move, _CHARSET.sub("", rules))
            # An import only counts at the start of a sheet; joined, it would be passed over.
            self.texts[name] = _draw_icons_of_rules(_IMPORT.sub(take, rules), self.icons)
            self.joined.add(name)
        return self.texts[name]

    def bundle(self, sheets: tuple[str, ...]) -> str:
        """Write the sheets as one; return its path."""
        if sheets not in self.bundles:
            content = ("\n".join(map(self.text, sheets)) + "\n" + _ICON_RULES).encode()
            digest = hashlib.sha256(content).hexdigest()[:12]
            self.bundles[sheets] = f"_static/pages-{digest}.css"
            (self.site / self.bundles[sheets]).write_bytes(content)
        return self.bundles[sheets]


def _lighten_page(page: str, text: str, site: Path, sheets: _Sheets) -> str:
    joined: list[str] = []

    def join(match: re.Match[str]) -> str:
        address = _HREF.search(match[0])
        name = _target(page, html.unescape(address[1])) if address else ""
        if _MEDIA.search(match[0]) or not (site / name).is_file() or not name.endswith(".css"):
            return match[0]
        first = not joined
        joined.append(name)
        return "\x00" if first else ""

    def defer(match: re.Match[str]) -> str:
        name = _target(page, html.unescape(match[2]))
        attributes = match[1] + match[3]
        if name == _ICONS or (name in _ON_DEMAND and not _ON_DEMAND[name].search(text)):
            return ""
        if name == _OPTIONS and (site / name).is_file():
            # Scripts in the page add to it at once; it is shorter than a request for it.
            options = (site / name).read_text(encoding="utf-8").strip()
            # The search shows lines of pages, which it may not read when they come from a disk.
            options = options.replace(
                "SHOW_SEARCH_SUMMARY: true", 'SHOW_SEARCH_SUMMARY: location.protocol !== "file:"'
            )
            return f"<script>{options}</script>\n"
        if re.search(r"\b(?:defer|async|type)\b", attributes):
            return match[0]
        return match[0].replace("<script", "<script defer", 1)

    for said, right in (_SPOKEN | _THEMED).items():
        text = text.replace(said, right)
    head, end, body = text.partition("</head>")
    head = _SHEET.sub(join, _PRELOAD.sub("", head))
    if joined:
        address = posixpath.relpath(sheets.bundle(tuple(joined)), posixpath.dirname(page) or ".")
        head = head.replace("\x00", f'<link rel="stylesheet" href="{address}" />\n')
    return _SCRIPT.sub(defer, head + end + body)


def lighten(site: Path, cache: Path | None = None) -> None:
    """Rewrite the pages of a finished site, in place, so that they ask for what they use.

    Parameters
    ----------
    site
        The folder of the site. What no page asks for any more is removed from it.
    cache
        A folder to keep what is slow to find out about style sheets, by content.
    """
    pages = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
        if path.relative_to(site).parts[0] not in ("_static", "_sources")
    }
    icons = _icons(site)
    pages = {name: _draw_icons(text, icons) for name, text in pages.items()}

    names: set[str] = set()
    for text in pages.values():
        for match in _NAMES.finditer(text):
            names.update(html.unescape(match[1]).split())
    for path in sorted(site.rglob("*.js")):
        if path.relative_to(site).as_posix() != _ICONS and path.name != "searchindex.js":
            words = _WORD.findall(path.read_text(encoding="utf-8", errors="replace"))
            names.update(word for word in words if not word.startswith("fa-"))
    for text in pages.values():
        for script in re.findall(r"<script\b[^>]*>([^<]+)</script>", text):
            names.update(_WORD.findall(script) if len(script) < 20_000 else ())

    sheets = _Sheets(site, names, icons, cache)
    lighter = {name: _lighten_page(name, text, site, sheets) for name, text in pages.items()}
    for name, text in lighter.items():
        (site / name).write_text(text, encoding="utf-8")
    _remove_unused(site, lighter, sheets)


def _remove_unused(site: Path, pages: Mapping[str, str], sheets: _Sheets) -> None:
    """Remove the sheets that were joined, and the icons, unless something still names them."""
    said = "".join(pages.values())
    used = "".join(
        path.read_text(encoding="utf-8", errors="replace") for path in site.rglob("pages-*.css")
    )
    unused = sorted(sheets.joined)
    unused += [_ICONS, _ICONS + ".LICENSE.txt", _OPTIONS]
    # Maps are for who mends the theme, locales for who translates it.
    unused += [
        path.relative_to(site).as_posix()
        for pattern in ("vendor/fontawesome/**/*", "locales/**/*", "**/*.map")
        for path in (site / "_static").glob(pattern)
        if path.is_file()
    ]
    for name in dict.fromkeys(unused):
        path = site / name
        if path.is_file() and path.name not in said and path.name not in used:
            path.unlink()
    for folder in sorted((site / "_static").rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
