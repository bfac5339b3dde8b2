// Sockets are opened in few, written places; those that a tenant names only in packages/net, which checks addresses.

import { isIn, isTest } from "../places.ts";
import { type Problem, problemsAt, type Rule, readsVariable } from "../rule.ts";
import type { Import, Source } from "../source.ts";

const socketModules = ["node:net", "node:tls", "node:http", "node:https", "node:http2", "node:dgram", "undici"];
const socketVariables = ["fetch", "WebSocket", "EventSource"];
/** Names of node:net that look at addresses and open nothing. */
const harmless = ["isIP", "isIPv4", "isIPv6", "BlockList", "SocketAddress"];

/** The written list. Add a place with a reason, or send through @holdfast/net. */
const mayOpen = [
  "packages/net", // the checked way out
  "packages/gateway/transport", // the hot path's listener and upstream sockets
  "packages/gateway/warm-up", // a service and clients of its own, over loopback, at addresses that nobody names
  "packages/control/server", // the listeners of the control and public ports
  "packages/comms/notifiers", // mail and chat, to addresses of the settings
  "apps/holdfast",
  "tests",
  "bench",
  "tools",
];
/** A browser's fetch goes where the page's own policy lets it. */
const inBrowser = ["apps/console", "apps/portal", "apps/widget"];

export const sockets: Rule = {
  id: "sockets",
  why: "an address that a tenant names must pass the checks of packages/net",
  bites: [
    {
      path: "packages/feedback/channels/webhook.ts",
      text: 'import { request } from "undici";',
      says: "undici: sockets are opened in the places that tools/tidy/rules/sockets.ts lists",
    },
    {
      path: "packages/telemetry/otlp/send.ts",
      text: 'export const send = (url: string) => fetch(url, { method: "POST" });',
      says: "fetch: sockets are opened in the places that tools/tidy/rules/sockets.ts lists",
    },
    {
      path: "packages/gateway/listener.ts",
      text: 'import { createServer, isIP } from "node:net";',
      says: "node:net: sockets are opened in the places that tools/tidy/rules/sockets.ts lists",
    },
  ],
  allows: [
    { path: "packages/gateway/transport/listener.ts", text: 'import { createServer } from "node:net";' },
    { path: "packages/base/addresses.ts", text: 'import { isIP } from "node:net";' },
    { path: "packages/gateway/pipeline.ts", text: 'import type { Socket } from "node:net";' },
    { path: "packages/gateway/pipeline.test.ts", text: 'import { connect } from "node:net";' },
    { path: "apps/console/api.ts", text: 'export const me = () => fetch("/api/v1/me");' },
  ],
  check: (source) => {
    if (isIn(source.path, mayOpen) || isTest(source.path)) return [];
    return [...source.imports.filter(opens).map(problem), ...usesOf(source)];
  },
};

function opens({ specifier, names, typeOnly }: Import): boolean {
  const looksOnly = specifier === "node:net" && names.every((name) => harmless.includes(name));
  return !typeOnly && !looksOnly && socketModules.includes(specifier);
}

function problem({ specifier, line }: Import): Problem {
  return { line, says: sentence(specifier) };
}

function usesOf(source: Source): Problem[] {
  if (isIn(source.path, inBrowser)) return [];
  return problemsAt(source, (node, parent, field) => {
    const name = readsVariable(node, parent, field);
    return name !== undefined && socketVariables.includes(name) ? sentence(name) : undefined;
  });
}

function sentence(what: string): string {
  return `${what}: sockets are opened in the places that tools/tidy/rules/sockets.ts lists`;
}
