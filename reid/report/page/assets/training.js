// ---- training.js: how it learned --------------------------------------------------------------------------
sections.training = (root, data) => {
  const epochs = data.means.loss.length;
  root.append(lead(
      `${epochs} epochs. d+ is the distance between two images of one identity, d− between two ` +
      `identities. ` +
      "Dotted verticals are E steps of the EM loop."));
  const grid = element("div", {class: "grid"});
  root.append(grid);
  for (const warning of data.warnings) grid.append(element("p", {class: "why"}, "Warning: " + warning));
  const x = {
    low: 1,
    high: Math.max(2, epochs),
    label: "epoch",
    whole: true,
    events: data.em.map((e) => e.epoch + 1)
  };
  const line = (name, key, paint, scale = 1, kind = "") => ({
    name,
    colour: paint,
    kind,
    points: data.means[key].map((v, i) => [i + 1, v === null ? null : v * scale, null])
  });
  const has = (key) => data.means[key] !== undefined;
  const chart = (classes, title, caption, lines, y = {}, unit = "") => {
    const range = extent(lines, {zero: !y.log});
    grid.append(figure(
        classes, title, caption, lineChart({x, y: {...range, ...y}, lines, unit, xName: (v) => "epoch " + v}),
        lines.length > 1 ? legend(lines) : null));
  };

  drift(grid, data, x, line);
  const known = new Set(
      ["loss", "d_positive", "d_negative", "active", "embedding_norm", "gradient_norm", "rate", "seconds"]);
  const parts = Object.keys(data.means).filter((key) => !known.has(key));
  chart("half", "Loss", "The whole, and its parts before their weights.", [
    line("loss", "loss", colour("ink"), 1, "thick"),
    ...parts.map((key, i) => line(key, key, series[i % series.length]))
  ]);
  if (data.validation.length)
    chart(
        "half", "Held-out identities",
        "Identities of the training half that the network is not trained on. " + heldOut().words +
            " For mAP, whose queries score between 0 and 1, the interval is an upper bound.",
        [["Rank-1", "rank1"], ["Rank-5", "rank5"], ["mAP", "map"]].map(
            ([name, key], i) => ({
              name,
              colour: series[i],
              dots: true,
              points: data.validation.map((v) => [v.epoch, v[key], heldOut().band(v[key])])
            })),
        {low: 0, high: 100, format: (v) => v + " %", room: 50}, " %");
  if (has("active"))
    chart(
        "half", "Active triplets", "The share of triplets with a loss above 0.",
        [line("active", "active", series[0], 100)], {low: 0, format: (v) => short(v) + " %", room: 50}, " %");
  if (has("rate"))
    chart(
        "half", "Learning rate", "Warm-up, then the schedule.", [line("rate", "rate", series[0])],
        {low: 0, room: 62});
  if (has("gradient_norm"))
    chart(
        "half", "Norm of the whole gradient", "Before clipping.",
        [line("gradient", "gradient_norm", series[0])], {low: 0});
  if (has("embedding_norm"))
    chart(
        "half", "Length of an embedding",
        "Before it is scaled to 1. A length that falls towards 0 is a sign of collapse.",
        [line("length", "embedding_norm", series[0])], {low: 0});
  layers(grid, data, x);
};

