"""A service as a Flask app: its commands, its queries, and what every service says of itself."""

from typing import Any

from flask import Flask, Response
from flask_smorest import Api, Blueprint

from shared.auth.tokens import Authenticator, KeySet
from shared.http import about, batch, errors, histories, lengths, quarantine, refusals
from shared.http.commands import command_view
from shared.http.limits import Limits, RateLimit
from shared.http.openapi import ACCEPTED, BEARER, SCHEMES, Reads, Together, describe
from shared.http.sender import PROXIES
from shared.http.who import AUTHENTICATOR, RATE_LIMIT
from shared.projector.batch import Reader
from shared.routes import CommandRoute
from shared.service import Runtime


class _Api(Api):  # type: ignore[misc] # flask-smorest carries no types
    """flask-smorest for the OpenAPI document alone; errors are answered by `errors`."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # each refusal is named: nothing is left over
    _written: bytes = b""

    def _openapi_json(self) -> Response:
        """Give the document; it is written once, since anybody may ask for it, again and again."""
        if not self._written:
            self._written = super()._openapi_json().get_data()
        return Response(self._written, mimetype="application/json")

    def _register_error_handlers(self, *_: Any, **__: Any) -> None:
        """Leave the errors to the one place that answers them all."""

    def _register_responses(self) -> None:
        """Say what a problem document is, and which codes each status has."""
        self.spec.components.schema("Problem", refusals.PROBLEM)
        self.spec.components.schema("Accepted", ACCEPTED)
        for name, found in refusals.components().items():
            self.spec.components.response(name, found)
        for name, scheme in SCHEMES.items():
            self.spec.components.security_scheme(name, scheme)


def create_app(
    runtime: Runtime, *, limits: Limits | None = None, authenticator: Authenticator | None = None
) -> Flask:
    """Give the app of a service; nothing is opened before the first request."""
    settings, service = runtime.settings, runtime.service
    bounds = limits or Limits()
    app = Flask(service.name, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's default provider has it
    app.config["MAX_CONTENT_LENGTH"] = bounds.batch_bytes
    app.config |= {
        "API_TITLE": service.title,
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {"security": [{BEARER: []}]},
    }
    app.extensions[AUTHENTICATOR] = authenticator or Authenticator(
        KeySet(settings.jwks), settings.jwt_issuer, settings.jwt_audience
    )
    app.extensions[PROXIES] = settings.trusted_proxies
    app.extensions[RATE_LIMIT] = RateLimit(bounds)
    errors.install(app)
    about.measure(app, service.name)
    lengths.install(app)
    api = _Api(app, spec_kwargs={"extra_plugins": [Reads(), Together()]})
    api.register_blueprint(_commands(app, runtime, bounds))
    api.register_blueprint(histories.blueprint(runtime))
    for blueprint in service.queries(runtime):
        api.register_blueprint(blueprint)
    if service.project is not None and runtime.engine is not None:
        sources = {settings.topic(source): source for source in service.consumes}
        reader = Reader(sources, service.consumes, service.project)
        api.register_blueprint(quarantine.blueprint(runtime.engine, reader))
    api.register_blueprint(batch.blueprint(runtime, bounds))
    api.register_blueprint(about.blueprint(runtime))
    return app


def _commands(app: Flask, runtime: Runtime, limits: Limits) -> Blueprint:
    blueprint = Blueprint("commands", __name__, description="Lệnh / Commands")
    by_endpoint: dict[str, CommandRoute] = {}
    for number, route in enumerate(runtime.service.routes):
        name = f"{route.decider.name}_{number}"
        view = _view(runtime, route, limits)
        view.__name__ = name
        view.__doc__ = f"{route.summary_vi} / {route.summary_en}"
        blueprint.route(route.path, methods=[route.method], endpoint=name)(describe(route, view))
        by_endpoint[f"commands.{name}"] = route
    app.extensions[batch.ROUTES] = by_endpoint
    return blueprint


def _view(runtime: Runtime, route: CommandRoute, limits: Limits) -> Any:
    def view(**ids: Any) -> Any:
        return command_view(runtime, route, limits, ids)

    return view
