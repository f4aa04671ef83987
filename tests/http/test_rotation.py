"""The master key is changed under running services, and no sealed text is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from cli import keys as command
from shared.database import engine
from shared.ids import named
from shared.keyfiles import ensure_keys
from shared.migrate import folder, migrate_one
from shared.sealing import rotation
from shared.sealing.keyring import Keyring
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters, UnknownMaster, before

LAN, MAI, HOA = named("lan"), named("mai"), named("hoa")
SECRET = "Hoàng Thị Lan"


def key_in(file: Path) -> bytes:
    return bytes.fromhex(file.read_text())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    ensure_keys(tmp_path)
    return tmp_path / "keys" / "master.key"


def test_a_new_master_key_is_put_in_place_once_and_the_old_one_kept(file: Path) -> None:
    old = key_in(file)
    assert rotation.begin(file)
    assert key_in(before(file)) == old
    assert key_in(file) != old
    new = key_in(file)
    assert not rotation.begin(file)
    assert (key_in(file), key_in(before(file))) == (new, old)


def test_a_change_that_was_cut_short_between_the_two_files_goes_on(file: Path) -> None:
    old = key_in(file)
    before(file).write_bytes(file.read_bytes())
    assert rotation.begin(file)
    assert key_in(file) != old
    assert key_in(before(file)) == old


def test_a_running_process_opens_by_the_old_key_and_wraps_by_the_new(file: Path) -> None:
    running = Masters((key_in(file),), file)
    wrapped, sign = running.wrap(bytes(32), b"bound")
    rotation.begin(file)
    assert running.unwrap(wrapped, b"bound") == bytes(32)
    again, other = running.wrap(bytes(32), b"bound")
    assert other != sign
    assert Masters((key_in(file),)).unwrap(again, b"bound") == bytes(32)
    with pytest.raises(UnknownMaster):
        Masters((key_in(file),)).unwrap(wrapped, b"bound")


@pytest.mark.servers
@pytest.mark.usefixtures("settings")
class TestDatabase:
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        migrate_one(postgres_url, folder("keys"))
        return postgres_url

    @pytest.fixture
    def running(self, url: str, file: Path) -> Iterator[Keyring]:
        """A service that started under the old key and is not started again."""
        own = engine(url, name="tests")
        keys = DatabaseKeys(own, "households", Masters((key_in(file),), file))
        yield Keyring("households", keys, bytes(32))
        own.dispose()

    @pytest.fixture
    def settings(self, url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HOUSEHOLDS", "LOANS", "SPONSORSHIP", "REPORTING", "KEYS"):
            monkeypatch.setenv(f"DATABASE_URL_{name}", url)
        monkeypatch.setenv("MASTER_KEY_FILE", str(file))
        monkeypatch.setenv("PROVINCE_KEY", "00" * 32)
        monkeypatch.setenv("KAFKA_BOOTSTRAP", "nowhere:1")
        monkeypatch.setenv("JWT_JWKS", "nowhere")

    def rotate(self, data: Path, *options: str) -> str:
        done = CliRunner().invoke(command.command, ["rotate", "--data", str(data), *options])
        assert done.exit_code == 0, done.output
        return done.output

    def test_everything_opens_before_during_and_after(
        self, running: Keyring, file: Path, tmp_path: Path
    ) -> None:
        lan, gone = running.seal(LAN, SECRET), running.seal(HOA, "x")
        running.erase(HOA)
        self.rotate(tmp_path / "data")
        mai = running.seal(MAI, "Mai")
        assert running.open_all([lan, mai, gone]) == [SECRET, "Mai", None]
        self.rotate(tmp_path / "data", "--finish")
        assert not before(file).exists()
        only_new = DatabaseKeys(running.keys.engine, "households", Masters((key_in(file),)))  # type: ignore[attr-defined] # ours are in a database
        anew = Keyring("households", only_new, bytes(32))
        assert anew.open_all([lan, mai, gone]) == [SECRET, "Mai", None]

    def test_what_an_old_process_wrapped_late_is_wrapped_anew_at_the_end(
        self, url: str, file: Path, tmp_path: Path
    ) -> None:
        old = key_in(file)
        self.rotate(tmp_path / "data")
        own = engine(url, name="tests")
        late = Keyring("loans", DatabaseKeys(own, "loans", Masters((old,))), bytes(32))
        sealed = late.seal(LAN, SECRET)
        assert rotation.left(own, Masters((key_in(file),), file)) == 1
        self.rotate(tmp_path / "data", "--finish")
        assert rotation.left(own, Masters((key_in(file),), file)) == 0
        now = Keyring("loans", DatabaseKeys(own, "loans", Masters((key_in(file),))), bytes(32))
        assert now.open(sealed) == SECRET
        own.dispose()

    def test_keys_from_before_the_signs_are_wrapped_anew_too(
        self, running: Keyring, tmp_path: Path, url: str
    ) -> None:
        sealed = running.seal(LAN, SECRET)
        own = engine(url, name="tests")
        with own.begin() as connection:
            connection.execute(text("UPDATE owner_keys SET master = NULL"))
        own.dispose()
        assert "1 khóa" in self.rotate(tmp_path / "data")
        assert running.open(sealed) == SECRET

    def test_without_a_change_under_way_there_is_nothing_to_finish(self, tmp_path: Path) -> None:
        asked = ["rotate", "--finish", "--data", str(tmp_path / "data")]
        done = CliRunner().invoke(command.command, asked)
        assert done.exit_code == 1
        assert "old key" in done.output

    def test_a_key_in_the_environment_is_changed_there_first(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MASTER_KEY", "11" * 32)
        asked = ["rotate", "--data", str(tmp_path / "data")]
        done = CliRunner().invoke(command.command, asked)
        assert done.exit_code == 1
        assert "MASTER_KEY_OLD" in done.output
        monkeypatch.setenv("MASTER_KEY_OLD", "00" * 32)
        self.rotate(tmp_path / "data")
