// An agency's page: its years, one report at a time with its cells, findings and source.
"use strict";
(function () {
  var STATUS = { r: "reported", c: "corrected", b: "blank", m: "missing", u: "unreadable" };
  var GROUPS = ["granted", "partially_granted", "denied", "unavailable", "not_processed", "other_handled"];
  var room = document.getElementById("agency");
  var dialog = document.getElementById("cell");

  function fact(key, value) {
    return value === null || value === undefined || value === "" ? [] : [make("dt", null, text(key)), make("dd", null, value)];
  }

  // Only web addresses become links.
  function address(url) {
    return /^https?:\/\//i.test(url || "") ? make("a", { href: url, rel: "noreferrer noopener" }, url) : url;
  }

  function quoted(word) { return "'" + String(word).replace(/'/g, "''") + "'"; }

  function query(words) {
    return make("details", null, make("summary", null, text("query")), make("pre", null, make("code", null, words)));
  }

  function showCell(report) {
    return function (names, cell) {
      var status = STATUS[cell ? cell[1] : "r"];
      var value = cell ? cell[0] : 0;
      var printed = cell && cell[2] !== null && cell[2] !== undefined ? cell[2] : value === null ? "" : String(value);
      var statement = "SELECT * FROM " + names.table + "\nWHERE report_id = " + quoted(report.id) +
        "\n  AND " + names.row[0] + " = " + quoted(names.row[1][0]) +
        "\n  AND " + names.column[0] + " = " + quoted(names.column[1][0]) + ";";
      dialog.textContent = "";
      append(dialog, [
        make("form", { method: "dialog" }, make("button", { type: "submit" }, text("close"))),
        make("h2", { id: "cell-title" }, both(names.row[1][1], names.row[1][2]),
          names.column[1][1] ? [" · ", both(names.column[1][1], names.column[1][2])] : ""),
        make("dl", { "class": "facts" },
          fact("value", value === null ? text("unknown") : figures(value)),
          fact("status", label("value_status", status)),
          fact("printed", printed ? make("code", null, printed) : ""),
          fact("place", cell ? cell[3] : text("zero_place")),
          fact("source_file", report.p),
          fact("source_url", report.u ? address(report.u) : "")),
        query(statement)
      ]);
      dialog.showModal();
    };
  }

  function bars(reports) {
    var told = reports.filter(function (report) {
      return report.g.some(function (count) { return count !== null && count > 0; });
    });
    if (!told.length) { return null; }
    var sums = told.map(function (report) { return report.g.reduce(function (a, b) { return a + (b || 0); }, 0); });
    var most = Math.max.apply(null, sums);
    var labels = vocabulary().labels.disposition;
    var lines = told.map(function (report, i) {
      var segments = GROUPS.map(function (group, g) {
        return report.g[g] ? make("i", { style: "width:" + (100 * report.g[g] / most).toFixed(2) + "%;background:" + labels[group][2] }) : null;
      });
      return [make("span", null, String(report.y), " ", label("report_scope", report.s)),
        make("span", { "class": "bar" }, segments), make("span", null, figures(report.n[1]))];
    });
    var keys = GROUPS.map(function (group) {
      return make("li", null, make("i", { style: "background:" + labels[group][2] }), both(labels[group][0], labels[group][1]));
    });
    return make("section", { "class": "card" }, make("h2", null, text("how_ended")),
      make("div", { "class": "bars" }, lines), make("ul", { "class": "key" }, keys));
  }

  function findings(report) {
    var rows = (report.q || []).map(function (finding) {
      return make("tr", null,
        make("td", null, make("span", { "class": "severity " + finding[1] }, label("severity", finding[1]))),
        make("td", { "class": "words" }, both(finding[3], finding[4])),
        make("td", null, make("code", null, finding[2] || "")),
        make("td", null, finding[5] || ""));
    });
    return make("section", { "class": "card" }, make("h2", null, text("findings")),
      rows.length ? make("div", { "class": "scroll", tabindex: "0" }, make("table", null, make("thead", null, make("tr", null,
        ["severity", "findings", "cell", "place"].map(function (key) { return make("th", { scope: "col" }, text(key)); }))),
      make("tbody", null, rows))) : make("p", { "class": "note" }, text("no_findings")),
      query("SELECT * FROM dq_issue WHERE report_id = " + quoted(report.id) + ";"));
  }

  function changes(report) {
    if (!report.w) { return null; }
    var rows = report.w.map(function (change) {
      return make("tr", null, make("td", null, make("code", null, change[0])),
        make("td", { "class": "n" }, figures(change[1])), make("td", { "class": "n" }, figures(change[2])));
    });
    return make("section", { "class": "card" }, make("h2", null, text("revisions")), make("table", null,
      make("thead", null, make("tr", null, ["cell", "before", "after"].map(function (key, i) {
        return make("th", { scope: "col", "class": i ? "n" : null }, text(key));
      }))), make("tbody", null, rows)));
  }

  function reportView(report) {
    var show = showCell(report);
    return [
      make("section", { "class": "card" }, make("h2", null, report.t || String(report.y)), make("dl", { "class": "facts" },
        fact("scope", label("report_scope", report.s)),
        fact("form", report.f),
        fact("published", report.d ? [report.d, " · ", label("timeliness", report.l)] : label("timeliness", report.l)),
        fact("source_file", report.p),
        fact("source_url", report.u ? address(report.u) : ""),
        fact("known", (100 * report.k).toFixed(1) + "%")),
      query("SELECT * FROM mart_report WHERE report_id = " + quoted(report.id) + ";")),
      findings(report), changes(report),
      make("p", { "class": "note" }, text("cell_hint")),
      applicationTable(report, show), reviewTable(report, show), proactiveTable(report, show)
    ];
  }

  function yearTabs(reports, view) {
    var list = make("div", { "class": "tabs", role: "tablist" });
    function choose(index) {
      Array.prototype.forEach.call(list.children, function (button, i) {
        button.setAttribute("aria-selected", i === index ? "true" : "false");
        button.tabIndex = i === index ? 0 : -1;
      });
      view.textContent = "";
      append(view, reportView(reports[index]));
    }
    reports.forEach(function (report, index) {
      var button = make("button", { type: "button", role: "tab", "aria-controls": "report" }, String(report.y), " ", label("report_scope", report.s));
      button.addEventListener("click", function () { choose(index); });
      button.addEventListener("keydown", function (event) {
        var step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step) {
          var next = (index + step + reports.length) % reports.length;
          choose(next);
          list.children[next].focus();
        }
      });
      list.appendChild(button);
    });
    choose(0);
    return list;
  }

  function coverage(years) {
    var odd = (years || []).filter(function (pair) { return pair[1] !== "reported"; });
    return odd.length ? make("p", { "class": "note" }, odd.map(function (pair, i) {
      return [i ? " · " : "", String(pair[0]), " ", label("coverage_status", pair[1])];
    })) : null;
  }

  function draw(agency) {
    document.title = agency.n + " · gongkai";
    var view = make("div", { id: "report", role: "tabpanel" });
    var place = agency.pl.filter(function (part, i, all) { return part && all.indexOf(part) === i; }).join(" ");
    room.textContent = "";
    append(room, [
      make("p", { "class": "crumbs" }, make("a", { href: "agencies.html" }, text("agencies")),
        agency.r ? [" › ", make("a", { href: "region/" + agency.r + ".html" }, place || agency.r)] : ""),
      make("h1", null, agency.n),
      make("p", { "class": "lead" }, agency.l ? [label("admin_level", agency.l), " · "] : "", label("agency_kind", agency.k)),
      coverage(agency.y), bars(agency.reports), make("h3", null, text("by_year"))
    ]);
    room.appendChild(yearTabs(agency.reports, view));
    room.appendChild(view);
  }

  function missing() { room.textContent = ""; append(room, make("h1", null, text("not_found"))); }

  function open() {
    var asked = /^#(\d+)\/(.+)$/.exec(location.hash);
    if (!asked) { missing(); return; }
    var wanted = decodeURIComponent(asked[2]);
    load("agency/" + asked[1]).then(function (agencies) {
      if (Object.prototype.hasOwnProperty.call(agencies, wanted)) { draw(agencies[wanted]); } else { missing(); }
    }, missing);
  }

  window.addEventListener("hashchange", open);
  open();
})();
