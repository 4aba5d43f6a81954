// Puts the parts together and listens to the keyboard.
function update(step = false) {
  writeAddress(step);
  const selection = select();
  drawFacets(selection);
  drawMap(selection);
  drawChips(selection);
  drawTable(selection);
}

function walk(folder) {
  state.folder = folder;
  state.at = "";
  update(true);
}

function search(query) {
  $("#search").value = query;
  state.query = query;
  update();
}

function clearAll() {
  for (const { key } of FACETS) state.chosen[key].clear();
  state.folder = "";
  state.at = "";
  search("");
}

const THEMES = ["auto", "light", "dark"];
function remembered(theme) {
  try {
    if (theme) localStorage.setItem("splitlint-theme", theme);
    return localStorage.getItem("splitlint-theme") ?? "auto";
  } catch { return theme ?? "auto"; }
}

function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("#theme-button").textContent = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" }[theme];
  $("#theme-button").dataset.now = theme;
}

const nextTheme = () => setTheme(remembered(THEMES[(THEMES.indexOf($("#theme-button").dataset.now) + 1) % 3]));

function onKey(event) {
  const typing = event.target.matches("input");
  if (event.key === "Escape" && !$("#keys").open) {
    if (state.query) search("");
    else if (!typing) clearAll();
    if (typing) event.target.blur();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = {
    "/": () => $("#search").focus(),
    "?": () => $("#keys").showModal(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    t: nextTheme,
    u: () => walk(parent(state.folder)),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

setTheme(remembered());
$("#theme-button").addEventListener("click", nextTheme);
if (findings.length) {
  $("#work").hidden = false;
  readAddress();
  $("#search").value = state.query;
  update();
  drawTrend();
  let typed;
  $("#search").addEventListener("input", (event) => {
    clearTimeout(typed);
    typed = setTimeout(() => { state.query = event.target.value.trim(); update(); }, 80);
  });
  $("#keys-button").addEventListener("click", () => $("#keys").showModal());
  document.addEventListener("keydown", onKey);
  addEventListener("popstate", () => { readAddress(); $("#search").value = state.query; update(); });
  addEventListener("hashchange", () => { readAddress(); $("#search").value = state.query; update(); });
  addEventListener("beforeprint", () => drawMore(500));
  new ResizeObserver(() => { drawMap(select()); fitDetails(); }).observe($("#map"));
  if (state.at) $(".opened")?.scrollIntoView({ block: "center" });
} else {
  $("#keys-button").hidden = true;
  drawTrend();
}
performance.mark("drawn");
