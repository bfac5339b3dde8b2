// Header names that are met often, found by their bytes, so that a head makes no string for them; and the few that frame a message.
import { TOKEN } from "./bytes.ts";

/** What a name means to the framing of a message; 0 for all others. */
export const HOST = 1;
export const CONTENT_LENGTH = 2;
export const TRANSFER_ENCODING = 3;
export const CONNECTION = 4;
export const EXPECT = 5;
export const UPGRADE = 6;
export const KEEP_ALIVE = 7;
const TRAILER = 8;
const TE = 9;

export type KnownName = {
  /** content-type */
  lower: string;
  /** Content-Type */
  title: string;
  meaning: number;
};

const MEANINGS: Record<string, number> = {
  host: HOST,
  "content-length": CONTENT_LENGTH,
  "transfer-encoding": TRANSFER_ENCODING,
  connection: CONNECTION,
  expect: EXPECT,
  upgrade: UPGRADE,
  "keep-alive": KEEP_ALIVE,
  trailer: TRAILER,
  te: TE,
};

const OTHERS = `accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-credentials
  access-control-allow-headers access-control-allow-methods access-control-allow-origin access-control-expose-headers
  access-control-max-age access-control-request-headers access-control-request-method age allow alt-svc authorization
  cache-control content-disposition content-encoding content-language content-location content-range
  content-security-policy content-type cookie date dnt etag expires forwarded from idempotency-key if-match
  if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards openai-organization
  origin pragma proxy-authenticate proxy-authorization proxy-connection range referer referrer-policy retry-after
  sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user server
  set-cookie strict-transport-security traceparent tracestate upgrade-insecure-requests user-agent vary via warning
  www-authenticate x-api-key x-content-type-options x-forwarded-for x-forwarded-host x-forwarded-proto x-frame-options
  x-holdfast-ref x-powered-by x-real-ip x-request-id ratelimit ratelimit-policy`;

const SLOTS = 1024;
const slots: (KnownName | undefined)[] = new Array(SLOTS).fill(undefined);

export const HASH_START = 17;

/** One step of the hash that a reader computes along the way. `byte` in lower case. */
export function hashStep(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

for (const lower of [...Object.keys(MEANINGS), ...OTHERS.split(/\s+/)]) {
  const title = lower.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  let slot = slotOf([...lower].reduce((hash, letter) => hashStep(hash, letter.charCodeAt(0)), HASH_START));
  while (slots[slot]) slot = (slot + 1) % SLOTS;
  slots[slot] = { lower, title, meaning: MEANINGS[lower] ?? 0 };
}

/** All of them, as most write them: in lower case and as titles. */
export const knownTexts: readonly string[] = slots.flatMap((known) => (known ? [known.lower, known.title] : []));

/** The known name at [from, to), whose hash is `hash`. */
export function findName(bytes: Uint8Array, from: number, to: number, hash: number): KnownName | undefined {
  for (let slot = slotOf(hash); ; slot = (slot + 1) % SLOTS) {
    const known = slots[slot];
    if (!known || isName(bytes, from, to, known.lower)) return known;
  }
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 10)) & (SLOTS - 1);
}

function isName(bytes: Uint8Array, from: number, to: number, lower: string): boolean {
  if (to - from !== lower.length) return false;
  for (let index = 0; index < lower.length; index++) {
    if (TOKEN[bytes[from + index] as number] !== lower.charCodeAt(index)) return false;
  }
  return true;
}
