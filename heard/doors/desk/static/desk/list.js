// Says how many cases are ticked. The list works without this file.
"use strict";

const told = document.querySelector("[data-chosen]");
if (told) {
  const tell = () => {
    const n = document.querySelectorAll('input[name="case"]:checked').length;
    told.textContent =
      n === 0 ? told.dataset.none : n === 1 ? told.dataset.one : `${n} ${told.dataset.many}`;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[name="case"]')) tell();
  });
  window.addEventListener("pageshow", tell);
}
