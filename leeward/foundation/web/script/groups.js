// A long number is shown in groups while somebody types it. The server reads it however it is spaced.

/** Let each field that asks for it put a space after every so many characters. */
export function groupAsTyped(page = document) {
  for (const field of page.querySelectorAll("[data-leeward-groups]")) {
    const size = Number(field.dataset.leewardGroups);
    field.addEventListener("input", ({ inputType = "" }) => {
      // Whoever mends something in the middle, or takes something away, is left alone.
      if (inputType.startsWith("delete") || field.selectionEnd !== field.value.length) return;
      field.value = inGroups(field.value, size);
    });
  }
}

/** The digits of any script in groups; a text that holds anything but digits and the usual separators stays as it is. */
export function inGroups(text, size) {
  if (!/^[\p{Nd}\s._-]*$/u.test(text)) return text;
  const digits = [...text.replace(/[\s._-]/g, "")];
  return digits.map((digit, at) => (at && at % size === 0 ? ` ${digit}` : digit)).join("");
}
