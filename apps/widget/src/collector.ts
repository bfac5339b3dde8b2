// Remembers the references of the calls that the page makes, so that feedback can name them. Keeps nothing else of a call:
// no body, no header, no query. Must run before the page's own calls, so the script is loaded first and not deferred.

export type SeenCall = { reference: string; method: string; path: string; status: number; at: number };

const HEADER = "x-holdfast-ref";
/** The intake accepts 20 references; older calls are forgotten. */
const CALLS_MAX = 20;
/** A call older than this is not what somebody complains about now. */
const AGE_MAX_MS = 10 * 60_000;

const seen: SeenCall[] = [];

/** Newest first; calls of the last ten minutes only. */
export function recentCalls(now: number = Date.now()): SeenCall[] {
  return seen.filter((call) => now - call.at < AGE_MAX_MS).reverse();
}

/** Hooks `fetch` and `XMLHttpRequest` once; a second script on the same page changes nothing. */
export function collectCalls(page: Window & typeof globalThis): void {
  const mark = Symbol.for("holdfast.collector");
  const marked = page as unknown as Record<symbol, boolean>;
  if (marked[mark]) return;
  marked[mark] = true;
  hookFetch(page);
  hookRequests(page.XMLHttpRequest.prototype);
}

export function remember(reference: string | null, method: string, url: string, status: number, at: number): void {
  if (!reference) return;
  seen.push({ reference, method: method.toUpperCase(), path: pathOf(url), status, at });
  if (seen.length > CALLS_MAX) seen.shift();
}

function hookFetch(page: Window & typeof globalThis): void {
  const original = page.fetch;
  page.fetch = async (input, init) => {
    const response = await original.call(page, input, init);
    const method = init?.method ?? (input instanceof page.Request ? input.method : "GET");
    remember(response.headers.get(HEADER), method, response.url, response.status, Date.now());
    return response;
  };
}

function hookRequests(prototype: XMLHttpRequest): void {
  const open = prototype.open as (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]) => void;
  prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]): void {
    this.addEventListener("loadend", () => {
      // Asking for a header that CORS hides makes browsers log an error, so look at the visible ones first.
      const visible = this.getAllResponseHeaders().toLowerCase().includes(`${HEADER}:`);
      if (visible) remember(this.getResponseHeader(HEADER), method, this.responseURL, this.status, Date.now());
    });
    open.call(this, method, url, ...rest);
  };
}

function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]+/i, "").replace(/[?#].*$/, "") || "/";
}
