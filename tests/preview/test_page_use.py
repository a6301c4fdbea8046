"""The page around the conversation: menus, people, reasons; on a phone, by keyboard, after a break."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from preview_client import last, write

from bot.preview import PreviewServer

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all

PHONE = {"width": 375, "height": 740}
CONTRAST = Path(__file__).with_name("contrast.js")


async def test_a_slash_filters_the_commands_of_ones_language(page: Page) -> None:
    await page.locator("#text").press_sequentially("/e")
    await expect(page.get_by_role("option")).to_have_text(["/eventsWhat is on"])
    await page.keyboard.press("Escape")
    await expect(page.locator("#popup")).to_be_hidden()
    await page.locator("#text").fill("")
    await page.get_by_label("Bokmål").check()

    await page.get_by_role("button", name="Commands").click()
    await expect(page.get_by_role("option")).to_have_text(["/hjelpHva jeg kan"])
    await page.keyboard.press("Enter")

    await expect(last(page)).to_contain_text("You said: /hjelp")


async def test_arrow_keys_choose_in_a_menu(page: Page, server: PreviewServer) -> None:
    await page.locator("#text").press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_count(2)
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        await page.keyboard.press(key)

    await expect(last(page)).to_contain_text("You said: /help")


async def test_an_inline_result_is_sent_via_the_bot(page: Page) -> None:
    await page.locator("#text").press_sequentially("@klyngebot money")
    await page.get_by_role("option", name="About money").click()

    await expect(page.locator(".mine")).to_contain_text("via @klyngebotFrom a result")


async def test_two_people_share_a_group(page: Page) -> None:
    await page.get_by_role("button", name="Cluster meeting").click()
    await write(page, "not for the bot")
    await page.get_by_label("Ola").check()
    await expect(page.locator(".theirs:not(.bot)")).to_contain_text("Karinot for the bot")

    await write(page, "@klyngebot hi")

    await expect(last(page)).to_contain_text("You said: @klyngebot hi")
    await expect(page.locator(".message.bot")).to_have_count(1)
    await page.get_by_role("button", name="Klyngebot Ask away").click()
    await expect(page.locator(".intro")).to_be_visible()


async def test_the_reasons_stand_beside_the_answer(page: Page) -> None:
    await write(page, "what is arenna")

    panel = page.get_by_role("complementary", name="Why this answer")
    for text in (
        "“what is arenna”",
        "Sure",
        "93% confidence",
        "level-arena",
        "“what is arena”",
        "level-gce 40%",
    ):
        await expect(panel).to_contain_text(text)
    await expect(panel).to_contain_text("arenna arena")
    await write(page, "/help")
    await expect(last(page)).to_contain_text("/help")
    await expect(last(page).locator(".why-button")).to_have_count(0)


async def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    await page.set_viewport_size(PHONE)
    await write(page, "rich")
    await write(page, "x" * 300)
    await expect(page.locator(".message.bot")).to_have_count(2)

    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await page.evaluate("document.querySelector('#log').scrollWidth") <= PHONE["width"]
    await last(page).locator("summary").click()
    await expect(last(page).locator("details")).to_contain_text("93% confidence")
    await page.get_by_role("button", name="People and chats").click()
    await page.get_by_role("button", name="Project team").click()
    await expect(page.locator("#chat-title")).to_have_text("Project team")


async def test_everything_is_reached_with_the_keyboard(page: Page) -> None:
    await write(page, "rich")
    await expect(last(page)).to_be_visible()
    await page.evaluate("document.activeElement.blur()")
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"
    reached = set()
    for _ in range(40):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate(focused))

    parts = {"person1001", "chat1001", "language-en", "log", "attach", "commands", "text", "send"}
    assert parts | {"Skip to the message field", "Change", "Site", "Reply"} <= reached


async def test_the_page_says_when_the_preview_is_gone_and_comes_back(browser: Browser) -> None:
    page = await browser.new_page()
    async with PreviewServer() as first:
        await page.goto(first.page_url)
        await expect(page.locator(".intro")).to_be_visible()
    await expect(page.locator("#banner")).to_contain_text("Start it again and this page carries on by itself")
    await page.locator("#text").fill("kept while it is gone")

    async with PreviewServer(port=int(first.base_url.rpartition(":")[2])) as second:
        await expect(page.locator("#banner")).to_be_hidden()
        await page.locator("#text").press("Enter")
        said = (await second.next_event("said", second.world.kari)).data

    assert said.text == "kept while it is gone"
    await page.close()


async def test_the_conversation_is_still_there_after_a_reload(page: Page) -> None:
    await write(page, "remember")
    await expect(last(page)).to_contain_text("You said: remember")

    await page.reload()

    await expect(last(page)).to_contain_text("You said: remember")


async def test_all_text_can_be_read_in_light_and_dark(page: Page) -> None:
    await write(page, "rich")
    await expect(last(page)).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        pale = await page.evaluate(CONTRAST.read_text())
        assert pale == [], scheme
