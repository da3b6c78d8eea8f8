"""Published values."""

from __future__ import annotations

import pytest

from ooms_book.author.publish import bundle

# Values


def test_values_are_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match=r"'a' is published twice, as implied and as observed"):
        bundle({"implied": {"a": "1"}, "observed": {"a": "2"}})
    with pytest.raises(ValueError, match="'a b' is no key"):
        bundle({"implied": {"a b": "1"}})
    with pytest.raises(ValueError, match="'a' has an empty text"):
        bundle({"implied": {"a": " "}})
