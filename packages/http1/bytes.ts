// Which byte may stand where (RFC 9110 section 5, RFC 9112 sections 2 to 5), as tables. Pure.

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** Bytes of a token (RFC 9110 section 5.6.2) in lower case; 0 for every other byte. */
export const TOKEN: Uint8Array = new Uint8Array(256);
/** 1 for bytes of a field value: visible, space, tab, and 0x80 to 0xff, which mean nothing to us (RFC 9110 section 5.5). */
export const VALUE: Uint8Array = new Uint8Array(256);
/** 1 for bytes of a request target: visible ASCII without "#", because a fragment never travels (RFC 9112 section 3.2). */
export const TARGET: Uint8Array = new Uint8Array(256);
/** 1 for bytes of a host with its port, as an absolute target names it; without userinfo (RFC 9110 section 4.2.4). */
export const AUTHORITY: Uint8Array = new Uint8Array(256);
/** The value of a hexadecimal digit; 255 for every other byte. */
export const HEX: Uint8Array = new Uint8Array(256).fill(255);

for (let byte = 0; byte < 256; byte++) {
  const text = String.fromCharCode(byte);
  if (isLetter(byte)) TOKEN[byte] = byte | 0x20;
  else if (isDigit(byte) || "!#$%&'*+-.^_`|~".includes(text)) TOKEN[byte] = byte;
  if (byte === TAB || (byte >= SPACE && byte !== 0x7f)) VALUE[byte] = 1;
  if (byte > SPACE && byte < 0x7f && text !== "#") TARGET[byte] = 1;
  if (isLetter(byte) || isDigit(byte) || "-._:[]".includes(text)) AUTHORITY[byte] = 1;
  if (isDigit(byte)) HEX[byte] = byte - 0x30;
  else if (isLetter(byte) && (byte | 0x20) <= 0x66) HEX[byte] = (byte | 0x20) - 0x57;
}

/** Whether `text` (lower case ASCII) stands at `from`, in whatever case. */
export function standsAt(bytes: Uint8Array, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (((bytes[from + index] as number) | 0x20) !== (text.charCodeAt(index) | 0x20)) return false;
  }
  return true;
}
