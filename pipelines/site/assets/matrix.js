// The three statutory tables of one report, every figure a button that tells where it stands.
"use strict";

// Cells by their place in the form: [number or null, status letter, text as printed, locator].
function cellsByPlace(packed) {
  var held = {};
  (packed || []).forEach(function (cell) { held[cell[0]] = cell.slice(1); });
  return held;
}

function cellButton(cell, names, show, flagged) {
  var value = cell ? cell[0] : 0;
  var status = cell ? cell[1] : "r";
  var kind = value === 0 ? "zero" : value === null || status === "c" ? "odd" : "";
  var button = make("button", { type: "button", "class": kind + (flagged ? " flag" : "") },
    value === null && cell[2] ? cell[2] : figures(value));
  button.addEventListener("click", function () { show(names, cell); });
  return button;
}

// A line that names the group of the rows beneath it, where the form's own numbering starts anew.
function groupLine(group, width) {
  return make("tr", { "class": "group" }, make("th", { scope: "rowgroup", colspan: width + 1 }, label("disposition", group)));
}

function matrix(caption, corner, columns, rows, cellAt) {
  var head = make("tr", null, make("th", { scope: "col" }, text(corner)),
    columns.map(function (column) { return make("th", { scope: "col" }, both(column[1], column[2])); }));
  var group = null;
  var body = rows.map(function (row) {
    var line = make("tr", null, make("th", { scope: "row" }, both(row[1], row[2])),
      columns.map(function (column) {
        return make("td", { "class": column[0] === "total" ? "total" : null }, cellAt(row, column));
      }));
    var starts = row[5] && row[5] !== group;
    group = row[5];
    return starts ? [groupLine(row[5], columns.length), line] : line;
  });
  return make("section", { "class": "card" }, make("h2", null, text(caption)),
    make("div", { "class": "scroll", tabindex: "0" },
      make("table", { "class": "matrix" }, make("thead", null, head), make("tbody", null, body))));
}

function flaggedCells(report) {
  var held = {};
  (report.q || []).forEach(function (finding) { if (finding[2]) { held[finding[2]] = true; } });
  return held;
}

function applicationTable(report, show) {
  var words = vocabulary();
  var held = cellsByPlace(report.a);
  var flagged = flaggedCells(report);
  var rows = words.items.filter(function (item) {
    return item[4].split(" ").indexOf(report.f) >= 0 || (item[0] === "other_handling" && report.o);
  });
  return matrix("section3", "item", words.applicants, rows, function (item, applicant) {
    var place = item[0] + "/" + applicant[0];
    return cellButton(held[item[3] * 10 + applicant[3]],
      { table: "fact_application", row: ["item_code", item], column: ["applicant_code", applicant] }, show, flagged[place]);
  });
}

function reviewTable(report, show) {
  var words = vocabulary();
  var held = cellsByPlace(report.r);
  var flagged = flaggedCells(report);
  return matrix("section4", "channel", words.outcomes, words.channels, function (channel, outcome) {
    return cellButton(held[channel[3] * 10 + outcome[3]],
      { table: "fact_review_litigation", row: ["channel_code", channel], column: ["outcome_code", outcome] },
      show, flagged[channel[0] + "/" + outcome[0]]);
  });
}

function proactiveTable(report, show) {
  var held = cellsByPlace(report.c);
  var flagged = flaggedCells(report);
  var rows = vocabulary().measures.filter(function (measure) { return measure[4].split(" ").indexOf(report.f) >= 0; })
    .map(function (measure) { return [measure, measure[2], measure[3]]; });
  return matrix("section2", "measure", [["value"].concat(vocabulary().texts.value)], rows, function (row) {
    var measure = row[0];
    return cellButton(held[measure[5]],
      { table: "fact_proactive_disclosure", row: ["category_code", [measure[0], measure[2], measure[3]]],
        column: ["measure_code", [measure[1], "", ""]] }, show, flagged[measure[0] + "/" + measure[1]]);
  });
}
