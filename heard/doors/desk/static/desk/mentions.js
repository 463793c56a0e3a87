// Offers colleagues' names after an @ in a note. Typing the name works without this file.
"use strict";

const names = document.getElementById("colleagues");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const begun = (area) => {
  const before = area.value.slice(0, area.selectionStart);
  const found = before.match(/(?:^|[\s(,;:.])@([^\s@][^@\n]{0,30})?$/u);
  return found ? plain(found[1] || "") : null;
};

const offer = (area, box) => {
  const typed = begun(area);
  const all = [...names.querySelectorAll("li")].map((li) => li.textContent);
  const fitting =
    typed === null ? [] : all.filter((name) => plain(name).split(" ").some((_, i, words) =>
      words.slice(i).join(" ").startsWith(typed)));
  box.replaceChildren(
    ...fitting.slice(0, 5).map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "usa-button usa-button--outline";
      button.textContent = name;
      button.addEventListener("click", () => {
        const end = area.selectionStart;
        const start = area.value.lastIndexOf("@", end - 1);
        area.setRangeText(`@${name} `, start, end, "end");
        box.replaceChildren();
        area.focus();
      });
      return button;
    }),
  );
};

if (names) {
  for (const area of document.querySelectorAll("textarea[data-mentions]")) {
    const box = document.createElement("div");
    box.className = "offered-names";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", names.dataset.label);
    area.after(box);
    area.addEventListener("input", () => offer(area, box));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") box.replaceChildren();
    });
  }
}
