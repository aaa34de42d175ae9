// Added to a copy of a report by report_test.sh: uses the page as a reader would and writes what came of it
// into <pre id="driver">, which the browser prints with the rest of the page.
addEventListener("load", () => setTimeout(() => {
  const lines = [], is = (name, good) => lines.push((good ? "ok " : "FAILED ") + "report page: " + name);
  const press = (node) => node.dispatchEvent(new Event("input", {bubbles: true}));
  try {
    const drawn = (id) => document.querySelectorAll(`#${id} svg > *, #${id} img, #${id} canvas`).length;
    for (const id of ["cmc", "training", "em", "gallery", "embedding", "looks", "tape"])
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
