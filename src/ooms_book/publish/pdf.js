// Text passes figures: where one would leave much of a page empty, what follows comes before it. Each
// chapter is laid out in columns as high as a page, which break as pages do.
addEventListener("load", () => {
  const [WIDE, HIGH, APART] = [174, 262, 20].map((mm) => (mm / 25.4) * 96);
  const FLOATS = "figure, .scrolls:has(> table.short > caption)";
  const HEADS = "h1, h2, h3, h4";
  const WRAPS = "article, section, div:not(.scrolls, .admonition, .listing, .formula)";
  const MOST = 14;
  // A short table is kept whole, but for one that would leave a third of a page empty.
  for (const table of document.querySelectorAll("table.short"))
    if (table.offsetHeight > HIGH / 4) table.classList.remove("short");
  document.body.style.width = `${WIDE}px`;
  const blocks = (within) => [...within.children].flatMap((part) =>
    part.matches(WRAPS) && part.children.length ? blocks(part) : [part]);
  for (const chapter of document.querySelectorAll(".document.read")) {
    Object.assign(chapter.style, {
      columnFill: "auto", columnGap: `${APART}px`, columnWidth: `${WIDE}px`,
      height: `${HIGH}px`, width: `${WIDE}px`,
    });
    const parts = () => blocks(chapter).filter((part) => part.getClientRects().length);
    const top = chapter.getBoundingClientRect().top;
    // How much of its page is left below a block, and whether the next stands on that page still.
    const left = (part) => HIGH - ([...part.getClientRects()].at(-1).bottom - top);
    const page = (rect) => Math.round(rect.left / (WIDE + APART));
    for (const float of parts().filter((part) => part.matches(FLOATS))) {
      for (let moved = 0; moved < MOST; moved += 1) {
        const all = parts();
        const at = all.indexOf(float);
        const before = all[at - 1];
        if (!before || left(before) < HIGH / 12) break;
        const ends = [...before.getClientRects()].at(-1);
        if (page(ends) === page(float.getClientRects()[0])) break;
        let next = all.slice(at + 1).findIndex((part) => !part.matches(FLOATS));
        if (next < 0) break;
        next += at + 1;
        const taken = [all[next]];
        // A heading goes with what it heads.
        while (all[next + 1] && taken.at(-1).matches(HEADS)) taken.push(all[next += 1]);
        float.before(...taken);
      }
    }
    chapter.removeAttribute("style");
  }
});
