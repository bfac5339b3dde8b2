// The keys of one issuer: found by OIDC discovery, kept, looked at again when a token names a key that is not there, but not at
// everybody's wish; and still used for a while when the issuer is away.
import { type Clock, failed, LIMITS, type Log, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { FetchJson } from "@holdfast/net";
import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from "jose";
import { discover } from "../discovery.ts";

/** Without any keys every call fails, so a first try is repeated sooner. */
const FIRST_RETRY_MS = 2_000;

type IssuerTools = { workspace: WorkspaceName; clock: Clock; log: Log; fetchJson: FetchJson };
type IssuerSettings = { name: string; issuer: string; jwks?: string };

export class Issuer {
  /** Told when the keys are others than before: what the old ones have signed may not count any more. */
  onChanged: () => void = () => undefined;
  #keys: LocalJWKSet | undefined;
  #text = "";
  #fetched_at = Number.NEGATIVE_INFINITY;
  #tried_at = Number.NEGATIVE_INFINITY;
  #trying: Promise<void> | undefined;
  readonly #settings: IssuerSettings;
  readonly #tools: IssuerTools;

  constructor(settings: IssuerSettings, tools: IssuerTools) {
    this.#settings = settings;
    this.#tools = tools;
  }

  /** Keys to verify with; undefined: the issuer is away, and was so for too long. */
  async keys(): Promise<LocalJWKSet | undefined> {
    if (this.#isOlderThan(LIMITS.identity_keys_stale_ms)) {
      await this.#look(FIRST_RETRY_MS);
      return this.#isOlderThan(LIMITS.identity_keys_stale_ms) ? undefined : this.#keys;
    }
    // Beside the calls: `#look` never rejects.
    if (this.#isOlderThan(LIMITS.identity_keys_fresh_ms)) void this.#look(LIMITS.identity_keys_cooldown_ms);
    return this.#keys;
  }

  #isOlderThan(age_ms: number): boolean {
    return this.#tools.clock.now() - this.#fetched_at > age_ms;
  }

  /** The same after a token named a key that is not there; undefined when there is nothing new. */
  async newerKeys(than: LocalJWKSet): Promise<LocalJWKSet | undefined> {
    await this.#look(LIMITS.identity_keys_cooldown_ms);
    return this.#keys === than ? undefined : this.#keys;
  }

  /** Looks once for all that wait, and not again within `pause_ms`. */
  #look(pause_ms: number): Promise<void> {
    const { clock } = this.#tools;
    if (this.#trying) return this.#trying;
    if (clock.now() - this.#tried_at < pause_ms) return Promise.resolve();
    this.#tried_at = clock.now();
    this.#trying = this.#fetch().finally(() => {
      this.#trying = undefined;
    });
    return this.#trying;
  }

  async #fetch(): Promise<void> {
    const { workspace, clock, log } = this.#tools;
    const found = await this.#read();
    if (!found.ok) {
      log.warn({ workspace, identity: this.#settings.name, error: found.error }, "keys of an issuer were not found");
      return;
    }
    this.#fetched_at = clock.now();
    const text = JSON.stringify(found.value);
    if (text === this.#text) return;
    this.#text = text;
    this.#keys = createLocalJWKSet(found.value);
    this.onChanged();
  }

  async #read(): Promise<Result<JSONWebKeySet, string>> {
    const { workspace, fetchJson } = this.#tools;
    const url = await this.#address();
    if (!url.ok) return url;
    const document = await fetchJson(workspace, {
      url: url.value,
      bytes_max: LIMITS.identity_answer_bytes_max,
      timeout_ms: LIMITS.identity_answer_ms,
    });
    if (!document.ok) return document;
    return isKeySet(document.value) ? ok(document.value) : failed(`${url.value} holds no set of keys`);
  }

  async #address(): Promise<Result<string, string>> {
    const { jwks, issuer } = this.#settings;
    if (jwks !== undefined) return ok(jwks);
    return discover(issuer, "jwks_uri", this.#tools);
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (value === null || typeof value !== "object" || !("keys" in value) || !Array.isArray(value.keys)) return false;
  return value.keys.every((key) => key !== null && typeof key === "object" && typeof key.kty === "string");
}
