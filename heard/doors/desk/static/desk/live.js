// Who else is at this case, and what they did meanwhile. Without this file the next page tells it.
"use strict";

const live = document.getElementById("live");
const BEAT = 10000; // milliseconds between two looks
const HASTE = 3000; // at most so often while somebody begins to write

if (live) {
  let shown = live.innerHTML.trim();
  let typedAt = 0;
  let askedAt = 0;

  const pulse = (extra = {}) => {
    const token = document.querySelector('input[name="csrfmiddlewaretoken"]');
    const body = new URLSearchParams({
      csrfmiddlewaretoken: token ? token.value : "",
      version: live.dataset.version,
      since: live.dataset.since,
      writing: Date.now() - typedAt < 2 * BEAT ? "1" : "",
      ...extra,
    });
    return { body, address: live.dataset.pulse };
  };

  const look = async () => {
    if (document.hidden) return;
    askedAt = Date.now();
    const { body, address } = pulse();
    try {
      const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
      // Signed out, or the house is away: what stands here stays, and so does what is typed.
      if (!answer.ok || answer.redirected) return;
      const said = (await answer.text()).trim();
      if (said !== shown) {
        live.innerHTML = said;
        shown = said;
      }
    } catch {
      // No connection: asked again at the next beat.
    }
  };

  // Bring what was said up to date, and let the forms know that it was seen; what is typed stays.
  const refresh = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of page.querySelectorAll("[data-fresh]")) {
      const old = document.getElementById(fresh.id);
      if (old) old.replaceWith(fresh);
    }
    const now = page.getElementById("live");
    live.dataset.version = now.dataset.version;
    live.dataset.since = now.dataset.since;
    for (const field of document.querySelectorAll('input[name="version"]')) {
      field.value = now.dataset.version;
    }
    for (const field of document.querySelectorAll('input[name="seen_at"]')) {
      field.value = now.dataset.since;
    }
    await look();
    const latest = document.getElementById("latest");
    if (latest) latest.focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-live-show]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    refresh(link.href).then(
      (done) => done || window.location.assign(link.href),
      () => window.location.assign(link.href),
    );
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) return;
    const begins = Date.now() - typedAt > BEAT;
    typedAt = Date.now();
    if (begins && typedAt - askedAt > HASTE) look();
  });
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => {
    const { body, address } = pulse({ leaving: "1" });
    navigator.sendBeacon(address, body);
  });
  window.addEventListener("pageshow", look);
  setInterval(look, BEAT);
}
