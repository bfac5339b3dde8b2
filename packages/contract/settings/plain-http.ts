// What becomes of calls that come without encryption.
import { z } from "zod";

export const PlainHttpSettings = z.enum(["serve", "refuse", "redirect"]).meta({
  description:
    "Calls over http. refuse: 403, so that nobody gets used to sending keys in clear text; redirect: 308 to the same address over https, on port 443. Behind a proxy that ends TLS, `--trusted-proxies` or `--trusted-hops` says whose `X-Forwarded-Proto` counts",
});

export type PlainHttpSettings = z.output<typeof PlainHttpSettings>;
