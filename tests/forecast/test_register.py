"""The register: what was sealed stays, and nobody registers with hindsight."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ooms.cli import main
from ooms.forecast import chain, questions, register, scoreboard
from ooms.observed import lock
from ooms.observed.data import Data
from spoil import rewrite, set_cell

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = "forecast_questions.csv"
COMMIT = "0" * 40


@pytest.fixture
def new_year_s_eve(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The last day but one of 2026, so that a registration of today is a new one."""
    monkeypatch.setenv("OOMS_TODAY", "2026-12-30")
    return copy_of_data


def forecast_of(question: str, day: str, forecaster: str = "oracle") -> pd.DataFrame:
    """A forecast that is very sure of a question's answer."""
    answer = questions.answer_now(questions.load()[question]).value
    near = [answer * (1 + step / 1000) for step in range(-3, 4)]
    cells = {"question": question, "forecaster": forecaster, "made_on": day}
    return pd.DataFrame(
        [cells | {q: str(value) for q, value in zip(register.QUANTILES, near, strict=True)}]
    )


def test_the_register_is_whole_and_sound() -> None:
    made = register.load()
    assert len(made) == register.check() >= 500
    known = questions.load()
    assert set(made["question"]) <= set(known)
    assert (made["made_on"] <= made["registered_on"]).all()
    now = made[made["basis"] == "registered"]
    for year in (2027, 2028, 2029, 2030):
        due = now[now["question"].map(lambda q: known[q].resolves_on.year) == year]
        assert due["forecaster"].nunique() >= 9
        assert due["question"].nunique() >= 5


def test_a_changed_forecast_is_refused_by_name(copy_of_data: Path) -> None:
    made = register.load().iloc[40]
    set_cell(copy_of_data, "forecasts.csv", 42, "q95", "1e+40")
    with pytest.raises(register.RegisterError) as refused:
        scoreboard.scores()
    message = str(refused.value)
    assert "data/forecasts.csv, row 42, column seal" in message
    assert f"forecast 41 ({made['forecaster']} on {made['question']}" in message


def test_a_vanished_forecast_is_refused_by_name(copy_of_data: Path) -> None:
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.pop(10))
    with pytest.raises(
        register.RegisterError, match=r'row 12, column number: "12" .* forecast 11 '
    ):
        register.load()


def test_forecasts_gone_from_the_end_are_missed(copy_of_data: Path) -> None:
    total = register.check()
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.__delitem__(slice(-2, None)))
    with pytest.raises(
        register.RegisterError, match=rf"forecasts {total - 1} to {total} have vanished"
    ):
        register.load()


def test_a_registration_dropped_with_its_seal_is_missed(copy_of_data: Path) -> None:
    kept = Data.current().written("forecast_seals")
    gone = int(kept[-1]["rows"]) - int(kept[-2]["rows"])
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.__delitem__(slice(-gone, None)))
    rewrite(copy_of_data / "forecast_seals.csv", lambda rows: rows.pop())
    with pytest.raises(register.RegisterError, match="1 have vanished: restore both files"):
        register.load()


@pytest.mark.parametrize("column", ["registered_by", "commit", "registered_on"])
def test_who_registered_and_when_is_sealed_too(column: str, copy_of_data: Path) -> None:
    told = {"commit": "1" * 40, "registered_on": "2026-11-23"}.get(column, "somebody else")
    set_cell(copy_of_data, "forecast_seals.csv", 3, column, told)
    with pytest.raises(register.RegisterError, match="row 3, column head"):
        register.load()


def test_a_rule_changed_under_its_forecasts_is_refused(copy_of_data: Path) -> None:
    set_cell(copy_of_data, QUESTIONS, 2, "resolves_on", "2025-01-31")
    with pytest.raises(register.RegisterError, match=r"its question's rule was changed since"):
        register.load()


def test_a_row_typed_by_hand_is_refused(copy_of_data: Path) -> None:
    def add(rows: list[dict[str, str]]) -> None:
        last = rows[-1]
        rows.append(last | {"number": str(len(rows) + 1), "seal": "0123456789abcdef"})

    rewrite(copy_of_data / "forecasts.csv", add)
    with pytest.raises(register.RegisterError, match="column seal"):
        register.load()


