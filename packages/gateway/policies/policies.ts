// Every policy, in the order in which their hooks run: who calls comes before what they may do.
import { access } from "./access/policy.ts";
import { addresses } from "./addresses/policy.ts";
import { apiKey } from "./api-key/policy.ts";
import { bandwidth } from "./bandwidth/policy.ts";
import { bodyLimit } from "./body-limit/policy.ts";
import { contentType } from "./content-type/policy.ts";
import { cors } from "./cors/policy.ts";
import { hostileInput } from "./hostile-input/policy.ts";
import { jsonLimits } from "./json-limits/policy.ts";
import { jsonSchema } from "./json-schema/policy.ts";
import { lifecycle } from "./lifecycle/policy.ts";
import { limits } from "./limits/policy.ts";
import { maintenance } from "./maintenance/policy.ts";
import { openapi } from "./openapi/policy.ts";
import { plainHttp } from "./plain-http/policy.ts";
import type { Policy } from "./policy.ts";
import { redirect } from "./redirect/policy.ts";
import { rewrite } from "./rewrite/policy.ts";
import { scopes } from "./scopes/policy.ts";
import { subscriptions } from "./subscriptions/policy.ts";
import { transform } from "./transform/policy.ts";

export const policies: readonly Policy[] = [
  addresses,
  plainHttp,
  cors,
  lifecycle,
  apiKey,
  access,
  maintenance,
  scopes,
  subscriptions,
  bodyLimit,
  limits,
  bandwidth,
  contentType,
  jsonLimits,
  hostileInput,
  openapi,
  jsonSchema,
  redirect,
  rewrite,
  transform,
];
