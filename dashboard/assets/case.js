/* The page of a case: which step was asked for, told at once; a form that was closed half filled in is opened as it was. */
(function () {
  "use strict";
  const still = () => window.dash_clientside.no_update;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    case: {
      asked: function (_clicks, opened) {
        const context = window.dash_clientside.callback_context;
        const pressed = context.triggered.length && context.triggered[0].value ? context.triggered_id : null;
        if (!pressed) return [still(), still()];
        if (opened && opened.verb === pressed.verb) return [still(), true];
        return [{ verb: pressed.verb, at: Date.now() }, still()];
      },
      /* the bar stands where the case is */
      scroll: function () {
        window.requestAnimationFrame(function () {
          const now = document.querySelector(".k-stage-now"), bar = document.querySelector(".k-bar");
          if (now && bar) bar.scrollLeft = now.offsetLeft - (bar.clientWidth - now.offsetWidth) / 2;
        });
        return Date.now();
      },
    },
    cases: {
      /* the rows in sight are asked for again, where the table stands */
      refresh: function () {
        const grid = window.dash_ag_grid && document.getElementById("cases-grid") ? window.dash_ag_grid.getApi("cases-grid") : null;
        if (grid) grid.refreshInfiniteCache();
        return Date.now();
      },
      open: function (clicks) {
        return clicks ? true : still();
      },
    },
  });
})();
