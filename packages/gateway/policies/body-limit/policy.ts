// The largest request body of a route: refused by its announced length before anything is sent, or as soon as a chunked one
// grows past it.
import { definePolicy, type Refusal } from "../policy.ts";

export const bodyLimit = definePolicy({
  id: "body-limit",
  prepare(subject) {
    const most = subject.kind === "route" ? subject.body_bytes_max : undefined;
    if (most === undefined) return undefined;
    const check = (bytes: number): Refusal | undefined =>
      bytes > most ? { code: "body_too_large", detail: `This route takes bodies of up to ${most} bytes.` } : undefined;
    return { admit: (call) => check(call.content_length ?? 0), body: check };
  },
});
