// What is folded on paper can't be opened: for the time of printing, the page shows it, but for code and
// for long tables, which stay where they are.
{
  let undo = [];
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll(
      "article details:not([open], .hide:not(.above-output), figure *, :has(tbody > tr:nth-child(17)))")) {
      part.open = true;
      undo.push(() => { part.open = false; });
    }
  });
  addEventListener("afterprint", () => {
    for (const step of undo.splice(0)) step();
  });
}
