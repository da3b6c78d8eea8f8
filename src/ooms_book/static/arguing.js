/* What a page to argue with does beside answering: a change taken apart, and a file. These are methods
   of the page (argument.js). */
"use strict";
window.bookArguing = (() => {
  const { change, changed, fill, make, number, range, shapley } = bookTelling;

  return {
    close() {
      this.find(".argument-parts")?.remove();
      for (const button of this.element.querySelectorAll(".argument-why")) {
        button.setAttribute("aria-expanded", "false");
      }
      this.open = null;
    },

    explain(id, toggles = false) {
      if (toggles && this.open === id) this.close();
      else for (const step of this.explaining(id)) void step;
    },

    /* Take the change of a result apart by input, from the book, or from the view beside it. */
    *explaining(id, still = () => true) {
      const number = this.results.findIndex((result) => result.id === id);
      const result = this.results[number];
      const { mine, other } = this.shown;
      const before = other ?? new Map();
      const read = new Set(this.weighing.reads(number));
      const own = (place) => this.inputs[place].values;
      const parts = [...new Set([...mine.keys(), ...before.keys()])].filter(
        (place) =>
          read.has(place) &&
          String(mine.get(place) ?? own(place)) !== String(before.get(place) ?? own(place)),
      );
      // Between two views all mixtures of them are asked for; where too few draws carry one, both are
      // taken apart from the book instead, with what they hold alike, and the parts are the differences.
      let taken = yield* this.apart(number, before, mine, parts);
      const direct = !taken.few || !before.size;
      if (!direct) {
        const alike = new Map([...mine].filter(([place]) => !parts.includes(place)));
        const one = yield* this.apart(number, alike, mine, parts);
        const two = yield* this.apart(number, alike, before, parts);
        taken = {
          few: one.few || two.few,
          within: one.within + two.within,
          shares: one.shares.map((share, bit) => share - two.shares[bit]),
          total: one.total - two.total,
        };
      }
      const { few, shares, total, within } = taken;
      const listed = parts
        .map((place, bit) => ({ place, by: shares[bit] }))
        .sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
      const list = make(
        "ul",
        { "data-within": within },
        ...listed.map(({ place, by }) =>
          make("li", { textContent: `${this.inputs[place].title}: ${changed(result, by)}` }),
        ),
      );
      const from = other ? "the other view" : "the book";
      const cell = make(
        "td",
        { colSpan: 4 },
        make("p", {
          textContent: parts.length
            ? `From ${from}, ${changed(result, total)} in the median; of which by each input (Shapley values, which add up):`
            : "Nothing that this result reads parts the two.",
        }),
        list,
      );
      const by = changed(result, within);
      const near = result.scale === "log" ? `a factor of ${by.replace(/\s×$/, "")}` : by.replace(/^\+/, "");
      const notes = [
        direct ? "" : "Each view was taken apart from the book, and the parts are the differences.",
        within ? `The medians that this compares are each known to within ${near}.` : "",
        few ? `Some steps in between lie outside what was drawn: these parts are rough, and “ooms diff” has them exactly.` : "",
      ];
      if (notes.some(Boolean)) cell.append(make("p", { textContent: notes.join(" ").trim() }));
      if (!still()) return;
      this.close();
      this.open = id;
      const row = this.rows.get(id);
      row.after(make("tr", { className: "argument-parts" }, cell));
      row.querySelector(".argument-why")?.setAttribute("aria-expanded", "true");
    },

    /* A result's median from one view to another, by input: Shapley values, from the same draws. What
       they ask for is found a median at a time. */
    *apart(number, from, to, parts) {
      const result = this.results[number];
      let few = false;
      let within = 0;
      const median = (set) => {
        const mixed = new Map(from);
        parts.forEach((place, bit) => {
          if (!(set & (1 << bit))) return;
          if (to.has(place)) mixed.set(place, to.get(place));
          else mixed.delete(place);
        });
        const found = this.answer(number, mixed);
        few ||= found.outside;
        const ends = found.errors?.[1];
        if (ends) within = Math.max(within, Math.abs(change(result, ...ends)) || 0);
        return found.values[1] ?? NaN;
      };
      const medians = new Map([[0, 0], [(1 << parts.length) - 1, 0]]);
      shapley((set) => (medians.set(set, 0), 0), parts.length);
      for (const set of medians.keys()) {
        medians.set(set, median(set));
        yield;
      }
      const worth = (set) => change(result, medians.get(0), medians.get(set));
      const shares = shapley(worth, parts.length);
      return { few, shares, within, total: worth((1 << parts.length) - 1) };
    },

    save() {
      const { file } = this.bundle;
      const overrides = this.positions.get(this.from)?.overrides ?? [];
      const mine = this.changes(this.mine);
      const known = new Map(overrides.map((over) => [over.id, over]));
      const entries = new Map();
      for (const over of [...file.also, ...overrides]) {
        entries.set(over.id, { ...over, title: over.title ?? this.inputs[over.input]?.title ?? over.id });
      }
      for (const [place] of this.held) entries.delete(this.inputs[place].id);
      for (const [place, values] of mine) {
        const { id, title } = this.inputs[place];
        const over = known.get(id);
        const same = over && String(over.values) === String(values);
        entries.set(id, same ? { ...over, title } : { id, title, values, reason: file.reason, source: file.source });
      }
      const settings = [...mine]
        .map(([place, values]) => `${this.inputs[place].id} at ${range(values, this.inputs[place].measure)}`)
        .join(", ");
      // A string of JSON is one of TOML too.
      const text =
        fill(file.head, {
          title: JSON.stringify(fill(file.title, { settings })),
          argument: JSON.stringify(fill(file.argument, { settings, address: this.address().href })),
        }) +
        [...entries.values()]
          .map((entry) =>
            fill(entry.values[0] === entry.values[2] ? file.value : file.entry, {
              id: entry.id,
              title: entry.title,
              low: number(entry.values[0]),
              best: number(entry.values[1]),
              high: number(entry.values[2]),
              reason: JSON.stringify(entry.reason),
              source: JSON.stringify(entry.source),
            }),
          )
          .join("");
      const link = make("a", {
        href: URL.createObjectURL(new Blob([text], { type: "application/toml" })),
        download: `${file.name}.toml`,
      });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    },
  };
})();
