/* A page to argue with: any input can be held otherwise, and every result answers. Numbers come from
   draws that are weighed (weighing.js); what they mean is told by the page. What is held is in the
   address: low, best and high by input, from which position, and what stands beside it. */
(() => {
  "use strict";
  const STEPS = 240;
  const { TO, BACK } = bookScales;
  const ENDS = ["Low, 5th percentile", "Best, median", "High, 95th percentile"];

  const { amount, change, changed, grouped, make, range, told, written } = bookTelling;

  class Page {
    constructor(element) {
      this.element = element;
      this.bundle = null;
      this.from = "";
      this.held = new Map();
      this.beside = null;
      this.past = [];
      this.rows = new Map(
        [...element.querySelectorAll("[data-result]")].map((row) => [row.dataset.result, row]),
      );
      this.cards = [...element.querySelectorAll(".argument-input")];
      this.said = this.find(".argument-said");
    }

    find(selector) {
      return this.element.querySelector(selector);
    }

    start() {
      this.find(".argument-tools").hidden = false;
      this.find(".argument-filter").hidden = false;
      const on = (selector, kind, action) =>
        this.find(selector).addEventListener(kind, async (event) => {
          await this.load();
          action.call(this, event);
        });
      on(".argument-from", "change", (event) => this.act(() => this.begin(event.target.value)));
      on(".argument-with", "change", (event) => {
        if (event.target.value !== "mine") {
          this.act(() => (this.beside = this.view(event.target.value)));
        }
      });
      on(".argument-undo", "click", this.undo);
      on(".argument-reset", "click", () =>
        this.act(() => {
          this.begin("");
          this.beside = null;
        }),
      );
      on(".argument-link", "click", this.copy);
      on(".argument-save", "click", this.save);
      on(".argument-theirs", "click", () =>
        this.act(() => (this.beside = { name: "", from: this.from, held: new Map(this.held) })),
      );
      on(".argument-what", "change", () => this.filter());
      for (const card of this.cards) {
        card.addEventListener("toggle", async () => {
          if (!card.open) return;
          await this.load();
          this.sliders(card);
        });
      }
      for (const row of this.rows.values()) {
        row.firstElementChild.after(make("td", { className: "argument-mine" }));
        row.append(make("td", { className: "argument-other", hidden: true }));
      }
      const head = this.find(".argument-table thead tr");
      head.firstElementChild.after(make("th", { scope: "col", textContent: "As you hold it" }));
      head.append(make("th", { scope: "col", className: "argument-other", hidden: true }));
      addEventListener("hashchange", () => this.reveal());
      const query = new URLSearchParams(location.search);
      if ([...query.keys()].some((key) => key === "from" || key === "with" || key.includes("."))) {
        this.load().then(() => {
          this.recall(query);
          this.show();
        });
      } else this.plain();
      this.reveal();
    }

    /* The draws are fetched once a reader holds something, opens an input, or follows a link. */
    load() {
      this.loading ??= bookCharts.content(this.element.dataset.argument).then((bundle) => {
        this.bundle = bundle;
        this.inputs = bundle.inputs;
        this.results = bundle.results;
        this.place = new Map(bundle.inputs.map((input, place) => [input.id, place]));
        this.positions = new Map(bundle.positions.map((position) => [position.name, position]));
        this.weighing = bookWeighing(bundle);
        this.stated = bundle.positions.map((position) => ({
          changes: this.changes(this.view(position.name)),
          results: position.results,
        }));
        // Ready before the first answer is asked for, a design at a time.
        const next = (number) => {
          if (number === this.weighing.designs.length) return;
          this.weighing.designs[number].prepare();
          setTimeout(next, 0, number + 1);
        };
        setTimeout(next, 0, 0);
      });
      return this.loading;
    }

    /* ---- what is held ---- */

    /* A view by name: a shipped position, or the book. */
    view(name) {
      return name ? { name, from: name, held: new Map() } : null;
    }

    /* Everything that a view holds otherwise than the book: low, best and high by input. */
    changes(view) {
      const found = new Map();
      for (const over of this.positions.get(view.from)?.overrides ?? []) {
        if (over.input >= 0) found.set(over.input, over.values);
      }
      for (const [place, values] of view.held) found.set(place, values);
      for (const [place, values] of found) {
        if (String(values) === String(this.inputs[place].values)) found.delete(place);
      }
      return found;
    }

    get mine() {
      return { name: "", from: this.from, held: this.held };
    }

    begin(name) {
      this.from = this.positions.has(name) ? name : "";
      this.held = new Map();
    }

    act(change) {
      this.past.push([this.from, new Map(this.held), this.beside]);
      change();
      this.show();
    }

    undo() {
      if (!this.past.length) return;
      [this.from, this.held, this.beside] = this.past.pop();
      this.show();
    }

    /* Sliders of one input, made when it is opened. */
    sliders(card) {
      const place = Number(card.dataset.input);
      const box = card.querySelector(".argument-sliders");
      if (box.childElementCount) return this.paint(card);
      const input = this.inputs[place];
      const marks = make("div", { className: "argument-axis", "aria-hidden": "true" });
      box.append(marks);
      const mark = (name, values) => {
        const [low, best, high] = values.map((value) => (100 * this.along(input, value)) / STEPS);
        const line = make("span", { className: "argument-mark", title: name });
        line.style.cssText = `--from:${low}%;--to:${high}%;--at:${best}%`;
        marks.append(line);
        return line;
      };
      mark("The book", input.values).classList.add("argument-mark-book");
      for (const position of this.bundle.positions) {
        const over = position.overrides.find((each) => each.input === place);
        if (over) mark(position.title, over.values);
      }
      ENDS.forEach((label, end) => {
        const slider = make("input", { type: "range", min: 0, max: STEPS, step: 1, autocomplete: "off" });
        const entry = make("input", { type: "text", inputMode: "decimal", size: 9, autocomplete: "off" });
        entry.setAttribute("aria-label", `${label}: ${input.title}`);
        slider.setAttribute("aria-label", `${label}: ${input.title}`);
        slider.addEventListener("input", () => {
          this.move(place, end, this.at(input, Number(slider.value)), slider);
        });
        slider.addEventListener("change", () => (this.moving = null));
        entry.addEventListener("change", () => {
          const value = Number(entry.value.replaceAll(",", "").replace("−", "-"));
          if (Number.isFinite(value) && entry.value.trim()) this.move(place, end, value, entry);
          this.moving = null;
          this.paint(card);
        });
        box.append(
          make("label", { className: "argument-slider" }, make("span", { textContent: label }), slider),
          entry,
        );
      });
      const back = make("button", { type: "button", textContent: "As in the book" });
      back.addEventListener("click", () => this.act(() => this.held.set(place, input.values)));
      const narrow = make("button", { type: "button", textContent: "Hold at its best" });
      narrow.addEventListener("click", () => {
        const [, best] = this.current(place);
        this.act(() => this.held.set(place, this.fit(input, [best, best, best])));
      });
      box.append(
        make("p", { className: "argument-buttons" }, narrow, back),
        make("p", { className: "argument-follows" }),
      );
      this.paint(card);
    }

    current(place) {
      return this.changes(this.mine).get(place) ?? this.inputs[place].values;
    }

    /* Where a value stands on an input's sliders, from 0 to STEPS, and back. */
    along(input, value) {
      const { edges } = input;
      const last = edges[edges.length - 1];
      const part = (TO[input.scale](value) - edges[0]) / (last - edges[0]);
      return STEPS * Math.min(Math.max(part, 0), 1);
    }

    at(input, step) {
      const { edges } = input;
      const value = BACK[input.scale](edges[0] + ((edges[edges.length - 1] - edges[0]) * step) / STEPS);
      return this.rounded(input, value);
    }

    rounded(input, value) {
      const [least, most] = input.bounds;
      let near = value;
      if (input.scale === "linear") {
        const places = Math.max(0, Math.ceil(-Math.log10((most - least) / STEPS)) + 1);
        near = Number(value.toFixed(Math.min(places, 12)));
      } else if (input.scale === "log") near = Number(value.toPrecision(3));
      else near = value > 0.5 ? 1 - Number((1 - value).toPrecision(3)) : Number(value.toPrecision(3));
      return Number(Math.min(Math.max(near, least), most).toPrecision(12));
    }

    /* Low, best and high in order, within bounds, and no narrower than was drawn. */
    fit(input, values) {
      const { edges } = input;
      const ends = [edges[0], edges[edges.length - 1]];
      const to = (value) => {
        const [least, most] = input.bounds;
        const found = TO[input.scale](Math.min(Math.max(value, least), most));
        return Math.min(Math.max(found, ends[0]), ends[1]);
      };
      const own = input.values.map(to);
      const whole = own[2] > own[0] ? own[2] - own[0] : (ends[1] - ends[0]) / 6;
      const least = this.bundle.rules.least * whole;
      let [low, best, high] = values.map(to);
      if (high - low < least) {
        low = best - least / 2;
        high = best + least / 2;
        if (low < ends[0]) [low, best, high] = [ends[0], Math.max(best, ends[0] + least / 8), ends[0] + least];
        if (high > ends[1]) [low, best, high] = [ends[1] - least, Math.min(best, ends[1] - least / 8), ends[1]];
      }
      return [low, best, high].map((t) => this.rounded(input, BACK[input.scale](t)));
    }

    move(place, end, value, control) {
      const input = this.inputs[place];
      const before = this.current(place);
      const to = TO[input.scale];
      const values = [...before];
      values[end] = Math.min(Math.max(value, input.bounds[0]), input.bounds[1]);
      if (end === 1) {
        // The range goes along with its middle.
        const by = to(values[1]) - to(before[1]);
        for (const other of [0, 2]) {
          const moved = BACK[input.scale](to(before[other]) + by);
          values[other] = Math.min(Math.max(moved, input.bounds[0]), input.bounds[1]);
        }
      }
      if (end === 0) values[1] = Math.max(values[0], values[1]);
      if (end === 2) values[1] = Math.min(values[1], values[2]);
      values[0] = Math.min(values[0], values[1]);
      values[2] = Math.max(values[1], values[2]);
      const change = () => this.held.set(place, this.fit(input, values));
      // One move of a slider is one step to undo.
      if (this.moving === control) {
        change();
        this.show();
      } else this.act(change);
      this.moving = control;
    }

    /* ---- what is shown ---- */

    /* Numbers as the book itself computed them, where nothing is held that a result reads, or where
       all of it is as a shipped position has it; else what is weighed. */
    answer(number, changes, roughly = false) {
      const reads = this.weighing.reads(number);
      const same = (other) =>
        reads.every((place) => String(changes.get(place)) === String(other.get(place)));
      const book = same(new Map());
      const known = book
        ? this.results[number].values
        : this.stated.find((position) => same(position.changes))?.results[number];
      if (!known) return this.weighing.answer(number, changes, roughly);
      return { values: known.map((value) => value ?? Infinity), known: true, book, outside: false };
    }

    plain() {
      for (const row of this.rows.values()) {
        row.querySelector(".argument-mine").textContent = row.querySelector(".argument-own").textContent;
      }
    }

    show() {
      const mine = this.changes(this.mine);
      const other = this.beside && this.changes(this.beside);
      this.shown = { mine, other, answers: [], others: [] };
      const any = mine.size > 0;
      this.find(".argument-from").value = this.from;
      const beside = this.find(".argument-with");
      beside.querySelector('[value="mine"]').hidden = !this.beside || Boolean(this.beside.name);
      beside.value = this.beside ? this.beside.name || "mine" : "";
      this.find(".argument-undo").disabled = !this.past.length;
      this.find(".argument-reset").disabled = !any && !this.beside;
      this.find(".argument-save").disabled = !any;
      this.find(".argument-theirs").disabled = !any;
      for (const cell of this.element.querySelectorAll(".argument-other")) cell.hidden = !other;
      if (other) {
        this.find("th.argument-other").textContent =
          this.positions.get(this.beside.name)?.title ?? "The other view";
      }
      this.remember();
      for (const card of this.cards) if (card.open || mine.has(Number(card.dataset.input))) this.paint(card);
      for (const card of this.element.querySelectorAll(".argument-changed")) {
        if (!mine.has(Number(card.dataset.input))) this.paint(card);
      }
      // Results in view first, as many at a time as a frame has room for.
      const seen = (number) => {
        const box = this.rows.get(this.results[number].id).getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight ? 0 : 1;
      };
      const order = this.results.map((_, number) => number);
      const near = order.map(seen);
      order.sort((a, b) => near[a] - near[b]);
      clearTimeout(this.working);
      const work = (list, roughly, done) => {
        const until = performance.now() + 12;
        while (list.length && performance.now() < until) this.result(list.shift(), roughly);
        if (list.length) this.working = setTimeout(work, 0, list, roughly, done);
        else done();
      };
      work([...order], true, () => {
        this.finish();
        this.working = setTimeout(work, 60, [...order], false, () => this.settle());
      });
    }

    result(number, roughly) {
      const result = this.results[number];
      const row = this.rows.get(result.id);
      const { mine, other, answers, others } = this.shown;
      answers[number] = this.answer(number, mine, roughly);
      this.cell(row.querySelector(".argument-mine"), result, answers[number]);
      row.dataset.values = answers[number].values.join(" ");
      row.dataset.errors = (answers[number].errors ?? []).join(" ");
      if (other) {
        others[number] = this.answer(number, other, roughly);
        this.cell(row.querySelector("td.argument-other"), result, others[number]);
      }
    }

    cell(cell, result, answer) {
      const { enough } = this.bundle.rules;
      cell.classList.toggle("argument-outside", answer.outside);
      cell.classList.toggle("argument-faint", !answer.known && answer.effective < enough);
      if (answer.outside) {
        cell.replaceChildren(
          make("span", { textContent: "outside what was drawn" }),
          make("small", { textContent: ` ${Math.floor(answer.effective ?? 0)} effective draws` }),
        );
        return;
      }
      const text = told(result, answer.values);
      if (cell.dataset.text !== text) {
        cell.replaceChildren(this.strip(result, answer), make("span", { textContent: text }));
        cell.dataset.text = text;
      }
      let small = cell.querySelector("small");
      if (answer.known) small?.remove();
      else {
        if (!small) cell.append((small = make("small")));
        const known = answer.errors
          ? `median between ${answer.errors[1].map((value) => written(result, value)).join(" and ")}; `
          : "";
        small.textContent = `${known}${grouped(String(Math.round(answer.effective)))} effective draws`;
      }
    }

    /* A small range, the book's beneath, on an axis that holds both. */
    strip(result, answer) {
      const own = result.values.map((value) => value ?? Infinity);
      const to = (x) => (result.scale === "log" ? Math.log(Math.max(x, 1e-12)) : x);
      const ends = [...own, ...answer.values].filter(Number.isFinite).map(to);
      const least = Math.min(...ends);
      const width = Math.max(...ends) - least || 1;
      const part = (x) => (Number.isFinite(x) ? (100 * (to(x) - least)) / width : 100);
      const strip = make("span", { className: "argument-strip", "aria-hidden": "true" });
      for (const [name, values] of [["own", own], ["mine", answer.values]]) {
        const bar = make("span", { className: `argument-bar-${name}` });
        const [low, best, high] = values.map(part);
        bar.style.cssText = `--from:${low}%;--to:${high}%;--at:${best}%`;
        strip.append(bar);
      }
      return strip;
    }

    paint(card) {
      const place = Number(card.dataset.input);
      const input = this.inputs[place];
      const values = this.current(place);
      const held = this.changes(this.mine).has(place);
      const unit = input.unit ? ` ${input.unit}` : "";
      card.classList.toggle("argument-changed", held);
      card.querySelector(".argument-now").textContent = `${held ? range(values) : input.words}${unit}`;
      const controls = card.querySelectorAll(".argument-sliders input");
      values.forEach((value, end) => {
        if (!controls.length) return;
        const [slider, entry] = [controls[2 * end], controls[2 * end + 1]];
        slider.value = String(Math.round(this.along(input, value)));
        slider.setAttribute("aria-valuetext", `${amount(value)}${unit}`);
        if (document.activeElement !== entry || this.moving !== entry) entry.value = String(value);
      });
    }

    /* Once all results are there: what is held in words, what moved, and the live region. */
    finish() {
      const { mine, other, answers } = this.shown;
      const box = this.find(".argument-held");
      box.hidden = !mine.size && !other;
      const line = (place, values, theirs) => {
        const input = this.inputs[place];
        const unit = input.unit ? ` ${input.unit}` : "";
        const link = make("a", { href: `#${input.id}`, textContent: input.title });
        const both = theirs ? `; the other view ${range(theirs)}` : "";
        return make(
          "li",
          {},
          link,
          `: ${range(values)}${unit}, where the book has ${input.words}${both}. `,
          make("small", { textContent: `The book’s reason: ${input.reason}` }),
        );
      };
      const listed = [...new Set([...mine.keys(), ...(other?.keys() ?? [])])].sort((a, b) => a - b);
      const lines = listed.map((place) => {
        const own = this.inputs[place].values;
        return line(place, mine.get(place) ?? own, other && (other.get(place) ?? own));
      });
      const heading = `What is held otherwise than in the book (${listed.length})`;
      const list = make("details", { open: listed.length <= 5 });
      list.append(make("summary", { textContent: heading }), make("ul", {}, ...lines));
      box.replaceChildren(list);
      const sized = this.results
        .map((result, number) => {
          const own = result.values.map((value) => value ?? Infinity);
          const before = other ? this.shown.others[number].values : own;
          const by = answers[number].outside ? 0 : change(result, before[1], answers[number].values[1]);
          const width = result.kind === "percent" ? 50 : Math.abs(change(result, own[0], own[2])) || 1;
          return { result, number, by, size: Number.isNaN(by) ? 9 : Math.abs(by) / width };
        })
        .filter(({ size }) => size > 0.005)
        .sort((a, b) => b.size - a.size);
      const outside = answers.filter((answer) => answer.outside).length;
      const words = sized
        .slice(0, 3)
        .map(({ result, number, by }) => `${result.title}: ${told(result, answers[number].values)}, ${changed(result, by)}`);
      const rest = outside
        ? ` ${outside} of ${answers.length} results lie outside what was drawn: save the scenario and run “ooms diff baseline ${this.bundle.file.name}”.`
        : "";
      const summary = !mine.size && !other
        ? "Everything is as in the book."
        : words.length
          ? `${words.join(". ")}.`
          : "No result moves by as much as is shown.";
      for (const follows of this.element.querySelectorAll(".argument-input[open] .argument-follows")) {
        follows.textContent = summary + rest;
      }
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => (this.said.textContent = summary + rest), 500);
      if (this.find(".argument-what").value === "held") this.filter();
    }

    settle() {
      this.draw();
      const chosen = this.rows.get(this.open);
      if (chosen) this.explain(this.open);
      for (const [id, row] of this.rows) {
        const number = this.results.findIndex((result) => result.id === id);
        const { mine, other, answers } = this.shown;
        const moved = (mine.size || other) && !(answers[number].book && !other);
        let button = row.querySelector(".argument-why");
        if (!moved) button?.remove();
        else if (!button) {
          button = make("button", { type: "button", className: "argument-why", textContent: "What moved it" });
          button.setAttribute("aria-expanded", "false");
          button.addEventListener("click", () => this.explain(id, true));
          row.firstElementChild.append(" ", button);
        }
        if (!moved && this.open === id) this.close();
      }
      this.element.dataset.settled = String(Number(this.element.dataset.settled ?? 0) + 1);
    }

    /* Inputs that move a result, the one that does most first, with what each would do. */
    filter() {
      const what = this.find(".argument-what").value;
      const number = this.results.findIndex((result) => result.id === what);
      const mine = this.changes(this.mine);
      const effects = new Map();
      if (number >= 0) {
        const result = this.results[number];
        for (const place of this.weighing.reads(number)) {
          const values = this.current(place);
          if (values[0] === values[2]) continue;
          const ends = [values[0], values[2]].map(
            (value) => this.weighing.holding(number, mine, place, value).values[1] ?? NaN,
          );
          const by = change(result, ends[0], ends[1]);
          const texts = ends.map((end) => (Number.isNaN(end) ? "?" : written(result, end)));
          effects.set(place, { by: Number.isNaN(by) ? Infinity : Math.abs(by), text: `low: ${texts[0]}, high: ${texts[1]}` });
        }
      }
      for (const group of this.element.querySelectorAll(".argument-group")) {
        let any = false;
        for (const card of group.querySelectorAll(".argument-input")) {
          const place = Number(card.dataset.input);
          card.hidden =
            (what === "held" && !mine.has(place)) || (number >= 0 && !effects.has(place));
          card.querySelector(".argument-effect").textContent = effects.get(place)?.text ?? "";
          card.style.order = "";
          any ||= !card.hidden;
        }
        group.hidden = !any;
      }
      const ranked = [...effects].sort((a, b) => b[1].by - a[1].by).map(([place]) => place);
      ranked.forEach((place, rank) => {
        this.cards[place].style.order = String(rank + 1);
      });
      this.find(".argument-inputs").classList.toggle("argument-ranked", ranked.length > 0);
    }

    /* ---- the address, and the file ---- */

    address() {
      const url = new URL(location.href);
      url.search = "";
      const put = (prefix, view) => {
        for (const [place, values] of view.held) {
          url.searchParams.set(prefix + this.inputs[place].id, values.join("~"));
        }
      };
      if (this.from) url.searchParams.set("from", this.from);
      put("", this.mine);
      if (this.beside) {
        url.searchParams.set("with", this.beside.from);
        put("with.", this.beside);
      }
      return url;
    }

    remember() {
      try {
        history.replaceState(history.state, "", this.address());
      } catch {
        /* A page opened from a folder may not change its address; its link can be copied. */
      }
    }

    recall(query) {
      this.begin(query.get("from") ?? "");
      const other = query.get("with");
      const theirs = new Map();
      for (const [key, text] of query) {
        const name = key.replace(/^with\./, "");
        const place = this.place.get(name);
        const values = text.split("~").map(Number);
        if (place === undefined || values.length !== 3 || !values.every(Number.isFinite)) continue;
        const [low, best, high] = values;
        const input = this.inputs[place];
        const exact = low === high && input.held.includes(best);
        if (!(low <= best && best <= high)) continue;
        (key === name ? this.held : theirs).set(place, exact ? values : this.fit(input, values));
      }
      if (other !== null || theirs.size) {
        const name = this.positions.has(other) ? other : "";
        this.beside = { name: theirs.size ? "" : name, from: name, held: theirs };
      }
    }

    /* Whoever follows a link to an input gets it open. */
    reveal() {
      const id = decodeURIComponent(location.hash.slice(1));
      const card = this.cards.find((each) => each.id === id);
      if (!card) return;
      card.hidden = false;
      card.closest(".argument-group").hidden = false;
      card.open = true;
      card.scrollIntoView({ block: "center" });
      card.querySelector("summary").focus({ preventScroll: true });
    }

    async copy(event) {
      const button = event.currentTarget ?? this.find(".argument-link");
      try {
        await navigator.clipboard.writeText(this.address().href);
        button.textContent = "Link copied";
      } catch {
        this.remember();
        button.textContent = "Link is in the address bar";
      }
      setTimeout(() => (button.textContent = "Copy link"), 2500);
    }
  }

  Object.assign(Page.prototype, bookArgument);

  const begin = () => {
    for (const element of document.querySelectorAll(".argument")) new Page(element).start();
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
})();