def test_resealing_an_old_forecast_breaks_the_kept_seals(copy_of_data: Path) -> None:
    known = questions.load()

    def forge(rows: list[dict[str, str]]) -> None:
        rows[0]["q95"] = "9e+29"
        before = ""
        for row in rows:
            cells = [row[c] for c in register._CONTENT]
            row["seal"] = before = chain.seal(before, cells, known[row["question"]].rule)

    rewrite(copy_of_data / "forecasts.csv", forge)
    with pytest.raises(register.RegisterError, match="was sealed anew"):
        register.load()


# ---- registering ---------------------------------------------------------------------------------
def test_nothing_is_registered_or_sealed_while_somebody_else_writes(new_year_s_eve: Path) -> None:
    before = {path: path.read_bytes() for path in new_year_s_eve.glob("*.csv")}
    made = forecast_of("compute-2027-12-31", "2026-12-30")
    with lock.writing(new_year_s_eve):
        with pytest.raises(lock.Busy, match="another process is writing to it"):
            register.register(made, by="oracle", commit=COMMIT)
        with pytest.raises(lock.Busy):
            register.seal_answers(commit=COMMIT)
        done = CliRunner().invoke(main, ["forecast", "answer", "--commit", COMMIT])
    assert (done.exit_code, "another process is writing" in done.output) == (1, True)
    assert {path: path.read_bytes() for path in new_year_s_eve.glob("*.csv")} == before
    assert register.register(made, by="oracle", commit=COMMIT) == 1


def test_registering_adds_what_is_new_and_leaves_the_rest(new_year_s_eve: Path) -> None:
    path = new_year_s_eve / "forecasts.csv"
    before = path.read_bytes()
    made = register.make("2026-12-30", ["no-change"])
    assert set(made["made_on"]) == {"2026-12-30"}
    assert register.register(made, by="a test", commit=COMMIT) == len(made) >= 5
    assert path.read_bytes().startswith(before)
    assert register.check() == len(before.splitlines()) - 1 + len(made)
    last = register.registrations().iloc[-1]
    assert (last["registered_by"], last["commit"]) == ("a test", COMMIT)
    assert f"{last['registered_on']:%Y-%m-%d}" == "2026-12-30"
    # The end of the chain is published with the description of the tables.
    package = json.loads((new_year_s_eve / "datapackage.json").read_text())
    published = {r["name"]: r["chain"] for r in package["resources"] if "chain" in r}
    assert published["forecast_seals"]["head"] == last["head"]
    # A second time there is nothing to add.
    after = path.read_bytes()
    assert register.register(made, by="a test", commit=COMMIT) == 0
    assert path.read_bytes() == after


@pytest.mark.parametrize(
    ("question", "made_on", "said"),
    [
        ("compute-2024-12-31", "2024-06-04", "that is hindsight"),
        ("compute-2024-12-31", "2026-12-30", "no forecast of it can be registered any more"),
        ("compute-2026-09-30", "2026-12-30", "no forecast of it can be registered any more"),
        ("horizon-2028-12-31", "2026-12-30", "no forecast of it can be registered any more"),
        ("compute-2028-12-31", "2027-01-01", "which lies ahead"),
        ("compute-2028-12-31", "2026-12-29", "that is hindsight"),
    ],
)
def test_an_oracle_cannot_register(
    question: str, made_on: str, said: str, new_year_s_eve: Path
) -> None:
    before = {path.name: path.read_bytes() for path in new_year_s_eve.glob("*.*")}
    with pytest.raises(register.RegisterError, match=said):
        register.register(forecast_of(question, made_on), by="an oracle", commit=COMMIT)
    assert before == {path.name: path.read_bytes() for path in new_year_s_eve.glob("*.*")}


@pytest.mark.parametrize(("by", "commit"), [(" ", COMMIT), ("me", ""), ("me", "HEAD")])
def test_a_registration_names_who_and_from_which_commit(
    by: str, commit: str, new_year_s_eve: Path
) -> None:
    with pytest.raises(register.RegisterError, match=r"registered_by|commit"):
        register.register(forecast_of("compute-2028-12-31", "2026-12-30"), by=by, commit=commit)


def test_a_forged_reconstruction_is_no_row_of_the_register(copy_of_data: Path) -> None:
    """As a forger would who knows the seals: rows, chains and the published end rewritten."""
    data = Data.current()
    rows, kept = data.written("forecasts"), data.written("forecast_seals")
    made = forecast_of("compute-2024-12-31", "2024-06-04").iloc[0].to_dict()
    row = made | {
        "number": str(len(rows) + 1),
        "registered_on": "2026-12-01",
        "basis": "reconstructed",
    }
    row = {column: str(row[column]) for column in register._CONTENT}
    rule = questions.load()["compute-2024-12-31"].rule
    row["seal"] = chain.seal(rows[-1]["seal"], row.values(), rule)
    entry = kept[-1] | {"rows": str(len(rows) + 1), "seal": row["seal"]}
    entry["head"] = chain.seal(
        kept[-1]["head"],
        [cell for name, cell in entry.items() if name not in ("head", "known_fault")],
    )
    chain.write(
        data, {"forecasts": ([*rows, row], "seal"), "forecast_seals": ([*kept, entry], "head")}
    )
    with pytest.raises(register.RegisterError, match="computed and not registered"):
        register.load()


