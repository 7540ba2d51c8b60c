/* A day that does not exist is refused where it is typed. The date field would make another day of it (31 February: 3 March);
   here it never gets to see it, and the words for it stand in the shell's #beat. */
(function () {
  "use strict";

  function exists(year, month, day) {
    var made = new Date(Date.UTC(year, month - 1, day));
    return made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  }

  function note(input, text) {
    var root = input.closest(".mantine-InputWrapper-root") || input.parentElement, line = root.querySelector(".date-wrong");
    if (!text) {
      if (line) { line.remove(); }
      return;
    }
    if (!line) {
      line = document.createElement("p");
      line.className = "date-wrong alarm";
      line.setAttribute("role", "alert");
      root.appendChild(line);
    }
    line.textContent = text;
  }

  window.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.classList || !input.classList.contains("mantine-DateInput-input")) { return; }
    var typed = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*$/.exec(input.value), beat = document.getElementById("beat");
    if (!typed || exists(+typed[1], +typed[2], +typed[3])) { note(input, ""); return; }
    event.stopImmediatePropagation();
    note(input, ((beat && beat.getAttribute("data-no-day")) || "").replace("{day}", input.value.trim()));
  }, true);
})();
