"""Charts: each function takes tidy frames and returns an Altair chart that states its finding.

A chart carries its takeaway as title, what is drawn with unit and source as subtitle, and a
description for readers who can't see it. It holds only the columns it draws.
"""

from __future__ import annotations

from typing import Any

import altair as alt

__all__ = ["VEGA_LITE_MIME"]

#: The registered type of a Vega-Lite chart. Altair 6 writes "v6.json", which no front end knows
#: and the notebook format refuses.
VEGA_LITE_MIME = "application/vnd.vegalite.v6+json"


def _as_vega_lite(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {VEGA_LITE_MIME: spec, "text/plain": str(spec.get("description", "chart"))}


# The chart itself and nothing else: any Jupyter shows it, and a website can draw it without
# scripts from elsewhere.
alt.renderers.register("vega-lite", _as_vega_lite)


alt.renderers.enable("vega-lite")
