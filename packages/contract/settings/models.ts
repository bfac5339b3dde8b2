// Aliases that applications call, and who serves them.
import { z } from "zod";
import { AccessSettings } from "./access.ts";
import { AddressSettings } from "./addresses.ts";
import { CaptureSettings } from "./capture.ts";
import { LifecycleFields } from "./lifecycle.ts";
import { LimitSettings } from "./limits.ts";
import { PlainHttpSettings } from "./plain-http.ts";
import { httpUrl, named, secret } from "./quantities.ts";
import { ReleaseFields } from "./releases.ts";
import { TimeoutSettings } from "./services.ts";

export const ProviderSettings = z.strictObject({
  kind: z.enum(["openai", "openai-compatible"]),
  url: httpUrl.optional().meta({
    description: "Base address including the version, such as http://127.0.0.1:11434/v1; needed for openai-compatible",
  }),
  key: secret.optional(),
});

const Target = z.string().regex(/^[a-z0-9_.-]+\/\S+$/, "expected provider/model such as openai/gpt-5-mini");

const ModelRelease = z.strictObject({
  targets: z
    .array(z.union([Target, z.strictObject({ fallback: Target })]))
    .min(1)
    .max(16)
    .meta({ description: "provider/model; the first is asked, a fallback when those before it fail" }),
});

export const ModelSettings = z.strictObject({
  access: AccessSettings,
  addresses: AddressSettings.optional(),
  plain_http: PlainHttpSettings.default("serve"),
  ...LifecycleFields,
  releases: named(ModelRelease).refine((all) => Object.keys(all).length > 0, "needs at least one release"),
  ...ReleaseFields,
  limits: named(LimitSettings).default({}),
  capture: CaptureSettings.prefault({}),
  timeouts: TimeoutSettings.prefault({}),
  prices: z
    .strictObject({ input: z.number().min(0), output: z.number().min(0), cached_input: z.number().min(0).optional() })
    .optional()
    .meta({ description: "US dollars per million tokens, for models that the price table does not know" }),
});

export type ModelSettings = z.output<typeof ModelSettings>;
