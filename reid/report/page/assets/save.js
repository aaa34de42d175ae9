// ---- save.js: every figure as SVG and PNG -----------------------------------------------------------------
// A figure is walked as the browser laid it out: text, images, canvases, coloured boxes and drawings become
// one SVG without style sheets, which any program opens; PNG is that SVG at twice its size.
const xml = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
const drawnStyles = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "fill-opacity", "stroke-opacity", "font-size", "font-family", "font-weight", "text-anchor", "visibility",
  "transform"
];
const skipped = ".save, .slider, .switch, button, input, select, details";

// A drawing with its computed styles written into it, at the place that it has on the page.
function inlineDrawing(drawing, x, y, box) {
  const copy = drawing.cloneNode(true), from = [drawing, ...drawing.querySelectorAll("*")],
        to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    to[i].setAttribute(
        "style",
        drawnStyles.filter((name) => i > 0 || name !== "opacity")
            .map((name) => `${name}:${style.getPropertyValue(name)}`)
            .join(";"));
    to[i].removeAttribute("class");
  });
  for (const [name, value] of Object.entries({x, y, width: box.width, height: box.height}))
    copy.setAttribute(name, value);
  return new XMLSerializer().serializeToString(copy);
}

// The lines of a text node as they are broken on the page.
function textLines(node) {
  const range = document.createRange(), lines = [];
  for (const word of node.textContent.matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const line = lines[lines.length - 1];
    if (line && Math.abs(line.box.top - box.top) < 3)
      line.words.push(word[0]);
    else
      lines.push({box, words: [word[0]]});
  }
  return lines.map(({box, words}) => ({box, text: words.join(" ")}));
}

function figureSvg(figure) {
  const frame = figure.getBoundingClientRect(), parts = [];
  const at = (box) => `x="${(box.left - frame.left).toFixed(1)}" y="${(box.top - frame.top).toFixed(1)}" ` +
      `width="${box.width.toFixed(1)}" height="${box.height.toFixed(1)}"`;
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const style = getComputedStyle(node.parentElement);
      for (const {box, text} of textLines(node))
        parts.push(`<text x="${(box.left - frame.left).toFixed(1)}" y="${
            (box.bottom - frame.top - box.height * 0.26).toFixed(1)}" fill="${style.color}" font-size="${
            style.fontSize}" font-weight="${style.fontWeight}" font-family="${xml(style.fontFamily)}">${
            xml(text)}</text>`);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(skipped)) return;
    const style = getComputedStyle(node), box = node.getBoundingClientRect();
    if (style.display === "none" || style.visibility === "hidden" || !box.width) return;
    if (node.tagName === "svg")
      return parts.push(inlineDrawing(node, box.left - frame.left, box.top - frame.top, box));
    const picture = node.tagName === "IMG" ? node.src : node.tagName === "CANVAS" ? node.toDataURL() : null;
    if (picture) {
      const pixels = style.imageRendering === "pixelated" ? ` style="image-rendering:pixelated"` : "";
      parts.push(`<image ${at(box)} preserveAspectRatio="none" opacity="${style.opacity}"${pixels} href="${
          picture}"/>`);
    } else if (node.classList.contains("scale")) {
      const steps = 48, width = box.width / steps;
      for (let i = 0; i < steps; ++i)
        parts.push(`<rect x="${(box.left - frame.left + i * width).toFixed(2)}" y="${
            (box.top - frame.top).toFixed(1)}" width="${(width + 0.3).toFixed(2)}" height="${
            box.height}" fill="rgb(${heat(i / (steps - 1))})"/>`);
    } else if (style.backgroundColor !== "rgba(0, 0, 0, 0)" && node !== figure) {
      parts.push(
          `<rect ${at(box)} rx="${parseFloat(style.borderRadius) || 0}" fill="${style.backgroundColor}"/>`);
    }
    if (node.tagName === "I" && parseFloat(style.borderTopWidth) > 0)
      parts.push(`<line x1="${box.left - frame.left}" x2="${box.right - frame.left}" y1="${
          box.top - frame.top +
          1}" y2="${box.top - frame.top + 1}" stroke="${style.borderTopColor}" stroke-width="2.5"${
          style.borderTopStyle === "dashed" ? ` stroke-dasharray="5 4"` : ""}/>`);
    if (node.matches(".cell img, .field, .reader"))
      parts.push(`<rect ${at(box)} fill="none" stroke="${style.outlineColor}" stroke-width="${
          style.outlineWidth}"/>`);
    node.childNodes.forEach(walk);
  };
  walk(figure);
  const {width, height} = frame, paper = getComputedStyle(figure).backgroundColor;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${
             height.toFixed(0)}" ` +
      `viewBox="0 0 ${width.toFixed(1)} ${height.toFixed(1)}"><rect width="100%" height="100%" fill="${
             paper}"/>${parts.join("")}</svg>`;
}

async function figurePng(figure) {
  const {width, height} = figure.getBoundingClientRect(), canvas = element("canvas");
  const drawing = new Image();
  drawing.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(figureSvg(figure));
  await drawing.decode();
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

function saveButtons(figure) {
  const name = () => report.title + " " + (figure.querySelector("h3") || {}).textContent;
  const download = (href, kind) =>
      element("a", {href, download: name().replace(/[^A-Za-z0-9]+/g, "-").toLowerCase() + "." + kind})
          .click();
  const button = (kind, make) => element(
      "button", {
        type: "button",
        "aria-label": `Save as ${kind}: ${name()}`,
        onclick: async () => download(await make(), kind.toLowerCase())
      },
      kind);
  return element(
      "div", {class: "save"},
      button("SVG", () => URL.createObjectURL(new Blob([figureSvg(figure)], {type: "image/svg+xml"}))),
      button("PNG", () => figurePng(figure)));
}
