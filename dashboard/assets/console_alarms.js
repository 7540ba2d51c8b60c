/* Alarms of the console, heard: a tone that comes back while one waits, a spoken line once, each switched by itself. */
(function () {
  "use strict";
  const GRAVE = 12000, PLAIN = 60000, CHOICE = "onegrid-alarm-", SAID = "onegrid-alarm-said";
  let audio = null, rang = 0;

  const bar = () => document.querySelector(".al-bar");
  const on = (name) => localStorage.getItem(CHOICE + name) !== "off";
  const heard = () => !!audio && audio.state === "running";
  const alarms = () => Array.from(document.querySelectorAll("#console-alarms [data-alarm]"));

  function listen() {
    if (audio || !window.AudioContext) { return; }
    audio = new window.AudioContext();
    ["pointerdown", "keydown"].forEach((kind) => window.addEventListener(kind, () => { if (audio.state !== "running") { audio.resume(); } }, { passive: true }));
  }
  function tone(pitches) {
    pitches.forEach((pitch, n) => {
      const from = audio.currentTime + n * 0.24, sound = audio.createOscillator(), gain = audio.createGain();
      sound.frequency.value = pitch;
      gain.gain.setValueAtTime(0.0001, from);
      gain.gain.exponentialRampToValueAtTime(0.3, from + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.2);
      sound.connect(gain).connect(audio.destination);
      sound.start(from);
      sound.stop(from + 0.22);
    });
  }
  function ring(waiting) {
    const grave = waiting.some((one) => one.dataset.grave), now = Date.now();
    if (!waiting.length || !on("tone") || !heard() || now - rang < (grave ? GRAVE : PLAIN)) { return; }
    rang = now;
    tone(grave ? [880, 660, 880] : [660, 520]);
  }
  /* Said once a tab: what was said before a reload is not said again. */
  function voice() {
    const lang = document.documentElement.lang === "en" ? "en" : "zh", known = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    return known.find((one) => one.localService && one.lang.toLowerCase().startsWith(lang)) || null; // no other leaves the network
  }
  function speak(waiting) {
    const said = new Set(JSON.parse(sessionStorage.getItem(SAID) || "[]")), using = voice();
    const fresh = waiting.filter((one) => !said.has(one.dataset.alarm));
    if (!fresh.length || !on("voice") || !using || !heard()) { return; }
    const words = new window.SpeechSynthesisUtterance(fresh[0].dataset.say);
    words.voice = using;
    words.lang = using.lang;
    window.speechSynthesis.speak(words);
    fresh.forEach((one) => said.add(one.dataset.alarm));
    sessionStorage.setItem(SAID, JSON.stringify(Array.from(said).slice(-200)));
  }
  function show(waiting) {
    document.querySelectorAll("[data-al]").forEach((button) => {
      const mine = button.dataset.al, blocked = mine === "tone" && on("tone") && waiting.length > 0 && !heard(), missing = mine === "voice" && !voice();
      button.classList.toggle("c-chip-on", on(mine) && !missing);
      button.classList.toggle("al-blocked", blocked);
      const pressed = String(on(mine) && !missing);
      if (button.getAttribute("aria-pressed") !== pressed) { button.setAttribute("aria-pressed", pressed); }
      if (button.disabled !== missing) { button.disabled = missing; }
    });
    const note = document.querySelector(".al-note"), words = waiting.length && on("tone") && !heard() ? bar().dataset.blocked : "";
    if (note && note.textContent !== words) { note.textContent = words; }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-al]");
    if (!button) { return; }
    localStorage.setItem(CHOICE + button.dataset.al, on(button.dataset.al) ? "off" : "on");
    show(alarms());
  });
  setInterval(() => {
    if (!bar()) { return; }
    listen();
    const waiting = alarms();
    ring(waiting);
    speak(waiting);
    show(waiting);
  }, 700);
  window.onegrid = Object.assign(window.onegrid || {}, { alarms: { first: () => (alarms()[0] || { dataset: {} }).dataset.alarm || null } });
})();
