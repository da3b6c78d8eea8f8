/* Charts that answer the pointer. A page has each chart as a still drawing; one that comes near the
   window is redrawn by Vega, in the same place and size, from the same specification. Vega itself
   is fetched once, and only then. Nothing here uses fetch(): pages work from a folder too. */
(() => {
  "use strict";
  const script = document.currentScript;
  const site = new URL("../", script.src);
  const VEGA = new URL("vendor/vega-6.2.0.min.js", script.src).href;
  const NEAR = "500px 0px";

  /* Scripts that hand something over: bookCharts.take("path", content). */
  const taken = new Map();
  const loading = new Map();
  window.bookCharts = { take: (path, content) => taken.set(new URL(path, site).pathname, content) };

  function load(address) {
    if (!loading.has(address)) {
      loading.set(
        address,
        new Promise((done, failed) => {
          const element = document.createElement("script");
          element.src = address;
          element.addEventListener("load", done);
          element.addEventListener("error", () => failed(new Error(`can't load ${address}`)));
          document.head.append(element);
        }),
      );
    }
    return loading.get(address);
  }

  async function content(relative) {
    const address = new URL(relative, document.baseURI);
    await load(address.href);
    return taken.get(address.pathname);
  }
  Object.assign(window.bookCharts, { content, draw });

  /* What a mark says. The table of numbers says the same to those who use no pointer. */
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.setAttribute("aria-hidden", "true");
  tip.hidden = true;

  function hide() {
    tip.hidden = true;
  }

  function show(x, y, value) {
    if (value === null || value === undefined || value === "") return hide();
    const rows = typeof value === "object" ? Object.entries(value) : [["", value]];
    tip.replaceChildren(
      ...rows.map(([name, said], place) => {
        const row = document.createElement("div");
        if (name && !(place === 0 && rows.length > 1)) {
          const key = document.createElement("span");
          key.className = "chart-tip-name";
          key.textContent = name;
          row.append(key, " ");
        }
        const text = document.createElement("span");
        text.className = place === 0 && rows.length > 1 ? "chart-tip-head" : "chart-tip-value";
        text.textContent = String(said);
        row.append(text);
        return row;
      }),
    );
    if (!tip.isConnected) document.body.append(tip);
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const edge = document.documentElement.clientWidth - 8;
    const left = x + 14 + width > edge ? x - 14 - width : x + 14;
    const top = y - height - 10 < 8 ? y + 16 : y - height - 10;
    tip.style.left = `${Math.max(8, Math.min(left, edge - width))}px`;
    tip.style.top = `${top}px`;
  }

  /* Vega makes the canvas on which it measures text when it is loaded. That must measure as the
     drawing was measured, and not letters brought to whole pixels, as for some screens. */
  async function program() {
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (...kind) {
      const context = getContext.apply(this, kind);
      if (context && "textRendering" in context) context.textRendering = "geometricPrecision";
      return context;
    };
    await load(VEGA).finally(() => (HTMLCanvasElement.prototype.getContext = getContext));
  }
  let vegaLoaded;

  /* The letters of a chart must be there before Vega measures them. Where they can't be had, as from
     a disk in some browsers, it measures those that stand in, which are what the page shows. */
  const letters = (text) =>
    Promise.all(
      ["13px", "bold 13px"].map((size) => document.fonts.load(`${size} "Book Chart"`, text)),
    ).catch(() => {});

  /* Points are small: one that is near enough answers for the place beside it. */
  const NEAREST = 24;
  function points(item, x, y, found) {
    for (const part of item.items ?? []) {
      if (part.mark?.marktype === "symbol" && part.tooltip) {
        found.push([x + part.x, y + part.y, part.tooltip]);
      }
      const inner = part.mark?.marktype === "group" || part.marktype;
      if (inner) points(part, x + (part.marktype ? 0 : part.x ?? 0),
        y + (part.marktype ? 0 : part.y ?? 0), found);
    }
    return found;
  }
  function nearest(chart, drawn) {
    drawn.addEventListener("pointermove", (event) => {
      if (event.target.__data__?.tooltip) return;
      const box = drawn.getBoundingClientRect();
      const scale = drawn.viewBox.baseVal.width / box.width;
      const [left, top] = chart.origin();
      const { left: padX, top: padY } = chart.padding();
      const x = (event.clientX - box.left) * scale - left - padX;
      const y = (event.clientY - box.top) * scale - top - padY;
      let best, least = NEAREST;
      for (const [px, py, said] of points(chart.scenegraph().root, 0, 0, [])) {
        const far = Math.hypot(px - x, py - y);
        if (far < least) [best, least] = [said, far];
      }
      if (best) show(event.clientX, event.clientY, best);
      else if (event.pointerType !== "touch") hide();
    });
  }

  async function enliven(place) {
    const [view] = await Promise.all([
      content(place.dataset.view),
      (vegaLoaded ??= program()),
      letters(place.querySelector("svg").textContent),
    ]);
    await draw(place, view);
  }

  /* In the place of what is there, still or living. */
  async function draw(place, view) {
    const still = place.querySelector("svg");
    // Measured with the letters that the page shows.
    const font = getComputedStyle(still.querySelector("text") ?? place).fontFamily;
    const spec = JSON.parse(
      JSON.stringify(view).replaceAll('"Book Sans"', JSON.stringify(font)),
    );
    // A chart that a reader moves can say anew what it finds.
    if (spec.title?.text && place.closest("figure")?.querySelector(".controls")) {
      (spec.signals ??= []).push({ name: "headline", value: spec.title.text });
      spec.title.text = { signal: "headline" };
    }
    const live = document.createElement("div");
    const chart = new vega.View(vega.parse(spec), { renderer: "svg", container: live });
    chart.logLevel(vega.Error);
    chart.tooltip((handler, event, item, value) => {
      // Vega says so when the drawing is replaced.
      if (!event) return hide();
      if (event.type === "pointerout" && event.pointerType === "touch") return;
      show(event.clientX, event.clientY, value);
    });
    await chart.runAsync();
    const drawn = live.querySelector("svg");
    // Exactly as large as the still one: nothing on the page moves.
    for (const name of ["width", "height", "viewBox"]) {
      drawn.setAttribute(name, still.getAttribute(name));
    }
    drawn.removeAttribute("style");
    // A finger taps; it does not move over a mark.
    drawn.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch") {
        event.target.dispatchEvent(new PointerEvent("pointermove", event));
      }
    });
    nearest(chart, drawn);
    (place.bookChart ? still.parentElement : still).replaceWith(live);
    place.bookChart?.finalize();
    place.classList.add("chart-live");
    place.bookChart = chart;
    place.dispatchEvent(new Event("chartlive", { bubbles: true }));
  }

  /* One after the other, with room between for whatever the reader does. */
  let queue = Promise.resolve();
  const pause = () => new Promise((done) => setTimeout(done));
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        nearby.unobserve(target);
        queue = queue
          .then(() => enliven(target))
          // The still drawing stays.
          .catch((error) => console.warn(error))
          .then(pause);
      }
    },
    { rootMargin: NEAR },
  );

  async function tabulate(details) {
    const waiting = details.querySelector("[data-numbers]");
    if (!details.open || !waiting) return;
    const table = await content(waiting.dataset.numbers);
    const ready = document.createElement("template");
    ready.innerHTML = table;
    waiting.replaceWith(ready.content);
  }

  async function copy(event) {
    const link = event.currentTarget;
    try {
      await navigator.clipboard.writeText(link.href);
      link.textContent = "Link copied";
      setTimeout(() => (link.textContent = "Link"), 2000);
    } catch {
      /* The address is in the address bar all the same. */
    }
  }

  function start() {
    // A drawing that is not shown, wide or narrow, is never near.
    document.querySelectorAll("[data-view]").forEach((place) => nearby.observe(place));
    document.querySelectorAll("details.chart-numbers").forEach((details) => {
      details.addEventListener("toggle", () => tabulate(details).catch(console.warn));
    });
    document.querySelectorAll("a.chart-link").forEach((link) => {
      link.addEventListener("click", copy);
    });
    document.querySelectorAll("a.chart-embed").forEach((link) => {
      // What is held goes along.
      link.addEventListener("click", () => { link.search = location.search; });
    });
    document.addEventListener("scroll", hide, { passive: true, capture: true });
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest?.(".chart-live")) hide();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  // What is to be seen first comes first.
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
