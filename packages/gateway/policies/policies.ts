// Every policy, in the order in which their hooks run: who calls comes before what they may do.
import { apiKey } from "./api-key/policy.ts";
import { bodyLimit } from "./body-limit/policy.ts";
import type { Policy } from "./policy.ts";
import { rateLimit } from "./rate-limit/policy.ts";

export const policies: readonly Policy[] = [apiKey, bodyLimit, rateLimit];
