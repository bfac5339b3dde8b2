// Rules that reach a service. Each policy of a route has a file of its own beside this one.
import { z } from "zod";
import { AccessSettings } from "./access.ts";
import { AddressSettings } from "./addresses.ts";
import { RedirectSettings, RespondSettings } from "./answers.ts";
import { CacheSettings } from "./cache.ts";
import { CaptureSettings } from "./capture.ts";
import { ChecksSettings } from "./checks.ts";
import { ComposeSettings } from "./compose.ts";
import { CorsSettings } from "./cors.ts";
import { EncodedSlashesSettings } from "./encoded-slashes.ts";
import { LifecycleFields } from "./lifecycle.ts";
import { LIMITS_MEANING, LimitSettings } from "./limits.ts";
import { MatchSettings } from "./match.ts";
import { PlainHttpSettings } from "./plain-http.ts";
import { Name, named, size } from "./quantities.ts";
import { ReleaseFields, ShadowSettings } from "./releases.ts";
import { RewriteSettings } from "./rewrite.ts";
import { TransformSettings } from "./transform.ts";
import { WebSocketSettings } from "./websocket.ts";

/** Who answers: exactly one of these. */
const DESTINATIONS = ["to", "compose", "redirect", "respond"] as const;

const RouteFields = z.strictObject({
  match: MatchSettings.meta({ description: "Which requests it takes: those that fit all that is named" }),
  to: Name.optional().meta({ description: "The service that answers" }),
  compose: ComposeSettings.optional().meta({ description: "In place of `to`: one answer made of several services'" }),
  redirect: RedirectSettings.optional(),
  respond: RespondSettings.optional(),
  from_openapi: z.boolean().default(false).meta({
    description:
      "Stands for one route for each operation of the service's API description below this path, named <route>.<operation>",
  }),
  ...LifecycleFields,
  encoded_slashes: EncodedSlashesSettings.default("refuse"),
  rewrite: RewriteSettings.optional(),
  ...ReleaseFields,
  shadow: ShadowSettings.optional(),
  access: AccessSettings,
  addresses: AddressSettings.optional(),
  plain_http: PlainHttpSettings.default("serve"),
  cors: CorsSettings.optional(),
  websocket: WebSocketSettings.optional().meta({ description: "Lets clients open WebSockets here" }),
  limits: named(LimitSettings).default({}).meta({ description: LIMITS_MEANING }),
  cache: CacheSettings.optional(),
  capture: CaptureSettings.prefault({}),
  checks: ChecksSettings.optional().meta({ description: "What requests and answers must be like" }),
  transform: TransformSettings.optional().meta({ description: "What is changed of requests and answers" }),
  headers_most: size.optional().meta({
    description:
      "Largest request line and headers together; larger ones are refused: 431. Default: 32KiB, what the gateway reads at all",
  }),
  body_most: size
    .optional()
    .meta({ description: "Largest request body; larger ones are refused. Default: no limit, bodies stream" }),
});

export const RouteSettings = RouteFields.refine(
  (route) => DESTINATIONS.filter((each) => route[each] !== undefined).length === 1,
  { error: `needs exactly one of ${DESTINATIONS.join(", ")}`, path: ["to"] },
).meta({ description: "One rule: which requests it takes, who may call, who answers" });

export type RouteSettings = z.output<typeof RouteSettings>;
