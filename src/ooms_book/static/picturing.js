/* The picture of a page to argue with, which moves with what is held: a path with its ranges and the date
   of what it leads to, and the chance that this has come, by date. These are methods of the page
   (argument.js). */
"use strict";
window.bookPicturing = (() => {
  const { decimal, make, told: worded } = bookTelling;
  const [LEFT, RIGHT, FOOT, TOP] = [44, 14, 24, 10];
  const [TALL, LOW, ROW] = [230, 150, 18];
  /* Half of the draws, and nine in ten, of five quantiles. */
  const BANDS = [["wide", 0, 4], ["half", 1, 3]];

  function svg(tag, attributes, ...inside) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  }

  const line = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
  const percent = (share) => `${Math.round(100 * share)}%`;

  /* A value between two dates of a path. */
  function between(dates, values, date) {
    const next = dates.findIndex((each) => each > date);
    if (next < 1) return null;
    const part = (date - dates[next - 1]) / (dates[next] - dates[next - 1]);
    return values[next - 1] * (1 - part) + values[next] * part;
  }

  return {
    /* The picture stands in the input that was opened last, where it is seen to move. */
    follow(card) {
      this.opened = [...(this.opened ?? []).filter((each) => each !== card), card].filter((each) => each.open);
      const last = this.opened.at(-1);
      const after = last ? last.querySelector(".argument-sliders") : this.find(".argument-results");
      const box = this.find(".argument-picture");
      if (after.nextElementSibling !== box) after.after(box);
      this.draw();
    },

    /* The views that a picture shows, each with its path, dates and chances. */
    views(roughly) {
      const { picture } = this.bundle;
      const { mine, other } = this.shown;
      const asked = [["own", "The book", new Map()]];
      if (mine.size) asked.push(["mine", "As you hold it", mine]);
      if (other) asked.push(["other", this.otherTitle(), other]);
      return asked.map(([name, title, changes]) => {
        const { values: date, outside } = this.answer(picture.result, changes, true);
        if (outside) return { name, title, outside };
        const known = this.computed(picture.result, changes);
        return {
          name,
          title,
          date,
          path: known
            ? known.path.map((values) => ({ values }))
            : this.weighing.path(picture.result, changes, picture.levels, roughly),
          shares: known ? known.shares : this.weighing.shares(picture.result, changes, picture.at),
        };
      });
    },

    draw() {
      const { picture } = this.bundle;
      const box = this.find(".argument-picture");
      if (!picture || !box) return;
      box.hidden = false;
      const views = this.views(true);
      const inside = views.filter((view) => !view.outside);
      const key = make("p", { className: "argument-key" });
      for (const { name, title, outside } of views) {
        const swatch = make("span", { className: `argument-swatch argument-swatch-${name}` });
        key.append(make("span", {}, swatch, `${title}${outside ? ": outside what was drawn" : ""}`), " ");
      }
      const width = Math.min(Math.max(box.clientWidth, 260), 680);
      let numbers = box.querySelector(".argument-numbers");
      if (!numbers) {
        numbers = make("details", { className: "argument-numbers" });
        numbers.append(make("summary", { textContent: "The numbers of these pictures" }));
        box.append(numbers);
      }
      while (box.firstChild !== numbers) box.firstChild.remove();
      numbers.before(
        make("p", {}, make("strong", { textContent: `${picture.path_title}, ${picture.path_unit}` })),
        key,
        this.fan(inside, width),
        make("p", {}, make("strong", { textContent: picture.title })),
        this.curve(inside, width),
      );
      if (numbers.childElementCount === 1) this.count(views);
    },

    /* The picture of what is held now, if it is another. */
    *picture() {
      const { picture } = this.bundle;
      if (!picture) return;
      const asked = this.asked(picture.result);
      if (this.pictured === asked) return;
      const { mine, other } = this.shown;
      const weighed = [mine, other].some((view) => view && !this.computed(picture.result, view));
      if (weighed) yield* this.readying([picture.result]);
      this.draw();
      this.find(".argument-picture").classList.remove("argument-waiting");
      this.pictured = asked;
      yield;
    },

    /* Errors take longer, a date at a time; until they are there the numbers wait. */
    *known() {
      const { picture } = this.bundle;
      if (!picture || this.counted === this.pictured) return;
      const { mine, other } = this.shown;
      for (const changes of [mine, other].filter(Boolean)) {
        const { known, outside } = this.answer(picture.result, changes, true);
        for (const date of known || outside ? [] : picture.path.keys()) {
          this.weighing.path(picture.result, changes, picture.levels, false, [date]);
          yield;
        }
      }
      this.count(this.views(false));
      this.counted = this.pictured;
    },

    count(views) {
      const numbers = this.find(".argument-numbers");
      numbers.replaceChildren(numbers.firstElementChild, this.numbers(views));
      numbers.classList.remove("argument-waiting");
    },

    across(width) {
      const { path } = this.bundle.picture;
      const [first, last] = [path[0], path.at(-1)];
      return (date) => LEFT + ((width - LEFT - RIGHT) * (Math.min(date, last) - first)) / (last - first);
    },

    /* Lines across with what they stand for, and dates beneath. */
    grid(drawing, width, height, ticks, y) {
      const x = this.across(width);
      for (const [at, text] of ticks) {
        drawing.append(
          svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(at), y2: y(at) }),
          svg("text", { x: LEFT - 6, y: y(at) + 4, "text-anchor": "end" }, text),
        );
      }
      const narrow = width < 420;
      this.bundle.picture.labels.forEach((date, place) => {
        if (narrow && place === 1) return;
        drawing.append(svg("text", { x: x(date), y: height - 6, "text-anchor": "middle" }, String(date)));
      });
    },

    /* The path of each view: its median and bands, the median date on it, and that date's range. */
    fan(views, width) {
      const { picture } = this.bundle;
      const dates = picture.path;
      const x = this.across(width);
      const most = Math.max(...views.flatMap(({ path }) => path.map(({ values }) => values.at(-1))));
      const step = most > 45 ? 20 : most > 20 ? 10 : 5;
      const top = step * Math.ceil(most / step);
      const y = (ooms) => TOP + (TALL - TOP - FOOT) * (1 - ooms / top);
      const height = TALL + ROW * (views.length + 1);
      const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img" });
      const ticks = [];
      for (let at = 0; at <= top; at += step) ticks.push([at, String(at)]);
      this.grid(drawing, width, TALL, ticks, y);
      const marks = svg("g", {});
      for (const { name, path } of views) {
        const at = (level) => path.map(({ values }, i) => [x(dates[i]), y(Math.max(values[level], 0))]);
        for (const [kind, low, high] of BANDS) {
          const shape = `${line([...at(low), ...at(high).reverse()])}Z`;
          drawing.append(svg("path", { d: shape, class: `argument-band-${name} argument-${kind}` }));
        }
        marks.append(svg("path", { d: line(at(2)), class: `argument-curve-${name}` }));
      }
      drawing.append(marks);
      drawing.append(svg("text", { x: LEFT, y: TALL + ROW - 5 }, `${picture.event}: median and 90% range`));
      views.forEach(({ name, path, date: [low, best, high] }, place) => {
        const row = TALL + ROW * (place + 1) + ROW / 2;
        drawing.append(
          svg("path", { d: line([[x(low), row], [x(high), row]]), class: `argument-curve-${name}` }),
        );
        const on = between(dates, path.map(({ values }) => values[2]), best);
        for (const spot of on === null ? [] : [row, y(on)]) {
          drawing.append(svg("circle", { cx: x(best), cy: spot, r: 5, class: `argument-spot-${name}` }));
        }
        if (!(high <= dates.at(-1))) {
          drawing.append(svg("text", { x: width - RIGHT + 2, y: row + 4 }, "›"));
        }
      });
      const said = views.map(({ title, path, date }) => {
        const told = picture.labels.filter((year) => dates.includes(year)).map((year) => {
          const { values } = path[dates.indexOf(year)];
          return `${this.spread(values)} at the start of ${year}`;
        });
        return `${title}: ${told.join("; ")}; ${picture.event}: ${worded(this.results[picture.result], date)}`;
      });
      const lead = `${picture.path_title}, ${picture.path_unit}, median and 90% range`;
      drawing.setAttribute("aria-label", `${lead}. ${said.join(". ")}.`);
      return drawing;
    },

    /* The share of draws in which the event has come, by date. */
    curve(views, width) {
      const { picture } = this.bundle;
      const x = this.across(width);
      const y = (share) => TOP + (LOW - TOP - FOOT) * (1 - share);
      const drawing = svg("svg", { viewBox: `0 0 ${width} ${LOW}`, width, height: LOW, role: "img" });
      this.grid(drawing, width, LOW, [0, 0.5, 1].map((share) => [share, percent(share)]), y);
      for (const { name, shares } of views) {
        const path = line(picture.at.map((date, i) => [x(date), y(shares[i])]));
        drawing.append(svg("path", { d: path, class: `argument-curve-${name}` }));
      }
      const said = views.map(({ title, shares }) => {
        const told = picture.labels.map((year) => `${percent(shares[picture.at.indexOf(year)])} by the start of ${year}`);
        return `${title}: ${told.join(", ")}`;
      });
      drawing.setAttribute("aria-label", `${picture.title}. ${said.join(". ")}.`);
      return drawing;
    },

    spread: (values) => `${decimal(values[2], 1)} (${decimal(values[0], 1)} to ${decimal(values[4], 1)})`,

    numbers(views) {
      const { picture } = this.bundle;
      const table = make("table", { className: "table" });
      const head = make("tr", {}, make("th", { scope: "col", textContent: "At the start of" }));
      for (const { title } of views) head.append(make("th", { scope: "col", textContent: title }));
      const rows = picture.path.map((year, place) => {
        const row = make("tr", {}, make("th", { scope: "row", textContent: String(year) }));
        for (const { name, path, shares, outside } of views) {
          const cell = make("td", { textContent: "outside what was drawn" });
          if (!outside) {
            const { values, errors } = path[place];
            const share = percent(shares[picture.at.indexOf(year)]);
            const known = errors ? `, median between ${errors[2].map((end) => decimal(end, 1)).join(" and ")}` : "";
            cell.textContent = `${this.spread(values)}${known}; chance ${share}`;
            cell.dataset.view = name;
            cell.dataset.values = values.join(" ");
            cell.dataset.errors = (errors ?? []).join(" ");
          }
          row.append(cell);
        }
        return row;
      });
      table.append(
        make("caption", { textContent: `${picture.path_title}: ${picture.path_unit}, median and 90% range; ${picture.chance}` }),
        make("thead", {}, head),
        make("tbody", {}, ...rows),
      );
      return table;
    },
  };
})();
