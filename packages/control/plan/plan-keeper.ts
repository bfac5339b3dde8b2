// Keeps the newest plan on disk, sealed with the master key, so that a start needs neither settings nor database to be whole.
//
//   "HFP1" | nonce: 12 bytes | tag: 16 bytes | AES-256-GCM of the JSON
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { failed, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import type { PlanSection } from "./compile-section.ts";
import { writeAtomically } from "./write-atomically.ts";

/** `sections` is what the settings declare, before actions shifted traffic. */
export type KeptPlan = { plan: Plan; sections: Record<WorkspaceName, PlanSection> };

export type PlanKeeper = {
  save(kept: KeptPlan): Promise<void>;
  /** Undefined when nothing was kept yet; an error says why what is there cannot be used. */
  load(): Promise<Result<KeptPlan | undefined, string>>;
};

const MAGIC = "HFP1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createPlanKeeper(options: { path: string; master_key: Uint8Array }): PlanKeeper {
  const key = new Uint8Array(hkdfSync("sha256", options.master_key, "holdfast-plan", "", 32));
  return {
    save: (kept) => writeAtomically(options.path, seal(key, JSON.stringify(kept))),
    async load() {
      const bytes = await readIfThere(options.path);
      if (!bytes) return ok(undefined);
      const text = unseal(key, bytes);
      return text.ok ? ok(JSON.parse(text.value) as KeptPlan) : text;
    },
  };
}

function seal(key: Uint8Array, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(MAGIC));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.from(MAGIC), nonce, cipher.getAuthTag(), body]);
}

function unseal(key: Uint8Array, bytes: Buffer): Result<string, string> {
  const body_at = MAGIC.length + NONCE_BYTES + TAG_BYTES;
  if (bytes.length < body_at || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC)
    return failed("it is not a kept plan");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(MAGIC.length, MAGIC.length + NONCE_BYTES));
  decipher.setAAD(Buffer.from(MAGIC));
  decipher.setAuthTag(bytes.subarray(MAGIC.length + NONCE_BYTES, body_at));
  try {
    return ok(Buffer.concat([decipher.update(bytes.subarray(body_at)), decipher.final()]).toString("utf8"));
  } catch {
    // Node reports a wrong tag as an error without a code; nothing else can fail here.
    return failed("it was changed, or sealed with another master key");
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
