"""Writes the table by which the days off are known without the library that knows them.

python -m audit.calendar > audit/standins/holidays.py
"""

from datetime import date

import holidays

from shared.calendar import CALENDAR_VERSION

_SATURDAY = 5

_HEAD = f'''"""Stands in for the library of holidays: {CALENDAR_VERSION}, observed days included.

Made by `python -m audit.calendar`, from Monday to Friday alone: Saturdays are not worked anyway.
"""

from datetime import date

DAYS_OFF = """
'''
_FOOT = '''"""
_KNOWN = {
    int(line[:4]): frozenset(
        date(int(line[:4]), int(each[:2]), int(each[2:])) for each in line[5:].split()
    )
    for line in DAYS_OFF.split("\\n")[1:-1]
}


def country_holidays(country: str, *, years: int, observed: bool) -> frozenset[date]:
    """Return the days off of a year; ValueError for a year or country that is not known here."""
    if country != "VN" or not observed or years not in _KNOWN:
        raise ValueError(f"the holidays of {country} in {years} are not known")
    return _KNOWN[years]
'''


def days_off(year: int) -> list[date]:
    """Return the holidays of a year from Monday to Friday, as the library knows them."""
    found = holidays.country_holidays("VN", years=year, observed=True)
    return sorted(each for each in found if each.weekday() < _SATURDAY)


def table(first: int, last: int) -> str:
    """Return the module for these years, both included."""
    rows = (
        f"{year} {' '.join(f'{each:%m%d}' for each in days_off(year))}\n"
        for year in range(first, last + 1)
    )
    return _HEAD + "".join(rows) + _FOOT


FIRST_YEAR, LAST_YEAR = 1950, 2100
"""The library knows nothing beyond; the register holds nothing older."""

if __name__ == "__main__":
    print(table(FIRST_YEAR, LAST_YEAR), end="")
