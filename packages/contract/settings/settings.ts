// The shape of `holdfast.yaml`: the one schema that validates files and API input, publishes the JSON Schema for editors and
// documents every default. It knows nothing of other objects: references between them are the plan compiler's subject.
import { LIMITS } from "@holdfast/base";
import { z } from "zod";
import { CertificateSettings } from "./certificates.ts";
import { ConsumerPlanSettings, ConsumerSettings } from "./consumers.ts";
import { IdentitySettings } from "./identity.ts";
import { LaunchSettings } from "./launches.ts";
import { ModelSettings, ProviderSettings } from "./models.ts";
import { Name, named } from "./quantities.ts";
import { RouteSettings } from "./routes.ts";
import { ServiceSettings } from "./services.ts";
import { MailSettings, SiteSettings } from "./sites.ts";

export const Settings = z.strictObject({
  holdfast: z
    .literal(1, { error: "expected `holdfast: 1`, the format version" })
    .meta({ description: "Format version of this file; 1 is the only one" }),
  workspace: Name.default("default").meta({ description: "The tenant that all of this belongs to" }),
  allow_literal_secrets: z
    .boolean()
    .default(false)
    .meta({ description: "Accept secrets in plain text; for examples only" }),
  certificates: named(CertificateSettings)
    .default({})
    .meta({ description: "What the gateway shows on its TLS port (`--tls-port`)" }),
  services: named(ServiceSettings).default({}).meta({ description: "APIs behind the gateway, each with its releases" }),
  routes: named(RouteSettings).default({}).meta({ description: "Rules that reach a service" }),
  identity: named(IdentitySettings)
    .default({})
    .meta({ description: "Issuers of tokens, users with passwords and signing keys, for `access` of routes" }),
  consumers: named(ConsumerSettings).default({}).meta({ description: "Who calls, and with which keys" }),
  plans: named(ConsumerPlanSettings)
    .default({})
    .meta({ description: "What consumers may ask for, by the plan they are on" }),
  providers: named(ProviderSettings).default({}).meta({ description: "Who serves models" }),
  models: named(ModelSettings).default({}).meta({ description: "Aliases that applications call" }),
  sites: named(SiteSettings).default({}).meta({ description: "Where feedback may come from" }),
  mail: MailSettings.optional().meta({ description: "How reporters are written to; left out: no mail is sent" }),
  launches: named(LaunchSettings).default({}).meta({ description: "Scope, window, phase and exit criteria" }),
});

/** What a person writes. */
export type SettingsInput = z.input<typeof Settings>;
/** Parsed: quantities are numbers (milliseconds, bytes, shares of 1), defaults are filled in. */
export type Settings = z.output<typeof Settings>;

export const SETTINGS_BYTES_MAX: number = LIMITS.settings_bytes_max;
