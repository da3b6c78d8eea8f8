"""Browsers of machines with other fonts than this one: what they offer is all that there is."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import matplotlib
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Playwright

from ooms_book import faces

#: The machine of most Linux desktops, whose face is broad, and one whose only face is narrow.
MACHINES = ("dejavu", "narrow")
_NARROW = 0.7


def _dejavu(folder: Path) -> None:
    """Take DejaVu as a library that draws brings it along."""
    for path in Path(matplotlib.get_data_path(), "fonts", "ttf").glob("DejaVu*.ttf"):
        if "Display" not in path.name:
            shutil.copy(path, folder)


def _narrow(folder: Path) -> None:
    """Make a face of a name of its own, with the letters of the book's pressed together."""
    for path in faces.FOLDER.glob("*.ttf"):
        font = TTFont(path)
        for glyph in font["glyf"].glyphs.values():
            glyph.expand(font["glyf"])
            if glyph.isComposite():
                for part in glyph.components:
                    part.x = round(part.x * _NARROW)
            elif glyph.numberOfContours > 0:
                glyph.coordinates.scale((_NARROW, 1))
                glyph.coordinates.toInt()
        for name, (wide, left) in font["hmtx"].metrics.items():
            font["hmtx"][name] = (round(wide * _NARROW), round(left * _NARROW))
        for table in ("GPOS", "GSUB"):
            del font[table]
        for number, text in {1: "Press", 3: path.stem, 4: "Press", 6: f"Press-{path.stem}"}.items():
            font["name"].setName(text, number, 3, 1, 0x409)
        font.save(folder / path.name)


def configured(machine: str, folder: Path) -> Path:
    """Write a configuration that offers a machine's fonts and no other; return its file."""
    fonts = folder / "fonts"
    fonts.mkdir(parents=True)
    {"dejavu": _dejavu, "narrow": _narrow}[machine](fonts)
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>\n",
        encoding="utf-8",
    )
    return file


@contextlib.contextmanager
def started(
    playwright: Playwright, program: str, arguments: list[str], machine: str, folder: Path
) -> Iterator[Browser]:
    """Start a browser on a machine with such fonts."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(configured(machine, folder))}
    browser = playwright.chromium.launch(executable_path=program, args=arguments, env=environment)
    try:
        yield browser
    finally:
        browser.close()
