"""Records of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ooms_book.run.store import Dependencies, Now, Record, Store, code_key

# Records

texts = st.text(max_size=20)
outputs = st.lists(
    st.lists(st.fixed_dictionaries({"output_type": st.just("stream"), "text": texts}), max_size=2),
    max_size=3,
)


# A disk may take its time to write.
unhurried = settings(deadline=None, max_examples=30)


@unhurried
@given(outputs=outputs, values=st.dictionaries(texts, st.dictionaries(texts, texts), max_size=3))
def test_a_record_survives_writing(
    tmp_path_factory: pytest.TempPathFactory, outputs: Any, values: Any
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "records")
    dependencies = Dependencies({"a": "1", "b": None}, {"d": ["x"]}, {"e": None}, {"s": []}, ["m"])
    record = Record("code", {"packages": {}}, dependencies, outputs, values, {"name": "python"})
    store.write("chapters/a", record)
    assert store.read("chapters/a") == record


@unhurried
@given(st.data())
def test_a_damaged_record_is_no_record(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "damaged")
    store.write("a", Record("code", {}, Dependencies(), [], {}, {}))
    content = bytearray(store.path("a").read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    store.path("a").write_bytes(bytes(content))
    assert store.read("a") is None


def notebook(*sources: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cells": [
            {"cell_type": "code", "source": source, "metadata": metadata} for source in sources
        ]
    }


def test_order_source_and_run_tags_of_cells_are_their_identity() -> None:
    key = code_key(notebook("a", "b"))
    assert code_key(notebook("b", "a")) != key
    assert code_key(notebook("a\nb")) != key
    assert code_key(notebook("a", "b", tags=["raises-exception"])) != key
    assert code_key(notebook("a", "b", tags=["hide-input"], mystnb={"figure": {}})) == key


def test_only_names_that_could_be_imported_matter(project: Path) -> None:
    lines = ['["search", "pack"]', '["import", "two"]', '["open", "pack/two.py"]']
    used = Dependencies.of_trace(lines, project)
    assert used.searched == {"pack": ["two.py"]}
    (project / "pack/three.py").write_text("")
    assert used.differences(used.as_of_now(Now(project))) == []
    (project / "pack/two").mkdir()
    said = used.differences(used.as_of_now(Now(project)))
    assert said == ["the names in `pack/` changed (`two/`)"]
