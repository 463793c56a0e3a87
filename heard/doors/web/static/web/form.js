// Conveniences of a report form: questions that come when they are needed, a page saved while it is
// written, a point instead of words. Without this file every form works, with one press more.
"use strict";

// --- a question that waits for an answer on the same page -----------------------------------------
const waiting = [...document.querySelectorAll("[data-only-if]")];

function answersTo(name) {
  const found = [...document.getElementsByName(name)];
  return found
    .filter((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true))
    .filter((input) => !input.closest("[data-only-if][hidden]"))
    .map((input) => input.value);
}

function unfold() {
  for (const box of waiting) {
    const here = document.getElementsByName(box.dataset.onlyIf).length > 0;
    box.hidden = here && !answersTo(box.dataset.onlyIf).includes(box.dataset.onlyValue);
    const only = box.querySelector(".question__only");
    if (only && here) only.hidden = true;
  }
}
if (waiting.length) {
  document.addEventListener("change", unfold);
  window.addEventListener("pageshow", unfold);
  unfold();
}

// --- what is written is saved after a moment of rest ------------------------------------------------
const autosaved = document.querySelector("form[data-autosave]");
if (autosaved) {
  let timer = 0;
  const save = async () => {
    const content = new FormData(autosaved);
    for (const [name, value] of [...content]) if (value instanceof File) content.delete(name);
    try {
      const answer = await fetch(autosaved.action, {
        method: "POST", body: content, headers: { "X-Autosave": "1" },
      });
      const said = autosaved.querySelector("[data-saved]");
      if (said) said.textContent = answer.status === 204 ? said.dataset.words : "";
    } catch {
      // No connection: the next rest, or the button, tries again.
    }
  };
  autosaved.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  autosaved.addEventListener("submit", () => clearTimeout(timer));
}

// --- a point: from the device, or from a map that is loaded only when it is wanted --------------------
for (const box of document.querySelectorAll("[data-point]")) {
  const form = box.closest("form");
  const own = box.closest(".question")?.querySelector("input[type=hidden][name$=_lat]");
  const stem = own ? own.name.slice(0, -3) : "";
  const [lat, lon] = ["lat", "lon"].map((part) => form.elements[stem + part]);
  if (!lat || !lon) continue;
  const said = box.querySelector("[data-said]");
  const clear = box.querySelector("[data-clear]");
  const tell = () => {
    said.textContent = lat.value ? said.dataset.wordsChosen : "";
    clear.hidden = !lat.value;
  };
  const choose = (north, east) => {
    lat.value = north === null ? "" : Number(north).toFixed(6);
    lon.value = east === null ? "" : Number(east).toFixed(6);
    tell();
    lat.dispatchEvent(new Event("input", { bubbles: true }));
  };
  box.hidden = false;
  tell();
  clear.addEventListener("click", () => {
    choose(null, null);
    box.dispatchEvent(new Event("cleared"));
  });
  const here = box.querySelector("[data-here]");
  if (!navigator.geolocation) here.hidden = true;
  here.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      (found) => {
        choose(found.coords.latitude, found.coords.longitude);
        box.dispatchEvent(new CustomEvent("chosen", { detail: [lat.value, lon.value] }));
      },
      () => { said.textContent = said.dataset.wordsDenied; },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  });
  const open = box.querySelector("[data-open]");
  open.addEventListener("click", async () => {
    const canvas = box.querySelector("[data-canvas]");
    const shown = open.getAttribute("aria-expanded") === "true";
    open.setAttribute("aria-expanded", String(!shown));
    canvas.hidden = shown;
    if (shown || canvas.dataset.drawn) return;
    canvas.dataset.drawn = "yes";
    try {
      const { draw } = await import(box.dataset.map);
      await draw(box, canvas, { lat, lon, choose });
    } catch {
      canvas.hidden = true;
      said.textContent = said.dataset.wordsGone;
    }
  });
}
