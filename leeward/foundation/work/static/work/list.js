// A box that ticks all lines, and keys for lists: j and k to the next line and back, x ticks, o opens, / to the filters, ? shows the help. They rest
// while somebody types and with Ctrl, Alt or Meta, and can be switched off (WCAG 2.1.4). The pages do without them.

const list = document.querySelector("[data-leeward-list]");
const help = list?.querySelector("[data-leeward-keys]");
const OFF = "leeward-keys-off";

const all = list?.querySelector("[data-leeward-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of list.querySelectorAll("[data-leeward-row] input[type=checkbox]")) box.checked = all.checked;
  });
}

if (help) {
  const rows = [...list.querySelectorAll("[data-leeward-row]")];
  const panel = help.querySelector("details");
  const box = help.querySelector("input");
  const part = (row, wanted) => row?.querySelector(wanted);
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (place) => {
    const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
    (part(row, "[data-leeward-open]") ?? part(row, "input"))?.focus();
  };
  const keys = {
    j: () => go(here() + 1),
    k: () => go(here() - 1),
    x: () => part(rows[here()], "input[type=checkbox]")?.click(),
    o: () => part(rows[here()], "[data-leeward-open]")?.click(),
    "/": () => list.querySelector("[data-leeward-filter] :is(input:not([type=hidden]), select)")?.focus(),
    "?": () => {
      panel.open = !panel.open;
      panel.querySelector("summary").focus();
    },
  };
  help.hidden = false;
  try {
    box.checked = localStorage.getItem(OFF) === null;
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  } catch {
    // nothing may be kept in this browser: the box holds for this page alone
  }
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (!box.checked || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
