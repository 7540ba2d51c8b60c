/* The call: number, place by name, kind, go. What is typed is kept in this tab until the server has accepted it; the same
   call sent again is taken once, by its key. Words, kinds and keys come with the page (data-told); nothing here decides. */
(function () {
  "use strict";
  const API = "/api/v1", DRAFT = "onegrid-call", AGAIN = 4000, PAUSE = 160, OLD = 12 * 3600e3;
  const FIELDS = ["phone", "place", "words", "caller", "reference", "taken_by"];
  let told = null, dialog = null, draft = null, timers = {}, likely = [], places = [], marked = 0, sending = false;

  const $ = (id) => document.getElementById(id);
  const field = (name) => $("console-intake-" + name);
  const say = (key, facts) => (told.words[key] || key).replace(/\{(\w+)\}/g, (hole, name) => (facts && name in facts ? facts[name] : hole));
  const tell = (id, props) => window.dash_clientside.set_props(id, props);
  const cookie = (name) => decodeURIComponent((document.cookie.split("; ").find((one) => one.startsWith(name + "=")) || "=").split("=")[1]);

  function make(tag, facts, ...inside) {
    const element = document.createElement(tag);
    Object.entries(facts || {}).forEach(([name, value]) => { if (value !== null && value !== false) element.setAttribute(name, value); });
    element.append(...inside.filter((one) => one !== null));
    return element;
  }
  const kbd = (key) => make("kbd", { class: "c-kbd" }, key);

  /* -- the draft ---------------------------------------------------------------------------------------------------- */

  function fresh() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return { mine: told.mine, key: Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join(""), at: Date.now(), source: "", kind: "", cell: "", urgency: "urgent" };
  }
  function load() {
    try { draft = JSON.parse(sessionStorage.getItem(DRAFT)); } catch (fault) { draft = null; }
    if (!draft || draft.mine !== told.mine || Date.now() - draft.at > OLD) { sessionStorage.removeItem(DRAFT); draft = fresh(); }
  }
  function keep() {
    FIELDS.forEach((name) => { draft[name] = field(name).value; });
    sessionStorage.setItem(DRAFT, JSON.stringify(draft));
    show();
  }
  const empty = () => !FIELDS.some((name) => (draft[name] || "").trim()) && !draft.kind;

  /* -- the form ------------------------------------------------------------------------------------------------------- */

  function labelled(name, element, look) {
    return make("label", { class: "in-field " + (look || ""), "data-field": name }, make("span", {}, say(element.dataset.label || name)), element);
  }
  function input(name, label, more) {
    const element = make("input", Object.assign({ id: "console-intake-" + name, "data-label": label, autocomplete: "off" }, more));
    element.addEventListener("input", () => { typed(name); });
    return element;
  }
  function radios(name, options, look) {
    const group = make("div", { class: "in-kinds " + (look || ""), role: "radiogroup", "aria-label": say(name), id: "console-intake-" + name });
    options.forEach((one) => {
      const button = make("button", { type: "button", role: "radio", class: "in-kind" + (one.emergency ? " in-grave" : ""), "data-value": one.value, "aria-checked": "false" },
        one.key ? kbd(one.key) : null, one.emergency ? make("i", { class: "sym sym-emergency", "aria-hidden": "true" }) : null, one.label);
      button.addEventListener("click", () => { pick(name, one.value); });
      group.append(button);
    });
    return group;
  }
  function build() {
    const close = make("button", { type: "button", class: "c-close", "aria-label": say("close") }, "×");
    const go = make("button", { type: "button", id: "console-intake-send", class: "button button-main" }, say("go"), " ", kbd("↵"));
    const clear = make("button", { type: "button", class: "button" }, say("clear"));
    const list = make("div", { id: "console-intake-places", class: "in-places", role: "listbox" });
    const where = input("place", "place", { role: "combobox", "aria-expanded": "false", "aria-controls": "console-intake-places", "aria-autocomplete": "list", placeholder: say("place_hint") });
    const words = make("textarea", { id: "console-intake-words", rows: "2", placeholder: say("words_hint"), "data-label": "words" });
    words.addEventListener("input", () => { typed("words"); });
    const left = make("div", { class: "in-left" },
      radios("source", [{ value: "", label: say("call") }].concat(told.services), "in-sources"),
      labelled("phone", input("phone", "phone", { inputmode: "tel" })),
      make("div", { class: "in-two" }, labelled("reference", input("reference", "reference", {})), labelled("taken_by", input("taken_by", "giver", {}))),
      make("div", { class: "in-where" }, labelled("place", where), list),
      radios("kind", told.kinds), radios("urgency", told.urgencies, "in-urgencies"),
      make("div", { class: "in-two in-more" }, labelled("words", words), labelled("caller", input("caller", "caller", {}))));
    const right = make("aside", { class: "in-right" }, make("h3", {}, say("likely")), make("ol", { id: "console-intake-likely" }));
    const foot = make("footer", { class: "f-foot" }, make("output", { id: "console-intake-state" }), clear, go);
    const frame = make("div", { class: "f-form in-form" }, make("header", { class: "in-head" }, make("h2", {}, say("title")), make("output", { id: "console-intake-clock", class: "num muted" }), close),
      make("div", { class: "in-body" }, left, right), make("div", { id: "console-intake-refusal", class: "in-refusal", role: "alert" }), foot);
    dialog = make("dialog", { class: "in-dialog", tabindex: "-1", "aria-label": say("title") }, frame);
    close.addEventListener("click", () => dialog.close());
    go.addEventListener("click", (event) => { event.stopPropagation(); send(); });
    clear.addEventListener("click", () => { sessionStorage.removeItem(DRAFT); draft = fresh(); fill(); field("phone").focus(); });
    where.addEventListener("blur", () => setTimeout(() => { places = []; listPlaces(); }, 150));
    dialog.addEventListener("keydown", keyed);
    dialog.addEventListener("close", () => { clearTimeout(timers.again); waiting(); });
    $("console-intake").append(dialog);
  }

  function fill() {
    FIELDS.forEach((name) => { field(name).value = draft[name] || ""; });
    refuse("");
    state("");
    likely = [];
    show();
    look();
  }

  function show() {
    ["source", "kind", "urgency"].forEach((name) => {
      let chosen = null;
      $("console-intake-" + name).querySelectorAll("[role=radio]").forEach((one) => {
        const on = one.dataset.value === (draft[name] || "");
        one.setAttribute("aria-checked", String(on));
        one.tabIndex = -1;
        if (on) { chosen = one; }
      });
      (chosen || $("console-intake-" + name).firstChild).tabIndex = 0;
    });
    dialog.dataset.source = draft.source ? "service" : "call";
    $("console-intake-place").classList.toggle("in-found", !!draft.cell);
    const grave = told.kinds.some((one) => one.value === draft.kind && one.emergency) && !draft.source;
    $("console-intake-send").classList.toggle("in-alarm", grave);
    dialog.classList.toggle("in-is-grave", grave);
  }

  function typed(name) {
    if (name === "place") { draft.cell = ""; clearTimeout(timers.place); timers.place = setTimeout(find, PAUSE); }
    if (name === "phone") { clearTimeout(timers.look); timers.look = setTimeout(look, PAUSE); }
    keep();
  }
  function pick(name, value) {
    draft[name] = value;
    keep();
    if (name === "source") { (value ? field("reference") : field("phone")).focus(); return; }
    const chosen = $("console-intake-" + name).querySelector("[aria-checked=true]");
    if (chosen) { chosen.focus(); }
  }

  /* -- asking --------------------------------------------------------------------------------------------------------- */

  function headers(more) {
    const beat = $("beat"), county = beat && beat.getAttribute("data-county");
    const given = { Accept: "application/json", "Content-Type": "application/json", "Accept-Language": document.documentElement.lang || "zh", "X-CSRF": cookie(document.documentElement.dataset.drill ? "onegrid_drill_csrf" : "onegrid_csrf") };
    if (county) { given["X-County"] = county; }
    return Object.assign(given, more);
  }
  function ask(path, body, more) {
    const way = body ? { method: "POST", body: JSON.stringify(body) } : {};
    return fetch(API + path, Object.assign({ headers: headers(more), credentials: "same-origin" }, way));
  }
  async function find() {
    const said = field("place").value.trim();
    if (!said) { places = []; listPlaces(); return; }
    try {
      const answer = await ask("/places/search", { words: said.slice(0, 100) });
      if (!answer.ok || field("place").value.trim() !== said) { return; }
      places = (await answer.json()).places;
      marked = places.some((one) => one.guess) ? -1 : 0;
      listPlaces();
      if (timers.enter && marked === 0) { timers.enter = false; takePlace(0); }
    } catch (fault) { /* the line is down: the words go as they stand */ }
  }
  function listPlaces() {
    const list = $("console-intake-places");
    list.replaceChildren(...places.map((one, n) => {
      const row = make("button", { type: "button", role: "option", tabindex: "-1", class: "in-place", "aria-selected": String(n === marked), title: one.reason }, one.place, one.guess ? make("small", { class: "muted" }, one.reason) : null);
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); takePlace(n); });
      return row;
    }));
    list.hidden = !places.length;
    field("place").setAttribute("aria-expanded", String(!!places.length));
  }
  function takePlace(n) {
    const one = places[n];
    if (!one) { return; }
    field("place").value = one.place;
    draft.cell = one.code;
    places = [];
    listPlaces();
    keep();
    look();
    onward();
  }
  function onward() {
    const group = draft.source ? $("console-intake-words") : $("console-intake-kind").querySelector("[tabindex='0']");
    group.focus();
  }
  async function look() {
    const phone = field("phone").value.trim();
    if (draft.source || (!draft.cell && phone.replace(/\D/g, "").length < 7)) { likely = []; listLikely(); return; }
    try {
      const answer = await ask("/calls/likely", { phone: phone || null, cell_code: draft.cell || null });
      if (answer.ok) { likely = (await answer.json()).leads; listLikely(); }
    } catch (fault) { /* asked again with the next character */ }
  }
  function listLikely() {
    const open = likely.filter((one) => one.open), zone = { timeZone: "Asia/Shanghai", hour12: false, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    const rows = likely.map((one) => {
      const n = open.indexOf(one), letter = n >= 0 && n < 9 ? String.fromCharCode(65 + n) : null;
      const head = make("div", { class: "in-likely-head" }, one.same_number ? make("b", { class: "warn" }, say("same_number")) : null, make("span", { class: "num muted" }, one.number.slice(-4) + " · " + new Date(one.received_at).toLocaleString("zh-CN", zone)));
      const row = make("li", {}, head, make("div", { class: "in-likely-words" }, one.summary), make("div", { class: "muted" }, one.place || say("no_place")));
      if (letter) {
        const button = make("button", { type: "button", class: "button c-small", "data-attach": one.number, tabindex: "-1" }, say("attach"), " ", kbd(letter));
        button.addEventListener("click", () => send(one.number));
        row.append(button);
      } else { row.append(make("span", { class: "muted" }, say("closed"))); }
      return row;
    });
    $("console-intake-likely").replaceChildren(...(rows.length ? rows : [make("li", { class: "muted" }, say("no_likely"))]));
  }

  /* -- sending -------------------------------------------------------------------------------------------------------- */

  function refuse(words) { $("console-intake-refusal").textContent = words; }
  function state(words) { $("console-intake-state").textContent = words; }

  function call(attach) {
    const place = draft.cell ? { cell_code: draft.cell } : { address: (draft.place || "").trim() || null };
    return Object.assign({ kind: draft.kind || (attach ? "other" : ""), phone: draft.phone || null, caller: draft.caller || null, words: draft.words || null, attach: attach || null }, place);
  }
  function matter() {
    const place = draft.cell ? { cell_code: draft.cell } : { address: (draft.place || "").trim() || null };
    return Object.assign({ service: draft.source, reference: draft.reference, taken_by: draft.taken_by, words: draft.words, urgency: draft.urgency }, place);
  }
  async function send(attach) {
    if (sending) { return; }
    keep();
    if (!draft.source && !attach && !draft.kind) { refuse(say("kind")); $("console-intake-kind").querySelector("[tabindex='0']").focus(); return; }
    const body = draft.source ? matter() : call(attach), text = JSON.stringify(body);
    if (draft.sent && draft.sent !== text) { draft.key = fresh().key; }  // another call than the one that may have arrived
    draft.sent = text;
    draft.attach = attach || "";
    keep();
    sending = true;
    state(say("sending"));
    let answer = null;
    try {
      answer = await ask(draft.source ? "/hand-overs" : "/calls", body, { "Idempotency-Key": draft.key });
    } catch (fault) { answer = null; }
    sending = false;
    const found = answer === null ? {} : await answer.json().catch(() => ({}));
    if (answer === null || (answer.status >= 502 && !found.detail)) { down(attach); return; }
    if (!answer.ok) { state(say("kept")); refuse([found.detail || found.title || ""].concat((found.faults || []).map((one) => one.detail || "")).join(" ").trim()); return; }
    taken(found, attach);
  }
  function down(attach) {
    state("");
    refuse(say("line_down"));
    clearTimeout(timers.again);
    timers.again = setTimeout(() => { if (dialog.open) { send(attach); } }, AGAIN);
  }
  function taken(found, attach) {
    const took = Math.round((Date.now() - draft.at) / 1000);
    sessionStorage.removeItem(DRAFT);
    draft = fresh();
    FIELDS.forEach((name) => { field(name).value = ""; });
    dialog.dataset.took = took;
    dialog.close();
    const number = found.lead.number, also = told.services.find((one) => one.value === found.service);
    const said = say(attach ? "attached" : "made", { number: number }) + (also && !attach ? " " + say("service_too", { service: also.label }) : "");
    const card = { namespace: "dash_html_components", type: "Div", props: { className: "c-toast", role: "status", "data-shown": String(Date.now()), children: "✓ " + said } };
    tell("console-toast", { children: card });
    tell("console-done", { data: { ok: true, n: Date.now(), choose: number } });
  }

  /* -- keys ----------------------------------------------------------------------------------------------------------- */

  function keyed(event) {
    if (event.isComposing) { return; }
    event.stopPropagation();
    const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName), name = (event.target.id || "").replace("console-intake-", "");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); return; }
    if (attachBy(event, typing)) { return; }
    if (name === "place" && placeKey(event)) { return; }
    if (event.key === "Enter" && typing && event.target.tagName === "INPUT") { event.preventDefault(); step(name); return; }
    if (event.target.getAttribute("role") === "radio") { radioKey(event); }
  }
  function attachBy(event, typing) {
    if (typing && !event.altKey) { return false; }
    const letter = /^Key([A-I])$/.exec(event.code || ""), open = likely.filter((one) => one.open);
    const one = letter && !event.ctrlKey && !event.metaKey ? open[letter[1].charCodeAt(0) - 65] : null;
    if (one) { event.preventDefault(); send(one.number); }
    return !!one;
  }
  function placeKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!places.length) { return false; }
      marked = event.key === "ArrowDown" ? (marked + 1) % places.length : (marked > 0 ? marked : places.length) - 1;
      listPlaces();
    } else if (event.key === "Enter" && !draft.cell && field("place").value.trim()) {
      if (places.length && marked >= 0) { takePlace(marked); } else if (places.length) { places = []; listPlaces(); onward(); } else { timers.enter = true; clearTimeout(timers.place); find().then(() => { if (timers.enter) { timers.enter = false; onward(); } }); }
    } else { return false; }
    event.preventDefault();
    return true;
  }
  function step(name) {
    const order = draft.source ? ["reference", "taken_by", "place"] : ["phone", "place"], at = order.indexOf(name);
    if (at >= 0 && at + 1 < order.length) { field(order[at + 1]).focus(); } else { onward(); }
  }
  function radioKey(event) {
    const group = event.target.parentElement, all = Array.from(group.children), at = all.indexOf(event.target), name = group.id.replace("console-intake-", "");
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); pick(name, all[(at + by + all.length) % all.length].dataset.value); all[(at + by + all.length) % all.length].focus(); return; }
    const kind = name === "kind" && !event.ctrlKey && !event.altKey && told.kinds.find((one) => one.key === event.key);
    if (kind) { event.preventDefault(); pick("kind", kind.value); return; }
    if (event.key === "Enter" && name !== "source") {
      event.preventDefault();
      if (name === "kind" && !draft.kind) { pick("kind", event.target.dataset.value); return; }
      send();
    }
  }

  /* -- life ----------------------------------------------------------------------------------------------------------- */

  function ready() {
    const frame = $("console-intake");
    if (!frame) { return false; }
    if (frame.firstChild) { return true; }
    told = JSON.parse(frame.dataset.told);
    build();
    load();
    return true;
  }
  function open() {
    if (!ready() || dialog.open) { return; }
    load();
    if (empty()) { draft = fresh(); }
    dialog.showModal();
    fill();
    (draft.source ? field("reference") : field("phone")).focus();
  }
  function waiting() {
    const there = draft && !empty();
    document.querySelectorAll(".al-draft").forEach((one) => { one.hidden = !there; });
  }
  setInterval(() => {
    if (!$("console-intake") || !ready()) { return; }
    waiting();
    if (dialog.open) { $("console-intake-clock").textContent = say("seconds", { n: Math.round((Date.now() - draft.at) / 1000) }); }
  }, 500);
  window.addEventListener("online", () => { if (dialog && dialog.open && draft.sent) { send(draft.attach); } });
  document.addEventListener("submit", (event) => { if (event.target.getAttribute("action") === "/logout") { sessionStorage.removeItem(DRAFT); } }, true);
  window.onegrid = Object.assign(window.onegrid || {}, { intake: { open: open, isOpen: () => !!(dialog && dialog.open) } });
})();
