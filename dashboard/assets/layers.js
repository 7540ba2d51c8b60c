/* How the map draws what layers/ names: cells by class, names, symbols that keep clear of names and of one another.
   Colours come from the style sheet's variables; every word from data is set as text, never as HTML. */
(function () {
  "use strict";
  var NEAR = 12.6;
  var maps = {}, colours = new WeakMap(), waiting = new WeakMap();

  function known(map) {
    var box = map.getContainer();
    if (maps[box.id] !== map) {
      maps[box.id] = map;
      map.on("zoomend moveend viewreset resize", function () { tidy(map); });
    }
    return map;
  }

  function palette(map) {
    if (!colours.has(map)) {
      var style = getComputedStyle(map.getContainer()), found = { steps: [] };
      ["ground", "panel", "line", "text", "muted", "accent", "alarm", "outline"].forEach(function (name) {
        found[name] = style.getPropertyValue("--" + name).trim();
      });
      for (var n = 1; n <= 5; n++) { found.steps.push(style.getPropertyValue("--choropleth-" + n).trim()); }
      found.edge = style.getPropertyValue("--map-edge").trim() || found.muted;
      var unit = parseFloat(style.getPropertyValue("--map-unit")) || 1;
      found.unit = unit;
      colours.set(map, found);
    }
    return colours.get(map);
  }

  function hideout(context) { return (context && context.hideout) || {}; }

  function fill(feature, context) {
    var c = palette(known(context.map)), h = hideout(context), p = feature.properties;
    var step = h.steps ? h.steps[p.i] : -1, chosen = h.chosen && h.chosen === p.c;
    return {
      fill: true, fillColor: step >= 0 ? c.steps[step] : c.panel, fillOpacity: step >= 0 || !h.bare ? 1 : 0,
      stroke: chosen || !h.plain, color: chosen ? c.accent : c.edge, opacity: 0.9, weight: (chosen ? 3 : 1.5) * c.unit
    };
  }

  function line(feature, context) {
    var c = palette(known(context.map)), h = hideout(context), chosen = h.chosen && h.chosen === feature.properties.c;
    var step = h.steps ? h.steps[feature.properties.i] : -1;
    if (h.lost && h.lost.indexOf(feature.properties.c) >= 0) {
      return { fill: true, fillColor: c.alarm, fillOpacity: 0.3, color: c.alarm, opacity: 1, weight: 2.5 * c.unit, dashArray: "3 4" };
    }
    return {
      dashArray: null,
      fill: step >= 0 || !!h.touch, fillColor: step >= 0 ? c.steps[step] : c.panel, fillOpacity: step >= 0 ? 0.9 : 0,
      color: chosen ? c.accent : c.outline, opacity: chosen ? 1 : 0.55, weight: (chosen ? 3 : 0.8) * c.unit
    };
  }

  /* the scene's own cell is framed, the others stand back; without one the layer is not seen */
  function focus(feature, context) {
    var c = palette(known(context.map)), h = hideout(context), own = h.focus && h.focus === feature.properties.c;
    return {
      stroke: !!own, color: c.accent, opacity: 1, weight: 4 * c.unit,
      fill: !!h.focus && !own, fillColor: c.ground, fillOpacity: 0.62
    };
  }

  function border(feature, context) {
    var c = palette(known(context.map));
    return { fill: false, color: c.edge, opacity: 0.9, weight: 1.7 * c.unit };
  }

  function outline(feature, context) {
    var c = palette(known(context.map));
    return { fill: false, color: c.text, opacity: 0.9, weight: 2.2 * c.unit };
  }

  function tip(layer, title, lines) {
    var box = document.createElement("div"), head = document.createElement("strong");
    head.textContent = title;
    box.appendChild(head);
    (lines || []).forEach(function (words) {
      var row = document.createElement("div");
      row.textContent = words;
      box.appendChild(row);
    });
    layer.bindTooltip(box, { direction: "top", className: "map-tip", opacity: 1 });
  }

  function called(feature) {
    var english = document.documentElement.lang.slice(0, 2) === "en";
    return english && feature.properties.e || feature.properties.n;
  }

  function cell(feature, layer, context) {
    if (hideout(context).touch) { tip(layer, called(feature), []); }
  }

  function tooltip(feature, layer) {
    if (feature.properties.title) { tip(layer, feature.properties.title, feature.properties.lines); }
  }

  function icon(className, inner) {
    return window.L.divIcon({ className: className, html: inner, iconSize: null });
  }

  function name(feature, latlng, context) {
    var inner = document.createElement("span"), map = known(context.map);
    inner.textContent = called(feature);
    var small = hideout(context).small, kind = small ? "map-name map-place" : "map-name";
    var made = window.L.marker(latlng, { icon: icon(kind, inner), interactive: false, keyboard: false, pane: small ? "places" : "names" });
    made.on("add", function () { tidy(map); });
    return made;
  }

  function symbol(feature, latlng, context) {
    var p = feature.properties, map = known(context.map), inner = document.createElement("span");
    inner.className = "map-symbol-body";
    var body = document.createElement("i");
    body.className = "sym sym-" + p.symbol;
    if (p.overdue) {
      var ring = document.createElement("i");
      ring.className = "map-ring";
      inner.appendChild(ring);
    }
    inner.appendChild(body);
    if (p.badge) {
      var badge = document.createElement("b");
      badge.textContent = p.badge;
      inner.appendChild(badge);
    }
    var kind = "map-symbol map-symbol-" + p.symbol + (p.chosen ? " map-symbol-chosen" : "") + (p.stale ? " map-symbol-stale" : "");
    var made = window.L.marker(latlng, {
      icon: icon(kind, inner), pane: p.symbol === "emergency" ? "alarms" : "symbols", keyboard: false,
      interactive: !!p.title, riseOnHover: true, zIndexOffset: p.chosen ? 1000 : 0, onegridKey: p.key
    });
    made.on("add", function () { tidy(map); });
    return made;
  }

  /* -- room for everybody ------------------------------------------------------------------------------------------ */

  function tidy(map) {
    if (waiting.get(map)) { return; }
    waiting.set(map, true);
    requestAnimationFrame(function () {
      waiting.set(map, false);
      if (map.getContainer().isConnected) { arrange(map); }
    });
  }

  function hits(a, b) { return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]; }

  function free(box, taken) {
    for (var i = 0; i < taken.length; i++) { if (hits(box, taken[i])) { return false; } }
    return true;
  }

  function boxOf(at, width, height, pin, dx, dy) {
    var x = at.x + dx, y = at.y + dy - (pin ? height * 0.42 : 0);
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }

  function rings(step) {
    var found = [[0, 0]];
    for (var r = 1; r <= 4; r++) {
      for (var k = 0; k < 8; k++) {
        var turn = (k * Math.PI) / 4 + (r % 2 ? 0 : Math.PI / 8);
        found.push([Math.cos(turn) * step * r, Math.sin(turn) * step * r]);
      }
    }
    return found;
  }

  function place(element, offsets, taken, pin, share) {
    var inner = element.firstElementChild, at = window.L.DomUtil.getPosition(element);
    if (!inner || !at) { return; }
    var w = inner.offsetWidth * share, h = inner.offsetHeight * share, chosen = offsets[0], box = null;
    for (var i = 0; i < offsets.length; i++) {
      box = boxOf(at, w, h, pin, offsets[i][0], offsets[i][1]);
      if (free(box, taken)) { chosen = offsets[i]; break; }
    }
    box = boxOf(at, w, h, pin, chosen[0], chosen[1]);
    var found = free(box, taken);
    taken.push(box);
    inner.style.left = chosen[0] + "px";
    inner.style.top = chosen[1] + "px";
    return found;
  }

  function all(map, pane, selector) {
    var root = map.getPane(pane);
    return root ? Array.prototype.slice.call(root.querySelectorAll(selector)) : [];
  }

  function arrange(map) {
    var taken = [], names = all(map, "names", ".map-name"), alarms = all(map, "alarms", ".map-symbol");
    var symbols = all(map, "symbols", ".map-symbol");
    alarms.forEach(function (e) { place(e, [[0, 0]], taken, false, 1.7); });
    names.forEach(function (e) {
      var h = e.firstElementChild ? e.firstElementChild.offsetHeight : 0;
      var seen = place(e, [[0, 0], [0, -h], [0, h], [0, -1.9 * h], [0, 1.9 * h], [0, -2.8 * h], [0, 2.8 * h]], taken, false, 1);
      if (e.firstElementChild) { e.firstElementChild.style.visibility = seen ? "" : "hidden"; }
    });
    symbols.sort(function (a, b) { return rank(a) - rank(b); });
    symbols.forEach(function (e) {
      var inner = e.firstElementChild, step = inner ? inner.offsetWidth * 0.5 : 8;
      place(e, rings(step), taken, e.className.indexOf("-lead") >= 0, e.querySelector(".map-ring") ? 1.4 : 0.86);
    });
    places(map, taken);
  }

  /* names of the finest cells: only near, only in view, only where there is room */
  function places(map, taken) {
    var near = map.getZoom() >= NEAR, size = map.getSize(), pane = map.getPane("places");
    if (!pane) { return; }
    pane.style.display = near ? "" : "none";
    if (!near) { return; }
    all(map, "places", ".map-name").forEach(function (e) {
      var inner = e.firstElementChild, at = window.L.DomUtil.getPosition(e);
      if (!inner || !at) { return; }
      var seen = map.layerPointToContainerPoint(at), box = boxOf(at, inner.offsetWidth, inner.offsetHeight, false, 0, 0);
      var shown = seen.x > 0 && seen.y > 0 && seen.x < size.x && seen.y < size.y && free(box, taken);
      inner.style.visibility = shown ? "" : "hidden";
      if (shown) { taken.push(box); }
    });
  }

  function rank(element) {
    var kinds = element.className;
    if (kinds.indexOf("chosen") >= 0) { return 0; }
    return kinds.indexOf("-lead") >= 0 ? 1 : 2;
  }

  /* -- the view ---------------------------------------------------------------------------------------------------- */

  function go(id, bounds, options) {
    var map = maps[id];
    if (!map || !bounds) { return false; }
    map.invalidateSize({ pan: false });
    if (options && options.still) { map.fitBounds(bounds, Object.assign({ animate: false }, options)); }
    else { map.flyToBounds(bounds, Object.assign({ duration: 1.2, easeLinearity: 0.4 }, options)); }
    return true;
  }

  window.onegrid = Object.assign(window.onegrid || {}, {
    map: {
      fill: fill, line: line, border: border, focus: focus, outline: outline, cell: cell, tooltip: tooltip, name: name, symbol: symbol,
      go: go, get: function (id) { return maps[id]; },
      forget: function () { colours = new WeakMap(); Object.keys(maps).forEach(function (id) { tidy(maps[id]); }); }
    }
  });
})();
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  map: { level: function (address) { return address || window.dash_clientside.no_update; } }
});
