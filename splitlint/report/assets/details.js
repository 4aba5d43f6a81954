// One finding in full: its source, why splitlint says so, what to write instead.

// As `anchor` in report/info.py.
function anchored(there, from, to) {
  if (to === from || there.includes("/item/")) return `${there}#L${from}`;
  return `${there}#L${from}-${there.includes("/-/blob/") ? "" : "L"}${to}`;
}

function permalink(path, from, to) {
  const odd = data.addresses[path];
  if (odd !== undefined) return odd && anchored(odd, from, to);
  const [start, base] = data.permalinks.find(([start]) => path.startsWith(start)) ?? ["", ""];
  const rest = path.slice(start.length).replace(/^\.\//, "").split("/").map(encodeURIComponent).join("/");
  return base && anchored(`${base}/${rest}`, from, to);
}

function located(path, from, to = from) {
  const text = `${path}:${from}`;
  const address = permalink(path, from, to);
  return el("code", { class: "place" }, address ? link(address, text) : text);
}

// The columns of a line that belong to the finding, from inclusive, to exclusive, in characters (not UTF-16 units).
function underlined(one, line, characters) {
  const [fromLine, fromColumn, toLine, toColumn] = one.at;
  if (line < fromLine || line > toLine) return [0, 0];
  const indent = characters.findIndex((character) => character.trim() !== "");
  const from = line === fromLine ? fromColumn - 1 : Math.max(0, indent);
  const to = line === toLine ? toColumn - 1 : characters.length;
  return to > from ? [from, to] : line === fromLine ? [from, from + 1] : [0, 0];
}

function sourceBlock(one) {
  const [first, ...lines] = one.excerpt;
  return el("pre", { class: "source", tabindex: "0", "aria-label": "Source" }, lines.map((text, at) => {
    const line = first + at;
    const characters = [...text];
    const [from, to] = underlined(one, line, characters);
    const cut = (a, b) => characters.slice(a, b).join("");
    return el("span", { class: to > from ? "line hit" : "line" },
      el("span", { class: "gutter", "aria-hidden": "true" }, String(line)),
      el("span", { class: "text" }, to > from
        ? [cut(0, from), el("mark", { class: SEVERITIES[one.severity] }, cut(from, to) || " "), cut(to)]
        : text || " "));
  }));
}

// Only the middle of a changed line is marked, where one old line stands against one new line.
function middle(a, b) {
  const room = Math.min(a.length, b.length);
  let head = 0;
  while (head < room && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < room - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return [head, tail];
}

function diffBlock(hunk, showPath) {
  const old = hunk.rows.filter((row) => row[0] === "-").map((row) => row.slice(1));
  const now = hunk.rows.filter((row) => row[0] === "+").map((row) => row.slice(1));
  let line = hunk.line;
  const seen = { "-": 0, "+": 0 };
  const rows = hunk.rows.map((row) => {
    const [mark, text] = [row[0], row.slice(1)];
    const label = mark === "+" ? "" : String(line);
    if (mark !== "+") line += 1;
    let body = [text || " "];
    if (mark !== " " && old.length === now.length) {
      const at = seen[mark]++;
      const [head, tail] = middle(old[at], now[at]);
      body = [text.slice(0, head), el("b", {}, text.slice(head, text.length - tail)), text.slice(text.length - tail)];
    }
    return el("span", { class: `line ${{ "-": "del", "+": "add", " ": "same" }[mark]}` },
      el("span", { class: "gutter", "aria-hidden": "true" }, label), el("span", { class: "sigil" }, mark), el("span", { class: "text" }, body));
  });
  return [showPath && el("p", { class: "file" }, el("code", {}, hunk.path)),
    el("pre", { class: "source diff", tabindex: "0", "aria-label": "Change" }, rows)];
}

function fixBlock(one, fix) {
  const advice = fix.hunks.length ? null
    : fix.edits ? el("p", { class: "faint" }, "See the change with ", el("code", {}, "splitlint check --diff"), ".") : null;
  return el("section", { class: "fix" },
    el("h3", {}, el("span", { class: `badge ${["manual", "unsafe", "safe"][fix.safety]}` }, SAFETIES[fix.safety]), inline(fix.title)),
    fix.hunks.map((hunk) => diffBlock(hunk, hunk.path !== one.path || fix.hunks.length > 1)), advice);
}

const part = (title, ...children) => el("section", {}, el("h3", {}, title), ...children);

function copyButton(text) {
  const button = el("button", { type: "button", class: "text", onclick: async () => {
    try { await navigator.clipboard.writeText(text); button.textContent = "copied"; } catch { button.textContent = text; }
  } }, "copy place");
  return button;
}

function detail(one) {
  const rule = data.rules[one.rule];
  const help = one.help ? data.helps[one.help] : "";
  const owners = one.owners.map((at) => data.owners[at]).join(" ");
  return el("div", { class: "detail" },
    el("div", { class: "evidence" },
      el("p", { class: "where" }, located(one.path, one.at[0], one.at[2]), copyButton(`${one.path}:${one.at[0]}:${one.at[1]}`)),
      one.excerpt ? sourceBlock(one) : null,
      (one.fixes ?? EMPTY).map((fix) => fixBlock(one, fix))),
    el("div", { class: "words" },
      one.impact.length > 0 && part("How it fails", one.consequence ? el("p", {}, inline(one.consequence)) : null, el("ul", {}, one.impact.map((at) =>
        el("li", {}, data.impacts[at].words, data.impacts[at].silent ? el("span", { class: "silent" }, "silent") : null)))),
      one.when && part("When it breaks", el("p", {}, inline(one.when.text))),
      help && part("What to write instead", ...prose(help)),
      one.reasons && part("Why splitlint thinks so", el("ol", {}, one.reasons.map((reason) => el("li", {}, inline(reason))))),
      one.related && part("Related places", el("ul", {}, one.related.map(([path, line, message]) =>
        el("li", {}, located(path, line), " ", inline(message))))),
      part("Rule", el("p", {}, rule.url ? link(one.url || rule.url, rule.name) : rule.name, " ", el("span", { class: "faint" }, inline(rule.title))),
        rule.help && el("details", {}, el("summary", {}, "Explain"), prose(rule.help.replace(/^# .*\n/, "")))),
      el("p", { class: "faint" }, `${CONFIDENCES[one.confidence]} confidence${owners ? `, owned by ${owners}` : ""}`)));
}
