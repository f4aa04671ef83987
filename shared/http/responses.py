"""The response of an answer: the one place where it becomes Flask's."""

from flask import Response

from shared.codec import canonical
from shared.problems import Answer


def response(answer: Answer) -> Response:
    """Make the response of an answer, problem or not."""
    problem = "code" in answer.document and answer.status >= 400  # noqa: PLR2004 - HTTP's line
    kind = "application/problem+json" if problem else "application/json"
    made = Response(canonical(answer.document), status=answer.status, content_type=kind)
    made.headers.update(answer.headers)
    return made
