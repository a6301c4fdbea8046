"""Figures for Prometheus: counts and times, never an id, a text or a secret in a label."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from bot.watch.health import Health
from bot.watch.standing import BANDS

REGISTRY = CollectorRegistry()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

QUESTIONS = Counter(
    "klyngebot_questions",
    "Questions by band (sure, unsure, unknown) and language of the answer",
    ("band", "language"),
    registry=REGISTRY,
)
ANSWER_SECONDS = Histogram(
    "klyngebot_answer_seconds",
    "From the arrival of an update until its answer was delivered",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600),
    registry=REGISTRY,
)
IGNORED = Counter("klyngebot_updates_ignored", "Updates of senders that write too much", registry=REGISTRY)
CALLS = Counter(
    "klyngebot_calls",
    "Attempts to send something to Telegram, by outcome (429: too_many)",
    ("outcome",),
    registry=REGISTRY,
)
RELOADS = Counter(
    "klyngebot_knowledge_reloads", "Changed knowledge folders by outcome", ("outcome",), registry=REGISTRY
)
COMMIT_SECONDS = Histogram(
    "klyngebot_commit_seconds",
    "Time a transaction took; its count is the number of transactions that were committed",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
    registry=REGISTRY,
)
FAILED_COMMITS = Counter(
    "klyngebot_commits_failed", "Transactions that the database did not take", registry=REGISTRY
)
READY = Gauge("klyngebot_ready", "1 when /ready says 200", registry=REGISTRY)
INBOX = Gauge("klyngebot_inbox_updates", "Updates that wait to be handled", registry=REGISTRY)
INBOX_AGE = Gauge("klyngebot_inbox_oldest_seconds", "Age of the oldest of them", registry=REGISTRY)
ANSWERS = Gauge("klyngebot_outgoing_answers", "Answers that are made and not delivered", registry=REGISTRY)
LETTERS = Gauge("klyngebot_letters_due", "Announcements' messages that are due", registry=REGISTRY)
SUBSCRIBERS = Gauge("klyngebot_subscribers", "Chats that want announcements", registry=REGISTRY)

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def asked() -> tuple[int, int, int]:
    """How many questions of each band this process has had; bands as in standing.BANDS."""
    counts = dict.fromkeys(BANDS, 0)
    for family in QUESTIONS.collect():
        for sample in family.samples:
            if sample.name.endswith("_total"):
                counts[sample.labels["band"]] += round(sample.value)
    sure, unsure, unknown = counts.values()
    return sure, unsure, unknown


def exposition(health: Health) -> bytes:
    """The figures as Prometheus reads them; where the database does not tell, the last ones it told."""
    READY.set(health.ready)
    if (backlog := health.backlog) is not None:
        for gauge, value in (
            (INBOX, backlog.waiting),
            (INBOX_AGE, backlog.oldest_seconds or 0),
            (ANSWERS, backlog.answers),
            (LETTERS, backlog.letters),
            (SUBSCRIBERS, backlog.subscribers),
        ):
            gauge.set(value)
    return generate_latest(REGISTRY)