// The two histograms, epoch by epoch, and how their quantiles moved.
function drift(grid, data, x, line) {
  const same = colour("s1"), different = colour("s2");
  if (!data.records.length) {
    const lines =
        [line("d+, one person", "d_positive", same), line("d−, two people", "d_negative", different)];
    grid.append(figure(
        "", "Distances drift apart",
        "Mean squared distances. This run kept no histograms of them; newer ones do.",
        lineChart({height: 300, x, y: {...extent(lines), low: 0}, lines, xName: (v) => "epoch " + v}),
        legend(lines)));
    return;
  }
  const records = data.records, width = data.width;
  const share = (counts) => {
    const sum = counts.reduce((a, b) => a + b, 0) || 1;
    return counts.map((c) => 100 * c / sum);
  };
  const shares = records.map((r) => ({same: share(r.same), different: share(r.different)}));
  const lastBin = Math.max(...records.map(
                      (r) => Math.max(r.same.findLastIndex((c) => c), r.different.findLastIndex((c) => c)))) +
      1;
  const high = quantileOf(shares.map((s) => Math.max(...s.same, ...s.different)), 0.97) * 1.1;
  let now = records.length - 1;
  const box = responsive(
      300, (w, h) => histogram(w, h, shares[now], records[now], width, lastBin, high, same, different));
  const control = slider(
      "Epoch of the histogram", records.length - 1, records.length - 1,
      (i) => `epoch ${records[i].epoch + 1}: error ${percent(records[i].error)}`, (i) => {
        now = i;
        box.redraw();
      });
  grid.append(figure(
      "half", "Distances within an epoch",
      "All pairs of its batches. The dashed line is the threshold at which as many pairs of one person " +
          "are missed as pairs of two people are confused.",
      box, legend([
        {name: "same person", colour: same, box: true},
        {name: "different people", colour: different, box: true}
      ]),
      control.node));

  const quantile = (counts, q) => {
    const all = counts.reduce((a, b) => a + b, 0);
    let sum = 0;
    for (let bin = 0; bin < counts.length; ++bin) {
      if (sum + counts[bin] >= q * all && counts[bin]) return (bin + (q * all - sum) / counts[bin]) * width;
      sum += counts[bin];
    }
    return counts.length * width;
  };
  const band = (name, key, paint) => ({
    name,
    colour: paint,
    kind: "thick",
    points: records.map((r) => {
      const low = quantile(r[key], 0.1), up = quantile(r[key], 0.9), middle = quantile(r[key], 0.5);
      return [r.epoch + 1, middle, [low, up]];
    })
  });
  const lines = [
    band("same person", "same", same), band("different people", "different", different), {
      name: "threshold at equal error",
      colour: colour("ink"),
      kind: "dashed thin",
      points: records.map((r) => [r.epoch + 1, r.threshold, null])
    }
  ];
  grid.append(figure(
      "half", "Distances drift apart",
      "Medians of the squared distance; the bands reach from the 10th to the 90th percentile of the pairs.",
      lineChart({
        height: 300,
        x,
        y: {low: 0, high: Math.max(...lines.flatMap((l) => l.points.map((p) => bandOf(p)[1]))) * 1.05},
        lines,
        digits: 2,
        xName: (v) => "epoch " + v
      }),
      legend(lines)));
  const error =
      [{name: "equal error", colour: colour("s4"), points: records.map((r) => [r.epoch + 1, r.error, null])}];
  grid.append(figure(
      "half", "Error at that threshold",
      "The share of misses, which is also that of confusions, at that threshold in the training batches.",
      lineChart({
        x,
        y: {low: 0, high: extent(error).high, format: (v) => short(v) + " %", room: 50},
        lines: error,
        unit: " %",
        xName: (v) => "epoch " + v
      })));
}
const quantileOf = (values, q) => values.slice().sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];

