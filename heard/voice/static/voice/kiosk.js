// A kiosk: one tap is an answer. Answers are kept on the device and sent when there is a network;
// each has a key of its own, so that sending one twice counts it once.
(() => {
  const page = document.body.dataset;
  const screens = [...document.querySelectorAll("[data-screen]")];
  const state = document.querySelector("[data-state]");
  const faces = document.querySelector(".kiosk__faces");
  const comment = document.querySelector("[data-comment]");
  const IDLE = 25000, THANKS = 4000, EVERY = 15000, AT_ONCE = 50, MOST = 2000;
  let timer = 0, current = null, sending = false;

  const read = () => {
    try { return JSON.parse(localStorage.getItem(page.store)) || []; } catch { return []; }
  };
  const write = (rows) => localStorage.setItem(page.store, JSON.stringify(rows.slice(-MOST)));
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  };

  const show = (name) => {
    const known = screens.some((s) => s.dataset.screen === name) ? name : "thanks";
    for (const screen of screens) screen.hidden = screen.dataset.screen !== known;
    const head = document.querySelector(`[data-screen="${known}"] [tabindex="-1"]`);
    if (head) head.focus();
    clearTimeout(timer);
    if (known === "more") timer = setTimeout(finish, IDLE);
    if (known === "thanks") timer = setTimeout(() => show("ask"), THANKS);
  };

  const keep = (row) => write([...read().filter((other) => other.key !== row.key), row]);

  const finish = () => {
    if (current) {
      const words = comment ? comment.querySelector("textarea").value.trim() : "";
      if (words) current.answers.comment = words;
      delete current.hold;
      keep(current);
      current = null;
    }
    if (comment) comment.reset();
    show("thanks");
    send();
  };

  const send = async () => {
    const rows = read().filter((row) => !row.hold);
    if (!rows.length || sending) return told(rows.length);
    sending = true;
    try {
      const response = await fetch(page.answers, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ answers: rows.slice(0, AT_ONCE) }),
      });
      if (!response.ok) throw new Error(String(response.status));
      const settled = await response.json();
      const done = new Set([...settled.kept, ...Object.keys(settled.refused)]);
      write(read().filter((row) => !done.has(row.key)));
    } catch {
      // No network, or the house is down: they stay here.
    } finally {
      sending = false;
    }
    told(read().filter((row) => !row.hold).length);
  };

  const told = (waiting) => {
    state.textContent = waiting ? `${state.dataset.waiting} (${waiting})` : "";
    document.body.dataset.waitingAnswers = String(waiting);
  };

  faces.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(event.submitter.value);
    current = {
      key: newKey(), at: new Date().toISOString(), language: page.language,
      answers: { [page.key]: value }, hold: true,
    };
    keep(current);
    comment ? show("more") : finish();
  });
  if (comment) {
    comment.addEventListener("submit", (event) => { event.preventDefault(); finish(); });
    comment.querySelector("[data-done]").addEventListener("click", () => {
      comment.reset();
      finish();
    });
    comment.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(finish, IDLE);
    });
  }

  // What an earlier page left behind: somebody walked away, their first answer counts.
  write(read().map(({ hold, ...row }) => row));
  window.addEventListener("online", send);
  setInterval(send, EVERY);
  send();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(page.worker).catch(() => {});
})();
