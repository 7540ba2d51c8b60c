/* Clock, age of the data, and the way back after the server was away (see docs: live push).
   The server's push writes a time into #beat at least every five seconds. When it stays away, this script asks /healthz
   and reloads the page as soon as there is an answer. A page that never hears a beat (no SharedWorker) pulls instead. */
(function () {
  "use strict";
  var SILENT = 13000, PULL = 15000, ASK = 2000, UNTOUCHED = 60000;
  var zone = { timeZone: "Asia/Shanghai", hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" };
  var clock = new Intl.DateTimeFormat("zh-CN", zone);
  var touched = Date.now(), heard = null, heardAt = Date.now(), first = null, shownAt = Date.now();
  var asking = false, lost = false, pulledAt = Date.now(), build = null, leaving = false;

  ["pointerdown", "keydown", "wheel", "touchstart"].forEach(function (kind) {
    window.addEventListener(kind, function () { touched = Date.now(); }, { passive: true, capture: true });
  });

  /* Who leaves is shown that he has left: what this page asked for meanwhile is refused, and must not lead back here. */
  document.addEventListener("submit", function (event) {
    leaving = event.target.getAttribute("action") === "/logout";
  });
  window.addEventListener("pageshow", function () { leaving = false; });  /* kept by the browser and gone back to */

  function goToLogin() {
    if (leaving) { return; }
    var here = location.pathname + location.search;
    location.assign(location.pathname === "/wall" ? "/pair" : "/login?next=" + encodeURIComponent(here));
  }

  var fetchBefore = window.fetch;
  window.fetch = function (resource, options) {
    var url = String(resource && resource.url ? resource.url : resource);
    var ours = url.indexOf("/_dash-") >= 0;
    if (ours && options) {
      var more = {}, beat = document.getElementById("beat"), county = beat && beat.getAttribute("data-county");
      if (county) { more["X-County"] = county; }  /* this page's own, whatever another tab has chosen since */
      if (Date.now() - touched > UNTOUCHED) { more["X-OneGrid-Idle"] = "1"; }
      options = Object.assign({}, options, { headers: Object.assign({}, options.headers, more) });
    }
    return fetchBefore.call(window, resource, options).then(function (answer) {
      if (ours && answer.status === 401) { goToLogin(); }
      var now = answer.headers.get("x-onegrid-build");
      if (ours && now) {
        if (build !== null && build !== now) { location.reload(); }
        build = now;
      }
      return answer;
    }, function (fault) {
      if (ours && !(fault && fault.name === "AbortError")) { lose(); }
      throw fault;
    });
  };

  function words(name, n) {
    var beat = document.getElementById("beat");
    return ((beat && beat.getAttribute("data-" + name)) || "").replace("{n}", n);
  }

  function age(ms) {
    var s = Math.max(0, Math.round(ms / 1000));
    if (s < 90) { return words("seconds", s); }
    return s < 5400 ? words("minutes", Math.round(s / 60)) : words("hours", Math.round(s / 3600));
  }

  function lose() {
    if (asking) { return; }
    asking = lost = true;
    ask();
  }

  function ask() {
    fetchBefore.call(window, "/healthz", { cache: "no-store" }).then(function (answer) {
      if (answer.ok) { location.reload(); } else { setTimeout(ask, ASK); }
    }, function () { setTimeout(ask, ASK); });
  }

  function listen() {
    var beat = document.getElementById("beat");
    if (!beat) { return; }
    var text = beat.textContent;
    if (first === null) { first = text; heardAt = Date.now(); return; }
    if (text !== (heard || first)) { heard = text; heardAt = Date.now(); }
  }

  function judge() {
    if (document.visibilityState !== "visible") { shownAt = Date.now(); return; }
    if (first === null || asking || Date.now() - shownAt < 5000) { return; }
    if (heard !== null && Date.now() - heardAt > SILENT) { lose(); }
    if (heard === null && Date.now() - heardAt > PULL && Date.now() - pulledAt > PULL) { pull(); }
  }

  function pull() {
    pulledAt = Date.now();
    window.dash_clientside.set_props("tick", { data: { seq: -pulledAt, at: pulledAt } });
  }

  function put(element, text) { if (element.textContent !== text) { element.textContent = text; } }

  function show() {
    var silent = Date.now() - Math.max(heardAt, heard === null ? pulledAt : 0);
    var state = lost || silent > SILENT ? "aged" : "fresh";
    document.documentElement.setAttribute("data-link", lost ? "down" : "up");
    document.querySelectorAll(".live-clock").forEach(function (e) { put(e, clock.format(new Date())); });
    document.querySelectorAll(".live-age").forEach(function (e) { put(e, words(state).replace("{age}", age(silent))); });
    var banner = document.getElementById("link-lost");
    if (lost && first !== null) {
      if (!banner) {
        banner = document.createElement("div");
        banner.id = "link-lost"; banner.className = "link-lost"; banner.setAttribute("role", "alert");
        document.body.appendChild(banner);
      }
      put(banner, words("link-down").replace("{age}", age(silent)));
    }
  }

  setInterval(function () { listen(); judge(); show(); }, 500);
})();
