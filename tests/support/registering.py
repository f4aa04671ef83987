"""Households put on the register over HTTP, with what a test wants to say of their people."""

from typing import Any

from shared.ids import named
from tests.support.service_app import Speaker

# Bằng Thành of Pác Nặm (060); 01900 is in Ba Bể (061)
BANG_THANH, IN_BA_BE = "01858", "01900"


def register(by: Speaker, name: str, full_name: str, **more: Any) -> str:
    """Register a household by a made-up name; give its path. `head` adds to what is said of it."""
    head = {
        "member_id": str(named(f"{name} head")),
        "full_name": full_name,
        "able_to_work": True,
    } | more.pop("head", {})
    body = {
        "household_id": str(named(name)),
        "registered_on": "2024-01-10",
        "commune_code": BANG_THANH,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": head,
    } | more
    by.must("/v1/households", body)
    return f"/v1/households/{named(name)}"
