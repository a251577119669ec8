// Asks this device for a passkey, when a form marked for that is sent. The answer travels in the form itself.
// A form: data-leeward-passkey="create" or "get", data-options (address of the question), data-failed and
// the other words for what can go wrong, a hidden field "answer", and an element with role="status" for the words.

const supported = typeof window.PublicKeyCredential === "function" && navigator.credentials;

for (const form of document.querySelectorAll("form[data-leeward-passkey]")) {
  if (!supported) continue;
  form.closest("[hidden]")?.removeAttribute("hidden");
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return; // the answer is in: let it go
    event.preventDefault();
    ask(form).catch((error) => tell(form, error));
  });
}
if (supported) {
  for (const words of document.querySelectorAll("[data-leeward-no-passkeys]")) words.hidden = true;
}

async function ask(form) {
  say(form, "");
  const question = await fetch(form.dataset.options, {
    method: "POST",
    body: new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value }),
  });
  if (question.status === 409) return say(form, form.dataset.full);
  if (!question.ok || question.redirected) return say(form, form.dataset.ended); // to the page that signs in
  const options = await question.json();
  const credential =
    form.dataset.leewardPasskey === "create"
      ? await navigator.credentials.create({ publicKey: forCreating(options) })
      : await navigator.credentials.get({ publicKey: forGetting(options) });
  form.elements.answer.value = JSON.stringify(written(credential));
  form.submit();
}

// The browser's own reasons, and which words of the form say them.
const REASONS = {
  AbortError: "stopped",
  ConstraintError: "incapable",
  InvalidStateError: "known",
  NotAllowedError: "stopped",
  NotSupportedError: "incapable",
  SecurityError: "address",
};

function tell(form, error) {
  const reason = error instanceof DOMException ? REASONS[error.name] : undefined;
  say(form, form.dataset[reason ?? "failed"] ?? form.dataset.failed);
}

function say(form, words) {
  form.querySelector("[role=status]").textContent = words ?? "";
}

function forCreating(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) })),
  };
}

function forGetting(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) })),
  };
}

function written(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    answer.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
