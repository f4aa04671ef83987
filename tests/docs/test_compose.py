"""The compose file gives every container what it needs, and no secret of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are a package of their own

from deploy.container import healthy
from deploy.container.secrets import KEYS, PASSWORDS, env_file, main
from shared.problems import TITLES, TYPE
from shared.run import declared
from shared.settings import (
    COMMAND_SERVICES,
    DATABASES,
    SERVICES,
    BadSetting,
    from_environment,
)

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "container" / "nginx.conf").read_text(encoding="utf-8")


def test_every_secret_is_made_and_none_has_a_default() -> None:
    made = {line.split("=")[0] for line in env_file().splitlines()}
    assert made == {f"{name}_PASSWORD" for name in PASSWORDS} | set(KEYS)
    asked = dict(re.findall(r"\$\{(\w+)(:[^}]*)\}", COMPOSE))
    assert made <= set(asked)
    assert {asked[name] for name in made} == {":?run make secrets"}


def test_every_database_has_an_address() -> None:
    assert set(re.findall(r"DATABASE_URL_(\w+):", COMPOSE)) == {n.upper() for n in DATABASES} | {
        "ADMIN"
    }


def given_to(container: str) -> dict[str, str]:
    environment: dict[str, str] = yaml.safe_load(COMPOSE)["services"][container]["environment"]
    return environment


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_database_and_the_keys_only(service: str) -> None:
    addresses = {name for name in given_to(service) if name.startswith("DATABASE_URL")}
    assert addresses == {f"DATABASE_URL_{service.upper()}", "DATABASE_URL_KEYS"}


@pytest.mark.parametrize("container", [*SERVICES, "mover", "consumer", "projector"])
def test_what_a_container_is_given_is_enough_to_start(container: str) -> None:
    key = "0" * 64
    given = {name: str(value) for name, value in given_to(container).items()}
    environ = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text) for name, text in given.items()}
    settings = from_environment(environ | dict.fromkeys(KEYS, key))
    assert len(settings.databases) == sum(name.startswith("DATABASE_URL") for name in environ)


def test_a_database_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadSetting, match=r"DATABASES: .* houses .*households,loans"):
        from_environment({"LOG": "embedded", "JWT_JWKS": "x", "DATABASES": "houses, keys"})


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert main(path) == 0
    first = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert main(path) == 0
    assert path.read_text() == first
    assert env_file() != first


def test_the_health_checks_know_the_services_and_who_learns_of_others() -> None:
    assert healthy.SERVICES == SERVICES
    learning = {name for name in COMMAND_SERVICES if declared(name).consumes}
    assert set(healthy.CONSUMERS) == learning


def test_the_gateway_knows_each_service_by_its_port() -> None:
    ports = re.findall(r"^ +(\w+) (800[1-9]);", NGINX, flags=re.MULTILINE)
    assert ports == [(name, str(8001 + number)) for number, name in enumerate(SERVICES)]
    assert f"location ~ ^/(?<service>{'|'.join(SERVICES)})(/|$) {{" in NGINX


def test_the_gateway_gives_its_own_refusals_as_the_services_do() -> None:
    told = [json.loads(text) for text in re.findall(r"return \d+ '(.+)';", NGINX)]
    assert [problem["code"] for problem in told] == ["not-found", "unavailable"]
    for problem in told:
        assert (problem["status"], problem["title"]) == TITLES[problem["code"]]
        assert problem["type"] == TYPE + problem["code"]
