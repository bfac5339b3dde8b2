// The card in which somebody writes. Knows the page, the calls just made and the words; hands a finished feedback to `submit`.
import { recentCalls, type SeenCall } from "./collector.ts";
import { element } from "./dom.ts";
import type { Sending } from "./intake.ts";
import type { Say } from "./texts.ts";

/** The intake refuses longer messages; the field does not let them be written. */
const MESSAGE_CHARACTERS_MAX = 10_000;

type Form = { card: HTMLElement; focus(): void };
type Chip = { node: HTMLElement; calls(): SeenCall[] };
type Fields = { message: HTMLTextAreaElement; email: HTMLInputElement; send: HTMLButtonElement; wrong: HTMLElement };

/** `submit` rejects with words for the person; what was written stays in the field. */
export function feedbackForm(
  site: string,
  say: Say,
  submit: (feedback: Sending) => Promise<void>,
  close: () => void,
): Form {
  const fields = formFields(say);
  const chip = callsChip(say, () => fields.message.focus());
  let key = newKey();

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!fields.message.value.trim()) return complain(fields, say("empty"));
    complain(fields, "");
    busy(fields, true, say);
    try {
      await submit(feedbackFrom(site, fields, chip.calls(), key));
      key = newKey();
    } catch (error) {
      // A TypeError is what fetch rejects with when nothing arrived.
      complain(fields, error instanceof TypeError || !(error instanceof Error) ? say("offline") : error.message);
    } finally {
      busy(fields, false, say);
    }
  }

  const form = element(
    "form",
    { submit: (event) => void send(event) },
    fields.message,
    element("div", { class: "chips" }, element("span", { class: "chip" }, say("page")), chip.node),
    element("div", { class: "row" }, fields.email, fields.send),
    fields.wrong,
  );
  return { card: dialog(say, form, close), focus: () => fields.message.focus() };
}

function formFields(say: Say): Fields {
  return {
    message: element("textarea", {
      "aria-label": say("message"),
      placeholder: say("message"),
      maxlength: String(MESSAGE_CHARACTERS_MAX),
      name: "message",
    }),
    email: element("input", {
      type: "email",
      "aria-label": say("email"),
      placeholder: say("email"),
      autocomplete: "email",
      name: "email",
    }),
    send: element("button", { class: "primary", type: "submit" }, say("send")),
    wrong: element("p", { class: "wrong", role: "alert", hidden: true }),
  };
}

/** Shows how many calls go along, and lets them be left out. */
function callsChip(say: Say, after: () => void): Chip {
  let calls = recentCalls();
  const text = say(calls.length === 1 ? "calls_one" : "calls_many", calls.length);
  const node = element("span", { class: "chip", hidden: calls.length === 0 }, `${text} `);
  function leaveOut(): void {
    calls = [];
    node.hidden = true;
    after();
  }
  const label = say("leave_out");
  node.append(element("button", { type: "button", "aria-label": label, title: label, click: leaveOut }, "✕"));
  return { node, calls: () => calls };
}

function dialog(say: Say, form: HTMLElement, close: () => void): HTMLElement {
  const closing = element("button", { class: "x", type: "button", "aria-label": say("close"), click: close }, "✕");
  const head = element("div", { class: "row" }, element("h2", {}, say("title")), closing);
  return element("section", { class: "card", role: "dialog", "aria-label": say("title") }, head, form);
}

function feedbackFrom(site: string, fields: Fields, calls: SeenCall[], idempotency_key: string): Sending {
  return {
    site,
    message: fields.message.value.trim(),
    references: calls.map((call) => call.reference),
    page: location.origin + location.pathname,
    device: navigator.userAgent,
    reporter: fields.email.value ? { email: fields.email.value.trim() } : {},
    idempotency_key,
  };
}

function complain({ wrong }: Fields, words: string): void {
  wrong.textContent = words;
  wrong.hidden = words === "";
}

function busy({ send }: Fields, sending: boolean, say: Say): void {
  send.disabled = sending;
  send.textContent = say(sending ? "sending" : "send");
}

/** The same key is sent again after a failure, so that a report that did arrive is not stored twice. */
function newKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
