"""Signatures without a library: right or wrong just as the library says."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.ed25519 import ORDER, ed25519


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_a_signature_is_right_or_wrong_as_the_library_says(
    seed: bytes, message: bytes, place: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert ed25519(public, signature, message)
    touched = bytearray(signature)
    touched[place // 8] ^= 1 << place % 8
    assert not ed25519(public, bytes(touched), message)
    assert not ed25519(public, signature, message + b".")


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ],
    ids=["empty", "one byte"],
)
def test_the_signatures_of_the_standard_are_right(
    secret: str, public: str, message: str, signature: str
) -> None:
    assert secret != public
    key, said, signed = (bytes.fromhex(each) for each in (public, message, signature))
    assert ed25519(key, signed, said)
    # the same scalar written larger is another signature, which nobody made
    scalar = int.from_bytes(signed[32:], "little") + ORDER
    assert not ed25519(key, signed[:32] + scalar.to_bytes(32, "little"), said)


def test_a_key_that_is_no_point_signs_nothing() -> None:
    assert not ed25519(b"\x02" + bytes(31), bytes(64), b"")
    assert not ed25519(b"\xff" * 32, bytes(64), b"")
    assert not ed25519(bytes(31), bytes(64), b"")
