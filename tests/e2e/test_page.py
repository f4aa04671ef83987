"""The page at `/` in a real browser: health, links, and open findings for who has a token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from tests.support.story import People, register_poor_household, set_exit_target
from tests.support.system import System
from tests.support.tiers import chromium

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(240)]
expect.set_options(timeout=60_000)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()


def is_decision(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/decisions")


def test_the_page_asks_nobody_else_and_shows_what_is_open(
    system: System, people: People, page: Page
) -> None:
    household, _ = register_poor_household(people)
    set_exit_target(people, household)
    stalled = "/reporting/v1/stalled"
    expected = ["TARGET_WITHOUT_SPONSOR"]
    people.inspector.awaited_codes(stalled, expected, household_id=household, code=expected[0])
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{system.gateway}/#token={people.inspector.token}")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    shown = page.locator(f'[data-household="{household}"]').first
    expect(shown).to_be_visible(timeout=60_000)
    expect(shown).not_to_contain_text(household)  # by the head's name, as people call them
    assert [url for url in asked if not url.startswith((system.gateway, "data:"))] == []
    assert complaints == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_an_inspector_follows_a_finding_to_its_household_and_gives_it_to_somebody(
    system: System, people: People, page: Page
) -> None:
    household, _ = register_poor_household(people)
    set_exit_target(people, household)
    expected = ["TARGET_WITHOUT_SPONSOR"]
    stalled = "/reporting/v1/stalled"
    people.inspector.awaited_codes(stalled, expected, household_id=household, code=expected[0])
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{system.gateway}/#token={people.inspector.token}")
    expect(page.locator("[data-finding]").first).to_be_visible(timeout=60_000)
    page.goto(f"{system.gateway}/#/household/{household}")
    page.locator("[data-finding] a.title").first.click()
    page.fill("#d-assignee", "ttv-02")
    page.fill("#d-note", "Xem lại với xã")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if is_decision(request) else None)
    # as by somebody who doubts that the first click was heard
    page.evaluate("for (const _ of 'twice') document.querySelector('#decide button').click()")
    decision = page.locator('[data-decision="assign"]')
    expect(decision).to_contain_text("→ ttv-02", timeout=60_000)
    expect(decision).to_contain_text("Xem lại với xã")
    assert len(sent) == 1
    page.locator(f'[data-household="{household}"]').first.click()
    expect(page.get_by_text("Đặt mục tiêu thoát nghèo")).to_be_visible()
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_who_may_not_decide_is_offered_only_what_they_may(
    system: System, people: People, page: Page
) -> None:
    household, _ = register_poor_household(people)
    set_exit_target(people, household)
    wanted = ["TARGET_WITHOUT_SPONSOR"]
    stalled = "/reporting/v1/stalled"
    people.inspector.awaited_codes(stalled, wanted, household_id=household, code=wanted[0])
    page.goto(f"{system.gateway}/#token={people.commune.token}")
    expect(page.locator("[data-finding]").first).to_be_visible(timeout=60_000)
    page.goto(f"{system.gateway}/#/household/{household}")
    page.locator("[data-finding] a.title").first.click()
    offered = page.locator("#d-decision option")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", "explain")
    finding = page.url.rpartition("/")[2]
    page.goto(f"{system.gateway}/#/")
    page.locator("#mine a").first.click()
    counted = page.locator("#open-by-rule")
    expect(counted).to_contain_text("Hộ đăng ký thoát nghèo chưa có người giúp đỡ")
    page.goto("about:blank")
    page.goto(f"{system.gateway}/#token={people.teller.token}")
    expect(page.get_by_text("Vai trò của bạn không có danh sách")).to_be_visible()
    page.goto(f"{system.gateway}/#/household/{household}")
    expect(page.get_by_role("heading", name="Hoàng Văn Thử")).to_be_visible()
    page.goto(f"{system.gateway}/#/finding/{finding}")
    page.fill("#d-note", "Khách hàng nhờ con đến nhận")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.get_by_text("Đã ghi giải trình của bạn")).to_be_visible()
