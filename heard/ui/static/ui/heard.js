// Small conveniences. Every page works without this file.
"use strict";

// A form that is being sent is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll('button[type="submit"]')) {
    button.setAttribute("aria-disabled", "true");
  }
});

// A page brought back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[aria-disabled="true"]')) {
      button.removeAttribute("aria-disabled");
    }
  }
});

// What must be mended is read first, also where "autofocus" is not heeded.
const summary = document.getElementById("error-summary");
if (summary) summary.focus();
