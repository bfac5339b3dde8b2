// Which client addresses may call: denied ones never, then only those allowed, if any are named.
import { addressSet } from "@holdfast/base";
import { definePolicy, type Refusal } from "../policy.ts";

export const addresses = definePolicy({
  id: "addresses",
  about: {
    title: "Client addresses",
    settings: ["addresses"],
    guide: "access.md#addresses",
    elsewhere: { kong: "ip-restriction", envoy: "rbac (source_ip)", nginx: "allow, deny (ngx_http_access_module)" },
  },
  prepare({ addresses }) {
    if (!addresses) return undefined;
    const denied = addressSet(addresses.deny ?? []);
    const allowed = addresses.allow ? addressSet(addresses.allow) : () => true;
    return {
      receive: ({ client_address }) => (denied(client_address) || !allowed(client_address) ? REFUSAL : undefined),
    };
  },
});

/** Does not say which list it was: that is the owner's business. */
const REFUSAL: Refusal = {
  code: "address_not_allowed",
  detail: "Calls from your address are not taken on this route.",
};
