// Heard's widget: ask, report, rate this page. One script, no cookies, nothing from third parties.
// The page that carries it must allow this script's host in script-src and connect-src, no more.
(() => {
  "use strict";
  const setup = __SETUP__;
  const me = document.currentScript;
  const wanted = (me?.dataset.lang || document.documentElement.lang || "en").slice(0, 2);
  const lang = setup.words[wanted] ? wanted : "en";
  const say = setup.words[lang];
  const base = me?.src ? new URL(me.src).origin : setup.base;
  const prefix = lang === "en" ? "" : `/${lang}`;
  const page = location.origin + location.pathname;
  if (document.querySelector("heard-widget")) return;

  const looks = `
    :host { all: initial; font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; }
    * { box-sizing: border-box; font: inherit; }
    [hidden] { display: none !important; }
    button, .go { background: ${setup.color}; border: 0; border-radius: 6px; color: #fff; cursor: pointer; display: inline-block; font-weight: 700; min-height: 44px; padding: 8px 16px; text-decoration: none; }
    :focus-visible { outline: 3px solid ${setup.color}; outline-offset: 3px; }
    .open { bottom: 16px; box-shadow: 0 2px 10px #0005; inset-inline-end: 16px; position: fixed; z-index: 2147483000; }
    .box { background: #fff; border: 1px solid #71767a; border-radius: 10px; bottom: 16px; box-shadow: 0 6px 30px #0006; inset-inline-end: 16px; max-height: calc(100vh - 32px); max-width: calc(100vw - 32px); overflow: auto; padding: 16px 20px 20px; position: fixed; width: 380px; z-index: 2147483001; }
    .top { align-items: start; display: flex; gap: 12px; justify-content: space-between; }
    h2 { font-size: 20px; font-weight: 700; margin: 6px 0; }
    h3 { font-size: 17px; font-weight: 700; margin: 0 0 6px; }
    section { border-top: 1px solid #dfe1e2; margin-top: 14px; padding-top: 14px; }
    p { margin: 0 0 10px; }
    .close { background: none; border: 1px solid #71767a; color: #1b1b1b; min-width: 44px; }
    label, legend { display: block; font-weight: 700; margin-bottom: 4px; }
    input[type=text], textarea { background: #fff; border: 2px solid #565c65; border-radius: 4px; color: #1b1b1b; display: block; margin-bottom: 10px; padding: 8px; width: 100%; }
    fieldset { border: 0; margin: 0 0 10px; padding: 0; }
    .mark { align-items: center; display: flex; font-weight: 400; gap: 8px; margin: 0; min-height: 32px; }
    .mark input { height: 22px; margin: 0; width: 22px; }
    ul { margin: 0 0 10px; padding-inline-start: 20px; }
    a:not(.go) { color: ${setup.color}; }
    .trap { left: -9999px; position: absolute; }`;

  const make = (name, set = {}, ...inner) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(set)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...inner);
    return made;
  };
  const newKey = () => (crypto.randomUUID ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16)).join("").padEnd(16, "0"));

  class Widget extends HTMLElement {
    connectedCallback() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(looks);
      root.adoptedStyleSheets = [sheet];
      this.button = make("button", { class: "open", type: "button", "aria-expanded": "false", onclick: () => this.turn(true) }, say.open);
      this.box = make("div", { class: "box", role: "dialog", "aria-labelledby": "title", lang, hidden: true, onkeydown: (e) => { if (e.key === "Escape") this.turn(false); } },
        make("div", { class: "top" }, make("h2", { id: "title", tabindex: "-1" }, say.title),
          make("button", { class: "close", type: "button", "aria-label": say.close, onclick: () => this.turn(false) }, "×")),
        this.asking(), this.reporting(), setup.version ? this.rating() : "");
      this.setAttribute("lang", lang);
      root.append(this.button, this.box);
    }

    turn(open) {
      this.box.hidden = !open;
      this.button.hidden = open;
      this.button.setAttribute("aria-expanded", String(open));
      (open ? this.box.querySelector("h2") : this.button).focus();
    }

    link(address, words, looks = "") {
      const there = new URL(address, base);
      there.searchParams.set("from", page);
      return make("a", { href: there.href, class: looks }, words);
    }

    asking() {
      const field = make("input", { type: "text", id: "q", maxlength: "200", autocomplete: "off" });
      const found = make("div", { role: "status" });
      const look = async (event) => {
        event.preventDefault();
        if (!field.value.trim()) return field.focus();
        try {
          const answer = await fetch(`${base}/widget/ask?lang=${lang}&q=${encodeURIComponent(field.value)}`);
          const told = await answer.json();
          found.replaceChildren(...(told.message ? [make("p", {}, told.message)]
            : told.found.length ? [make("p", {}, say.fits), make("ul", {}, ...told.found.map((one) => make("li", {}, this.link(one.address, one.title))))]
              : [make("p", {}, `${say.none} `, this.link(`${prefix}/person/`, say.person))]));
        } catch {
          found.replaceChildren(make("p", {}, say.failed));
        }
      };
      return make("section", {}, make("form", { onsubmit: look }, make("label", { for: "q" }, say.ask), field,
        make("button", { type: "submit" }, say.find)), found);
    }

    reporting() {
      return make("section", {}, make("h3", {}, say.report), make("p", {}, say.report_note),
        make("p", {}, this.link(`${prefix}/services/`, say.report, "go")), this.link(`${prefix}/person/`, say.person));
    }

    rating() {
      const key = newKey();
      const said = make("p", { role: "status", tabindex: "-1" });
      const words = make("textarea", { id: "why", rows: "3", maxlength: "2000" });
      const trap = make("input", { type: "text", tabindex: "-1", autocomplete: "off", "aria-label": "website" });
      const marks = [5, 4, 3, 2, 1].map((n) => make("label", { class: "mark" }, make("input", { type: "radio", name: "rating", value: n }), say[`r${n}`]));
      const send = async (event) => {
        event.preventDefault();
        const chosen = form.querySelector("input[name=rating]:checked");
        if (!chosen) {
          said.textContent = say.choose;
          return marks[0].querySelector("input").focus();
        }
        const content = new FormData();
        for (const [name, value] of [["page", page], ["rating", chosen.value], ["words", words.value], ["lang", lang], ["version", setup.version], ["key", key], ["website", trap.value]]) content.append(name, value);
        try {
          const answer = await fetch(`${base}/widget/rate`, { method: "POST", body: content });
          const told = await answer.json();
          said.textContent = told.kept ? say.thanks : told.message || say.failed;
          if (told.kept) {
            form.hidden = true;
            said.focus();
          }
        } catch {
          said.textContent = say.failed;
        }
      };
      const form = make("form", { onsubmit: send }, make("fieldset", {}, make("legend", {}, say.rate), ...marks),
        ...(say.why ? [make("label", { for: "why" }, say.why), words] : []), make("div", { class: "trap", "aria-hidden": "true" }, trap),
        make("button", { type: "submit" }, say.send));
      return make("section", {}, form, said);
    }
  }

  if (!customElements.get("heard-widget")) customElements.define("heard-widget", Widget);
  const start = () => document.body.append(document.createElement("heard-widget"));
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
