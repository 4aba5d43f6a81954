// What is chosen, what follows from it, and how both live in the address of the page.
const island = $("#data");
const data = island ? JSON.parse(island.textContent) : { findings: [], history: [] };
const findings = data.findings;

const SEVERITIES = ["info", "warning", "error"];
const CONFIDENCES = ["low", "medium", "high"];
const FIXES = ["safe fix", "unsafe fix", "by hand", "no fix"];
const SAFETIES = ["by hand", "unsafe fix", "safe fix"];
const NOBODY = "nobody";
const WHENS = { now: "now", mixed: "now or later", "": "not known", later: "after an update" };

const EMPTY = [];
for (const one of findings) {
  one.impact ??= EMPTY;
  one.owners ??= EMPTY;
  one.silent = one.impact.some((impact) => data.impacts[impact].silent);
  const safeties = (one.fixes ?? EMPTY).map((fix) => fix.safety);
  one.fix = safeties.length ? SAFETIES[Math.max(...safeties)] : "no fix";
  one.moment = WHENS[one.when?.state ?? ""];
  one.text = "";
}
const timed = findings.some((one) => one.when);
const MOMENTS = Object.values(WHENS);

// A facet is one way to divide the findings: its values are words, one finding may have several.
const FACETS = [
  { key: "impact", title: "How it fails", of: (one) => one.impact.map((at) => data.impacts[at].name),
    order: (data.impacts ?? EMPTY).map((impact) => impact.name) },
  { key: "severity", title: "Severity", of: (one) => [SEVERITIES[one.severity]], order: [...SEVERITIES].reverse() },
  timed && { key: "when", title: "When it breaks", of: (one) => [one.moment], order: MOMENTS },
  { key: "rule", title: "Rule", of: (one) => [data.rules[one.rule].name] },
  { key: "owner", title: "Owner",
    of: (one) => (one.owners.length ? one.owners.map((at) => data.owners[at]) : [NOBODY]) },
  { key: "fix", title: "Fix", of: (one) => [one.fix], order: FIXES },
  { key: "confidence", title: "Confidence", of: (one) => [CONFIDENCES[one.confidence]], order: [...CONFIDENCES].reverse() },
].filter(Boolean);
for (const facet of FACETS) {
  facet.values = findings.map(facet.of);
  facet.totals = new Map();
  for (const words of facet.values) for (const word of words) facet.totals.set(word, (facet.totals.get(word) ?? 0) + 1);
  const byCount = [...facet.totals.keys()].sort((a, b) => facet.totals.get(b) - facet.totals.get(a) || (a < b ? -1 : 1));
  facet.words = facet.order ? facet.order.filter((word) => facet.totals.has(word)) : byCount;
}

const place = (one) => one.path.toLowerCase();
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
// The data comes in order of weight, so that equal keys stay in that order.
const SORTS = {
  weight: null,
  severity: (a, b) => b.severity - a.severity,
  place: (a, b) => compare(place(a), place(b)) || a.at[0] - b.at[0] || a.at[1] - b.at[1],
  finding: (a, b) => compare(data.rules[a.rule].name, data.rules[b.rule].name),
  impact: (a, b) => (a.impact[0] ?? 99) - (b.impact[0] ?? 99),
  when: (a, b) => MOMENTS.indexOf(a.moment) - MOMENTS.indexOf(b.moment),
  fix: (a, b) => FIXES.indexOf(a.fix) - FIXES.indexOf(b.fix),
  owner: (a, b) => compare(data.owners[a.owners[0]] ?? "~", data.owners[b.owners[0]] ?? "~"),
};

const state = { query: "", folder: "", sort: "weight", down: false, at: "", chosen: {} };

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  state.query = address.get("q") ?? "";
  state.folder = address.get("in") ?? "";
  const sort = address.get("sort") ?? "weight";
  state.down = sort.startsWith("-");
  const name = sort.replace("-", "");
  state.sort = Object.hasOwn(SORTS, name) ? name : "weight";
  state.at = address.get("at") ?? "";
  for (const { key, totals } of FACETS) state.chosen[key] = new Set(address.getAll(key).filter((word) => totals.has(word)));
}

function writeAddress(step) {
  const address = new URLSearchParams();
  if (state.query) address.set("q", state.query);
  if (state.folder) address.set("in", state.folder);
  for (const { key } of FACETS) for (const word of state.chosen[key]) address.append(key, word);
  if (state.sort !== "weight" || state.down) address.set("sort", (state.down ? "-" : "") + state.sort);
  if (state.at) address.set("at", state.at);
  const hash = `#${address}`;
  if (hash === location.hash || (hash === "#" && !location.hash)) return;
  history[step ? "pushState" : "replaceState"](null, "", hash);
}

// Folders end at a slash, a revision of a repository (`repo@v1:path`) ends at its colon.
const within = (path, folder) =>
  folder === "" || path === folder || (path.startsWith(folder) && "/:".includes(path[folder.length]));

// All folders that a path lies in, outermost first, then the path itself.
const ends = (path) => [...path.matchAll(/\/|(?<=@[^/:]*):/g)].map((match) => match.index).filter((at) => at > 0);
const steps = (path) => [...ends(path).map((at) => path.slice(0, at)), path];
const parent = (path) => steps(path).at(-2) ?? "";

function haystack(one) {
  if (!one.text) {
    const lines = one.excerpt ? one.excerpt.slice(1 + one.at[0] - one.excerpt[0], 2 + one.at[2] - one.excerpt[0]) : EMPTY;
    const owners = one.owners.map((at) => data.owners[at]);
    one.text = [`${one.path}:${one.at[0]}`, one.message, data.rules[one.rule].name, ...lines, ...owners].join("\n").toLowerCase();
  }
  return one.text;
}

// The findings that pass every filter; beside it, what each filter alone keeps out: the counts beside the
// words of a facet say what choosing that word would show, and the map shows all folders.
function select() {
  const terms = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  const sets = FACETS.map(({ key }) => state.chosen[key]);
  const counts = FACETS.map(() => new Map());
  const shown = [];
  const mapped = [];
  findings.forEach((one, number) => {
    if (terms.length && !terms.every((term) => haystack(one).includes(term))) return;
    let failing = -1;
    let failures = 0;
    sets.forEach((set, at) => {
      if (set.size && !FACETS[at].values[number].some((word) => set.has(word))) { failing = at; failures += 1; }
    });
    if (failures > 1) return;
    const inside = within(one.path, state.folder);
    if (failures === 0) {
      mapped.push(one);
      if (inside) shown.push(one);
    }
    if (!inside) return;
    FACETS.forEach((facet, at) => {
      if (failures && failing !== at) return;
      for (const word of facet.values[number]) counts[at].set(word, (counts[at].get(word) ?? 0) + 1);
    });
  });
  if (SORTS[state.sort]) shown.sort(SORTS[state.sort]);
  if (state.down) shown.reverse();
  return { shown, mapped, counts };
}
