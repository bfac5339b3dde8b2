// The shop's visitors: they look, they pay, they ask the assistant, and now and then one of them says something. All of it goes
// through the same doors that real visitors use.
import type { Clock, Log } from "@holdfast/base";
import { pick, type Random, seededRandom } from "./random.ts";

export type VisitorsOptions = {
  gateway_url: string;
  public_url: string;
  /** Keys of the consumers that visitors come through. */
  keys: readonly string[];
  /** Origin of the shop's page, as a browser would send it. */
  origin: string;
  per_second: number;
  seed: number;
  clock: Clock;
  log: Log;
};

const COMPLAINTS = [
  "Paying does not work, I tried twice",
  "It says payment failed but was I charged?",
  "Could not pay for my order just now",
  "Checkout shows an error when I press Pay",
  "Payment provider timed out. Is it you or is it them?",
  "Cannot buy the compass, it worked last week",
  "Pay does nothing but say that it did not work",
  "My rope is still in the basket after three attempts",
  "Has my card been charged? The page only says error",
] as const;
const PRAISE = [
  "Checkout feels faster than last week",
  "Lovely lantern, easy to order",
  "The new checkout is so much simpler",
  "Paid in one step, thank you",
] as const;
const NAMES = ["Amira", "Bo", "Carmen", "Dmitri", "Esi", "Finn", "Grete", "Hiro", "Ines", "Jomo"] as const;
const QUESTIONS = ["Where is my order?", "Can I return the rope?", "How long does the lantern burn?"] as const;
const ITEMS = ["lantern", "anchor", "rope", "compass"] as const;

/** Calls that wait for an answer at once; a gateway that hangs is not flooded. */
const WAITING_MAX = 200;
const COMPLAINT_SHARE = 0.25;
const PRAISE_SHARE = 0.0005;
/** The intake takes 30 a minute of one address, and all visitors come from this one. */
const WORDS_PER_MINUTE_MAX = 12;

/** Returns how to stop them. */
export function sendVisitors(options: VisitorsOptions): () => void {
  const random = seededRandom(options.seed);
  let waiting = 0;
  let failures = 0;
  let spoken = { minute: 0, count: 0 };
  return options.clock.every(1000 / options.per_second, () => {
    if (waiting >= WAITING_MAX) return;
    waiting += 1;
    visit(options, random, maySpeak)
      .catch((error: Error) => {
        // While the gateway stops or restarts, visitors meet a closed door: worth a line once, not one for each.
        if (failures++ % 100 === 0) options.log.debug({ error: error.message }, "a visitor of the demo got no answer");
      })
      .finally(() => {
        waiting -= 1;
      });
  });

  function maySpeak(): boolean {
    const minute = Math.floor(options.clock.now() / 60_000);
    if (minute !== spoken.minute) spoken = { minute, count: 0 };
    return ++spoken.count <= WORDS_PER_MINUTE_MAX;
  }
}

async function visit(options: VisitorsOptions, random: Random, maySpeak: () => boolean): Promise<void> {
  const key = pick(random, options.keys);
  const kind = random();
  if (kind < 0.04) return ask(options, { random, key });
  const { path, init } = kind < 0.45 ? looking(random) : paying(random);
  const response = await fetch(`${options.gateway_url}${path}`, { ...init, headers: headersFor(key) });
  await response.arrayBuffer();
  const unhappy = response.status >= 500;
  if (random() >= (unhappy ? COMPLAINT_SHARE : PRAISE_SHARE) || !maySpeak()) return;
  await speak(options, { random, unhappy, reference: response.headers.get("x-holdfast-ref") });
}

type Request = { path: string; init: RequestInit };

function looking(random: Random): Request {
  return { path: random() < 0.5 ? "/orders" : `/orders/${Math.floor(random() * 90_000) + 10_000}`, init: {} };
}

function paying(random: Random): Request {
  return { path: "/orders/pay", init: { method: "POST", body: JSON.stringify({ item: pick(random, ITEMS) }) } };
}

async function ask(options: VisitorsOptions, { random, key }: { random: Random; key: string }): Promise<void> {
  const body = {
    model: "assistant",
    stream: random() < 0.5,
    messages: [{ role: "user", content: pick(random, QUESTIONS) }],
  };
  const url = `${options.gateway_url}/v1/chat/completions`;
  const response = await fetch(url, { method: "POST", headers: headersFor(key), body: JSON.stringify(body) });
  await response.arrayBuffer();
}

type Words = { random: Random; unhappy: boolean; reference: string | null };

async function speak(options: VisitorsOptions, { random, unhappy, reference }: Words): Promise<void> {
  const name = pick(random, NAMES);
  const body = {
    site: "shop",
    message: unhappy ? pick(random, COMPLAINTS) : pick(random, PRAISE),
    rating: unhappy ? 1 : 5,
    references: reference ? [reference] : [],
    page: `${options.origin}/`,
    ...(random() < 0.5 ? { reporter: { name, email: `${name.toLowerCase()}@example.com` } } : {}),
  };
  const response = await fetch(`${options.public_url}/api/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: options.origin },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
}

function headersFor(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, "content-type": "application/json" };
}
