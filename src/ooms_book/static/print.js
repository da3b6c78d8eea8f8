// Paper is light, and what is folded on it can't be opened: for the time of printing, the page has
// its light colours and shows what is folded, but for code.
{
  const root = document.documentElement;
  let undo = [];
  addEventListener("beforeprint", () => {
    const theme = root.dataset.theme;
    root.dataset.theme = "light";
    undo = [() => { root.dataset.theme = theme; }];
    for (const part of document.querySelectorAll("article details:not([open], .hide, figure *)")) {
      part.open = true;
      undo.push(() => { part.open = false; });
    }
  });
  addEventListener("afterprint", () => {
    for (const step of undo.splice(0)) step();
  });
}
