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
  return [maps, occlusion(one)];
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
