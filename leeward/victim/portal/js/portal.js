/**
 * The steps of the picture page: choose, what will happen, your numbers, send. It shows and hides what the server has
 * written, moves the focus along, and sends once. Between choosing and sending it asks the network for nothing.
 */
import { attachHasher, bringFrom } from "../../../../hashmatch/browser/src/page.js";
import { SPEC } from "../../../../hashmatch/browser/src/payload.js";
import { offerNumbers } from "./numbers.js";
import { sendOnce } from "./sending.js";
import { startWork } from "./work.js";

/** @typedef {import("../../../../hashmatch/browser/src/payload.js").Picture} Picture */

/** The server may ask for more work as often as this before the person is asked what to do. */
const MOST_PRICES = 6;

/** @param {HTMLElement} root */
function runPortal(root) {
  const { words, manifest, work: costs, addonsBase, sendUrl, token, challenge, csrf } = /** @type {any} */ ({
    ...root.dataset,
    work: JSON.parse(root.dataset.work ?? "{}"),
    words: JSON.parse(root.dataset.words ?? "{}"),
    manifest: JSON.parse(root.dataset.manifest ?? "{}"),
  });
  const sections = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-step]")]);
  const frame = /** @type {HTMLIFrameElement} */ (root.querySelector("iframe"));
  const pageBack = /** @type {HTMLElement | null} */ (document.querySelector(".govuk-back-link"));
  const chosen = /** @type {HTMLElement} */ (root.querySelector("[data-chosen]"));
  /** @type {Picture[]} */
  let pictures = [];
  /** Nothing is still being worked on. */
  let settled = true;

  const work = startWork(challenge);

  /** What the server asks of a network that has sent little. @returns {import("./work.js").Price} */
  const price = () => {
    const hashes = pictures.reduce((sum, { pdq }) => sum + pdq.length + 2, 0); // MD5 and SHA-256 with each picture
    return { sums: Math.ceil(Math.max(costs.leastHashes, hashes) / costs.hashesPerSum), bits: costs.bits };
  };

  attachHasher({
    frame,
    bring: bringFrom(addonsBase, manifest),
    onChange(list) {
      pictures = list;
      if (list.length) work.prove(price(), "reading");
    },
    onState(state) {
      settled = state.phase !== "working" && state.left === 0;
      chosen.textContent = settled && pictures.length ? words.chosen.replace("{number}", String(pictures.length)) : "";
      if (pictures.length) clearProblem("choose");
    },
  });

  const section = (/** @type {string} */ name) => /** @type {HTMLElement} */ (sections.find((each) => each.dataset.step === name));

  /** @param {string} name */
  function show(name) {
    for (const each of sections) each.hidden = each.dataset.step !== name;
    if (pageBack) pageBack.hidden = name !== "choose"; // later steps have their own way back, which loses nothing
    const heading = /** @type {HTMLElement} */ (section(name).querySelector("h1"));
    heading.tabIndex = -1;
    heading.focus();
    scrollTo(0, 0);
  }

  /** @param {string} step @param {string} text */
  function tellProblem(step, text) {
    const problem = /** @type {HTMLElement} */ (section(step).querySelector("[data-problem]"));
    /** @type {HTMLElement} */ (problem.querySelector("[data-problem-text]")).textContent = text;
    problem.hidden = false;
    problem.focus();
    section(step).querySelector(".govuk-form-group")?.classList.add("govuk-form-group--error");
  }

  /** @param {string} step */
  function clearProblem(step) {
    const problem = /** @type {HTMLElement | null} */ (section(step).querySelector("[data-problem]"));
    if (problem) problem.hidden = true;
    section(step).querySelector(".govuk-form-group")?.classList.remove("govuk-form-group--error");
  }

  const isTicked = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (root.querySelector(`input[name="${name}"]`)).checked;

  /** What is missing before she can leave a step; "" when nothing is. @type {Record<string, () => string>} */
  const missing = {
    choose: () => {
      if (!settled) return words.notReady;
      return pictures.length ? "" : words.nothingChosen;
    },
    meaning: () => (isTicked("consent") ? "" : words.consentMissing),
    code: () => (isTicked("kept") ? "" : words.keptMissing),
  };

  async function send() {
    show("sending");
    const outcome = /** @type {HTMLElement} */ (section("sending").querySelector("[data-outcome]"));
    const stop = /** @type {HTMLButtonElement} */ (section("sending").querySelector("[data-stop]"));
    const again = /** @type {HTMLButtonElement} */ (section("sending").querySelector("[data-again]"));
    const busy = (/** @type {boolean} */ on) => {
      section("sending").setAttribute("aria-busy", String(on));
      stop.hidden = !on;
      again.hidden = on;
    };
    busy(true);
    outcome.textContent = words.sending;
    const stopper = new AbortController();
    stop.onclick = () => {
      stopper.abort();
      work.stop();
    };
    /** @type {import("./sending.js").Result} */
    let result = { text: "", again: false, work: price() };
    for (let round = 0; result.work && round < MOST_PRICES; round++) {
      if (round) outcome.textContent = words.moreWork;
      const proof = await work.prove(result.work, "waiting");
      const body = JSON.stringify({ token, consent: true, proof, hashes: { spec: SPEC, pictures } });
      result = await sendOnce({ url: sendUrl, body, csrf, words, signal: stopper.signal });
    }
    if (result.next) {
      location.replace(result.next);
      return;
    }
    busy(false);
    again.hidden = !result.again;
    outcome.textContent = result.text;
    /** @type {HTMLElement} */ (section("sending").querySelector("[data-reload]")).hidden = result.again;
    outcome.focus();
  }

  root.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button"));
    const step = /** @type {HTMLElement | null} */ (button?.closest("[data-step]"))?.dataset.step ?? "";
    if (!button) return;
    if (button.dataset.back) show(button.dataset.back);
    else if (button.dataset.next) {
      const problem = missing[step]();
      if (problem) tellProblem(step, problem);
      else {
        clearProblem(step);
        if (button.dataset.next === "sending") send();
        else show(button.dataset.next);
      }
    } else if ("again" in button.dataset) send();
  });
  offerNumbers(root, words);
  root.hidden = false;
}

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-portal]"));
if (root) runPortal(root);
else offerNumbers(document.body, JSON.parse(/** @type {HTMLElement | null} */ (document.querySelector("[data-numbers]"))?.dataset.words ?? "{}"));
