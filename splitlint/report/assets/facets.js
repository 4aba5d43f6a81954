// The filters beside the list. Each word is a button; its count is what choosing it would show.
const FEW = 8;
const unfolded = new Set();

function toggle(key, word) {
  const set = state.chosen[key];
  if (!set.delete(word)) set.add(word);
  update();
}

function facetRow(facet, word, count, most) {
  const pressed = state.chosen[facet.key].has(word);
  const impact = facet.key === "impact" ? data.impacts.find((one) => one.name === word) : undefined;
  const bar = el("i", { class: "level", "aria-hidden": "true" });
  bar.style.width = `${most ? (100 * count) / most : 0}%`;
  return el("li", {},
    el("button", {
      type: "button", class: count ? null : "none", "aria-pressed": String(pressed), "data-focus": `${facet.key} ${word}`,
      title: impact?.words ?? null, onclick: () => toggle(facet.key, word),
    },
    facet.key === "severity" && el("i", { class: `sign ${word}`, "aria-hidden": "true" }),
    el("span", { class: "word" }, word, impact?.silent && el("em", {}, "silent")),
    el("span", { class: "count" }, number(count)), bar));
}

function facetGroup(facet, counts) {
  if (facet.words.length < 2 && facet.words[0] === NOBODY) return null;
  const chosen = state.chosen[facet.key];
  const all = unfolded.has(facet.key) || facet.words.length <= FEW + 2;
  const words = all ? facet.words : facet.words.filter((word, at) => at < FEW || chosen.has(word));
  const most = Math.max(...facet.words.map((word) => counts.get(word) ?? 0));
  const rest = facet.words.length - words.length;
  return el("section", { class: "facet", "aria-label": facet.title },
    el("h2", {}, facet.title, chosen.size > 0 && el("button", {
      type: "button", class: "text", "data-focus": `${facet.key} all`, onclick: () => { chosen.clear(); update(); },
    }, "all")),
    el("ul", {}, words.map((word) => facetRow(facet, word, counts.get(word) ?? 0, most))),
    (rest > 0 || unfolded.has(facet.key)) && el("button", {
      type: "button", class: "text", "data-focus": `${facet.key} more`,
      onclick: () => { if (!unfolded.delete(facet.key)) unfolded.add(facet.key); update(); },
    }, rest > 0 ? `${number(rest)} more` : "fewer"));
}

// Buttons are made anew, so the one that had the focus gets it back by name.
function keepingFocus(container, draw) {
  const name = container.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  draw();
  if (name) [...container.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === name)?.focus();
}

function drawFacets({ counts }) {
  const container = $("#facets");
  keepingFocus(container, () => container.replaceChildren(...FACETS.map((facet, at) => facetGroup(facet, counts[at])).filter(Boolean)));
}

function drawChips({ shown }) {
  const chips = FACETS.flatMap(({ key }) => [...state.chosen[key]].map((word) => [word, () => toggle(key, word)]));
  if (state.folder) chips.unshift([`in ${state.folder}`, () => walk("")]);
  if (state.query) chips.unshift([`“${state.query}”`, () => search("")]);
  $("#count").replaceChildren(
    el("b", {}, number(shown.length)),
    shown.length === findings.length ? ` finding${shown.length === 1 ? "" : "s"}` : ` of ${plural(findings.length, "finding")}`);
  const container = $("#chips");
  container.replaceChildren(
    ...chips.map(([text, drop]) => el("button", { type: "button", class: "chip", "aria-label": `Remove the filter ${text}`, onclick: drop }, text)),
    ...(chips.length > 1 ? [el("button", { type: "button", class: "text", onclick: clearAll }, "clear all")] : []));
}
