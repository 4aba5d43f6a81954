// The history of earlier runs and this one: stacked areas, errors at the bottom, with words for those who see none.
function drawTrend() {
  const earlier = data.history.filter((run) => !Number.isNaN(Date.parse(run.when)));
  if (!earlier.length) return;
  const now = Object.fromEntries(SEVERITIES.map((word, at) => [word, findings.filter((one) => one.severity === at).length]));
  const runs = [...earlier, { when: "", counts: now }];
  const layers = [...SEVERITIES].reverse();
  const total = (run) => layers.reduce((sum, word) => sum + (run.counts[word] ?? 0), 0);
  const [width, height, top, base] = [400, 132, 10, 106];
  const most = Math.max(1, ...runs.map(total));
  const stamp = (run) => (run.when ? Date.parse(run.when) : NaN);
  const first = stamp(runs[0]);
  const step = (stamp(runs[runs.length - 2]) - first) / Math.max(1, runs.length - 2) || 1;
  const last = stamp(runs[runs.length - 2]) + step;
  const across = (run) => 4 + ((width - 8) * ((run.when ? stamp(run) : last) - first)) / (last - first || 1);
  const up = (count) => base - ((base - top) * count) / most;
  const sums = runs.map(() => 0);
  const areas = layers.map((word) => {
    const under = runs.map((run, at) => [across(run), up(sums[at])]);
    runs.forEach((run, at) => { sums[at] += run.counts[word] ?? 0; });
    const over = runs.map((run, at) => [across(run), up(sums[at])]);
    return svg("polygon", { class: `area ${word}`, points: [...over, ...under.reverse()].map((point) => point.join()).join(" ") });
  });
  const line = svg("polyline", { class: "line", points: runs.map((run) => [across(run), up(total(run))].join()).join(" ") });
  const day = (run) => (run.when ? run.when.slice(0, 10) : "now");
  const dots = runs.map((run) => svg("circle", { class: "dot", cx: across(run), cy: up(total(run)), r: run.when ? 2 : 4 },
    svg("title", {}, `${day(run)}: ${layers.map((word) => `${number(run.counts[word] ?? 0)} ${word}`).join(", ")}`)));
  const change = total(runs[runs.length - 1]) - total(runs[runs.length - 2]);
  const words = change === 0 ? "as many as" : `${number(Math.abs(change))} ${change > 0 ? "more" : "fewer"} than`;
  const figure = $("#trend");
  figure.hidden = false;
  figure.replaceChildren(
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": runs.map((run) => `${day(run)} ${number(total(run))}`).join(", ") },
    svg("line", { class: "axis", x1: 0, x2: width, y1: base, y2: base }), areas, line, dots,
    svg("text", { x: 4, y: height - 8 }, `${number(total(runs[0]))} on ${day(runs[0])}`),
    svg("text", { x: width - 4, y: height - 8, "text-anchor": "end" }, `${number(total(runs[runs.length - 1]))} now`)),
    el("figcaption", {}, el("b", {}, words), ` on ${day(runs[runs.length - 2])}`));
}
