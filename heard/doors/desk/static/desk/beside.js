// What other rooms tell here comes after the page, which does not wait for it.
for (const place of document.querySelectorAll("[data-beside]")) {
  fetch(place.dataset.beside, { credentials: "same-origin" })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
    .then((html) => {
      place.innerHTML = html;
    })
    .catch(() => {});
}
