#!/usr/bin/env python3
"""Make the book's faces, and the style sheet that names them, from what their makers publish.

    .venv/bin/python .ci/fonts.py FOLDER

What is published is fetched into FOLDER by the registries' own clients and checked against the
digests below. Nobody needs to run this to build or to test the book: what it makes is kept in the
repository, in ``src/ooms_book/faces`` (to draw with) and ``src/ooms_book/static/fonts`` (for
pages). It is here so that both can be made again, with one character more or from a later release.

Each face is cut down to the characters named here, without hints, and renamed. The makers reserve
the name Source for what they release themselves; and no system has a face of the new names, which
could be taken for the book's. Of each face, pages have two files: ``core``, for what nearly every
page has, and ``more``, which a browser fetches where a page has one of its characters.
"""

from __future__ import annotations

import hashlib
import shlex
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
DRAWN = ROOT / "src" / "ooms_book" / "faces"
STATIC = ROOT / "src" / "ooms_book" / "static"

#: What is fetched, and the SHA-256 of what comes.
ARCHIVES = {
    "source-serif-4.5.1.tgz": ("19a448df98f4aa777de3452b0a1e29aa7ffe29252fe552c8a2d2531702d80746"),
    "source-sans-3.52.0.tgz": ("49cf78ddd79b436591ee696785222b54ff28102922e3d3df297fe382d7fdfa88"),
    "source-code-pro-2.42.0.tgz": (
        "51f898e0712c5f1b3f583b63c9ab7d51daaa9bae1d4c8dc63dc2a4b6a72d7ae4"
    ),
    "ziamath-0.13-py3-none-any.whl": (
        "67a9b9714101fc90c2d6d0328e578f3ac311fb007644f2bbb9314ba2bc1c1459"
    ),
    # Only measured, for what stands in until a face is there. Gelasio, Arimo, Tinos and Cousine
    # are as wide as Georgia, Arial, Times New Roman and Courier New, letter by letter.
    "fontsource-gelasio-5.3.0.tgz": (
        "8a8579e2d5be4074764ba3d4336afc3ad4cc1f2e04a0208e5386febf782dfcd7"
    ),
    "fontsource-arimo-5.3.0.tgz": (
        "df44945077a74905969f15bba3b442f9fb6773818b2b59c970911deace01132f"
    ),
    "fontsource-tinos-5.3.0.tgz": (
        "218a9f3dfc1f43e595835ba84ffb1f69723f27cab54a50b5acd64c0fe067dbe2"
    ),
    "fontsource-cousine-5.3.0.tgz": (
        "a450d4756b5b9e666464df668728dbf1c6d62548b61324d4ac5778a5da27a3b8"
    ),
    "fontsource-roboto-5.3.0.tgz": (
        "77620f437249772e381698224ea1bddd01c985ecd60267a63ddc96b9eb9348f7"
    ),
    "fontsource-noto-serif-5.3.0.tgz": (
        "846d219c2c9c668ebe2b5ca0e76c403a35f847d83c4c441c107f9bdc152830df"
    ),
}


def _range(*parts: str) -> set[int]:
    """Return the characters of parts such as ``20-7e`` or ``2713``."""
    found: set[int] = set()
    for part in parts:
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


