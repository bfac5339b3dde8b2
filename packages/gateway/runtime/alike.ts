// Parts of a plan that say the same become one object. With thousands of routes most say the same of timeouts and limits, and what
// many calls look at stays in the processor's cache when it is one.
import type { PlanModel, PlanRoute } from "@holdfast/contract";

export class Alike {
  readonly #known = new Map<string, unknown>();

  /** The same subject, with parts that it may share with others. */
  parts<Subject extends PlanRoute | PlanModel>(subject: Subject): Subject {
    const { timeouts, capture, limits } = subject;
    return {
      ...subject,
      timeouts: this.#one(timeouts),
      capture: this.#one(capture),
      limits: this.#one(limits.map((limit) => this.#one(limit))),
    };
  }

  #one<Part>(part: Part): Part {
    const text = JSON.stringify(part);
    if (!this.#known.has(text)) this.#known.set(text, part);
    return this.#known.get(text) as Part;
  }
}
