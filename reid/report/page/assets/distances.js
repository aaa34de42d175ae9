// ---- distances.js: genuine and impostor distances of the tested people, and a threshold ------------------
sections.distances = function(section, data) {
  const same = colour("s1"), different = colour("s2");
  const sum = (counts) => counts.reduce((a, b) => a + b, 0);
  const share = (counts) => counts.map((c) => 100 * c / (sum(counts) || 1));
  const shares = {same: share(data.same), different: share(data.different)};
  const lastBin =
      Math.max(data.same.findLastIndex((c) => c), data.different.findLastIndex((c) => c)) + 1;
  const high = Math.max(...shares.same, ...shares.different) * 1.05;
  const line = data.chosen ?
      `the threshold that ${data.chosen.people} gave for a false alarm in ${short(data.chosen.far)}% of ` +
          `the searches among ${data.chosen.gallery} images (${data.chosen.searches} searches)` :
      "the threshold at which as many pairs of one person are missed as pairs of two are confused " +
          `(${percent(data.error)}); evaluate --save-thresholds chooses one on training people`;
  section.append(figure(
      "", "Distances of genuine and of impostor pairs",
      `${sum(data.same)} pairs of one person by two cameras, ${sum(data.different)} of two people. ` +
          `The dashed line is ${line}.`,
      responsive(
          300, (w, h) => histogram(w, h, shares, data, data.width, lastBin, high, same, different)),
      legend([
        {name: "genuine: one person", colour: same, box: true},
        {name: "impostor: two people", colour: different, box: true}
      ])));
};
