// What the frame of a page does with a script; without one, it only lacks this comfort.
{
  const root = document.documentElement;

  // Colours: as the system has them, light, dark.
  const modes = { auto: "as the system has them", light: "light", dark: "dark" };
  const button = document.querySelector(".theme-button");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => root.dataset.theme ?? "auto";
  const show = () => {
    button.querySelector(".theme-name").textContent = modes[chosen()];
    button.title = `Colours: ${modes[chosen()]}`;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    // The first press changes what is seen, whatever the system has.
    const order = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    const next = order[(order.indexOf(chosen()) + 1) % order.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.setItem("mode", next); } catch {}
    show();
  });
  show();

  // A list that was opened over the text closes when one goes where it leads.
  for (const list of document.querySelectorAll("[popover]")) {
    list.addEventListener("click", event => {
      if (event.target.closest("a") && list.matches(":popover-open")) list.hidePopover();
    });
  }

  // Ctrl+K or Cmd+K: to the search.
  addEventListener("keydown", event => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    const box = [...document.querySelectorAll(".search-box input, .to-search")]
      .find(element => element.checkVisibility());
    if (!box) return;
    event.preventDefault();
    box.focus();
  });

  // The search is not loaded before somebody searches.
  const own = document.currentScript.src;
  const load = () => {
    for (const name of ["vendor/minisearch-7.2.0.min.js", "../search-index.js", "search.js"]) {
      // In this order, whichever comes first.
      const src = new URL(name, own).href;
      document.head.append(Object.assign(document.createElement("script"), { src, async: false }));
    }
  };
  if (document.querySelector("#search-results")) load();
  else for (const box of document.querySelectorAll(".top .search-box input")) {
    box.addEventListener("focus", load, { once: true });
  }

  // One switch for the code that cells of this page are folded over.
  const code = document.querySelector(".code-switch");
  if (code) {
    code.hidden = false;
    code.addEventListener("click", () => {
      const shown = root.classList.toggle("code-shown");
      code.setAttribute("aria-pressed", shown);
    });
  }

  // What scrolls sideways can be scrolled by key.
  const reach = () => {
    for (const box of document.querySelectorAll(".prose :is(.scrolls, .text_html, pre)")) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", reach);
  addEventListener("resize", reach);

  // Where one is on the page.
  const links = new Map();
  for (const link of document.querySelectorAll("#outline a[href^='#']")) {
    const place = link.hash ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
    if (place) links.set(place, link);
  }
  if (links.size) {
    let here;
    const look = () => {
      let last;
      for (const [place, link] of links) {
        if (place.getBoundingClientRect().top > 120) break;
        last = link;
      }
      if (last === here) return;
      here?.removeAttribute("aria-current");
      here = last;
      here?.setAttribute("aria-current", "location");
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; look(); });
    }, { passive: true });
    look();
  }
}
