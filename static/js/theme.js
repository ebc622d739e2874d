// In the head and not a module: the theme must be right before the first paint. Only "auto" needs it; a chosen theme
// already stands in the markup.
(function () {
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var chosen = root.dataset.bsTheme || "auto";
  function paint() {
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.themeChoice = chosen;
  }
  paint();
  dark.addEventListener("change", paint);
  document.addEventListener("theme:choose", function (event) {
    chosen = event.detail;
    paint();
  });
})();
