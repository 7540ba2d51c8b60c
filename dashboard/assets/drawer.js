/* A form in a drawer: its first field takes the focus, and who closes it is back where the drawer was opened from. Esc is the drawer's own. */
(function () {
  "use strict";
  const FIELDS = "input:not([type=hidden]):not(:disabled), textarea:not(:disabled), select:not(:disabled)";
  const TRIES = 25, PAUSE = 40; // until the fields are there
  const watched = new WeakSet(), open = new Map();
  let looking = false;

  function visible(element) { return element.isConnected && element.getClientRects().length > 0; }

  function first(panel) {
    const body = panel.querySelector(".mantine-Drawer-body") || panel;
    return body.querySelector("[data-autofocus]") || Array.from(body.querySelectorAll(FIELDS)).find(visible);
  }

  function enter(panel, tries) {
    if (!visible(panel) || panel.contains(document.activeElement)) return;
    const field = first(panel);
    if (field) field.focus({ preventScroll: true });
    else if (tries) setTimeout(function () { enter(panel, tries - 1); }, PAUSE);
    else panel.focus({ preventScroll: true });
  }

  function leave(panel, from) {
    const at = document.activeElement;
    if (at && at !== document.body && !panel.contains(at)) return;
    const back = from && (from.isConnected ? from : from.id && document.getElementById(from.id));
    if (back && visible(back)) back.focus({ preventScroll: true });
  }

  function look(panel) {
    const shown = visible(panel);
    if (shown === open.has(panel)) return;
    if (shown) {
      open.set(panel, document.activeElement === document.body ? null : document.activeElement);
      enter(panel, TRIES);
    } else {
      const from = open.get(panel);
      open.delete(panel);
      leave(panel, from);
    }
  }

  function sweep() {
    looking = false;
    open.forEach(function (_from, panel) { if (!panel.isConnected) look(panel); });
    document.querySelectorAll(".k-drawer .mantine-Drawer-content").forEach(function (panel) {
      if (watched.has(panel)) return;
      watched.add(panel);
      new MutationObserver(function () { look(panel); }).observe(panel, { attributes: true, attributeFilter: ["style"] });
      look(panel);
    });
  }

  new MutationObserver(function () {
    if (looking) return;
    looking = true;
    window.requestAnimationFrame(sweep);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
