"""HTML from templates in which every value is escaped, unless it is markup already."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Markup", "fill"]


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(template: str, **values: Any) -> str:
    """Fill in a template of this package.

    Examples
    --------
    >>> fill("cover.html", title="Peas & beans", about="", facts={}).splitlines()[0]
    '<div class="cover"><div><p class="name">Peas &amp; beans</p>'
    """
    return _environment().get_template(template).render(**values)
