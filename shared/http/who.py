"""Who is asking, within a request."""

from typing import cast

from flask import current_app, g, request

from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.auth.tokens import Authenticator, RolesConflict, TooManyFailures, Unauthenticated
from shared.http.limits import RateLimit
from shared.http.sender import sender
from shared.metrics import REFUSED_TOKENS
from shared.problems import Problem

AUTHENTICATOR = "giamngheo.authenticator"
RATE_LIMIT = "giamngheo.rate_limit"


def caller() -> Caller:
    """Give the person behind this request; 401, 403 `roles-conflict` or 429."""
    if "caller" in g:
        return cast("Caller", g.caller)
    authenticator: Authenticator = current_app.extensions[AUTHENTICATOR]
    try:
        found = authenticator.caller(request.headers.get("Authorization"), sender())
    except TooManyFailures as problem:
        REFUSED_TOKENS.labels(current_app.name, "throttled").inc()
        raise _too_many(
            problem.wait,
            "Quá nhiều mã sai từ địa chỉ này / Too many wrong tokens from this address",
        ) from None
    except Unauthenticated as problem:
        REFUSED_TOKENS.labels(current_app.name, "wrong").inc()
        raise Problem(
            "unauthenticated", str(problem), headers={"WWW-Authenticate": "Bearer"}
        ) from None
    except RolesConflict as problem:
        raise Problem("roles-conflict", str(problem)) from None
    rate: RateLimit = current_app.extensions[RATE_LIMIT]
    wait = rate.wait_for(found.sub)
    if wait:
        raise _too_many(wait, "Gửi quá nhanh / Too fast")
    g.caller = found
    return found


def _too_many(wait: float, why: str) -> Problem:
    seconds = int(wait) + 1
    detail = f"{why}; hãy đợi {seconds} giây / wait {seconds} s"
    return Problem("too-many", detail, headers={"Retry-After": str(seconds)})


def allowed(*roles: str) -> Caller:
    """Give the caller if they hold one of the roles; an auditor may GET whatever exists."""
    found = caller()
    if found.has(*roles) or (request.method in ("GET", "HEAD") and found.has(Role.AUDITOR)):
        return found
    raise role_missing(roles)


def role_missing(roles: tuple[str, ...] | frozenset[str]) -> Problem:
    """Give the 403 that names the roles which may."""
    named = ", ".join(sorted(str(role) for role in roles))
    return Problem("role-missing", f"Cần vai trò / Needs one of the roles: {named}")
