// The code with which other sites frame this figure: with what is held, in the colours asked for.
{
  const box = document.getElementById("embed-code");
  const colours = document.getElementById("embed-colours");
  const button = document.querySelector(".embed-copy");
  const status = document.querySelector(".figure-embed [role=status]");
  const asked = new URL(location.href);
  colours.value = asked.searchParams.get("theme") ?? "";
  const written = box.value;
  const write = () => {
    const [known] = written.match(/(?<=src=")[^"]*/);
    const own = new URL(location.href);
    const url = new URL(/^https?:/.test(known) ? known : own.href.split(/[?#]/)[0]);
    url.search = own.search;
    url.searchParams.delete("theme");
    if (colours.value) url.searchParams.set("theme", colours.value);
    const source = url.href.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    box.value = written.replace(/(?<=src=")[^"]*/, () => source);
  };
  // What is held is in the address once its own script has seen to it.
  for (const kind of ["input", "click"]) addEventListener(kind, () => setTimeout(write));
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      status.textContent = "Copied.";
    } catch {
      box.select();
      status.textContent = "It is selected, and can be copied.";
    }
  });
  write();
}
