// Search for an agency: loads the chosen region's names, or all regions one after another.
"use strict";
(function () {
  var MOST = 200;
  var form = document.querySelector("form.search");
  var shards = form.getAttribute("data-shards").split(" ").filter(Boolean);
  var input = document.getElementById("q");
  var choice = document.getElementById("shard");
  var state = document.getElementById("state");
  var hits = document.getElementById("hits");
  var turn = 0;
  var timer = null;

  function told(content) { state.textContent = ""; append(state, content); }

  function row(entry) {
    var years = entry[5] === entry[6] ? entry[5] : entry[5] + "–" + entry[6];
    return make("li", null, make("a", { href: "agency.html#" + entry[1] + "/" + encodeURIComponent(entry[0]) },
      entry[2], make("small", null, entry[3], " · ", label("agency_kind", entry[4]), " · ", String(years))));
  }

  function matches(words) {
    return function (entry) {
      return words.every(function (word) { return entry[2].indexOf(word) >= 0 || entry[3].indexOf(word) >= 0; });
    };
  }

  function search() {
    var mine = turn += 1;
    var words = input.value.trim().split(/\s+/).filter(Boolean);
    var wanted = choice.value ? [choice.value] : shards;
    hits.textContent = "";
    if (!words.length && !choice.value) { told(text("search_hint")); return; }
    told(text("searching"));
    var shown = 0;
    var found = 0;
    function next(index) {
      if (mine !== turn) { return; }
      if (index >= wanted.length || shown >= MOST) { finish(); return; }
      load("place/" + wanted[index]).then(function (entries) {
        if (mine !== turn) { return; }
        var list = document.createDocumentFragment();
        entries.filter(matches(words)).forEach(function (entry) {
          found += 1;
          if (shown < MOST) { shown += 1; list.appendChild(row(entry)); }
        });
        hits.appendChild(list);
        next(index + 1);
      }, function () { next(index + 1); });
    }
    function finish() {
      if (!found) { told(text("none_found")); return; }
      told([text("found"), " " + figures(found) + (shown < found || shown >= MOST ? "+ " : " "),
        shown < found || shown >= MOST ? text("more") : ""]);
    }
    next(0);
  }

  function soon() { clearTimeout(timer); timer = setTimeout(search, 180); }

  input.addEventListener("input", soon);
  choice.addEventListener("change", search);
  form.addEventListener("submit", function (event) { event.preventDefault(); search(); });
  if (shards.length === 1 || location.hash) {
    input.value = decodeURIComponent(location.hash.slice(1));
    choice.value = shards.length === 1 ? shards[0] : "";
    search();
  }
})();
