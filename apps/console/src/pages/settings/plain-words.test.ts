import { expect, it } from "vitest";
import { moment } from "../../format/times.ts";
import { plainWords } from "./plain-words.ts";

const at = Date.UTC(2026, 10, 21, 2, 34);

it.each([
  ["names and values", { version: 2, source: "file" }, "version 2; source file"],
  ["shares", { before: { v1: 0.6, v2: 0.4 }, why: "soft launch" }, "before v1 0.6, v2 0.4; why soft launch"],
  ["moments", { from: at }, `from ${moment(at)}`],
  ["nothing", { owner: null, admins: [] }, "owner –; admins –"],
])("%s", (_name, detail, words) => expect(plainWords(detail)).toBe(words));
