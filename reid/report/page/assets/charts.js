// ---- charts.js: a line chart with bands, a cursor that mouse, finger and arrow keys move, and a legend ----
// Charts are drawn anew at the width that they get, so that letters keep their size on every screen.
function responsive(height, draw) {
  const box = element("div", {class: "chart", style: `height:${height}px`});
  let width = 0;
  const redraw = () => {
    const now = Math.round(box.clientWidth);
    if (now === width || now < 10) return;
    width = now;
    box.replaceChildren(draw(now, height));
  };
  new ResizeObserver(redraw).observe(box);
  box.redraw = () => {
    width = 0;
    redraw();
  };
  return box;
}

// About `count` round numbers from low to high; `whole`: of things that are counted, so that there is no half
// of one.
function niceTicks(low, high, count, whole = false) {
  const rough = (high - low) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(rough || 1));
  const steps = [1, 2, 2.5, 5, 10].map((m) => m * power).filter((s) => !whole || Number.isInteger(s));
  const step = steps.find((s) => s >= rough * (whole ? 0.8 : 0.999)) || Math.max(power, whole ? 1 : 0);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; ++k)
    ticks.push(+(k * step).toPrecision(12));
  return ticks;
}

// Where numbers lie: {x(v), y(v), ...} for a plot of this width and height.
function frame(width, height, x, y) {
  const left = y.room || 44, right = 12, top = 10, bottom = 40;
  const log = y.log, place = (v) => log ? Math.log10(Math.max(v, y.low)) : v;
  const low = place(y.low), high = place(y.high);
  return {
    left,
    right: width - right,
    top,
    bottom: height - bottom,
    x: (v) => left + (v - x.low) / (x.high - x.low || 1) * (width - right - left),
    y: (v) => height - bottom - (place(v) - low) / (high - low || 1) * (height - bottom - top),
    value: (px) => x.low + (px - left) / (width - right - left) * (x.high - x.low),
  };
}

function axes(at, x, y) {
  const parts = [];
  const yTicks = y.ticks || (y.log ? decades(y.low, y.high) : niceTicks(y.low, y.high, 5));
  for (const tick of yTicks)
    parts.push(
        svg("line", {class: "gridline", x1: at.left, x2: at.right, y1: at.y(tick), y2: at.y(tick)}),
        svg("text", {x: at.left - 8, y: at.y(tick) + 4, "text-anchor": "end"}, (y.format || short)(tick)));
  const xTicks = x.ticks || niceTicks(x.low, x.high, Math.max(3, (at.right - at.left) / 80), x.whole);
  for (const tick of xTicks)
    parts.push(
        svg("text", {x: at.x(tick), y: at.bottom + 18, "text-anchor": "middle"}, (x.format || short)(tick)));
  parts.push(
      svg("line", {class: "axis", x1: at.left, x2: at.right, y1: at.bottom, y2: at.bottom}),
      svg("text", {x: (at.left + at.right) / 2, y: at.bottom + 36, "text-anchor": "middle"}, x.label));
  if (x.events)
    for (const event of x.events)
      parts.push(svg("line", {class: "event", x1: at.x(event), x2: at.x(event), y1: at.top, y2: at.bottom}));
  return parts;
}
function decades(low, high) {
  const ticks = [];
  for (let p = Math.ceil(Math.log10(low) - 1e-9); p <= Math.log10(high) + 1e-9; ++p) ticks.push(10 ** p);
  return ticks.length > 1 ? ticks : [low, high];
}

const path = (points) =>
    points.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("");

// The band of a point: its deviation to both sides, or the ends themselves.
const bandOf = (p) => Array.isArray(p[2]) ? p[2] : [p[1] - (p[2] || 0), p[1] + (p[2] || 0)];

