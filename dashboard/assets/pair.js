/* A screen that waits to be paired: it asks by itself, and its page changes only when the answer does. */
(function () {
  "use strict";
  var EVERY = 4000;
  var code = document.querySelector(".pairing-code");
  if (!code) { return; }
  window.setInterval(function () {
    fetch(location.href, { redirect: "manual", cache: "no-store" }).then(function (answer) {
      if (answer.type === "opaqueredirect") { location.reload(); }
      return answer.ok ? answer.text() : "";
    }).then(function (page) {
      var now = new DOMParser().parseFromString(page, "text/html").querySelector(".pairing-code");
      if (now && now.textContent !== code.textContent) { location.reload(); }
    }).catch(function () { /* no answer: it goes on asking */ });
  }, EVERY);
})();
