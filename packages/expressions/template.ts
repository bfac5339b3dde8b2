// Templates: text with places such as `{header.x-tenant}` that each call fills in. `{{` and `}}` stand for braces. What a value
// may contain depends on where the text goes, so that is checked by whoever renders.
import { closest, failed, LIMITS, ok, type Result } from "@holdfast/base";

export const TEMPLATE_SOURCES = ["param", "query", "header", "claim", "step"] as const;
export const TEMPLATE_WORDS = ["consumer", "method", "host", "path", "request_id", "client_address"] as const;

export type TemplateSource = (typeof TEMPLATE_SOURCES)[number];
export type TemplateWord = (typeof TEMPLATE_WORDS)[number];

/** A value of the call: `{header.x}` has source and name, `{consumer}` a word. */
export type TemplatePlace = { source: TemplateSource; name: string } | { source: "word"; name: TemplateWord };

export type Template = readonly (string | TemplatePlace)[];

/** Undefined: the call has no such value. */
export type TemplateValues = (place: TemplatePlace) => string | undefined;

export function parseTemplate(text: string): Result<Template, string> {
  if (text.length > LIMITS.expression_characters_max)
    return failed(`the template is longer than ${LIMITS.expression_characters_max} characters`);
  const parts: (string | TemplatePlace)[] = [];
  let literal = "";
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string;
    if ((character === "{" || character === "}") && text[at + 1] === character) {
      literal += character;
      at += 2;
    } else if (character === "{") {
      const end = text.indexOf("}", at);
      if (end < 0) return failed(`the brace at character ${at + 1} is not closed; write {{ for a brace`);
      const place = parsePlace(text.slice(at + 1, end));
      if (!place.ok) return place;
      if (literal !== "") parts.push(literal);
      literal = "";
      parts.push(place.value);
      at = end + 1;
    } else if (character === "}")
      return failed(`the brace at character ${at + 1} closes nothing; write }} for a brace`);
    else {
      literal += character;
      at++;
    }
  }
  if (literal !== "") parts.push(literal);
  return ok(parts);
}

function parsePlace(inside: string): Result<TemplatePlace, string> {
  const word = TEMPLATE_WORDS.find((known) => known === inside);
  if (word) return ok({ source: "word", name: word });
  const dot = inside.indexOf(".");
  const source = TEMPLATE_SOURCES.find((known) => known === inside.slice(0, dot));
  const name = inside.slice(dot + 1);
  if (dot > 0 && source && name !== "" && !/[\s{}]/.test(name))
    return ok({ source, name: source === "header" ? name.toLowerCase() : name });
  const known = [...TEMPLATE_WORDS, ...TEMPLATE_SOURCES.map((each) => `${each}.<name>`)];
  const near = closest(inside, [...TEMPLATE_WORDS]);
  return failed(`{${inside}} is not known; ${near ? `did you mean {${near}}` : `known are ${known.join(", ")}`}`);
}

/** Names of this source that the template uses. */
export function namesIn(template: Template, source: TemplateSource): string[] {
  return template.flatMap((part) => (typeof part !== "string" && part.source === source ? [part.name] : []));
}

/** Undefined when the template is nothing but one place that the call does not fill; elsewhere such a place is empty. */
export function renderTemplate(template: Template, values: TemplateValues): string | undefined {
  const [first] = template;
  if (template.length === 1 && first !== undefined) return typeof first === "string" ? first : values(first);
  let text = "";
  for (const part of template) text += typeof part === "string" ? part : (values(part) ?? "");
  return text;
}

/** For paths: each filled-in value becomes one segment. Undefined when a value is missing, empty or a dot segment. */
export function renderPath(template: Template, values: TemplateValues): string | undefined {
  let text = "";
  for (const part of template) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = values(part);
    if (value === undefined || value === "" || value === "." || value === "..") return undefined;
    if (hasControl(value) || !value.isWellFormed()) return undefined;
    text += encodeURIComponent(value);
  }
  return text;
}

/**
 * For header values (RFC 9110 section 5.5): what is outside of printable ASCII is percent-encoded. Undefined when a control
 * character or a line break is in it, which could begin a header of its own, or when it is too long.
 */
export function headerValue(text: string): string | undefined {
  if (hasControl(text) || text.length > LIMITS.template_value_characters_max || !text.isWellFormed()) return undefined;
  return text.trim().replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
