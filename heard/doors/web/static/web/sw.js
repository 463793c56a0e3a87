// Answers when there is no connection: the copy of a form, or a page that says so. Only what every
// resident may see is kept; nothing of cases, drafts or the desk ever is.
"use strict";

const SETUP = self.SETUP;
const FILES = `files-${SETUP.version}`;
const FORMS = "forms";
importScripts(SETUP.outbox);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const files = await caches.open(FILES);
    await Promise.allSettled(SETUP.files.map((address) => files.add(address)));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![FILES, FORMS].includes(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function keep(address) {
  const answer = await fetch(address, { credentials: "omit", cache: "no-store" });
  if (answer.ok && !answer.redirected) await (await caches.open(FORMS)).put(address, answer);
}

self.addEventListener("message", (event) => {
  const address = String(event.data?.keep || "");
  if (/^\/(es\/)?services\/.+\/\?whole=1&shell=1$/.test(address)) event.waitUntil(keep(address));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const path = new URL(request.url).pathname;
    const found = path.match(/^(\/es)?\/(?:services|report\/[\w-]+)\/(.+)\/$/);
    const forms = await caches.open(FORMS);
    const shell = found && await forms.match(`${found[1] || ""}/services/${found[2]}/?whole=1&shell=1`);
    const language = path.startsWith("/es/") ? "/es" : "";
    return shell || await caches.match(`${language}/offline/`) || Response.error();
  }
}

async function file(request) {
  return await caches.match(request) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (/^\/(es\/)?(desk|operate|admin|account|case|survey|files)\//.test(address.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SETUP.files.includes(address.pathname + address.search)) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(self.outbox.flush());
});
