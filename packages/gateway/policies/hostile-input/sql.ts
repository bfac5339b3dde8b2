// SQL that somebody tries to smuggle into a statement. Judges words in their order, not single words: people write about SELECT,
// and O'Brien has a quote in his name.
import { isWordCharacter, type Rule } from "./rule.ts";

/** word: lower case. text: what stood in quotes. quote: one that is not closed. */
type Token = { kind: "word" | "number" | "text" | "quote" | "mark" | "comment"; text: string };

/** Long texts are judged by so many tokens at a time, with some of the last ones again, so that no attack is cut in two. */
const WINDOW_TOKENS = 4096;
const OVERLAP_TOKENS = 16;
/** Comments inside of an attack are short. */
const COMMENT_CHARACTERS_MAX = 512;

const STATEMENTS = new Map<string, ReadonlySet<string>>([
  ["drop", new Set(["table", "database", "schema", "index", "view", "user"])],
  ["delete", new Set(["from"])],
  ["insert", new Set(["into"])],
  ["truncate", new Set(["table"])],
  ["alter", new Set(["table", "user", "database"])],
  ["create", new Set(["table", "user", "database"])],
  ["exec", new Set(["xp_cmdshell", "master", "sp_executesql"])],
  ["waitfor", new Set(["delay", "time"])],
]);
const DELAYS = new Set(["sleep", "benchmark", "pg_sleep", "dbms_lock", "randomblob"]);
const CATALOGUES = new Set(["information_schema", "pg_catalog", "sysobjects", "sqlite_master", "xp_cmdshell"]);
const COMPARISONS = new Set(["=", "<", ">", "like", "!=", "<>", "<=", ">="]);

export const sqlInjection: Rule = (_, lower) => {
  // Without any of these nothing below can be found, and most texts have none.
  if (!/['"=;(]|--|union|schema|\/\*/.test(lower)) return false;
  let tokens: Token[] = [];
  for (let at = 0; at < lower.length; ) {
    at = nextToken(lower, at, tokens);
    if (tokens.length < WINDOW_TOKENS) continue;
    if (isAttack(tokens)) return true;
    tokens = tokens.slice(-OVERLAP_TOKENS);
  }
  return isAttack(tokens);
};

function isAttack(tokens: readonly Token[]): boolean {
  return tokens.some((_, at) => FINDERS.some((find) => find(tokens, at)));
}

type Finder = (tokens: readonly Token[], at: number) => boolean;

const FINDERS: readonly Finder[] = [unionSelect, tautology, secondStatement, brokenOut, delay, catalogue];

/** `union select`, `union all select`. People write "the union select committee", so a column list or a select of values follows. */
function unionSelect(tokens: readonly Token[], at: number): boolean {
  if (word(tokens, at) !== "union") return false;
  const next = word(tokens, at + 1) === "all" || word(tokens, at + 1) === "distinct" ? at + 2 : at + 1;
  const open = mark(tokens, next) === "(" ? next + 1 : next;
  if (word(tokens, open) !== "select") return false;
  const first = tokens[open + 1];
  const after = mark(tokens, open + 2);
  return (
    first?.kind === "number" ||
    first?.kind === "text" ||
    word(tokens, open + 1) === "null" ||
    mark(tokens, open + 1) === "*" ||
    after === "," ||
    after === "(" ||
    after === "." ||
    word(tokens, open + 2) === "from"
  );
}

/** `or 1=1`, `and 'a'='a'`, `' or true --`: a condition between two things that are written out. */
function tautology(tokens: readonly Token[], at: number): boolean {
  const joined = word(tokens, at) === "or" || word(tokens, at) === "and" || mark(tokens, at) === "||";
  if (!joined) return false;
  const left = mark(tokens, at + 1) === "(" ? at + 2 : at + 1;
  const comparison = tokens[left + 1];
  const is_compared =
    comparison !== undefined &&
    (comparison.kind === "mark" || comparison.kind === "word") &&
    COMPARISONS.has(comparison.text);
  if (is_compared && isLiteral(tokens[left]) && isLiteral(tokens[left + 2])) return isInjected(tokens, at);
  return (word(tokens, at + 1) === "true" || tokens[at + 1]?.kind === "number") && tokens[at + 2]?.kind === "comment";
}

/** Beside a quote that breaks out, a comment or a number: `1 or 1=1`. In prose "or 1 = 1" is rare enough to count as well. */
function isInjected(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    before === undefined ||
    before.kind !== "word" ||
    tokens.slice(Math.max(at - OVERLAP_TOKENS, 0), at + OVERLAP_TOKENS).some(({ kind }) => kind === "quote")
  );
}

function isLiteral(token: Token | undefined): boolean {
  return token?.kind === "number" || token?.kind === "text" || token?.kind === "quote";
}

/** `; drop table users`. */
function secondStatement(tokens: readonly Token[], at: number): boolean {
  const second = word(tokens, at + 2);
  return mark(tokens, at) === ";" && second !== undefined && hasStatement(tokens, at + 1) && endsOrBreaks(tokens, at);
}

function hasStatement(tokens: readonly Token[], at: number): boolean {
  return STATEMENTS.get(word(tokens, at) ?? "")?.has(word(tokens, at + 1) ?? "") ?? false;
}

/** Something before the semicolon is a value that was broken out of, or a comment follows: not a script that somebody quotes. */
function endsOrBreaks(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before === undefined || before.kind === "quote" || before.kind === "number" || before.text === ")") return true;
  return tokens.slice(at, at + 12).some(({ kind }) => kind === "comment");
}

