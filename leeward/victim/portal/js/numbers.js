/** Keeping the numbers: copy, save as a text file, print. All of it happens on the device. */

/** @param {HTMLElement} root @param {Record<string, string>} words */
export function offerNumbers(root, words) {
  const panel = /** @type {HTMLElement | null} */ (root.querySelector("[data-numbers]"));
  if (!panel) return;
  const numbers = panel.dataset.numbers ?? "";
  const told = /** @type {HTMLElement} */ (panel.querySelector("[data-told]"));

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(numbers);
      told.textContent = words.copied;
    } catch {
      select(panel.querySelector("[data-digits]"));
      told.textContent = words.copyByHand;
    }
  };
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${numbers}\n`], { type: "text/plain" }));
    link.download = "numbers.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    told.textContent = words.saved;
  };
  /** @type {Record<string, () => void>} */
  const acts = { copy, save, print: () => print() };
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-act]"))) {
    button.hidden = false;
    button.addEventListener("click", acts[button.dataset.act ?? ""]);
  }
}

/** @param {Element | null} element */
function select(element) {
  if (element) getSelection()?.selectAllChildren(element);
}
