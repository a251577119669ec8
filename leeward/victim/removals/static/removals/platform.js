// Work by keyboard in a platform's queue, and copying of addresses. The pages do everything without it.
// The keys act only while the focus is in the list, so that they take nothing from anybody's other tools.

const queue = document.querySelector("[data-leeward-queue]");

if (queue) {
  const rows = [...queue.querySelectorAll("[data-leeward-row]")];
  const told = queue.querySelector("[data-leeward-keys]");
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (place) => rows[Math.min(Math.max(place, 0), rows.length - 1)]?.focus();
  const keys = {
    j: () => go(here() + 1),
    k: () => go(here() - 1),
    x: () => rows[here()]?.querySelector("input[type=checkbox]")?.click(),
    o: () => rows[here()]?.querySelector("[data-leeward-open]")?.click(),
  };
  told.hidden = false;
  told.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    go(0);
  });
  queue.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
}

for (const button of document.querySelectorAll("[data-leeward-copy]")) {
  if (!navigator.clipboard) break; // over plain http there is none: the address can be marked by hand
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.leewardCopy);
      button.textContent = button.dataset.leewardCopied;
    } catch {
      button.hidden = true;
    }
  });
}
