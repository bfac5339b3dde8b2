// The catalogue of every error that a client can meet: code, status, meaning, what to do. RFC 9457 documents are made here
// and nowhere else; `docs/errors.md` is generated from this table and compared.

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
  request_timeout: {
    status: 408,
    title: "The request did not arrive in time",
    advice: "Send it again over a better connection.",
  },
  // not allowed
  credentials_missing: {
    status: 401,
    title: "This route needs credentials",
    advice: "Send an API key as `Authorization: Bearer <key>` or `x-api-key: <key>`.",
  },
  credentials_invalid: {
    status: 401,
    title: "The credentials are not valid",
    advice: "Check that the key is complete, belongs to this workspace, and has not been revoked or expired.",
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
  overloaded: {
    status: 503,
    title: "The gateway is at its limit",
    advice: "Try again after the time in `Retry-After`.",
  },
  shutting_down: {
    status: 503,
    title: "The server is shutting down",
    advice: "Send the request again; another node will take it.",
  },
  // upstream
  upstream_unreachable: {
    status: 502,
    title: "The service could not be reached",
    advice: "Nothing was sent, so it is safe to try again.",
  },
  upstream_timeout: {
    status: 504,
    title: "The service did not answer in time",
    advice: "It may still have acted; repeat only what is safe to repeat.",
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

export type FieldError = { path: string; message: string; line?: number; suggestion?: string };

/** An RFC 9457 document. `code` repeats the last segment of `type` for clients that compare strings. */
export type ProblemDocument = {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  advice: string;
  request_id?: string;
  errors?: FieldError[];
};

export type ProblemDetails = { detail?: string; request_id?: string; errors?: FieldError[] };

export function problemDocument(code: ProblemCode, details: ProblemDetails = {}): ProblemDocument {
  const { status, title, advice } = PROBLEMS[code];
  return { type: `https://holdfast.dev/errors/${code}`, title, status, code, advice, ...details };
}

/** An expected failure on its way to a client. Services throw it; the border turns it into a document. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? PROBLEMS[code].title);
    this.name = "Problem";
    this.code = code;
    this.details = details;
  }
}
