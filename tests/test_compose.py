"""compose.yaml: what it names exists, and nothing is open that need not be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return compose | compose["services"]


def test_every_setting_of_the_bot_is_one(services: dict[str, Any]) -> None:
    known = {name.upper() for name in Settings.model_fields}

    assert set(services["bot"]["environment"]) <= known


def test_the_image_is_built_with_the_driver(services: dict[str, Any]) -> None:
    extra = services["bot"]["build"]["args"]["REQUIREMENTS"]

    assert "psycopg" in (ROOT / "requirements" / f"{extra}.txt").read_text()
    assert "psycopg" not in (ROOT / "requirements" / "run.txt").read_text()
    assert "ARG REQUIREMENTS" in (ROOT / "Dockerfile").read_text()


def test_there_are_two_replicas_and_each_has_time_to_stop(services: dict[str, Any]) -> None:
    assert services["bot"]["deploy"]["replicas"] == 2
    assert services["bot"]["stop_grace_period"] == "10s"


def test_only_the_proxy_is_open_and_only_for_the_webhook(services: dict[str, Any]) -> None:
    assert "ports" not in services["bot"] and "ports" not in services["postgres"]
    path = services["bot"]["environment"]["WEBHOOK_URL"].rpartition("/")[2]
    assert f"handle /{path} {{" in services["configs"]["caddyfile"]["content"]
    assert services["networks"]["inside"] == {"internal": True}
    assert services["postgres"]["networks"] == ["inside"]


def test_the_bot_has_no_rights_it_does_not_need(services: dict[str, Any]) -> None:
    bot = services["bot"]

    assert bot["read_only"] is True and bot["cap_drop"] == ["ALL"]
    assert "TELEGRAM_BOT_TOKEN" not in bot["environment"]


def test_no_secret_has_a_value_of_its_own(services: dict[str, Any]) -> None:
    text = (ROOT / "compose.yaml").read_text()
    secrets = re.findall(r"\$\{(\w*(?:SECRET|PASSWORD|TOKEN)\w*)(:?\??)", text)

    assert secrets and all(required == ":?" for _, required in secrets)
