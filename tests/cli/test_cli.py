"""The command ``ooms``: what it says, what it refuses, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from ooms.assumed.assumptions import load
from ooms.assumed.scenarios import Scenario, scenarios
from ooms.cli import main
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.quantiles import quantiles


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the assumptions and scenarios that commands may write to."""
    data = tmp_path / "data"
    shutil.copytree(Data.current().folder, data)
    shutil.copy(Data.current().folder.parent / "references.bib", tmp_path)
    monkeypatch.setenv("OOMS_DATA", str(data))
    monkeypatch.chdir(tmp_path)
    return data


def parsed(*arguments: str) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def commands(group: click.Group = main, *words: str) -> list[tuple[str, ...]]:
    """Each command there is, in words, groups among them."""
    found: list[tuple[str, ...]] = [words]
    for name, command in group.commands.items():
        inner = isinstance(command, click.Group)
        found += commands(command, *words, name) if inner else [(*words, name)]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout
    # More than a usage line and a list of options.
    assert len(done.stdout.split("Options:")[0].split()) > 15
    assert "Commands:" in done.stdout or "--json" in done.stdout
    # No mark of the library's is shown, and no summary is cut short.
    assert "\\b" not in done.stdout
    assert "..." not in done.stdout.partition("Commands:")[2]


def test_examples_of_commands_keep_their_lines() -> None:
    assert "\n  ooms update --since HEAD     " in run("update", "--help").stdout
    assert "\n    best = 0.4     # median\n" in run("scenario", "--help").stdout


def test_results_are_the_results() -> None:
    found = parsed("results", "essay-2024")
    assert [row["id"] for row in found["results"]] == list(RESULTS)
    row = found["results"][0]
    expected = quantiles(RESULTS[row["id"]].compute(Scenario.load("essay-2024").draw()))
    assert [row["low"], row["best"], row["high"]] == pytest.approx(expected)
    plain = run("results", "essay-2024").stdout
    assert RESULTS[row["id"]].show_range(*expected) in plain
    assert run("results").stdout.startswith("Baseline, by ")


def test_a_difference_adds_up_on_the_page() -> None:
    found = parsed("diff", "baseline", "essay-2024", "--result", "counting.jump")["results"][0]
    parts = found["contributions"]
    assert sum(part["own"] for part in parts) == pytest.approx(found["change"])
    alone = sum(part["alone"] for part in parts)
    assert alone + found["interaction"] == pytest.approx(found["change"])
    assert found["b"]["best"] - found["a"]["best"] == pytest.approx(found["change"])
    plain = run("diff", "baseline", "essay-2024", "--result", "counting.jump").stdout
    assert "Effective compute gained from GPT-2 to GPT-4 [counting.jump]" in plain
    show = RESULTS["counting.jump"].show_change
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    for part in parts:
        assert f"{show(part['own'])} {show(part['alone'])} {part['id']}" in lines
    assert f"{show(found['interaction'])} only together" in lines


def test_a_scenario_differs_from_itself_in_nothing() -> None:
    plain = run("diff", "essay-2024", "essay-2024", "--result", "counting.jump").stdout
    assert "0 assumptions differ, 0 of 1 results move." in plain
    assert "Unmoved: counting.jump." in plain


def test_sensitivity_ranks_what_the_result_reads() -> None:
    found = parsed("sensitivity", "counting.jump")["inputs"]
    totals = [row["total"] for row in found]
    assert totals == sorted(totals, reverse=True)
    assert {row["id"] for row in found} == {
        "compute.gpt2_flop",
        "compute.gpt4_flop",
        "algorithms.past_growth",
        "algorithms.years_counted",
    }
    assert found[0]["id"] in run("sensitivity", "counting.jump").stdout.splitlines()[3]


def test_a_new_file_wants_an_argument_and_is_then_sound(folder: Path) -> None:
    done = run("scenario", "new", "slow-money", "--author", 'A "Reader"')
    assert done.exit_code == 0, done.output
    file = folder / "scenarios" / "slow-money.toml"
    text = file.read_text()
    assert tomllib.loads(text)["author"] == 'A "Reader"'
    assert tomllib.loads(text)["title"] == "Slow money"
    # Unfinished on purpose: nobody publishes an empty argument.
    done = run("scenario", "check", "slow-money")
    assert done.exit_code == 1
    assert "data/scenarios/slow-money.toml, key argument: is missing or empty" in done.stderr

    file.write_text(text := text.replace('argument = """\n', 'argument = """\nMoney is slow.\n'))
    done = run("scenario", "check", "slow-money")
    assert done.exit_code == 1
    assert "overrides nothing" in done.stderr

    # Uncomment one assumption, as the file says.
    head, _, tail = text.partition("#[overrides.spending.growth]")
    block, _, rest = tail.partition("\n\n")
    block = block.replace("\n#", "\n").replace('reason = ""', 'reason = "Lenders wait."')
    file.write_text(f"{head}[overrides.spending.growth]{block.replace('0.38', '0.31')}\n\n{rest}")
    done = run("scenario", "check", "slow-money")
    assert (done.exit_code, done.stdout) == (0, "Sound: slow-money.\n")
    assert Scenario.load("slow-money").estimate("spending.growth").best == 0.31
    # Growth that may be nought: of its draws some are set to the bound, and that is said.
    done = run("scenario", "check", "compute-stall")
    said = "compute-stall, explosion.compute_growth: 5.0% of draws lie beyond its bound, 0, and are"
    assert said in done.stdout
    assert parsed("scenario", "check", "compute-stall")[0]["at_bounds"] != {}
    # And it is there for every other command, with no line of code.
    assert "slow-money" in scenarios()
    assert "slow-money" in {row["name"] for row in parsed("scenario", "list")}
    later = parsed("diff", "baseline", "slow-money", "--result", "counting.spending_limit_year")
    assert [part["id"] for part in later["results"][0]["contributions"]] == ["spending.growth"]
    assert later["results"][0]["change"] > 0


