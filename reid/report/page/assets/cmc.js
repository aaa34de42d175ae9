// ---- cmc.js: the curves and the table ---------------------------------------------------------------------
sections.cmc = (root, data) => {
  root.append(lead(
      "The answer to a query is a list of gallery images, nearest first. The curve says for each r " +
      "which share " +
          "of the queries has the right identity among the first r. ",
      data.queries ? `${data.queries} queries, ${data.gallery} identities in the gallery. ` : "",
      data.splits > 1 ? `Mean of ${data.splits} splits; the band is one standard deviation over the splits.` :
          data.queries ? `One split; the band is the 95 % Wilson interval of ${data.queries} queries.` :
                         ""));
  const lines = cmcLines(data);
  const lone = data.splits === 1 && data.queries;
  const last = Math.min(50, Math.max(...lines.flatMap((line) => line.points.map((p) => p[0]))));
  for (const line of lines) {
    line.points = line.points.filter((p) => p[0] <= last);
    if (lone && line.kind === "thick")
      line.points = line.points.map(([rank, share]) => [rank, share, wilson(share, data.queries)]);
  }
  const range = extent(lines, {zero: false});
  const y =
      {low: Math.max(0, Math.floor((range.low - 2) / 10) * 10), high: 100, format: (v) => v + " %", room: 48};
  const x = {low: 1, high: last, label: "rank r", ticks: [1, 5, 10, 20, 30, 40, 50].filter((r) => r <= last)};
  const chart = lineChart({height: 400, x, y, lines, unit: " %", digits: 1, xName: (r) => `rank ${r}`});
  root.append(element(
      "div", {class: "grid"},
      figure(
          "", "Cumulative matching characteristics",
          [
            lines.some((l) => l.curve.reverse) ?
                "Solid: queries search the gallery; dashed in the same colour: the other direction." :
                "",
            lines.some((l) => l.published) ? "Dashed grey: as published." : ""
          ].filter(Boolean)
                  .join(" ") ||
              "Higher is better.",
          chart, legend(lines.filter((line) => line.shown))),
      element("div", {class: "panel scroll"}, cmcTable(data, lines, chart))));
};

// The best six have a colour; more than that would be a tangle, so the others are grey until the table points
// at them.
function cmcLines(data) {
  const ours = data.curves.filter((c) => c.kind !== "published" && !c.reverse)
                   .sort((a, b) => b.points[0][1] - a.points[0][1]);
  const lines = ours.map((curve, place) => ({
                           name: curve.name,
                           curve,
                           points: curve.points,
                           shown: place < 6,
                           colour: place < 6 ? series[place] : colour("faint"),
                           kind: place === 0 ? "thick" :
                               place < 6     ? "" :
                                               "thin",
                           dots: curve.points.length <= 6,
                         }));
  for (const curve of data.curves.filter((c) => c.reverse)) {
    const forward = lines.find((line) => curve.name.startsWith(line.name));
    lines.splice(lines.indexOf(forward) + 1, 0, {
      name: curve.name,
      curve,
      points: curve.points,
      shown: true,
      colour: forward ? forward.colour : colour("faint"),
      kind: "dashed thin",
      dots: curve.points.length <= 6
    });
  }
  for (const curve of data.curves.filter((c) => c.kind === "published"))
    lines.push({
      name: curve.name,
      curve,
      points: curve.points,
      shown: true,
      published: true,
      colour: colour("faint"),
      kind: "dashed thin"
    });
  return lines;
}

function cmcTable(data, lines, chart) {
  const ranks = [1, 5, 10, 20, 30];
  const withMap = lines.some((line) => line.curve.map !== undefined),
        withSize = data.curves.some((c) => c.dimensions !== undefined);
  const cell = (curve, rank) => {
    const last =
        curve.points[curve.points.length - 1];  // a gallery that ends at 100 % has nobody left to miss
    const point =
        curve.points.find((p) => p[0] === rank) || (last && last[1] === 100 && rank > last[0] ? last : null);
    return element(
        "td", {}, point ? number(point[1]) : "–",
        point && typeof point[2] === "number" ? element("small", {}, ` ±${number(point[2])}`) : null);
  };
  const point = (index) => {
    for (const group of chart.querySelectorAll("[data-line]"))
      group.classList.toggle("faded", index !== null && +group.dataset.line !== index);
    for (const band of chart.querySelectorAll(".band")) band.classList.toggle("faded", index !== null);
  };
  const row = (line) => {
    const index = lines.indexOf(line), curve = line.curve;
    return element(
        "tr", {
          class: line.published ? "published" : "",
          onpointerenter: () => point(index),
          onpointerleave: () => point(null)
        },
        element(
            "td", {}, element("i", {
              class: "key",
              style: `border-color:${line.colour};border-top-style:${
                  line.kind.startsWith("dashed") ? "dashed" : "solid"}`
            }),
            curve.name),
        ranks.map((rank) => cell(curve, rank)),
        withMap ? [element("td", {}, number(curve.map)), element("td", {}, number(curve.minp))] : null,
        withSize ?
            [
              element("td", {}, curve.dimensions ?? "–"),
              element("td", {}, curve.published ? number(curve.published[0][1]) : "–")
            ] :
            null);
  };
  const body = element("tbody");
  let group = "";
  for (const line of data.table ? data.curves.map((c) => lines.find((l) => l.curve === c)) : lines) {
    if (line.curve.group && line.curve.group !== group)
      body.append(element("tr", {class: "group"}, element("td", {colspan: 10}, group = line.curve.group)));
    body.append(row(line));
  }
  return element(
      "table", {},
      element(
          "thead", {},
          element(
              "tr", {}, element("th", {}, "%"), ranks.map((rank) => element("th", {}, `Rank-${rank}`)),
              withMap ? [element("th", {}, "mAP"), element("th", {}, "mINP")] : null,
              withSize ? [element("th", {}, "Dim"), element("th", {}, "published Rank-1")] : null)),
      body);
}
