/* The batch of the console: which leads are ticked, which team was chosen instead, and what it adds up to. Nothing here decides. */
(function () {
  "use strict";

  function $(id) { return document.getElementById(id); }
  function list(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }
  function tell(id, props) { window.dash_clientside.set_props(id, props); }
  function rows() { return list("#console-batch-body .ba-table tbody tr"); }
  function ticked(row) { return row.querySelector(".ba-tick").getAttribute("aria-checked") === "true"; }
  function option(row) { var select = row.querySelector(".ba-team"); return select.options[select.selectedIndex]; }
  function changed(row) { return option(row).value !== row.dataset.proposed; }

  function sum() {
    var box = $("console-batch-sum"), taken = rows().filter(ticked), minutes = 0, other = 0;
    if (!box) { return; }
    var go = $("console-batch-go"), told = $("console-batch-refusal");
    if (go.disabled && told.textContent) { go.disabled = false; }
    taken.forEach(function (row) {
      minutes += Number(option(row).dataset.minutes || 0);
      other += changed(row) ? 1 : 0;
    });
    var words = box.dataset.sum.replace("{n}", taken.length).replace("{m}", Math.round(minutes));
    words += other ? " · " + box.dataset.changed.replace("{n}", other) : "";
    words = go.disabled ? box.dataset.waits : words;
    if (box.textContent !== words) { box.textContent = words; }
  }

  function show(row) {
    var box = row.querySelector(".ba-reason"), time = row.querySelector(".ba-time span");
    box.hidden = !changed(row);
    box.classList.toggle("ba-missing", !box.hidden && !box.value.trim());
    row.classList.toggle("ba-changed", changed(row));
    row.classList.toggle("ba-out", !ticked(row));
    if (time.textContent !== option(row).dataset.time) { time.textContent = option(row).dataset.time; }
    sum();
  }

  function ask() { tell("console-batch-ask", { data: Date.now() }); }

  var DO = {
    open: ask,
    again: ask,
    close: function () { tell("console-batch", { opened: false }); },
    show: function () { tell("console-batch", { opened: false }); },
    tick: function (button) {
      var on = button.getAttribute("aria-checked") !== "true";
      button.setAttribute("aria-checked", String(on));
      button.textContent = on ? "☑" : "☐";
      show(button.closest("tr"));
    },
    team: function () {}
  };

  function choices() {
    return rows().filter(ticked).map(function (row) {
      return { number: row.dataset.number, team: option(row).value, proposed: row.dataset.proposed, reason: row.querySelector(".ba-reason").value };
    });
  }

  /* A change without its reason is asked for where it is missing, before anything is sent. */
  function send(button) {
    var lacking = rows().filter(function (row) { return ticked(row) && changed(row) && !row.querySelector(".ba-reason").value.trim(); })[0];
    if (lacking) { lacking.querySelector(".ba-reason").focus(); return; }
    var form = button.closest(".ba-form"), now = Date.now();
    form.dataset.key = form.dataset.key || "console-" + now + "-" + Math.random().toString(36).slice(2);
    tell("console-batch-refusal", { children: [] });
    button.disabled = true;
    sum();
    tell("console-batch-wish", { data: { n: now, key: form.dataset.key, sequence: form.dataset.sequence, choices: choices() } });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-batch], #console-batch-go");
    if (!button) { return; }
    if (button.id === "console-batch-go") { send(button); return; }
    if (DO[button.dataset.batch]) { DO[button.dataset.batch](button); }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches && event.target.matches(".ba-team")) {
      var row = event.target.closest("tr");
      show(row);
      if (changed(row)) { row.querySelector(".ba-reason").focus(); }
    }
  });
  document.addEventListener("input", function (event) {
    if (event.target.matches && event.target.matches(".ba-reason")) { show(event.target.closest("tr")); }
  });
  new MutationObserver(sum).observe(document.documentElement, { childList: true, subtree: true });
})();
