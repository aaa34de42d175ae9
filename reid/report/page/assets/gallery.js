// ---- gallery.js: queries beside their nearest -------------------------------------------------------------
sections.gallery = (root, data) => {
  root.append(lead(
      `Each query on the left, its ten nearest of ${data.gallery} gallery images on the right. ` +
      "A thick green frame with a tick: the query's identity. A thin red frame: another one." +
      (data.queries.some((q) => q.frames) ?
           " They are sequences, of which the frame in the middle stands there; below some queries are " +
               "frames of theirs, from the first to the last, and of the nearest three." :
           "")));
  root.append(rankBars(data.queries));
  const list = element("div"), count = element("span", {class: "small", role: "status"});
  const search = element("input", {
    type: "search",
    id: "who",
    placeholder: "person, e.g. " + data.queries[0].person,
    "aria-label": "Search a person"
  });
  let shown = 8, sorted = data.queries;
  const draw = () => {
    const text = search.value.trim().toLowerCase();
    const found = sorted.filter((q) => !text || q.person.toLowerCase().includes(text));
    count.textContent =
        text ? `${found.length} of ${data.queries.length} queries` : `${data.queries.length} queries`;
    list.replaceChildren(...found.slice(0, shown).map(queryRow));
    if (found.length > shown)
      list.append(element(
          "button", {
            type: "button",
            class: "chip",
            style: "margin-top:16px",
            onclick: () => {
              shown += 20;
              draw();
            }
          },
          `Show more (${found.length - shown})`));
    if (!found.length)
      list.append(element(
          "p", {class: "why", style: "margin-top:16px"}, "Nobody of the tested people is called that."));
  };
  search.addEventListener("input", draw);
  root.append(
      element(
          "div", {class: "controls", style: "margin-top:28px"},
          choice(
              "Order", ["From best to worst", "Worst first", "Best first", "Just missed"], 0,
              (index) => {
                shown = 8;
                sorted = index === 0 ? spread(data.queries, shown) :
                    index === 1      ? data.queries.slice().reverse() :
                    index === 2      ? data.queries :
                                       data.queries.filter((q) => q.rank > 1);
                draw();
              }),
          search, count),
      list);
};

// `count` queries at equal steps from the best to the worst, then the others.
function spread(queries, count) {
  const last = queries.length - 1, steps = Math.min(count, queries.length) - 1;
  const chosen =
      new Set(Array.from({length: steps + 1}, (_, i) => queries[Math.round(i * last / (steps || 1))]));
  return [...chosen, ...queries.filter((q) => !chosen.has(q))];
}

function queryRow(query) {
  if (!query.frames) return photographs(query);
  return element("div", {class: "walk"}, photographs(query), filmStrips(query));
}

// Frames of the query, and below them those of its nearest, each line with its mark.
function filmStrips(query) {
  const strip = (name, one, mark, kind) => element(
      "div", {class: "strip " + kind}, element("span", {class: "small"}, mark + " " + name),
      one.frames.map(
          (frame, k) =>
              image(frame, {alt: `${name}, person ${one.person}, frame ${k + 1} of ${one.frames.length}`})));
  return element(
      "div", {class: "strips"}, strip("query", query, "", "asks"),
      query.nearest.filter((near) => near.frames)
          .map(
              (near, place) => strip(
                  `${place + 1}: ${near.person}`, near, near.right ? "✓" : "✗",
                  near.right ? "right" : "wrong")));
}

function photographs(query) {
  const right = query.rank === 1;
  return element(
      "div", {class: "query"},
      element(
          "div", {class: "who"}, image(query.image, {alt: `query, person ${query.person}`}),
          element(
              "div", {}, element("div", {}, query.person),
              element(
                  "div", {class: "verdict " + (right ? "right" : "wrong")},
                  right ? "✓ first" : `right at ${query.rank}`),
              element("small", {}, `camera ${query.camera}`))),
      element(
          "div", {class: "near"},
          query.nearest.map(
              (near, place) => element(
                  "div", {class: "cell" + (near.right ? " right" : "")}, image(near.image, {
                    alt: `place ${place + 1}: person ${near.person}${near.right ? ", right" : ""}`
                  }),
                  near.right ? element("span", {class: "badge"}, "✓") : null, element("div", {}, near.person),
                  element("div", {style: "margin:0"}, near.distance.toFixed(3))))));
}

// At which rank the right person came.
function rankBars(queries) {
  const ranges = [
    [1, 1, "rank 1"], [2, 5, "2 to 5"], [6, 10, "6 to 10"], [11, 20, "11 to 20"], [21, Infinity, "beyond 20"]
  ];
  const counts = ranges.map(([low, high]) => queries.filter((q) => q.rank >= low && q.rank <= high).length),
        most = Math.max(...counts, 1);
  return figure(
      "", "Rank of the first right image", `Of the ${queries.length} queries that are shown below.`,
      element(
          "div", {style: "margin-top:12px"},
          ranges.map(
              ([, , name], i) => element(
                  "div", {class: "bar-row"}, element("span", {}, name), element("i", {
                    style: `width:${100 * counts[i] / most}%;background:${colour(i ? "s6" : "right")}`
                  }),
                  element(
                      "span", {class: "small"},
                      `${counts[i]} (${percent(100 * counts[i] / queries.length)})`)))));
}
