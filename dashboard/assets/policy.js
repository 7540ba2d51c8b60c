/* Policy page: the row of the chosen entry is marked and brought into sight without drawing the list anew. */
(function () {
  "use strict";
  function mark(key, tries) {
    var rows = document.querySelectorAll("#policy-list tr[data-key]");
    if (!rows.length && tries > 0) { setTimeout(function () { mark(key, tries - 1); }, 100); return; }
    rows.forEach(function (row) {
      var chosen = row.getAttribute("data-key") === key, list = row.closest("#policy-list");
      row.classList.toggle("policy-chosen", chosen);
      if (!chosen) { return; }
      var inside = row.getBoundingClientRect(), frame = list.getBoundingClientRect(), head = 48;
      if (inside.top < frame.top + head || inside.bottom > frame.bottom) { list.scrollTop += inside.top - frame.top - frame.height / 3; }
    });
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.policy = { chosen: function (key) { setTimeout(function () { mark(key, 30); }, 0); return key; } };
})();
