/* Coverage on the console's map: areas as patterns, and what a unit leaves uncovered when it is pointed at or chosen. */
(function () {
  "use strict";
  var GAP = 8000, SVG = "http://www.w3.org/2000/svg";
  var state = { on: false, asked: 0, cover: null, hovered: null, chosen: null, lost: "" }, renderers = new WeakMap();

  function $(id) { return document.getElementById(id); }
  function none() { return { type: "FeatureCollection", features: [] }; }
  function kept() { return window.dash_clientside.no_update; }

  /* -- patterns ---------------------------------------------------------------------------------------------------- */

  function drawing(tag, facts, parent) {
    var made = document.createElementNS(SVG, tag);
    Object.keys(facts).forEach(function (name) { made.setAttribute(name, facts[name]); });
    parent.appendChild(made);
    return made;
  }

  function patterns() {
    if ($("cover-patterns")) { return; }
    var box = drawing("svg", { id: "cover-patterns", width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" }, document.body);
    [["near", 7, "M0 7 7 0M0 0 7 7"], ["far", 12, "M0 12 12 0"]].forEach(function (one) {
      var pattern = drawing("pattern", { id: "reach-" + one[0], width: one[1], height: one[1], patternUnits: "userSpaceOnUse" }, box);
      drawing("path", { d: one[2], "class": "m-hatch-" + one[0] }, pattern);
    });
  }

  function renderer(map) {
    if (!renderers.has(map)) { renderers.set(map, window.L.svg({ pane: "reach" })); }
    return renderers.get(map);
  }

  function reach(feature, context) {
    patterns();
    var step = feature.properties.step;
    return { renderer: renderer(context.map), className: "m-reach m-reach-" + step, fill: true, stroke: true, interactive: false };
  }

  /* -- the unit pointed at ----------------------------------------------------------------------------------------- */

  function say(panel, code, unit) {
    var words = panel.getAttribute("data-point");
    if (unit) {
      words = panel.getAttribute(unit.cells.length ? "data-leaves" : "data-nothing");
      words = words.replace("{unit}", unit.name).replace("{cells}", unit.cells.length).replace("{leads}", unit.leads).replace("{names}", unit.names);
    }
    var line = $("console-cover-unit");
    if (line && line.textContent !== words) { line.textContent = words; }
    panel.setAttribute("data-unit", unit ? code : "");
  }

  function show() {
    var panel = $("console-coverage");
    if (!panel) { return; }
    var code = state.hovered || state.chosen, known = (state.cover || {}).units || {}, unit = state.on ? known[code] : null;
    say(panel, code, unit);
    var lost = unit ? unit.cells : [], text = JSON.stringify(lost);
    if (text !== state.lost) {
      state.lost = text;
      window.dash_clientside.set_props("console-map-lines", { hideout: { touch: 1, lost: lost } });
    }
  }

  function rowOf(target) {
    var row = target.closest && target.closest("#console-board .ag-row");
    return row ? row.getAttribute("row-id") : null;
  }

  document.addEventListener("mouseover", function (event) {
    if (!state.on) { return; }
    var code = rowOf(event.target);
    if (code !== state.hovered) { state.hovered = code; show(); }
  });
  document.addEventListener("click", function (event) {
    var code = state.on && !event.target.closest("button, a") ? rowOf(event.target) : null;
    if (code) { state.chosen = state.chosen === code ? null : code; show(); }
  });

  window.onegrid = Object.assign(window.onegrid || {}, { cover: { reach: reach } });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    cover: {
      /* Asked for when it is switched on, and while it is on now and then. */
      wanted: function (tick, layers) {
        var on = !!(layers || {}).cover, fresh = on && !state.on, now = Date.now();
        state.on = on;
        if ($("console-coverage")) { $("console-coverage").hidden = !on; }
        if (!on) { state.hovered = state.chosen = null; }
        show();
        if (!on || (!fresh && now - state.asked < GAP)) { return kept(); }
        state.asked = now;
        return now;
      },
      draw: function (cover, layers) {
        state.cover = cover;
        setTimeout(show, 0);
        var on = !!(layers || {}).cover && cover;
        return [on ? cover.areas : none(), on ? cover.best : none()];
      },
      unit: function (feature) {
        if (state.on && feature && feature.properties) { state.chosen = feature.properties.key; show(); }
        return kept();
      },
      told: function () { setTimeout(show, 0); return kept(); }
    }
  });
})();
