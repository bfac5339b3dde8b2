// Between choosing a release and sending: a call on a route with a cache is answered from it, waits for another call's answer, or
// goes to the upstream with an errand.
import { refuse } from "../pipeline/answer.ts";
import type { Call } from "../pipeline/call.ts";
import { ourMistake } from "../pipeline/failures.ts";
import { routeJourney } from "../pipeline/route-journey.ts";
import type { Refusal } from "../policies/policy.ts";
import { forwardsCredentials, refreshBeside } from "./beside.ts";
import { type CacheControl, NO_CONTROL, parseCacheControl } from "./cache-control.ts";
import { CachedCall, type Errand } from "./cached-call.ts";
import { askIfStill } from "./conditional.ts";
import { type Decision, decide } from "./decide.ts";
import { Flight, type Landing } from "./flight.ts";
import { type Ask, Gathering } from "./gathering.ts";
import { varyKey } from "./key.ts";
import { ageMs, isNotKept, type Keeps, type Keys, keysOf, matching, type RouteCache, valueIn } from "./route-cache.ts";
import { serve } from "./serve.ts";
import type { Forwarded } from "./status-header.ts";
import type { Kept } from "./store.ts";

/** `refusal`: no upstream takes the call, so it ends so unless the cache has something. True: the call is taken care of. */
export function takeFromCache(call: Call, cache: RouteCache, refusal: Refusal | undefined): boolean {
  // Other ways, such as an upgrade or a composition, have no one answer to keep.
  if (call.journey !== routeJourney) return false;
  const { keeps } = cache;
  const past = keeps ? reasonToPass(call, keeps) : "method";
  if (!keeps || past !== undefined) {
    if (keeps) call.cache = "bypass";
    call.cached = new CachedCall(call, cache, { why: past ?? "bypass" });
    return false;
  }
  return look(new Look(call, cache, keeps, refusal), false);
}

/** Ranges and conditions on writing are between client and upstream. */
const PASSING_HEADERS = ["range", "if-match", "if-unmodified-since", "if-range"];

/** Undefined: the cache may take part. */
function reasonToPass(call: Call, { settings }: Keeps): Forwarded | undefined {
  const { method } = call;
  if (method !== "GET" && method !== "HEAD") return "method";
  if (!settings.methods.includes(method) || call.has_body) return "bypass";
  if (PASSING_HEADERS.some((name) => call.header(name) !== undefined)) return "request";
  return clientControl(call, settings).no_store ? "request" : undefined;
}

function clientControl(call: Call, { client_directives }: Keeps["settings"]): Readonly<CacheControl> {
  if (client_directives === "ignore") return NO_CONTROL;
  const said = call.header("cache-control");
  if (said !== undefined) return parseCacheControl(said);
  // RFC 9111 section 5.4.
  return call.header("pragma")?.toLowerCase().includes("no-cache") ? { ...NO_CONTROL, no_cache: true } : NO_CONTROL;
}

/** One call that looks into the cache. */
class Look {
  readonly call: Call;
  readonly cache: RouteCache;
  readonly keeps: Keeps;
  readonly refusal: Refusal | undefined;
  readonly control: Readonly<CacheControl>;
  readonly keys: Keys;

  constructor(call: Call, cache: RouteCache, keeps: Keeps, refusal: Refusal | undefined) {
    this.call = call;
    this.cache = cache;
    this.keeps = keeps;
    this.refusal = refusal;
    this.control = clientControl(call, keeps.settings);
    this.keys = keysOf(call, cache, keeps);
  }
}

/** `waited`: for another call; a second time would be too long. */
function look(one: Look, waited: boolean): boolean {
  const { call, cache, keeps, keys, control } = one;
  const { part } = keeps;
  const kept = matching(part.shelf(keys.everybody), call) ?? matching(part.shelf(keys.caller), call);
  if (!kept) return miss(one, waited);
  const { control: said, lifetime_ms } = kept;
  const facts = { control: said, lifetime_ms, age_ms: ageMs(kept, cache.clock.now()) };
  const decision = decide(facts, control, keeps.stale);
  if (decision.use === "ask") return ask(one, kept, { waited, if_error: decision.if_error });
  if (decision.use === "stale-while") refreshBeside(call, cache, keeps, { kept, keys });
  serve(call, cache, kept, { use: usedAs(decision, waited), collapsed: waited });
  return true;
}

