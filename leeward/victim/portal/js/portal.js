/**
 * The steps of the picture page: choose, what will happen, your code, send. It shows and hides what the server has
 * written, moves the focus along, and sends once. Between choosing and sending it asks the network for nothing. Each step
 * is an entry of the browser's history, which keeps the step's name and nothing else: "Back" loses nothing.
 */
import { attachHasher, bringFrom } from "../../../../hashmatch/browser/src/page.js";
import { SPEC } from "../../../../hashmatch/browser/src/payload.js";
import { speakInPlace } from "./language.js";
import { offerNumbers } from "./numbers.js";
import { sendOnce } from "./sending.js";
import { tellWhich } from "./which.js";
import { startWork } from "./work.js";

/** @typedef {import("../../../../hashmatch/browser/src/payload.js").Picture} Picture */

/** The server may ask for more work as often as this before the person is asked what to do. */
const MOST_PRICES = 6;
/** A frame that has said nothing for so long was not let in. */
const FRAME_PATIENCE_MS = 20_000;
const STEPS = ["choose", "meaning", "code", "sending"];

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
  const tools = /** @type {HTMLElement} */ (root.querySelector("[data-tools]"));
  const outcome = /** @type {HTMLElement} */ (root.querySelector("[data-outcome]"));
  let at = "choose";
  /** How many entries of the history are this page's own, before the one that is shown. */
  let depth = 0;
  let isSent = false;
  /** Ends the sending that is under way. */
  let stopSending = () => {};
  /** @type {Picture[]} */
  let pictures = [];
  /** @type {import("../../../../hashmatch/browser/src/page.js").State | undefined} as the frame said last */
  let state;
  /** Nothing is still being worked on. */
  const isSettled = () => state?.phase !== "working" && !state?.left;

  const work = startWork(challenge);

  /** What the server asks of a network that has sent little. @returns {import("./work.js").Price} */
  const price = () => {
    const hashes = pictures.reduce((sum, { pdq }) => sum + pdq.length + 2, 0); // MD5 and SHA-256 with each picture
    return { sums: Math.ceil(Math.max(costs.leastHashes, hashes) / costs.hashesPerSum), bits: costs.bits };
  };

  const patience = setTimeout(() => tellProblem("choose", words.frameBlocked), FRAME_PATIENCE_MS);

  const hasher = attachHasher({
    frame,
    bring: bringFrom(addonsBase, manifest),
    onChange(list) {
      pictures = list;
      if (list.length) work.prove(price(), "reading");
    },
    onState(heard) {
      clearTimeout(patience);
      state = heard;
      tellState();
      if (pictures.length) clearProblem("choose");
    },
  });

  function tellState() {
    /** @type {Record<string, string>} she may go offline only when nothing is missing any more */
    const told = { loading: words.toolsLoading, all: words.toolsReady, some: words.toolsMissing };
    tools.textContent = told[state?.tools ?? "loading"];
    chosen.textContent = isSettled() && pictures.length ? words.chosen.replace("{number}", String(pictures.length)) : "";
  }

  const section = (/** @type {string} */ name) => /** @type {HTMLElement} */ (sections.find((each) => each.dataset.step === name));

  /** @param {string} name */
  function show(name) {
    at = name;
    for (const each of sections) each.hidden = each.dataset.step !== name;
    if (pageBack) pageBack.hidden = name !== "choose"; // later steps have their own way back, which loses nothing
    const heading = /** @type {HTMLElement} */ (section(name).querySelector("h1"));
    heading.tabIndex = -1;
    heading.focus();
    scrollTo(0, 0);
  }

  /** @param {string} name of the next step */
  function goOn(name) {
    depth += 1;
    history.pushState({ step: name, depth }, "");
    show(name);
  }

  addEventListener("popstate", ({ state: entry }) => {
    depth = entry?.depth ?? 0;
    if (isSent) return;
    const wasBusy = section("sending").getAttribute("aria-busy") === "true";
    stopSending();
    const wanted = STEPS.indexOf(entry?.step ?? "choose");
    // "Forward" leads no further than the first thing that is missing, and never sends.
    const open = sections.map((each) => each.dataset.step ?? "").filter((step) => step !== "sending" && STEPS.indexOf(step) <= wanted);
    const target = open.find((step, place) => place < open.length - 1 && missing[step]()) ?? open[open.length - 1];
    show(target);
    if (wasBusy) tellProblem(target, words.stopped);
  });

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
      if (!isSettled()) return words.notReady;
      return pictures.length ? "" : words.nothingChosen;
    },
    meaning: () => "", // its button is the yes
    code: () => (isTicked("kept") ? "" : words.keptMissing),
  };

  async function send() {
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
    stopSending = stop.onclick = () => {
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
      leaveFor(result.next);
      return;
    }
    busy(false);
    if (at !== "sending") return; // she went back meanwhile
    again.hidden = !result.again;
    outcome.textContent = result.text;
    /** @type {HTMLElement} */ (section("sending").querySelector("[data-reload]")).hidden = result.again;
    outcome.focus();
  }

  /** Put another page in the place of this one and all its steps. @param {string} address */
  function leaveFor(address) {
    isSent = true;
    if (!depth) return location.replace(address);
    addEventListener("popstate", () => location.replace(address), { once: true });
    history.go(-depth);
  }

  root.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button"));
    const step = /** @type {HTMLElement | null} */ (button?.closest("[data-step]"))?.dataset.step ?? "";
    if (!button) return;
    if ("back" in button.dataset) history.back();
    else if (button.dataset.next) {
      const problem = missing[step]();
      if (problem) tellProblem(step, problem);
      else {
        clearProblem(step);
        goOn(button.dataset.next);
        if (button.dataset.next === "sending") send();
      }
    } else if ("again" in button.dataset) send();
  });
  offerNumbers(root, words);
  speakInPlace({
    frame,
    say: hasher.say,
    onWords() {
      Object.assign(words, JSON.parse(root.dataset.words ?? "{}"));
      tellState();
      clearProblem(at);
      if (at === "sending") outcome.textContent = "";
      show(at);
    },
    onFailure: () => tellProblem(at, words.languageFailed),
  });
  history.replaceState(null, ""); // after the page was loaded again nothing is chosen, whatever the entry says
  history.scrollRestoration = "manual";
  root.hidden = false;
}

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-portal]"));
const which = /** @type {HTMLElement | null} */ (document.querySelector("[data-which]"));
if (root) runPortal(root);
else if (which) tellWhich(which);
else offerNumbers(document.body, JSON.parse(/** @type {HTMLElement | null} */ (document.querySelector("[data-numbers]"))?.dataset.words ?? "{}"));
