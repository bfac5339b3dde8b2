// Certificates of the TLS port into the plan. A pair that no handshake could use is refused here, by name and place, so that the
// one before stays in force. That one has expired is said in the log and in /metrics, because a late certificate is better than none.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { CertificateSettings, PlanCertificate } from "@holdfast/contract";
import type { Bench } from "./compile-subjects.ts";
import type { Clash } from "./find-clashes.ts";
import type { SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";

export function compileCertificates({ settings, problems }: Bench): PlanCertificate[] {
  return Object.entries(settings.certificates).flatMap(([name, declared]) => {
    const path = ["certificates", name];
    const compiled = compileCertificate(declared, path);
    if (!("leaf" in compiled)) {
      problems.push(...compiled.problems);
      return [];
    }
    const hosts = declared.hosts ?? namesIn(compiled.leaf);
    problems.push(...strangers(declared.hosts ?? [], compiled.leaf, path));
    if (hosts.length === 0)
      problems.push({ path, message: "the certificate names no host", suggestion: "add `hosts: [shop.example.com]`" });
    const { certificate, key, default: is_default } = declared;
    const expires_at = Date.parse(compiled.leaf.validTo);
    return [{ workspace: settings.workspace, name, hosts, certificate, key, default: is_default, expires_at }];
  });
}

type Compiled = { leaf: X509Certificate } | { problems: PathProblem[] };

/** Messages never hold a part of a key. */
function compileCertificate(declared: CertificateSettings, path: SettingsPath): Compiled {
  const leaf = read(() => new X509Certificate(declared.certificate));
  const key = read((): KeyObject => createPrivateKey(declared.key));
  if (!leaf) return { problems: [notPem([...path, "certificate"], "a certificate")] };
  if (!key) return { problems: [notPem([...path, "key"], "a private key without passphrase")] };
  if (!leaf.checkPrivateKey(key))
    return {
      problems: [
        {
          path: [...path, "key"],
          message: "is not the key of the certificate",
          suggestion: "the certificate of the server itself comes first in its file",
        },
      ],
    };
  return { leaf };
}

/** What OpenSSL says of it would not help the reader; that it cannot be read is the finding. */
function read<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function notPem(path: SettingsPath, what: string): PathProblem {
  return { path, message: `is not ${what} in PEM`, suggestion: `write \${file:/path/to.pem}` };
}

function namesIn({ subjectAltName = "" }: X509Certificate): string[] {
  return subjectAltName
    .split(", ")
    .filter((name) => name.startsWith("DNS:"))
    .map((name) => name.slice(4).toLowerCase());
}

/** Hosts whose clients would refuse the certificate. */
function strangers(hosts: readonly string[], leaf: X509Certificate, path: SettingsPath): PathProblem[] {
  const named = namesIn(leaf);
  return hosts.flatMap((host, index) => {
    const fits = host.startsWith("*.") ? named.includes(host) : leaf.checkHost(host) !== undefined;
    const suggestion = `it is for ${named.join(", ") || "no host"}`;
    return fits ? [] : [{ path: [...path, "hosts", index], message: `the certificate is not for ${host}`, suggestion }];
  });
}

/** A server name leads to one certificate, and there is one default, whoever declares them. */
export function clashingCertificates(certificates: readonly PlanCertificate[]): Clash[] {
  const seen = new Map<string, Clash["other"]>();
  const clashes: Clash[] = [];
  const claim = (key: string, here: Clash["other"], message: string): void => {
    const other = seen.get(key);
    if (other) clashes.push({ ...here, message, other });
    else seen.set(key, here);
  };
  for (const { workspace, name, hosts, default: is_default } of certificates) {
    const path = ["certificates", name];
    for (const host of new Set(hosts)) claim(host, { workspace, path }, `is for ${host} as well as`);
    if (is_default) claim("", { workspace, path: [...path, "default"] }, "is the default as well as");
  }
  return clashes;
}
