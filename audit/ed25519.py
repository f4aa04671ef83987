"""Ed25519 (RFC 8032), verification only, in whole numbers of Python.

Where the library `cryptography` is there it is what verifies; this stands in for it.
"""

import hashlib
from collections.abc import Sequence

_BYTES = 32

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
D2 = 2 * D % P
ROOT = pow(2, (P - 1) // 4, P)
_ODD = 16


def point(raw: bytes) -> tuple[int, int, int, int] | None:
    """Read a point of the curve; None where the bytes are none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if len(raw) != _BYTES or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def add(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Add two points in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = one[3] * other[3] % P * D2 % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def doubled(one: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Double a point."""
    a, b = one[0] * one[0] % P, one[1] * one[1] % P
    e, g, h = 2 * one[0] * one[1] % P, b - a, -a - b
    f = (g - 2 * one[2] * one[2]) % P
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def digits(number: int) -> list[int]:
    """Return a number in few odd digits below 16 in size, the lowest first."""
    found = []
    while number:
        digit = 0
        if number & 1:
            digit = number & 2 * _ODD - 1
            digit -= 2 * _ODD if digit > _ODD else 0
            number -= digit
        found.append(digit)
        number >>= 1
    return found


def multiples(one: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """Return a point times 1, 3, 5 … 15."""
    found, twice = [one], doubled(one)
    for _ in range(_ODD // 2 - 1):
        found.append(add(found[-1], twice))
    return found


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
BASES = multiples(BASE) if BASE else []


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Check whether a signature over a message is a public key's."""
    key, s = point(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 2 * _BYTES or s >= ORDER:
        return False
    weighed = digits(challenge(public, signature, message))
    found = summed([(digits(s), BASES), (weighed, multiples(minus(key)))])
    inverse = pow(found[2], P - 2, P)
    x, y = found[0] * inverse % P, found[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def challenge(public: bytes, signature: bytes, message: bytes) -> int:
    """Return the number that binds a signature to its key and message."""
    whole = hashlib.sha512(signature[:_BYTES] + public + message).digest()
    return int.from_bytes(whole, "little") % ORDER


def minus(one: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return the point on the other side."""
    return (P - one[0], one[1], 1, P - one[3])


def summed(
    parts: Sequence[tuple[list[int], list[tuple[int, int, int, int]]]],
) -> tuple[int, int, int, int]:
    """Add up points, each as often as its digits say."""
    found = (0, 1, 1, 0)
    for place in reversed(range(max(len(row) for row, _ in parts))):
        found = doubled(found)
        for row, table in parts:
            digit = row[place] if place < len(row) else 0
            if digit:
                x, y, z, t = table[abs(digit) >> 1]
                found = add(found, (x, y, z, t) if digit > 0 else (P - x, y, z, P - t))
    return found
