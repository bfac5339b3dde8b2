// Aliases that applications call, and who serves them.
import { z } from "zod";
import { AccessSettings } from "./access.ts";
import { AddressSettings } from "./addresses.ts";
import { CaptureSettings } from "./capture.ts";
import { LifecycleFields } from "./lifecycle.ts";
import { LIMITS_MEANING, LimitSettings } from "./limits.ts";
import { PlainHttpSettings } from "./plain-http.ts";
import { httpUrl, named, secret } from "./quantities.ts";
import { ReleaseFields } from "./releases.ts";
import { TimeoutSettings } from "./services.ts";

export const ProviderSettings = z
  .strictObject({
    kind: z
      .enum(["openai", "openai-compatible"])
      .meta({ description: "openai: OpenAI itself; openai-compatible: whoever speaks its API at `url`" }),
    url: httpUrl.optional().meta({
      description:
        "Base address including the version, such as http://127.0.0.1:11434/v1; needed for openai-compatible",
    }),
    key: secret
      .optional()
      .meta({ description: "API key that the provider is called with, by reference", secret: "whole" }),
  })
  .meta({ description: "One provider, under the name that comes before the slash in `targets`" });

const Target = z.string().regex(/^[a-z0-9_.-]+\/\S+$/, "expected provider/model such as openai/gpt-5-mini");

const ModelRelease = z
  .strictObject({
    targets: z
      .array(
        z.union([
          Target,
          z.strictObject({
            fallback: Target.meta({ description: "provider/model that is asked when those before it fail" }),
          }),
        ]),
      )
      .min(1)
      .max(16)
      .meta({ description: "provider/model; the first is asked, a fallback when those before it fail" }),
  })
  .meta({ description: "One choice of who serves the model" });

export const ModelSettings = z
  .strictObject({
    access: AccessSettings,
    addresses: AddressSettings.optional(),
    plain_http: PlainHttpSettings.default("serve"),
    ...LifecycleFields,
    releases: named(ModelRelease)
      .refine((all) => Object.keys(all).length > 0, "needs at least one release")
      .meta({ description: "Versions of it, at least one; `split` shares traffic out between them" }),
    ...ReleaseFields,
    limits: named(LimitSettings).default({}).meta({ description: LIMITS_MEANING }),
    capture: CaptureSettings.prefault({}),
    timeouts: TimeoutSettings.prefault({}).meta({ description: "How long the gateway waits for a provider" }),
    prices: z
      .strictObject({
        input: z.number().min(0).meta({ description: "US dollars per million tokens that are sent" }),
        output: z.number().min(0).meta({ description: "US dollars per million tokens that are answered" }),
        cached_input: z
          .number()
          .min(0)
          .optional()
          .meta({ description: "US dollars per million sent tokens that the provider still had; default: as `input`" }),
      })
      .optional()
      .meta({ description: "US dollars per million tokens, for models that the price table does not know" }),
  })
  .meta({ description: "One alias, as requests name it in `model`" });

export type ModelSettings = z.output<typeof ModelSettings>;
