"use strict";
// ---- core.js: the data, and what all sections build with --------------------------------------------------
const report = JSON.parse(document.getElementById("data").textContent);
const sections = {};  // name -> function (root, data), filled by the files that follow

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on"))
      node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== "")
      node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  node.append(...children.flat().filter(Boolean));
  return node;
}

const lead = (...words) => element("p", {class: "lead"}, ...words);
function figure(classes, title, caption, ...content) {
  const node = element(
      "figure", {class: classes}, element("h3", {}, title),
      caption ? element("figcaption", {}, caption) : null, ...content);
  node.prepend(saveButtons(node));
  return node;
}

// 95 % Wilson interval of a share in %, of n independent trials: [low, high].
function wilson(share, n) {
  const z = 1.96, p = share / 100, middle = (p + z * z / (2 * n)) / (1 + z * z / n),
        half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return [100 * Math.max(0, middle - half), 100 * Math.min(1, middle + half)];
}

// An image of the page by its number. Width and height are known beforehand: nothing moves when it arrives.
function image(number, attributes = {}) {
  const {w, h, uri} = report.images[number];
  return element(
      "img", {src: uri, width: w, height: h, alt: "", loading: "lazy", decoding: "async", ...attributes});
}

const number = (value, digits = 1) => value === null || value === undefined ? "–" : value.toFixed(digits);
const percent = (value, digits = 1) => number(value, digits) + " %";
function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000 || size < 0.0001) return value.toExponential(1).replace("e+", "e");
  return String(+value.toPrecision(3));
}
function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
function bytes(count) {
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]])
    if (count >= size) return `${(count / size).toPrecision(3)} ${unit}`;
  return `${count} B`;
}
const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const colour = (name) => `var(--${name})`;
const series = ["s1", "s2", "s3", "s4", "s5", "s6"].map(colour);

// Curves over identities that training holds out: how many there are, and a band for each share.
function heldOut() {
  const n = report.run && report.run.summary ? report.run.summary.validation : 0;
  return {
    words: n ? `n = ${n} identities; the band is the 95 % Wilson interval.` :
               "How many identities there are is not known without the images.",
    band: (share) => n && share !== null && share !== undefined ? wilson(share, n) : null
  };
}

// ---- the tooltip: one for the page ------------------------------------------------------------------------
const tip = document.getElementById("tip");
function showTip(x, y, ...content) {
  tip.replaceChildren(...content.flat());
  tip.hidden = false;
  const {width, height} = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(x + 16, innerWidth - width - 8)) + "px";
  tip.style.top = Math.max(8, y + height + 20 > innerHeight ? y - height - 12 : y + 14) + "px";
}
const hideTip = () => {
  tip.hidden = true;
};
addEventListener("scroll", hideTip, {passive: true});
const tipRow = (paint, name, value) => element(
    "div", {class: "row"},
    element("span", {}, paint ? element("i", {style: `background:${paint}`}) : null, name),
    element("b", {}, value));

// ---- controls ---------------------------------------------------------------------------------------------
// A slider with a button that plays it. `change(value)` draws; `name(value)` is read beside it.
function slider(label, last, first, name, change) {
  const input = element("input", {type: "range", min: 0, max: last, step: 1, "aria-label": label});
  const output = element("output", {});
  const play = element("button", {class: "play", type: "button", "aria-label": "Play: " + label}, "▶");
  const set = (value) => {
    input.value = value;
    output.textContent = name(+value);
    input.setAttribute("aria-valuetext", output.textContent);
    change(+value);
  };
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
  };
  input.addEventListener("input", () => {
    stop();
    set(input.value);
  });
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (+input.value >= last) set(0);
    play.textContent = "❚❚";
    timer = setInterval(() => {
      set(+input.value + 1);
      if (+input.value >= last) stop();
    }, Math.max(40, Math.min(900, 6000 / Math.max(1, last))));
  });
  const node = element("div", {class: "slider"}, play, input, output);
  set(first);
  return {node, set};
}

// Buttons of which one is pressed.
function choice(label, names, first, change) {
  const buttons = names.map(
      (name, index) => element(
          "button", {type: "button", class: "chip", "aria-pressed": "false", onclick: () => press(index)},
          name));
  function press(index) {
    buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === index)));
    change(index);
  }
  queueMicrotask(() => press(first));
  return element("div", {class: "switch", role: "group", "aria-label": label}, buttons);
}

// ---- maps over images -------------------------------------------------------------------------------------
// Dark violet to light yellow, in equal steps of lightness: the colours of heat_colour() in
// drawing/canvas.h.
const heatStops = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99],
  [170, 220, 50], [253, 231, 37]
];
function heat(value) {
  const at = Math.max(0, Math.min(1, value)) * (heatStops.length - 1),
        low = Math.min(Math.floor(at), heatStops.length - 2), part = at - low;
  return heatStops[low].map((channel, i) => Math.round(channel + part * (heatStops[low + 1][i] - channel)));
}
const heatScale = `linear-gradient(90deg, ${heatStops.map((stop) => `rgb(${stop})`).join(",")})`;

// values [rows, columns] as a smooth layer; paint(value) -> [r, g, b, opacity 0..255].
function mapLayer(values, rows, columns, paint) {
  const canvas = element("canvas", {width: columns, height: rows, "aria-hidden": "true"});
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows);
  values.forEach((value, i) => image.data.set(paint(value), 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}
const heatLayer = (values, rows, columns) =>
    mapLayer(values, rows, columns, (value) => [...heat(value / 255), 165]);

// An image with layers over it, at the image's proportions.
function stack(imageNumber, ...layers) {
  const {w, h} = report.images[imageNumber];
  return element("div", {class: "stack", style: `aspect-ratio:${w}/${h}`}, image(imageNumber), layers);
}
