// The map: one rectangle a folder or file, as large as it has findings, as warm as they are silent.
const GAP = 2;
const HEAD = 22;
const measure = document.createElement("canvas").getContext("2d");

// The tree below `folder`, `depth` levels deep. A folder with one child is one box with a longer name.
function grow(mapped, folder, depth) {
  const children = new Map();
  for (const one of mapped) {
    if (!within(one.path, folder) || one.path === folder) continue;
    const next = steps(one.path).find((step) => step.length > folder.length);
    if (!children.has(next)) children.set(next, []);
    children.get(next).push(one);
  }
  return [...children.values()].map((list) => {
    const path = shared(list);
    const leaf = list.every((one) => one.path === path);
    return {
      path, leaf, list,
      name: folder === "" ? path : path.slice(folder.length + 1),
      silent: list.filter((one) => one.silent).length,
      children: leaf || depth === 1 ? EMPTY : grow(list, path, depth - 1),
    };
  }).sort((a, b) => b.list.length - a.list.length || compare(a.path, b.path));
}

// The longest path that all of them lie in.
function shared(list) {
  const common = steps(list[0].path);
  for (const one of list) while (!within(one.path, common.at(-1))) common.pop();
  return common.at(-1);
}

// Squarified treemap (Bruls, Huizing, van Wijk 2000): boxes as near to squares as the order allows.
function squarify(items, x, y, width, height) {
  const placed = [];
  let rest = items;
  let left = items.reduce((sum, item) => sum + item.list.length, 0);
  while (rest.length && width > 0 && height > 0) {
    const short = Math.min(width, height);
    const scale = (width * height) / left;
    let take = 0;
    let sum = 0;
    let worst = Infinity;
    for (const item of rest) {
      const next = sum + item.list.length;
      const thick = (next * scale) / short;
      const lengths = [rest[0], item].map((one) => (one.list.length * scale) / thick);
      const ratio = Math.max(...lengths.map((length) => Math.max(length / thick, thick / length)));
      if (ratio > worst) break;
      [worst, sum, take] = [ratio, next, take + 1];
    }
    const thick = (sum * scale) / short;
    let along = 0;
    for (const item of rest.slice(0, take)) {
      const length = (item.list.length * scale) / thick;
      placed.push(width >= height
        ? { item, x, y: y + along, width: thick, height: length }
        : { item, x: x + along, y, width: length, height: thick });
      along += length;
    }
    if (width >= height) { x += thick; width -= thick; } else { y += thick; height -= thick; }
    left -= sum;
    rest = rest.slice(take);
  }
  return placed;
}

function clipped(text, room, font) {
  measure.font = font;
  if (measure.measureText(text).width <= room) return text;
  let keep = text.length;
  while (keep > 3 && measure.measureText(`${text.slice(0, keep)}…`).width > room) keep -= 1;
  return keep > 3 ? `${text.slice(0, keep)}…` : "";
}

const shade = (item) => `s${Math.min(4, Math.floor((5 * item.silent) / item.list.length))}`;
const share = (item) => `${plural(item.list.length, "finding")}, ${item.silent ? `${number(item.silent)} silent` : "none silent"}`;

const inset = (box) => ({ x: box.x + 3, y: box.y + HEAD, width: box.width - 6 + GAP, height: box.height - HEAD - 3 + GAP });

// The shapes of one box and, where there is room, of what is in it.
function shapes({ item, x, y, width, height }, font) {
  const box = { x, y, width: width - GAP, height: height - GAP };
  if (box.width < 2 || box.height < 2) return EMPTY;
  const roomy = item.children.length > 1 && box.width > 56 && box.height > HEAD + 22;
  const inner = roomy ? inset(box) : null;
  const count = number(item.list.length);
  const tally = box.width > 84 && box.height >= 18 ? 7 * count.length + 8 : 0;
  const name = box.height >= 18 && box.width > 36 ? clipped(item.name, box.width - 14 - tally, font) : "";
  return [
    svg("rect", { class: roomy ? "hull" : `body ${shade(item)}`, ...box, rx: Math.min(3, box.width / 5, box.height / 5) }),
    name && svg("text", { x: box.x + 7, y: box.y + 15 }, name),
    name && tally > 0 && svg("text", { class: "tally", x: box.x + box.width - 7, y: box.y + 15, "text-anchor": "end" }, count),
    inner && squarify(item.children, inner.x, inner.y, inner.width, inner.height).map((child) => shapes(child, font)),
  ];
}

// A box to press, and the words on it, which are for the eye: they are cut, and the label of the box says them whole.
function drawBox(box, font) {
  const { item } = box;
  const drawn = shapes(box, font).flat(Infinity).filter(Boolean);
  if (drawn.length === 0) return null;
  const label = `${item.path}, ${share(item)}`;
  const words = drawn.filter((shape) => shape.tagName === "text");
  return [
    svg("g", {
      class: "box", role: "button", tabindex: "-1", "data-focus": item.path, "aria-label": label,
      onclick: () => walk(item.path), onkeydown: boxKey,
    }, svg("title", {}, label), drawn.filter((shape) => shape.tagName !== "text")),
    svg("g", { class: "names", "aria-hidden": "true" }, words),
  ];
}

function boxKey(event) {
  const boxes = [...$("#map").querySelectorAll(".box")];
  const at = boxes.indexOf(event.currentTarget);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" || event.key === " ") event.currentTarget.dispatchEvent(new MouseEvent("click"));
  else if (step) boxes[(at + step + boxes.length) % boxes.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function drawCrumbs() {
  const crumb = (text, path) => (path === state.folder
    ? el("span", { "aria-current": "location" }, text)
    : el("button", { type: "button", class: "text", onclick: () => walk(path) }, text));
  const folders = state.folder === "" ? EMPTY : steps(state.folder);
  const name = (path, at) => (at === 0 ? path : path.slice(folders[at - 1].length + 1));
  $("#crumbs").replaceChildren(crumb("everything", ""), ...folders.flatMap((path, at) =>
    [el("span", { class: "slash", "aria-hidden": "true" }, "/"), crumb(name(path, at), path)]));
}

let drawnMap = "";
function drawMap({ mapped }, force = false) {
  const container = $("#map");
  const width = container.clientWidth;
  const signature = `${width} ${state.folder} ${state.query} ${FACETS.map(({ key }) => [...state.chosen[key]].join()).join("|")}`;
  if (!width || (signature === drawnMap && !force)) return;
  drawnMap = signature;
  drawCrumbs();
  const file = mapped.some((one) => one.path === state.folder);
  const folder = file ? parent(state.folder) : state.folder;
  let items = grow(mapped, folder, 3);
  if (items.length === 1 && !items[0].leaf) items = grow(mapped, items[0].path, 3);
  const height = Math.max(200, Math.min(300, Math.round(width * 0.28)));
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const drawn = squarify(items, 0, 0, width + GAP, height + GAP).map((box) => drawBox(box, font)).filter(Boolean);
  const boxes = drawn.map(([box]) => box);
  for (const box of boxes) box.classList.toggle("here", file && box.dataset.focus === state.folder);
  boxes[0]?.setAttribute("tabindex", "0");
  keepingFocus(container, () => container.replaceChildren(boxes.length
    ? svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": "Folders by number of findings" }, drawn)
    : el("p", { class: "notice" }, "No findings match the filters.")));
}
