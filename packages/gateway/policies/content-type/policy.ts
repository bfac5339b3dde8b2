// Media types that a request's body may have. A body without one, or with two, is refused: its readers would guess.
import { mediaTypeOf } from "../body-reader.ts";
import { definePolicy } from "../policy.ts";

export const contentType = definePolicy({
  id: "content-type",
  about: {
    title: "Content types",
    settings: ["checks.content_types"],
    guide: "checks.md",
    elsewhere: { kong: "request-validator (allowed_content_types)", envoy: "rbac, lua", nginx: "map $content_type" },
  },
  prepare(subject) {
    const types = subject.kind === "route" ? subject.checks?.content_types : undefined;
    if (!types) return undefined;
    const exact = new Set(types);
    const ranges = types.filter((type) => type.includes("*")).map(rangeOf);
    return {
      admit(call) {
        if (!call.has_body) return undefined;
        const type = mediaTypeOf(call.header("content-type"));
        if (type !== undefined && (exact.has(type) || ranges.some((fits) => fits(type)))) return undefined;
        return { code: "unsupported_media_type", detail: `Bodies here are ${types.join(", ")}.` };
      },
    };
  },
});

/** A range such as `text/*`, or one with a structured suffix such as `application/*+json`. */
function rangeOf(range: string): (type: string) => boolean {
  const [before, after] = range.split("*") as [string, string];
  return (type) => type.length > before.length + after.length && type.startsWith(before) && type.endsWith(after);
}
