"""What compares two builds sees every change of a number, a table and a chart, and nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import compare_builds
from ooms_book.run.store import Dependencies, Record, Store

VALUES = "application/vnd.ooms-book.values+json"
CHART = "application/vnd.vegalite.v6+json"


def output(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def cells() -> list[list[dict[str, Any]]]:
    rows = "| Year | Gain |\n| :--- | ---: |\n| 2019 | 2.0 |"
    table = f"```{{table}} A caption\n:name: tab-a\n\n{rows}\n```"
    number = {"text": "2.0 OOMs", "kind": "implied", "title": ""}
    chart = {"title": {"text": "It grows"}, "datasets": {"d": [{"year": 2019, "ooms": 2.0}]}}
    return [
        [output(**{VALUES: {"gain": number}, "text/plain": "implied gain: 2.0 OOMs"})],
        [output(**{"text/markdown": table, "text/plain": "2019\t2.0"})],
        [output(**{CHART: chart, "text/plain": "chart"})],
    ]


def written(folder: Path, outputs: list[list[dict[str, Any]]], name: str = "chapters/a") -> Path:
    record = Record("code", {}, Dependencies(), outputs, {}, {})
    Store(folder / ".executed").write(name, record)
    return folder


def test_an_older_build_keeps_its_cells_in_one_line(tmp_path: Path) -> None:
    new = written(tmp_path / "new", cells())
    path = tmp_path / "old/.executed/chapters/a.json"
    path.parent.mkdir(parents=True)
    path.write_text("3 abc\n" + json.dumps({"outputs": cells()}), encoding="utf-8")
    assert compare_builds.compare(tmp_path / "old", new) == []
    path.write_text("3 abc\n" + json.dumps({"outputs": cells()[1:]}), encoding="utf-8")
    assert compare_builds.compare(tmp_path / "old", new) != []


def test_the_same_in_other_cells_is_the_same(tmp_path: Path) -> None:
    old = written(tmp_path / "old", cells())
    joined = [[*cells()[0], *cells()[1]], [], cells()[2]]
    assert compare_builds.compare(old, written(tmp_path / "new", joined)) == []


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda c: c[0][0]["data"][VALUES]["gain"].update(text="2.1 OOMs"),
            "chapters/a: number gain, text: was '2.0 OOMs', is '2.1 OOMs'",
        ),
        (
            lambda c: c[0][0]["data"][VALUES]["gain"].update(kind="observed"),
            "chapters/a: number gain, kind: was 'implied', is 'observed'",
        ),
        (
            lambda c: c[1][0]["data"].update(
                {"text/markdown": c[1][0]["data"]["text/markdown"].replace("2.0", "2.1")}
            ),
            "chapters/a: table tab-a, line 6: was '| 2019 | 2.0 |', is '| 2019 | 2.1 |'",
        ),
        (
            lambda c: c[2][0]["data"][CHART]["datasets"]["d"][0].update(ooms=2.5),
            "chapters/a: chart 1, datasets, d, 0, ooms: was 2.0, is 2.5",
        ),
        (lambda c: c[2].clear(), "chapters/a: chart 1: is gone"),
        (
            lambda c: c[0][0]["data"][VALUES].update(more={"text": "1"}),
            "chapters/a: number more: is new",
        ),
    ],
)
def test_each_change_is_named(tmp_path: Path, spoil: Any, message: str) -> None:
    old = written(tmp_path / "old", cells())
    spoilt = copy.deepcopy(cells())
    spoil(spoilt)
    (line,) = compare_builds.compare(old, written(tmp_path / "new", spoilt))
    assert line.startswith(message)


def test_a_page_that_is_gone_is_named(tmp_path: Path) -> None:
    old = written(written(tmp_path / "old", cells()), cells(), "chapters/b")
    lines = compare_builds.compare(old, written(tmp_path / "new", cells()))
    assert len(lines) == 3
    assert all(line.startswith("chapters/b: ") for line in lines)


def test_a_folder_without_records_is_no_build(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="build the book first"):
        compare_builds.compare(tmp_path, tmp_path)


def test_the_command_says_so_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = written(tmp_path / "old", cells())
    assert compare_builds.main([str(old), str(old)]) == 0
    assert "show the same" in capsys.readouterr().out
    new = written(tmp_path / "new", cells()[:2])
    assert compare_builds.main([str(old), str(new)]) == 1
    assert "chart 1: is gone" in capsys.readouterr().out
