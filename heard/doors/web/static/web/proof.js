// Where a request was doubted: solves the sum in the background, then offers to send it at once.
"use strict";

const said = document.getElementById("challenge");
const field = document.querySelector("input[name=solution]");
const button = document.querySelector("[data-prove]");

if (said && field && button && window.crypto?.subtle && window.Worker) {
  const sum = JSON.parse(said.textContent);
  const worker = new Worker(field.dataset.worker);
  worker.onmessage = (event) => {
    worker.terminate();
    if (event.data === null) return;
    const { algorithm, challenge, salt, signature } = sum;
    field.value = btoa(JSON.stringify({ algorithm, challenge, number: event.data, salt, signature }));
    button.hidden = false;
  };
  worker.postMessage(sum);
}
