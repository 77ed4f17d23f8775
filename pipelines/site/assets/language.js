// Shows one language: the reader's choice, else the browser's. Runs before the page is drawn.
(function () {
  "use strict";
  var root = document.documentElement;
  function remembered() {
    try { return localStorage.getItem("gongkai-language"); } catch (error) { return null; }
  }
  function show(language) {
    root.setAttribute("data-lang", language);
    root.lang = language === "zh" ? "zh-Hans" : "en";
  }
  var asked = /[?&]lang=(zh|en)/.exec(location.search);
  var native = /^zh/i.test(navigator.language || "zh") ? "zh" : "en";
  show((asked && asked[1]) || remembered() || native);
  document.addEventListener("DOMContentLoaded", function () {
    document.getElementById("language").addEventListener("click", function () {
      var next = root.getAttribute("data-lang") === "zh" ? "en" : "zh";
      show(next);
      try { localStorage.setItem("gongkai-language", next); } catch (error) { /* private window: not kept */ }
    });
  });
})();
