/* Evidence looked at: picture, film, sound, pages of a document, with its facts, its chain of custody and notes at their place.
   Beside the form of a review it leaves the form in reach; elsewhere it lies over the page. Goods are handed on from here too. */
(function () {
  "use strict";
  const e = window.onegridEvidence, PLAYED = { video: "video", audio: "audio" };
  let open = null;  // what is looked at: files, place among them, page, the frame

  function get(path) {
    return fetch(e.API + path, { headers: e.asking() }).then(read);
  }
  function post(path, body, key) {
    const given = Object.assign({ "Content-Type": "application/json" }, e.headers(key));
    return fetch(e.API + path, { method: "POST", headers: given, body: JSON.stringify(body) }).then(read);
  }
  function read(reply) {
    return reply.json().catch(() => ({})).then((told) => {
      if (!reply.ok) throw new Error(e.sentence(told) || e.say("lost"));
      return told;
    });
  }
  function why(fault) {
    return fault instanceof TypeError ? e.say("lost") : fault.message;
  }
  function clock(seconds) {
    return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  }

  /* -- the stage ---------------------------------------------------------------------------------------------------- */

  function stage() {
    const one = open.files[open.at], home = open.stage, address = `${e.API}/evidence/${one.key}`;
    home.replaceChildren();
    home.classList.remove("ev-zoomed");
    if (one.kind === "photograph") home.append(picture(`${address}/shown`, one.name));
    else if (PLAYED[one.kind]) home.append(played(one, address));
    else if (open.course && open.course.pages && !open.course.pages_fault) home.append(picture(`${address}/pages/${open.page}`, e.say("page_is", { page: open.page, pages: open.course.pages })), pager());
    else if (open.course) home.append(instead(open.course.pages_fault || "cannot_show"));
    else home.append(e.make("p", "muted", e.say("loading")));
  }
  function picture(address, words) {
    const frame = e.button("", () => open.stage.classList.toggle("ev-zoomed"), "ev-picture"), seen = e.make("img", "", null, { alt: words });
    frame.title = e.say("zoom");
    seen.addEventListener("error", () => frame.replaceWith(instead("broken")));
    seen.src = address;
    frame.append(seen);
    return frame;
  }
  function played(one, address) {
    const media = e.make(PLAYED[one.kind], "ev-media", null, { controls: "", preload: "metadata", "aria-label": one.name });
    media.addEventListener("error", () => media.replaceWith(instead("cannot_play")));
    media.src = address;
    open.media = media;
    return media;
  }
  function instead(words) {
    const box = e.make("div", "ev-instead");
    box.append(e.make("p", "", e.say(words)));
    return box;
  }
  function pager() {
    const box = e.make("div", "ev-pager");
    const back = e.button("‹", () => turn(-1)), next = e.button("›", () => turn(1));
    back.setAttribute("aria-label", e.say("page_back"));
    next.setAttribute("aria-label", e.say("page_next"));
    back.disabled = open.page <= 1;
    next.disabled = open.page >= open.course.pages;
    box.append(back, e.make("span", "num", e.say("page_is", { page: open.page, pages: open.course.pages })), next);
    return box;
  }
  function turn(step) {
    const page = open.page + step;
    if (!open.course || page < 1 || page > open.course.pages) return;
    open.page = page;
    stage();
    placed();
  }

  /* -- what is known of it ------------------------------------------------------------------------------------------ */

  function fact(list, name, words) {
    if (!words) return;
    list.append(e.make("dt", "", e.say(name)), e.make("dd", name === "digest" ? "ev-digest" : "", words));
  }
  function facts() {
    const told = open.course, list = e.make("dl", "ev-facts");
    const said = [e.moment(told.claimed_at), e.place(told.claimed_lon, told.claimed_lat)].filter(Boolean).join(" · ");
    fact(list, "note", told.note);
    fact(list, "who", [told.who, told.organ].filter(Boolean).join(" · "));
    fact(list, "when_taken", e.moment(told.taken_at));
    fact(list, "when_received", e.moment(told.received_at));
    fact(list, "where", e.place(told.lon, told.lat));
    fact(list, "claims", said);
    fact(list, "digest", told.sha256);
    return list;
  }
  function custody() {
    const list = e.make("ol", "ev-course");
    open.course.course.forEach((link) => {
      const words = e.say(link.what, { number: link.number || e.say("elsewhere") });
      const row = e.make("li", "");
      row.append(e.make("span", "num muted", e.moment(link.at)), " ", words, e.make("span", "muted", link.who ? ` · ${link.who}` : ""));
      list.append(row);
    });
    return list;
  }
  function notes() {
    const list = e.make("ol", "ev-notes");
    if (!open.course.notes.length) list.append(e.make("li", "muted", e.say("no_notes")));
    open.course.notes.forEach((note) => list.append(noted(note)));
    return list;
  }
  function noted(note) {
    const row = e.make("li", "ev-note"), at = spot(note);
    const place = note.page || note.second !== null ? e.button(at, () => go(note), "button ev-small") : e.make("span", "muted", at);
    row.append(place, " ", e.make("span", "ev-said-note", note.text), e.make("div", "muted num", [note.who, e.moment(note.at), note.number].filter(Boolean).join(" · ")));
    return row;
  }
  function spot(note) {
    if (note.page) return e.say("note_page", { page: note.page });
    return note.second === null ? e.say("note_whole") : e.say("note_second", { at: clock(note.second) });
  }
  function go(note) {
    if (note.page) { open.page = note.page; stage(); placed(); }
    if (note.second !== null && open.media) { open.media.currentTime = note.second; }
  }

  /* -- a note at the place that is seen ----------------------------------------------------------------------------- */

  function here() {
    const one = open.files[open.at];
    if (one.kind === "document") return open.course && open.course.pages && !open.course.pages_fault ? { page: open.page } : {};
    return PLAYED[one.kind] && open.media ? { second: Math.floor(open.media.currentTime) } : {};
  }
  function placed() {
    if (open && open.spot) open.spot.textContent = spot(Object.assign({ second: null }, here()));
  }
  function writing() {
    const form = e.make("form", "ev-write"), said = e.make("div", "ev-said", "", { role: "status" });
    const words = e.make("textarea", "ev-field", "", { maxlength: "500", rows: "3", required: "", "aria-label": e.say("note_words") });
    const save = e.make("button", "button", e.say("note_save"), { type: "submit" }), head = e.make("div", "ev-write-head");
    let key = e.key();
    open.spot = e.make("strong", "num", "");
    head.append(e.make("span", "", e.say("note_here")), open.spot);
    form.append(head, words, said, save, e.make("p", "muted", e.say("note_kept")));
    words.addEventListener("input", () => { key = e.key(); });
    words.addEventListener("focus", placed);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const now = open, body = Object.assign({ number: now.matter, note: words.value }, here());
      save.disabled = true;
      post(`/evidence/${now.files[now.at].key}/notes`, body, key).then(() => { now.said = e.say("note_saved"); load(now); }).catch((fault) => {
        said.className = "ev-said alarm";
        said.textContent = why(fault);
        save.disabled = false;
      });
    });
    return form;
  }

  /* -- the side ------------------------------------------------------------------------------------------------------ */

  function side() {
    const one = open.files[open.at], home = open.side, address = `${e.API}/evidence/${one.key}`;
    home.replaceChildren();
    if (!open.course) { home.append(e.make("p", "muted", open.fault || e.say("loading"))); return; }
    const load_ = e.make("a", "button", e.say("download"), { href: address, download: one.name }), said = e.make("span", "ev-said", "", { role: "status" });
    const check = e.button(e.say("check"), () => get(`/evidence/${one.key}/whole${open.checked === one.key ? "?again=true" : ""}`).then((told) => {
      open.checked = one.key;
      said.className = "ev-said " + (told.whole ? "good" : "alarm");
      said.textContent = (told.whole ? "✓ " : "✕ ") + e.say(told.whole ? "whole" : "altered") + (told.anew ? "" : " · " + e.say("checked_before", { at: e.moment(told.checked_at) }));
    }).catch((fault) => { said.className = "ev-said alarm"; said.textContent = why(fault); }));
    const tools = e.make("div", "ev-tools");
    tools.append(load_, check, said);
    home.append(facts(), tools, e.make("p", "muted ev-hint", one.kind === "photograph" ? e.say("original_note") : ""));
    home.append(e.make("h3", "", e.say("notes")), notes());
    if (open.said) home.append(e.make("p", "good", open.said, { role: "status" }));
    if (open.noting) home.append(writing());
    home.append(e.make("h3", "", e.say("custody")), custody());
    placed();
  }

  /* -- opened and moved through -------------------------------------------------------------------------------------- */

  function show() {
    const one = open.files[open.at];
    Object.assign(open, { page: 1, course: null, media: null, spot: null, said: "", fault: "" });
    open.frame.heading.textContent = one.name;
    open.count.textContent = e.say("count", { n: open.at + 1, of: open.files.length });
    open.back.disabled = open.at === 0;
    open.next.disabled = open.at === open.files.length - 1;
    stage();
    side();
    load(open);
  }
  function load(now) {
    const key = now.files[now.at].key;
    get(`/evidence/${key}/course`).then((told) => {
      if (open !== now || now.files[now.at].key !== key) return;
      const first = !now.course;
      now.course = told;
      if (first && now.files[now.at].kind === "document") stage();
      side();
    }).catch((fault) => { if (open === now) { now.fault = why(fault); side(); } });
  }
  function step(by) {
    const to = open.at + by;
    if (to < 0 || to >= open.files.length) return;
    open.at = to;
    show();
  }
  function start(link) {
    const home = link.closest(".ev"), found = Array.from(home.querySelectorAll(".ev-open"));
    const form = document.querySelector(".r-side"), beside = form && window.innerWidth > 1180;
    if (open) open.frame.close();
    const frame = e.dialog("ev-viewer" + (beside ? " ev-beside" : ""), "", () => { if (open && open.frame === frame) { open = null; link.focus({ preventScroll: true }); } });
    const back = e.button("←", () => step(-1)), next = e.button("→", () => step(1)), count = e.make("span", "num muted", "");
    back.setAttribute("aria-label", e.say("back"));
    next.setAttribute("aria-label", e.say("next"));
    frame.heading.after(count, back, next);
    const body = e.make("div", "ev-body"), seen = e.make("div", "ev-stage"), about = e.make("aside", "ev-about");
    body.append(seen, about);
    frame.append(body);
    open = {
      frame: frame, stage: seen, side: about, back: back, next: next, count: count, at: found.indexOf(link), matter: home.dataset.matter,
      noting: home.dataset.note === "1", files: found.map((one) => ({ key: one.dataset.key, kind: one.dataset.kind, name: one.dataset.name })),
    };
    if (beside) { frame.style.setProperty("--ev-right", `${Math.ceil(window.innerWidth - form.getBoundingClientRect().left + 12)}px`); frame.show(); } else frame.showModal();
    show();
    frame.heading.focus({ preventScroll: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".ev-open");
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      start(link);
    }
    const thing = event.target.closest && event.target.closest(".ev-goods");
    if (thing) handing(thing.dataset);
  });
  document.addEventListener("keydown", (event) => {
    if (!open || /^(TEXTAREA|INPUT|SELECT|VIDEO|AUDIO)$/.test(event.target.tagName) || !(open.frame.contains(event.target) || event.target === document.body)) return;
    const does = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), PageUp: () => turn(-1), PageDown: () => turn(1), Escape: () => open.frame.close() }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }, true);

  /* -- goods handed on ----------------------------------------------------------------------------------------------- */

  function handing(thing) {
    const frame = e.dialog("ev-hand", e.say("goods_title", { name: thing.name })), form = e.make("form", "ev-write");
    const fields = {}, said = e.make("div", "ev-said", "", { role: "status" });
    form.append(e.make("p", "muted", e.say("goods_from", { keeper: thing.keeper })));
    ["receiver", "place", "reason"].forEach((name) => {
      const label = e.make("label", "ev-label", e.say(`goods_${name}`));
      fields[name] = e.make("input", "ev-field", null, Object.assign({ maxlength: "200" }, name === "place" ? {} : { required: "" }));
      label.append(fields[name]);
      form.append(label);
    });
    let key = e.key();
    const save = e.make("button", "button button-main", e.say("goods_save"), { type: "submit" });
    form.append(said, save);
    form.addEventListener("input", () => { key = e.key(); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = { receiver: fields.receiver.value, reason: fields.reason.value };
      if (fields.place.value.trim()) body.place = fields.place.value;
      save.disabled = true;
      post(`/cases/${encodeURIComponent(thing.number)}/goods/${thing.thing}/moves`, body, key).then(() => frame.close()).catch((fault) => {
        said.className = "ev-said alarm";
        said.textContent = why(fault);
        save.disabled = false;
      });
    });
    frame.append(form);
    frame.showModal();
    fields.receiver.focus();
  }
})();
