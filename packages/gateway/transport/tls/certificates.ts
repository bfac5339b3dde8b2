// Which certificate a handshake gets: the one for its server name, exact before wildcard, else the default. Contexts are made once
// for each pair, so that a new plan with the same certificates costs nothing, and running connections never notice.
import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { PlanCertificate } from "@holdfast/contract";
import type { Covers } from "../listener.ts";

export type TlsVersion = "1.2" | "1.3";

export type ContextOptions = {
  min_version: TlsVersion;
  /** PEM of the authorities whose certificates clients may show. */
  client_ca?: string | undefined;
};

type Ready = { context: SecureContext; covers: Covers };

export class Certificates {
  readonly #options: ContextOptions;
  #ready = new Map<string, Ready>();
  #exact = new Map<string, Ready>();
  /** By what follows the star: `*.example.com` is under `example.com`. */
  #wildcard = new Map<string, Ready>();
  #fallback: SecureContextOptions | undefined;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  /** All or nothing: throws, and changes nothing, when a pair is broken. What the plan compiler let through is whole. */
  update(certificates: readonly PlanCertificate[]): void {
    const all = new Map<string, Ready>();
    const exact = new Map<string, Ready>();
    const wildcard = new Map<string, Ready>();
    let fallback: SecureContextOptions | undefined;
    for (const certificate of certificates) {
      const options = this.#optionsOf(certificate);
      const digest = createHash("sha256").update(certificate.certificate).update(certificate.key).digest("hex");
      const ready = this.#ready.get(digest) ?? {
        context: createSecureContext(options),
        covers: coverageOf(certificate.certificate),
      };
      all.set(digest, ready);
      for (const host of certificate.hosts)
        if (host.startsWith("*.")) wildcard.set(host.slice(2), ready);
        else exact.set(host, ready);
      if (certificate.default) fallback = options;
    }
    this.#ready = all;
    this.#exact = exact;
    this.#wildcard = wildcard;
    this.#fallback = fallback;
  }

  /** For handshakes without a server name, and for names that no certificate has. Without a pair these fail. */
  get fallback(): SecureContextOptions {
    return this.#fallback ?? this.#base();
  }

  /** `name` as the client sent it. Undefined: the fallback. */
  contextFor(name: string): SecureContext | undefined {
    return this.#readyFor(hostOf(name))?.context;
  }

  /**
   * What the certificate that `name` chose is for. Undefined: none was chosen by name. Then the client has taken the fallback, or shown
   * no name to go by, and nobody can tell which hosts it means.
   */
  coverageFor(name: string): Covers | undefined {
    let last = hostOf(name);
    const covers = this.#readyFor(last)?.covers;
    if (!covers) return undefined;
    // Nearly all requests of a connection name one host, which is the one that it was opened for.
    let covered = true;
    return (host) => {
      if (host === last) return covered;
      last = host;
      covered = covers(host);
      return covered;
    };
  }

  /** A star stands for exactly one label (RFC 9525 section 6.3). */
  #readyFor(host: string): Ready | undefined {
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

function hostOf(server_name: string): string {
  return server_name.toLowerCase().replace(/\.$/, "");
}

/**
 * By the names in the certificate, not by the `hosts` that it is shown for: clients go by those when they send requests for several hosts
 * over one connection (RFC 9113 section 9.1.1). Addresses are no server names (RFC 6066 section 3), so one says nothing against a name.
 */
function coverageOf(pem: string): Covers {
  const leaf = new X509Certificate(pem);
  return (host) => isIP(host.replace(/^\[|\]$/g, "")) !== 0 || leaf.checkHost(host) !== undefined;
}