def test_an_oracle_leads_no_board(copy_of_data: Path) -> None:
    """A scenario written today with the answers in it, dated back to before them."""
    base = (copy_of_data / "scenarios" / "essay-2024.toml").read_text()
    (copy_of_data / "scenarios" / "oracle.toml").write_text(
        base.replace('title = "Essay of 2024"', 'title = "Oracle"')
    )
    # Not among the dated texts, it is on no board of the past.
    scored = scoreboard.scores()
    assert "oracle" not in set(scored["forecaster"])

    def date_back(rows: list[dict[str, str]]) -> None:
        essay = next(r for r in rows if r["forecaster"] == "essay-2024")
        rows.append(essay | {"forecaster": "oracle"})
        rows.sort(key=lambda r: r["forecaster"])

    rewrite(copy_of_data / "forecasters.csv", date_back)
    scored = scoreboard.scores()
    assert set(scored.loc[scored["forecaster"] == "oracle", "board"]) == {"reconstructed"}
    assert "Oracle" not in scoreboard.verdict(scored)
    assert "Oracle" not in scoreboard.verdict(scored, "reconstructed")
    # The order of the boards is the book's: no score moves it.
    past = scoreboard.leaderboard(scored, "reconstructed")
    best = past.assign(crps=past["crps"] * 0)
    assert past["forecaster"].tolist() == best["forecaster"].tolist()
    assert past["forecaster"].iloc[0] == "no-change"
    live = scoreboard.leaderboard(scored, "registered").set_index("forecaster")
    assert live.loc["oracle", "forecasts"] == live.loc["oracle", "open"] == 0


# ---- the command ---------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    said = CliRunner().invoke(main, ["forecast", *arguments])
    return said.exit_code, said.output


def test_the_command_says_what_is_wrong(copy_of_data: Path) -> None:
    code, said = run("check")
    assert code == 0, said
    assert "all as sealed" in said
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.reverse())
    code, said = run("check")
    assert code == 1
    assert "data/forecasts.csv, row 2" in said


def test_the_command_registers_today_s_forecasts(new_year_s_eve: Path) -> None:
    assert run("register")[0] == 2  # nobody named
    code, said = run("register", "--by", "a test", "--commit", COMMIT, "--json")
    assert code == 0, said
    found = json.loads(said)
    assert found["registered"] > 0
    made = register.load()
    assert set(made.tail(found["registered"])["made_on"].dt.strftime("%Y-%m-%d")) == {"2026-12-30"}
    # A position is registered on what it states, and nobody on what is closed.
    new = made.tail(found["registered"])
    assert not new["question"].str.startswith("horizon").any()
    assert "data-wall-bites" not in set(new["forecaster"])


def test_the_command_asks_for_a_state_that_is_committed(
    new_year_s_eve: Path, tmp_path: Path
) -> None:
    code, said = run("answer")
    assert code == 1
    assert "name the state of the book" in said

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], check=True)

    git("init", "-q")
    git("add", "data")
    code, said = run("answer")
    assert code == 1
    assert "changes that are not committed" in said
    git("commit", "-qm", "a state")
    code, said = run("answer")
    assert code == 0, said


def test_no_forecast_of_the_history_has_been_changed() -> None:
    """As far back as this checkout has history: each version is the start of the next."""
    path = "data/forecasts.csv"
    log = subprocess.run(
        ["git", "log", "--format=%H", "--", path], cwd=ROOT, capture_output=True, text=True
    )
    if log.returncode != 0 or not log.stdout.strip():
        pytest.skip("no history of data/forecasts.csv here")
    current = (ROOT / path).read_text(encoding="utf-8")
    for commit in log.stdout.split():
        old = subprocess.run(
            ["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, text=True
        )
        if old.returncode != 0:
            continue  # A commit that removed the file shows no version of it; the next one does.
        assert current.startswith(old.stdout), f"{path} changed since {commit[:12]}"
