// Shows what describes a link, on hover and focus. Without this script it is a link, no more.
"use strict";
(() => {
  const box = document.createElement("div");
  box.className = "tip-box";
  box.hidden = true;
  // The link's description says the same to those who can't see it.
  box.setAttribute("aria-hidden", "true");
  document.body.append(box);
  let shown = null;
  let timer = 0;

  const show = (link) => {
    clearTimeout(timer);
    const tip = document.getElementById(link.getAttribute("aria-describedby"));
    if (!tip || shown === link) return;
    shown = link;
    box.textContent = tip.textContent;
    box.hidden = false;
    const gap = 8;
    // A link broken over two lines has two boxes; the last is where the reader is.
    const at = [...link.getClientRects()].at(-1);
    const room = document.documentElement.clientWidth - box.offsetWidth - gap;
    box.style.left = `${Math.max(gap, Math.min(at.left, room))}px`;
    const below = at.bottom + gap + box.offsetHeight < innerHeight;
    box.style.top = `${below ? at.bottom + gap / 2 : at.top - box.offsetHeight - gap / 2}px`;
  };
  const hide = () => {
    clearTimeout(timer);
    shown = null;
    box.hidden = true;
  };
  // The pointer may wander from the link onto the box.
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(hide, 150);
  };
  const link = (event) => (event.target instanceof Element
    ? event.target.closest("a.explained") : null);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const over = link(event);
    if (over) show(over);
    else if (box.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) leave();
  });
  document.addEventListener("focusin", (event) => {
    const over = link(event);
    if (over) show(over);
    else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("scroll", hide, { passive: true });
  // On a touch screen the first touch explains, the second follows the link.
  document.addEventListener("click", (event) => {
    const over = link(event);
    if (over && event.pointerType === "touch" && !over.dataset.touched) {
      event.preventDefault();
      show(over);
      over.dataset.touched = "yes";
      setTimeout(() => delete over.dataset.touched, 4000);
    } else if (!over && !box.contains(event.target)) hide();
  });
})();
