/* The county office: the people behind a number, a figure's link and its trend in the table, paper. */
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const open = event.target.closest("[data-office-row]");
    if (open) {
      const asked = { row: open.dataset.officeRow, town: open.dataset.officeTown, at: Date.now() };
      window.dash_clientside.set_props("office-cell", { data: asked });
    }
    if (event.target.closest("[data-office-print]")) window.print();
  });

  const make = (...parts) => window.React.createElement(...parts);
  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    OfficeFigure: (props) => make("a", { href: "/figures/" + props.value, className: "num", title: props.data.formula }, props.value),
    /* the headline of the last 60 days: no axis, no numbers, only which way */
    OfficeTrend: (props) => {
      if (!props.value) return make("span", { className: "muted" }, "—");
      const last = props.value.split(" ").pop().split(",");
      return make(
        "svg",
        { viewBox: "0 0 110 26", width: 110, height: 26, className: "o-trend-line", role: "img", "aria-hidden": "true" },
        make("polyline", { points: props.value, fill: "none", stroke: "currentColor", strokeWidth: 1.6 }),
        make("circle", { cx: last[0], cy: last[1], r: 2.4, fill: "currentColor" })
      );
    },
  });
})();
