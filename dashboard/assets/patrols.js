/* How village grids stand on the map of patrols: a colour a state, overdue ones with a dashed edge too. */
(function () {
  "use strict";
  var looks = { overdue: ["alarm", 0.42, "4 3"], due: ["warn", 0.34, null], done: ["good", 0.26, null] };

  function told(feature, context) { return (((context || {}).hideout || {}).told || {})[feature.properties.c]; }

  function cell(feature, context) {
    var known = told(feature, context), look = known && looks[known[0]];
    if (!look) { return { fill: true, fillOpacity: 0, stroke: false }; }
    var colour = getComputedStyle(context.map.getContainer()).getPropertyValue("--" + look[0]).trim();
    return {
      fill: true, fillColor: colour, fillOpacity: look[1], stroke: known[0] === "overdue", color: colour,
      opacity: 1, weight: 1.6, dashArray: look[2]
    };
  }

  function tip(feature, layer, context) {
    var known = told(feature, context);
    if (!known) { return; }
    layer.bindTooltip(function () {
      var box = document.createElement("div"), head = document.createElement("strong");
      head.textContent = known[1];
      box.appendChild(head);
      known.slice(2).forEach(function (words) {
        var row = document.createElement("div");
        row.textContent = words;
        box.appendChild(row);
      });
      return box;
    }, { direction: "top", className: "map-tip", opacity: 1, sticky: true });
  }

  window.onegrid = window.onegrid || {};
  window.onegrid.patrols = { cell: cell, tip: tip };
})();
