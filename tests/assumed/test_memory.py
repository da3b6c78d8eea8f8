"""What is remembered is right: by all that an answer hangs on, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ooms.assumed import memory
from ooms.assumed.memory import Facts
from ooms.assumed.scenarios import Scenario, scenarios
from ooms.implied import datawall
from ooms.implied.arrival import headline, largest_run
from ooms.implied.comparison import differences
from ooms.implied.results import RESULTS
from ooms.observed import kept, laws
from ooms.observed.data import Data
from ooms.shown import explorers

#: What the tables of these tests say.
SAID = {"read": 1.0, "not read": 1.0}


def read(data: Data) -> float:
    return SAID["read"]


def not_read(data: Data) -> float:
    return SAID["not read"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Remember, and in a folder of its own."""
    monkeypatch.setattr(kept, "_folder", lambda: tmp_path)
    monkeypatch.setenv("OOMS_BOOK_WATCHED", "1")
    yield tmp_path
    SAID.update({"read": 1.0, "not read": 1.0})


class Asked:
    """Asks for an answer as a process of its own would, and counts how often it is computed."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *given: str, itself: bool = False) -> Any:
        facts = Facts(Data.current())

        def make() -> list[float]:
            self.count += 1
            assert not itself or facts.data is not None
            return [facts.of(read) * 2, np.pi]

        return memory.remembered(make, "ooms.text", given, facts)


def test_an_answer_is_computed_once_for_all_that_it_hangs_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = Asked()
    assert ask("a") == ask("a") == [2.0, np.pi]
    assert ask.count == 1
    # A fact that it did not read, then what was given, a fact that it read, and its code.
    SAID["not read"] = 7.0
    assert (ask("a"), ask.count) == ([2.0, np.pi], 1)
    ask("b")
    assert ask.count == 2
    SAID["read"] = 3.0
    assert (ask("a"), ask.count) == ([6.0, np.pi], 3)
    monkeypatch.setattr(memory, "code", lambda module: "edited")
    ask("a")
    assert ask.count == 4


def test_answers_to_other_facts_stand_beside_each_other() -> None:
    ask = Asked()
    for value, count in ((1.0, 1), (3.0, 2), (1.0, 2), (3.0, 2)):
        SAID["read"] = value
        assert (ask("a")[0], ask.count) == (2 * value, count)


def test_who_looks_at_the_data_by_himself_is_not_remembered(folder: Path) -> None:
    ask = Asked()
    assert ask("a", itself=True) == ask("a", itself=True)
    assert ask.count == 2
    assert not list(folder.rglob("answers/*"))


@pytest.mark.parametrize("kind", ["answers", "facts"])
@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "not ended"])
def test_what_is_not_whole_is_computed_again(folder: Path, kind: str, harm: str) -> None:
    ask = Asked()
    ask("a")
    (path,) = (folder / kind).iterdir()
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "changed":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    else:
        path.unlink()
        if harm == "not ended":
            # What a killed process leaves: a part, under another name.
            path.with_name(".part").write_bytes(content[:9])
    assert ask("a") == [2.0, np.pi]
    assert ask.count == 2
    assert ask("a") == [2.0, np.pi]
    assert ask.count == 2


def test_the_code_is_what_a_module_can_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "__init__.py": "",
        "a.py": "from ooms.room import (\n    b,\n)\n",
        "room/__init__.py": "",
        "room/b.py": "def f():\n    import ooms.late\n",
        "late.py": "X = 1\n",
        "other.py": "X = 1\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(memory, "_PACKAGE", tmp_path)

    def code() -> str:
        memory.code.cache_clear()
        return memory.code("ooms.a")

    try:
        before = code()
        for name in files:
            (tmp_path / name).write_text(files[name] + "# Edited.\n")
            assert (code() == before) == (name == "other.py"), name
            (tmp_path / name).write_text(files[name])
    finally:
        memory.code.cache_clear()


def test_what_a_position_comes_to_is_the_same_found_or_computed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = Scenario.load(scenarios()[1])
    made = headline.numbers(loaded.draw())
    assert len(list((folder / "answers").iterdir())) == 1
    read: set[str] = set()
    with monkeypatch.context() as broken:
        broken.setattr(headline, "told", None)
        found = headline.numbers(loaded.draw().watched(read))
    plain = headline._numbers(loaded.draw().watched(asked := set()))
    assert read == asked
    for name, values in plain.items():
        for other in (made, found):
            np.testing.assert_array_equal(values, other[name])


def test_results_beside_the_chain_are_kept_as_one_and_hang_on_no_record_of_compute(
    folder: Path,
) -> None:
    loaded = Scenario.load("baseline")
    chosen = [RESULTS["counting.jump"], RESULTS["horizons.month_year"]]
    draws = loaded.draw()
    with draws.facts.asked() as asked:
        made = [result.of(draws) for result in chosen]
    assert largest_run.known not in asked
    for _ in range(2):
        again = loaded.draw()
        for result, values in zip(chosen, made, strict=True):
            np.testing.assert_array_equal(result.of(again), values)
            np.testing.assert_array_equal(result.compute(again), values)
    assert len(list((folder / "answers").iterdir())) == 1
    # Few draws are no position, and a result of somebody's own is none of the book's.
    few = loaded.draw(n=64)
    for result in (*chosen, replace(chosen[0], compute=lambda d: d["compute.growth"])):
        np.testing.assert_array_equal(result.of(few), result.compute(few))
    assert len(list((folder / "answers").iterdir())) == 1


@pytest.mark.parametrize(
    "explore", [explorers.effective_compute, explorers.wall_date, explorers.horizon_dates]
)
def test_a_figure_to_move_is_the_same_found_or_computed(
    explore: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = Scenario.load("baseline")
    draws = loaded.draw(n=64)
    plain = explore.__wrapped__(loaded, draws)
    monkeypatch.setattr(Data, "current", None)
    # Of the data it asks for facts alone: those of the position are none of its business.
    apart = replace(loaded, data=None)
    with draws.facts.asked() as asked:
        made = explore(apart, draws)
    assert asked
    assert None not in asked
    assert len(list((folder / "answers").iterdir())) == 1
    with monkeypatch.context() as broken:
        broken.setattr("ooms.shown.explorers.grid", None)
        found = explore(apart, draws)
    for one in (made, found):
        np.testing.assert_array_equal(one.table, plain.table)
        assert {**vars(one), "table": None} == {**vars(plain), "table": None}
    # Another position is another figure, though no draw is another.
    explore(replace(apart, title="Another"), draws)
    assert len(list((folder / "answers").iterdir())) == 2


def test_what_was_at_hand_already_counts_among_what_an_answer_hangs_on() -> None:
    """The laws are asked for once a process, by who comes first; all answers hang on them."""
    draws = Scenario.load("baseline").draw(n=64)
    for _ in range(2):
        with draws.facts.asked() as asked:
            datawall.wall_ooms(draws, [2030.0])
        assert asked == {laws.laws}
    with draws.replacing({"compute.growth": draws["compute.growth"] + 0.1}).facts.asked() as asked:
        datawall.wall_ooms(draws, [2030.0])
    assert asked == {laws.laws}


def test_a_difference_is_the_same_found_or_computed(folder: Path) -> None:
    a, b = Scenario.load("baseline"), Scenario.load("essay-2024")
    chosen = [RESULTS[key] for key in ("arrival.year", "counting.jump", "data.wall_2030")]
    steps: list[int] = []
    plain = differences(a, b, chosen, n=64, lasting=False)
    assert not list(folder.rglob("answers/*"))
    for count in (3, 6):
        assert differences(a, b, chosen, n=64, step=lambda: steps.append(1)) == plain
        assert len(steps) == count
    # Of the whole chain, and of what hangs on less.
    assert len(list((folder / "answers").iterdir())) == 2


def test_the_models_take_facts_of_the_data_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draws = Scenario.load("baseline").draw(n=64)
    for result in RESULTS.values():
        result.compute(draws.replacing({}))
    monkeypatch.setattr(Data, "current", None)
    for result in RESULTS.values():
        fresh = draws.replacing({key: draws[key].copy() for key in draws})
        with fresh.facts.asked() as asked:
            result.compute(fresh)
        assert None not in asked, result.id


def test_the_compute_of_gpt_4_is_a_draw_and_no_fact() -> None:
    data = Data.current()
    models = data.table("models")
    models.loc[models["model"] == "GPT-4", "training_compute_flop"] *= 1.01
    before, after = largest_run.known(data), largest_run.known(data.replacing({"models": models}))
    assert memory._plain(before) == memory._plain(after)
