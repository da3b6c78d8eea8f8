// Editions of the book: the switch between them; on an older one what it says otherwise today, and
// why; on the current one the history of its results, and what moved since the reader's last visit.
// Nothing is sent: what was read is kept in the reader's browser.
"use strict";
(() => {
  const own = document.currentScript.src;
  const site = own.slice(0, own.lastIndexOf("_static/"));
  const inside = site.match(/^(.*\/)v\/\d+\.\d+\.\d+\/$/);
  const top = inside ? inside[1] : site;
  const page = location.href.split(/[?#]/)[0].slice(site.length) || "index.html";

  const load = (address, name) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window[name]);
    script.onerror = () => reject(new Error(address));
    document.head.append(script);
  });
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const capital = text => text.slice(0, 1).toUpperCase() + text.slice(1);

  // ---- what moved a conclusion between two editions --------------------------------------------
  const movesSince = (log, entry) => log.filter(one => one.entry > entry)
    .flatMap(one => one.moves.map(move => ({ ...move, why: one.why, tables: one.tables })))
    .filter(move => move.kind !== "none");
  const reasons = moves => moves.length
    ? moves.map(move => `${capital(move.cause)}: ${move.why}${move.because ? ` Responsible: ${move.because}.` : ""}`).join(" ")
    : "The log does not say why.";
  const causes = moves => [...new Set(moves.map(move => move.cause))].join(", ") || "not logged";

  // ---- the switch ------------------------------------------------------------------------------
  const offer = known => {
    const all = [known.current, ...known.editions];
    const here = inside ? all.find(one => site === `${top}${one.path}`) : known.current;
    for (const place of document.querySelectorAll(".editions-switch")) {
      place.querySelector("a").href = `${top}v/index.html`;
      if (!known.editions.length) continue;
      place.append(element("ul", {}, ...all.map(one => {
        const there = one.pages.includes(page) ? page : "index.html";
        const link = element("a", { href: `${top}${one.path}${there}` },
          one.path ? `Version ${one.version}` : `Current: ${one.version}`);
        if (one === here) link.setAttribute("aria-current", "true");
        return element("li", {}, link);
      })));
    }
  };

  // ---- an older edition ------------------------------------------------------------------------
  const now = () => location.protocol === "file:"
    ? load(`${top}v/now.js`, "bookNow")
    : fetch(`${top}data/edition.json`)
      .then(answer => answer.ok ? answer.json() : Promise.reject(new Error(answer.status)))
      .catch(() => load(`${top}v/now.js`, "bookNow"));

  // What a caption says, without the links and notes that stand in it.
  const named = caption => {
    const copy = caption.cloneNode(true);
    copy.querySelectorAll(".headerlink, .cite, .became").forEach(one => one.remove());
    return copy.textContent.trim();
  };

  const became = (then, today, known) => {
    const moves = movesSince(today.log, then.entry);
    const said = [];
    const note = (target, words, item) => {
      said.push(item);
      const link = element("a", { href: `#became-${said.length}` }, words);
      target.append(element("small", { class: "became" }, " [", link, "]"));
    };
    const seen = new Set();
    for (const shown of document.querySelectorAll("article [data-conclusion]")) {
      const key = shown.dataset.conclusion;
      const [a, b] = [then.conclusions[key], today.conclusions[key]];
      if (!a || (b && a.shown === b.shown)) continue;
      const why = moves.filter(move => `${move.kind}:${move.id}` === key);
      const nowSaid = b ? b.shown : "not said any more";
      const words = `${nowSaid} today: ${causes(why)}`;
      const place = shown.tagName === "TR" ? shown.cells[1] ?? shown.cells[0] : null;
      const target = place ?? element("span");
      if (!place) shown.after(target);
      if (seen.has(key)) {
        target.append(element("small", { class: "became" }, ` [${words}]`));
        continue;
      }
      seen.add(key);
      note(target, words, `${a.title}: ${a.shown} then, ${nowSaid} today. ${reasons(why)}`);
    }
    const docname = page.replace(/\.html$/, "");
    for (const [name, [digest, tables]] of Object.entries(then.parts)) {
      const [of, id] = name.split("#");
      if (of !== docname || today.parts[name]?.[0] === digest) continue;
      const place = document.getElementById(id);
      // A figure has a table of its numbers, with a caption too.
      const caption = place?.querySelector("figcaption") ?? place?.querySelector("caption");
      if (!caption) continue;
      const read = text => text.split("; ").some(one => tables.includes(one.split(":")[0]));
      const why = moves.filter(move => move.cause === "method" || read(move.tables));
      const told = [...new Map(why.map(move => [move.cause + move.tables + move.why, move])).values()];
      const gone = !(name in today.parts);
      const words = gone ? "not there today" : `other numbers today: ${causes(told)}`;
      note(caption, words, `${named(caption)} ${gone ? "Not in the current edition." : "Other numbers today."} ${
        told.map(move => `${capital(move.cause)}: ${move.tables}. ${move.why}${move.because ? ` Responsible: ${move.because}.` : ""}`).join(" ") || "The log does not say why."}`);
    }
    const there = known.current.pages.includes(page) ? page : "index.html";
    const link = element("a", { href: top + there }, `the current one, ${today.version} of ${today.date}`);
    const box = element("aside", { class: "edition-note", "aria-label": "About this edition" },
      element("p", {}, `This is version ${then.version} of ${then.date}, as it was. There is `, link, ". ",
        said.length ? `Said otherwise there, of what is on this page: ${said.length}.`
          : "Nothing that the book keeps count of is said otherwise there, of what is on this page."));
    if (said.length) {
      box.append(element("ul", {}, ...said.map((text, index) =>
        element("li", { id: `became-${index + 1}` }, text))));
    }
    document.querySelector("article")?.prepend(box);
  };

  // ---- the current edition ---------------------------------------------------------------------
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = (points) => {
    const [step, height, edge] = [14, 16, 4];
    const width = 2 * edge + step * (points.length - 1);
    const values = points.map(point => point.best);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = index => edge + step * index;
    const y = value => high > low
      ? height - edge - (value - low) / (high - low) * (height - 2 * edge) : height / 2;
    const svg = document.createElementNS(SVG, "svg");
    const put = (tag, attributes) => {
      const made = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      svg.append(made);
      return made;
    };
    const words = points.map(point => `version ${point.version}: ${point.shown}`).join("; ");
    const given = { class: "result-history", role: "img", width, height,
      viewBox: `0 0 ${width} ${height}`, "aria-label": `History: ${words}` };
    for (const [name, value] of Object.entries(given)) svg.setAttribute(name, value);
    put("title", {}).textContent = `History: ${words}`;
    put("polyline", { points: points.map((point, index) => `${x(index)},${y(point.best)}`).join(" ") });
    points.forEach((point, index) => put("circle", { cx: x(index), cy: y(point.best), r: 2.2 }));
    return svg;
  };

  const history = known => {
    const all = [...known.editions].reverse();
    if (all.at(-1)?.version !== known.current.version) all.push(known.current);
    const seen = new Set();
    for (const shown of document.querySelectorAll("article [data-conclusion^='result:']")) {
      const key = shown.dataset.conclusion;
      const points = all.filter(one => Number.isFinite(one.results[key]?.best))
        .map(one => ({ version: one.version, ...one.results[key] }));
      if (seen.has(key) || points.length < 2) continue;
      seen.add(key);
      shown.after(" ", drawn(points));
    }
  };

  const since = async known => {
    const { version, date, entry, book } = known.current;
    const name = `read: ${book}`;
    const keep = () => {
      try { localStorage.setItem(name, JSON.stringify({ version, date, entry })); } catch {}
    };
    let before = null;
    try { before = JSON.parse(localStorage.getItem(name)); } catch {}
    if (!before || before.version === version) return keep();
    const today = await load(`${site}data/edition.js`, "bookEdition");
    const moves = movesSince(today.log, before.entry);
    if (!moves.length) return keep();
    const button = element("button", { type: "button" }, "I have seen it");
    const box = element("aside", { class: "edition-note since", "aria-label": "Since you last read" },
      element("details", {},
        element("summary", {}, `Since you read version ${before.version} of ${before.date}, ${
          moves.length} conclusion${moves.length === 1 ? " has" : "s have"} moved.`),
        element("ul", {}, ...moves.map(move => element("li", {},
          `${move.title || move.id}: ${move.before || "nothing"} then, ${move.after || "nothing"} now. ${reasons([move])}`)))),
      button);
    button.addEventListener("click", () => { keep(); box.remove(); });
    document.querySelector("article")?.prepend(box);
  };

  const start = async () => {
    const known = await load(`${top}v/editions.js`, "bookEditions");
    offer(known);
    if (inside) {
      const [then, today] = await Promise.all([load(`${site}data/edition.js`, "bookEdition"), now()]);
      became(then, today, known);
    } else {
      history(known);
      await since(known);
    }
    document.documentElement.dataset.editions = "ready";
  };
  // Where an edition stands alone there are no others, and a page does without.
  start().catch(() => {});
})();
