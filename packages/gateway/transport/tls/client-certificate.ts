// What a verified client certificate says, as plain values.
import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { ClientCertificate } from "../listener.ts";

/** refused: one was shown that our authorities did not sign, or that has expired. */
export function clientCertificateOf(socket: TLSSocket): ClientCertificate | undefined | "refused" {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return undefined;
  return socket.authorized ? present(shown) : "refused";
}

function present(certificate: X509Certificate): ClientCertificate {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial_number: certificate.serialNumber,
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    names: certificate.subjectAltName?.split(", ") ?? [],
  };
}

function oneLine(name: string): string {
  return name.split("\n").join(", ");
}
