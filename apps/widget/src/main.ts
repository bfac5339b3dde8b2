// Entry of /widget.js. Put it first on the page, not deferred, so that it sees all calls:
//   <script src="https://feedback.example.com/widget.js" data-site="shop"></script>
import { collectCalls } from "./collector.ts";
import { FeedbackElement } from "./element.ts";

const NAME = "holdfast-feedback";
const script = document.currentScript as HTMLScriptElement | null;

collectCalls(window);

if (!customElements.get(NAME)) {
  if (script) FeedbackElement.default_intake = new URL(script.src).origin;
  customElements.define(NAME, FeedbackElement);
}

/** With `data-site` the script places the element itself; without, the page does. */
function place(): void {
  const site = script?.dataset.site;
  if (!site || document.querySelector(NAME)) return;
  const made = document.createElement(NAME);
  made.setAttribute("site", site);
  document.body.append(made);
}

if (document.body) place();
else document.addEventListener("DOMContentLoaded", place, { once: true });
