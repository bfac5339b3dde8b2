// The little of gRPC over HTTP/2 that a gateway acts on: whose calls these are, their deadline, their status, and errors in its form.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. Pure.
import { PROBLEMS, type ProblemCode } from "@holdfast/base";

/** `application/grpc`, `application/grpc+proto` and the like; not gRPC-Web, which is plain HTTP. */
export function isGrpc(content_type: string | undefined): boolean {
  if (content_type === undefined || !content_type.startsWith("application/grpc")) return false;
  const next = content_type.charAt("application/grpc".length);
  return next === "" || next === "+" || next === ";";
}

const UNIT_MS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds, rounded up; undefined for what is no timeout: at most 8 digits and a unit. */
export function grpcTimeoutMs(value: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(value) ?? [];
  return digits === undefined ? undefined : Math.ceil(Number(digits) * (UNIT_MS[unit as string] as number));
}

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
const GRPC = {
  ok: 0,
  unknown: 2,
  invalid_argument: 3,
  deadline_exceeded: 4,
  not_found: 5,
  permission_denied: 7,
  resource_exhausted: 8,
  failed_precondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  data_loss: 15,
  unauthenticated: 16,
} as const;

/** Where a code says more than its HTTP status. */
const BY_CODE: Partial<Record<ProblemCode, number>> = {
  upstream_timeout: GRPC.deadline_exceeded,
  time_limit_reached: GRPC.deadline_exceeded,
  upstream_invalid: GRPC.unavailable,
  upstream_body_cut: GRPC.unavailable,
  body_too_large: GRPC.resource_exhausted,
  header_too_large: GRPC.resource_exhausted,
  request_timeout: GRPC.deadline_exceeded,
};

/** The status of an error of ours; as gRPC maps those of HTTP where nothing more is known. */
export function grpcStatusOf(code: ProblemCode): number {
  return BY_CODE[code] ?? fromHttp(PROBLEMS[code].status);
}

/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md, and 4xx that clients caused as what they are. */
function fromHttp(status: number): number {
  if (status === 400 || status === 422) return GRPC.invalid_argument;
  if (status === 401) return GRPC.unauthenticated;
  if (status === 403) return GRPC.permission_denied;
  if (status === 404 || status === 405 || status === 501) return GRPC.unimplemented;
  if (status === 429) return GRPC.resource_exhausted;
  if (status === 502 || status === 503 || status === 504) return GRPC.unavailable;
  return status >= 500 ? GRPC.internal : GRPC.unknown;
}

/** Percent-encoded UTF-8; what is printable ASCII stays, but for the percent sign. */
export function grpcMessage(text: string): string {
  let message = "";
  for (const byte of Buffer.from(text))
    message +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return message;
}

/** How a call ended, for its record. Some statuses say that the service failed, the others that the caller asked for too much. */
export function outcomeOfGrpc(status: number): "ok" | "upstream_error" | "client_error" {
  if (status === GRPC.ok) return "ok";
  const is_failure =
    status === GRPC.unknown ||
    status === GRPC.deadline_exceeded ||
    status === GRPC.internal ||
    status === GRPC.unavailable ||
    status === GRPC.data_loss;
  return is_failure ? "upstream_error" : "client_error";
}
