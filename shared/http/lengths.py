"""How long the parts of a request's head may be: longer ones are refused before they are read."""

from flask import Flask, request

from shared.problems import FieldError, Problem, invalid

HEADERS = {
    "If-Match": 200,
    "If-None-Match": 200,
    "Idempotency-Key": 300,
    "Consistency-Token": 200,
    "traceparent": 200,
    "X-Request-ID": 200,
    "Prefer": 200,
    "Accept": 1_000,
    "Accept-Language": 500,
    "Content-Type": 200,
    "Content-Encoding": 100,
}
"""Characters; what is read of a head besides the token, which has a limit of its own."""
CURSOR = 1_000
QUERY_BYTES = 3_500
PARAMETERS = 100


def install(app: Flask) -> None:
    """Refuse what is too long in the head of a request of this app."""
    app.before_request(refuse_long)


def refuse_long() -> None:
    """422 `invalid` naming the header or the query, or `bad-cursor`."""
    long = [name for name, most in HEADERS.items() if len(request.headers.get(name, "")) > most]
    if long:
        raise invalid(_too_long(name, HEADERS[name]) for name in long)
    if len(request.query_string) > QUERY_BYTES:
        # what is so long is most often a cursor, pasted twice or made up
        if b"cursor=" in request.query_string:
            raise bad_cursor()
        raise invalid([_too_long("query", QUERY_BYTES)])
    if request.query_string.count(b"&") >= PARAMETERS:
        said = f"tối đa {PARAMETERS} tham số / at most {PARAMETERS} parameters"
        raise invalid([FieldError("/query", "out-of-range", said)])


def _too_long(name: str, most: int) -> FieldError:
    said = f"tối đa {most} ký tự / at most {most} characters"
    return FieldError(f"/{name}", "out-of-range", said)


def bad_cursor() -> Problem:
    """Return the 422 of a cursor that was not given for these filters."""
    return Problem(
        "bad-cursor",
        "Con trỏ không thuộc bộ lọc này, hãy đọc lại từ đầu / "
        "The cursor does not belong to these filters, start again",
    )
