// The text that an HTTP message signature signs (RFC 9421 section 2.5). Pure.
import type { SignatureInput } from "./structured-fields.ts";

/** The part of a call that signatures speak of. */
export type SignedMessage = {
  method: string;
  scheme: "http" | "https";
  /** Canonical (RFC 9110 section 4.2.3), as section 2.2.6 asks for. */
  path: string;
  query: string | undefined;
  header(name: string): string | undefined;
};

/** Undefined: it covers something that the message has not, that is not known here, or one thing twice. */
export function signatureBase({ components, text }: SignatureInput, message: SignedMessage): string | undefined {
  const lines: string[] = [];
  for (const [index, component] of components.entries()) {
    const value = component.startsWith("@") ? derivedValue(component, message) : fieldValue(component, message);
    if (value === undefined || components.indexOf(component) < index) return undefined;
    lines.push(`"${component}": ${value}`);
  }
  return [...lines, `"@signature-params": ${text}`].join("\n");
}

/** Section 2.2. */
function derivedValue(component: string, message: SignedMessage): string | undefined {
  const { method, scheme, path, query } = message;
  const target = query === undefined ? path : `${path}?${query}`;
  switch (component) {
    case "@method":
      return method;
    case "@scheme":
      return scheme;
    case "@authority":
      return authorityOf(message);
    case "@path":
      return path;
    case "@query":
      return `?${query ?? ""}`;
    case "@request-target":
      return target;
    case "@target-uri":
      return `${scheme}://${authorityOf(message)}${target}`;
    default:
      return undefined;
  }
}

function fieldValue(component: string, message: SignedMessage): string | undefined {
  return component === component.toLowerCase() ? message.header(component)?.trim() : undefined;
}

/** Section 2.2.3: lower case, without the scheme's default port. */
function authorityOf(message: SignedMessage): string | undefined {
  return message
    .header("host")
    ?.toLowerCase()
    .replace(message.scheme === "https" ? /:443$/ : /:80$/, "");
}

/** What a signature must cover, so that nothing that matters can be changed. The first that is not covered. */
export function uncovered(
  components: readonly string[],
  message: SignedMessage & { has_body: boolean },
): string | undefined {
  const covers = (name: string) => components.includes(name);
  if (!covers("@method")) return "@method";
  if (message.has_body && !covers("content-digest")) return "content-digest";
  if (covers("@target-uri")) return undefined;
  if (!covers("@authority")) return "@authority";
  if (covers("@request-target")) return undefined;
  if (!covers("@path")) return "@path";
  return message.query === undefined || covers("@query") ? undefined : "@query";
}
