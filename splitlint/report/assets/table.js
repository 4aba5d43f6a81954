// The list. Rows are made as they come near the window, so five thousand findings cost what sixty do.
const CHUNK = 60;
const COLUMNS = [
  ["severity", "Severity"], ["place", "Place"], ["finding", "Finding"], ["impact", "How it fails"], ["when", "When"], ["fix", "Fix"], ["owner", "Owner"],
];
const owned = (data.owners ?? EMPTY).length > 0;
const columns = COLUMNS.filter(([key]) => (key !== "owner" || owned) && (key !== "when" || timed));
const nearEnd = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) drawMore(); }, { rootMargin: "900px" });
let listed = EMPTY;
let drawn = 0;

function drawHead() {
  $("#head").replaceChildren(...columns.map(([key, title]) => {
    const active = state.sort === key;
    return el("th", { scope: "col", class: key, "aria-sort": active ? (state.down ? "descending" : "ascending") : null },
      el("button", { type: "button", "data-focus": key, onclick: () => {
        if (!active) [state.sort, state.down] = [key, false];
        else if (!state.down) state.down = true;
        else [state.sort, state.down] = ["weight", false];
        update();
      } }, title, el("i", { class: "arrow", "aria-hidden": "true" }, active ? (state.down ? "↓" : "↑") : "")));
  }));
}

function placeCell(one, open) {
  const cut = one.path.lastIndexOf("/") + 1;
  return el("td", { class: "place" },
    el("button", { type: "button", class: "open", "aria-expanded": String(open), tabindex: "-1", onkeydown: rowKey },
      el("span", { class: "name" }, one.path.slice(cut), el("span", { class: "number" }, `:${one.at[0]}`)),
      el("span", { class: "folder" }, cut ? one.path.slice(0, cut - 1) : "")));
}

function row(one) {
  const severity = SEVERITIES[one.severity];
  const open = state.at !== "" && state.at === one.fingerprint;
  const line = el("tr", { class: "row", onclick: (event) => { if (!event.target.closest("a")) flip(line, one); } },
    el("td", { class: "severity" }, el("i", { class: `sign ${severity}`, "aria-hidden": "true" }), severity),
    placeCell(one, open),
    el("td", { class: "finding" }, el("span", { class: "message" }, inline(one.message)), el("span", { class: "rule" }, data.rules[one.rule].name)),
    el("td", { class: "impact" }, one.impact.map((at) =>
      el("span", { class: data.impacts[at].silent ? "silent" : null }, data.impacts[at].name))),
    timed && el("td", { class: `when ${one.when?.state ?? "unknown"}`, title: one.when?.text ?? null }, one.when ? one.moment : ""),
    el("td", { class: `fix ${one.fix.split(" ")[0]}` }, one.fix),
    owned && el("td", { class: "owner" }, one.owners.map((at) => el("span", {}, data.owners[at]))));
  const lines = [line];
  if (open) { line.classList.add("opened"); lines.push(detailRow(one)); }
  return lines;
}

// A narrow window hides columns; a cell across all of them must not bring them back.
const visibleColumns = () => [...$("#head").children].filter((cell) => cell.offsetWidth > 0).length;
const detailRow = (one) => el("tr", { class: "detail-row" }, el("td", { colspan: visibleColumns() }, detail(one)));

function fitDetails() {
  for (const cell of document.querySelectorAll(".detail-row > td")) cell.colSpan = visibleColumns();
}

function flip(line, one) {
  const opened = line.classList.toggle("opened");
  line.querySelector(".open").setAttribute("aria-expanded", String(opened));
  if (opened) line.after(detailRow(one));
  else line.nextElementSibling.remove();
  state.at = opened ? one.fingerprint ?? "" : "";
  writeAddress(false);
}

function rowKey(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step) return;
  moveRow(step);
  event.preventDefault();
  event.stopPropagation();
}

function moveRow(step) {
  const buttons = [...$("#rows").querySelectorAll(".open")];
  const at = buttons.indexOf(document.activeElement);
  if (step > 0 && at === buttons.length - 1) { drawMore(); return void (listed.length > buttons.length && moveRow(step)); }
  const next = buttons[at < 0 ? 0 : Math.max(0, at + step)];
  if (!next) return;
  for (const button of buttons) button.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function drawMore(count = CHUNK) {
  const lines = listed.slice(drawn, drawn + count).flatMap(row);
  drawn = Math.min(listed.length, drawn + count);
  $("#rows").append(...lines);
  const more = $("#more");
  more.hidden = drawn >= listed.length;
  more.textContent = more.hidden ? "" : `${number(listed.length - drawn)} more below`;
  nearEnd.unobserve(more);
  nearEnd.observe(more);
}

function drawTable({ shown }) {
  keepingFocus($("#head"), drawHead);
  listed = shown;
  drawn = 0;
  $("#rows").replaceChildren();
  const at = state.at ? shown.findIndex((one) => one.fingerprint === state.at) : -1;
  drawMore(Math.max(CHUNK, at + 10));
  const first = $("#rows .open");
  if (first) first.tabIndex = 0;
  else $("#rows").append(el("tr", {}, el("td", { class: "notice", colspan: visibleColumns() }, "No findings match the filters. ",
    el("button", { type: "button", class: "text", onclick: clearAll }, "Clear all filters"))));
}

