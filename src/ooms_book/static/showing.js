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
    },

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

    /* Once all results are there: the picture, what is held in words, what moved, and the live region. */
    finish() {
      this.draw();
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
    },

    settle() {
      this.draw(false);
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
    },

    /* Inputs that move a result, the one that does most first, with what each would do. */
    filter() {
      const what = this.find(".argument-what").value;
      const number = what ? this.results.findIndex((result) => result.id === what) : -1;
      const mine = this.bundle ? this.changes(this.mine) : new Map();
      const found = this.named(this.find(".argument-find").value);
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
            (what === "held" && !mine.has(place)) ||
            (number >= 0 && !effects.has(place)) ||
            !found.has(card);
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
      const left = this.cards.filter((card) => !card.hidden).length;
      this.find(".argument-count").textContent = left < this.cards.length ? `${left} of ${this.cards.length}` : "";
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
