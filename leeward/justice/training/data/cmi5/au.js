// Plays one lesson in the system of an employer and tells it by cmi5 how it went. Nothing is sent anywhere else.
// https://github.com/AICC/CMI-5_Spec_Current (sections 8 to 10).
"use strict";

const asked = new URLSearchParams(location.search);
const endpoint = (asked.get("endpoint") || "").replace(/\/?$/, "/");
const began = Date.now();
const CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
const VERBS = {
  initialized: "http://adlnet.gov/expapi/verbs/initialized",
  passed: "http://adlnet.gov/expapi/verbs/passed",
  failed: "http://adlnet.gov/expapi/verbs/failed",
  completed: "http://adlnet.gov/expapi/verbs/completed",
  terminated: "http://adlnet.gov/expapi/verbs/terminated",
};
let token = "";
let launched = {};
let lesson = null;
let language = "en";

const words = (texts) => texts[language] || Object.values(texts)[0];
const ui = (name) => words(lesson.words[name]);
const uuid = () => {
  if (crypto.randomUUID) return crypto.randomUUID(); // only where the page came by https
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((each, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + each.toString(16).padStart(2, "0")).join("");
};
const duration = () => `PT${Math.max(0, (Date.now() - began) / 1000).toFixed(2)}S`;

async function call(method, path, query, body) {
  const address = `${endpoint}${path}?${new URLSearchParams(query)}`;
  const headers = { Authorization: `Basic ${token}`, "X-Experience-API-Version": "1.0.3" };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.status === 204 ? null : response.json().catch(() => null);
}

async function tell(verb, result) {
  const id = uuid();
  const context = structuredClone(launched.contextTemplate || {});
  const activities = (context.contextActivities ||= {});
  activities.category = [...(activities.category || []), { id: `${CATEGORY}cmi5` }];
  if (["passed", "failed", "completed"].includes(verb)) activities.category.push({ id: `${CATEGORY}moveon` });
  if (["passed", "failed"].includes(verb) && launched.masteryScore !== undefined) {
    context.extensions = {
      ...context.extensions,
      "https://w3id.org/xapi/cmi5/context/extensions/masteryscore": launched.masteryScore,
    };
  }
  context.registration = asked.get("registration");
  const statement = {
    id,
    actor: JSON.parse(asked.get("actor")),
    verb: { id: VERBS[verb], display: { en: verb } },
    object: { objectType: "Activity", id: asked.get("activityId") },
    context,
    timestamp: new Date().toISOString(),
  };
  if (result) statement.result = result;
  await call("PUT", "statements", { statementId: id }, statement);
}

async function start() {
  lesson = await (await fetch("lesson.json")).json();
  language = lesson.languages.find((each) => navigator.language.startsWith(each)) || lesson.languages[0];
  if (!asked.get("fetch")) return show(); // opened without a system: it can be read, and nothing is told
  const given = await (await fetch(asked.get("fetch"), { method: "POST" })).json();
  if (!given["auth-token"]) throw new Error("no auth-token");
  token = given["auth-token"];
  const state = { activityId: asked.get("activityId"), agent: asked.get("actor"), registration: asked.get("registration") };
  launched = await call("GET", "activities/state", { ...state, stateId: "LMS.LaunchData" });
  await call("GET", "agents/profile", { agent: asked.get("actor"), profileId: "cmi5LearnerPreferences" }).then(
    (preferences) => {
      const wanted = (preferences?.languagePreference || "").split(",").map((each) => each.trim().slice(0, 2));
      language = wanted.find((each) => lesson.languages.includes(each)) || language;
    },
    () => {},
  );
  await tell("initialized");
  show();
}

const right = new Set();

async function end() {
  const scaled = lesson.asked ? right.size / lesson.asked : null;
  const mastery = launched.masteryScore ?? lesson.mastery;
  const passed = scaled === null || scaled >= mastery;
  const said = scaled === null ? ui("read") : ui(passed ? "passed" : "failed");
  if (token) {
    try {
      if (launched.launchMode === undefined || launched.launchMode === "Normal") {
        await tell("completed", { completion: true, duration: duration() });
        if (scaled !== null) await tell(passed ? "passed" : "failed", { success: passed, score: { scaled }, duration: duration() });
      }
      await tell("terminated", { duration: duration() });
    } catch (error) {
      return page([text("h1", ui("untold")), text("p", String(error.message))]);
    }
  }
  const parts = [text("h1", said)];
  if (scaled !== null) parts.push(text("p", `${right.size} / ${lesson.asked}`));
  if (launched.returnURL) parts.push(button(ui("back"), () => location.assign(launched.returnURL)));
  page(parts);
}

function text(kind, said) {
  const made = document.createElement(kind);
  made.textContent = said;
  return made;
}

function button(said, press) {
  const made = text("button", said);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function page(parts) {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  document.title = words(lesson.title);
  const main = document.querySelector("main");
  main.replaceChildren(...parts);
  main.querySelector("h1").tabIndex = -1;
  main.querySelector("h1").focus();
}

function show(id) {
  const found = lesson.pages.find((each) => each.id === id) || lesson.pages[0];
  const parts = [text("h1", words(found.title)), ...words(found.text).split("\n\n").map((each) => text("p", each))];
  if (!found.question) {
    parts.push(button(ui(found.goes_to ? "on" : "end"), () => (found.goes_to ? show(found.goes_to) : end())));
    return page(parts);
  }
  page([...parts, ask(found)]);
}

function ask(found) {
  const form = document.createElement("form");
  const group = document.createElement("fieldset");
  group.append(text("legend", words(found.question.words)));
  const order = found.question.kind === "order";
  const options = order ? [...found.question.options].sort((a, b) => (a.id < b.id ? -1 : 1)) : found.question.options;
  for (const each of options) {
    const label = text("label", "");
    const field = document.createElement("input");
    field.name = order ? each.id : "answer";
    field.value = order ? "" : each.id;
    field.type = order ? "number" : found.question.kind === "one" ? "radio" : "checkbox";
    if (order) Object.assign(field, { min: 1, max: options.length, required: true });
    label.append(field, ` ${words(each.words)}`);
    group.append(label);
  }
  const go = text("button", ui("answer"));
  form.append(group, go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = order
      ? [...options].sort((a, b) => form.elements[a.id].value - form.elements[b.id].value).map((each) => each.id)
      : [...new FormData(form).getAll("answer")];
    if (given.length) answered(found, given, order);
  });
  return form;
}

function answered(found, given, order) {
  const want = found.question.right;
  const same = order ? given.join() === want.join() : given.length === want.length && want.every((each) => given.includes(each));
  if (same) right.add(found.id);
  else right.delete(found.id);
  const chosen = found.question.options.find((each) => given.includes(each.id) && each.goes_to);
  const next = chosen?.goes_to || found.goes_to;
  const told = found.question.options.filter((each) => want.includes(each.id)).map((each) => text("p", `✓ ${words(each.words)}`));
  page([
    text("h1", ui(same ? "right" : "wrong")),
    ...told,
    text("p", words(found.question.reason)),
    button(ui(next ? "on" : "end"), () => (next ? show(next) : end())),
  ]);
}

start().catch((error) => {
  document.querySelector("main").replaceChildren(text("h1", "This lesson could not be started."), text("p", String(error.message)));
});
