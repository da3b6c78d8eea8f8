// Text passes figures: one that does not fit on what is left of a page stands after the text that does,
// at the head of the next. Heights are those of the column on paper; where a page ends is reckoned.
addEventListener("load", () => {
  const PAGE = (251 / 25.4) * 96;
  const FLOATS = "figure, .scrolls:has(> table.short > caption)";
  document.body.style.width = "166mm";
  const blocks = (within) => [...within.children].flatMap((part) =>
    part.matches("section, div:not(.scrolls, .admonition, .listing, .formula)")
      && part.children.length ? blocks(part) : [part]);
  for (const page of document.querySelectorAll(".document")) {
    const parts = blocks(page.querySelector("article")).filter((part) => part.offsetHeight);
    const tops = parts.map((part) => part.getBoundingClientRect().top);
    const end = page.getBoundingClientRect().bottom;
    const high = new Map(parts.map((part, i) => [part, (tops[i + 1] ?? end) - tops[i]]));
    let y = 0;
    let waiting = [];
    // After a block that goes over the page's end, or before a heading that begins the next.
    const settle = (place, where) => {
      const held = waiting;
      waiting = [];
      for (const figure of held) {
        if (y + high.get(figure) > PAGE) waiting.push(figure);
        else {
          place[where](figure);
          if (where === "after") place = figure;
          y += high.get(figure);
        }
      }
    };
    parts.forEach((part, i) => {
      const height = high.get(part);
      if (part.matches(FLOATS)) {
        if (waiting.length || y + height > PAGE) waiting.push(part);
        else y += height;
      } else if (part.matches("h1, h2, h3, h4, .admonition, .formula")) {
        const next = part.matches("h1, h2, h3, h4") && parts[i + 1];
        const more = next && !next.matches(FLOATS) ? Math.min(high.get(next), 60) : 0;
        if (y + height + more > PAGE) {
          y = 0;
          settle(part, "before");
        }
        y += height;
      } else {
        const over = y + height > PAGE;
        y += height;
        while (y > PAGE) y -= PAGE;
        if (over) settle(part, "after");
      }
    });
    const last = parts.findLast((part) => !waiting.includes(part));
    if (waiting.length && last) last.after(...waiting);
  }
});
