// One name in every spelling that code uses, and templates filled with them.

export interface Spellings {
  kebab: string;
  snake: string;
  camel: string;
  Pascal: string;
  words: string;
}

/** @returns undefined when the name is not lower-case words joined by hyphens */
export function spell(kebab: string): Spellings | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab)) return undefined;
  const words = kebab.split("-");
  const Pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const camel = Pascal.charAt(0).toLowerCase() + Pascal.slice(1);
  return { kebab, snake: words.join("_"), camel, Pascal, words: words.join(" ") };
}

/** Replaces `__camel__` and the like. */
export function fill(template: string, spellings: Spellings): string {
  return template.replace(/__(kebab|snake|camel|Pascal|words)__/g, (_, which: keyof Spellings) => spellings[which]);
}
