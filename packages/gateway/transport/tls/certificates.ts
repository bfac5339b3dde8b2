// Which certificate a handshake gets: the one for its server name, exact before wildcard, else the default. Contexts are made once
// for each pair, so that a new plan with the same certificates costs nothing, and running connections never notice.
import { createHash } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { PlanCertificate } from "@holdfast/contract";

export type TlsVersion = "1.2" | "1.3";

export type ContextOptions = {
  min_version: TlsVersion;
  /** PEM of the authorities whose certificates clients may show. */
  client_ca?: string | undefined;
};

export class Certificates {
  readonly #options: ContextOptions;
  #contexts = new Map<string, SecureContext>();
  #exact = new Map<string, SecureContext>();
  /** By what follows the star: `*.example.com` is under `example.com`. */
  #wildcard = new Map<string, SecureContext>();
  #fallback: SecureContextOptions | undefined;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  /** All or nothing: throws, and changes nothing, when a pair is broken. What the plan compiler let through is whole. */
  update(certificates: readonly PlanCertificate[]): void {
    const contexts = new Map<string, SecureContext>();
    const exact = new Map<string, SecureContext>();
    const wildcard = new Map<string, SecureContext>();
    let fallback: SecureContextOptions | undefined;
    for (const certificate of certificates) {
      const options = this.#optionsOf(certificate);
      const digest = createHash("sha256").update(certificate.certificate).update(certificate.key).digest("hex");
      const context = this.#contexts.get(digest) ?? createSecureContext(options);
      contexts.set(digest, context);
      for (const host of certificate.hosts)
        if (host.startsWith("*.")) wildcard.set(host.slice(2), context);
        else exact.set(host, context);
      if (certificate.default) fallback = options;
    }
    this.#contexts = contexts;
    this.#exact = exact;
    this.#wildcard = wildcard;
    this.#fallback = fallback;
  }

  /** For handshakes without a server name, and for names that no certificate has. Without a pair these fail. */
  get fallback(): SecureContextOptions {
    return this.#fallback ?? this.#base();
  }

  /** `name` as the client sent it. Undefined: the fallback. A star stands for exactly one label (RFC 9525 section 6.3). */
  contextFor(name: string): SecureContext | undefined {
    const host = name.toLowerCase().replace(/\.$/, "");
    const dot = host.indexOf(".");
    return this.#exact.get(host) ?? (dot > 0 ? this.#wildcard.get(host.slice(dot + 1)) : undefined);
  }

  #optionsOf({ certificate, key }: PlanCertificate): SecureContextOptions {
    return { ...this.#base(), cert: certificate, key };
  }

  #base(): SecureContextOptions {
    const { min_version, client_ca } = this.#options;
    return { minVersion: `TLSv${min_version}`, ...(client_ca === undefined ? {} : { ca: client_ca }) };
  }
}
