// ---- run.js: what was run ---------------------------------------------------------------------------------
sections.run = (root, run) => {
  root.append(element("h1", {}, report.title));
  const summary = run.summary;
  if (summary)
    root.append(lead(
        `${summary.people} identities, ${summary.images} images from ${summary.cameras} cameras. ` +
        `The network was trained on ${summary.train} identities` +
        (summary.validation ? `, validated on ${summary.validation} held out,` : "") +
        ` and tested on ${summary.test} others.`));
  if (!run.complete)
    root.append(element(
        "p", {class: "why"},
        "This run is not complete: it has no results.json yet. The page shows what there is."));
  if (run.cmc) {
    const spread = (rank) => run.deviation && run.deviation.cmc ?
        element("small", {}, ` ± ${number(run.deviation.cmc[rank])}`) :
        null;
    const figureOf = (value, name, extra) => element(
        "div", {}, element("span", {}, name),
        element("b", {}, number(value), element("small", {}, " %"), extra));
    const numbers = element(
        "div", {class: "numbers"},
        ["1", "5", "10", "20"].map((rank) => figureOf(run.cmc[rank], "rank " + rank, spread(rank))),
        figureOf(run.map, "mAP"), figureOf(run.minp, "mINP"));
    numbers.firstChild.classList.add("first");
    root.append(numbers);
  }
  if (run.command) root.append(element("pre", {class: "command"}, run.command));
  const facts = [
    ["Device", run.device && `${run.device}, ${run.instruction_set || ""}, ${run.threads} threads`],
    ["Time", run.seconds && duration(run.seconds)],
    // The whole hash is in results.json; its start tells two sets apart.
    ["Data", run.data && `${run.data} (${String(run.data_hash).slice(0, 12)})`],
    [
      "Protocol",
      run.protocol &&
          `${run.protocol}${run.splits > 1 ? `, ${run.splits} splits` : ""}${
              run.queries ? `, ${run.queries} queries, ${run.gallery} in the gallery` : ""}`
    ],
    ["Seed", run.seed],
    ["Version", run.commit],
  ].filter(([, value]) => value !== undefined && value !== null && value !== "");
  root.append(element(
      "dl", {class: "facts"},
      facts.map(
          ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value))))));
  if (run.options) root.append(optionsList(run.options, run.build_flags));
};

function optionsList(options, flags) {
  const lines = flags ? [element("div", {}, element("span", {}, "compiled with"), flags)] : [];
  for (const [group, values] of Object.entries(options)) {
    if (values === null || typeof values !== "object" || Array.isArray(values)) {
      lines.push(element("div", {}, element("span", {}, group), String(values)));
      continue;
    }
    lines.push(element("h3", {}, group));
    for (const [name, value] of Object.entries(values))
      lines.push(element("div", {}, element("span", {}, name), String(value)));
  }
  return element(
      "details", {}, element("summary", {}, "Every option"), element("div", {class: "options"}, lines));
}
