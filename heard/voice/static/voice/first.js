// A survey opened from a mail with its first answer chosen: count it once a person is seen here.
// Mail scanners open links and may run scripts, but do not press, touch, type or turn a wheel.
// Moving is no sign: browsers make moves of their own after laying a page out.
(() => {
  const frame = document.querySelector("[data-first]");
  const form = frame && frame.querySelector("form");
  if (!form) return;
  let told = false;
  const tell = (event) => {
    if (told || !event.isTrusted || document.visibilityState !== "visible") return;
    told = true;
    const body = new FormData();
    const key = frame.dataset.firstKey;
    const chosen = form.querySelector(`input[name="${key}"]:checked`);
    const token = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (chosen) body.append(key, chosen.value);
    if (token) body.append(token.name, token.value);
    fetch(frame.dataset.first, { method: "POST", body, keepalive: true }).catch(() => {});
    for (const kind of kinds) document.removeEventListener(kind, tell, true);
  };
  const kinds = ["pointerdown", "touchstart", "keydown", "wheel"];
  for (const kind of kinds) document.addEventListener(kind, tell, { capture: true, passive: true });
})();
