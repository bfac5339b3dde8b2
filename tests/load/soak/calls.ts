// Clients who ask for something small: with a key, with a wrong one, too often, for what is not there, and with bodies that are checked.
import { Line, unlessStatus } from "./asking.ts";
import { type Kind, UNMATCHED } from "./kind.ts";
import { LANGUAGES, PAGES, pageBody } from "./pages.ts";
import { CONSUMERS, keyOf } from "./settings.ts";

/** The newest `x-holdfast-ref` that somebody got, for those who write about it. */
export type Seen = { reference: string | undefined; pressed_served: number };

export function smallCalls(port: number, lines: Line[], seen: Seen): Kind[] {
  const line = (connections_max: number): Line => {
    const made = new Line(port, connections_max);
    lines.push(made);
    return made;
  };
  const kinds = [keyed(line(32), seen), wrongKey(line(4)), unknown(line(4)), pressed(line(8), seen)];
  return [...kinds, cached(line(16)), checked(line(8)), retried(line(8))];
}

const withKey = (consumer: number) => ({ "x-api-key": keyOf(consumer) });

function keyed(line: Line, seen: Seen): Kind {
  return {
    name: "with a key",
    per_second: 900,
    at_once_max: 200,
    place: "routes.shop",
    async run(turn) {
      const answer = await line.ask({ path: `/shop/${turn % 1000}`, headers: withKey(turn % CONSUMERS) });
      seen.reference = String(answer.headers["x-holdfast-ref"]);
      return unlessStatus(200, answer);
    },
  };
}

function wrongKey(line: Line): Kind {
  return {
    name: "with a wrong key",
    per_second: 20,
    at_once_max: 20,
    place: "routes.shop",
    run: async (turn) =>
      unlessStatus(401, await line.ask({ path: `/shop/${turn}`, headers: withKey(CONSUMERS + turn) })),
  };
}

function unknown(line: Line): Kind {
  return {
    name: "unknown path",
    per_second: 5,
    at_once_max: 20,
    place: UNMATCHED,
    run: async (turn) => unlessStatus(404, await line.ask({ path: `/nothing/${turn}` })),
  };
}

/** Three times as often as its limit allows. */
function pressed(line: Line, seen: Seen): Kind {
  return {
    name: "past a rate limit",
    per_second: 60,
    at_once_max: 50,
    place: "routes.pressed",
    async run() {
      const answer = await line.ask({ path: "/pressed", headers: withKey(0) });
      if (answer.status === 429) return answer.headers["retry-after"] ? undefined : "429 without Retry-After";
      seen.pressed_served++;
      return unlessStatus(200, answer);
    },
  };
}

/** Half of them for fifty pages, the others for any of several thousand; the body must be that page, in that language. */
function cached(line: Line): Kind {
  return {
    name: "cached pages",
    per_second: 350,
    at_once_max: 100,
    place: "routes.pages",
    async run(turn) {
      const number = pageOfTurn(turn);
      const language = LANGUAGES[turn % LANGUAGES.length] as string;
      const answer = await line.ask({ path: `/pages/${number}`, headers: { "accept-language": language } });
      return unlessStatus(200, answer) ?? unlessBody(pageBody(number, language), answer.body);
    },
  };
}

/** The factor has nothing in common with the number of pages, so that all of them have their turn. */
function pageOfTurn(turn: number): number {
  const half = Math.floor(turn / 2);
  return turn % 2 === 0 ? half % 50 : (half * 7_919) % PAGES;
}

function unlessBody(expected: string, body: Buffer): string | undefined {
  return body.equals(Buffer.from(expected)) ? undefined : `another body: ${body.toString("latin1", 0, 40)}`;
}

/** Every fourth does not fit the schema. */
function checked(line: Line): Kind {
  return {
    name: "bodies held against a schema",
    per_second: 60,
    at_once_max: 50,
    place: "routes.orders",
    async run(turn) {
      const fits = turn % 4 !== 0;
      const body = JSON.stringify({ item: `lantern ${turn}`, count: fits ? 1 : "many" });
      const headers = { "content-type": "application/json" };
      return unlessStatus(fits ? 200 : 422, await line.ask({ method: "POST", path: "/orders", headers, body }));
    },
  };
}

function retried(line: Line): Kind {
  return {
    name: "a service that fails now and then",
    per_second: 50,
    at_once_max: 50,
    place: "routes.flaky",
    run: async (turn) => unlessStatus(200, await line.ask({ path: `/flaky/${turn}` })),
  };
}
