"""``python -m ooms`` is the command ``ooms``."""

from ooms.cli import main

if __name__ == "__main__":
    main()
