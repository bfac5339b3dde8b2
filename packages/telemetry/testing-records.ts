// An ordinary call record for tests, with the fields that a test cares about in place of the ordinary ones.
import { idSource } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";

const ids = idSource();

export function callRecord(fields: Partial<CallRecord> = {}): CallRecord {
  return {
    version: 1,
    id: ids(),
    workspace: "default",
    at: 1_767_600_000_000,
    duration_us: 12_345,
    node: "worker-1",
    plan: 7,
    method: "GET",
    host: "api.example.com",
    path: "/orders/42",
    query: null,
    subject: "routes.orders",
    route: "/orders/:id",
    release: "v1",
    upstream: "127.0.0.1:9001",
    consumer: "shop",
    client_address: "192.0.2.0",
    user_agent: "test",
    status: 200,
    upstream_status: 200,
    outcome: "ok",
    error_origin: null,
    refused_by: null,
    reason: null,
    protocol: "http/1.1",
    encrypted: false,
    attempts: 1,
    cache: null,
    shadow_of: null,
    request_bytes: 0,
    response_bytes: 512,
    request_id: "r-1",
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    span_id: "00f067aa0ba902b7",
    parent_span_id: null,
    phases: {
      receive_us: 10,
      identify_us: 20,
      admit_us: 30,
      choose_us: null,
      connect_us: 0,
      send_us: 40,
      wait_us: 10_000,
      reply_us: null,
    },
    ai: null,
    capture: null,
    ...fields,
  };
}
