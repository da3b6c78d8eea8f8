/* Sliders beneath charts. What a chart says at each setting was computed when the book was built:
   here it is read from a table, between whose entries lie local cubics. What is held is in the
   address; a slider of the same name is held in every figure of the page. */
(() => {
  "use strict";
  const TRANSFORMS = {
    linear: (x) => x,
    log: Math.log,
    logit: (x) => Math.log(x / (1 - x)),
  };
  const BACK = { linear: (x) => x, log: Math.exp, logit: (x) => 1 / (1 + Math.exp(-x)) };
  const MONTHS = (
    "January February March April May June July August September October November December"
  ).split(" ");

  /* ---- numbers as text, as the book writes them ---- */

  const grouped = (text) => text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

  function fixed(x, decimals) {
    const text = Math.abs(x).toFixed(decimals);
    const [whole, part] = text.split(".");
    const shown = grouped(whole) + (part ? `.${part}` : "");
    return x < 0 && Number(text) !== 0 ? `−${shown}` : shown;
  }

  function figures(x, count = 2) {
    if (x === 0) return "0";
    const size = Math.floor(Math.log10(Math.abs(x)));
    let places = count - 1 - size;
    const rounded = Math.round(Math.abs(x) * 10 ** places) / 10 ** places;
    if (rounded >= 10 ** (count - places)) places -= 1;
    return (x < 0 ? "−" : "") + fixed(rounded, Math.max(places, 0));
  }

  function percent(x) {
    if (x > 0 && x < 0.01) return "under 1%";
    if (x > 0.99 && x < 1) return "over 99%";
    return `${Math.round(100 * x)}%`;
  }

  function month(x) {
    const year = Math.floor(x);
    const start = Date.UTC(year, 0, 1);
    const date = new Date(start + (x - year) * (Date.UTC(year + 1, 0, 1) - start));
    return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  }

  function written(reading, value) {
    if (reading.last !== null && reading.last !== undefined && value >= reading.last) {
      return reading.later;
    }
    if (reading.kind === "percent") return percent(value);
    if (reading.kind === "month") return month(value);
    if (reading.kind === "year") return String(Math.floor(value));
    if (reading.kind === "times") return figures(value);
    return fixed(value, reading.decimals);
  }

  /* A number as TOML has them: a decimal point keeps it from being a whole one. */
  function number(x) {
    const text = String(x);
    return /[.e]/.test(text) ? text : `${text}.0`;
  }

  const fill = (template, words) =>
    template.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);

  const middle = (reading, columns) =>
    written(reading, columns[reading.columns[Math.floor(reading.columns.length / 2)]]);

  function told(reading, columns) {
    const texts = reading.columns.map((place) => written(reading, columns[place]));
    const text = texts.length === 1 ? texts[0] : `${texts[1]} (${texts[0]} to ${texts[2]})`;
    return reading.unit ? `${text} ${reading.unit}` : text;
  }

  /* ---- reading the table ---- */

  /* [entry, weight] pairs along a slider's axis, the cubic through four neighbouring nodes. */
  function weights(slider, value) {
    if (value === undefined && slider.free) return [[0, 1]];
    const shift = slider.free ? 1 : 0;
    const at = TRANSFORMS[slider.scale](value === undefined ? slider.best : value);
    const nodes = slider.nodes;
    let after = nodes.findIndex((node) => node >= at);
    if (after < 0) after = nodes.length;
    const first = Math.min(Math.max(after - 2, 0), nodes.length - 4);
    const found = [];
    for (let j = first; j < first + 4; j += 1) {
      let weight = 1;
      for (let k = first; k < first + 4; k += 1) {
        if (k !== j) weight *= (at - nodes[k]) / (nodes[j] - nodes[k]);
      }
      if (weight !== 0) found.push([j + shift, weight]);
    }
    return found;
  }

  function read(bundle, state) {
    const { shape, resolution, values } = bundle.table;
    const size = shape[shape.length - 1];
    const columns = new Array(size).fill(0);
    const axes = bundle.sliders.map((slider) => weights(slider, state[slider.id]));
    const walk = (axis, offset, weight) => {
      if (axis === axes.length) {
        const start = offset * size;
        for (let c = 0; c < size; c += 1) columns[c] += weight * values[start + c];
        return;
      }
      for (const [entry, part] of axes[axis]) {
        walk(axis + 1, offset * shape[axis] + entry, weight * part);
      }
    };
    walk(0, 0, 1);
    return columns.map((value) => value * resolution);
  }

  function rowsOf(bundle, columns) {
    const { fixed: still, moving } = bundle.rows;
    const count = Object.values(moving)[0].length;
    return Array.from({ length: count }, (_, row) => {
      const made = {};
      for (const [field, list] of Object.entries(still)) made[field] = list[row];
      for (const [field, list] of Object.entries(moving)) made[field] = columns[list[row]];
      return made;
    });
  }

  /* ---- what is held, on this page and in its address ---- */

  const held = new Map();
  const widgets = [];

  function address(figure) {
    const url = new URL(location.href);
    const known = new Set(widgets.flatMap((widget) => widget.ids));
    for (const key of [...url.searchParams.keys()]) {
      if (known.has(key)) url.searchParams.delete(key);
    }
    for (const [key, value] of held) url.searchParams.set(key, String(value));
    if (figure) url.hash = figure;
    return url.href;
  }

  function remember() {
    try {
      history.replaceState(history.state, "", address());
    } catch {
      /* A page opened from a folder may not change its address; its link can be copied. */
    }
  }

  function change(key, value) {
    if (value === undefined) held.delete(key);
    else held.set(key, value);
    remember();
    for (const widget of widgets) if (widget.ids.includes(key)) widget.show();
  }

  /* The letters of charts, for a drawing that stands alone; none where a page may not read them. */
  async function letters() {
    const faces = [];
    for (const sheet of document.styleSheets) {
      try {
        for (const rule of sheet.cssRules) {
          if (!(rule instanceof CSSFontFaceRule) || !/Book Chart/.test(rule.cssText)) continue;
          const [whole, address] = /url\("?([^")]+)"?\)/.exec(rule.cssText);
          const bytes = new Uint8Array(await (await fetch(new URL(address, sheet.href))).arrayBuffer());
          const coded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
          faces.push(rule.cssText.replace(whole, `url(data:font/woff2;base64,${coded})`));
        }
      } catch {
        /* From a folder nothing can be read: the letters that stand in are drawn. */
      }
    }
    return faces.length ? `<style>${faces.join("")}</style>` : "";
  }

  /* ---- one figure ---- */

  class Widget {
    constructor(element) {
      this.element = element;
      this.figure = element.dataset.figure;
      this.chart = element.parentElement.querySelector(".chart");
      this.controls = [...element.querySelectorAll(".control")];
      this.ids = this.controls.map((control) => control.dataset.control);
      this.said = element.querySelector(".control-said");
      this.cells = [...element.querySelectorAll(".control-reading")];
      // With nothing held, what the book itself computed, not what lies between its settings.
      this.asBook = this.cells.map((cell) => cell.textContent);
      this.bundle = null;
    }

    async start() {
      this.bundle = await bookCharts.content(this.element.dataset.controls);
      this.sliders = new Map(this.bundle.sliders.map((slider) => [slider.id, slider]));
      for (const control of this.controls) {
        const slider = this.sliders.get(control.dataset.control);
        control.querySelector("input").addEventListener("input", (event) => {
          change(slider.id, slider.values[Number(event.target.value)]);
        });
        control.querySelector(".control-release").addEventListener("click", () => {
          change(slider.id, undefined);
          control.querySelector("input").focus();
        });
      }
      const on = (name, action) =>
        this.element.querySelector(name)?.addEventListener("click", action.bind(this));
      on(".control-reset", this.reset);
      on(".control-link", this.copy);
      on(".control-save", this.save);
      this.chart.addEventListener("chartlive", () => this.draw());
      this.element.parentElement.querySelector("details.chart-numbers")
        ?.addEventListener("toggle", () => this.numbers());
      this.element.parentElement.querySelector(".chart-tools")
        ?.addEventListener("click", (event) => this.take(event));
      this.element.querySelector("fieldset").disabled = false;
      this.show(true);
    }

    state() {
      const found = {};
      for (const [id, slider] of this.sliders ?? []) {
        const value = held.get(id);
        if (value === undefined) continue;
        // Only places the slider can stand in: the nearest to what an address asks for.
        const scale = TRANSFORMS[slider.scale];
        found[id] = slider.values.reduce((best, other) =>
          Math.abs(scale(other) - scale(value)) < Math.abs(scale(best) - scale(value))
            ? other
            : best,
        );
      }
      return found;
    }

    show(quietly = false) {
      if (!this.bundle) return;
      const state = this.state();
      this.columns = read(this.bundle, state);
      for (const control of this.controls) {
        const slider = this.sliders.get(control.dataset.control);
        const value = state[slider.id];
        const place = slider.values.indexOf(value === undefined ? slider.best : value);
        const input = control.querySelector("input");
        const words = value === undefined && slider.free ? slider.free : slider.words[place];
        const text = slider.unit ? `${words} ${slider.unit}` : words;
        input.value = String(place);
        input.setAttribute(
          "aria-valuetext",
          value === undefined ? `${text}, as in the book` : `${text}, held`,
        );
        control.classList.toggle("control-held", value !== undefined);
        control.querySelector(".control-value").textContent = text;
      }
      const any = Object.keys(state).length > 0;
      this.bundle.readings.forEach((reading, place) => {
        this.cells[place].textContent = any ? told(reading, this.columns) : this.asBook[place];
      });
      this.element.classList.toggle("controls-held", any);
      this.find(any);
      this.tell(any);
      this.numbers();
      this.onward();
      for (const name of [".control-reset", ".control-save"]) {
        const button = this.element.querySelector(name);
        if (button) button.disabled = !any;
      }
      this.draw();
      if (!quietly) this.say();
    }

    /* What is held stands beneath the chart that shows it, beside what the book has. */
    tell(any) {
      const said = this.element.querySelector(".control-yours");
      this.plain ??= said.textContent;
      said.textContent = this.plain;
      if (!any) return;
      const told = this.results();
      const first = told[0];
      const held = this.entries().map((entry) => `${entry.label}: ${entry.words ?? entry.value}`);
      const found = this.finding ? "" : `: ${first.label}: ${first.yours} (the book: ${first.book})`;
      this.headline = `Yours, not the book’s${found}. Held: ${held.join("; ")}.`;
      said.textContent = this.finding ? `${this.finding}. Yours, not the book’s.` : this.headline;
    }

    /* What the chart finds as it is held, where the book says how to put it. */
    find(any) {
      const { headline, readings: [first] } = this.bundle;
      this.finding = any && headline
        ? fill(headline, { yours: middle(first, this.columns), book: first.middle })
        : "";
      this.label ??= this.chart.getAttribute("aria-label");
      const words = this.finding ? `${this.finding}. Yours, not the book’s. The book’s: ` : "";
      this.chart.setAttribute("aria-label", words + this.label);
    }

    /* In the place of the title, and in as many lines. */
    title(place) {
      const view = place.bookChart;
      place.bookTitle ??= [view.signal("headline")].flat();
      const plain = place.bookTitle;
      if (!this.finding) return view.signal("headline", plain);
      const drawn = place.querySelector("svg");
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = getComputedStyle(drawn.querySelector(".role-title-text text")).font;
      const lines = [""];
      for (const word of this.finding.split(" ")) {
        const longer = `${lines.at(-1)} ${word}`.trim();
        if (pen.measureText(longer).width < drawn.viewBox.baseVal.width - 10) lines[lines.length - 1] = longer;
        else lines.push(word);
      }
      if (lines.length < plain.length) lines.push("Yours, not the book’s.");
      while (lines.length < plain.length) lines.push("");
      return view.signal("headline", lines);
    }

    /* The numbers that are drawn, above those of the book. */
    numbers() {
      const details = this.element.parentElement.querySelector("details.chart-numbers");
      details?.querySelector(".numbers-yours")?.remove();
      if (!details?.open || !this.element.classList.contains("controls-held")) return;
      const rows = rowsOf(this.bundle, this.columns);
      const names = Object.keys(rows[0]);
      const table = document.createElement("table");
      table.className = "numbers-yours";
      table.createCaption().textContent = `${this.headline} Below: the book’s.`;
      const head = table.createTHead().insertRow();
      for (const name of names) {
        const level = /^q(\d\d)$/.exec(name)?.[1];
        const words = level === "50" ? "Median" : level ? `${Number(level)}th percentile` : name;
        head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: words }));
      }
      const body = table.createTBody();
      for (const row of rows) {
        const line = body.insertRow();
        for (const name of names) {
          const value = row[name];
          line.insertCell().textContent = typeof value === "number" ? +value.toPrecision(6) : value ?? "";
        }
      }
      details.querySelector(".chart-panel").prepend(table);
    }

    /* What is held goes along to where it can be held beside other inputs. */
    onward() {
      const link = this.element.querySelector(".control-onward a");
      if (!link) return;
      const url = new URL(link.href);
      url.search = "";
      for (const { id, value, low, best, high } of this.entries()) {
        url.searchParams.set(id, (value ? [value, value, value] : [low, best, high]).map(Number).join("~"));
      }
      link.href = url.href;
    }

    results() {
      return this.bundle.readings.map((reading, place) => ({
        label: reading.label,
        yours: told(reading, this.columns),
        book: this.asBook[place],
      }));
    }

    /* A file of what is held and not of the book: its name and the picture say so. */
    async take(event) {
      const link = event.target.closest("a[download]");
      const kind = link?.getAttribute("href").match(/\.(png|svg|csv)$/)?.[1];
      const live = [...this.chart.querySelectorAll(".chart-live")].find((e) => e.checkVisibility());
      if (!kind || !this.element.classList.contains("controls-held") || !(live || kind === "csv")) return;
      event.preventDefault();
      let address;
      if (kind === "csv") {
        const cell = (x) => (/[",\n]/.test(x) ? `"${String(x).replaceAll('"', '""')}"` : x ?? "");
        const rows = rowsOf(this.bundle, this.columns);
        const names = Object.keys(rows[0]);
        const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
        lines[0] = [...names.map((name) => this.bundle.heads[name] ?? name), "Whose"];
        lines.slice(1).forEach((line) => line.push("yours, not the book's"));
        const text = lines.map((line) => line.map(cell).join(",")).join("\n");
        address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/csv" }));
      } else {
        const drawn = new DOMParser().parseFromString(
          await live.bookChart.toSVG(), "image/svg+xml").documentElement;
        const [wide, high] = ["width", "height"].map((name) => Number(drawn.getAttribute(name)));
        // A file has no page to take colours from: those of light ones.
        const plain = new XMLSerializer().serializeToString(drawn)
          .replace(/var\(--[\w-]+,\s*([^)]*)\)/g, "$1");
        // Some 0.55 of its size is what a letter takes: enough to break the lines by.
        const lines = [""];
        for (const word of this.headline.split(" ")) {
          if ((lines.at(-1).length + word.length) * 7 > wide) lines.push("");
          lines[lines.length - 1] += `${word} `;
        }
        const top = 18 * lines.length + 10;
        const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
        const words = lines.map((line, n) =>
          `<text x="5" y="${18 * (n + 1)}" font-family="Book Chart, sans-serif" font-size="13" `
          + `fill="#222832">${escaped(line)}</text>`).join("");
        const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" `
          + `height="${high + top}">${await letters()}<rect width="100%" height="100%" fill="#ffffff"/>${words}`
          + `<svg y="${top}" width="${wide}" height="${high}">${plain}</svg></svg>`;
        address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
        if (kind === "png") {
          const picture = new Image();
          picture.src = address;
          await picture.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [2 * wide, 2 * (high + top)];
          canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
          address = canvas.toDataURL("image/png");
        }
      }
      Object.assign(document.createElement("a"), {
        href: address, download: `${this.figure}-yours.${kind}`,
      }).click();
    }

    /* Told once a reader pauses. */
    say() {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        this.said.textContent = this.bundle.readings
          .map((reading) => `${reading.label}: ${told(reading, this.columns)}.`)
          .join(" ");
      }, 700);
    }

    draw() {
      if (!this.columns || this.frame) return;
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        const rows = rowsOf(this.bundle, this.columns);
        for (const place of this.chart.querySelectorAll(".chart-live")) {
          place.bookChart.data(this.bundle.dataset, rows);
          if (this.bundle.headline) this.title(place);
          place.bookChart.runAsync().catch(console.warn);
        }
      });
    }

    reset() {
      for (const id of this.ids) held.delete(id);
      remember();
      for (const widget of widgets) widget.show();
      this.element.querySelector("input").focus();
    }

    async copy(event) {
      const button = event.currentTarget;
      const link = address(this.figure);
      try {
        await navigator.clipboard.writeText(link);
        button.textContent = "Link copied";
      } catch {
        // Where nothing may be copied, the address itself is made the link.
        location.hash = this.figure;
        button.textContent = "Link is in the address bar";
      }
      setTimeout(() => (button.textContent = "Copy link"), 2500);
    }

    /* What is held, one entry an assumption: a value, or a range that was moved or widened. */
    entries() {
      const state = this.state();
      const found = new Map();
      for (const [id, value] of Object.entries(state)) {
        const slider = this.sliders.get(id);
        const words = slider.words[slider.values.indexOf(value)];
        const text = slider.unit ? `${words} ${slider.unit}` : words;
        if (slider.part === "value") {
          found.set(id, { id, label: slider.label, value: number(value), words: text });
          continue;
        }
        const middle = this.sliders.get(slider.of);
        const at = state[slider.of] ?? middle.best;
        const width = state[`${slider.of}.width`] ?? 1;
        const [to, back] = [TRANSFORMS[middle.scale], BACK[middle.scale]];
        const [least, most] = [middle.values[0], middle.values[middle.values.length - 1]];
        const end = (percentile) => {
          const moved = back(to(at) + width * (to(percentile) - to(middle.best)));
          return Math.min(Math.max(Number(moved.toFixed(9)), least), most);
        };
        const low = Math.min(end(middle.low), at);
        const high = Math.max(end(middle.high), at);
        found.set(slider.of, {
          id: slider.of,
          label: middle.label,
          low: number(low),
          best: number(at),
          high: number(high),
          words: `${figures(at)} (${figures(low)} to ${figures(high)})`,
        });
      }
      return [...found.values()];
    }

    save() {
      const { file } = this.bundle;
      const entries = this.entries();
      const settings = entries.map((entry) => fill(file.setting, entry)).join(", ");
      // A string of JSON is one of TOML too.
      const head = fill(file.head, {
        title: JSON.stringify(fill(file.title, { settings })),
        argument: JSON.stringify(
          fill(file.argument, { settings, address: address(this.figure) }),
        ),
      });
      const text =
        head +
        entries
          .map((entry) => fill(entry.value === undefined ? file.range : file.entry, entry))
          .join("") +
        // What the page was built under already, where it is not held otherwise.
        Object.entries(file.also)
          .filter(([id]) => !entries.some((entry) => entry.id === id))
          .map(([, words]) => words)
          .join("");
      const taken = document.createElement("a");
      taken.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
      taken.download = file.name;
      taken.click();
      setTimeout(() => URL.revokeObjectURL(taken.href), 10000);
    }
  }

  function begin() {
    for (const element of document.querySelectorAll(".controls")) {
      widgets.push(new Widget(element));
    }
    const known = new Set(widgets.flatMap((widget) => widget.ids));
    for (const [key, text] of new URLSearchParams(location.search)) {
      const value = Number(text);
      if (known.has(key) && text.trim() !== "" && Number.isFinite(value)) held.set(key, value);
    }
    // A table is fetched when its figure comes near, or at once if something is held.
    const nearby = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          nearby.unobserve(target);
          const widget = widgets.find(({ element }) => element === target);
          widget.start().catch(console.warn);
        }
      },
      { rootMargin: "800px 0px" },
    );
    for (const { element } of widgets) nearby.observe(element);
  }

  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
})();
