// While the worker still counts, look again by ourselves: the same form, sent once more.
(() => {
  "use strict";
  const button = document.querySelector("[data-look]");
  if (!button || !document.querySelector("[data-counting]")) return;
  let typed = false;
  document.addEventListener("input", () => { typed = true; });
  setTimeout(() => { if (!typed) button.form.requestSubmit(button); }, 2500);
})();
