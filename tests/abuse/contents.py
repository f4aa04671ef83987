"""Abuse of bodies, JSON, batches, and of addresses: queries, paths, methods, ids."""

from __future__ import annotations

import gzip
import json
from typing import Any

from tests.abuse.row import ANSWERED, Abuse, Ask, bare, said

HOME = "/households/v1/households"
CAUSES = f"{HOME}/{{household}}/causes"
BATCH = "/households/v1/commands"
MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}


def put(body: bytes) -> Ask:
    """Send bytes as the causes of a household's poverty."""
    return said("PUT", CAUSES, content=body, headers=JSON)


def causes(**more: Any) -> Ask:
    """Send the causes of a household's poverty, changed."""
    return said("PUT", CAUSES, json={"causes": ["no_land"], "occurred_on": "2025-09-01", **more})


BODIES = (
    Abuse("bodies", "none", put(b""), ("not-json",)),
    Abuse("bodies", "one byte more than 1 MiB", put(b" " * (MIB + 1)), ("too-large",)),
    Abuse("bodies", "15 MiB", put(b" " * (15 * MIB)), ("too-large",)),
    Abuse(
        "bodies",
        "said to be of 1 TiB",
        bare(
            f"PUT {CAUSES} HTTP/1.1\nContent-Type: application/json\nContent-Length: 1099511627776"
        ),
        ("too-large",),
    ),
    Abuse(
        "bodies",
        "15 MiB to search for",
        said(
            "POST", f"{HOME}/search", content=b'{"name":"' + b"a" * (15 * MIB) + b'"}', headers=JSON
        ),
        ("too-large",),
    ),
    Abuse("bodies", "a note of 1,001 characters", causes(note="x" * 1_001), ("invalid",)),
    Abuse("bodies", "a note of 500,000 characters", causes(note="x" * 500_000), ("invalid",)),
    Abuse(
        "bodies",
        "501 ids to name",
        said("POST", f"{HOME}/names", json={"ids": ["00000000-0000-7000-8000-000000000001"] * 501}),
        ("invalid",),
    ),
    Abuse(
        "bodies",
        "a body to a read",
        said("GET", f"{HOME}/{{household}}", content=b"{}", headers=JSON),
        (ANSWERED, "invalid", "unsupported-media"),
    ),
)

DOCUMENTS = (
    Abuse("json", "not UTF-8", put(b'{"causes":["\xff"]}'), ("not-json",)),
    Abuse("json", "cut short", put(b'{"causes":['), ("not-json",)),
    Abuse("json", "a list", put(b"[]"), ("invalid",)),
    Abuse("json", "null", put(b"null"), ("invalid",)),
    Abuse("json", "100,000 brackets deep", put(b"[" * 100_000), ("too-large",)),
    Abuse("json", "20,000 brackets deep", put(b"[" * 20_000), ("not-json",)),
    Abuse("json", "300,000 empty lists", put(b"[" + b"[]," * 300_000 + b"0]"), ("too-large",)),
    Abuse(
        "json",
        "1,000 objects deep",
        put(b'{"a":' * 1_000 + b"1" + b"}" * 1_000),
        ("not-json", "invalid"),
    ),
    Abuse(
        "json",
        "a number of 100,000 digits",
        put(b'{"causes":[' + b"9" * 100_000 + b"]}"),
        ("not-json", "invalid"),
    ),
    Abuse("json", "1e999999999", put(b'{"causes":[1e999999999]}'), ("not-json", "invalid")),
    Abuse("json", "NaN", put(b'{"causes":[NaN]}'), ("not-json",)),
    Abuse(
        "json",
        "the same name twice",
        put(b'{"causes":["no_land"],"causes":[],"occurred_on":"2025-09-01"}'),
        ("not-json", "invalid"),
    ),
    Abuse(
        "json",
        "100,000 unknown names",
        put(json.dumps({f"k{n}": 1 for n in range(60_000)}).encode()),
        ("invalid", "too-large"),
    ),
    Abuse(
        "json",
        "a lone surrogate",
        put(b'{"causes":["no_land"],"note":"\\ud800","occurred_on":"2025-09-01"}'),
        ("invalid", "not-json"),
    ),
    Abuse(
        "json",
        "a zero character",
        put(b'{"causes":["no_land"],"note":"\\u0000","occurred_on":"2025-09-01"}'),
        ("invalid", "not-json"),
    ),
    Abuse("json", "10,000 times the same cause", causes(causes=["no_land"] * 10_000), ("invalid",)),
    Abuse("json", "a cause that is no text", causes(causes=[{"$ne": ""}]), ("invalid",)),
    Abuse("json", "the day after the last", causes(occurred_on="9999-12-31"), ("invalid",)),
    Abuse("json", "the 30th of February", causes(occurred_on="2025-02-30"), ("invalid",)),
    Abuse("json", "the year 0", causes(occurred_on="0000-01-01"), ("invalid",)),
)


def batch(content: bytes, **headers: str) -> Ask:
    """Send a batch of commands."""
    return said("POST", BATCH, content=content, headers=NDJSON | headers)


