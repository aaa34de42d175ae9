// ---- embedding.js: images as points -----------------------------------------------------------------------
sections.embedding = (root, data) => {
  root.append(lead(
      "Every test image is a point in a plane that keeps some of the distances between embeddings. A " +
      "line joins " +
      "the images of one identity: thin and grey where the query found its right image at rank 1, red " +
      "where it did " +
      "not. Ranks are of the embeddings, not of this plane. Circles and squares are the cameras."));
  const size = 760, margin = 26, points = data.points;
  // Both axes have the same scale, so that a distance is one in every direction.
  const layout = (key) => {
    const range = [0, 1].map((axis) => {
      const all = points.map((p) => p[key][axis]);
      return [Math.min(...all), Math.max(...all)];
    });
    const room = [size, size * 0.72].map((length) => length - 2 * margin);
    const scale = Math.min(...[0, 1].map((axis) => room[axis] / (range[axis][1] - range[axis][0] || 1)));
    return points.map(
        (p) => [0, 1].map(
            (axis) =>
                margin + room[axis] / 2 + scale * (p[key][axis] - (range[axis][0] + range[axis][1]) / 2)));
  };
  const places = {tsne: layout("tsne"), pca: layout("pca")},
        cameras = [...new Set(points.map((p) => p.camera))].sort((a, b) => a - b);
  const missed = new Set(points.filter((p) => p.rank > 1).map((p) => p.person));
  const ties = tiesOf(points).map(
      ([a, b]) => ({a, b, line: svg("line", {class: missed.has(points[a].person) ? "tie missed" : "tie"})}));
  const shapes = points.map((p, i) => {
    const paint = series[cameras.indexOf(p.camera) % series.length];
    const shape = cameras.indexOf(p.camera) % 2 ?
        svg("rect", {class: "point", x: -4, y: -4, width: 8, height: 8, rx: 1.5, fill: paint}) :
        svg("circle", {class: "point", r: 4.5, fill: paint});
    shape.dataset.index = i;
    return shape;
  });
  const plane = svg(
      "svg", {viewBox: `0 0 ${size} ${size * 0.72}`, role: "img", "aria-label": "embeddings in the plane"},
      ties.map((t) => t.line), shapes);
  const box = element("div", {class: "scatter chart"}, plane), words = element("figcaption");
  let placed = false;
  const move = (key) => {
    if (placed) {  // points glide, lines cannot: they come back when the points have arrived
      box.classList.add("moving");
      setTimeout(() => box.classList.remove("moving"), 700);
    }
    placed = true;
    shapes.forEach((shape, i) => {
      shape.style.transform = `translate(${places[key][i][0]}px,${places[key][i][1]}px)`;
    });
    for (const {a, b, line} of ties)
      [["x1", a, 0], ["y1", a, 1], ["x2", b, 0], ["y2", b, 1]].forEach(
          ([name, i, axis]) => line.setAttribute(name, places[key][i][axis]));
    const kept =
        `Of each image's ${data.neighbours} nearest by embedding, ${percent(data.kept[key], 0)} are among ` +
        `its ${data.neighbours} nearest here.`;
    words.textContent = key === "pca" ?
        `Principal components 1 and 2: ${percent(data.explained[0])} and ${
            percent(
                data.explained[1])} of the variance. A projection: no distance is longer than among the ` +
            `embeddings, many are shorter. ${kept}` :
        `t-SNE, perplexity ${number(data.perplexity, 0)}, seed ${
            data.seed}: made to keep neighbours; sizes of groups and distances between them mean nothing. ${
            kept}`;
  };
  const pick = (person, exact) => {
    const hit = (i) => person &&
        (exact ? points[i].person === person : points[i].person.toLowerCase().includes(person.toLowerCase()));
    box.classList.toggle("picked", Boolean(person));
    shapes.forEach((shape, i) => shape.classList.toggle("hit", Boolean(hit(i))));
    for (const {a, b, line} of ties) line.classList.toggle("hit", Boolean(hit(a) && hit(b)));
  };
  const search = element("input", {
    type: "search",
    placeholder: "person",
    "aria-label": "Find a person on the map",
    oninput: () => pick(search.value.trim(), false)
  });
  const show = (event) => {
    const index = event.target.dataset && event.target.dataset.index;
    if (index === undefined) {
      if (!search.value) pick("", true);
      return hideTip();
    }
    const point = points[index], others = points.filter((p) => p.person === point.person);
    pick(point.person, true);
    showTip(
        event.clientX, event.clientY, element("b", {}, point.person),
        element(
            "div", {style: "display:flex;gap:8px;margin-top:6px"},
            others.slice(0, 4).map(
                (p) => element(
                    "div", {class: "small"},
                    image(p.image, {style: `height:110px;width:auto;opacity:${p === point ? 1 : 0.75}`}),
                    `camera ${p.camera}`))));
  };
  plane.addEventListener("pointermove", show);
  plane.addEventListener("pointerdown", show);
  plane.addEventListener("pointerleave", () => {
    hideTip();
    pick(search.value.trim(), false);
  });
  root.append(
      element(
          "div", {class: "controls"},
          choice("Layout", ["t-SNE", "PCA"], 0, (index) => move(index ? "pca" : "tsne")), search),
      figure("", "Embeddings of the test images", null, words, box, legend([
               ...cameras.map(
                   (camera, i) => ({name: `camera ${camera}`, colour: series[i % series.length], box: true})),
               {name: "right image not first", colour: colour("wrong")}
             ])));
};

// Neighbours in the list of each person's images.
function tiesOf(points) {
  const last = new Map(), ties = [];
  points.forEach((point, i) => {
    if (point.person === "distractor") return;
    if (last.has(point.person)) ties.push([last.get(point.person), i]);
    last.set(point.person, i);
  });
  return ties;
}