function usedAs({ use }: Decision, waited: boolean): "coalesced" | "hit" | "stale" {
  if (use !== "fresh") return "stale";
  return waited ? "coalesced" : "hit";
}

function miss(one: Look, waited: boolean): boolean {
  const { call, keeps, keys, control } = one;
  if (control.only_if_cached) return refuseMiss(call);
  const known = keeps.part.shelf(keys.everybody) ?? keeps.part.shelf(keys.caller);
  const why: Forwarded = known ? "vary-miss" : "uri-miss";
  return goOrWait(one, { why }, { waited, may_wait: !control.no_cache && control.max_age !== 0 });
}

type Asking = { waited: boolean; if_error: boolean };

function ask(one: Look, kept: Kept, { waited, if_error }: Asking): boolean {
  const { call, cache, control, refusal } = one;
  if (control.only_if_cached) return refuseMiss(call);
  if (refusal && if_error) {
    serve(call, cache, kept, { use: "stale", collapsed: waited });
    return true;
  }
  const by_request = control.no_cache || control.max_age !== undefined || control.min_fresh !== undefined;
  const errand: Errand = { why: by_request ? "request" : "stale", asked_about: { kept, confirm: false, if_error } };
  return goOrWait(one, errand, { waited, may_wait: !by_request });
}

/** Whether this call fetches the answer for itself and those behind it, or waits for one that does already. */
function goOrWait(one: Look, errand: Errand, { waited, may_wait }: { waited: boolean; may_wait: boolean }): boolean {
  const { call, cache, keeps, keys, refusal } = one;
  if (refusal) return false;
  call.cache = "miss";
  errand.collapsed = waited;
  if (call.method === "GET" && may_wait && !waited && keeps.settings.collapse) {
    const key = flightKey(one);
    const flying = keeps.flights.get(key);
    if (flying) {
      if (wait(one, flying)) return true;
    } else if (!isNotKept(keeps, key, cache.clock.monotonicMicros())) {
      const flight = new Flight(() => void keeps.flights.delete(key));
      keeps.flights.set(key, flight);
      errand.flight = { key, flight };
    }
  }
  if (call.method === "GET") errand.gathering = new Gathering(cache, keeps, askOf(one, keys));
  if (errand.asked_about && errand.gathering)
    errand.asked_about.confirm = askIfStill(call.upstream_headers, errand.asked_about.kept.headers);
  call.cached = new CachedCall(call, cache, errand);
  return false;
}

/** Those wait together whose answer would be the same, as far as one knows before it is there. */
function flightKey({ call, keeps, keys }: Look): string {
  const shelf = keeps.part.shelf(keys.everybody) ?? keeps.part.shelf(keys.caller);
  const vary = shelf?.kept.at(-1)?.vary ?? [];
  return `${keys.caller}\n${varyKey(vary, valueIn(call))}`;
}

function askOf({ call, control }: { call: Call; control: Readonly<CacheControl> }, keys: Keys): Ask {
  return {
    method: call.method,
    control,
    authorization: forwardsCredentials(call),
    keys,
    asked_at_ms: call.worker.clock.now(),
    value: valueIn(call),
  };
}

function refuseMiss(call: Call): true {
  refuse(call, {
    code: "not_in_cache",
    detail: "Nothing fresh enough is kept, and the request asks for nothing else.",
  });
  return true;
}

function wait(one: Look, flight: Flight): boolean {
  const { call, keeps, cache } = one;
  const waiter = flight.join(cache.clock, keeps.settings.collapse_wait, (landing) => {
    if (call.finished || call.stage === "end") return;
    call.upstream = undefined;
    try {
      landed(one, landing);
    } catch (error) {
      ourMistake(call, error);
    }
  });
  if (!waiter) return false;
  call.upstream = waiter;
  call.enter("admit", 0);
  return true;
}

function landed(one: Look, landing: Landing): void {
  const { call, cache } = one;
  if (landing.kind === "stale") serve(call, cache, landing.kept, { use: "stale", collapsed: true });
  else if (!look(one, landing.kind !== "next")) call.journey.send(call);
}
