/* The township page: which button was pressed, told at once, so that a refresh of the page never swallows a press. */
(function () {
  "use strict";
  const still = () => window.dash_clientside.no_update;
  const pressed = () => {
    const context = window.dash_clientside.callback_context;
    return context.triggered.length && context.triggered[0].value ? context.triggered_id : null;
  };

  /* what falls due next: a link to the value that set it, which does not open the row's lead */
  const apart = (element) => element && element.addEventListener("click", (event) => event.stopPropagation());
  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    TownshipDue: function (props) {
      const row = props.data;
      if (!row.due_policy) return window.React.createElement("span", null, row.due_words);
      return window.React.createElement("a", { href: row.due_policy, className: "to-value", ref: apart }, row.due_words);
    },
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    township: {
      /* a button that opens a section, the open matters filtered as it says */
      go: function () {
        const button = pressed();
        if (!button) return [still(), still()];
        return [button.tab, button.only || (button.tab === "open" ? "all" : still())];
      },
      /* the lead to show: of a button, of a row, or the one that is shown after a team was sent */
      asked: function (_clicks, rows, _done, shown) {
        const button = pressed();
        if (!button) return still();
        if (button === "township-done") return shown ? { number: shown.number, at: Date.now() } : still();
        if (button === "township-open") return rows.length ? { number: rows[0].number, at: Date.now() } : still();
        return { number: button.number, at: Date.now() };
      },
      /* a row is let go when its lead is closed, so that it can be opened again */
      release: function (opened) {
        if (!opened) window.dash_clientside.set_props("township-open", { selectedRows: [] });
      },
    },
  });
})();
