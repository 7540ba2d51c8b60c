/* Documents are links that download. Where the reader must say why (PI 51), the reason goes with the link; a refusal is said in place. */
(function () {
  "use strict";
  const county = () => { const beat = document.getElementById("beat"); return beat ? beat.getAttribute("data-county") : null; };

  function say(panel, words) {
    const told = panel.querySelector(".p-told") || document.getElementById("papers-told");
    if (told) told.textContent = words;
    return panel;
  }

  function address(link, reason) {
    const found = new URL(link.href);
    found.searchParams.set("lang", document.documentElement.lang.startsWith("en") ? "en" : "zh");
    if (reason) found.searchParams.set("reason", reason);
    return found;
  }

  function name_of(answer) {
    const told = /filename\*=utf-8''([^;]+)/i.exec(answer.headers.get("content-disposition") || "");
    return told ? decodeURIComponent(told[1]) : "file";
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  async function fetched(panel, link, reason) {
    const headers = county() ? { "X-County": county() } : {};
    const answer = await fetch(address(link, reason), { headers: headers, credentials: "same-origin" });
    if (answer.ok) {
      save(await answer.blob(), name_of(answer));
      say(panel, "");
    } else {
      say(panel, ((await answer.json().catch(function () { return {}; })).detail) || panel.dataset.failed);
    }
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest ? event.target.closest("a[data-paper-file]") : null;
    const frame = link ? link.closest(".panel") : null;
    const panel = link ? (frame && frame.querySelector(".p-papers")) || document.querySelector(".p-papers") : null;
    if (!panel) return;
    event.preventDefault();
    const field = panel.querySelector(".p-reason input"), reason = field ? field.value.trim() : "";
    if (field && !reason) {
      say(panel, panel.dataset.missing);
      field.focus();
      return;
    }
    if (link.getAttribute("aria-busy")) return;
    const words = link.textContent;
    link.setAttribute("aria-busy", "true");
    link.textContent = panel.dataset.working;
    fetched(panel, link, reason).catch(function () { say(panel, panel.dataset.failed); }).finally(function () {
      link.removeAttribute("aria-busy");
      link.textContent = words;
    });
  });
})();
