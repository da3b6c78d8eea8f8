// Filters a listing. Without this script the whole table stands there.
"use strict";
(() => {
  for (const box of document.querySelectorAll(".listing")) {
    const form = box.querySelector("form");
    const count = box.querySelector(".listing-count");
    // What is counted are rows that stand by themselves; a part belongs to the row before it.
    const rows = [...box.querySelectorAll("tbody tr")].map((row) => ({
      row, text: row.textContent.toLowerCase(), data: row.dataset,
      whole: row.dataset.partOf ?? row.id,
    }));
    const all = new Set(rows.map(({ whole }) => whole)).size;
    const fields = [...form.elements].filter((field) => field.name);
    // A heading such as "of the book" has the attribute data-of-the-book, and so the key ofTheBook.
    const key = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

    const show = () => {
      const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = fields.filter((field) => field.name !== "q" && field.value);
      const found = new Set();
      for (const { row, text, data, whole } of rows) {
        const fits = words.every((word) => text.includes(word))
          && chosen.every((field) => data[key(field.name)] === field.value);
        row.hidden = !fits;
        if (fits) found.add(whole);
      }
      const noun = all === 1 ? box.dataset.one : box.dataset.many;
      count.textContent = found.size === all
        ? `${all} ${noun}`
        : `${found.size} of ${all} ${noun}`;
    };

    // What is shown has an address; the place on the page stays in it.
    const remember = () => {
      const query = new URLSearchParams(
        fields.filter((field) => field.value).map((field) => [field.name, field.value]),
      ).toString();
      const address = location.pathname + (query ? `?${query}` : "") + location.hash;
      try {
        history.replaceState(history.state, "", address);
      } catch {
        // From a folder some browsers don't let a page change its address.
      }
    };

    const recall = () => {
      const query = new URLSearchParams(location.search);
      for (const field of fields) field.value = query.get(field.name) ?? "";
      // A choice that is not in the list would leave the field empty.
      for (const field of fields) if (field.selectedIndex === -1) field.value = "";
      show();
      reveal();
    };

    // Whoever follows a link to a row gets to see it.
    const reveal = () => {
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!row || !box.contains(row)) return;
      if (row.hidden) {
        for (const field of fields) field.value = "";
        show();
        remember();
      }
      row.scrollIntoView({ block: "center" });
    };

    form.addEventListener("input", () => { show(); remember(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { show(); remember(); }));
    addEventListener("popstate", recall);
    addEventListener("hashchange", reveal);
    form.hidden = false;
    recall();
  }
})();