BATCHES = (
    Abuse("batches", "10,001 lines", batch(b"{}\n" * 10_001), ("too-large", "invalid")),
    Abuse("batches", "16 MiB of line ends", batch(b"\n" * (16 * MIB)), ("too-large",)),
    Abuse(
        "batches",
        "a line of five million empty lists",
        batch(b'{"body":[' + b"[]," * 5_000_000 + b"0]}"),
        ("too-large",),
    ),
    Abuse("batches", "17 MiB", batch(b" " * (17 * MIB)), ("too-large",)),
    Abuse(
        "batches",
        "a zip that unfolds to 1 GiB",
        batch(gzip.compress(b"\n" * (64 * MIB)), **{"Content-Encoding": "gzip"}),
        ("too-large",),
    ),
    Abuse(
        "batches",
        "zipped, it says, and is not",
        batch(b"{}", **{"Content-Encoding": "gzip"}),
        ("invalid", "not-json", "unsupported-media"),
    ),
    Abuse(
        "batches",
        "zipped and cut short",
        batch(gzip.compress(b"{}" * 1_000)[:-12], **{"Content-Encoding": "gzip"}),
        ("invalid", "not-json", "unsupported-media"),
    ),
    Abuse("batches", "as JSON", said("POST", BATCH, json=[]), ("unsupported-media", ANSWERED)),
    Abuse(
        "batches",
        "of a sponsor's people",
        said("POST", "/loans/v1/commands", "sponsor", content=b"", headers=NDJSON),
        ("role-missing", ANSWERED),
    ),
)


LOANS = "/loans/v1/loans"

ADDRESSES = (
    Abuse(
        "addresses",
        "a cursor of 3 kB",
        said("GET", f"{HOME}?cursor={'A' * 3_000}"),
        ("bad-cursor",),
    ),
    Abuse("addresses", "a cursor made up", said("GET", f"{HOME}?cursor=AAAA"), ("bad-cursor",)),
    Abuse(
        "addresses",
        "a cursor that is no text",
        said("GET", f"{HOME}?cursor=%FF%FE"),
        ("bad-cursor", "invalid"),
    ),
    Abuse("addresses", "a cursor with an accent", said("GET", f"{HOME}?cursor=Ạ"), ("bad-cursor",)),
    Abuse("addresses", "limit=501", said("GET", f"{HOME}?limit=501"), ("invalid",)),
    Abuse("addresses", "limit=0", said("GET", f"{HOME}?limit=0"), ("invalid",)),
    Abuse(
        "addresses",
        "limit of 3,000 digits",
        said("GET", f"{HOME}?limit={'9' * 3_000}"),
        ("invalid",),
    ),
    Abuse("addresses", "limit twice", said("GET", f"{HOME}?limit=1&limit=2"), ("invalid",)),
    Abuse("addresses", "an unknown parameter", said("GET", f"{HOME}?x=1"), ("invalid",)),
    Abuse("addresses", "a thousand parameters", said("GET", f"{HOME}?{'&' * 1_000}"), ("invalid",)),
    Abuse(
        "addresses",
        "a query of 3,600 characters",
        said("GET", f"{HOME}?on={'x' * 3_600}"),
        ("invalid",),
    ),
    Abuse(
        "addresses", "a zero character in a query", said("GET", f"{HOME}?village=%00"), ("invalid",)
    ),
    Abuse(
        "addresses",
        "SQL in a query",
        said("GET", f"{HOME}?commune=01864'%20OR%201=1--"),
        ("invalid",),
    ),
    Abuse(
        "addresses",
        "the year 99999",
        said("GET", "/reporting/v1/areas/060/overview?year=99999"),
        ("invalid",),
    ),
    Abuse(
        "addresses",
        "a day before all days",
        said("GET", f"{HOME}?on=0001-01-01"),
        ("invalid", ANSWERED),
    ),
    Abuse("addresses", "an id that is none", said("GET", f"{HOME}/1"), ("not-found",)),
    Abuse(
        "addresses",
        "nobody's id",
        said("GET", f"{HOME}/00000000-0000-7000-8000-000000000000"),
        ("not-found",),
    ),
    Abuse(
        "addresses",
        "up two folders",
        bare(f"GET {HOME}/../../../../etc/passwd HTTP/1.1"),
        ("not-found",),
    ),
    Abuse("addresses", "a zero character in a path", said("GET", f"{HOME}/%00"), ("not-found",)),
    Abuse(
        "addresses",
        "a path of 3,000 characters",
        said("GET", "/households/" + "a" * 3_000),
        ("not-found",),
    ),
    Abuse("addresses", "DELETE", said("DELETE", f"{HOME}/{{household}}"), ("method-not-allowed",)),
    Abuse("addresses", "a method made up", said("BREW", HOME), ("method-not-allowed",)),
    Abuse("addresses", "TRACE", said("TRACE", HOME), ("method-not-allowed",)),
    Abuse(
        "addresses",
        "another's commands at this service",
        said("POST", f"/households{LOANS}", json={}),
        ("not-found",),
    ),
    Abuse("addresses", "a service that is none", said("GET", "/payments/v1/loans"), ("not-found",)),
)

ROWS = (*BODIES, *DOCUMENTS, *BATCHES, *ADDRESSES)
