// Lets a form be filled in without a connection: keeps a copy of it, and what was written, here.
"use strict";

(() => {
  const said = document.querySelector("[data-waiting]");
  const form = document.querySelector("form[data-whole]");
  const keep = document.querySelector("[data-keep]");
  if (!said || !window.indexedDB) return;

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready)
      .then((worker) => { if (keep) worker.active.postMessage({ keep: keep.dataset.keep }); })
      .catch(() => {}); // a private window: everything else works
  }

  const line = (words, address) => {
    const shown = document.createElement("p");
    shown.textContent = words;
    if (address) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = said.dataset.wordsOpen;
      shown.append(" ", link);
    }
    said.append(shown);
    said.hidden = false;
  };

  function back(item) {
    for (const [name, value] of item.fields) {
      const inputs = form ? [...document.getElementsByName(name)] : [];
      for (const input of inputs) {
        if (input.type === "radio" || input.type === "checkbox") input.checked ||= input.value === value;
        else if (input.type !== "file" && name !== "csrfmiddlewaretoken") input.value = value;
      }
    }
    self.outbox.drop(item.key).then(tell);
  }

  async function tell(sent = []) {
    said.textContent = "";
    said.hidden = true;
    for (const item of sent) if (item.address) line(said.dataset.wordsSent, item.address);
    for (const item of await self.outbox.all()) {
      if (!item.refused) {
        line(said.dataset.wordsKept);
        continue;
      }
      line([said.dataset.wordsFaulty, ...Object.values(item.faults || {}).flat()].join(" "),
        form && item.url.startsWith(form.getAttribute("action")) ? "" : item.url);
      if (form && item.url.startsWith(form.getAttribute("action"))) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "usa-button usa-button--outline";
        button.textContent = said.dataset.wordsBack;
        button.addEventListener("click", () => back(item));
        said.append(button);
      }
    }
  }

  const flush = () => self.outbox.flush().then(tell, () => tell());

  if (form) {
    const key = form.elements.key;
    if (form.hasAttribute("data-shell")) key.value = crypto.randomUUID(); // a copy's own key is shared
    form.addEventListener("submit", async (event) => {
      const shell = form.hasAttribute("data-shell");
      if (!shell && navigator.onLine) return;
      event.preventDefault();
      const words = form.elements.words;
      if (!words.value.trim()) {
        said.textContent = "";
        line(said.dataset.wordsEmpty);
        words.focus();
      } else {
        const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
        await self.outbox.put({ key: key.value, url: form.getAttribute("action"), fields });
        form.reset();
        key.value = crypto.randomUUID();
        await tell();
        said.tabIndex = -1;
        said.focus();
        navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("send")).catch(() => {});
        flush();
      }
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    });
  }
  window.addEventListener("online", flush);
  flush();
})();