function histogram(width, height, share, record, binWidth, lastBin, high, same, different) {
  const x = {low: 0, high: lastBin * binWidth, label: "squared distance"},
        y = {low: 0, high, format: (v) => short(v) + " %", room: 48};
  const at = frame(width, height, x, y);
  const area = (values, paint) => {
    const points = [];
    for (let bin = 0; bin < lastBin; ++bin)
      points.push(
          [at.x(bin * binWidth), at.y(Math.min(high, values[bin]))],
          [at.x((bin + 1) * binWidth), at.y(Math.min(high, values[bin]))]);
    const outline = path(points);
    return [
      svg("path", {
        d: `${outline}L${at.x(lastBin * binWidth)} ${at.bottom}L${at.left} ${at.bottom}Z`,
        fill: paint,
        opacity: 0.28
      }),
      svg("path", {class: "line thin", d: outline, stroke: paint})
    ];
  };
  const t = at.x(record.threshold);
  return svg(
      "svg", {viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": "histogram of distances"},
      axes(at, x, y), area(share.different, different), area(share.same, same),
      svg("line",
          {x1: t, x2: t, y1: at.top, y2: at.bottom, stroke: colour("ink"), "stroke-dasharray": "5 4"}),
      svg("text", {
        x: t + (t > width * 0.7 ? -6 : 6),
        y: at.top + 12,
        "text-anchor": t > width * 0.7 ? "end" : "start"
      },
          record.threshold.toFixed(2)));
}

// A row for each layer, a cell for each epoch; the colour is the norm's logarithm.
function layers(grid, data, x) {
  const records = data.records.filter((r) => Object.keys(r.layers).length);
  if (!records.length) {
    grid.append(element(
        "p", {class: "why"},
        "The gradient norms of single layers were not kept in this run; newer ones keep them."));
    return;
  }
  const names = Object.keys(records[records.length - 1].layers),
        values = records.flatMap((r) => Object.values(r.layers)).filter((v) => v > 0);
  const low = Math.log10(Math.min(...values)), high = Math.log10(Math.max(...values)), rowHeight = 22,
        room = 178;
  const box = responsive(names.length * rowHeight + 44, (width, height) => {
    const narrow = width < 520, left = narrow ? 110 : room,
          at = frame(
              width, height, {...x, low: 0.5, high: records.length + 0.5}, {low: 0, high: 1, room: left});
    const cell = (at.right - at.left) / records.length;
    const root = svg("svg", {
      viewBox: `0 0 ${width} ${height}`,
      height,
      role: "img",
      "aria-label": "gradient norm of every layer"
    });
    names.forEach((name, row) => {
      const label = name.replace(/^tier(\d)\./, "$1 · ")
                        .replace(/convolution/, "conv")
                        .replace("projection", "proj")
                        .replace("recurrent.forward.", "rnn ")
                        .replace("recurrent.backward.", "rnn up ");
      root.append(
          svg("text", {x: left - 8, y: row * rowHeight + 15, "text-anchor": "end"},
              narrow ? label.slice(-17) : label));
      records.forEach((record, i) => {
        const norm = record.layers[name];
        if (norm === undefined) return;
        root.append(svg("rect", {
          x: (at.left + i * cell).toFixed(2),
          y: row * rowHeight + 1,
          width: (cell + 0.4).toFixed(2),
          height: rowHeight - 2,
          fill: `rgb(${heat(norm > 0 ? (Math.log10(norm) - low) / (high - low || 1) : 0)})`,
          "data-name": name,
          "data-epoch": record.epoch + 1,
          "data-norm": norm
        }));
      });
    });
    root.append(
        svg("text", {x: at.left, y: height - 26}, "1"),
        svg("text", {x: at.right, y: height - 26, "text-anchor": "end"},
            String(records[records.length - 1].epoch + 1)),
        svg("text", {x: (at.left + at.right) / 2, y: height - 12, "text-anchor": "middle"}, "epoch"));
    root.addEventListener("pointermove", (event) => {
      const {name, epoch, norm} = event.target.dataset || {};
      if (name)
        showTip(
            event.clientX, event.clientY, element("b", {}, name),
            tipRow(null, `epoch ${epoch}`, short(+norm)));
      else
        hideTip();
    });
    root.addEventListener("pointerleave", hideTip);
    return root;
  });
  grid.append(figure(
      "", "Gradient norm of every layer",
      "In the last step of each epoch, before clipping, on a logarithmic scale. Dark: a small " +
          "gradient.",
      box, element("div", {class: "scale", style: `background:${heatScale}`}),
      element(
          "div", {class: "ends"}, element("span", {}, short(10 ** low)),
          element("span", {}, short(10 ** high)))));
}
