// What was written without a connection: kept in the browser's database, sent once there is one.
// Shared by the pages and the service worker. The key of each was made when it was begun, so that
// however often it is sent, it becomes one request.
"use strict";

self.outbox = (() => {
  const STORE = "waiting";

  function database() {
    return new Promise((done, failed) => {
      const asked = indexedDB.open("heard-outbox", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }

  async function run(mode, act) {
    const opened = await database();
    return new Promise((done, failed) => {
      const change = opened.transaction(STORE, mode);
      const asked = act(change.objectStore(STORE));
      change.oncomplete = () => { opened.close(); done(asked.result); };
      change.onerror = () => { opened.close(); failed(change.error); };
    });
  }

  const all = () => run("readonly", (store) => store.getAll());
  const put = (item) => run("readwrite", (store) => store.put(item));
  const drop = (key) => run("readwrite", (store) => store.delete(key));

  async function send(item) {
    const fresh = await fetch("/report-token", { credentials: "same-origin", cache: "no-store" });
    if (!fresh.ok) throw new Error("no token");
    const { token } = await fresh.json();
    const content = new FormData();
    for (const [name, value] of item.fields) content.append(name, value);
    content.set("csrfmiddlewaretoken", token);
    const answer = await fetch(item.url, {
      method: "POST", body: content, credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (answer.status >= 500) throw new Error("try again");
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (told.sent) {
      await drop(item.key);
      return { ...item, address: told.address };
    }
    await put({ ...item, faults: told.faults || {}, doubt: Boolean(told.doubt), refused: answer.status });
    return { ...item, faults: told.faults || {}, refused: answer.status };
  }

  // One at a time in this browser, whichever page or worker asks. Gives what became of each.
  async function flush() {
    const act = async () => {
      const told = [];
      for (const item of await all()) {
        if (item.refused) continue;
        try {
          told.push(await send(item));
        } catch {
          break; // still no connection
        }
      }
      return told;
    };
    return navigator.locks ? navigator.locks.request("heard-outbox", act) : act();
  }

  return { all, put, drop, flush };
})();
