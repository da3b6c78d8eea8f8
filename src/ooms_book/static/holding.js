/* How an input of a page to argue with is held: its sliders, and low, best and high in order. These are
   methods of the page (argument.js). */
"use strict";
window.bookHolding = (() => {
  const STEPS = 240;
  const ENDS = ["Low, 5th percentile", "Best, median", "High, 95th percentile"];
  const { TO, BACK } = bookScales;
  const { amount, make, range } = bookTelling;

  return {
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
    },

    current(place) {
      return this.changes(this.mine).get(place) ?? this.inputs[place].values;
    },

    /* Where a value stands on an input's sliders, from 0 to STEPS, and back. */
    along(input, value) {
      const { edges } = input;
      const last = edges[edges.length - 1];
      const part = (TO[input.scale](value) - edges[0]) / (last - edges[0]);
      return STEPS * Math.min(Math.max(part, 0), 1);
    },

    at(input, step) {
      const { edges } = input;
      const value = BACK[input.scale](edges[0] + ((edges[edges.length - 1] - edges[0]) * step) / STEPS);
      return this.rounded(input, value);
    },

    rounded(input, value) {
      const [least, most] = input.bounds;
      let near = value;
      if (input.scale === "linear") {
        const places = Math.max(0, Math.ceil(-Math.log10((most - least) / STEPS)) + 1);
        near = Number(value.toFixed(Math.min(places, 12)));
      } else if (input.scale === "log") near = Number(value.toPrecision(3));
      else near = value > 0.5 ? 1 - Number((1 - value).toPrecision(3)) : Number(value.toPrecision(3));
      return Number(Math.min(Math.max(near, least), most).toPrecision(12));
    },

    /* Low, best and high in order, within bounds, and no narrower than was drawn. */
    fit(input, values) {
      const { edges } = input;
      const ends = [edges[0], edges[edges.length - 1]];
      const to = (value) => Math.min(Math.max(TO[input.scale](value), ends[0]), ends[1]);
      const inside = values.map((value) => Math.min(Math.max(value, input.bounds[0]), input.bounds[1]));
      const own = input.values.map(to);
      // What the book holds at one value was drawn beside it more thinly.
      const least =
        own[2] > own[0] ? this.bundle.rules.least * (own[2] - own[0]) : (ends[1] - ends[0]) / 6;
      let [low, best, high] = inside.map(to);
      if (high - low < least) {
        low = best - least / 2;
        high = best + least / 2;
        if (low < ends[0]) [low, best, high] = [ends[0], Math.max(best, ends[0] + least / 8), ends[0] + least];
        if (high > ends[1]) [low, best, high] = [ends[1] - least, Math.min(best, ends[1] - least / 8), ends[1]];
      }
      // What a reader wrote stays as it is written; what had to move is rounded.
      return [low, best, high].map((t, end) =>
        t === TO[input.scale](inside[end]) ? inside[end] : this.rounded(input, BACK[input.scale](t)),
      );
    },

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
          values[other] = this.rounded(input, BACK[input.scale](to(before[other]) + by));
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
    },

    paint(card) {
      const place = Number(card.dataset.input);
      const input = this.inputs[place];
      const values = this.current(place);
      const held = this.changes(this.mine).has(place);
      const unit = input.unit ? ` ${input.unit}` : "";
      card.classList.toggle("argument-changed", held);
      card.querySelector(".argument-now").textContent = `${held ? range(values, input.measure) : input.words}${unit}`;
      const controls = card.querySelectorAll(".argument-sliders input");
      values.forEach((value, end) => {
        if (!controls.length) return;
        const [slider, entry] = [controls[2 * end], controls[2 * end + 1]];
        slider.value = String(Math.round(this.along(input, value)));
        slider.setAttribute("aria-valuetext", `${amount(value, input.measure)}${unit}`);
        if (document.activeElement !== entry || this.moving !== entry) entry.value = String(value);
      });
    },
  };
})();
