"""docker-compose.yml brings the whole system up, and the story is seen through its gateway."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from testcontainers.compose import DockerCompose

from deploy.container.secrets import main as make_secrets
from tests.support.servers import eventually
from tests.support.story import (
    People,
    disburse_loan,
    inspect_wrong_purpose,
    register_poor_household,
)
from tests.support.system import free_ports

ROOT = Path(__file__).resolve().parents[2]
PROJECT = f"giamngheo-test-{os.getpid()}"
ROLES = ("households", "loans", "sponsorship", "reporting", "mover", "consumer", "projector")

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class Stack:
    """The project's own compose file, under a name, a port and secrets of this test."""

    compose: DockerCompose
    gateway: str

    def token(self, role: str, *options: str) -> str:
        """Have a token printed by a fresh container."""
        inside = ["run", "--rm", "--no-deps", "-T", "init", "token", "--role", role, *options]
        whole = [*self.compose.compose_command_property, *inside]
        done = subprocess.run(whole, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]


def compose_command(folder: Path) -> str:
    """Return a program that takes `compose …` as `docker` does, also where that is apart."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode == 0:
        return "docker"
    program = folder / "docker"
    program.write_text('#!/bin/sh\nshift\nexec docker-compose "$@"\n')
    program.chmod(0o755)
    return str(program)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("compose")
    env = folder / ".env"
    make_secrets(env)
    port = free_ports(1)
    with env.open("a") as more:
        more.write(f"COMPOSE_PROJECT_NAME={PROJECT}\nGATEWAY_PORT={port}\nGIAMNGHEO_TAG=test\n")
    compose = DockerCompose(
        context=str(ROOT),
        compose_file_name="docker-compose.yml",
        env_file=str(env),
        docker_command_path=compose_command(folder),
        build=True,
        wait=False,
    )
    try:
        compose.start()
        yield Stack(compose, f"http://127.0.0.1:{port}")
    finally:
        # shown by pytest where a test or the start itself has failed
        sys.stdout.writelines(text[-20_000:] for text in compose.get_logs())
        compose.stop()


def is_healthy(role: str) -> bool:
    asked = ["docker", "inspect", "-f", "{{.State.Health.Status}}", container(role)]
    return subprocess.run(asked, capture_output=True, check=True).stdout.strip() == b"healthy"


def container(role: str) -> str:
    asked = ["docker", "ps", "-q", "-f", f"label=com.docker.compose.project={PROJECT}"]
    asked += ["-f", f"label=com.docker.compose.service={role}"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_every_role_becomes_healthy_and_the_story_is_seen(stack: Stack) -> None:
    for role in (*ROLES, "gateway"):
        eventually(partial(is_healthy, role), 240)
    assert httpx.get(f"{stack.gateway}/").status_code == 200
    people = People.at(stack.gateway, stack.token)
    household, head = register_poor_household(people)
    loan, disbursement = disburse_loan(people, household, head)
    inspect_wrong_purpose(people, loan, disbursement)
    people.inspector.awaited_codes(
        "/reporting/v1/misuse", ["WRONG_PURPOSE"], household_id=household
    )


def test_nothing_of_ours_runs_as_root(stack: Stack) -> None:
    for role in (*ROLES, "gateway"):
        asked = ["docker", "exec", container(role), "id", "-u"]
        assert subprocess.run(asked, capture_output=True, check=True).stdout.strip() != b"0"
