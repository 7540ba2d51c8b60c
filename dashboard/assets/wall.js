/* The wall between two looks: clock, ages, countdowns, scale, scenes, the tone of an emergency.
   A scene stays while data change; only its time, or an emergency nobody has acknowledged, moves the map. */
(function () {
  "use strict";
  var WIDE = 3, TONE_EVERY = 12000;
  var SAY_EVERY = 36000;
  var plan = null, shown = null, since = 0, moved = false, audio = null, rang = 0, said = 0, scale = 0, lastFill = 0;

  function root() { return document.getElementById("wall-root"); }
  function word(name) { var r = root(); return (r && r.getAttribute("data-" + name)) || ""; }
  function put(element, text) { if (element && element.textContent !== text) { element.textContent = text; } }
  function two(n) { return (n < 10 ? "0" : "") + n; }

  /* -- scale: one canvas for every screen -- */
  function fit() {
    var w = window.innerWidth, h = window.innerHeight, wide = w / h >= WIDE;
    var next = Math.min(w / (wide ? 3840 : 1920), h / 1080);
    if (next === scale) { return; }
    scale = next;
    document.documentElement.style.setProperty("--s", String(scale));
    if (window.onegrid && window.onegrid.map) { window.onegrid.map.forget(); }
    moved = false;
  }

  /* -- time -- */
  var parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Shanghai", hour12: false, year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit"
  });

  function clock(now) {
    var p = {};
    parts.formatToParts(now).forEach(function (x) { p[x.type] = x.value; });
    var day = new Date(Date.UTC(+p.year, +p.month - 1, +p.day)).getUTCDay();
    var name = word("weekdays").split(",")[day] || "";
    return p.year + "-" + p.month + "-" + p.day + " " + name + " " + p.hour + ":" + p.minute + ":" + p.second;
  }

  function age(ms) {
    var s = Math.max(0, Math.floor(ms / 1000)), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    if (s < 60) { return word("seconds").replace("{n}", s); }
    if (m < 60) { return word("minutes").replace("{n}", m); }
    if (h < 24) { return word("hours").replace("{h}", h).replace("{m}", m % 60); }
    return word("days").replace("{d}", d).replace("{h}", h % 24);
  }

  function left(ms) {
    if (ms < 0) { return word("over").replace("{age}", age(-ms)); }
    var s = Math.floor(ms / 1000), h = Math.floor(s / 3600);
    return (h ? h + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
  }

  function fill() {
    var now = Date.now(), box = root();
    lastFill = now;
    if (!box) { return; }
    put(box.querySelector(".wall-clock"), clock(now));
    box.querySelectorAll("[data-since]").forEach(function (e) {
      var words = e.getAttribute("data-words"), text = age(now - Number(e.getAttribute("data-since")));
      put(e, words ? word(words).replace("{age}", text) : text);
    });
    box.querySelectorAll("[data-until]").forEach(function (e) {
      var ms = Number(e.getAttribute("data-until")) - now;
      put(e, left(ms));
      e.classList.toggle("wall-gone", ms < 0);
    });
  }

  /* -- scenes -- */
  function scenes(data) {
    plan = data;
    turn();
    return window.dash_clientside.no_update;
  }

  function find(key) {
    var list = (plan && plan.scenes) || [];
    for (var i = 0; i < list.length; i++) { if (list[i].key === key) { return i; } }
    return -1;
  }

  function following() {
    var list = plan.scenes, at = shown ? find(shown.key) : -1;
    if (at < 0 && shown && typeof shown.at === "number") { at = Math.min(shown.at, list.length) - 1; }
    return (at + 1) % list.length;
  }

  function turn() {
    if (!plan || !root() || !plan.scenes.length) { return; }
    var urgent = plan.emergency && plan.emergency.waiting ? plan.emergency : null;
    if (urgent) {
      if (!shown || shown.key !== urgent.key) { show(urgent, shown ? shown.at : undefined); }
      ring();
      say(urgent);
    } else if (!shown) {
      show(plan.scenes[0], 0);
    } else if (Date.now() - since >= plan.seconds * 1000) {
      var next = following();
      show(plan.scenes[next], next);
    }
    if (!urgent) { hush(); }
    if (!moved) { move(); }
    label(urgent);
  }

  function show(scene, at) {
    shown = { key: scene.key, kind: scene.kind, title: scene.title, note: scene.note, bounds: scene.bounds, at: at };
    since = Date.now();
    moved = false;
    frame(scene.layer || "", scene.focus || "");
  }

  /* the cell a scene is about is framed, the others stand back */
  function frame(layer, code) {
    document.querySelectorAll("[data-focus-layers]").forEach(function (box) {
      box.getAttribute("data-focus-layers").split(" ").forEach(function (id) {
        window.dash_clientside.set_props(id, { hideout: { focus: id === layer ? code : "" } });
      });
    });
  }

  function move() {
    if (shown.kind === "figures") { moved = true; return; }
    var map = window.onegrid && window.onegrid.map, pad = Math.round(18 * scale);
    var above = room(".wall-over-map"), below = room("#wall-legend");
    moved = !!map && map.go("wall-map", shown.bounds, { paddingTopLeft: [pad, above], paddingBottomRight: [pad, below] });
  }

  function room(selector) {
    var e = root().querySelector(selector);
    return (e ? e.offsetHeight : 0) + Math.round(24 * scale);
  }

  function label(urgent) {
    var box = root(), list = plan.scenes, at = find(shown.key);
    put(document.getElementById("wall-scene-title"), shown.title);
    var note = shown.kind === "emergency" ? (urgent ? shown.note : "") : [shown.note, at >= 0 ? (at + 1) + "/" + list.length : ""].filter(Boolean).join(" · ");
    put(document.getElementById("wall-scene-note"), note);
    box.setAttribute("data-scene", shown.kind);
  }

  /* -- the tone of an emergency; a browser wants to be touched before it lets a page be heard -- */
  function listen() {
    if (audio || !window.AudioContext || !root()) { return; }
    audio = new window.AudioContext();
    ["pointerdown", "keydown"].forEach(function (kind) {
      window.addEventListener(kind, function () { audio.resume(); }, { passive: true });
    });
  }

  function heard() { return !!audio && audio.state === "running"; }

  function ring() {
    var now = Date.now();
    if (!heard() || now - rang < TONE_EVERY) { return; }
    rang = now;
    [880, 660, 880].forEach(function (pitch, n) {
      var from = audio.currentTime + n * 0.28, tone = audio.createOscillator(), gain = audio.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0.0001, from);
      gain.gain.exponentialRampToValueAtTime(0.4, from + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.26);
      tone.connect(gain).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.28);
    });
  }

  /* the spoken line, in the wall's language, by the system's own voice, never by one that sends the words away; where there is none the tone is all */
  function voice() {
    var lang = document.documentElement.lang.slice(0, 2), known = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    return known.filter(function (v) { return v.localService && v.lang.slice(0, 2).toLowerCase() === lang; })[0] || null;
  }

  function say(urgent) {
    var now = Date.now(), by = urgent.spoken && heard() && now - said >= SAY_EVERY ? voice() : null;
    if (!by || window.speechSynthesis.speaking || now - rang < 1200) { return; }
    said = now;
    var line = new window.SpeechSynthesisUtterance(urgent.spoken);
    line.voice = by;
    line.lang = by.lang;
    window.speechSynthesis.speak(line);
  }

  function hush() { if (said && window.speechSynthesis) { window.speechSynthesis.cancel(); said = 0; } }

  function sound() {
    var notice = document.getElementById("wall-sound");
    if (!notice) { return; }
    var silent = !heard();
    if (notice.hidden === silent) { notice.hidden = !silent; }
    if (silent) { put(notice, word("sound-off")); }
  }

  /* -- running -- */
  function beat() {
    if (!root()) { return; }
    fit();
    listen();
    fill();
    turn();
    sound();
  }

  new MutationObserver(function () { if (Date.now() - lastFill > 40) { fill(); } })
    .observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("resize", fit);
  setInterval(beat, 250);
  if (location.pathname === "/wall") { fit(); }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { wall: { scenes: scenes } });
})();
