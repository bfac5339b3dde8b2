// The card in which somebody writes. Knows the page, the calls just made and the words; hands a finished feedback to `submit`.
import { recentCalls } from "./collector.ts";
import { element } from "./dom.ts";
import type { Sending } from "./intake.ts";
import type { Say } from "./texts.ts";

/** The intake refuses longer messages; the field does not let them be written. */
const MESSAGE_CHARACTERS_MAX = 10_000;

type Form = { card: HTMLElement; focus(): void };

/** `submit` rejects with words for the person; what was written stays in the field. */
export function feedbackForm(
  site: string,
  say: Say,
  submit: (feedback: Sending) => Promise<void>,
  close: () => void,
): Form {
  let calls = recentCalls();
  let key = newKey();
  const message = element("textarea", {
    "aria-label": say("message"),
    placeholder: say("message"),
    maxlength: String(MESSAGE_CHARACTERS_MAX),
    name: "message",
  });
  const email = element("input", {
    type: "email",
    "aria-label": say("email"),
    placeholder: say("email"),
    autocomplete: "email",
    name: "email",
  });
  const wrong = element("p", { class: "wrong", role: "alert", hidden: true });
  const sendButton = element("button", { class: "primary", type: "submit" }, say("send"));
  const callsText = element("span", {}, say(calls.length === 1 ? "calls_one" : "calls_many", calls.length));
  const callsChip = element("span", { class: "chip", hidden: calls.length === 0 }, callsText, " ");
  callsChip.append(
    element(
      "button",
      { type: "button", "aria-label": say("leave_out"), title: say("leave_out"), click: leaveOut },
      "✕",
    ),
  );

  function leaveOut(): void {
    calls = [];
    callsChip.hidden = true;
    message.focus();
  }

  function complain(words: string): void {
    wrong.textContent = words;
    wrong.hidden = words === "";
  }

  function feedback(): Sending {
    return {
      site,
      message: message.value.trim(),
      references: calls.map((call) => call.reference),
      page: location.origin + location.pathname,
      device: navigator.userAgent,
      reporter: email.value ? { email: email.value.trim() } : {},
      idempotency_key: key,
    };
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!message.value.trim()) return complain(say("empty"));
    complain("");
    sendButton.disabled = true;
    sendButton.textContent = say("sending");
    try {
      await submit(feedback());
      key = newKey();
    } catch (error) {
      complain(error instanceof TypeError || !(error instanceof Error) ? say("offline") : error.message);
    } finally {
      sendButton.disabled = false;
      sendButton.textContent = say("send");
    }
  }

  const closing = element("button", { class: "x", type: "button", "aria-label": say("close"), click: close }, "✕");
  const chips = element("div", { class: "chips" }, element("span", { class: "chip" }, say("page")), callsChip);
  const form = element(
    "form",
    { submit: (event) => void send(event) },
    message,
    chips,
    element("div", { class: "row" }, email, sendButton),
    wrong,
  );
  const card = element(
    "section",
    { class: "card", role: "dialog", "aria-label": say("title") },
    element("div", { class: "row" }, element("h2", {}, say("title")), closing),
    form,
  );
  return { card, focus: () => message.focus() };
}

/** The same key is sent again after a failure, so that a report that did arrive is not stored twice. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
