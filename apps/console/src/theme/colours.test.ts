import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "..");
const literal = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(/i;

function coloured(text: string): string[] {
  return text.split("\n").filter((line) => literal.test(line.replaceAll(/url\([^)]*\)|["'`]#[\w-]*["'`]/g, "")));
}

/** Every source but the theme; this file and its like hold examples. */
function sources(): string[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(css|tsx?|svg)$/.test(path) && !path.startsWith("theme/") && !path.endsWith(".test.ts"))
    .map((path) => join(src, path));
}

describe("colours", () => {
  it("stand in the theme alone", () => {
    const found = sources().flatMap((path) =>
      coloured(readFileSync(path, "utf8")).map((line) => `${relative(src, path)}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
  it("are noticed when somebody writes one", () => {
    expect(coloured("a { color: #c1121f }\nb { color: var(--bad) }\nc { color: rgb(0 0 0) }")).toHaveLength(2);
  });
});

/** `--name: light-dark(#light, #dark)` of tokens.css, by name. */
function tokens(): Map<string, [string, string]> {
  const text = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
  const found = text.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map(([, name, light, dark]) => [name ?? "", [light ?? "", dark ?? ""]]));
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

describe("text", () => {
  const all = tokens();
  const grounds = ["canvas", "surface", "sunken", "hover"];
  const pairs = [
    ...["ink", "ink-2", "ink-3"].flatMap((ink) => grounds.map((ground) => [ink, ground])),
    ...["calls", "voices", "bad", "warn"].flatMap((tone) => [
      [tone, "surface"],
      [tone, `${tone}-soft`],
    ]),
  ];
  it.each(pairs)("%s on %s can be read in light and dark", (ink = "", ground = "") => {
    const [front, back] = [all.get(ink), all.get(ground)];
    for (const scheme of [0, 1]) {
      expect(contrast(front?.[scheme] ?? "", back?.[scheme] ?? "")).toBeGreaterThanOrEqual(4.5);
    }
  });
});