#: Latin, the punctuation of English, and the signs and exponents that the book's numbers have.
CORE = _range(
    *("20-7e", "a0-ff", "152-153", "2bc", "2c6", "2d9-2dc", "2009-200a", "2010-2015"),
    *("2018-201a", "201c-201e", "2020-2022", "2026", "202f", "2030", "2032-2033", "2039-203a"),
    *("2044", "2070", "2074-207b", "2080-2089", "20ac", "2122", "2190-2193", "2211-2212"),
    *("221a", "221e", "2248", "2260", "2264-2265", "2713"),
)
#: The rest of European Latin, Greek, fractions, arrows, signs of mathematics and geometry.
MORE = CORE | _range(
    *("100-17f", "18f", "192", "1a0-1a1", "1af-1b0", "1cd-1dc", "1e6-1e7", "1ea-1eb", "1f4-1f5"),
    *("1fa-1ff", "200-21b", "237", "2b0-2b8", "2bb-2dd", "300-304", "306-30c", "327-328"),
    *("37e-3ce", "1e80-1e85", "1e9e", "1ef2-1ef3", "2000-206f", "207c-208e", "2090-209c"),
    *("20a0-20bf", "2100-214f", "2150-215f", "2189", "2190-21ff", "2200-22ff", "2300-230b"),
    *("2500-257f", "2580-25ff", "2605-2606", "2610-2613", "2660-2667", "2713-2718", "27e8-27e9"),
)
#: Formulas: signs, and letters upright and as those that MathML turns variables into.
FORMULAS = _range(
    *("20-7e", "a0", "ac", "b0-b1", "b7", "d7", "f7", "2009-200a", "2013-2014", "202f"),
    *("300-304", "307-308", "30c", "391-3a9", "3b1-3c9", "3d1", "3d5", "2016", "2026", "2032-2034"),
    *("2061-2064", "20d7", "210e", "2113", "2115", "211d", "2190-2195", "21a6", "21d0-21d4"),
    *("2200", "2202-2203", "2205-2209", "220b", "220f", "2211-2213", "2217-221a", "221d-221e"),
    *("2223", "2227-222c", "223c", "2243", "2245", "2248", "2260-2261", "2264-2265", "226a-226b"),
    *("2282-2287", "2295", "2297", "22c5", "22ee-22f1", "2308-230b", "23b4-23b5", "23dc-23df"),
    *("27e8-27e9", "2a7d-2a7e", "1d434-1d467", "1d6e2-1d71b"),
)
# What a browser or the renderer does without being asked, and the kinds of figure.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "lnum", "pnum", "tnum", "case"]
OF_FORMULAS = ["ccmp", "locl", "dtls", "flac", "mark", "mkmk"]

