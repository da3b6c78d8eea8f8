"""What leaves the building: PDF, archive, release, and the check of a plain run."""
