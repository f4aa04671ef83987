"""The top levels of the whole country on both maps: 63 provinces, 34 from 1 July 2025.

Only their names and what became of them: the register's own areas are those of `tree`.
Source: resolution 202/2025/QH15 and GSO's code lists.
"""

from dataclasses import dataclass
from datetime import date

from shared.areas.tree import BEGINNING, LAST_OLD_DAY, REFORM


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """A province or city of one map, and what it was formed from or became part of."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None
    formed_from: tuple[str, ...] = ()
    became: str | None = None


_KEPT = """01 Thành phố Hà Nội
04 Tỉnh Cao Bằng
11 Tỉnh Điện Biên
12 Tỉnh Lai Châu
14 Tỉnh Sơn La
20 Tỉnh Lạng Sơn
22 Tỉnh Quảng Ninh
38 Tỉnh Thanh Hóa
40 Tỉnh Nghệ An
42 Tỉnh Hà Tĩnh
46 Thành phố Huế"""
"""Those that the reform left as they were."""

_OLD = """02 Tỉnh Hà Giang
06 Tỉnh Bắc Kạn
08 Tỉnh Tuyên Quang
10 Tỉnh Lào Cai
15 Tỉnh Yên Bái
17 Tỉnh Hòa Bình
19 Tỉnh Thái Nguyên
24 Tỉnh Bắc Giang
25 Tỉnh Phú Thọ
26 Tỉnh Vĩnh Phúc
27 Tỉnh Bắc Ninh
30 Tỉnh Hải Dương
31 Thành phố Hải Phòng
33 Tỉnh Hưng Yên
34 Tỉnh Thái Bình
35 Tỉnh Hà Nam
36 Tỉnh Nam Định
37 Tỉnh Ninh Bình
44 Tỉnh Quảng Bình
45 Tỉnh Quảng Trị
48 Thành phố Đà Nẵng
49 Tỉnh Quảng Nam
51 Tỉnh Quảng Ngãi
52 Tỉnh Bình Định
54 Tỉnh Phú Yên
56 Tỉnh Khánh Hòa
58 Tỉnh Ninh Thuận
60 Tỉnh Bình Thuận
62 Tỉnh Kon Tum
64 Tỉnh Gia Lai
66 Tỉnh Đắk Lắk
67 Tỉnh Đắk Nông
68 Tỉnh Lâm Đồng
70 Tỉnh Bình Phước
72 Tỉnh Tây Ninh
74 Tỉnh Bình Dương
75 Tỉnh Đồng Nai
77 Tỉnh Bà Rịa - Vũng Tàu
79 Thành phố Hồ Chí Minh
80 Tỉnh Long An
82 Tỉnh Tiền Giang
83 Tỉnh Bến Tre
84 Tỉnh Trà Vinh
86 Tỉnh Vĩnh Long
87 Tỉnh Đồng Tháp
89 Tỉnh An Giang
91 Tỉnh Kiên Giang
92 Thành phố Cần Thơ
93 Tỉnh Hậu Giang
94 Tỉnh Sóc Trăng
95 Tỉnh Bạc Liêu
96 Tỉnh Cà Mau"""

_FORMED = """08 Tỉnh Tuyên Quang: 02 08
15 Tỉnh Lào Cai: 10 15
19 Tỉnh Thái Nguyên: 06 19
24 Tỉnh Bắc Ninh: 24 27
25 Tỉnh Phú Thọ: 17 25 26
31 Thành phố Hải Phòng: 30 31
33 Tỉnh Hưng Yên: 33 34
37 Tỉnh Ninh Bình: 35 36 37
44 Tỉnh Quảng Trị: 44 45
48 Thành phố Đà Nẵng: 48 49
51 Tỉnh Quảng Ngãi: 51 62
52 Tỉnh Gia Lai: 52 64
56 Tỉnh Khánh Hòa: 56 58
66 Tỉnh Đắk Lắk: 54 66
68 Tỉnh Lâm Đồng: 60 67 68
75 Tỉnh Đồng Nai: 70 75
79 Thành phố Hồ Chí Minh: 74 77 79
80 Tỉnh Tây Ninh: 72 80
82 Tỉnh Đồng Tháp: 82 87
86 Tỉnh Vĩnh Long: 83 84 86
91 Tỉnh An Giang: 89 91
92 Thành phố Cần Thơ: 92 93 94
96 Tỉnh Cà Mau: 95 96"""


def _new() -> tuple[Province, ...]:
    found = []
    for line in [*_KEPT.splitlines(), *_FORMED.splitlines()]:
        named, _, sources = line.partition(": ")
        code, _, name = named.partition(" ")
        formed_from = tuple(sources.split()) or (code,)
        found.append(
            Province(
                code=code, name=name, valid_from=REFORM, valid_to=None, formed_from=formed_from
            )
        )
    return tuple(sorted(found, key=lambda province: province.code))


def _old(news: tuple[Province, ...]) -> tuple[Province, ...]:
    became = {code: new.code for new in news for code in new.formed_from}
    found = []
    for line in [*_KEPT.splitlines(), *_OLD.splitlines()]:
        code, _, name = line.partition(" ")
        found.append(
            Province(
                code=code,
                name=name,
                valid_from=BEGINNING,
                valid_to=LAST_OLD_DAY,
                became=became[code],
            )
        )
    return tuple(sorted(found, key=lambda province: province.code))


NEW_PROVINCES = _new()
OLD_PROVINCES = _old(NEW_PROVINCES)


def provinces(day: date) -> tuple[Province, ...]:
    """Give every province of the map of a day."""
    return NEW_PROVINCES if day >= REFORM else OLD_PROVINCES


def province_on(code: str, day: date) -> Province | None:
    """Read a province's code on the map of a day; None if none had it then."""
    return next((province for province in provinces(day) if province.code == code), None)
