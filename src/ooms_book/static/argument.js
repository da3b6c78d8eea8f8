/* A page to argue with: any input can be held otherwise, and every result answers. Numbers come from
   draws that are weighed (weighing.js); what they mean is told by the page. What is held is in the
   address: low, best and high by input, from which position, and what stands beside it. */
(() => {
  "use strict";
  const { make } = bookTelling;
  /* Milliseconds that are worked at a stretch: beyond, a frame is painted and a finger heard. */
  const STRETCH = 24;

  class Page {
    constructor(element) {
      this.element = element;
      this.bundle = null;
      this.from = "";
      this.held = new Map();
      this.beside = null;
      this.past = [];
      this.shown = { mine: new Map(), other: null, answers: [], others: [] };
      this.told = new Map();
      this.lanes = {};
      this.inView = new Set();
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
      this.element.dataset.ready = "";
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
      this.find(".argument-find").addEventListener("input", () => this.filter());
      for (const card of this.cards) {
        card.addEventListener("toggle", async () => {
          await this.load();
          if (card.open) this.sliders(card);
          this.follow(card);
        });
      }
      addEventListener("resize", () => this.bundle && this.draw());
      const watch = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
          this.inView[isIntersecting ? "add" : "delete"](target);
        }
      });
      for (const row of this.rows.values()) {
        watch.observe(row);
        row.append(make("td", { className: "argument-other", hidden: true }));
      }
      const head = this.find(".argument-table thead tr");
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
        this.reads = bundle.results.map((_, number) => new Set(this.weighing.reads(number)));
        this.drawnWith = bundle.results.map((_, number) => this.weighing.drawnWith(number));
        const book = { results: bundle.results.map(({ values }) => values), ...bundle.picture?.book };
        this.stated = [
          { changes: new Map(), ...book },
          ...bundle.positions.map((position) => ({
            ...position,
            changes: this.changes(this.view(position.name)),
          })),
        ];
        this.run("ready", this.warming());
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

    otherTitle() {
      return this.positions.get(this.beside.name)?.title ?? "The other view";
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

    /* ---- what is shown ---- */

    /* What was computed where all that a result reads is as the book, or a shipped position, has it. */
    computed(number, changes) {
      const read = this.reads[number];
      const same = (other, place) => {
        const [one, two] = [changes.get(place), other.get(place)];
        return one === two || Boolean(one && two && one.every((value, end) => value === two[end]));
      };
      return this.stated.find(({ changes: other }) =>
        [...changes.keys(), ...other.keys()].every((place) => !read.has(place) || same(other, place)),
      );
    }

    /* A result as it was computed, or else as it is weighed. */
    answer(number, changes, roughly = false) {
      const found = this.computed(number, changes);
      if (!found) return this.weighing.answer(number, changes, roughly);
      const values = found.results[number].map((value) => value ?? Infinity);
      return { values, known: true, book: found === this.stated[0], outside: false };
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
        this.find("th.argument-other").textContent = this.otherTitle();
      }
      for (const card of this.cards) if (card.open || mine.has(Number(card.dataset.input))) this.paint(card);
      for (const card of this.element.querySelectorAll(".argument-changed")) {
        if (!mine.has(Number(card.dataset.input))) this.paint(card);
      }
      this.find(".argument-results").setAttribute("aria-busy", "true");
      clearTimeout(this.speaking);
      this.run("ranking", []);
      this.run("answers", this.answering(), true);
    }

    /* ---- one thing after the other ---- */

    /* Take steps in a lane, in place of those still to be taken there; what stands on the page is to
       follow a finger, so the first are taken before the next frame is painted. */
    run(lane, steps, framed = false) {
      const own = (this.lanes[lane] ??= {});
      cancelAnimationFrame(own.frame);
      clearTimeout(own.timer);
      const taken = steps[Symbol.iterator]();
      const go = () => {
        this.until = performance.now() + STRETCH;
        do {
          if (taken.next().done) return;
        } while (performance.now() < this.until);
        // No frame shows numbers of two states without saying so.
        if (framed) this.mark();
        framed = false;
        own.timer = setTimeout(go);
      };
      if (framed && !document.hidden) own.frame = requestAnimationFrame(go);
      else own.timer = setTimeout(go);
    }

    /* What is nearest to the reader first: results in view, or else the picture in the open input; then
       the others, what they come to in words, and last how well each is known. */
    *answering() {
      const numbers = [...this.results.keys()];
      let near = numbers.filter((number) => this.inView.has(this.row(number)));
      if (!near.length && this.bundle.picture) near = [this.bundle.picture.result];
      const far = numbers.filter((number) => !near.includes(number));
      for (const number of near) yield* this.result(number, true);
      yield* this.picture();
      for (const number of far) yield* this.result(number, true);
      this.finish();
      yield;
      for (const number of [...near, ...far]) yield* this.result(number, false);
      yield* this.settle();
    }

    /* Draws of results are repeated a stretch at a time, before they are asked for or once they are. */
    *readying(numbers) {
      for (const number of numbers) while (!this.weighing.ready(number, this.until)) yield;
    }

    /* Ready before the first answer is asked for, and most likely of the picture: draws are repeated,
       and then shipped positions weighed, so that engines have made what they can of it. */
    *warming() {
      const numbers = [...this.results.keys()];
      yield* this.readying([this.bundle.picture?.result ?? 0, ...numbers]);
      for (const { changes } of this.stated.slice(-4)) {
        for (const number of numbers) {
          this.weighing.answer(number, changes);
          yield;
        }
      }
    }

    row(number) {
      return this.rows.get(this.results[number].id);
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
        // Whoever follows it is to see first what is held, and then what follows.
        const link = this.address();
        link.hash = this.element.id;
        await navigator.clipboard.writeText(link.href);
        button.textContent = "Link copied";
      } catch {
        this.remember();
        button.textContent = "Link is in the address bar";
      }
      setTimeout(() => (button.textContent = "Copy link"), 2500);
    }
  }

  Object.assign(Page.prototype, bookHolding, bookShowing, bookPicturing, bookArguing);

  const begin = () => {
    for (const element of document.querySelectorAll(".argument")) new Page(element).start();
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
})();
