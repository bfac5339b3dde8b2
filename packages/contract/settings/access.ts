// Who may call.
import { z } from "zod";

export const AccessSettings = z
  .enum(["api-key", "public"], { error: "say who may call: `api-key` or `public`" })
  .meta({ description: "Who may call. There is no default: a route without `access` does not compile." });
