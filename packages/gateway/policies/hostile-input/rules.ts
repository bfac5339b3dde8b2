// The rules of hostile input, by their id. Few and clear: each finds what has no business in a request, and leaves alone what
// people write about it.
import type { HostileRule } from "@holdfast/contract";
import { anywhere, isWordCharacter, pastSpace, type Rule } from "./rule.ts";
import { sqlInjection } from "./sql.ts";

/** The count of headers is no text; policy.ts looks at it. */
export type TextRule = Exclude<HostileRule, "header-count">;

export const RULES: Readonly<Record<TextRule, Rule>> = {
  "null-byte": (text) => text.includes("\0"),
  "path-traversal": pathTraversal,
  "sql-injection": sqlInjection,
  "cross-site-scripting": crossSiteScripting,
  "shell-command": shellCommand,
  "jndi-lookup": (_, lower) => lower.includes("${") && withoutLookups(lower).includes("${jndi:"),
  "header-injection": headerInjection,
};

const SECRETS = [
  "etc/passwd",
  "etc/shadow",
  "proc/self/",
  "windows/win.ini",
  "windows/system32",
  ".ssh/id_",
  ".aws/credentials",
];

/** Steps upwards that lead somewhere: two or more, or one to a file that attackers want. A relative link in a text is one step. */
function pathTraversal(_: string, lower: string): boolean {
  if (!lower.includes(".."))
    return SECRETS.some((secret) => lower.startsWith(`/${secret}`) || lower.startsWith(`file:///${secret}`));
  const slashed = lower.replaceAll("\\", "/").replaceAll("....//", "../").replaceAll("..;/", "../");
  if (slashed.includes("../../")) return true;
  return slashed.includes("../") && SECRETS.some((secret) => slashed.includes(secret));
}

const ACTIVE_TAGS = ["script", "iframe", "object", "embed", "svg", "math", "base", "meta", "link"];

/** A tag that runs something, an event handler inside a tag, or an address that is a program. */
function crossSiteScripting(_: string, lower: string): boolean {
  const in_tag = anywhere(lower, "<", (at) => isActiveTag(lower, at + 1));
  if (in_tag || (lower.includes("<") && hasHandler(lower))) return true;
  const compact = lower.length < 65_536 ? lower.replace(/[\t\n\r]/g, "") : lower;
  return anywhere(compact, "javascript:", (at) => isAddress(compact, at)) || compact.includes("data:text/html;base64");
}

/** `<base>` and its like only with an attribute that leads somewhere, because they are also words of other markup. */
function isActiveTag(lower: string, at: number): boolean {
  const name = ACTIVE_TAGS.find((tag) => lower.startsWith(tag, at));
  if (name === undefined || isWordCharacter(lower.charCodeAt(at + name.length))) return false;
  const next = lower[at + name.length];
  if (name === "script" || name === "iframe") return next === undefined || next === ">" || next === "/" || next <= " ";
  return /(href|src|data|content|http-equiv)\s{0,8}=/.test(lower.slice(at, at + 128));
}

const HANDLERS = new Set(
  "abort animationend animationstart beforeinput blur change click contextmenu copy cut dblclick drag drop error focus focusin hashchange input keydown keypress keyup load message mousedown mouseenter mousemove mouseout mouseover mouseup pageshow paste pointerdown pointerenter pointerover popstate reset resize scroll select storage submit toggle touchend touchstart transitionend unload wheel".split(
    " ",
  ),
);

