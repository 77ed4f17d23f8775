// Loads data files on demand (scripts, so that it works from disk too) and makes elements.
// Text is always set as text, never as HTML: names and sentences come from strangers' documents.
"use strict";
var gongkaiHeld = {};
var gongkaiWaiting = {};

function gongkai(key, content) {
  gongkaiHeld[key] = content;
  if (gongkaiWaiting[key]) { gongkaiWaiting[key](content); }
}

function load(key) {
  if (gongkaiHeld[key]) { return Promise.resolve(gongkaiHeld[key]); }
  return new Promise(function (resolve, reject) {
    gongkaiWaiting[key] = resolve;
    var script = document.createElement("script");
    script.src = document.body.getAttribute("data-root") + "data/" + key + ".js";
    script.onerror = function () { reject(new Error(key)); };
    document.head.appendChild(script);
  });
}

function vocabulary() { return gongkaiHeld.vocabulary; }

// make("p", {class: "note"}, child, "text", …)
function make(name, attributes) {
  var element = document.createElement(name);
  Object.keys(attributes || {}).forEach(function (key) {
    if (attributes[key] !== null && attributes[key] !== undefined) { element.setAttribute(key, attributes[key]); }
  });
  for (var i = 2; i < arguments.length; i += 1) { append(element, arguments[i]); }
  return element;
}

function append(element, child) {
  if (Array.isArray(child)) { child.forEach(function (one) { append(element, one); }); return; }
  if (child === null || child === undefined || child === "") { return; }
  element.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
}

// A phrase in both languages; the style sheet shows one.
function both(zh, en) {
  if (zh === en) { return document.createTextNode(zh || ""); }
  var pair = document.createDocumentFragment();
  pair.appendChild(make("span", { "class": "zh", lang: "zh-Hans" }, zh));
  pair.appendChild(make("span", { "class": "en", lang: "en" }, en));
  return pair;
}

function text(key) { var pair = vocabulary().texts[key]; return both(pair[0], pair[1]); }

function label(kind, code) {
  var row = (vocabulary().labels[kind] || {})[code];
  return row ? both(row[0], row[1]) : document.createTextNode(code === null || code === undefined ? "" : code);
}

function figures(value) {
  return value === null || value === undefined ? "–" : value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}