// lines: [{name, colour, points: [[x, y, deviation, [low, high] or null]], kind: "thick" | "thin" | "dashed"
// | "", dots}]
function drawLines(at, lines, floor = -Infinity) {
  const parts = [];
  for (const line of lines) {
    const known = line.points.filter((p) => p[1] !== null);
    if (known.some((p) => p[2]))
      parts.push(svg("path", {
        class: "band",
        fill: line.colour,
        d: path([
             ...known.map((p) => [at.x(p[0]), at.y(bandOf(p)[1])]),
             ...known.slice().reverse().map((p) => [at.x(p[0]), at.y(Math.max(floor, bandOf(p)[0]))])
           ]) +
            "Z"
      }));
  }
  lines.forEach((line, index) => {
    const known = line.points.filter((p) => p[1] !== null).map((p) => [at.x(p[0]), at.y(p[1])]);
    const group =
        svg("g", {"data-line": index},
            svg("path", {class: "line " + (line.kind || ""), stroke: line.colour, d: path(known)}));
    if (line.dots || known.length === 1)
      for (const [cx, cy] of known) group.append(svg("circle", {cx, cy, r: 3, fill: line.colour}));
    parts.push(group);
  });
  return parts;
}

function lineChart({height = 260, x, y, lines, unit = "", xName = (v) => short(v), digits}) {
  const xs = [...new Set(lines.flatMap((line) => line.points.map((p) => p[0])))].sort((a, b) => a - b);
  const value = (v) => digits === undefined ? short(v) : v.toFixed(digits);
  const spread = (p) => Array.isArray(p[2]) ? ` (${value(p[2][0])} to ${value(p[2][1])})` :
      p[2] ? " ± " + value(p[2]) :
             "";
  const box = responsive(height, (width) => {
    const at = frame(width, height, x, y);
    const cursor = svg("line", {class: "cursor", y1: at.top, y2: at.bottom, visibility: "hidden"}),
          dots = svg("g");
    const root =
        svg("svg", {
          viewBox: `0 0 ${width} ${height}`,
          height,
          tabindex: 0,
          role: "img",
          "aria-label": lines.map((l) => l.name).join(", ")
        },
            axes(at, x, y), drawLines(at, lines, y.low), cursor, dots);
    let place = -1;
    const show = (index, clientX, clientY) => {
      place = Math.max(0, Math.min(xs.length - 1, index));
      const v = xs[place];
      cursor.setAttribute("x1", at.x(v));
      cursor.setAttribute("x2", at.x(v));
      cursor.setAttribute("visibility", "visible");
      dots.replaceChildren();
      const rows = [];
      for (const line of lines) {
        const point = line.points.find((p) => p[0] === v);
        if (!point || point[1] === null) continue;
        dots.append(svg("circle", {cx: at.x(v), cy: at.y(point[1]), r: 4, fill: line.colour}));
        rows.push([point[1], tipRow(line.colour, line.name, value(point[1]) + spread(point) + unit)]);
      }
      rows.sort((a, b) => b[0] - a[0]);
      showTip(clientX, clientY, element("b", {}, xName(v)), rows.map((row) => row[1]));
    };
    const nearest = (clientX) => {
      const v = at.value(clientX - root.getBoundingClientRect().left);
      return xs.reduce((best, one, i) => Math.abs(one - v) < Math.abs(xs[best] - v) ? i : best, 0);
    };
    const leave = () => {
      cursor.setAttribute("visibility", "hidden");
      dots.replaceChildren();
      hideTip();
    };
    root.addEventListener(
        "pointermove", (event) => show(nearest(event.clientX), event.clientX, event.clientY));
    root.addEventListener("pointerleave", leave);
    root.addEventListener("blur", leave);
    root.addEventListener("keydown", (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (!step) return;
      event.preventDefault();
      const {left, top} = root.getBoundingClientRect(),
                   next = Math.max(0, Math.min(xs.length - 1, place + step));
      show(next, left + at.x(xs[next]), top + height / 2);
    });
    return root;
  });
  return box;
}

const legend = (lines) => element(
    "div", {class: "legend"},
    lines.map(
        (line) => element(
            "span", {}, element("i", {
              class: (line.kind || "").startsWith("dashed") ? "dash" :
                  line.box                                  ? "box" :
                                                              "",
              style: line.box ? `background:${line.colour}` : `border-color:${line.colour}`
            }),
            line.name)));

// The smallest and largest value of lines, with room.
function extent(lines, {zero = true, room = 0.06} = {}) {
  const all = lines.flatMap((line) => line.points.flatMap((p) => p[1] === null ? [] : bandOf(p)));
  let low = Math.min(...all), high = Math.max(...all);
  if (zero) low = Math.min(0, low);
  if (low === high) high = low + 1;
  return {low: zero && low === 0 ? 0 : low - room * (high - low), high: high + room * (high - low)};
}
