// The part of structured fields (RFC 9651) that signatures and digests are written in, read strictly: what is not understood in
// full is refused, because a signature covers exactly one reading. Pure.

/** `"@method"`, without parameters. */
export type SignatureInput = {
  label: string;
  components: string[];
  parameters: ReadonlyMap<string, string | number>;
  /** The value as it was sent: what `@signature-params` stands for. */
  text: string;
};

const KEY = "[a-z*][a-z0-9_.*-]{0,63}";
const STRING = `"(?:[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\])*"`;
const PARAMETER = `;\\s?(${KEY})=(${STRING}|-?\\d{1,15})`;
const MEMBER = new RegExp(`^(${KEY})=(\\(((?:\\s*${STRING})*)\\s*\\)((?:${PARAMETER})*))`);
const BYTES = new RegExp(`^(${KEY})=:([A-Za-z0-9+/]{0,1024}={0,2}):`);

/** Each member of `Signature-Input`; undefined for what is not one, or uses more than this reads. */
export function parseSignatureInput(text: string): SignatureInput[] | undefined {
  return membersOf(text, MEMBER, ([, label = "", value = "", components = "", parameters = ""]) => ({
    label,
    components: [...components.matchAll(new RegExp(STRING, "g"))].map(([quoted]) => unquoted(quoted)),
    parameters: new Map(
      [...parameters.matchAll(new RegExp(PARAMETER, "g"))].map(([, key = "", value = ""]) => [key, bareItem(value)]),
    ),
    text: value,
  }));
}

/** A dictionary of byte sequences, as `Signature` and `Content-Digest` are. */
export function parseByteDictionary(text: string): Map<string, Buffer> | undefined {
  const members = membersOf(text, BYTES, ([, key = "", base64 = ""]) => [key, Buffer.from(base64, "base64")] as const);
  return members && new Map(members);
}

/** Members with commas between, and nothing else. */
function membersOf<Member>(
  text: string,
  pattern: RegExp,
  read: (match: RegExpExecArray) => Member,
): Member[] | undefined {
  const members: Member[] = [];
  let rest = text.trim();
  for (;;) {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    members.push(read(match));
    rest = rest.slice(match[0].length);
    if (rest === "") return members;
    const comma = /^[ \t]*,[ \t]*/.exec(rest);
    if (!comma) return undefined;
    rest = rest.slice(comma[0].length);
  }
}

function bareItem(text: string): string | number {
  return text.startsWith('"') ? unquoted(text) : Number(text);
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}
