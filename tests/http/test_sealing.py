"""Personal data: readable while the person's key lives, and never again after."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.database import engine
from shared.ids import named
from shared.migrate import folder, migrate_one
from shared.sealing.keyring import DamagedSeal, Keyring, OwnerErased
from shared.sealing.keys import DatabaseKeys, MemoryKeys
from shared.sealing.masters import Masters
from shared.settings import Settings

LAN, MAI = named("lan"), named("mai")
SECRET = "Hoàng Thị Lan"


def keyring(service: str = "households", keys: MemoryKeys | None = None) -> Keyring:
    return Keyring(service, keys or MemoryKeys(), bytes(32))


def test_what_is_sealed_opens_and_shows_nothing() -> None:
    ring = keyring()
    sealed = ring.seal(LAN, SECRET)
    assert sealed.startswith("s1:")
    assert "Lan" not in sealed
    assert ring.open(sealed) == SECRET


def test_a_person_with_several_texts_has_one_key_asked_for_once() -> None:
    keys = MemoryKeys()
    ring = keyring(keys=keys).for_a_command()
    name = ring.seal(LAN, SECRET)
    keys.destroy(LAN)
    number = ring.seal(LAN, "006123456789")
    assert keyring(keys=keys).open_all([name, number]) == [None, None]


def test_the_same_text_is_sealed_differently_each_time() -> None:
    ring = keyring()
    assert ring.seal(LAN, SECRET) != ring.seal(LAN, SECRET)


def test_after_erasure_it_opens_as_nothing_and_others_still_open() -> None:
    ring = keyring()
    lan, mai = ring.seal(LAN, SECRET), ring.seal(MAI, "Mai")
    ring.erase(LAN)
    assert ring.open_all([lan, None, mai]) == [None, None, "Mai"]


def test_nothing_more_is_sealed_for_an_erased_person() -> None:
    ring = keyring()
    ring.erase(LAN)
    with pytest.raises(OwnerErased) as caught:
        ring.seal(LAN, SECRET)
    assert SECRET not in str(caught.value)


def test_another_service_cannot_open_it() -> None:
    keys = MemoryKeys()
    sealed = keyring("households", keys).seal(LAN, SECRET)
    with pytest.raises(DamagedSeal):
        keyring("loans", keys).open(sealed)


@pytest.mark.parametrize("change", ["s1:", "s1:AAAA", "plain", "s1:!!!!", "flip"])
def test_a_changed_seal_is_noticed(change: str) -> None:
    ring = keyring()
    sealed = ring.seal(LAN, SECRET)
    changed = sealed[:-3] + ("AAA" if sealed[-3:] != "AAA" else "BBB")
    with pytest.raises(DamagedSeal):
        ring.open(changed if change == "flip" else change)


@pytest.mark.parametrize("written", ["006 1234-56789", "006.1234.56789", "006123456789"])
def test_a_pseudonym_does_not_depend_on_blanks_and_separators(written: str) -> None:
    one, other = keyring("households"), keyring("loans")
    found = one.pseudonym(written)
    assert found == other.pseudonym("006123456789")
    assert found.startswith("h1:")
    assert len(found) == 3 + 64
    assert "123456789" not in found


def test_nothing_secret_is_shown_by_a_repr() -> None:
    key = bytes(range(32))
    keys = DatabaseKeys(engine("postgresql://x@localhost/x"), "loans", Masters((key,)))
    assert repr(key) not in repr(keys)
    assert repr(key) not in repr(Keyring("loans", keys, key))
    settings = Settings(databases={"loans": "pass"}, master_key=key, province_key=key)
    assert repr(key) not in repr(settings)
    assert "pass" not in repr(settings)


@pytest.mark.servers
class TestDatabase:
    @pytest.fixture
    def keys(self, postgres_url: str) -> Iterator[DatabaseKeys]:
        migrate_one(postgres_url, folder("keys"))
        own = engine(postgres_url, name="tests")
        yield DatabaseKeys(own, "households", Masters((bytes(32),)))
        own.dispose()

    def test_a_key_is_made_once_and_kept_wrapped(self, keys: DatabaseKeys) -> None:
        held = keys.obtain(LAN)
        assert held is not None
        assert keys.obtain(LAN) == held
        holder, made = held
        assert holder == LAN
        assert keys.find([LAN, MAI]) == {LAN: made}
        with keys.engine.begin() as connection:
            row = connection.execute(text("SELECT wrapped FROM owner_keys")).one()
        assert made not in row.wrapped

    def test_the_database_keeps_no_samples_of_keys(self, keys: DatabaseKeys) -> None:
        keys.make([LAN, MAI])
        sampled = "SELECT attname FROM pg_stats WHERE tablename = 'owner_keys'"
        with keys.engine.begin() as connection:
            connection.execute(text("ANALYZE owner_keys"))
            columns = set(connection.execute(text(sampled)).scalars())
        assert "owner" in columns
        assert "wrapped" not in columns

    @pytest.mark.parametrize("owner", [LAN, MAI])
    def test_a_destroyed_key_is_gone_and_never_made_again(
        self, keys: DatabaseKeys, owner: UUID
    ) -> None:
        keys.obtain(LAN)
        keys.destroy(owner)
        keys.destroy(owner)
        assert keys.obtain(owner) is None
        assert owner not in keys.find([LAN, MAI])
        with keys.engine.begin() as connection:
            left = connection.execute(
                text("SELECT count(*) FROM owner_keys WHERE owner = :owner AND wrapped IS NULL"),
                {"owner": owner},
            ).scalar_one()
        assert left == 1

    def test_each_service_has_keys_of_its_own(self, keys: DatabaseKeys) -> None:
        other = DatabaseKeys(keys.engine, "loans", keys.masters)
        assert keys.obtain(LAN) != other.obtain(LAN)
