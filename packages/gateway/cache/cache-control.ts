// Reads Cache-Control (RFC 9111 section 5.2) of requests and answers into what the cache decides by. Pure. Where a directive is
// said twice or says nonsense, the stricter reading counts (section 4.2.1).

export type CacheControl = {
  no_store: boolean;
  no_cache: boolean;
  private: boolean;
  public: boolean;
  must_revalidate: boolean;
  proxy_revalidate: boolean;
  must_understand: boolean;
  only_if_cached: boolean;
  /** Seconds, all of them; undefined: not said. `max_stale` without a value is Infinity. */
  max_age: number | undefined;
  s_maxage: number | undefined;
  min_fresh: number | undefined;
  max_stale: number | undefined;
  stale_while_revalidate: number | undefined;
  stale_if_error: number | undefined;
};

/** Past this a number means "very long" (RFC 9111 section 1.2.2). */
const SECONDS_MAX = 2 ** 31;

export const NO_CONTROL: Readonly<CacheControl> = Object.freeze(empty());

function empty(): CacheControl {
  return {
    no_store: false,
    no_cache: false,
    private: false,
    public: false,
    must_revalidate: false,
    proxy_revalidate: false,
    must_understand: false,
    only_if_cached: false,
    max_age: undefined,
    s_maxage: undefined,
    min_fresh: undefined,
    max_stale: undefined,
    stale_while_revalidate: undefined,
    stale_if_error: undefined,
  };
}

/** `value`: all fields of the name joined with commas. */
export function parseCacheControl(value: string | undefined): Readonly<CacheControl> {
  if (value === undefined) return NO_CONTROL;
  const control = empty();
  for (const part of splitList(value)) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    note(control, name, equals < 0 ? undefined : unquote(part.slice(equals + 1).trim()));
  }
  return control;
}

/** `private` and `no-cache` that name fields count for the whole answer: stricter, and allowed (sections 5.2.2.4 and 5.2.2.7). */
function note(control: CacheControl, name: string, value: string | undefined): void {
  switch (name) {
    case "no-store":
      control.no_store = true;
      return;
    case "no-cache":
      control.no_cache = true;
      return;
    case "private":
      control.private = true;
      return;
    case "public":
      control.public = true;
      return;
    case "must-revalidate":
      control.must_revalidate = true;
      return;
    case "proxy-revalidate":
      control.proxy_revalidate = true;
      return;
    case "must-understand":
      control.must_understand = true;
      return;
    case "only-if-cached":
      control.only_if_cached = true;
      return;
    default:
      noteSeconds(control, name, value);
  }
}

function noteSeconds(control: CacheControl, name: string, said: string | undefined): void {
  const value = seconds(said);
  switch (name) {
    case "max-stale":
      control.max_stale = least(control.max_stale, said === undefined ? Number.POSITIVE_INFINITY : value);
      return;
    case "min-fresh":
      control.min_fresh = Math.max(control.min_fresh ?? 0, value);
      return;
    case "max-age":
      control.max_age = least(control.max_age, value);
      return;
    case "s-maxage":
      control.s_maxage = least(control.s_maxage, value);
      return;
    case "stale-while-revalidate":
      control.stale_while_revalidate = least(control.stale_while_revalidate, value);
      return;
    case "stale-if-error":
      control.stale_if_error = least(control.stale_if_error, value);
      return;
    // Directives that we do not know are ignored (section 5.2.3).
    default:
  }
}

function least(known: number | undefined, next: number): number {
  return known === undefined ? next : Math.min(known, next);
}

/** delta-seconds; what is none is 0, so the answer counts as stale. */
function seconds(value: string | undefined): number {
  return value !== undefined && /^\d{1,20}$/.test(value) ? Math.min(Number(value), SECONDS_MAX) : 0;
}

function unquote(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, "$1");
}

/** At commas that are not inside a quoted string. Empty members are left out (RFC 9110 section 5.6.1.2). */
export function splitList(value: string): string[] {
  if (!value.includes('"')) return value.split(",").flatMap((part) => part.trim() || []);
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let index = 0; index <= value.length; index++) {
    const letter = value[index];
    if (quoted && letter === "\\") index++;
    else if (letter === '"') quoted = !quoted;
    else if (letter === undefined || (letter === "," && !quoted)) {
      const part = value.slice(from, index).trim();
      if (part !== "") parts.push(part);
      from = index + 1;
    }
  }
  // A quoted string that does not end takes the rest with it.
  const rest = quoted ? value.slice(from).trim() : "";
  if (rest !== "") parts.push(rest);
  return parts;
}
