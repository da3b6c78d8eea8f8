"""Rain."""

from garden.tables import rows


def total():
    """Return all rain, in mm."""
    return sum(float(row["rain_mm"]) for row in rows("rain"))
