"use strict";
// Shows the findings that the filters leave, a part at a time, so that thousands cost no more than a hundred.
(() => {
  const root = document.documentElement;
  window.addEventListener("error", (event) => { root.dataset.error = event.message; });
  const PART = 100;
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = data.findings;
  const at = (id) => document.getElementById(id);
  const list = at("list"), more = at("more"), form = at("filters"), search = at("q");
  const names = ["class", "example", "rule", "package", "owner", "state"];
  const classes = ["manual", "unresolved", "dynamic", "review", "safe"];

  const folder = (path) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".");
  for (const [number, one] of all.entries()) {
    one.number = number;
    one.package = folder(one.path);
    one.example = String(one.example);
    one.owner = one.owner || "(no owner)";
    one.words = [one.path, one.rule, one.message, one.source.join(""), one.owner].join("\n").toLowerCase();
  }

  // The choices of each filter, with how many findings have them.
  const fill = (name) => {
    const counts = new Map();
    for (const one of all) counts.set(one[name], (counts.get(one[name]) || 0) + 1);
    const order = name === "class" ? classes.filter((word) => counts.has(word)) : [...counts.keys()].sort();
    if (name === "example") order.sort((a, b) => (+a || 99) - (+b || 99));
    const select = at(name);
    select.append(new Option("all", ""));
    for (const value of order) {
      const words = name === "example" ? data.examples[value] : value;
      select.append(new Option(`${words} (${counts.get(value)})`, value));
    }
    select.closest("label").hidden = order.length < 2;
  };
  names.forEach(fill);

  const element = (tag, classes, text) => {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  // `code` in a sentence of the tool becomes an element.
  const prose = (tag, sentence) => {
    const made = element(tag);
    sentence.split("`").forEach((part, index) => made.append(index % 2 ? element("code", "", part) : part));
    return made;
  };
  const state = { known: "in the baseline", quiet: "suppressed" };

  const body = (one) => {
    const inside = element("div", "body");
    const source = element("pre");
    source.append(one.source[0], element("mark", "", one.source[1]), one.source[2]);
    inside.append(source);
    if (one.change) {
      const diff = element("pre", "diff");
      for (const line of one.change) {
        const kind = { "+": "add", "-": "del" }[line[0]] || "at";
        diff.append(element("span", kind, kind === "at" ? line.slice(2) : line));
      }
      inside.append(diff);
    }
    const facts = element("dl");
    const fact = (name, ...values) => {
      if (!values.length || !values[0]) return;
      facts.append(element("dt", "", name));
      for (const value of values) facts.append(prose("dd", value));
    };
    fact("Next", one.advice);
    fact("Why", data.rules[one.rule] && data.rules[one.rule].why);
    fact("Evidence", ...(one.evidence || []));
    fact("Plan", ...(one.plan || []));
    fact("Quiet", one.quiet);
    fact("Effort", one.effort[0] === one.effort[1] ? `${one.effort[0]} min` : `${one.effort[0]} to ${one.effort[1]} min`);
    fact("Verdict", one.verdict || (one.change ? "The rule is proven on its samples; this site was not run." : ""));
    if (one.elsewhere) fact("Elsewhere", `${one.elsewhere} more edits in other files`);
    inside.append(facts);
    if (one.suggestion) inside.append(element("pre", "", one.suggestion));
    return inside;
  };

  const item = (one) => {
    const made = element("details", `finding ${one.class}`);
    made.id = `f-${one.id}`;
    const head = element("summary");
    head.append(element("span", `badge ${one.class}`, one.class), element("span", "path", `${one.path}:${one.line}`), element("code", "", one.rule));
    if (one.state !== "due") head.append(element("span", "badge state", state[one.state]));
    if (one.test) head.append(element("span", "badge state", "test"));
    const what = prose("span", one.message);
    what.className = "what";
    head.append(what);
    made.append(head);
    const open = () => { if (made.childElementCount === 1) made.append(body(one)); };
    made.addEventListener("toggle", () => { if (made.open) open(); });
    made.fill = open;
    return made;
  };

  let shown = [], drawn = 0;
  const draw = (until) => {
    const part = document.createDocumentFragment();
    for (; drawn < Math.min(until, shown.length); drawn++) part.append(item(shown[drawn]));
    list.append(part);
    more.textContent = drawn < shown.length ? `${shown.length - drawn} more below` : "";
  };
  const orders = {
    "": (a, b) => a.number - b.number,
    file: (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line),
    effort: (a, b) => b.effort[1] - a.effort[1] || a.number - b.number,
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = names.map((name) => [name, at(name).value]).filter(([, value]) => value);
    shown = all.filter((one) => wanted.every(([name, value]) => one[name] === value) && words.every((word) => one.words.includes(word)));
    shown.sort(orders[at("order").value] || orders[""]);
    list.textContent = "";
    drawn = 0;
    draw(PART);
    at("count").textContent = `${shown.length} of ${all.length} findings` + (data.left ? `; ${data.left} lighter ones are only in the other formats` : "");
    root.dataset.shown = String(shown.length);
  };

  // The filters stand in the address, so that a view can be sent to somebody.
  const fields = [...names, "order", "q"];
  const remember = () => {
    const query = new URLSearchParams(fields.map((name) => [name, at(name).value]).filter(([, value]) => value));
    history.replaceState(null, "", `#${query}`);
  };
  const recall = () => {
    const query = new URLSearchParams(location.hash.slice(1));
    for (const name of fields) at(name).value = query.get(name) || "";
    for (const select of form.querySelectorAll("select")) if (select.selectedIndex < 0) select.value = "";
    filter();
    if (query.has("package")) at("findings-title").scrollIntoView();
  };
  form.addEventListener("input", () => { filter(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { filter(); remember(); }));
  window.addEventListener("hashchange", recall);
  new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) draw(drawn + PART); }, { rootMargin: "800px" }).observe(more);

  // On paper everything that is chosen stands there, opened.
  window.addEventListener("beforeprint", () => {
    draw(shown.length);
    for (const one of list.children) { one.fill(); one.open = true; }
  });

  const themes = ["", "dark", "light"];
  const theme = (name) => { if (name) root.dataset.theme = name; else delete root.dataset.theme; };
  const next = () => {
    const now = themes[(themes.indexOf(root.dataset.theme || "") + 1) % themes.length];
    theme(now);
    try { localStorage.setItem("victor-migrate-theme", now); } catch { /* A file may have no storage. */ }
  };
  try { theme(localStorage.getItem("victor-migrate-theme") || ""); } catch { /* A file may have no storage. */ }
  const asked = new URLSearchParams(location.search).get("theme");
  if (themes.includes(asked)) theme(asked);
  at("theme").addEventListener("click", next);

  const step = (by) => {
    const here = [...list.children].findIndex((one) => one.contains(document.activeElement));
    const there = Math.max(0, here + by);
    if (there >= drawn) draw(drawn + PART);
    const target = list.children[Math.min(there, list.children.length - 1)];
    if (target) target.firstElementChild.focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { form.reset(); search.blur(); return; }
    if (typing) return;
    const keys = { "/": () => search.focus(), j: () => step(1), k: () => step(-1), t: next };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });

  recall();
  root.dataset.ready = "yes";
})();
