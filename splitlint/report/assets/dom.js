// Elements from plain values. Strings become text nodes, so nothing here can turn data into markup.
const $ = (selector) => document.querySelector(selector);

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const el = (tag, properties = {}, ...children) => fill(document.createElement(tag), properties, children);
const svg = (tag, properties = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);

const number = (n) => n.toLocaleString("en");
const plural = (n, word) => `${number(n)} ${word}${n === 1 ? "" : "s"}`;

const SAFE_LINK = /^https?:\/\//;
const link = (url, ...children) =>
  SAFE_LINK.test(url) ? el("a", { href: url, rel: "noreferrer" }, ...children) : el("span", {}, ...children);

// Inline Markdown: `code`, **strong**, *emphasis*, [text](url). Everything else is text.
const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|(?<![\w*.])\*[A-Za-z](?:[^*]*[A-Za-z])?\*(?![\w*.])|\[[^\]]+\]\([^)\s]+\))/;
function inline(text) {
  return text.split(INLINE).map((part) => {
    if (/^`.+`$/s.test(part)) return el("code", {}, part.slice(1, -1));
    if (/^\*\*.+\*\*$/s.test(part)) return el("strong", {}, inline(part.slice(2, -2)));
    if (/^\*[A-Za-z].*\*$/s.test(part)) return el("em", {}, part.slice(1, -1));
    const anchor = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
    return anchor ? link(anchor[2], inline(anchor[1])) : part;
  });
}

// Block Markdown as rule pages use it: fences, headings, lists, paragraphs.
function prose(markdown) {
  const fences = markdown.split(/^```[^\n]*\n([\s\S]*?)^```[ \t]*$/m);
  return fences.flatMap((part, at) => {
    if (at % 2) return [el("pre", {}, el("code", {}, part.replace(/\n$/, "")))];
    return part.split(/\n\s*\n/).filter((block) => block.trim()).map((block) => {
      const lines = block.trim().split("\n");
      if (/^#+ /.test(lines[0])) return el("p", { class: "heading" }, inline(lines.join(" ").replace(/^#+ /, "")));
      if (lines.every((line) => /^([-*] |\s)/.test(line))) {
        const items = block.trim().split(/\n(?=[-*] )/).map((item) => item.replace(/^[-*] /, ""));
        return el("ul", {}, items.map((item) => el("li", {}, inline(item))));
      }
      return el("p", {}, inline(lines.join(" ")));
    });
  });
}
