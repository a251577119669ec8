// The small sum of a form that asks for something dear: done while somebody types, so that a flood would cost its sender.
import { sha256 } from "@noble/hashes/sha2.js";

const SLICE_MS = 12;
const HURRY_MS = 50;

/** Find the number for which the digest of "challenge:number" begins with so many zero bits; in a hurry, take all the time. */
function findProof(challenge, bits, isHurried) {
  const encoder = new TextEncoder();
  let count = 0;
  const isDone = () => {
    const digest = sha256(encoder.encode(`${challenge}:${count}`));
    return ((digest[0] << 24) | (digest[1] << 16) | (digest[2] << 8) | digest[3]) >>> (32 - bits) === 0;
  };
  return new Promise((resolve) => {
    const slice = () => {
      const end = performance.now() + (isHurried() ? HURRY_MS : SLICE_MS);
      while (performance.now() < end) {
        if (isDone()) return resolve(String(count));
        count += 1;
      }
      setTimeout(slice, isHurried() ? 0 : SLICE_MS); // the other half of the time is the person's
    };
    setTimeout(slice, SLICE_MS);
  });
}

/** Let a form say which of its buttons was pressed: a script that sends it does not. */
function carryButton(form, button) {
  if (!button?.name) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
  form.append(field);
}

/** Do the sum of each form that has one. Who presses before it is done waits that moment, and is told so. */
export function doSums() {
  for (const field of document.querySelectorAll("[data-leeward-sum]")) {
    const form = field.form;
    const told = form.querySelector("[data-leeward-wait]");
    let isPressed = false;
    const proof = findProof(form.elements.challenge.value, Number(field.dataset.leewardSum), () => isPressed);
    const fill = (found) => {
      field.value = found;
    };
    proof.then(fill);
    form.addEventListener("submit", (event) => {
      if (field.value) return;
      event.preventDefault();
      if (isPressed) return;
      isPressed = true;
      told.textContent = told.dataset.leewardWait;
      carryButton(form, event.submitter);
      proof.then(fill).then(() => form.submit());
    });
  }
}
