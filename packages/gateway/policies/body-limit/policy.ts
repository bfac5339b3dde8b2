// The largest request of a route. Its head: refused before anybody is asked who they are. Its body: refused by its announced length
// before anything is sent, or as soon as a chunked one grows past it.
import { definePolicy, type Hooks, type PolicyCall, type Refusal } from "../policy.ts";

export const bodyLimit = definePolicy({
  id: "body-limit",
  about: {
    title: "Size of requests",
    settings: ["headers_most", "body_most"],
    guide: "limits.md#sizes-of-requests",
    elsewhere: {
      kong: "request-size-limiting",
      envoy: "buffer (max_request_bytes)",
      nginx: "large_client_header_buffers, client_max_body_size",
    },
  },
  prepare(subject) {
    if (subject.kind !== "route") return undefined;
    const { body_bytes_max, head_bytes_max } = subject;
    const of_head: Hooks = head_bytes_max === undefined ? {} : { receive: (call) => checkHead(call, head_bytes_max) };
    const of_body: Hooks = body_bytes_max === undefined ? {} : bodyHooks(body_bytes_max);
    const hooks = { ...of_head, ...of_body };
    return Object.keys(hooks).length > 0 ? hooks : undefined;
  },
});

function bodyHooks(most: number): Hooks {
  return {
    admit: (call) => checkBody(call.headers.content_length ?? 0, most),
    body: (bytes) => checkBody(bytes, most),
  };
}

function checkBody(bytes: number, most: number): Refusal | undefined {
  if (bytes <= most) return undefined;
  return { code: "body_too_large", detail: `This route takes bodies of up to ${most} bytes.` };
}

function checkHead(call: PolicyCall, most: number): Refusal | undefined {
  if (call.head_size().bytes <= most) return undefined;
  return { code: "header_too_large", detail: `This route takes up to ${most} bytes of request line and headers.` };
}
