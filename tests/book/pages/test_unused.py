"""Libraries that pages do not need are imported when something calls what they have."""

from __future__ import annotations

import subprocess
import sys

SAID = """
import sys
from ooms_book.pages import unused

unused.postpone()
import requests
import requests.exceptions
from requests.exceptions import Timeout

class Session(requests.Session):
    pass

assert not hasattr(requests, "__version__") and "urllib3" not in sys.modules
try:
    raise KeyError("peas")
except (Timeout, KeyError):
    pass
try:
    Session()
except ImportError as error:
    assert "Session" in str(error)
assert "urllib3" not in sys.modules
assert type(requests.Request("GET", "http://localhost")).__module__ == "requests.models"
assert "urllib3" in sys.modules
import requests
assert requests.__version__
"""
RENDERS = """
import importlib, sys
from ooms_book.pages import render, unused

unused.postpone()
for name in render._HEAVY:
    importlib.import_module(name)
assert not {"sqlalchemy", "urllib3.connectionpool", "zmq"} & sys.modules.keys()
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_library_is_imported_once_it_is_called() -> None:
    run(SAID)


def test_what_makes_pages_imports_none_of_them() -> None:
    run(RENDERS)
