"""Stand-ins for what a test wants to have in its own hand: the live stream, and answers that come late or never."""

from typing import Any

from playwright.sync_api import Page

STREAM = """
window.streams = [];
window.EventSource = class extends EventTarget {
  static CONNECTING = 0; static OPEN = 1; static CLOSED = 2;
  constructor(url) {
    super();
    Object.assign(this, { url, readyState: 0 });
    window.streams.push(this);
    setTimeout(() => this.fail());
  }
  tell(name, data) {
    this.readyState = 1;
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
  fail() {
    if (this.readyState === 2) return;
    this.readyState = 0;
    this.dispatchEvent(new Event("error"));
  }
  close() { this.readyState = 2; }
};
"""
"""A stream that breaks at once and tells what a test lets it tell: without one the page asks every two seconds."""


def hello(page: Page, time: str = "2026-11-29T10:00:00+07:00", **more: object) -> None:
    """Open the stream."""
    _tell(page, "hello", {"time": time, "data_version": "", "network_version": 0, "missed": False, **more})


def change(page: Page, layer: str, *sentences: str, time: str = "2026-11-29T10:00:05+07:00") -> None:
    """Let somebody edit."""
    told = [{"layer": layer, "id": 1, "ref": "x", "action": "update", "sentence": each} for each in sentences]
    _tell(page, "change", {"time": time, "data_version": "", "layers": [layer], "changes": told, "more": 0})


def breaks(page: Page) -> None:
    """Break the stream."""
    page.evaluate("streams.at(-1).fail()")


def _tell(page: Page, name: str, data: dict[str, Any]) -> None:
    page.evaluate("([name, data]) => streams.at(-1).tell(name, data)", [name, data])


def place_found(**members: object) -> dict[str, object]:
    """Give one result of a search."""
    return {
        "kind": "lane", "kind_label": "ngõ", "layer": None, "feature_id": None, "ref": None,
        "title": "Ngõ 29/70 Khương Hạ", "subtitle": "đầu ngõ, cách nhà 140 m", "point": [105.8160, 21.0025],
        "bbox": None, "precision": "lane_mouth",
        "score": 0.9, "synthetic": True, **members,
    }  # fmt: skip
