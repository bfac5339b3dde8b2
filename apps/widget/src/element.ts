// <holdfast-feedback site="shop">: the button, the form and the reporter's own reports, in a shadow root.
import { element } from "./dom.ts";
import { feedbackForm } from "./form.ts";
import { type Kept, keep, keptReports, read, type Sending, send } from "./intake.ts";
import { reportCard } from "./report.ts";
import { STYLE } from "./style.ts";
import { type Say, textsFor } from "./texts.ts";

/** How often an open panel asks how its reports are going. A closed one does not ask. */
const ASK_EVERY_MS = 3_000;

/** Attributes: `site` (as in the settings), `intake` (address of the public site; default: where the script came from). */
export class FeedbackElement extends HTMLElement {
  static default_intake = location.origin;

  readonly #root = this.attachShadow({ mode: "open" });
  #say: Say = textsFor("en");
  #panel: HTMLElement | undefined;
  #reports: HTMLElement | undefined;
  #asking: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    this.#say = textsFor(this.lang || document.documentElement.lang || navigator.language);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.addEventListener("keydown", (event) => (event as KeyboardEvent).key === "Escape" && this.close());
    this.close();
  }

  disconnectedCallback(): void {
    clearInterval(this.#asking);
  }

  open(): void {
    const form = feedbackForm(
      this.#site,
      this.#say,
      (feedback) => this.#send(feedback),
      () => this.close(),
    );
    this.#reports = element("div");
    this.#panel = element("div", {}, this.#reports, form.card);
    this.#root.replaceChildren(this.#panel);
    form.focus();
    this.#ask();
  }

  close(): void {
    clearInterval(this.#asking);
    const opened = this.#panel !== undefined;
    this.#panel = undefined;
    const button = element(
      "button",
      { class: "open", type: "button", "aria-haspopup": "dialog", click: () => this.open() },
      this.#say("open"),
    );
    this.#root.replaceChildren(button);
    if (opened) button.focus();
  }

  get #site(): string {
    return this.getAttribute("site") ?? "";
  }

  get #intake(): string {
    return (this.getAttribute("intake") ?? FeedbackElement.default_intake).replace(/\/$/, "");
  }

  async #send(feedback: Sending): Promise<void> {
    const kept = await send(this.#intake, feedback);
    keep(this.#site, kept);
    const again = element("button", { type: "button", click: () => this.open() }, this.#say("another"));
    const close = element(
      "button",
      { class: "primary", type: "button", click: () => this.close() },
      this.#say("close"),
    );
    this.#reports = element("div", {}, reportCard(undefined, this.#say, Date.now()));
    this.#panel?.replaceChildren(this.#reports, element("div", { class: "row" }, element("span"), again, close));
    close.focus();
    this.#ask([kept]);
  }

  /** Shows how the given reports stand, now and every few seconds while the panel is open. */
  #ask(reports: Kept[] = keptReports(this.#site).slice(0, 1)): void {
    clearInterval(this.#asking);
    const place = this.#reports;
    const show = async (): Promise<void> => {
      const read_back = await Promise.all(reports.map((kept) => read(this.#intake, kept)));
      const cards = read_back.flatMap((report) => (report ? [reportCard(report, this.#say, Date.now())] : []));
      if (cards.length && place?.isConnected) place.replaceChildren(...cards);
    };
    if (reports.length === 0) return;
    void show();
    this.#asking = setInterval(() => void show(), ASK_EVERY_MS);
  }
}