def test_a_new_file_offers_every_assumption_with_its_numbers(folder: Path) -> None:
    run("scenario", "new", "everything")
    text = (folder / "scenarios" / "everything.toml").read_text()
    open_ = text.replace("\n#[", "\n[")
    for key in ("low", "best", "high", "reason", "source"):
        open_ = open_.replace(f"\n#{key} =", f"\n{key} =")
    raw = tomllib.loads(open_)["overrides"]
    for name, item in load(Data(folder)).items():
        entry = raw
        for part in name.split("."):
            entry = entry[part]
        assert (entry["low"], entry["best"], entry["high"]) == (
            item.estimate.low,
            item.estimate.best,
            item.estimate.high,
        )


def test_a_new_file_overwrites_none_and_leaves_nothing_behind(folder: Path) -> None:
    before = (folder / "scenarios" / "essay-2024.toml").read_text()
    done = run("scenario", "new", "essay-2024")
    assert done.exit_code == 1
    assert "exists already; choose another name" in done.stderr
    assert (folder / "scenarios" / "essay-2024.toml").read_text() == before
    done = run("scenario", "new", "My View")
    assert done.exit_code == 1
    assert 'use for example "my-view"' in done.stderr
    assert not list((folder / "scenarios").glob("*.part"))


def test_check_names_every_slip_and_passes_what_is_shipped(folder: Path) -> None:
    done = run("scenario", "check")
    assert done.exit_code == 0, done.stderr
    file = folder / "scenarios" / "copycat.toml"
    file.write_text(
        'title = "baseline"\nauthor = "X"\nargument = "Y."\n'
        '[overrides.compute.growth]\nvalue = 0.5\nreason = "Z."\nsource = "nobody2020"\n'
    )
    found = {
        row["name"]: row["slips"] for row in json.loads(run("scenario", "check", "--json").stdout)
    }
    assert sum(map(len, found.values())) == 2
    assert any("compute.growth.source" in m and "references.bib" in m for m in found["copycat"])
    assert any("is the title of data/scenarios/baseline.toml too" in m for m in found["copycat"])
    assert run("scenario", "check", "copycat").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["results", "essay-2042"], 1, 'did you mean "essay-2024"'),
        (["diff", "baseline", "essay-2042"], 1, 'did you mean "essay-2024"'),
        (["diff", "baseline"], 2, "Missing argument 'B'"),
        (["diff", "baseline", "essay-2024", "--result", "counting.jmp"], 1, '"counting.jump"?'),
        (["sensitivity", "nonsense"], 1, '("ooms results" lists them)'),
        (["scenario", "check", "essay-2042"], 1, 'did you mean "essay-2024"'),
        (["resluts"], 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_once_and_ends_with_its_code(
    arguments: list[str], code: int, message: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert "Traceback" not in done.output


def test_json_has_no_infinities() -> None:
    from ooms.cli.common import say_json

    with CliRunner().isolation() as streams:
        say_json({"a": [np.inf, float("nan"), 1.5], "b": (True, "x")})
        streams[0].seek(0)
        assert json.loads(streams[0].read()) == {"a": [None, None, 1.5], "b": [True, "x"]}


def test_the_worked_example_of_the_book_works(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "argue.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if "bin/ooms " in line]
    example = next(block for block in blocks if block.startswith("title ="))
    assert len(commands) == 4
    for line in commands:
        done = run(*shlex.split(line)[1:])
        assert "Traceback" not in done.output
        if "new" in line:
            assert done.exit_code == 0
            (folder / "scenarios" / "lead-times.toml").write_text(example)
        if "check" in line:
            assert done.stdout == "Sound: lead-times.\n"
        if "forecast" in line:
            # A copy without a history has no commit that says what was known.
            assert (done.exit_code, "name the state of the book" in done.stderr) == (1, True)
        if "diff" in line:
            assert "From Baseline to Lead times: 2 assumptions differ" in done.stdout

    # What the page tells of it: less by the end of 2027, and more in the 2030s even so.
    def moved(result: str) -> Any:
        return parsed("diff", "baseline", "lead-times", "--result", result)["results"][0]

    assert moved("counting.end_of_2027")["change"] < -0.3
    assert moved("counting.next_decade")["change"] > 0.3
    alone = example[: example.index("[overrides.compute.growth]")]
    (folder / "scenarios" / "lead-times.toml").write_text(alone)
    assert not moved("counting.end_of_2027")["moves"]
    # Commands named in the text are commands.
    for words in re.findall(r"`ooms ([a-z]+)", page):
        assert words in main.commands
