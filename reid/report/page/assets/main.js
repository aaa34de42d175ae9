// ---- main.js: the sections in their order, the table of contents, light and dark --------------------------
const order = [
  // name, heading, word in the bar on top
  ["run", "What was run", "Run"],
  ["cmc", "Ranks", "Ranks"],
  ["training", "Training", "Training"],
  ["em", "The EM loop: discriminative patches", "EM loop"],
  ["gallery", "Queries and their nearest gallery images", "Galleries"],
  ["distances", "How far apart people are", "Distances"],
  ["embedding", "Embeddings in the plane", "Embeddings"],
  ["looks", "What the network responds to", "Network"],
  ["tape", "One step, op by op", "Tape"],
];

function showTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function buildPage() {
  const page = document.getElementById("page"), contents = document.getElementById("contents");
  for (const [name, title, word] of order) {
    const data = report[name];
    if (!data) continue;
    const section = element("section", {id: name, class: data.absent ? "absent" : ""});
    section.append(element("h2", {}, title));
    page.append(section);
    contents.append(element("a", {href: "#" + name}, word));
    if (data.absent) section.append(element("p", {class: "why"}, data.absent));
    else sections[name](section, data);
  }
  const button = document.getElementById("theme");
  button.addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
    showTheme(now === "dark" ? "light" : "dark");
  });
  followReading(contents);
}

// Marks in the table of contents which section is being read.
function followReading(contents) {
  const links = new Map([...contents.children].map((link) => [link.getAttribute("href").slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries)
      if (entry.isIntersecting) {
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id).setAttribute("aria-current", "true");
      }
  }, {rootMargin: "-20% 0px -75% 0px"});
  for (const id of links.keys()) seen.observe(document.getElementById(id));
}

buildPage();
