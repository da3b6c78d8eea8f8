// Shows a part's citations where it is, and copies them. Without this script "Cite" is a link to a
// page that has them all.
"use strict";
(() => {
  const own = document.currentScript.src;
  const site = own.slice(0, own.lastIndexOf("_static/"));

  const copied = async (text, within) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No leave, or a page from a disk: the old way, which needs the text to be selected.
      const box = document.createElement("textarea");
      box.value = text;
      box.readOnly = true;
      box.className = "cite-copying";
      const before = document.activeElement;
      within.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      before?.focus({ preventScroll: true });
      return done;
    }
  };

  const copier = (text, name, status, within) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cite-copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${name}`);
    button.addEventListener("click", async () => {
      const done = await copied(text, within);
      status.textContent = done ? `${name} copied.` : `${name} could not be copied; select it.`;
      button.textContent = done ? "Copied" : "Copy";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    return button;
  };

  const element = (tag, text = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  const loading = new Map();
  const load = (page) => {
    if (!loading.has(page)) {
      loading.set(page, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${site}cite/${page}.js`;
        script.onload = () => resolve(window.bookCitations[page]);
        script.onerror = () => { loading.delete(page); reject(new Error(script.src)); };
        document.head.append(script);
      }));
    }
    return loading.get(page);
  };

  let dialog = null;
  const show = ({ formats, parts }, part, link) => {
    const cited = parts[part];
    if (!dialog) {
      dialog = element("dialog", "", { class: "cite-box", "aria-labelledby": "cite-box-name" });
      dialog.addEventListener("click", (event) => {
        // A press outside: on the backdrop, which belongs to the dialog itself.
        if (event.target === dialog) dialog.close();
      });
      dialog.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const button = dialog.querySelectorAll(".cite-copy")[Number(event.key) - 1];
        if (button) button.click();
      });
      document.body.append(dialog);
    }
    const status = element("p", "", { class: "cite-status", role: "status" });
    const close = element("button", "Close", { type: "button", class: "cite-close" });
    close.addEventListener("click", () => dialog.close());
    const head = element("div", "", { class: "cite-head" });
    const name = cited.name[0].toUpperCase() + cited.name.slice(1);
    head.append(element("h2", `Cite: ${name}`, { id: "cite-box-name" }), close);
    const rows = [...Object.entries(formats), ...(cited.link ? [["link", "Permanent link"]] : [])];
    const entries = rows.map(([key, called], index) => {
      const row = element("section");
      const top = element("div", "", { class: "cite-row" });
      top.append(
        element("h3", called),
        element("kbd", String(index + 1), { "aria-hidden": "true" }),
        copier(cited[key], called, status, dialog),
      );
      // What is longer than its box scrolls, and so must be reachable.
      row.append(top, element("pre", cited[key], {
        tabindex: "0", role: "region", "aria-label": called, "data-format": key,
      }));
      return row;
    });
    const foot = element("p", "Press a number to copy. ", { class: "cite-foot" });
    foot.append(element("a", "All citations of this page", { href: link.href }));
    dialog.replaceChildren(head, element("p", cited.title, { class: "cite-title" }), ...entries,
      foot, status);
    dialog.showModal();
    dialog.querySelector(".cite-copy").focus();
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.cite");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { pathname, hash } = new URL(link.href);
    const start = new URL(`${site}cite/`).pathname;
    const page = decodeURIComponent(pathname.slice(start.length).replace(/\.html$/, ""));
    try {
      show(await load(page), decodeURIComponent(hash.slice(1)), link);
    } catch {
      location.href = link.href;
    }
  });

  // On the page of all citations.
  const texts = document.querySelectorAll("section.citations > pre[data-format]");
  if (texts.length) {
    const status = element("p", "", { role: "status" });
    document.querySelector("main").append(status);
    for (const text of texts) {
      const name = text.previousElementSibling.textContent;
      text.after(copier(text.textContent, name, status, document.body));
    }
  }

  // The place of something that is on another page now leads there.
  const lead = () => {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const to = place && place.matches(".moved") && place.querySelector("a");
    if (to) location.replace(to.href);
  };
  addEventListener("hashchange", lead);
  lead();
})();
