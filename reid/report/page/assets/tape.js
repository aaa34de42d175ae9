// ---- tape.js: the tape of one training step ---------------------------------------------------------------
// Nodes stand in the order in which they were recorded, which is the order of forward; backward walks the
// same list from its end. Parameters are folded into the ops that use them.
sections.tape = (root, data) => {
  const nodes = data.nodes.map((node, index) => ({...node, index, users: []}));
  nodes.forEach((node) => node.inputs.forEach((input) => {
    if (input >= 0) nodes[input].users.push(node.index);
  }));
  const shown = nodes.filter((node) => node.op !== "parameter");
  const sum = (key) => nodes.reduce((all, node) => all + node[key], 0);
  root.append(lead(
      `One training step records ${nodes.length} nodes, ${bytes(sum("bytes"))} of outputs. Forward took ${
          number(sum("forward"))} ms, backward ${number(sum("backward"))} ms. ` +
      "Choose a node to see what it reads, who reads it, and the lines of its forward and backward."));
  const detail = element("aside", {class: "panel detail", "aria-live": "polite"}),
        box = element("div", {class: "panel nodes"});
  root.append(byOp(nodes), element("div", {class: "tape", style: "margin-top:20px"}, box, detail));
  const drawing = tapeDrawing(nodes, shown, (node) => select(node));
  box.append(drawing.root);
  function select(node) {
    drawing.mark(node);
    detail.replaceChildren(...nodeDetail(node, nodes, data.sources, select));
    detail.scrollTop = 0;
  }
  select(shown.reduce(
      (best, node) => node.forward + node.backward > best.forward + best.backward ? node : best, shown[0]));
};

// An edge to the next node runs straight down; longer ones leave by a lane on the left, the free one that is
// nearest.
function tapeDrawing(nodes, shown, select) {
  const step = 24, laneWidth = 7, row = new Map(shown.map((node, i) => [node.index, i])), edges = [],
        busy = [];
  for (const node of shown)
    for (const input of node.inputs)
      if (input >= 0 && nodes[input].op !== "parameter")
        edges.push({from: row.get(input), to: row.get(node.index), gradient: nodes[input].gradient});
  edges.sort((a, b) => (a.to - a.from) - (b.to - b.from));
  for (const edge of edges) {
    if (edge.to - edge.from === 1) { edge.lane = -1; continue; }
    let lane = 0;
    while ((busy[lane] || []).some((other) => edge.from < other.to && other.from < edge.to)) ++lane;
    (busy[lane] = busy[lane] || []).push(edge);
    edge.lane = lane;
  }
  const left = 14 + Math.min(busy.length, 24) * laneWidth, width = left + 522,
        most = Math.max(...shown.map((n) => Math.max(n.forward, n.backward)), 1e-6);
  const y = (i) => 34 + i * step + step / 2, length = (ms) => 62 * Math.sqrt(ms / most);
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${34 + shown.length * step + 6}`,
    width,
    height: 34 + shown.length * step + 6,
    role: "list",
    "aria-label": "nodes of the tape"
  });
  const column = {op: left + 18, shape: left + 196, bytes: left + 374, axis: left + 452};
  for (const [x, words, anchor] of [
           [column.op, "op", "start"], [column.shape, "output", "start"], [column.bytes, "size", "end"],
           [column.axis - 6, "backward", "end"], [column.axis + 6, "forward", "start"]])
    root.append(svg("text", {class: "dim", x, y: 20, "text-anchor": anchor}, words));
  const edgeShapes = edges.map((edge) => {
    const x = left + 6, at = left - 2 - Math.min(edge.lane, 23) * laneWidth,
          [y1, y2] = [y(edge.from), y(edge.to)], r = 6;
    const d = edge.lane < 0 ? `M${x} ${y1}L${x} ${y2}` :
                              `M${x} ${y1}L${at + r} ${y1}Q${at} ${y1} ${at} ${y1 + r}L${at} ${y2 - r}Q${
                                  at} ${y2} ${at + r} ${y2}L${x} ${y2}`;
    return svg("path", {class: "edge" + (edge.gradient ? "" : " constant"), d});
  });
  root.append(...edgeShapes);
  const rows = shown.map((node, i) => {
    const group = svg(
        "g", {
          class: "node",
          tabindex: 0,
          role: "listitem",
          "aria-label": `${node.index} ${node.op} ${node.shape}`
        },
        svg("rect",
            {class: "back", x: left - 2, y: y(i) - step / 2, width: width - left, height: step, rx: 5}),
        svg("circle",
            {cx: left + 6, cy: y(i), r: 4, fill: node.op === "input" ? colour("faint") : colour("accent")}),
        svg("text", {x: column.op, y: y(i) + 4}, node.op.length > 27 ? node.op.slice(0, 26) + "…" : node.op),
        svg("text", {class: "dim", x: column.shape, y: y(i) + 4}, node.shape),
        svg("text", {class: "dim", x: column.bytes, y: y(i) + 4, "text-anchor": "end"}, bytes(node.bytes)),
        svg("rect", {
          x: column.axis + 1,
          y: y(i) - 5,
          width: Math.max(0.5, length(node.forward)),
          height: 10,
          rx: 2,
          fill: colour("s1")
        }),
        svg("rect", {
          x: column.axis - 1 - Math.max(0.5, length(node.backward)),
          y: y(i) - 5,
          width: Math.max(0.5, length(node.backward)),
          height: 10,
          rx: 2,
          fill: colour("s2")
        }));
    group.addEventListener("click", () => select(node));
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(node); }
      const next = rows[i + ({ArrowDown: 1, ArrowUp: -1}[event.key] || 0)];
      if (next && next !== group) { event.preventDefault(); next.focus(); select(shown[rows.indexOf(next)]); }
    });
    return group;
  });
  root.append(...rows);
  return {root, mark: (node) => {
    const i = row.get(node.index);
    rows.forEach((group, other) => group.classList.toggle("on", other === i));
    edges.forEach((edge, e) => {
      edgeShapes[e].classList.toggle("in", edge.to === i);
      edgeShapes[e].classList.toggle("out", edge.from === i);
      if (edge.to === i || edge.from === i) root.insertBefore(edgeShapes[e], rows[0]);
    });
  }};
}

function nodeDetail(node, nodes, sources, select) {
  const link = (index) => index < 0 ?
      "a constant" :
      nodes[index].op === "parameter" ?
      element("span", {class: "mono"}, nodes[index].parameter || "parameter") :
      element(
          "button", {type: "button", class: "chip", onclick: () => select(nodes[index])},
          `${nodes[index].op} #${index}`);
  const list = (all) => element(
      "dd", {},
      element("span", {style: "display:flex;flex-wrap:wrap;gap:6px"}, all.length ? all.map(link) : "nobody"));
  const fact = (name, value) => [element("dt", {}, name), element("dd", {}, value)];
  const source = sources[node.op];
  return [
    element("h3", {}, node.op, element("span", {class: "small"}, `  #${node.index}`)),
    source && source.formula ? element("p", {class: "mono"}, source.formula) : null,
    element(
        "dl", {}, fact("output", `${node.shape}, ${bytes(node.bytes)}`),
        fact("forward", `${short(node.forward)} ms`),
        fact("backward", node.gradient ? `${short(node.backward)} ms` : "no gradient flows here"),
        element("dt", {}, "reads"), list(node.inputs), element("dt", {}, "read by"), list(node.users)),
    source ? element("p", {class: "small mono", style: "margin-top:14px"}, `${source.file}:${source.line}`) :
             null,
    source ? codeBlock(source.code) : null
  ].filter(Boolean);
}

