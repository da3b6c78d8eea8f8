/* What a page to argue with shows of its answers: results, what is held in words, what moved, and what
   would move a result. These are methods of the page (argument.js). */
"use strict";
window.bookShowing = (() => {
  const { change, changed, grouped, make, range, told, written } = bookTelling;

  /* Whether a word is meant by another: its beginning, or the same but for an ending. */
  function near(word, asked) {
    let same = 0;
    while (same < word.length && word[same] === asked[same]) same += 1;
    return same === asked.length || same >= Math.max(4, Math.min(word.length, asked.length) - 2);
  }

  return {
    /* All that the answer to a result hangs on, of what is held and of what stands beside it. */
    asked(number) {
      const { mine, other } = this.shown;
      const said = (changes) =>
        this.drawnWith[number]
          .filter((place) => changes.has(place))
          .map((place) => `${place}:${changes.get(place)}`);
      return `${said(mine)}|${other && said(other)}`;
    },

    /* What stands for what was held before is faint until it stands for what is held now. */
    mark() {
      const wait = (element, late) => element?.classList.toggle("argument-waiting", late);
      const late = this.results.filter(({ id }, number) => {
        const waits = this.told.get(number)?.asked !== this.asked(number);
        wait(this.row(number), waits);
        if (id === this.open) wait(this.find(".argument-parts"), waits);
        return waits;
      });
      const { picture } = this.bundle;
      const asked = picture && this.asked(picture.result);
      wait(this.find(".argument-picture"), this.pictured !== asked);
      wait(this.find(".argument-numbers"), this.counted !== asked);
      const words = ".argument-said, .argument-held, .argument-follows, .argument-effect:not(:empty)";
      for (const each of this.element.querySelectorAll(words)) wait(each, late.length > 0);
    },

    *result(number, roughly) {
      const result = this.results[number];
      const row = this.row(number);
      const { mine, other, answers, others } = this.shown;
      const asked = this.asked(number);
      let told = this.told.get(number);
      if (told?.asked !== asked || !(roughly || told.whole)) {
        const views = other ? [mine, other] : [mine];
        if (!views.every((view) => this.computed(number, view))) yield* this.readying([number]);
        const [own, theirs] = views.map((view) => this.answer(number, view, roughly));
        told = { asked, own, theirs, whole: !roughly };
        this.told.set(number, told);
        this.cell(row.querySelector(".argument-mine"), result, own);
        row.dataset.values = own.values.join(" ");
        row.dataset.errors = (own.errors ?? []).join(" ");
        if (other) this.cell(row.querySelector("td.argument-other"), result, theirs);
      }
      [answers[number], others[number]] = [told.own, told.theirs];
      row.classList.remove("argument-waiting");
      yield;
    },

    cell(cell, result, answer) {
      const { enough } = this.bundle.rules;
      cell.classList.toggle("argument-outside", answer.outside);
      cell.classList.toggle("argument-faint", !answer.known && answer.effective < enough);
      if (answer.outside) {
        cell.replaceChildren(
          make("span", { textContent: "outside what was drawn" }),
          make("small", { textContent: ` ${grouped(String(Math.floor(answer.effective ?? 0)))} effective draws` }),
        );
        delete cell.dataset.text;
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
    },

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
    },

    /* Once all results are there: the address, what is held in words, and what moved. */
    finish() {
      this.remember();
      const { mine, other, answers } = this.shown;
      const box = this.find(".argument-held");
      box.hidden = !mine.size && !other;
      const line = (place, values, theirs) => {
        const input = this.inputs[place];
        const unit = input.unit ? ` ${input.unit}` : "";
        const link = make("a", { href: `#${input.id}`, textContent: input.title });
        const both = theirs ? `; the other view ${range(theirs, input.measure)}` : "";
        return make(
          "li",
          {},
          link,
          `: ${range(values, input.measure)}${unit}, where the book has ${input.words}${both}. `,
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
      for (const follows of this.element.querySelectorAll(".argument-follows")) {
        follows.textContent = summary + rest;
        follows.classList.remove("argument-waiting");
      }
      box.classList.remove("argument-waiting");
      this.summary = summary + rest;
      if (this.find(".argument-what").value === "held") this.filter();
    },

    /* Once all is known as well as it can be: errors, what moved it, and the live region. */
    *settle() {
      yield* this.known();
      const { open } = this;
      if (open) yield* this.explaining(open, () => this.open === open);
      const { mine, other, answers, others } = this.shown;
      this.results.forEach(({ id }, number) => {
        const row = this.row(number);
        // What lies outside is not taken apart: "ooms diff" does.
        const outside = answers[number].outside || others[number]?.outside;
        const moved = (mine.size || other) && !(answers[number].book && !other) && !outside;
        let button = row.querySelector(".argument-why");
        if (!moved) button?.remove();
        else if (!button) {
          button = make("button", { type: "button", className: "argument-why", textContent: "What moved it" });
          button.setAttribute("aria-expanded", "false");
          button.addEventListener("click", () => this.explain(id, true));
          row.firstElementChild.append(" ", button);
        }
        if (!moved && this.open === id) this.close();
      });
      this.find(".argument-results").removeAttribute("aria-busy");
      const chosen = this.results.findIndex(({ id }) => id === this.find(".argument-what").value);
      if (chosen >= 0) this.run("ranking", this.ranking(chosen, false));
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => {
        this.said.textContent = this.summary;
        this.said.classList.remove("argument-waiting");
      }, 300);
      this.element.dataset.settled = String(Number(this.element.dataset.settled ?? 0) + 1);
    },

    /* Inputs that a reader looks for: by words, held otherwise, or what moves a result. */
    filter() {
      const what = this.find(".argument-what").value;
      const number = what ? this.results.findIndex((result) => result.id === what) : -1;
      const mine = this.bundle ? this.changes(this.mine) : new Map();
      const found = this.named(this.find(".argument-find").value);
      for (const group of this.element.querySelectorAll(".argument-group")) {
        let any = false;
        for (const card of group.querySelectorAll(".argument-input")) {
          const place = Number(card.dataset.input);
          card.hidden =
            (what === "held" && !mine.has(place)) ||
            (number >= 0 && !this.moves(number, place)) ||
            !found.has(card);
          any ||= !card.hidden;
        }
        group.hidden = !any;
      }
      const left = this.cards.filter((card) => !card.hidden).length;
      this.find(".argument-count").textContent = left < this.cards.length ? `${left} of ${this.cards.length}` : "";
      if (this.ranked === what) return;
      this.ranked = what;
      for (const card of this.cards) {
        card.querySelector(".argument-effect").textContent = "";
        card.style.order = "";
      }
      this.find(".argument-inputs").classList.toggle("argument-ranked", number >= 0);
      this.run("ranking", number < 0 ? [] : this.ranking(number, true));
    },

    moves(number, place) {
      const [low, , high] = this.current(place);
      return low !== high && this.reads[number].has(place);
    },

    /* What each input would do to a result at its low and at its high end; the one that does most first. */
    *ranking(number, sorts) {
      const result = this.results[number];
      const { mine } = this.shown;
      const effects = new Map();
      yield* this.readying([number]);
      for (const place of [...this.reads[number]].filter((each) => this.moves(number, each))) {
        const [low, , high] = this.current(place);
        const ends = [low, high].map(
          (value) => this.weighing.holding(number, mine, place, value).values[1] ?? NaN,
        );
        const by = change(result, ends[0], ends[1]);
        const texts = ends.map((end) => (Number.isNaN(end) ? "?" : written(result, end)));
        effects.set(place, { by: Number.isNaN(by) ? Infinity : Math.abs(by), text: `low: ${texts[0]}, high: ${texts[1]}` });
        yield;
      }
      for (const card of this.cards) {
        const effect = card.querySelector(".argument-effect");
        effect.textContent = effects.get(Number(card.dataset.input))?.text ?? "";
        effect.classList.remove("argument-waiting");
      }
      // What is being moved stays where it is.
      if (!sorts) return;
      const ranked = [...effects].sort((a, b) => b[1].by - a[1].by).map(([place]) => place);
      ranked.forEach((place, rank) => {
        this.cards[place].style.order = String(rank + 1);
      });
    },

    /* Inputs that have a reader's words, or what the book says for them, in their titles, or else in
       their reasons: those with the most of them. */
    named(asked) {
      const plain = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      const text = (card, parts) => [...card.querySelectorAll(parts)].map((part) => part.textContent).join(" ");
      this.words ??= this.cards.map((card) => [
        plain(text(card, ".argument-title, .argument-id")),
        plain(text(card.parentElement, ":scope > .argument-heading") + text(card, ".argument-body > p:not([class])")),
      ]);
      const alike = JSON.parse(this.find(".argument-find").dataset.alike ?? "{}");
      const wanted = plain(asked).map((word) => [word, ...(alike[word] ?? [])]);
      const has = (words, phrase) => plain(phrase).every((part) => words.some((word) => near(word, part)));
      const scores = this.words.map(([title, rest]) =>
        wanted.reduce((sum, phrases) => {
          if (phrases.some((phrase) => has(title, phrase))) return sum + 1;
          return sum + (phrases.some((phrase) => has(rest, phrase)) ? 0.6 : 0);
        }, 0),
      );
      const most = Math.max(...scores);
      return new Set(this.cards.filter((_, place) => !wanted.length || (most && scores[place] === most)));
    },
  };
})();
