"""A scripted participant of the task `send-invoice`: reads every step, and clicks once beside everything."""

from __future__ import annotations

from typing import Any


def act(page: Any, task: Any) -> None:
    shown(page, "start-here")
    page.get_by_role("link", name="New invoice").click()
    shown(page, "customer")
    page.mouse.click(20, 700)
    page.locator("#customer").select_option(label="Northwind Traders")
    shown(page, "amount")
    page.locator("#amount").fill("42")
    shown(page, "save")
    page.get_by_role("button", name="Save draft").click()
    shown(page, "send")
    page.locator("#open-send").click()
    shown(page, "confirm")
    page.get_by_role("button", name="Send now").click()
    page.wait_for_url("**/invoice/*did=was_sent")


def shown(page: Any, step: str) -> None:
    page.locator(f"handrail-guide[data-step={step}]").get_by_role("dialog").wait_for()
