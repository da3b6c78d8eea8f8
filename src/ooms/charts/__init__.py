"""Charts: each function takes tidy frames and returns an Altair chart that states its finding.

A chart carries its takeaway as title, what is drawn with unit and source as subtitle, and a
description for readers who can't see it. It holds only the columns it draws.
"""

import altair as alt

# Altair's standard MIME type and nothing else: any Jupyter shows it, and a website can draw it
# without scripts from elsewhere.
alt.renderers.enable("mimetype")
