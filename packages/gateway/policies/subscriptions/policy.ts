// Who may call because they subscribed: declared consumers, to the service of a route or to a model.
import { definePolicy } from "../policy.ts";

export const subscriptions = definePolicy({
  id: "subscriptions",
  about: {
    title: "Subscriptions",
    settings: ["access", "consumers"],
    guide: "access.md#scopes-and-subscriptions",
    elsewhere: { kong: "acl", envoy: "rbac", nginx: "map $consumer" },
  },
  prepare({ access, workspace }, { consumers }) {
    if (typeof access === "string" || access.subscription === undefined) return undefined;
    const { subscription } = access;
    return {
      admit({ consumer }) {
        const declared = consumer === undefined ? undefined : consumers.byName(workspace, consumer);
        if (declared?.subscriptions?.includes(subscription)) return undefined;
        return { code: "subscription_missing", detail: `Calls here need a subscription to ${subscription}.` };
      },
    };
  },
});
