"""From one map to the other: where that is a function, and why not where it is not."""

from datetime import date

from shared.areas.tree import Commune, at, place_of, predecessors


class SeveralCommunes(Exception):  # noqa: N818 - said to people as one sentence
    """A new commune was formed from several old ones: its code does not tell which is meant."""

    def __init__(self, commune: Commune, candidates: tuple[Commune, ...]) -> None:
        names = ", ".join(f"{old.code} {_name(old)}" for old in candidates)
        super().__init__(
            f"{commune.code} {_name(commune)} được lập từ {len(candidates)} xã, mã không cho biết"
            f" là xã nào; hãy chọn một: {names} / it was formed from {len(candidates)} communes"
            " and its code does not tell which; name one of them"
        )
        self.commune = commune
        self.candidates = candidates


def converted(commune: Commune, day: date) -> Commune:
    """Give the commune of the map of `day` in which this one lies; else SeveralCommunes.

    Old to new always has an answer, new to old only where one commune became one.
    """
    found = at(commune, day)
    if found is None:
        raise SeveralCommunes(commune, tuple(sorted(predecessors(commune))))
    return found


def _name(commune: Commune) -> str:
    place = place_of(commune)
    return place.name if place else ""
