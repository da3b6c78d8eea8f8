// Shows a card beside a number, a reference, a term or a mark: on hover, on focus, and on the first
// touch. Without this script each is a link, no more.
"use strict";
(() => {
  const box = document.createElement("div");
  box.className = "tip-box";
  box.hidden = true;
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  document.body.append(box);
  let shown = null;
  let opening = null;
  let timer = 0;

  // The cards come with the first one that is asked for: a script, since a page from a disk may
  // load nothing else.
  let coming;
  const cards = () => coming ??= new Promise((done) => {
    const place = document.querySelector("[data-cards]");
    if (!place) return done({});
    const script = document.createElement("script");
    script.src = place.dataset.cards;
    script.onload = () => done(window.bookCards ?? {});
    script.onerror = () => done({});
    document.head.append(script);
  });
  const key = (link) => (link.matches(".value") ? link.hash : link.getAttribute("href"));

  // What a card shows of a table or an equation of this page is what stands there.
  const piece = (link) => {
    const here = link.hash && link.pathname === location.pathname
      && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const found = here && (here.matches("table") ? here : here.querySelector("math")
      ?? here.querySelector("table"));
    if (!found || here.matches("figure, section")) return "";
    const copy = found.cloneNode(true);
    copy.querySelectorAll("caption").forEach((e) => e.remove());
    [...copy.querySelectorAll("tbody tr")].slice(6).forEach((e) => e.remove());
    [copy, ...copy.querySelectorAll("[id]")].forEach((e) => e.removeAttribute("id"));
    return copy;
  };
  const content = async (link) => {
    if (!link.matches(".value, .reference")) {
      return [document.getElementById(link.getAttribute("aria-describedby"))?.textContent ?? ""];
    }
    const card = (await cards())[key(link)];
    if (!card) return [];
    const parsed = document.createRange().createContextualFragment(card);
    return [parsed, piece(link)];
  };

  // Who asks for a card that is on its way waits for it: one that is hidden takes no focus.
  const show = (link) => {
    clearTimeout(timer);
    if (shown === link) return opening;
    shown = link;
    return opening = open(link);
  };
  const open = async (link) => {
    const parts = (await content(link)).filter(Boolean);
    // Meanwhile the reader may have gone on.
    if (shown !== link) return false;
    if (!parts.length) {
      hide();
      return false;
    }
    box.replaceChildren(...parts);
    box.setAttribute("aria-label", `About ${link.textContent.trim()}`);
    box.hidden = false;
    box.scrollTop = 0;
    const gap = 8;
    // A link broken over two lines has two boxes; the last is where the reader is.
    const at = [...link.getClientRects()].at(-1);
    const room = document.documentElement.clientWidth - box.offsetWidth - gap;
    box.style.left = `${Math.max(gap, Math.min(at.left, room))}px`;
    const below = at.bottom + gap + box.offsetHeight < innerHeight;
    const above = at.top - box.offsetHeight - gap / 2;
    box.style.top = `${below || above < 0 ? at.bottom + gap / 2 : above}px`;
    // With more room on neither side than it needs, it is as high as the larger.
    box.style.maxHeight = below || above >= 0 ? "" : `${innerHeight - at.bottom - gap}px`;
    return true;
  };
  function hide() {
    clearTimeout(timer);
    shown = null;
    box.hidden = true;
  }
  // The pointer may wander from the link onto the box.
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(hide, 150);
  };
  const link = (event) => (event.target instanceof Element ? event.target.closest(
    "a.explained, a.value, main a.reference.internal[href*='#']") : null);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const over = link(event);
    if (over && !box.contains(over)) show(over);
    else if (box.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement
      && !box.contains(document.activeElement)) leave();
  });
  document.addEventListener("focusin", (event) => {
    if (box.contains(event.target)) return;
    const over = link(event);
    if (over) show(over);
    else hide();
  });
  document.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    const from = shown;
    if (box.contains(document.activeElement)) from.focus();
    hide();
  });
  addEventListener("scroll", () => {
    // Where the keyboard led to, a card comes with the page that scrolls there.
    if (shown && !box.contains(document.activeElement)) hide();
  }, { passive: true });
  document.addEventListener("click", async (event) => {
    const over = link(event);
    if (!over || box.contains(over)) {
      if (!box.contains(event.target)) hide();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (over.matches(".value")) {
      // Where a number comes from is told beside it: the reader stays. From the keyboard, its links
      // are next.
      event.preventDefault();
      const keyed = event.detail === 0;
      // The scroll that brought the number into sight may have taken the card along: once more.
      const there = await show(over) || keyed && await show(over);
      if (there && keyed) box.focus();
    } else if (event.pointerType === "touch" && !over.dataset.touched) {
      // On a touch screen the first touch explains, the second follows the link.
      event.preventDefault();
      over.dataset.touched = "yes";
      setTimeout(() => delete over.dataset.touched, 4000);
      if (!await show(over)) over.click();
    }
  });
})();
