// Certificates for tests, made on the spot: an authority, and leaves that it signs. Hand-written DER (X.509, RFC 5280) over keys of
// node:crypto, because every package for it brings dozens of others along.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export interface Pair {
  /** PEM. */
  certificate: string;
  key: string;
}

interface Leaf {
  name: string;
  /** DNS names; a text of digits and dots is an IPv4 address. */
  hosts?: string[];
  from?: Date;
  until?: Date;
}

export interface Authority extends Pair {
  issue(leaf: Leaf): Pair;
}

const DAY_MS = 86_400_000;

export function authority(name: string): Authority {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const shape = { subject: name, issuer: name, until: new Date(Date.now() + 365 * DAY_MS) };
  const own = certificate({ ...shape, publicKey, signer: privateKey, extensions: [basicConstraints()] });
  return {
    certificate: own,
    key: pemOf(privateKey),
    issue({ name: subject, hosts = [], from, until = new Date(Date.now() + 90 * DAY_MS) }) {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extensions = hosts.length > 0 ? [alternativeNames(hosts)] : [];
      const parts = { subject, issuer: name, from, until, publicKey: pair.publicKey, signer: privateKey, extensions };
      return { certificate: certificate(parts), key: pemOf(pair.privateKey) };
    },
  };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

interface Parts {
  subject: string;
  issuer: string;
  from?: Date | undefined;
  until: Date;
  publicKey: KeyObject;
  signer: KeyObject;
  extensions: Buffer[];
}

function certificate(parts: Parts): string {
  const { from = new Date(Date.now() - DAY_MS), until, publicKey, signer, extensions } = parts;
  const algorithm = der(0x30, oid("1.2.840.10045.4.3.2"));
  const body = der(
    0x30,
    der(0xa0, integer(Buffer.from([2]))),
    // A first byte that is neither zero nor negative.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(parts.issuer),
    der(0x30, time(from), time(until)),
    distinguishedName(parts.subject),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length > 0 ? [der(0xa3, der(0x30, ...extensions))] : []),
  );
  const bytes = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), sign("sha256", body, signer)));
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x82]), length, content]);
}

/** Positive: a leading bit that is set would make it negative. */
function integer(bytes: Buffer): Buffer {
  return der(0x02, (bytes[0] as number) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

function distinguishedName(common_name: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(0x0c, Buffer.from(common_name)))));
}

/** GeneralizedTime. */
function time(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+/g, "")}`));
}

function extension(dotted: string, is_critical: boolean, value: Buffer): Buffer {
  const critical = is_critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return der(0x30, oid(dotted), ...critical, der(0x04, value));
}

function basicConstraints(): Buffer {
  return extension("2.5.29.19", true, der(0x30, der(0x01, Buffer.from([0xff]))));
}

function alternativeNames(hosts: string[]): Buffer {
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host)),
  );
  return extension("2.5.29.17", false, der(0x30, ...names));
}

/** As `openssl x509 -fingerprint -sha256` shows it, without colons, in lower case. */
export function fingerprintOf({ certificate: pem }: Pair): string {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  return createHash("sha256").update(bytes).digest("hex");
}