/** `onerror=` after a space, a slash or a quote, in what began as a tag. */
function hasHandler(lower: string): boolean {
  return anywhere(lower, "on", (at) => {
    if (at === 0 || !/[\s/"'`]/.test(lower[at - 1] as string)) return false;
    let end = at + 2;
    while (end - at < 24 && isLetterAt(lower, end)) end++;
    if (lower[pastSpace(lower, end)] !== "=" || !HANDLERS.has(lower.slice(at + 2, end))) return false;
    return /<[a-z]/.test(lower.slice(Math.max(at - 256, 0), at));
  });
}

/** At the start, or as the value of an attribute or a link. */
function isAddress(lower: string, at: number): boolean {
  if (at === 0) return /[(`]|%28/.test(lower.slice(at, at + 256));
  return /["'=(]/.test(lower[at - 1] as string) && lower.slice(at, at + 256).includes("(");
}

function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x61 && code <= 0x7a;
}

const COMMANDS = new Set([
  "cat",
  "ls",
  "id",
  "whoami",
  "uname",
  "wget",
  "curl",
  "nc",
  "ncat",
  "bash",
  "sh",
  "zsh",
  "rm",
  "ping",
  "powershell",
  "cmd",
  "python",
  "python3",
  "perl",
  "nslookup",
  "chmod",
  "sleep",
  "type",
  "dir",
  "net",
]);

/** A separator of the shell, then a command with an argument that only a command has. In bodies people quote scripts. */
function shellCommand(_: string, lower: string, place: "path" | "query" | "header" | "body"): boolean {
  for (let at = 0; at < lower.length; at++) {
    const length = separatorAt(lower, at);
    if (length > 0 && isCommand(lower, pastSpace(lower, at + length), place === "body")) return true;
  }
  return false;
}

function separatorAt(lower: string, at: number): number {
  const character = lower[at];
  if (character === "$" && lower[at + 1] === "(") return 2;
  if (character === "&" || character === "|") return lower[at + 1] === character ? 2 : character === "|" ? 1 : 0;
  return character === ";" || character === "`" || character === "\n" ? 1 : 0;
}

function isCommand(lower: string, at: number, is_prose: boolean): boolean {
  const path = ["/bin/", "/usr/bin/"].find((folder) => lower.startsWith(folder, at)) ?? "";
  let end = at + path.length;
  while (end - at < 32 && isWordCharacter(lower.charCodeAt(end))) end++;
  if (!COMMANDS.has(lower.slice(at + path.length, end))) return false;
  const next = pastSpace(lower, end);
  const argument = lower.slice(next, next + 64);
  const is_secret = SECRETS.some((secret) => argument.includes(secret));
  // A comment that says "npm ci; rm -rf dist" is no attack on whoever stores it; one that reads passwords may be.
  if (is_prose)
    return is_secret || /^(\S{0,40}\s)?-e\s\/bin\/|^-i\s{0,4}>|^https?:\/\/\S{1,60}\s{0,4}\|/.test(argument);
  return is_secret || next === lower.length || /^[-/$.|;&`)'"]|^https?:|^\d/.test(argument);
}

/**
 * Log4j resolves lookups inside of lookups: `${${lower:j}ndi:…}`, `${${::-j}ndi:…}`. From the inside outwards, each becomes what it
 * stands for. Every character is pushed and taken at most once.
 */
function withoutLookups(lower: string): string {
  const out: string[] = [];
  const open: number[] = [];
  for (let at = 0; at < lower.length; at++) {
    if (lower[at] === "$" && lower[at + 1] === "{") {
      open.push(out.length);
      out.push("${");
      at++;
    } else if (lower[at] === "}" && open.length > 0) {
      const inside = out
        .splice(open.pop() as number)
        .join("")
        .slice(2);
      const kept = lookedUp(inside);
      // A name of one lookup is short; longer texts are not taken apart again.
      out.push(...(kept.length < 64 ? [kept] : [kept.slice(0, 64)]));
    } else out.push(lower[at] as string);
  }
  return out.join("");
}

function lookedUp(inside: string): string {
  const fallback = inside.lastIndexOf(":-");
  if (fallback >= 0) return inside.slice(fallback + 2);
  if (inside.startsWith("lower:") || inside.startsWith("upper:")) return inside.slice(6);
  return `\${${inside}}`;
}

const INJECTED_HEADERS = [
  "set-cookie:",
  "location:",
  "content-length:",
  "content-type:",
  "transfer-encoding:",
  "http/1.",
];

/** A line break and then a header, in a place where an answer may quote it. */
function headerInjection(_: string, lower: string, place: "path" | "query" | "header" | "body"): boolean {
  if (place === "body") return false;
  return anywhere(lower, "\n", (at) => INJECTED_HEADERS.some((header) => lower.startsWith(header, at + 1)));
}
