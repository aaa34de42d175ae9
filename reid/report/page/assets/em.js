// ---- em.js: the patches that tell who it is, round by round -----------------------------------------------
sections.em = (root, data) => {
  root.append(lead(
      "The map of an image says for every patch how probable the image's own identity is, judged by " +
      "that patch " +
      "alone. Patches below the threshold are left out of pooling until the next E step computes the " +
      "map anew."));
  const events = report.training && report.training.em ? report.training.em : [];
  const count = data.rounds.length, views = element("div", {class: "views"}),
        cameras = element("div", {class: "views"}), words = element("p", {class: "small"});
  // Opens with the identity that has the highest map in the last round.
  const height = (p) => Math.max(...p.views.map((view) => view.rounds[count - 1].largest));
  const first = data.people.reduce((best, p, i) => height(p) > height(data.people[best]) ? i : best, 0);
  let person = first, round = count;
  const draw = () => {
    views.replaceChildren(...data.people[person].views.map(
        (view) => panelOf(view, `Camera ${view.camera}`, round, data, false)));
    cameras.replaceChildren(...data.cameras.map(
        (camera) =>
            panelOf(camera, `Camera ${camera.camera}, mean of ${camera.images} images`, round, data, true)));
    const event = events.find((e) => e.round === data.rounds[round - 1]);
    words.textContent = round === 0 ? "Before the first E step every patch takes part." :
        event                       ? `After E step ${event.round}, before epoch ${event.epoch + 1}: ${
                    percent(100 * event.changed)} of the labels changed, ${
                    percent(100 * event.kept)} of the patches are kept` +
            (event.rank1 !== undefined ? `; Rank-1 on held-out identities was ${percent(event.rank1)}.` :
                                                               ".") :
                                                               `After E step ${data.rounds[round - 1]}.`;
    if (round > 0 && data.qualities[round - 1]) words.textContent += ` ${data.qualities[round - 1]}`;
  };
  const control = slider(
      "Round of the EM loop", count, count,
      (r) => r === 0 ? "start" : `E step ${data.rounds[r - 1]} of ${data.rounds[count - 1]}`, (r) => {
        round = r;
        draw();
      });
  root.append(
      element(
          "div", {class: "controls"},
          choice(
              "Identity", data.people.map((p) => p.name), first,
              (index) => {
                person = index;
                draw();
              }),
          control.node),
      words, element("h3", {style: "margin:18px 0 10px"}, "One identity, both cameras"), views,
      element("h3", {style: "margin:28px 0 10px"}, "Means over all training images"), cameras,
      element(
          "p", {class: "small", style: "margin-top:14px"},
          "One colour scale for all maps of this section, all rounds, identities and cameras:"),
      heatBar([0, 1 / 16, 1 / 4, 9 / 16, 1].map((share) => short(share * data.largest))),
      element("p", {class: "small"}, "... and for the share of images that keeps a patch:"),
      heatBar(["0 %", "25 %", "50 %", "75 %", "100 %"]));
  emCurves(root, events);
};

// The colour scale with numbers below, evenly spaced.
function heatBar(numbers) {
  return element(
      "div", {class: "heat-bar"}, element("div", {class: "scale", style: `background:${heatScale}`}),
      element("div", {class: "ends"}, numbers.map((n) => element("span", {}, n))));
}

// The image, its map, and what is kept of it. Each figure carries its scale, so that it can be saved alone.
function panelOf(view, title, round, data, average) {
  const {rows, columns} = data;
  const now = round > 0 ? view.rounds[round - 1] : null;
  const map = now ? decode(now.map) : null;
  const cell = (child, caption) => element("div", {}, child, caption);
  let kept, words;
  if (average) {
    const share = now ? decode(now.kept) : null;
    kept = stack(view.image, share ? mapLayer(share, rows, columns, (v) => [...heat(v / 255), 165]) : null);
    words = "share that keeps a patch";
  } else {
    const v = now ? now.v : "1".repeat(rows * columns);
    kept = stack(view.image, droppedPatches(v, rows, columns, report.images[view.image]));
    words = `${[...v].filter((one) => one === "1").length} of ${rows * columns} kept`;
  }
  return figure(
      "", title, null,
      element(
          "div", {class: "triple"}, cell(stack(view.image), average ? "mean image" : "image"),
          cell(
              stack(view.image, map ? heatLayer(map, rows, columns) : null),
              now ? `map, at most ${short(now.largest)}` : "no map yet"),
          cell(kept, words)),
      heatBar([0, 1 / 4, 1].map((share) => short(share * data.largest))));
}

// Dropped patches lie under a veil with a cross line, so that they are seen without colour too.
function droppedPatches(v, rows, columns, {w, h}) {
  const root = svg("svg", {viewBox: `0 0 ${w} ${h}`, preserveAspectRatio: "none", "aria-hidden": "true"});
  for (let i = 0; i < v.length; ++i) {
    if (v[i] === "1") continue;
    const x = i % columns * w / columns, y = Math.floor(i / columns) * h / rows;
    root.append(
        svg("rect", {x, y, width: w / columns, height: h / rows, fill: "#0b0d10", opacity: 0.78}),
        svg("line", {
          x1: x + 2,
          y1: y + h / rows - 2,
          x2: x + w / columns - 2,
          y2: y + 2,
          stroke: "#fff",
          "stroke-opacity": 0.28,
          "stroke-width": 0.8
        }));
  }
  return root;
}

function emCurves(root, events) {
  if (!events.length) return;
  const x = {low: 1, high: Math.max(2, events.length), label: "E step", ticks: events.map((e) => e.round)};
  const grid = element("div", {class: "grid", style: "margin-top:28px"});
  const draw = (classes, title, caption, lines) => grid.append(figure(
      classes, title, caption, lineChart({
        height: 220,
        x: {...x, low: events[0].round, high: Math.max(events[0].round + 1, events[events.length - 1].round)},
        y: {low: 0, high: 100, format: (v) => v + " %", room: 50},
        lines,
        unit: " %",
        digits: 1,
        xName: (r) => "E step " + r
      }),
      lines.length > 1 ? legend(lines) : null));
  const held = heldOut();
  draw("half", "Patch labels", "Shares of all patch labels: changed by this E step, and kept after it.", [
    {
      name: "changed",
      colour: series[1],
      dots: true,
      points: events.map((e) => [e.round, 100 * e.changed, null])
    },
    {name: "kept", colour: series[0], dots: true, points: events.map((e) => [e.round, 100 * e.kept, null])}
  ]);
  if (events.some((e) => e.rank1 !== undefined))
    draw("half", "Rank-1 on held-out identities", "Just before each E step. " + held.words, [{
           name: "Rank-1",
           colour: series[2],
           dots: true,
           points: events.map((e) => [e.round, e.rank1 ?? null, held.band(e.rank1)])
         }]);
  root.append(grid);
}