#: The letters of English text, about as often as they come, to know how wide a face runs.
TEXT = (
    "e" * 105 + "t" * 76 + "a" * 67 + "o" * 62 + "i" * 59 + "n" * 59 + "s" * 54 + "r" * 50
    + "h" * 48 + "l" * 34 + "d" * 34 + "u" * 24 + "c" * 24 + "m" * 20 + "f" * 20 + "w" * 19
    + "g" * 17 + "y" * 16 + "p" * 16 + "b" * 13 + "v" * 8 + "k" * 6 + "x" * 2 + "j" + "q" + "z"
    + " " * 175 + "." * 9 + "," * 9 + "0123456789" * 2 + "TAISOCMBWPHD"
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    """One face of the book.

    Attributes
    ----------
    family, weight, style
        What it is called, and what style sheets and charts ask for to get it.
    source
        Where it comes from: the archive and the file in it.
    drawn
        Whether charts are drawn with it.
    scale
        How much larger than its maker's it is on its body.
    """

    family: str
    weight: int
    style: str
    source: tuple[str, str]
    drawn: bool = False
    scale: float = 1.0

    @property
    def name(self) -> str:
        """The name of its files, without an ending."""
        slant = "-italic" if self.style == "italic" else ""
        return f"{self.family.lower().replace(' ', '-')}-{self.weight}{slant}"


# A sans of 13 pixels in a chart is to be as large to the eye as the sans serif faces that screens
# are used to, which stand taller on their bodies than this one.
TALLER = 1.06
SERIF = "source-serif-4.5.1.tgz", "package/TTF/SourceSerif4-{}.ttf"
SANS = "source-sans-3.52.0.tgz", "package/TTF/SourceSans3-{}.ttf"
CODE = "source-code-pro-2.42.0.tgz", "package/TTF/SourceCodePro-{}.ttf"
MATH = "ziamath-0.13-py3-none-any.whl", "ziamath/fonts/STIXTwoMath-Regular.ttf"


def _of(source: tuple[str, str], cut: str) -> tuple[str, str]:
    return source[0], source[1].format(cut)


# The book has one weight of bold, the makers' semibold.
FACES = [
    Face("Book Serif", 400, "normal", _of(SERIF, "Regular")),
    Face("Book Serif", 400, "italic", _of(SERIF, "It")),
    Face("Book Serif", 700, "normal", _of(SERIF, "Semibold")),
    Face("Book Sans", 400, "normal", _of(SANS, "Regular"), drawn=True, scale=TALLER),
    Face("Book Sans", 400, "italic", _of(SANS, "It"), scale=TALLER),
    Face("Book Sans", 700, "normal", _of(SANS, "Semibold"), drawn=True, scale=TALLER),
    Face("Book Code", 400, "normal", _of(CODE, "Regular")),
    Face("Book Math", 400, "normal", MATH),
]

#: The families that take from the sans what they lack.
FILLED = ("Book Serif", "Book Code")

#: What stands in for a face until it is there, or for good: names by which systems know a face (all
#: as wide as one another), and the one to measure, of weight 400 and of 700.
STAND_INS = {
    "Book Serif": [
        (("Georgia", "Gelasio"), "fontsource-gelasio-5.3.0.tgz", "gelasio"),
        (("Noto Serif",), "fontsource-noto-serif-5.3.0.tgz", "noto-serif"),
        (("Times New Roman", "Liberation Serif", "Tinos"), "fontsource-tinos-5.3.0.tgz", "tinos"),
        (("DejaVu Serif",), "", "DejaVuSerif"),
    ],
    "Book Sans": [
        (("Helvetica Neue", "Helvetica", "Arial", "Liberation Sans", "Arimo"),
         "fontsource-arimo-5.3.0.tgz", "arimo"),
        (("Roboto",), "fontsource-roboto-5.3.0.tgz", "roboto"),
        (("DejaVu Sans",), "", "DejaVuSans"),
    ],
    "Book Code": [
        (("Menlo", "DejaVu Sans Mono"), "", "DejaVuSansMono"),
        (("Courier New", "Liberation Mono", "Cousine"), "fontsource-cousine-5.3.0.tgz", "cousine"),
    ],
}  # fmt: skip


def fetch(folder: Path) -> None:
    """Fetch what is published, and compare it with what this was written for."""
    folder.mkdir(parents=True, exist_ok=True)
    for archive, digest in ARCHIVES.items():
        path = folder / archive
        if not path.is_file():
            if archive.endswith(".whl"):
                package, version = archive.split("-")[:2]
                words = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", "."]
                words.append(f"{package}=={version}")
            else:
                package, _, version = archive.removesuffix(".tgz").rpartition("-")
                words = [
                    "npm",
                    "pack",
                    f"{package.replace('fontsource-', '@fontsource/')}@{version}",
                ]
            print(shlex.join(words), flush=True)
            subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != digest:
            raise SystemExit(f"{path}: its SHA-256 is {found}, not {digest or 'given'}")


def opened(folder: Path, archive: str, name: str) -> TTFont:
    """Open a face in an archive."""
    if archive.endswith(".whl"):
        with zipfile.ZipFile(folder / archive) as packed:
            return TTFont(packed.open(name), recalcTimestamp=False)
    with tarfile.open(folder / archive) as packed:
        file = packed.extractfile(name)
        if file is None:
            raise SystemExit(f"{archive} has no file {name}")
        return TTFont(file, recalcTimestamp=False)


def _for_scripts(font: TTFont) -> None:
    """Give characters that formulas only have as exponents the shapes that are meant for there.

    The face has them as alternates, which would double its size, were they kept for every letter;
    and browsers raise a character that is raised already, so that it all but vanishes.
    """
    shapes = {0x2A: "uni2217", 0x2032: "minute.ssty", 0x2033: "second.ssty"}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({code: name for code, name in shapes.items() if code in table.cmap})


def cut(font: TTFont, face: Face, characters: Iterable[int]) -> TTFont:
    """Cut a face down to some characters, and give it its new name and size (in place)."""
    if "MATH" in font:
        _for_scripts(font)
    options = Options()
    options.hinting = False
    options.layout_features = OF_FORMULAS if "MATH" in font else FEATURES
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 13, 14]
    options.drop_tables += ["DSIG", "STAT", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    style = {(400, "normal"): "Regular", (400, "italic"): "Italic", (700, "normal"): "Bold"}[
        face.weight, face.style
    ]
    names = font["name"]
    for number, text in {
        1: face.family,
        2: style,
        3: face.name,
        4: f"{face.family} {style}",
        6: f"{face.family.replace(' ', '')}-{style}",
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight
    bold, italic = face.weight == 700, face.style == "italic"
    selection = font["OS/2"].fsSelection & ~0b1100001
    font["OS/2"].fsSelection = selection | (bold << 5) | italic | ((not bold and not italic) << 6)
    font["head"].macStyle = bold | italic << 1
    font["head"].unitsPerEm = round(font["head"].unitsPerEm / face.scale)
    return font


def width(font: TTFont) -> float:
    """Return how wide English text runs, in ems a letter."""
    names, widths = font.getBestCmap(), font["hmtx"]
    letters = [widths[names[ord(letter)]][0] for letter in TEXT]
    return sum(letters) / len(letters) / font["head"].unitsPerEm


def height(font: TTFont) -> tuple[float, float, float]:
    """Return ascent, descent and line gap in ems, as browsers on most systems take them."""
    lines = font["hhea"]
    return tuple(  # type: ignore[return-value]
        value / font["head"].unitsPerEm for value in (lines.ascent, -lines.descent, lines.lineGap)
    )


def _compact(characters: Iterable[int], others: Iterable[int] = ()) -> str:
    """Write characters as a style sheet's unicode-range, in runs that hold none of the others.

    A face is asked for what stands in its range and then found to have it or not, so that a run may
    well hold what nobody has.
    """
    wanted, barred = sorted(characters), sorted(others)
    runs: list[list[int]] = []
    for character in wanted:
        if runs and not any(runs[-1][1] < other < character for other in barred):
            runs[-1][1] = character
        else:
            runs.append([character, character])
    return ",".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in runs)


def _weights(face: Face, several: bool) -> str:
    if not several:
        return "400"
    # Whatever is bolder than the text is set in the one bold there is.
    return "1 500" if face.weight == 400 else "501 1000"


def _rule(**declarations: str) -> str:
    body = "".join(
        f"  {name.replace('_', '-')}: {value};\n" for name, value in declarations.items()
    )
    return f"@font-face {{\n{body}}}\n"


def stand_ins(folder: Path, face: Face, font: TTFont) -> Iterable[tuple[str, str]]:
    """Yield what stands in for a face, as the name of a family and its rule."""
    for names, archive, known in STAND_INS.get(face.family, []):
        if archive:
            file = f"package/files/{known}-latin-{face.weight}-normal.woff2"
            other = opened(folder, archive, file)
        else:
            bold = "-Bold" if face.weight == 700 else ""
            other = TTFont(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{known}{bold}.ttf"))
        size = width(font) / width(other)
        ascent, descent, gap = (value / size for value in height(font))
        family = f"{face.family} as {names[0]}"
        called = [f"{name} Bold" if face.weight == 700 else name for name in names]
        if face.weight == 700:
            called += [f"{name.replace(' ', '')}-Bold" for name in names]
        yield (
            family,
            _rule(
                font_family=f'"{family}"',
                font_weight=_weights(face, face.family != "Book Code"),
                src=", ".join(f'local("{name}")' for name in called),
                size_adjust=f"{size:.2%}",
                ascent_override=f"{ascent:.2%}",
                descent_override=f"{descent:.2%}",
                line_gap_override=f"{gap:.2%}",
            ),
        )


def filled(folder: Path, face: Face, has: set[int]) -> Iterable[str]:
    """Yield the rule by which a face takes what it lacks of the common characters from the sans."""
    sans = next(
        other
        for other in FACES
        if (other.family, other.weight, other.style) == ("Book Sans", face.weight, face.style)
    )
    lacking = CORE & set(opened(folder, *sans.source).getBestCmap()) - has
    if lacking:
        yield _rule(
            font_family=f'"{face.family}"',
            font_weight=_weights(face, face.family != "Book Code"),
            font_style=face.style,
            font_display="optional",
            src=f'url("fonts/{sans.name}-core.woff2") format("woff2")',
            size_adjust=f"{1 / sans.scale:.2%}",
            unicode_range=_compact(lacking, MORE - lacking),
        )


def main(folder: Path) -> None:
    """Make every file."""
    fetch(folder)
    fonts = STATIC / "fonts"
    for old in [*fonts.glob("*.woff2"), *DRAWN.glob("*.ttf")]:
        old.unlink()
    fonts.mkdir(exist_ok=True)
    rules: list[str] = []
    others: list[str] = []
    stacks: dict[str, list[str]] = {}
    for face in FACES:
        whole = opened(folder, *face.source)
        has = set(whole.getBestCmap())
        formulas = "MATH" in whole
        parts = {"core": CORE, "more": MORE - CORE}
        if formulas:
            parts = {"core": FORMULAS}
        several = sum(other.family == face.family for other in FACES) > 1
        for part, characters in parts.items():
            wanted = characters & has
            made = cut(opened(folder, *face.source), face, wanted)
            made.flavor = "woff2"
            file = fonts / f"{face.name}-{part}.woff2"
            made.save(file)
            print(f"{file.name}: {len(wanted)} characters, {file.stat().st_size} bytes")
            declared = {
                "font_family": f'"{face.family}"',
                "font_weight": _weights(face, several),
                "font_style": face.style,
                # A page whose letters come late keeps those that stood in, and does not move.
                "font_display": "optional",
                "src": f'url("fonts/{file.name}") format("woff2")',
            }
            if not formulas:
                declared["unicode_range"] = _compact(wanted, MORE - characters)
            rules.append(_rule(**declared))
            if face.drawn:
                # A drawing has its size already: its letters may come when they will.
                charts = {"font_family": '"Book Chart"', "font_display": "swap"}
                rules.append(_rule(**(declared | charts)))
        if face.family in FILLED:
            rules.extend(filled(folder, face, has))
        drawn = cut(whole, face, (FORMULAS if formulas else MORE) & has)
        if face.drawn:
            path = DRAWN / f"{face.name}.ttf"
            drawn.save(path)
            print(f"{path.name}: {path.stat().st_size} bytes")
        if face.style == "normal":
            for family, rule in stand_ins(folder, face, drawn):
                others.append(rule)
                names = stacks.setdefault(face.family, [])
                if family not in names:
                    names.append(family)
    variables = "".join(
        f"  --stand-in-{family.split()[1].lower()}: "
        + ", ".join(f'"{name}"' for name in names)
        + ";\n"
        for family, names in stacks.items()
    )
    (STATIC / "fonts.css").write_text(
        "/* Made by .ci/fonts.py: the book's faces, and installed ones that stand in until they\n"
        "   are there, brought to their width and height, so that nothing moves then. */\n\n"
        + "\n".join(rules)
        + "\n"
        + "\n".join(others)
        + f"\n:root {{\n{variables}}}\n",
        encoding="utf-8",
    )
    (fonts / "OFL.txt").write_bytes((DRAWN / "OFL.txt").read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
