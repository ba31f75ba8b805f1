"""The page in Chromium: when the map is there, what it weighs, and how it moves."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TRACED = ["toplevel", "__metadata", "disabled-by-default-devtools.timeline"]
READY = "#map[data-map=ready]"
SIZE = {"width": 1400, "height": 900}
_WATCH = """
    window.seen = { frames: [], tasks: [], ready: 0 };
    const note = (list) => list.getEntries().forEach((task) => seen.tasks.push([task.startTime, task.duration]));
    new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
    const frame = (now) => {
        seen.frames.push(now);
        if (!seen.ready && document.getElementById("map")?.dataset.map === "ready") seen.ready = performance.now();
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
"""


@dataclass(frozen=True)
class Opening:
    """One opening with a cold cache; what `cpu` is in is processor time, which a busy machine does not stretch."""

    ready_ms: float
    page_kb: float
    tiles_kb: float
    longest_task_ms: float
    longest_task_cpu_ms: float
    main_thread_cpu_ms: float


@dataclass(frozen=True)
class Moving:
    """Frames while the map moves, and the tasks over 100 ms among them."""

    p50_ms: float
    p95_ms: float
    worst_ms: float
    tasks: int
    longest_task_ms: float
    longest_task_cpu_ms: float


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


def opening(browser: Browser, address: str, *, traced: bool) -> Opening:
    """Open the page with nothing in the cache, and wait until all of the map is painted.

    Traced, the processor's time is told too; to write the trace takes much of a second itself.
    """
    page, weights = _page(browser)
    if traced:
        browser.start_tracing(page=page, categories=TRACED)
    page.goto(address)
    page.locator(READY).wait_for(timeout=60_000)
    ready_ms, tasks = page.evaluate("[seen.ready, seen.tasks]")
    page.wait_for_load_state("networkidle")
    cpu = _task_cpu_ms(browser.stop_tracing()) if traced else [0.0]
    page.context.close()
    tiles = sum(size for url, size in weights.items() if "/tiles/" in url)
    page_kb = (sum(weights.values()) - tiles) / 1000
    return Opening(ready_ms, page_kb, tiles / 1000, max((t[1] for t in tasks), default=0), max(cpu), sum(cpu))


def panning(browser: Browser, address: str, *, sweeps: int = 6) -> Moving:
    """Drag the map to and fro over ground that was not loaded, as a person does."""
    page = _opened(browser, address)
    box = page.locator("#map").bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    begin = page.evaluate("performance.now()")
    for sweep in range(sweeps):
        page.mouse.move(*middle)
        page.mouse.down()
        for step in range(40):
            page.mouse.move(middle[0] - 10 * step, middle[1] + (5 if sweep % 2 else -5) * step)
            page.wait_for_timeout(12)
        page.mouse.up()
    return _moving(browser, page, begin)


def zooming(browser: Browser, address: str) -> Moving:
    """Zoom in and out by steps."""
    page = _opened(browser, address)
    begin = page.evaluate("performance.now()")
    page.locator("#map").focus()
    for key in "++----++":
        page.keyboard.press(key)
        page.wait_for_timeout(700)
    return _moving(browser, page, begin)


def _opened(browser: Browser, address: str) -> Page:
    page, _ = _page(browser)
    page.goto(address)
    page.locator(READY).wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    browser.start_tracing(page=page, categories=TRACED)
    return page


def _moving(browser: Browser, page: Page, begin: float) -> Moving:
    frames, tasks = page.evaluate("[seen.frames, seen.tasks]")
    cpu = _task_cpu_ms(browser.stop_tracing())
    page.context.close()
    during = [at for at in frames if at >= begin]
    gaps = sorted(after - before for before, after in pairwise(during))
    long = [length for at, length in tasks if at >= begin]
    p95 = gaps[int(len(gaps) * 0.95)]
    return Moving(median(gaps), p95, gaps[-1], sum(e > 100 for e in long), max(long, default=0), max(cpu))


def _task_cpu_ms(trace: bytes) -> list[float]:
    """Give the processor time of each task of the page's main thread."""
    events = json.loads(trace)["traceEvents"]
    mains = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    tasks = [e for e in events if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in mains]
    return [task.get("tdur", 0) / 1000 for task in tasks] or [0.0]


def _page(browser: Browser) -> tuple[Page, dict[str, float]]:
    page = browser.new_context(viewport=SIZE, locale="vi").new_page()
    page.add_init_script(_WATCH)
    weights: dict[str, float] = {}
    urls: dict[str, str] = {}
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: weights.update({urls[event["requestId"]]: event["encodedDataLength"]}),
    )
    return page, weights
