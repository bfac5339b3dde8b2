// Removes what must not be stored from texts, headers and payloads, before they are written anywhere.
// Patterns err on the side of hiding: a hidden order number is a nuisance, a stored card number is a breach.

const HIDDEN = "[hidden]";

/** Headers whose value is never stored, lower case. */
const SECRET_HEADERS = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "x-auth-token",
  "x-csrf-token",
  "x-amz-security-token",
]);

/** Words of a name that is written `like_this`; see isSecretName. Found anywhere between underscores. */
const SECRET_WORDS =
  /(?:^|_)(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|authorization|auth|session|sid|cvv|cvc|pin|ssn|iban|signature|credential)s?(?:_|$)/i;

const EMAIL = /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9+/_.~=-]{8,}/gi;
/** `eyJ` is `{"` in base64url: a JSON web token, whole or cut. Asking for its dots would take quadratic time on hostile text. */
const JWT = /\beyJ[\w-]{8,}(?:\.[\w-]+)*/g;
const KEY = /\b(?:sk|pk|rk|hf|hft|ghp|gho|xox[abp]|AKIA|AIza)[-_A-Za-z0-9]{16,}\b/g;
const PHONE = /(?<![\w.])\+\d(?:[ ()-]?\d){8,14}\b/g;

/** Hides addresses, card and bank numbers, phone numbers and anything that looks like a credential. */
export function scrubText(text: string): string {
  return text
    .replace(JWT, HIDDEN)
    .replace(BEARER, (_, scheme: string) => `${scheme} ${HIDDEN}`)
    .replace(KEY, HIDDEN)
    .replace(EMAIL, HIDDEN)
    .replace(IBAN, HIDDEN)
    .replace(CARD, (digits) => (isCardNumber(digits) ? HIDDEN : digits))
    .replace(PHONE, HIDDEN);
}

/** Name and value pairs as they may be stored. `hidden`: further names, in lower case, whose values are never stored. */
export function scrubHeaders(
  headers: readonly (readonly [string, string])[],
  hidden: readonly string[] = [],
): [string, string][] {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    const secret = SECRET_HEADERS.has(lower) || hidden.includes(lower) || isSecretName(name);
    return [name, secret ? HIDDEN : scrubText(value)];
  });
}

/** A query string (without "?") as it may be stored: values of telling names are hidden, the rest is scrubbed as text. */
export function scrubQuery(query: string): string {
  return query
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return scrubText(safelyDecoded(pair));
      const name = pair.slice(0, equals);
      const secret = isSecretName(safelyDecoded(name)) || name === "key";
      return `${name}=${secret ? HIDDEN : scrubText(safelyDecoded(pair.slice(equals + 1)))}`;
    })
    .join("&");
}

/** A captured payload as it may be stored: JSON by member name and value, everything else as text. */
export function scrubPayload(payload: string): string {
  try {
    return JSON.stringify(scrubValue(JSON.parse(payload)));
  } catch {
    // Not JSON, or cut in the middle: secrets in it are found by shape, and by name where it still looks like JSON.
    return scrubText(
      payload.replace(/("([\w-]+)"\s*:\s*)"(?:[^"\\]|\\.)*"?/g, (whole, head: string, name: string) =>
        isSecretName(name) ? `${head}"${HIDDEN}"` : whole,
      ),
    );
  }
}

function scrubValue(value: unknown): unknown {
  if (typeof value === "string") return scrubText(value);
  if (typeof value === "number") return isCardNumber(String(value)) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map(scrubValue);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, isSecretMember(name, member) ? HIDDEN : scrubValue(member)]),
  );
}

/** `accessToken`, `X-Auth-Token` and `user[password]` are the same words as `access_token`, `x_auth_token`, `user_password`. */
function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_");
  return SECRET_WORDS.test(words);
}

/** `max_tokens: 100` is not a secret, `token: "…"` is. */
function isSecretMember(name: string, member: unknown): boolean {
  return isSecretName(name) && typeof member !== "number" && typeof member !== "boolean" && member !== null;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Luhn check (ISO/IEC 7812-1 annex B) over 13 to 19 digits. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, "");
  if (!/^\d{13,19}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    let digit = Number(digits[digits.length - 1 - index]);
    if (index % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}
