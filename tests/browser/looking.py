"""Looking at a page as people do: with a reader's rules, on a telephone, and on a picture."""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENS = ROOT / "build" / "screens"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW, WIDE = 320, 1280
_looked_at: set[str] = set()


@functools.cache
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


def check_accessible(page: Page, *, leave_out: list[str] | None = None) -> None:
    """Fail with what breaks WCAG 2.2 AA, each with the rule, the element and how to mend it."""
    page.wait_for_load_state()  # a click returns when the next page begins to come
    if not page.evaluate("'axe' in window"):
        # Evaluated by the driver, so the page's content policy stays as it is.
        page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = page.evaluate(
        "([out, options]) => axe.run({exclude: out.map(s => [s])}, options)",
        [leave_out or [], options],
    )
    lines = [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n"
        + "\n".join(
            f"    {' '.join(map(str, node['target']))}\n      {node['failureSummary']}"
            for node in fault["nodes"][:5]
        )
        for fault in found["violations"]
    ]
    assert not lines, f"{page.url} is not accessible:\n" + "\n".join(lines)


def check_narrow(page: Page) -> None:
    """Fail if the page, at 320 pixels, is wider than the screen: name the elements that stick out.

    What scrolls inside its own frame (a wide table) is no fault.
    """
    page.wait_for_load_state()
    with _narrow(page):
        _check_nothing_sticks_out(page)


@contextmanager
def _narrow(page: Page) -> Iterator[None]:
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 900})
    yield
    if size:
        page.set_viewport_size(size)


def _check_nothing_sticks_out(page: Page) -> None:
    out = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          const framed = (e) => {
            for (let p = e.parentElement; p; p = p.parentElement) {
              const flow = getComputedStyle(p).overflowX;
              if (p !== document.body && ["auto", "scroll", "hidden"].includes(flow)) return true;
            }
            return false;
          };
          return [...document.body.querySelectorAll("*")]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && !framed(e))
            .slice(0, 8)
            .map((e) => e.tagName.toLowerCase() + "." + (e.getAttribute("class") || "")
                 + " to " + Math.round(e.getBoundingClientRect().right));
        }"""
    )
    assert not out, f"{page.url} is wider than {NARROW} pixels: " + ", ".join(out)


def shot(page: Page, name: str, *, widths: tuple[int, ...] = (NARROW, WIDE)) -> None:
    """Save pictures of the whole page as ``build/screens/<name>-<width>.png``."""
    if os.environ.get("HEARD_SCREENS", "0") != "1":
        return
    page.wait_for_load_state()
    SCREENS.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
    if size:
        page.set_viewport_size(size)


def look(page: Page, name: str) -> None:
    """All of it: accessible at both widths, no wider than a telephone, and on a picture.

    A page called ``name-es`` after ``name`` is that page with longer words: it is read with all
    rules once more where words get in each other's way, on the telephone.

    After a click that leads to a page of the same address, or a key that is pressed, say first what
    the new page shows (``expect``): nothing else knows which of the two pages is meant.
    """
    if not (name.endswith("-es") and name.removesuffix("-es") in _looked_at):
        check_accessible(page)
    page.wait_for_load_state()
    with _narrow(page):
        _check_nothing_sticks_out(page)
        check_accessible(page)
    shot(page, name)
    _looked_at.add(name)
