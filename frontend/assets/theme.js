// Runs before the first paint: the theme that was chosen here, and which shell fits the address.
(function () {
  "use strict";
  var root = document.documentElement;
  root.dataset.screen = location.pathname === "/" ? "home" : "inside";
  var chosen;
  try {
    // The app stores JSON, so the word may stand in quotes.
    chosen = String(localStorage.getItem("theme")).replace(/"/g, "");
  } catch (blocked) {
    return; // Storage is switched off: the system's theme holds.
  }
  if (chosen !== "light" && chosen !== "dark") return;
  root.dataset.theme = chosen;
  var colour = document.querySelector('meta[name="theme-color"][data-theme="' + chosen + '"]').content;
  document.querySelectorAll('meta[name="theme-color"]').forEach(function (meta) {
    meta.content = colour;
  });
})();
