// The card that tells a reporter how far their report has come.
import { element } from "./dom.ts";
import type { Report, Status } from "./intake.ts";
import { ageOf, type Say } from "./texts.ts";

const PATH: readonly Status[] = ["received", "investigating", "fixing", "resolved"];

/** The steps to show: those behind it and the one it stands at. A report that was put off or declined ends there. */
export function stepsOf(status: Status): Status[] {
  const reached = PATH.indexOf(status);
  return reached < 0 ? ["received", status] : PATH.slice(0, reached + 1);
}

/** Undefined `report`: it was sent, and could not be read back yet. */
export function reportCard(report: Report | undefined, say: Say, now: number): HTMLElement {
  const head = element("div", { class: "row" }, element("h2", {}, say("report")));
  const card = element("section", { class: "card", "aria-label": say("report"), "aria-live": "polite" }, head);
  if (!report) {
    card.append(element("p", { class: "faint" }, say("thanks")));
    return card;
  }
  head.append(element("span", { class: "faint" }, ageOf(report.created_at, now, say)));
  const steps = stepsOf(report.status);
  const note = report.history.findLast((step) => step.note)?.note;
  card.append(
    element("p", { class: "quote" }, report.message.length > 140 ? `${report.message.slice(0, 139)}…` : report.message),
    element(
      "ol",
      {},
      ...steps.map((step, index) =>
        element("li", { "aria-current": index === steps.length - 1 ? "step" : false }, say(step)),
      ),
    ),
  );
  if (note) card.append(element("p", { class: "faint" }, note));
  return card;
}
