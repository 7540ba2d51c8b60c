/* The console's hands: keys, buttons (data-act, data-open), clocks, and what must not jump while data comes in.
   The page's stores are told by set_props; every verb goes through `console-act` to the server. Nothing here decides anything. */
(function () {
  "use strict";
  var state = { view: null, chosen: { lead: null, kind: null }, marked: [], index: -1, queued: null, picking: false };
  var folds = {}, focused = null, held = null, busy = {}, pendingAt = 0, lastAct = null, layers = { leads: true, units: true, load: false }, drawn = {};
  var SENDING = ["dispatch", "look", "undo", "place", "triage", "evaluate", "archive", "alarm_known", "alarm_later"];

  function $(id) { return document.getElementById(id); }
  function root() { return $("console-root"); }
  function list(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }
  function tell(id, props) { window.dash_clientside.set_props(id, props); }
  function put(element, text) { if (element.textContent !== text) { element.textContent = text; } }
  function mark(element, name, value) { if (element.getAttribute(name) !== value) { element.setAttribute(name, value); } }

  /* -- what is chosen ---------------------------------------------------------------------------------------------- */

  function rows() { return list("#console-queue .q-row"); }

  function choose(number, scroll) {
    if (!number) { return; }
    if (state.chosen.lead !== number) {
      state.marked = [];
      stopPicking();
      dismiss();
      state.chosen = { lead: number, kind: null };
      tell("console-chosen", { data: state.chosen });
    }
    show();
    var row = rows().filter(function (r) { return r.dataset.number === number; })[0];
    if (row && scroll) { row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
    state.awaited = !row && scroll ? number : null;
  }

  function move(step) {
    var all = rows();
    if (!all.length) { return; }
    var at = all.findIndex(function (r) { return r.dataset.number === state.chosen.lead; });
    var next = at >= 0 ? at + step : state.index < 0 ? 0 : step > 0 ? state.index : state.index - 1;
    choose(all[Math.max(0, Math.min(all.length - 1, next))].dataset.number, true);
  }

  function shownLead() {
    return document.querySelector("#console-lead-head > [data-number]");
  }

  /* Marks follow the data, not the place in the list: rows move, the choice stays with its lead. */
  function show() {
    rows().forEach(function (row, n) {
      var here = row.dataset.number === state.chosen.lead;
      if (here) { state.index = n; }
      if (here && state.awaited === row.dataset.number) { state.awaited = null; row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
      mark(row, "aria-current", here ? "true" : "false");
    });
    var lead = shownLead(), stale = lead && state.chosen.lead && lead.dataset.number !== state.chosen.lead;
    if ($("console-lead")) { $("console-lead").classList.toggle("d-stale", !!stale); }
    if (lead && lead.dataset.number !== state.shown) { state.shown = lead.dataset.number; folds = {}; $("console-lead-body").scrollTop = 0; }
    list("#console-lead details[data-fold]").forEach(function (fold) {
      var open = !!folds[fold.dataset.fold];
      if (fold.open !== open) { fold.open = open; }
    });
    if (focused && document.activeElement === document.body) {
      var again = rows().filter(function (row) { return row.dataset.number === focused; })[0];
      if (again) { again.focus({ preventScroll: true }); }
    }
    list("#console-lead .r-card[data-team]").forEach(function (card) {
      var at = state.marked.indexOf(card.dataset.team);
      card.classList.toggle("r-marked", at >= 0);
      card.classList.toggle("r-first", !state.marked.length && card.dataset.rank === "1");
      list(".r-check", card).forEach(function (box) { put(box, at >= 0 ? "☑ " : "☐ "); });
    });
    list("#console-lead .d-send-words").forEach(function (words) {
      var n = state.marked.length;
      put(words, n > 1 ? words.dataset.many.replace("{n}", n) : words.dataset.one);
    });
    list(".m-layers [data-layer]").forEach(function (chip) {
      var on = !!layers[chip.dataset.layer];
      chip.classList.toggle("c-chip-on", on);
      mark(chip, "aria-pressed", String(on));
    });
    if (lead && !stale && state.queued) { var run = state.queued; state.queued = null; run(); }
  }

  /* -- acts -------------------------------------------------------------------------------------------------------- */

  function act(verb, facts) {
    if (SENDING.indexOf(verb) >= 0) {
      if (pendingAt && Date.now() - pendingAt < 5000) { return; }
      pendingAt = Date.now();
    }
    lastAct = Object.assign({ verb: verb }, facts);
    tell("console-act", { data: Object.assign({ n: Date.now() }, lastAct) });
  }

  /* What is sent is what is shown: a key pressed before the lead is there waits for it. */
  function whenShown(run) {
    var lead = shownLead();
    if (!state.chosen.lead) { move(1); return; }
    if (lead && lead.dataset.number === state.chosen.lead) { run(); return; }
    var wanted = state.chosen.lead;
    state.queued = function () { if (state.chosen.lead === wanted) { run(); } };
  }

  function send(rank) {
    whenShown(function () {
      var teams = state.marked.slice();
      if (rank || !teams.length) {
        var card = document.querySelector('#console-lead .r-card[data-rank="' + (rank || 1) + '"]');
        if (!card && rank) { return; }
        teams = card ? [card.dataset.team] : [];
      }
      act("dispatch", { number: state.chosen.lead, teams: teams, kind: state.chosen.kind });
    });
  }

  function toggleMark(team) {
    var at = state.marked.indexOf(team);
    if (at >= 0) { state.marked.splice(at, 1); } else { state.marked.push(team); }
    show();
  }

  function dismiss() {
    if (document.querySelector("#console-refusal .c-refusal")) { tell("console-refusal", { children: [] }); }
  }

  function confirm() {
    if (lastAct) { pendingAt = 0; act(lastAct.verb, Object.assign({}, lastAct, { confirm: true })); }
  }

  function undo() {
    var button = document.querySelector('#console-toast .c-toast:not(.c-over) [data-act="undo"]');
    if (button) { act("undo", { tasks: button.dataset.tasks.split(",") }); }
  }

  function filter(name, value) {
    var view = Object.assign({}, state.view);
    view[name] = name !== "pile" && view[name] === value ? "" : value;
    tell("console-view", { data: view });
    var box = $("console-queue");
    if (box) { box.scrollTop = 0; }
  }

  function clear() {
    tell("console-view", { data: { pile: (state.view || {}).pile || "waiting" } });
    ["source", "township", "domain"].forEach(function (name) { tell("console-by-" + name, { value: null }); });
  }

  function startPicking() {
    if (!state.chosen.lead) { return; }
    state.picking = true;
    tell("console-locate", { opened: false });
    var note = $("console-picking");
    put(note, root().dataset.picking.replace("{number}", state.chosen.lead));
    note.hidden = false;
    root().classList.add("c-picks");
  }

  function stopPicking() {
    state.picking = false;
    if ($("console-picking")) { $("console-picking").hidden = true; }
    if (root()) { root().classList.remove("c-picks"); }
  }

  function centre() {
    var wanted = (drawn.base || { features: [] }).features.filter(function (f) { return f.properties.key === state.chosen.lead; })[0];
    var map = window.onegrid && window.onegrid.map && window.onegrid.map.get("console-map");
    if (wanted && map) {
      var at = wanted.geometry.coordinates;
      map.flyTo([at[1], at[0]], Math.max(map.getZoom(), 13), { duration: 0.6 });
    }
  }

  var ACTS = {
    choose: function (d) { choose(d.number, false); },
    filter: function (d) { filter(d.name, d.value); },
    clear: clear,
    kind: function (d) {
      state.chosen = { lead: state.chosen.lead, kind: d.kind };
      state.marked = [];
      tell("console-chosen", { data: state.chosen });
    },
    mark: function (d) { toggleMark(d.team); },
    send: function () { send(0); },
    dispatch: function (d) { act("dispatch", { number: d.number, teams: [d.team], kind: state.chosen.kind }); },
    undo: undo, dismiss: dismiss, confirm: confirm,
    pick: startPicking,
    intake: function () { window.onegrid.intake.open(); },
    goto: function (d) {
      var map = window.onegrid && window.onegrid.map && window.onegrid.map.get("console-map");
      if (map) { map.flyTo([Number(d.lat), Number(d.lon)], Math.max(map.getZoom(), 13), { duration: 0.6 }); }
    },
    layer: function (d) {
      layers = Object.assign({}, layers);
      layers[d.layer] = !layers[d.layer];
      tell("console-layers", { data: layers });
      show();
    }
  };

  function open(form, d) {
    tell("console-subject", { data: { form: form, key: d.key || null, step: d.verb || null, n: Date.now() } });
    if (form === "console-duplicate" && d.key) { tell("console-duplicate-original", { value: d.key }); }
    if (d.service) { tell("console-handover-service", { value: d.service }); }
    tell(form, d.title ? { opened: true, title: d.title } : { opened: true });
  }

  /* Data that comes in makes parts of the page anew: what was open, in focus or under the finger stays so. */
  document.addEventListener("toggle", function (event) {
    var fold = event.target;
    if (fold.dataset && fold.dataset.fold) { folds[fold.dataset.fold] = fold.open; }
  }, true);
  document.addEventListener("focusin", function (event) {
    var row = event.target.closest && event.target.closest(".q-row");
    focused = row ? row.dataset.number : null;
  });
  document.addEventListener("pointerdown", function (event) {
    held = root() && event.target.closest ? event.target.closest("[data-act], [data-open]") : null;
    if (!held || !held.classList.contains("q-row")) { focused = null; }
  }, true);

  document.addEventListener("click", function (event) {
    if (!root() || !event.target.closest) { return; }
    var go = event.target.closest('button[id^="console-"][id$="-go"]');
    if (go) { once(go, event); return; }
    var card = event.target.closest(".r-card[data-team]");
    var button = event.target.closest("[data-act], [data-open]");
    if (!button && held && !held.isConnected) { button = held; }
    held = null;
    if (!button && card && !event.target.closest("a, summary, details") && !String(window.getSelection())) { toggleMark(card.dataset.team); return; }
    if (!button) { return; }
    var d = Object.assign({}, button.dataset);
    if (d.open) { open(d.open, d); return; }
    var name = d.act;
    delete d.act;
    if (ACTS[name]) { ACTS[name](d); } else { act(name, d); }
  }, true);

  /* A form is sent once, however often it is pressed. */
  function once(button, event) {
    if (busy[button.id] && Date.now() - busy[button.id] < 1500) { event.stopImmediatePropagation(); event.preventDefault(); return; }
    busy[button.id] = Date.now();
  }

  /* -- keys -------------------------------------------------------------------------------------------------------- */

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function openForm() {
    return list(".f-form, .f-keys").filter(function (form) { return form.getClientRects().length > 0; })[0];
  }

  function press(selector) {
    var button = document.querySelector(selector);
    if (button) { button.click(); }
    return !!button;
  }

  /* What is typed before the form is there belongs to the form: "119" after h must not send teams 1, 1 and 9. */
  var awaitedForm = 0;
  function formKey(form) {
    awaitedForm = Date.now() + 3000;
    whenShown(function () { awaitedForm = press('#console-lead .d-actions [data-open="' + form + '"]') ? Date.now() + 1500 : 0; });
  }

  var KEYS = {
    j: function () { move(1); }, ArrowDown: function () { move(1); },
    k: function () { move(-1); }, ArrowUp: function () { move(-1); },
    Enter: function () { send(0); },
    d: function () { formKey("console-duplicate"); },
    g: function () { whenShown(function () { press('#console-lead .d-actions [data-act="look"]'); }); },
    n: function () { window.onegrid.intake.open(); },
    h: function () { formKey("console-handover"); },
    a: function () { press('#console-alarms > .al-one [data-act="alarm_known"]'); },
    s: function () { press('#console-alarms > .al-one [data-act="alarm_later"]'); },
    b: function () { press("#console-all"); },
    u: undo, c: centre,
    v: function () { press('.m-layers [data-layer="cover"]'); },
    "/": function () { var box = $("console-search"); if (box) { box.focus(); } },
    "?": function () { open("console-keys", {}); },
    Escape: function () { if (state.picking) { stopPicking(); } else { dismiss(); } }
  };

  /* What was typed last reaches the page's state a moment after the key: the form is sent when it is there. */
  function isBehind(field) {
    if (!field.id || !field.matches('textarea, input[type="text"], input[type="tel"], input:not([type])') || field.hasAttribute("aria-haspopup")) { return false; }
    try {
      var held = window.dash_component_api.getLayout(field.id[0] === "{" ? JSON.parse(field.id) : field.id);
      return Boolean(held && held.props) && String(held.props.value == null ? "" : held.props.value) !== field.value;
    } catch (_fault) { return false; }  /* a part of a component: it has no state of its own */
  }

  function sendForm(form, asked) {
    var field = document.activeElement;
    if (field && form.contains(field) && Date.now() - asked < 1000 && isBehind(field)) { setTimeout(sendForm, 20, form, asked); return; }
    list(".f-foot button", form).forEach(function (button) { button.click(); });
  }

  document.addEventListener("keydown", function (event) {
    if (!root() || event.isComposing) { return; }
    var form = openForm();
    if (form) {
      awaitedForm = 0;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        sendForm(form, Date.now());
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape") { awaitedForm = 0; }
    if (Date.now() < awaitedForm && !typing(event.target)) { event.preventDefault(); return; }
    if (typing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (event.target.closest(".mantine-Menu-dropdown, .k-drawer")) { return; }
    var row = event.target.closest(".q-row");
    if (event.key === "Enter" && !row && event.target.closest("button, a, summary, .ag-root")) { return; }
    if (event.repeat && event.key === "Enter") { event.preventDefault(); return; }
    if (/^Digit[1-9]$/.test(event.code) && !event.shiftKey) { event.preventDefault(); send(Number(event.code[5])); return; }
    if (/^Digit[1-9]$/.test(event.code) && event.shiftKey) {
      var card = document.querySelector('#console-lead .r-card[data-rank="' + event.code[5] + '"]');
      if (card) { event.preventDefault(); toggleMark(card.dataset.team); }
      return;
    }
    var key = event.key.length === 1 && event.key !== "?" && event.key !== "/" ? event.key.toLowerCase() : event.key;
    if (KEYS[key]) { event.preventDefault(); KEYS[key](); }
  });

  /* -- clocks ------------------------------------------------------------------------------------------------------ */

  function word(name, facts) {
    var text = (root() && root().getAttribute("data-" + name)) || "";
    Object.keys(facts).forEach(function (key) { text = text.replace("{" + key + "}", facts[key]); });
    return text;
  }

  function span(msec) {
    var s = Math.floor(Math.abs(msec) / 1000);
    if (s < 60) { return word("seconds", { n: s }); }
    if (s < 600) { return Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0"); }
    if (s < 5400) { return word("minutes", { n: Math.floor(s / 60) }); }
    if (s < 172800) { return word("hours", { h: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) }); }
    return word("days", { n: Math.floor(s / 86400) });
  }

  function clocks() {
    var now = Date.now(), here = root();
    if (!here) { return; }
    list("[data-due]", here).forEach(function (e) {
      if (!e.dataset.due) { return; }
      var left = Number(e.dataset.due) - now, kind = e.dataset.kind || "assign";
      put(e, word((left < 0 ? "over-" : "left-") + kind, { t: span(left) }));
      e.classList.toggle("alarm", left < 0);
      e.classList.toggle("warn", left >= 0 && left < 300000);
    });
    list("[data-ago]", here).forEach(function (e) { if (e.dataset.ago) { put(e, word("ago", { t: span(now - Number(e.dataset.ago)) })); } });
    list("[data-since]", here).forEach(function (e) { put(e, e.dataset.since ? span(now - Number(e.dataset.since)) : ""); });
    list(".c-toast", here).forEach(function (card) {
      var until = card.querySelector("[data-until]"), left;
      left = until ? Number(until.dataset.until) - now : Number(card.dataset.shown) + 4000 - now;
      if (until) { put(until, String(Math.max(0, Math.ceil(left / 1000)))); }
      card.classList.toggle("c-over", left <= 0);
    });
  }

  /* -- what the stores say ----------------------------------------------------------------------------------------- */

  function address() {
    var given = new URLSearchParams(), view = state.view || {};
    ["pile", "urgency", "source", "township", "domain", "only"].forEach(function (name) {
      if (view[name] && !(name === "pile" && view[name] === "waiting")) { given.set(name, view[name]); }
    });
    if (state.chosen.lead) { given.set("lead", state.chosen.lead); }
    if (state.chosen.kind) { given.set("kind", state.chosen.kind); }
    var seen = ["leads", "units", "load", "cover"].filter(function (name) { return layers[name]; });
    if (seen.join() !== "leads,units") { given.set("layers", seen.join() || "none"); }
    var text = given.toString().replace(/%2C/g, ","), url = location.pathname + (text ? "?" + text : "");
    if (location.pathname === "/console" && url !== location.pathname + location.search) { history.replaceState(history.state, "", url); }
  }

  function asked() { return window.dash_clientside.no_update; }

  function draw(leads, units, chosen, ranks, shown) {
    drawn.base = leads;
    var mine = (chosen || {}).lead, given = (ranks || {}).number === mine ? (ranks || {}).ranks || {} : {};
    var dressed = function (data, on, dress) {
      if (!data || !on) { return { type: "FeatureCollection", features: [] }; }
      return { type: data.type, features: data.features.map(function (f) {
        var extra = dress(f.properties.key);
        return extra ? Object.assign({}, f, { properties: Object.assign({}, f.properties, extra) }) : f;
      }) };
    };
    var made = [
      dressed(leads, shown.leads, function (key) { return key === mine ? { chosen: true } : null; }),
      dressed(units, shown.units, function (key) { return given[key] ? { badge: String(given[key]) } : null; }),
      routes(leads, units, mine, given, shown)
    ];
    return made.map(function (data, n) {
      var text = JSON.stringify(data);
      if (drawn[n] === text && drawn.root === root()) { return asked(); }
      drawn[n] = text;
      return data;
    }).map(function (data, n) { if (n === 2) { drawn.root = root(); } return data; });
  }

  function routes(leads, units, mine, given, shown) {
    var at = shown.leads && leads && leads.features.filter(function (f) { return f.properties.key === mine; })[0], made = [];
    if (at && shown.units && units) {
      units.features.forEach(function (f) {
        if (given[f.properties.key]) {
          made.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [f.geometry.coordinates, at.geometry.coordinates] } });
        }
      });
    }
    return { type: "FeatureCollection", features: made };
  }

  function clicked(feature) { return feature && feature.properties ? feature.properties.key : null; }

  /* A burst of steps is pulled a few times, not a hundred: the first at once, the last in any case. */
  var pulses = {};
  function pulse(id, gap) {
    var p = pulses[id] || (pulses[id] = { at: 0, timer: null }), wait = p.at + gap - Date.now();
    if (p.timer) { return; }
    p.timer = setTimeout(function () {
      p.timer = null;
      p.at = Date.now();
      if (root()) { tell(id, { data: p.at }); }
    }, Math.max(0, wait));
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    console: {
      ticked: function (tick) {
        if (tick && tick.at !== state.tick) {
          if (state.tick !== undefined) { pulse("console-pulse", 500); pulse("console-slow-pulse", 1200); }
          state.tick = tick.at;
        }
        return asked();
      },
      viewed: function (view, chosen) {
        state.view = view || {};
        if (!chosen || chosen.lead !== state.chosen.lead) { state.marked = []; }
        state.chosen = chosen || { lead: null, kind: null };
        address();
        show();
        return asked();
      },
      done: function (done) {
        if (done) { pendingAt = 0; Object.keys(busy).forEach(function (id) { if (!done.ok) { delete busy[id]; } }); }
        if (done && done.ok) { state.marked = []; stopPicking(); show(); }
        if (done && done.choose) { choose(done.choose, true); }
        return asked();
      },
      layers: function (given) {
        layers = given || layers;
        if (state.view) { address(); }
        var scale = $("console-scale");
        if (scale) { scale.hidden = !layers.load; }
        return asked();
      },
      reporting: function (step) { return step !== "report"; },
      filtered: function (source, township, domain) {
        var now = { source: source || "", township: township || "", domain: domain || "" }, view = state.view || {};
        if (Object.keys(now).some(function (name) { return (view[name] || "") !== now[name]; }) && state.view) {
          tell("console-view", { data: Object.assign({}, view, now) });
        }
        return asked();
      },
      found: function (value) {
        if (!value) { return asked(); }
        var parts = value.split(":");
        setTimeout(function () { tell("console-search", { value: null, searchValue: "" }); if ($("console-search")) { $("console-search").blur(); } }, 0);
        if (parts[0] === "lead" || parts[0] === "task") { choose(parts[1], true); }
        if (parts[0] === "team") { reveal(parts[1]); }
        if (parts[0] === "place") { visit(parts[1]); }
        return asked();
      },
      leadClicked: function (feature) { if (!state.picking) { choose(clicked(feature), true); } return asked(); },
      unitClicked: function (feature) { if (!state.picking) { reveal(clicked(feature)); } return asked(); },
      mapClicked: function (data) {
        if (data && data.latlng && state.picking) {
          act("place", { number: state.chosen.lead, lon: data.latlng.lng, lat: data.latlng.lat });
        }
        return asked();
      },
      draw: draw
    }
  });

  function reveal(code) {
    if (!code || !window.dash_ag_grid) { return; }
    window.dash_ag_grid.getApiAsync("console-board").then(function (api) {
      var node = api.getRowNode(code);
      if (node) { api.ensureNodeVisible(node, "middle"); api.flashCells({ rowNodes: [node], flashDuration: 1500 }); }
    });
  }

  /* A place was asked for by name: the view goes there because the dispatcher said so. */
  function visit(code) {
    var map = window.onegrid && window.onegrid.map && window.onegrid.map.get("console-map"), found = null;
    if (!map) { return; }
    map.eachLayer(function (layer) {
      if (layer.feature && layer.feature.properties && layer.feature.properties.c === code && layer.getBounds) { found = layer; }
    });
    if (found) { map.flyToBounds(found.getBounds(), { duration: 0.6, maxZoom: 14 }); }
  }

  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, {
    consoleAll: function (given) { return given.options; }
  });

  function element(tag, props) {
    var rest = Array.prototype.slice.call(arguments, 2);
    return window.React.createElement.apply(null, [tag, props].concat(rest));
  }

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    ConsoleCell: function (props) {
      var d = props.data, name = props.colDef.field;
      if (name === "said") { return element("span", { className: "b-state" }, element("i", { className: "sym sym-" + d.status }), d.said); }
      if (name === "name") { return element("span", { className: "b-name" }, d.name); }
      if (name === "timed") { return element("span", { className: d.late ? "num b-late" : "num", title: d.late || null, "data-since": d.since }); }
      if (name === "placed") { return element("span", { className: d.stale ? "num b-stale" : "num", title: d.stale || null }, d.seen); }
      if (name === "doing" && d.lead) { return element("button", { type: "button", className: "b-link", "data-act": "choose", "data-number": d.lead }, d.doing); }
      if (name === "phone" && d.phone) { return element("a", { href: "tel:" + d.phone, className: "num" }, d.phone); }
      return element("span", null, props.value);
    },
    ConsoleSet: function (props) {
      var d = props.data, words = props.context.set;
      var set = element("button", { type: "button", className: "b-set", "data-open": "console-unit", "data-key": d.code, "data-title": words + " · " + d.name }, words);
      var voice = d.task ? element("button", { type: "button", className: "b-set b-voice", "data-open": "console-voice", "data-key": d.task, "data-title": props.context.voiced + " · " + d.name + " · " + d.task }, props.context.voice) : null;
      return element("span", null, set, voice);
    }
  });

  /* -- life -------------------------------------------------------------------------------------------------------- */

  var watched = null, watcher = new MutationObserver(function () { show(); clocks(); });
  function live() {
    if (root() && watched !== root()) {
      watched = root();
      drawn = {};
      watcher.disconnect();
      watcher.observe(watched, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-number", "data-due", "data-since", "data-team", "data-rank"] });
      if (window.dash_clientside.set_props && !state.view) { state.index = -1; }
    }
    clocks();
  }
  setInterval(live, 500);
  new MutationObserver(function () { if (root() && watched !== root()) { live(); show(); } }).observe(document.documentElement, { childList: true, subtree: true });
})();