/** `admin'--`: a quote that nothing closes, then the rest of the statement is commented out. */
function brokenOut(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.kind !== "quote") return false;
  const closing = mark(tokens, at + 1) === ")" ? at + 2 : at + 1;
  return tokens[closing]?.kind === "comment" || (mark(tokens, closing) === ";" && hasStatement(tokens, closing + 1));
}

/** `and sleep(5)`, `' || pg_sleep(5)`, `waitfor delay '0:0:5'`. */
function delay(tokens: readonly Token[], at: number): boolean {
  if (word(tokens, at) === "waitfor") return word(tokens, at + 1) === "delay" && isLiteral(tokens[at + 2]);
  if (!DELAYS.has(word(tokens, at) ?? "") || mark(tokens, at + 1) !== "(" || tokens[at + 2]?.kind !== "number")
    return false;
  const before = tokens[at - 1];
  return (
    before !== undefined &&
    (["and", "or", "select", "if"].includes(before.text) || before.kind === "quote" || before.text === "||")
  );
}

/** Reads what tables there are: `from information_schema.tables`. */
function catalogue(tokens: readonly Token[], at: number): boolean {
  return (
    word(tokens, at) === "from" &&
    CATALOGUES.has(word(tokens, at + 1) ?? "") &&
    tokens.slice(Math.max(at - OVERLAP_TOKENS, 0), at).some(({ text }) => text === "select")
  );
}

function word(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  return token?.kind === "word" ? token.text : undefined;
}

function mark(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  return token?.kind === "mark" ? token.text : undefined;
}

/** Comments between words count as spaces; one that ends a statement is a token. Gives the place after it. */
function nextToken(text: string, at: number, tokens: Token[]): number {
  const code = text.charCodeAt(at);
  if (code <= 0x20) return at + 1;
  if (isWordCharacter(code)) return wordToken(text, at, tokens);
  const two = text.slice(at, at + 2);
  if (two === "/*") return comment(text, at, tokens);
  if (two === "--" || text[at] === "#") return lineComment(text, at, tokens);
  if (text[at] === "'" || text[at] === '"') return quoted(text, at, tokens);
  const length = two === "||" || two === "<>" || two === "!=" || two === "<=" || two === ">=" ? 2 : 1;
  tokens.push({ kind: "mark", text: text.slice(at, at + length) });
  return at + length;
}

function wordToken(text: string, from: number, tokens: Token[]): number {
  let at = from;
  while (at < text.length && isWordCharacter(text.charCodeAt(at))) at++;
  const found = text.slice(from, at);
  tokens.push({ kind: /^[0-9]+$|^0x[0-9a-f]+$/.test(found) ? "number" : "word", text: found });
  return at;
}

/** `un/**` + `/ion` stays two words for a database; between words the comment is a space. */
function comment(text: string, at: number, tokens: Token[]): number {
  const end = text.slice(at + 2, at + COMMENT_CHARACTERS_MAX).indexOf("*/");
  if (end >= 0) return at + end + 4;
  tokens.push({ kind: "comment", text: "/*" });
  return at + 2;
}

/** `--` begins a comment where a space or the end follows; `#` only at the end of what stands there. */
function lineComment(text: string, at: number, tokens: Token[]): number {
  const length = text[at] === "#" ? 1 : 2;
  const next = text.charCodeAt(at + length);
  const is_comment = Number.isNaN(next) || (length === 2 && (next <= 0x20 || next === 0x2b));
  tokens.push({ kind: is_comment ? "comment" : "mark", text: text.slice(at, at + length) });
  return at + length;
}

/** Between letters it is an apostrophe. One that is never closed is what an attack leaves. */
function quoted(text: string, at: number, tokens: Token[]): number {
  const is_apostrophe = isWordCharacter(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1));
  if (is_apostrophe && !startsCondition(text, at + 1)) return at + 1;
  const end = text.indexOf(text[at] as string, at + 1);
  if (end < 0 || end - at > 200) {
    tokens.push({ kind: "quote", text: text[at] as string });
    return at + 1;
  }
  const inside = text.slice(at + 1, end);
  // What stands between two quotes may be the attack between the quotes of the statement: ' or '1'='1.
  if (startsCondition(inside, 0)) {
    tokens.push({ kind: "quote", text: text[at] as string });
    return at + 1;
  }
  tokens.push({ kind: "text", text: inside });
  return end + 1;
}

function startsCondition(text: string, at: number): boolean {
  const start = text.slice(at, at + 48);
  return /^\s{0,16}['"]?\s{0,16}(or|and|union)\b/.test(start) || /^\s{0,16}(\|\||;|--|\))/.test(start);
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}
