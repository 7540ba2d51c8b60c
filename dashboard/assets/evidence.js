/* Evidence put to a matter: several files, each streamed to the interface with its own key, progress and answer.
   Sentences, kinds and limits come with the page (data-told); the interface decides, here is only asked beforehand. */
(function () {
  "use strict";
  const API = "/api/v1", AT_ONCE = 2, EXIF_BYTES = 262144;
  const ZONE = { timeZone: "Asia/Shanghai" };
  const waiting = {};  // rows by number of the matter: what is not sent stays, also when the window is closed

  function told() {
    const holder = document.querySelector(".ev-words");
    return holder ? JSON.parse(holder.dataset.told) : { words: {}, accept: {}, limits: {} };
  }
  function say(key, facts) {
    return (told().words[key] || key).replace(/\{(\w+)\}/g, (hole, name) => (facts && name in facts ? facts[name] : hole));
  }
  function make(tag, look, words, facts) {
    const element = document.createElement(tag);
    if (look) element.className = look;
    if (words !== undefined && words !== null) element.textContent = words;
    Object.keys(facts || {}).forEach((name) => element.setAttribute(name, facts[name]));
    return element;
  }
  function button(words, does, look) {
    const element = make("button", look || "button", words, { type: "button" });
    element.addEventListener("click", does);
    return element;
  }
  function cookie(name) {
    const found = document.cookie.split("; ").find((one) => one.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }
  function headers(key) {
    return Object.assign({ "X-CSRF": cookie(document.documentElement.dataset.drill ? "onegrid_drill_csrf" : "onegrid_csrf"), "Idempotency-Key": key }, asking());
  }
  function asking() {
    return { Accept: "application/json", "Accept-Language": document.documentElement.lang || "zh" };
  }
  function sentence(answer) {
    const reasons = (answer.reasons || []).map((one) => one.sentence).filter(Boolean);
    return [answer.detail || answer.title || ""].concat(reasons).join(" ");
  }
  function moment(text) {
    return text ? new Date(text).toLocaleString("sv-SE", ZONE).slice(0, 16) : "";
  }
  function place(lon, lat) {
    return lon === null || lon === undefined ? "" : say("place_is", { lon: lon.toFixed(6), lat: lat.toFixed(6) });
  }
  function key() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  }
  function dialog(look, title, closed) {
    const frame = make("dialog", "ev-dialog " + look), head = make("header", "ev-head");
    frame.heading = make("h2", "", title, { tabindex: "-1" });
    const shut = button("✕", () => frame.close(), "button ev-shut");
    shut.setAttribute("aria-label", say("close"));
    head.append(frame.heading, shut);
    frame.append(head);
    frame.setAttribute("aria-label", title);
    frame.addEventListener("close", () => { frame.remove(); if (closed) closed(); });
    document.body.append(frame);
    return frame;
  }

  /* -- what a camera wrote: shown and offered, never taken by itself --------------------------------------------- */

  function camera(buffer) {
    const view = new DataView(buffer);
    if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
    for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return tags(view, at + 10);
    }
    return null;
  }
  function tags(view, base) {
    const little = view.getUint16(base) === 0x4949;
    const short = (at) => view.getUint16(at, little), long = (at) => view.getUint32(at, little);
    function directory(at) {
      const found = {};
      for (let n = 0; n < short(at); n += 1) found[short(at + 2 + n * 12)] = at + 2 + n * 12;
      return found;
    }
    function text(entry) {
      const count = long(entry + 4), from = count > 4 ? base + long(entry + 8) : entry + 8;
      return String.fromCharCode.apply(null, new Uint8Array(view.buffer, from, count)).replace(/\0.*$/, "");
    }
    function degrees(entry) {
      const from = base + long(entry + 8);
      const part = (n) => long(from + n * 8) / long(from + n * 8 + 4);
      return part(0) + part(1) / 60 + part(2) / 3600;
    }
    const first = directory(base + long(base + 4)), found = {};
    const more = first[0x8769] ? directory(base + long(first[0x8769] + 8)) : {};
    const at = more[0x9003] || first[0x0132];
    const taken = at ? /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d)/.exec(text(at)) : null;
    if (taken) found.taken = `${taken[1]}-${taken[2]}-${taken[3]}T${taken[4]}`;
    const gps = first[0x8825] ? directory(base + long(first[0x8825] + 8)) : {};
    if (gps[2] && gps[4]) {
      const lat = degrees(gps[2]) * (gps[1] && text(gps[1]) === "S" ? -1 : 1);
      const lon = degrees(gps[4]) * (gps[3] && text(gps[3]) === "W" ? -1 : 1);
      if (isFinite(lon) && isFinite(lat) && (lon || lat)) Object.assign(found, { lon: lon, lat: lat });
    }
    return found.taken || "lon" in found ? found : null;
  }
  function claims(file) {
    return file.slice(0, EXIF_BYTES).arrayBuffer().then(camera).catch(() => null);
  }

  /* -- one file ---------------------------------------------------------------------------------------------------- */

  function ending(name) {
    return (/\.[^.]*$/.exec(name) || [""])[0].toLowerCase();
  }
  function fault(file) {
    const rules = told(), group = rules.accept[ending(file.name)];
    if (!group) return say("ending", { name: file.name, allowed: Object.keys(rules.accept).join(" ") });
    if (!file.size) return say("empty", { name: file.name });
    const limit = rules.limits[group];
    return file.size > limit ? say("size", { name: file.name, mb: Math.ceil(file.size / 1048576), limit: limit / 1048576 }) : "";
  }
  function Row(file, matter) {
    const row = { file: file, matter: matter, state: "waiting", key: key(), lon: null, lat: null };
    const item = make("li", "ev-row"), body = make("div", "ev-row-body");
    const head = make("div", "ev-row-head");
    head.append(make("strong", "ev-name", file.name), make("span", "muted num", file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`));
    const note = make("textarea", "ev-field", "", { maxlength: "500", rows: "2", placeholder: say("note_hint"), "aria-label": say("note") });
    const taken = make("input", "ev-field", null, { type: "datetime-local", "aria-label": say("taken") });
    const where = make("span", "num", say("place_none")), offered = make("div", "ev-offer muted");
    const tools = make("div", "ev-tools"), said = make("div", "ev-said muted", say("waiting"), { role: "status" });
    const bar = make("progress", "ev-bar", null, { max: "100", value: "0", "aria-label": file.name });
    bar.hidden = true;
    function put(lon, lat) {
      row.lon = lon; row.lat = lat;
      where.textContent = place(lon, lat) || say("place_none");
      clear.hidden = lon === null;
    }
    const here = button(say("use_here"), () => {
      const denied = () => { where.textContent = say("here_denied"); };
      if (!navigator.geolocation) { denied(); return; }
      navigator.geolocation.getCurrentPosition((seen) => put(seen.coords.longitude, seen.coords.latitude), denied, { enableHighAccuracy: true, timeout: 15000 });
    }, "button ev-small");
    const clear = button(say("clear"), () => put(null, null), "button ev-small");
    clear.hidden = true;
    const labelled = (words, field) => { const label = make("label", "ev-label", words); label.append(field); return label; };
    const spot = make("div", "ev-place");
    spot.append(make("span", "ev-label", say("place")), where, here, clear);
    const facts = make("div", "ev-facts-in");
    facts.append(labelled(say("note"), note), labelled(say("taken"), taken), spot, offered);
    body.append(head, facts, bar, said, tools);
    const seen = make("div", "ev-seen", file.type.startsWith("image/") ? null : "≡");
    if (file.type.startsWith("image/")) {
      const picture = make("img", "ev-thumb", null, { alt: "" });
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      picture.addEventListener("error", () => { seen.textContent = "≡"; });
      seen.append(picture);
    }
    item.append(seen, body);
    claims(file).then((wrote) => {
      if (!wrote) return;
      const words = [wrote.taken ? wrote.taken.replace("T", " ") : "", place(wrote.lon, wrote.lat)].filter(Boolean).join(" · ");
      offered.append(say("camera", { told: words }) + " ", button(say("use_camera"), () => {
        if (wrote.taken) taken.value = wrote.taken;
        if ("lon" in wrote) put(wrote.lon, wrote.lat);
      }, "button ev-small"));
    });
    row.item = item;
    row.show = function (state, words, look) {
      row.state = state;
      item.dataset.state = state;
      said.className = "ev-said " + (look || "muted");
      said.textContent = words;
      bar.hidden = state !== "sending";
      facts.querySelectorAll("textarea, input, button").forEach((field) => { field.disabled = ["sending", "lost", "kept"].includes(state); });
      tools.replaceChildren();
      if (state === "sending") tools.append(button(say("stop"), () => row.request && row.request.abort(), "button ev-small"));
      if (state === "lost" || state === "refused") tools.append(button(say("retry"), () => { row.show("waiting", say("waiting")); send(matter); }, "button ev-small"));
      if (state !== "sending" && state !== "kept") tools.append(button(say("remove"), () => drop(row), "button ev-small"));
      recount(matter);
    };
    row.asked = function () {
      const query = new URLSearchParams({ name: file.name });
      if (note.value.trim()) query.set("note", note.value.trim());
      if (taken.value) query.set("taken_at", taken.value + ":00+08:00");
      if (row.lon !== null) { query.set("lon", row.lon.toFixed(6)); query.set("lat", row.lat.toFixed(6)); }
      return query.toString();
    };
    row.progress = function (percent) {
      bar.value = percent;
      said.textContent = percent < 100 ? say("sending", { percent: percent }) : say("checking");
    };
    return row;
  }

  /* -- sent: refused in words beside its file, lost ones tried again under the same key --------------------------- */

  function upload(row) {
    const [number, kind] = row.matter.split(" ");
    const request = new XMLHttpRequest();
    row.request = request;
    row.show("sending", say("sending", { percent: 0 }));
    request.open("POST", `${API}/${kind}s/${encodeURIComponent(number)}/evidence?${row.asked()}`);
    const given = Object.assign({ "Content-Type": "application/octet-stream" }, headers(row.key));
    Object.keys(given).forEach((name) => request.setRequestHeader(name, given[name]));
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) row.progress(Math.floor((event.loaded / event.total) * 100)); });
    return new Promise((done) => {
      const lost = (words) => () => { row.show("lost", words, "warn"); done(); };
      request.addEventListener("load", () => { answered(row, request); done(); });
      request.addEventListener("error", lost(say("lost")));
      request.addEventListener("timeout", lost(say("lost")));
      request.addEventListener("abort", lost(say("stopped")));
      request.send(row.file);
    });
  }
  function answered(row, request) {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch (fault) { answer = {}; }
    if (request.status === 201) {
      const before = request.getResponseHeader("Idempotent-Replay") === "true";
      row.show("kept", "✓ " + (before ? say("kept_before") : say("kept", { digest: String(answer.sha256).slice(0, 12) })), "good");
    } else if (request.status >= 500) {
      row.show("lost", sentence(answer) || say("lost"), "warn");
    } else {
      row.key = key();
      row.show("refused", say("refused") + sentence(answer), "alarm");
    }
  }
  function send(matter) {
    const rows = waiting[matter] || [];
    const running = rows.filter((one) => one.state === "sending").length;
    rows.filter((one) => one.state === "waiting").slice(0, Math.max(0, AT_ONCE - running)).forEach((row) => {
      upload(row).then(() => { if ((waiting[matter] || []).sending) send(matter); });
    });
    rows.sending = rows.some((one) => ["waiting", "sending"].includes(one.state));
  }
  function drop(row) {
    waiting[row.matter] = (waiting[row.matter] || []).filter((one) => one !== row);
    row.item.remove();
    recount(row.matter);
  }
  function recount(matter) {
    const go = document.querySelector(".ev-put .ev-go");
    if (!go || go.dataset.matter !== matter) return;
    const left = (waiting[matter] || []).filter((one) => one.state === "waiting").length;
    go.textContent = say("send", { n: left });
    go.hidden = !left;
  }

  /* -- the window --------------------------------------------------------------------------------------------------- */

  function take(matter, files) {
    const rows = (waiting[matter] = waiting[matter] || []), list = document.querySelector(".ev-put .ev-rows");
    Array.from(files).forEach((file) => {
      const row = Row(file, matter), why = fault(file);
      rows.push(row);
      if (list) list.append(row.item);
      if (why) row.show("unfit", say("refused") + why, "alarm"); else row.show("waiting", say("waiting"));
    });
    recount(matter);
  }
  function choose(matter) {
    const rules = told(), field = make("input", "", null, { type: "file", multiple: "", accept: Object.keys(rules.accept).join(",") });
    field.addEventListener("change", () => take(matter, field.files));
    field.click();
  }
  function open(matter, files) {
    const rules = told(), number = matter.split(" ")[0], mega = (group) => rules.limits[group] / 1048576;
    const before = document.querySelector(".ev-put");
    if (before) before.close();
    waiting[matter] = (waiting[matter] || []).filter((one) => one.state !== "kept");
    const frame = dialog("ev-put", say("put_title", { number: number }));
    const zone = make("div", "ev-drop");
    zone.append(make("p", "", say("drop_here")), button(say("choose"), () => choose(matter), "button button-main"),
      make("p", "muted", say("allowed", { allowed: Object.keys(rules.accept).join(" "), paper: mega("photograph"), film: mega("video") })));
    const list = make("ol", "ev-rows"), foot = make("footer", "ev-put-foot");
    const go = button("", () => send(matter), "button button-main ev-go");
    go.dataset.matter = matter;
    waiting[matter].forEach((row) => list.append(row.item));
    foot.append(make("p", "muted", say("privacy")), go);
    frame.append(zone, list, foot);
    frame.dataset.matter = matter;
    frame.showModal();
    recount(matter);
    if (files) take(matter, files);
  }
  function matterOf(element) {
    const home = element && element.closest ? element.closest(".ev[data-add]") : null;
    return home ? `${home.dataset.matter} ${home.dataset.kind}` : null;
  }
  function aimed(event) {
    const frame = event.target.closest && event.target.closest(".ev-put");
    return frame ? frame.dataset.matter : matterOf(event.target);
  }
  document.addEventListener("click", (event) => {
    const add = event.target.closest && event.target.closest(".ev-add");
    if (add) open(matterOf(add));
  });
  document.addEventListener("dragover", (event) => { if (aimed(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const matter = aimed(event), files = event.dataTransfer ? event.dataTransfer.files : [];
    if (!matter || !files.length) return;
    event.preventDefault();
    if (document.querySelector(".ev-put")) take(matter, files); else open(matter, files);
  });
  window.addEventListener("beforeunload", (event) => {
    const left = Object.keys(waiting).some((matter) => waiting[matter].some((one) => ["waiting", "sending", "lost"].includes(one.state)));
    if (left) event.preventDefault();
  });

  window.onegridEvidence = { API: API, asking: asking, say: say, make: make, button: button, headers: headers, sentence: sentence, moment: moment, place: place, key: key, dialog: dialog };
})();