// Comments fade, a few words stand out.
function codeBlock(code) {
  const words = /\/\/.*|\b(const|return|auto|for|if|else|Variable|Tensor|record|require)\b/g,
        block = element("pre");
  let end = 0;
  for (const match of code.matchAll(words)) {
    block.append(
        code.slice(end, match.index),
        element("span", {class: match[0].startsWith("//") ? "note" : "word"}, match[0]));
    end = match.index + match[0].length;
  }
  block.append(code.slice(end));
  return block;
}

// Where the time goes, by op.
function byOp(nodes) {
  const ops = new Map();
  for (const node of nodes) {
    const op = ops.get(node.op) || {name: node.op, calls: 0, forward: 0, backward: 0};
    ++op.calls; op.forward += node.forward; op.backward += node.backward;
    ops.set(node.op, op);
  }
  const all = [...ops.values()].sort((a, b) => b.forward + b.backward - a.forward - a.backward).slice(0, 8),
        most = all[0].forward + all[0].backward || 1;
  const bars = all.map(
      (op) => element(
          "div", {class: "bar-row", style: "grid-template-columns:minmax(9em,15em) 1fr 8.5em"},
          element(
              "span", {style: "overflow:hidden;text-overflow:ellipsis"}, op.name,
              element("span", {class: "small"}, op.calls > 1 ? ` × ${op.calls}` : "")),
          element(
              "span", {style: "display:flex;gap:1px"},
              element("i", {style: `width:${100 * op.forward / most}%;background:${colour("s1")}`}),
              element("i", {style: `width:${100 * op.backward / most}%;background:${colour("s2")}`})),
          element("span", {class: "small"}, `${short(op.forward)} + ${short(op.backward)} ms`)));
  return figure(
      "", "Where the time goes", "Forward and backward, by op, most expensive first.",
      element("div", {style: "margin-top:12px"}, bars), legend([
        {name: "forward", colour: colour("s1"), box: true},
        {name: "backward", colour: colour("s2"), box: true}
      ]));
}
