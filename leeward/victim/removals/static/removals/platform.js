// Copying of addresses on the pages of a platform. The pages do everything without it.

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
