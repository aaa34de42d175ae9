// Added to a copy of a report by report_test.sh: uses the page as a reader would and writes what came of it
// into <pre id="driver">, which the browser prints with the rest of the page.
addEventListener("load", () => setTimeout(async () => {
  const lines = [], is = (name, good) => lines.push((good ? "ok " : "FAILED ") + "report page: " + name);
  const press = (node) => node.dispatchEvent(new Event("input", {bubbles: true}));
  try {
    const drawn = (id) => document.querySelectorAll(`#${id} svg > *, #${id} img, #${id} canvas`).length;
    for (const id of ["cmc", "training", "em", "gallery", "distances", "embedding", "looks", "tape"])
      is(`${id} is drawn`, drawn(id) > 0);

    const range = document.querySelector("#em input[type=range]");
    const maps = () => document.querySelectorAll("#em .stack canvas").length;
    range.value = 0; press(range);
    const start = maps(), words = document.querySelector("#em .slider output").textContent;
    range.value = range.max; press(range);
    is("the slider over rounds brings the maps", start === 0 && maps() > 0);
    is("and says where it stands", words !== document.querySelector("#em .slider output").textContent);

    const search = document.getElementById("who");
    const queries = () => document.querySelectorAll("#gallery .query").length;
    const before = queries(), name = document.querySelector("#gallery .who div").firstChild.textContent;
    search.value = name; press(search);
    is("the search finds one person", queries() === 1 && before > 1);
    search.value = "nobody of that name"; press(search);
    is("the search finds nobody", queries() === 0);

    const node = [...document.querySelectorAll("#tape .node")].find(
      (one) => one.getAttribute("aria-label").includes("convolution2d"));
    node.dispatchEvent(new Event("click"));
    is("a click on the tape shows the op's lines",
      document.querySelector("#tape .detail pre").textContent.includes("convolution_forward"));

    const curves = report.cmc.curves.filter((curve) => curve.kind === "ours");
    is("the network and both baselines have every rank", curves.filter((c) => !c.reverse).length === 3 &&
        curves.every((curve) => curve.points.length === 12));
    is("and both directions", curves.filter((curve) => curve.reverse).length === 3);
    is("a band around the network's curve", document.querySelectorAll("#cmc svg .band").length === 1);
    is("bands on held-out identities, with n", document.querySelectorAll("#training svg .band").length >= 3 &&
        /n = 3 identities/.test(document.getElementById("training").textContent));
    const ends = document.querySelectorAll("#em > .heat-bar .ends span");
    is("the maps' one scale has numbers", ends.length === 10);
    const filters = [...document.querySelectorAll("#looks .filter")];
    is("a filter stands beside its strongest patches",
      filters.length > 0 && filters.every((f) => f.querySelectorAll(".patch").length === 4));
    is("build flags are among the options",
      ![...document.querySelectorAll("#run dt")].some((d) => d.textContent === "Build") &&
        document.querySelector("#run details").textContent.includes("compiled with"));

    const figures = [...document.querySelectorAll("figure")].filter((f) => f.getBoundingClientRect().width);
    const drawings = figures.map((f) => new DOMParser().parseFromString(figureSvg(f), "image/svg+xml"));
    is("every figure has two buttons",
      figures.length > 10 && figures.every((f) => f.querySelectorAll(".save button").length === 2));
    is("every figure is an SVG", drawings.every((drawing) => !drawing.querySelector("parsererror")));
    const firstWord = (f) => f.querySelector("h3").textContent.split(/\s+/)[0];
    is("without classes", drawings.every((drawing) => !drawing.querySelector("[class]")));
    is("with its title", drawings.every(
      (drawing, i) => drawing.documentElement.textContent.includes(firstWord(figures[i]))));
    const png = await figurePng(figures[0]);
    is("and a PNG", png.startsWith("data:image/png") && png.length > 5000);

    document.getElementById("theme").click();
    is("light and dark", Boolean(document.documentElement.dataset.theme));
  } catch (error) {
    is("no exception: " + error, false);
  }
  const result = document.createElement("pre");
  result.id = "driver";
  result.textContent = "\n" + lines.join("\n") + "\n";
  document.body.append(result);
}, 300));
