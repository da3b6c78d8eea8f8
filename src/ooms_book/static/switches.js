/* A trend on another scale, or from a later year: the marks that are there, along other axes. A chart
   says in `usermeta.switches` how its linear axis goes; nothing is fitted anew. */
(() => {
  "use strict";
  /* Marks whose height is a power of ten are as high as the number itself. */
  const raised = (part) => {
    if (Array.isArray(part)) return part.map(raised);
    if (part === null || typeof part !== "object") return part;
    if (part.scale === "y" && typeof part.field === "string") {
      return { scale: "y", signal: `pow(10, datum[${JSON.stringify(part.field)}])` };
    }
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, raised(value)]));
  };

  /* On an even scale most marks lie at the axis: what is written there stands just above it, and
     what would stand below its mark is left out. */
  function above(mark) {
    const sets = mark.encode?.update;
    if (mark.type !== "text" || sets?.y?.scale !== "y") return mark;
    const value = sets.y.signal ?? `datum[${JSON.stringify(sets.y.field)}]`;
    const place = `scale("y", ${value})`;
    const down = sets.dy?.value ?? 0;
    const moved = down > 0
      ? { opacity: { signal: `${place} + ${down} > height - 9 ? 0 : 1` } }
      : { y: { signal: `min(${place}, height - 9)` } };
    return { ...mark, encode: { ...mark.encode, update: { ...sets, ...moved } } };
  }

  function otherwise(view, scale, year) {
    const { linear } = view.usermeta.switches;
    const spec = structuredClone(view);
    const named = (name) => spec.scales.find((one) => one.name === name);
    for (const mark of spec.marks) mark.clip = true;
    if (scale === "linear") {
      if (linear.logs) spec.marks = spec.marks.map((mark) => ({ ...mark, encode: raised(mark.encode) }));
      spec.marks = spec.marks.map(above);
      Object.assign(named("y"), { type: "linear", domain: [0, linear.values.at(-1)], clamp: false });
      for (const axis of spec.axes.filter((one) => one.scale === "y")) {
        axis.values = linear.values;
        const text = { signal: `${JSON.stringify(linear.words)}[indexof(${JSON.stringify(linear.values)}, datum.value)]` };
        if (axis.labels !== false) axis.encode = { labels: { update: { text } } };
      }
    }
    if (year) named("x").domainMin = { signal: `datetime(${year}, 0, 1)` };
    return spec;
  }

  addEventListener("DOMContentLoaded", () => {
    for (const switches of document.querySelectorAll(".chart-switches")) {
      const chart = switches.previousElementSibling;
      const [scale, year] = switches.querySelectorAll("select");
      const moved = () => scale.value || year.value;
      chart.addEventListener("chartlive", () => (switches.hidden = false));
      switches.addEventListener("change", async () => {
        for (const place of chart.querySelectorAll(".chart-live")) {
          const view = await bookCharts.content(place.dataset.view);
          await bookCharts.draw(place, moved() ? otherwise(view, scale.value, year.value) : view);
        }
        const said = moved() ? switches.dataset.said : "";
        switches.querySelector("[role=status]").textContent = said;
      });
    }
  });
})();
