// ---- looks.js: filters, feature maps, occlusion -----------------------------------------------------------
sections.looks = (root, data) => {
  root.append(lead(
      "From pixels to patches: what the first filters answer to, where the channels of each tier are " +
      "active, and " +
      "which parts of an image its distance to another image depends on."));
  root.append(figure(
      "", "Filters of the first layer, and the patches that answer most strongly",
      "On the left the weights, each filter over its own range; grey is a weight of 0. Beside it the " +
      "strongest " +
          "patches of different test images: the frame is the filter's window, around it what surrounds it.",
      element(
          "div", {class: "filters"},
          data.filters.map(
              (filter, i) => element(
                  "div", {class: "filter"}, image(filter.weights, {alt: `filter ${i}`, title: `filter ${i}`}),
                  filter.patches.map(
                      (patch) => element(
                          "div", {class: "patch", title: `${patch.person}: ${patch.response.toFixed(2)}`},
                          image(patch.image, {alt: `patch of ${patch.person}`}),
                          element("span", {class: "field"}))))))));
  const body = element("div", {class: "grid", style: "margin-top:20px"});
  root.append(
      element(
          "div", {class: "controls", style: "margin:28px 0 0"},
          choice(
              "Image", data.images.map((p) => `${p.person}`), 0,
              (index) => body.replaceChildren(...lookAt(data.images[index], data)))),
      body);
};

function lookAt(one, data) {
  const {tiers} = one,
        row = (name, words, content) => element(
            "div", {class: "tier"}, element("div", {class: "words"}, element("b", {}, name), words), content);
  const gridLayer = (values, low, high) =>
      mapLayer(values, tiers.rows, tiers.columns, (v) => [...heat((v - low) / (high - low || 1)), 175]);
  const range = (values) => [Math.min(...values), Math.max(...values)];
  const maps = figure(
      "two-thirds", "Tier by tier",
      "The channels that vary most over this image, laid over it; each has its own colour range, from " +
      "its lowest " +
          "value here (violet) to its highest (yellow).",
      tiers.blocks.map(
          (block) =>
              row(`Tier 1, block ${block.block}`,
                  `${block.shape}: ${block.channels.length} of ${block.of} channels`,
                  element(
                      "div", {class: "channels", style: "margin:0"},
                      block.channels.map(
                          (c) => element(
                              "div", {title: `channel ${c.channel}`},
                              stack(
                                  one.image,
                                  image(c.image, {alt: `channel ${c.channel}`, style: "opacity:.72"}))))))),
      row("Tier 2, patches",
          `${tiers.patches}: how long each patch's vector is, ${
              range(tiers.lengths).map((v) => v.toFixed(1)).join(" to ")}`,
          element(
              "div", {style: "width:110px"},
              stack(one.image, gridLayer(tiers.lengths, ...range(tiers.lengths))))),
      row("Tier 3, gate",
          `How surely a patch would be kept, ${
              range(tiers.gate).map((v) => percent(100 * v, 0)).join(" to ")}.${
              data.gate ? "" : " This network pools every patch."}`,
          element("div", {style: "width:110px"}, stack(one.image, gridLayer(tiers.gate, 0, 1)))));
  return [maps, occlusion(one), one.attention ? attention(one) : null].filter(Boolean);
}

// What the patches of one row read of the other rows of their column. The row that reads is framed.
function attention(one) {
  const {columns, heads, rows, weights} = one.attention, overlay = element("div", {class: "reading"}),
        matrix = element("div", {class: "matrix"});
  // Of a head, or of all heads' mean: what row r of column c reads of row s.
  const weight = (head, c, r, s) => {
    const of = (h) => weights[((c * heads + h) * rows + r) * rows + s];
    if (head < heads) return of(head);
    let sum = 0;
    for (let h = 0; h < heads; ++h) sum += of(h);
    return sum / heads;
  };
  const state = {row: 0, head: heads};
  const names = [...Array(heads).keys()].map((h) => `head ${h + 1}`).concat("mean of the heads");
  const meanOverColumns = (r, s) => {
    let sum = 0;
    for (let c = 0; c < columns; ++c) sum += weight(state.head, c, r, s);
    return sum / columns;
  };
  const draw = () => {
    const values = [], cells = [];
    for (let s = 0; s < rows; ++s)
      for (let c = 0; c < columns; ++c) values.push(weight(state.head, c, state.row, s));
    for (let r = 0; r < rows; ++r)
      for (let s = 0; s < rows; ++s) cells.push(meanOverColumns(r, s));
    const most = Math.max(...values), least = Math.min(...values), range = (v) => v.toFixed(3);
    const frame = element(
        "span", {class: "reader", style: `top:${100 * state.row / rows}%;height:${100 / rows}%`});
    overlay.replaceChildren(
        stack(
            one.image,
            mapLayer(values, rows, columns, (v) => [...heat((v - least) / (most - least || 1)), 175]), frame),
        element(
            "p", {class: "small"},
            `row ${state.row + 1} of ${rows} reads, ${names[state.head]}: ${range(least)} to ${
                range(most)}`));
    const largest = Math.max(...cells);
    const square = mapLayer(cells, rows, rows, (v) => [...heat(v / largest), 255]);
    square.className = "crisp";
    matrix.replaceChildren(
        square, element("p", {class: "small"}, `row r reads row s: 0 to ${range(largest)}`));
  };
  const chosen = slider(
      "Reading row", rows - 1, 0, (row) => `row ${row + 1} of ${rows} reads`,
      (row) => { state.row = row; draw(); });
  return figure(
      "", "Attention: what a row reads",
      `The weights with which the patches of the framed row read the rows of their column: violet is the ` +
          `smallest weight of this row, yellow its largest; equal weights would be ${
              (1 / rows).toFixed(3)}. ` +
          "On the right all rows at once, mean over the columns: r from the top down, s from left to right.",
      choice("Head", names, heads, (head) => { state.head = head; draw(); }), chosen.node,
      element("div", {class: "attention"}, overlay, matrix));
}

function occlusion(one) {
  const o = one.occlusion;
  if (!o)
    return figure("third", "Occlusion", "This identity has no image by another camera to compare with.");
  const most = Math.max(...o.change.map(Math.abs)) || 1;
  const layer = mapLayer(
      o.change, o.rows, o.columns,
      (v) =>
          [...(v > 0 ? [240, 120, 30] : [40, 130, 220]), Math.round(225 * Math.min(1, Math.abs(v) / most))]);
  return figure(
      "third", "Occlusion",
      "A grey square was moved over the left image. Orange: with the square there the two images are " +
      "further " +
          "apart. Blue: nearer. The strongest colour is the largest change of this image.",
      element(
          "div", {class: "triple", style: "grid-template-columns:repeat(2,minmax(0,1fr))"},
          element("div", {}, stack(one.image, layer), `camera ${one.camera}`),
          element("div", {}, stack(o.other), "compared with")),
      element(
          "p", {class: "small", style: "margin-top:12px"},
          `Their squared distance is ${o.distance.toFixed(3)}; covering changes it by ${
              Math.min(...o.change).toFixed(3)} to +${Math.max(...o.change).toFixed(3)}.`));
}
