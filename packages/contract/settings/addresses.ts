// Which client addresses may call.
import { parseSubnet } from "@holdfast/base";
import { z } from "zod";

const Subnet = z.string().transform((text, context): string => {
  const parsed = parseSubnet(text);
  if (parsed.ok) return parsed.value;
  context.issues.push({ code: "custom", message: parsed.error, input: text });
  return z.NEVER;
});

export const Subnets = z.array(Subnet).min(1).max(10_000);

export const AddressSettings = z
  .strictObject({
    allow: Subnets.optional().meta({ description: "Only these, when given: addresses, or subnets such as 10.0.0.0/8" }),
    deny: Subnets.optional().meta({ description: "Never these; looked at first" }),
  })
  .refine(({ allow, deny }) => allow !== undefined || deny !== undefined, "needs `allow`, `deny` or both")
  .meta({
    description: "Client addresses, IPv4 and IPv6. Behind proxies: see `--trusted-proxies` and `--trusted-hops`",
  });

export type AddressSettings = z.output<typeof AddressSettings>;
