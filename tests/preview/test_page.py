"""Talking on the chat page, in a real browser with a small bot behind it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect
from preview_client import last, write

from bot.preview import PreviewServer

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


async def test_start_sends_the_command_and_an_example_its_question(page: Page) -> None:
    await expect(page.locator(".chip")).to_have_text(["One?", "Two?", "Three?"])
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(last(page)).to_contain_text("You said: /start")

    await page.get_by_role("button", name="Two?").click()

    await expect(last(page)).to_contain_text("You said: Two?")
    await expect(page.locator("#chips")).to_be_hidden()


async def test_enter_sends_and_shift_enter_starts_a_line(page: Page) -> None:
    await page.locator("#text").fill("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")

    await expect(page.locator(".mine .text")).to_have_text("one\ntwo")
    await expect(page.locator("#text")).to_have_value("")
    await expect(last(page)).to_contain_text("You said: one")


async def test_entities_become_elements_and_times_are_the_readers(page: Page) -> None:
    await write(page, "rich")
    bubble = last(page).locator(".text")

    await expect(bubble.locator("strong")).to_have_text("Bold")
    await expect(bubble.locator("em u")).to_have_text("more")
    await expect(bubble.locator("code")).to_have_text("<b>")
    await expect(bubble.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await expect(bubble.locator("time")).to_have_text("1 January 2026 at 09:00:00")  # midnight UTC in Tokyo
    await bubble.locator(".spoiler").click()
    await expect(bubble.locator(".spoiler")).to_have_class(re.compile("shown"))
    await bubble.get_by_role("button", name="Show more").click()
    await expect(bubble.get_by_role("button", name="Show less")).to_be_visible()


async def test_markup_in_a_text_stays_text(page: Page) -> None:
    await write(page, "hostile")

    await expect(last(page).locator(".text")).to_have_text(
        "<img src=x onerror=alert(1)><script>alert(2)</script>"
    )
    assert await page.locator("#log .text img, #log script").count() == 0


async def test_a_tap_edits_in_place_and_shows_its_note(page: Page) -> None:
    await write(page, "rich")
    await page.get_by_role("button", name="Alert").click()
    await expect(page.locator("dialog")).to_contain_text("Look here")
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Change").focus()
    await page.keyboard.press("Enter")

    await expect(page.locator("#toast")).to_have_text("Noted")
    await expect(page.locator(".message.bot")).to_have_count(1)
    await expect(last(page).locator(".text")).to_have_text("Changed")
    await expect(last(page).locator(".meta")).to_contain_text("edited")
    await expect(page.get_by_role("button", name="Back")).to_be_focused()


async def test_buttons_open_copy_start_and_switch_to_inline(page: Page) -> None:
    await write(page, "rich")

    await expect(page.get_by_role("link", name="Site")).to_have_attribute("href", "https://example.org/")
    await page.get_by_role("button", name="Mail").click()
    await expect(page.locator("#toast")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "post@example.org"
    await page.get_by_role("button", name="Look").click()
    await expect(page.locator("#text")).to_have_value("@klyngebot arena")
    await expect(page.get_by_role("option", name="About arena")).to_be_visible()
    await page.get_by_role("button", name="Begin").click()
    await expect(last(page)).to_contain_text("You said: /start x")


async def test_files_can_be_downloaded_and_contacts_saved(page: Page) -> None:
    await write(page, "file")
    async with page.expect_download() as download:
        await last(page).locator("a.file").click()
    assert (await download.value).suggested_filename == "day.ics"

    await write(page, "contact")
    await expect(page.locator(".contact")).to_contain_text("Solveig BergOcean")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Save contact").click()
    assert (await download.value).suggested_filename == "Solveig Berg.vcf"


async def test_one_can_edit_and_reply(page: Page, server: PreviewServer) -> None:
    await write(page, "first")
    await expect(last(page)).to_contain_text("You said: first")

    await page.locator("#text").press("ArrowUp")
    await expect(page.locator("#context")).to_contain_text("Edit your message")
    await write(page, "second")
    await expect(page.locator(".mine .meta")).to_contain_text("edited")
    await expect(last(page)).to_contain_text("Now: second")
    await last(page).hover()
    await last(page).get_by_role("button", name="Reply").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#context")).to_be_hidden()
    await last(page).get_by_role("button", name="Reply").click()
    await write(page, "thanks")
    await expect(page.locator(".mine .quote")).to_contain_text("Now: second")


async def test_other_things_than_text_can_be_sent(page: Page, server: PreviewServer) -> None:
    for label in ("Photo", "Voice message", "Sticker", "Location"):
        await page.get_by_role("button", name="Send something else").click()
        await page.get_by_role("option", name=label).click()
        said = (await server.next_event("said", server.world.kari)).data
        assert label.split()[0].lower() in said.data
    await page.locator("#file").set_input_files(
        {"name": "a.ics", "mimeType": "text/calendar", "buffer": b"x"}
    )

    assert (await server.next_event("said", server.world.kari)).data.data["document"]["file_name"] == "a.ics"
    await expect(page.locator(".message.bot")).to_have_count(5)


async def test_typing_is_shown(page: Page) -> None:
    await write(page, "wait")

    await expect(page.locator("#chat-status")).to_have_text("typing…")
