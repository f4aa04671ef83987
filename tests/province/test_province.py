"""A small province: every rule is planted, and found there and nowhere else."""

import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.generate import command as generate_command
from cli.generate import generate
from cli.score import command as score_command
from cli.score import read_event, score
from services.reporting.queries.scoring import Score
from services.reporting.rules import BY_CODE
from shared.codec import GENESIS, chain
from shared.recorded import Recorded
from simulation.demo.province import written
from simulation.making import COMMANDS, EVENTS, TRUTH
from simulation.plan import plants
from simulation.stories import STORIES
from simulation.truth import STATISTICAL

HOUSEHOLDS = 420
FEW = "wrong_purpose = 1\nmisuse_unworked = 1\n"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    generate(folder, households=HOUSEHOLDS, span="2021-2026", seed=7, plant=None, until=None)
    return folder


@pytest.fixture(scope="module")
def scored(province: Path) -> dict[str, Score]:
    return {each.code: each for each in score(province)}


@pytest.fixture(scope="module")
def events(province: Path) -> list[Recorded]:
    return [read_event(line) for line in (province / EVENTS).read_bytes().splitlines()]


def small(folder: Path, seed: int = 1, until: date | None = None) -> Path:
    folder.mkdir()
    plant = folder / "few.toml"
    plant.write_text(FEW, encoding="utf-8")
    generate(folder, households=12, span="2021-2024", seed=seed, plant=plant, until=until)
    return folder


@pytest.mark.parametrize("code", sorted(set(BY_CODE) - set(STATISTICAL)))
def test_a_deterministic_rule_finds_all_that_is_planted_and_nothing_else(
    code: str, scored: dict[str, Score]
) -> None:
    found = scored[code]
    assert found.planted > 0
    assert found.look_alikes > 0
    assert (found.missed, found.wrong) == ((), ())
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_every_story_is_planted_by_default() -> None:
    assert set(plants()) == set(STORIES)
    assert min(plants().values()) > 0


def test_events_come_in_the_order_in_which_they_were_recorded(events: list[Recorded]) -> None:
    assert all(a.meta.recorded_at <= b.meta.recorded_at for a, b in pairwise(events))
    by_source: dict[str, list[int | None]] = {}
    for each in events:
        by_source.setdefault(each.meta.source, []).append(each.position)
    for positions in by_source.values():
        assert positions == list(range(1, len(positions) + 1))


def test_every_stream_is_whole_and_chained(events: list[Recorded]) -> None:
    streams: dict[str, tuple[int, bytes]] = {}
    for each in events:
        version, before = streams.get(each.meta.stream_id, (0, GENESIS))
        assert each.meta.version == version + 1
        assert each.digest == chain(before, each.meta_bytes, each.data)
        streams[each.meta.stream_id] = (each.meta.version, each.digest)


def test_people_record_late_in_batches_err_and_correct(events: list[Recorded]) -> None:
    late = {(each.meta.recorded_at.date() - each.meta.occurred_on).days for each in events}
    assert {0, 3, 13} <= late
    assert any(each.meta.type == "EventCorrected" for each in events)


def test_the_map_is_that_of_the_day(events: list[Recorded]) -> None:
    told = [each for each in events if each.meta.type == "LoanApplied"]
    for each in told:
        reform = date(2025, 7, 1)
        assert (each.event.commune.valid_from == reform) is (each.meta.occurred_on >= reform)
    assert {each.meta.occurred_on >= date(2025, 7, 1) for each in told} == {True, False}


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    one, again, other = (
        small(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    for name in (EVENTS, COMMANDS, TRUTH):
        assert (one / name).read_bytes() == (again / name).read_bytes()
    assert (one / EVENTS).read_bytes() != (other / EVENTS).read_bytes()


def test_nobody_has_the_citizen_number_of_somebody_in_the_demo(province: Path) -> None:
    demo = json.dumps(written(date(2026, 11, 30)).of("households"))
    here, there = numbers((province / COMMANDS).read_text("utf-8")), numbers(demo)
    assert (len(here) > HOUSEHOLDS, len(there) > 0, here & there) == (True, True, set())


def numbers(text: str) -> set[str]:
    return set(re.findall(r'"citizen_id": ?"(\d+)"', text))


def test_truth_ends_where_the_province_ends(tmp_path: Path) -> None:
    short = small(tmp_path / "short", until=date(2022, 3, 20))
    assert b'"closed_on":null,"code":"WRONG_PURPOSE"' in (short / TRUTH).read_bytes()
    assert all(not (each.missed or each.wrong) for each in score(short))


def test_a_rule_that_is_not_right_is_named_and_the_exit_code_is_1(tmp_path: Path) -> None:
    folder = small(tmp_path / "small")
    truth = (folder / TRUTH).read_bytes()
    assert CliRunner().invoke(score_command, [str(folder)]).exit_code == 0
    (folder / TRUTH).write_bytes(truth.replace(b'"2022-03-11"', b'"2022-03-12"', 1))
    told = CliRunner().invoke(score_command, [str(folder)])
    assert told.exit_code == 1
    assert "not right: WRONG_PURPOSE" in told.output
    assert "missed: 2022-03-12" in told.output


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--years", "2019-2026"], "begin in 2021 to 2024"),
        (["--years", "2021-2023"], "four years at least"),
        (["--years", "then"], "2021-2026, not then"),
        (["--households", "10"], "households"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(
    asked: list[str], told: str, tmp_path: Path
) -> None:
    answer = CliRunner().invoke(generate_command, ["--out", str(tmp_path), *asked])
    assert answer.exit_code == 1
    assert told in answer.output


def test_a_plant_file_names_stories(tmp_path: Path) -> None:
    plant = tmp_path / "plant.toml"
    plant.write_text("nonsense = 1\n", encoding="utf-8")
    asked = ["--out", str(tmp_path), "--plant", str(plant)]
    answer = CliRunner().invoke(generate_command, asked)
    assert answer.exit_code == 1
    assert "the stories: wrong_purpose" in answer.output
