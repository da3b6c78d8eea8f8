// The search: places that hold what was asked for, as one types, with a library and one list.
// It is loaded once somebody asks (frame.js) or with the page of what was found.
{
  const root = new URL("../", document.currentScript.src).href;
  const { pages, kinds, alike, entries } = window.bookSearch;
  const plain = text => text.toLowerCase().replace(/[’']s\b/g, "").replace(/\bfigs?\.?\s*(?=\d)/g, "figure ")
    .replace(/\beqs?\.?\s*(?=\d)/g, "equation ").replace(/(?:§|\bsec\.?)\s*(?=\d)/g, "section ");
  // 3.3 is a word, so is GPT-4; the latter's parts are as well.
  const tokenize = text => (plain(text).match(/[\p{L}\p{N}]+(?:[.,-][\p{L}\p{N}]+)*/gu) ?? [])
    .flatMap(word => word.includes("-") ? [word.replaceAll("-", ""), ...word.split("-")] : [word]);
  const asked = text => (plain(text).match(/[\p{L}\p{N}]+(?:[.,][\p{L}\p{N}]+)*/gu) ?? []);

  const engine = new MiniSearch({
    idField: "id",
    fields: ["number", "title", "text"],
    tokenize,
    searchOptions: {
      tokenize: asked,
      boost: { number: 6, title: 4 },
      prefix: (term, i, terms) => i === terms.length - 1 && term.length > 1 || term.length > 4,
      fuzzy: term => term.length > 4 && !/\d/.test(term) ? 0.2 : 0,
      maxFuzzy: 2,
      weights: { prefix: 0.5, fuzzy: 0.25 },
    },
  });
  engine.addAll(entries.map(([, , , number, title, text], id) => ({ id, number, title, text })));

  // What a reader looks for first where several parts say the same.
  const worth = { page: 2, term: 2, section: 1.6, figure: 1.4, table: 1.2, reference: 0.7 };
  const worthOf = (kind, number) =>
    // Pages to look things up in have no numbers, and lists of all that there is.
    kind === "section" && !number ? 0.4 : worth[kind] ?? 1;

  const query = text => {
    let rest = ` ${asked(text).join(" ")} `;
    const parts = [];
    for (const phrase of Object.keys(alike).sort((a, b) => b.length - a.length)) {
      if (!rest.includes(` ${phrase} `)) continue;
      rest = rest.replace(` ${phrase} `, " ");
      const queries = [phrase, ...alike[phrase]].map(words => ({ combineWith: "AND", queries: [words] }));
      parts.push({ combineWith: "OR", queries });
    }
    if (rest.trim()) parts.push(rest.trim());
    return parts;
  };

  const find = text => {
    const queries = query(text);
    if (!queries.length) return [];
    let hits = engine.search({ combineWith: "AND", queries });
    if (!hits.length) hits = engine.search({ combineWith: "OR", queries: asked(text) });
    const whole = asked(text).join(" ");
    const one = words => words.replace(/(?<=\p{L}{3})s\b/gu, "");
    const said = [whole, ...(alike[whole] ?? [])].map(one);
    for (const hit of hits) {
      const [kind, , , number, title, body] = entries[hit.id];
      const named = asked(title).join(" ");
      hit.score *= worthOf(kinds[kind], number);
      if (asked(number).join(" ") === whole) hit.score *= 50;
      if (said.includes(one(named))) hit.score *= 6;
      else if (` ${named} `.includes(` ${whole} `)) hit.score *= 2;
      else if (whole.includes(" ") && asked(body).join(" ").includes(whole)) hit.score *= 2;
    }
    return hits.sort((a, b) => b.score - a.score || a.id - b.id);
  };

  // ---- what is shown of a find

  const element = (name, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };

  const marked = (text, terms) => {
    const safe = terms.map(term => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pieces = safe.length ? text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${safe.join("|")})`, "giu")) : [text];
    return pieces.map((piece, i) => i % 2 ? element("mark", {}, piece) : piece);
  };

  const excerpt = (text, terms, length) => {
    const low = text.toLowerCase();
    const first = Math.min(...terms.map(term => low.indexOf(term)).filter(i => i >= 0), Infinity);
    let from = Number.isFinite(first) ? Math.max(0, first - length / 3) : 0;
    if (from) from = text.indexOf(" ", from) + 1;
    const cut = text.slice(from, from + length);
    return (from ? "… " : "") + (from + length < text.length ? `${cut.replace(/\s\S*$/, "")} …` : cut);
  };

  const shown = (hit, length) => {
    const [kind, page, anchor, number, title, text] = entries[hit.id];
    const [path, called] = pages[page];
    const terms = [...new Set(hit.terms)];
    const named = kinds[kind] === "reference" ? "source" : kinds[kind];
    const where = [number || named, kinds[kind] === "page" ? "" : called].filter(Boolean).join(", ");
    return element("a", { href: `${root}${path}.html${anchor ? `#${anchor}` : ""}` },
      element("span", { className: "find-title" }, ...marked(title || number, terms)), " ",
      element("span", { className: "find-where" }, where), " ",
      element("span", { className: "find-text" }, ...marked(excerpt(text, terms, length), terms)));
  };

  const counted = hits => hits.length === 1 ? "1 place" : `${hits.length || "No"} places`;

  // ---- the page of all that was found

  const list = document.querySelector("#search-results");
  if (list) {
    const box = document.querySelector(".prose .search-box input");
    const count = document.querySelector(".search-count");
    const show = () => {
      const hits = find(box.value);
      count.textContent = box.value.trim() ? `${counted(hits)} for “${box.value.trim()}”` : "";
      list.replaceChildren(...hits.slice(0, 60).map(hit => element("li", {}, shown(hit, 260))));
    };
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    box.addEventListener("input", () => {
      const now = new URL(location);
      now.searchParams.set("q", box.value);
      // A page from a disk may not be renamed.
      try { history.replaceState(null, "", now); } catch {}
      show();
    });
    box.form.addEventListener("submit", event => event.preventDefault());
    show();
    if (!box.value) box.focus();
  }

  // ---- at once, beneath the box at the head of every page

  for (const box of document.querySelectorAll(".top .search-box input")) {
    const panel = element("div", { className: "finds", hidden: true });
    const options = element("div", { id: "finds", role: "listbox", ariaLabel: "Found" });
    const said = element("p", { className: "spoken", role: "status" });
    panel.append(options, said);
    box.after(panel);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", "finds");
    let at = -1;

    const close = () => {
      panel.hidden = true;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
      at = -1;
    };
    const choose = to => {
      const all = [...options.children];
      all[at]?.setAttribute("aria-selected", "false");
      at = (to + all.length + 1) % (all.length + 1);
      if (at === all.length) at = -1;
      all[at]?.setAttribute("aria-selected", "true");
      all[at]?.scrollIntoView({ block: "nearest" });
      if (at < 0) box.removeAttribute("aria-activedescendant");
      else box.setAttribute("aria-activedescendant", all[at].id);
    };
    const show = () => {
      if (!box.value.trim()) return close();
      const hits = find(box.value);
      const made = hits.slice(0, 8).map(hit => shown(hit, 110));
      if (hits.length > made.length) {
        const q = encodeURIComponent(box.value.trim());
        made.push(element("a", { href: `${box.form.action}?q=${q}`, className: "finds-all" }, `All ${hits.length} places`));
      }
      made.forEach((link, i) => {
        Object.assign(link, { id: `find-${i}`, role: "option", tabIndex: -1 });
        link.setAttribute("aria-selected", "false");
      });
      options.replaceChildren(...made);
      said.textContent = counted(hits);
      at = -1;
      box.removeAttribute("aria-activedescendant");
      panel.hidden = !made.length;
      box.setAttribute("aria-expanded", String(Boolean(made.length)));
    };

    box.addEventListener("input", show);
    box.addEventListener("focus", show);
    box.addEventListener("keydown", event => {
      if (event.key === "Escape") close();
      if (panel.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(at < 0 && event.key === "ArrowUp" ? options.children.length - 1 : at + (event.key === "ArrowDown" ? 1 : -1));
      }
      if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        options.children[at].click();
        close();
      }
    });
    // A click on what was found takes the focus first.
    box.form.addEventListener("focusout", event => {
      if (!box.form.contains(event.relatedTarget)) close();
    });
    panel.addEventListener("mousedown", event => event.preventDefault());
    panel.addEventListener("click", close);
    if (document.activeElement === box) show();
  }

  // For tests, and for whoever is curious in the console.
  window.bookFind = text => find(text).map(hit => {
    const [kind, page, anchor, number] = entries[hit.id];
    return { kind: kinds[kind], number, address: `${pages[page][0]}.html${anchor ? `#${anchor}` : ""}`, score: hit.score };
  });
}
