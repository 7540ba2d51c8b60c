/* Policy page: the row of the chosen entry is marked and brought into sight without drawing the list anew. */
(function () {
  "use strict";
  function mark(key) {
    document.querySelectorAll("#policy-list tr[data-key]").forEach(function (row) {
      var chosen = row.getAttribute("data-key") === key;
      row.classList.toggle("policy-chosen", chosen);
      if (chosen) { row.scrollIntoView({ block: "nearest" }); }
    });
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.policy = { chosen: function (key) { setTimeout(function () { mark(key); }, 0); } };
})();
