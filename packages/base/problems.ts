// The catalogue of every error that a client can meet: code, status, meaning, what to do. `docs/errors.md` is generated from this
// table and compared; problem-document.ts makes answers of it.

type Entry = { status: number; title: string; advice: string };

export const PROBLEMS = {
  // asked wrongly
  malformed_request: {
    status: 400,
    title: "The request is not valid HTTP or JSON",
    advice: "Correct the part that the detail names and send it again.",
  },
  invalid_input: {
    status: 422,
    title: "A value is missing or out of range",
    advice: "Each entry of `errors` names a place and what is expected there.",
  },
  body_too_large: {
    status: 413,
    title: "The body is larger than the limit",
    advice: "Send less; the detail states the limit.",
  },
  header_too_large: {
    status: 431,
    title: "The request head is larger than the limit",
    advice: "Send fewer or shorter headers.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The content type is not accepted here",
    advice: "Send one of the types that the detail names.",
  },
  request_invalid: {
    status: 422,
    title: "The request does not fit what this API takes",
    advice: "Each entry of `errors` names a place in the request and what is expected there.",
  },
  request_hostile: {
    status: 403,
    title: "The request looks like an attack",
    advice: "The detail names the rule. If the content is meant, ask the owner of the route to leave that rule out.",
  },
  request_timeout: {
    status: 408,
    title: "The request did not arrive in time",
    advice: "Send it again over a better connection.",
  },
  // not allowed
  credentials_missing: {
    status: 401,
    title: "This route needs credentials",
    advice:
      "Send credentials that `WWW-Authenticate` names; an API key goes as `Authorization: Bearer <key>` or `x-api-key: <key>`.",
  },
  credentials_invalid: {
    status: 401,
    title: "The credentials are not valid",
    advice: "Check that the key or token is complete, belongs to this workspace, and has not been revoked or expired.",
  },
  sign_in_refused: {
    status: 401,
    title: "This e-mail address and password do not belong together",
    advice: "Check both; after several attempts, wait a few minutes.",
  },
  link_invalid: {
    status: 410,
    title: "This link is not valid any more",
    advice: "Ask an admin for a new one; a restart prints a new setup link while nobody is set up.",
  },
  forbidden: {
    status: 403,
    title: "These credentials do not allow this",
    advice: "Ask an admin of the workspace for the role or scope that the detail names.",
  },
  insufficient_scope: {
    status: 403,
    title: "The credentials lack a scope",
    advice: "Get credentials with the scopes that the detail and `WWW-Authenticate` name.",
  },
  subscription_missing: {
    status: 403,
    title: "This consumer has not subscribed",
    advice: "Subscribe to the service or model that the detail names, or ask its owner to.",
  },
  https_required: {
    status: 403,
    title: "This is served over https only",
    advice: "Send the call over https. Keys that went over http may have been read on the way: have them replaced.",
  },
  address_not_allowed: {
    status: 403,
    title: "Calls from this address are not taken here",
    advice: "Call from a network that the owner of the route allows.",
  },
  origin_not_allowed: {
    status: 403,
    title: "Feedback is not accepted from this origin",
    advice: "Add the origin to the site in the settings.",
  },
  // not there
  route_unknown: {
    status: 404,
    title: "No route matches this request",
    advice: "Check host, path and method; the console lists all routes.",
  },
  not_found: {
    status: 404,
    title: "There is no such thing here",
    advice: "Check the id; it may belong to another workspace.",
  },
  misdirected_request: {
    status: 421,
    title: "This connection is for another host",
    advice: "Send the request again over a connection of its own, with the request's host as the TLS server name.",
  },
  method_not_allowed: {
    status: 405,
    title: "The route does not accept this method",
    advice: "Use one of the methods in the `Allow` header.",
  },
  model_unknown: {
    status: 404,
    title: "There is no model of this name",
    advice: "Use a model that the settings declare.",
  },
  route_retired: {
    status: 410,
    title: "This API was retired",
    advice: "Move to the successor that the `Link` header names; ask the owner of the API if there is none.",
  },
  route_brown_out: {
    status: 410,
    title: "This deprecated API is switched off for a while",
    advice:
      "Move to the successor that the `Link` header names. Until `Sunset` it works again after the time in `Retry-After`.",
  },
  route_disabled: {
    status: 503,
    title: "This is switched off",
    advice: "Its owner has switched it off; ask them when it will be back.",
  },
  under_maintenance: {
    status: 503,
    title: "This is under maintenance",
    advice: "Try again after the time in `Retry-After`.",
  },
  upgrade_not_supported: {
    status: 501,
    title: "This protocol is not spoken here",
    advice: "Send an ordinary HTTP/1.1 request, without `Upgrade` and not as `CONNECT`.",
  },
  // in the way
  conflict: {
    status: 409,
    title: "This conflicts with the present state",
    advice: "Read the present state and decide again.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    advice: "Slow down; `Retry-After` says when the next call will pass.",
  },
  quota_spent: {
    status: 429,
    title: "The quota is spent",
    advice:
      "Slowing down does not help: `Retry-After` says when a call will pass again. Ask the owner of the route for a larger one.",
  },
  too_many_at_once: {
    status: 429,
    title: "Too many requests run at the same time",
    advice: "Send the next one when an earlier one has ended.",
  },
  overloaded: {
    status: 503,
    title: "The gateway is at its limit",
    advice: "Try again after the time in `Retry-After`.",
  },
  identity_unavailable: {
    status: 503,
    title: "The credentials cannot be checked at present",
    advice: "The issuer of the token does not answer; try again after the time in `Retry-After`.",
  },
  shutting_down: {
    status: 503,
    title: "The server is shutting down",
    advice: "Send the request again; another node will take it.",
  },
  loop_detected: {
    status: 508,
    title: "The request goes in a circle",
    advice: "An upstream of the gateway leads back to it. Tell the owner of the route; `Via` shows the way.",
  },
  // upstream
  not_in_cache: {
    status: 504,
    title: "Nothing kept fits, and the request wants nothing else",
    advice: "Leave out `Cache-Control: only-if-cached` to have the service asked.",
  },
  upstream_unreachable: {
    status: 502,
    title: "The service could not be reached",
    advice: "Nothing was sent, so it is safe to try again.",
  },
  upstream_unavailable: {
    status: 503,
    title: "No upstream of the service takes calls",
    advice:
      "Nothing was sent. Try again after the time in `Retry-After`; the console shows what is known of each upstream.",
  },
  upstream_timeout: {
    status: 504,
    title: "The service did not answer in time",
    advice: "It may still have acted; repeat only what is safe to repeat.",
  },
  time_limit_reached: {
    status: 504,
    title: "The answer took longer than this route allows",
    advice:
      "What came of it is incomplete. Ask for less at once, or ask the owner of the route for a longer `timeouts.total`.",
  },
  upstream_invalid: {
    status: 502,
    title: "The service answered with something that is not HTTP",
    advice: "Tell the owner of the service; the call record has the details.",
  },
  upstream_body_cut: {
    status: 502,
    title: "The service cut its answer",
    advice: "The answer is incomplete; do not use it.",
  },
  upstream_too_large: {
    status: 502,
    title: "The service's answer is larger than this route can take",
    advice: "Tell the owner of the route; the detail states the limit.",
  },
  upstream_unexpected: {
    status: 502,
    title: "The service's answer is not what this route expects",
    advice: "Tell the owner of the service; the call record says where it breaks.",
  },
  upstream_step_failed: {
    status: 502,
    title: "A part of the answer could not be made",
    advice: "The detail names the step that failed. Try again; if it stays, tell the owner of the route.",
  },
  transform_failed: {
    status: 422,
    title: "The body cannot be changed in the way this route wants",
    advice: "Send a body of the form that the route expects; its owner knows the expression.",
  },
  upstream_refused: {
    status: 502,
    title: "The model provider refused the gateway's credentials",
    advice: "Tell the owner of the provider settings.",
  },
  // ourselves
  settings_invalid: {
    status: 422,
    title: "The settings do not compile",
    advice: "Nothing was changed. Each entry of `errors` names a line, a path and a suggestion.",
  },
  settings_from_file: {
    status: 409,
    title: "A settings file governs this workspace",
    advice: "Change the file; it is watched and applied by itself.",
  },
  setup_done: {
    status: 409,
    title: "This installation is already set up",
    advice: "Sign in, or ask an admin for an invitation.",
  },
  telemetry_unavailable: {
    status: 503,
    title: "The store of calls does not answer",
    advice: "Nothing is lost: records wait in the spool. Try again in a moment.",
  },
  nodes_unreachable: {
    status: 503,
    title: "The other gateway nodes could not be told",
    advice: "It was done on this node alone. Ask again when Redis answers, or ask each node; the log names the cause.",
  },
  storage_unavailable: {
    status: 503,
    title: "It cannot be kept right now",
    advice: "Nothing was stored. Try again in a moment; the log names the cause.",
  },
  internal: {
    status: 500,
    title: "Something went wrong on our side",
    advice: "The request id leads to the log line; report it with that id.",
  },
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof PROBLEMS;
