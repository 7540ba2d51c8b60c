/* Charts: one saved as a picture with its title and as-of; on paper each takes the colours of paper and gives them back. */
(function () {
  "use strict";
  const drawing = (within) => within.querySelector(".js-plotly-plot");
  const copy = (value) => JSON.parse(JSON.stringify(value));

  function titled(graph, button) {
    const layout = copy(graph.layout), margin = Object.assign({ t: 10, b: 8, l: 8, r: 8 }, layout.margin);
    const room = graph.getBoundingClientRect();
    layout.title = {
      text: button.dataset.title.replaceAll("<", "&lt;"), x: 0, xanchor: "left", y: 1, yanchor: "top", yref: "container",
      pad: { t: 12, l: 12 }, font: { size: 17 },
      subtitle: { text: button.dataset.note.replaceAll("<", "&lt;"), font: { size: 12 } },
    };
    layout.margin = Object.assign(margin, { t: margin.t + 58, l: margin.l + 8, r: margin.r + 8 });
    layout.width = Math.max(Math.round(room.width), 480);
    layout.height = Math.round(room.height) + 58;
    layout.autosize = false;
    return { data: copy(graph.data), layout };
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest(".chart-png");
    const graph = button && drawing(button.closest(".chart"));
    if (!graph || !window.Plotly) return;
    const made = titled(graph, button);
    window.Plotly.downloadImage(made, { format: "png", scale: 2, width: made.layout.width, height: made.layout.height, filename: button.dataset.file });
  });

  const parts = (colour) => [1, 3, 5].map((n) => parseInt(colour.slice(n, n + 2), 16)).join(",");

  function onPaper(text, colours) {
    const known = {};
    for (const [before, after] of Object.entries(colours)) {
      known[before] = after;
      known["rgba(" + parts(before) + ","] = "rgba(" + parts(after) + ",";
    }
    return text.replace(/#[0-9a-f]{6}|rgba\(\d+,\d+,\d+,/g, (found) => known[found] || found);
  }

  const before = new Map();
  window.addEventListener("beforeprint", function () {
    for (const chart of document.querySelectorAll(".chart[data-print]")) {
      const graph = drawing(chart);
      if (!graph || !window.Plotly) continue;
      before.set(graph, { data: graph.data, layout: graph.layout });
      const paper = JSON.parse(onPaper(JSON.stringify({ data: graph.data, layout: graph.layout }), JSON.parse(chart.dataset.print)));
      window.Plotly.react(graph, paper.data, paper.layout);
    }
  });
  window.addEventListener("afterprint", function () {
    for (const [graph, held] of before) window.Plotly.react(graph, held.data, held.layout);
    before.clear();
  });
})();
