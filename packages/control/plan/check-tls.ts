// Certificates and keys for TLS to upstreams: what no handshake could use is refused here, by name and place, not at the first call.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { UpstreamTlsSettings } from "@holdfast/contract";
import type { SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";

/** Messages never hold a part of a key. `addresses`: every upstream of the service. */
export function checkTls(tls: UpstreamTlsSettings, path: SettingsPath, addresses: readonly string[]): PathProblem[] {
  const problems: PathProblem[] = [];
  if (addresses.every((address) => !address.startsWith("https:")))
    problems.push({
      path,
      message: "no upstream of this service is spoken to over TLS",
      suggestion: "write https addresses",
    });
  const { ca, client_certificate, client_key } = tls;
  if (ca !== undefined && !readCertificate(ca)) problems.push(notPem([...path, "ca"], "a certificate"));
  if ((client_certificate === undefined) !== (client_key === undefined))
    problems.push({
      path,
      message: "a client certificate and its key belong together",
      suggestion: "give both or none",
    });
  else if (client_certificate !== undefined && client_key !== undefined)
    problems.push(...checkPair(client_certificate, client_key, path));
  return problems;
}

function checkPair(client_certificate: string, client_key: string, path: SettingsPath): PathProblem[] {
  const certificate = readCertificate(client_certificate);
  const key = readKey(client_key);
  if (!certificate) return [notPem([...path, "client_certificate"], "a certificate")];
  if (!key) return [notPem([...path, "client_key"], "a private key without passphrase")];
  if (certificate.checkPrivateKey(key)) return [];
  return [{ path: [...path, "client_key"], message: "is not the key of the client certificate" }];
}

function notPem(path: SettingsPath, what: string): PathProblem {
  return { path, message: `is not ${what} in PEM`, suggestion: `write \${file:/path/to.pem}` };
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // What OpenSSL says of it would not help the reader; that it cannot be read is the finding.
    return undefined;
  }
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
