"""Only this machine's own page may use the preview."""

from __future__ import annotations

import aiohttp
import pytest

from bot.preview import PreviewServer
from bot.preview.guard import is_known_host

SAY = {"person": 1001, "chat": 1001, "text": "hello"}


async def status(server: PreviewServer, path: str, headers: dict[str, str], **sent: object) -> int:
    async with aiohttp.ClientSession() as session:
        method = session.post if sent else session.get
        async with method(server.base_url + path, headers=headers, **sent) as answer:
            return answer.status


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:8080", True),
        ("127.0.0.1", True),
        ("127.4.5.6:1", True),
        ("[::1]:8080", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("10.0.0.1:8080", False),
        ("", False),
        ("[", False),
    ],
)
def test_only_names_of_this_machine_are_known(host: str, known: bool) -> None:
    assert is_known_host(host) is known


def test_further_names_can_be_allowed() -> None:
    assert is_known_host("preview.test:80", {"preview.test"})


@pytest.mark.parametrize("path", ["/", "/bot1:preview/getMe", "/control/file/file-1", "/file/bot1:preview/x"])
@pytest.mark.asyncio(loop_scope="session")
async def test_a_foreign_host_name_gets_nothing(server: PreviewServer, path: str) -> None:
    assert await status(server, path, {"Host": "evil.example"}) == 421


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_of_another_site_can_do_nothing(server: PreviewServer) -> None:
    theirs = {"Origin": "https://evil.example"}

    assert await status(server, "/control/say", theirs, json=SAY) == 403
    assert await status(server, "/control/say", {}, json=SAY) == 403
    assert (
        await status(server, "/bot1:preview/sendMessage", theirs, data={"chat_id": "1001", "text": "x"})
        == 403
    )
    assert await status(server, "/control/events", theirs | {"Upgrade": "websocket"}) == 403
    assert server.world.private(server.world.kari).messages == {}
    assert await status(server, "/control/say", {"Origin": server.base_url}, json=SAY) == 200


@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_may_come_from_elsewhere_or_stand_inline(server: PreviewServer) -> None:
    async with aiohttp.ClientSession() as session, session.get(server.page_url) as answer:
        policy, page = answer.headers["Content-Security-Policy"], await answer.text()

    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert " style=" not in page and " onclick=" not in page


@pytest.mark.asyncio(loop_scope="session")
async def test_a_persons_view_is_checked(server: PreviewServer) -> None:
    ours = {"Origin": server.base_url}
    theirs = server.world.say(server.world.ola, "mine", server.world.group)
    wrong = [
        ("say", SAY | {"chat": 1002}),
        ("say", SAY | {"text": "  "}),
        ("say", SAY | {"text": "x" * 4097}),
        ("say", {"text": "x"}),
        ("edit", SAY | {"chat": server.world.group.id, "message": theirs.id}),
        ("press", SAY | {"chat": server.world.group.id, "message": theirs.id, "row": 0, "column": 0}),
        ("media", SAY | {"kind": "pigeon"}),
        ("language", {"person": 1001, "language": "xx"}),
        ("choose", SAY | {"question": "inline-0", "result": "1"}),
    ]

    for action, asked in wrong:
        assert await status(server, f"/control/{action}", ours, json=asked) == 400, action
    assert theirs.text == "mine"
    assert await status(server, "/control/fly", ours, json={}) == 404


@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_bot_sends_is_only_ever_downloaded(server: PreviewServer) -> None:
    file = server.world.files.keep('<evil>"\r\n.html', "text/html", b"<script>alert(1)</script>")

    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.base_url}/control/file/{file.id}") as answer,
    ):
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="_evil____.html"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.asyncio(loop_scope="session")
async def test_a_chat_keeps_its_newest_five_hundred_messages(server: PreviewServer) -> None:
    for number in range(510):
        server.world.say(server.world.kari, str(number))

    texts = [message.text for message in server.world.private(server.world.kari).messages.values()]
    assert (len(texts), texts[0], texts[-1]) == (500, "10", "509")
