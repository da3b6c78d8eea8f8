"""How plants grow."""

from garden.tables import rows


def heights():
    """Return all heights as numbers."""
    return [
        {"week": int(r["week"]), "plant": r["plant"], "height_cm": float(r["height_cm"])}
        for r in rows("heights")
    ]


def tallest():
    """Return the greatest height, in cm."""
    return max(row["height_cm"] for row in heights())
