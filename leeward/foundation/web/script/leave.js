// The way out, faster than a page can load: blank first, then go. Without this script the same link still works.

const SHIFT_PRESSES = 3;
const ESCAPE_PRESSES = 2;
const PATIENCE_MS = { Shift: 5000, Escape: 1500 };

/** Make every exit link of the page, three presses of Shift and two of Escape leave at once. */
export function watchForLeaving(page = document, place = window.location) {
  // A page that a browser kept alive behind "Back" asks again whether it may be shown.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) place.reload();
  });
  const link = page.querySelector("[data-leeward-exit-leaving]");
  if (!link) return;
  const status = makeStatus(page);
  const leave = () => blankAndGo({ page, place, address: link.href, leaving: link.dataset.leewardExitLeaving });

  for (const exit of page.querySelectorAll("[data-leeward-exit]")) {
    exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  }
  const shift = countPresses("Shift", SHIFT_PRESSES);
  const escape = countPresses("Escape", ESCAPE_PRESSES);
  page.addEventListener("keydown", (event) => {
    for (const count of [shift, escape]) {
      const left = count(event);
      if (left === 0) leave();
      else if (left === 1) status.textContent = link.dataset.leewardExitPress; // in the language that the page speaks by now
    }
  });
}

/** A function that takes key events and says how many presses are still missing; other keys start it afresh. */
export function countPresses(key, needed, now = () => Date.now()) {
  let presses = 0;
  let last = 0;
  return (event) => {
    if (event.key !== key) {
      presses = 0;
      return needed;
    }
    if (event.repeat) return needed; // held down, not pressed again
    if (now() - last > PATIENCE_MS[key]) presses = 0;
    last = now();
    presses += 1;
    return needed - presses;
  };
}

function blankAndGo({ page, place, address, leaving }) {
  page.dispatchEvent(new CustomEvent("leeward:leave")); // whoever holds pictures or hashes drops them now
  page.documentElement.classList.add("leeward-left");
  const status = makeStatus(page);
  page.body.replaceChildren(status);
  page.title = "…";
  status.textContent = leaving;
  place.replace(address); // takes this page's place in the history: Back does not return to it
}

function makeStatus(page) {
  const status = page.createElement("div");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "assertive");
  page.body.append(status);
  return status;
}
