// Changes of a header list: what is removed, then what is set, then what is added. What is removed or set is gone in every spelling, so
// that nobody says it beside us. A value that could begin a header of its own is refused, never repaired.
import type { HeaderChanges } from "@holdfast/contract";
import { headerValue, parseTemplate, renderTemplate, type Template, type TemplateValues } from "@holdfast/expressions";
import { plainName, removeAlike } from "../../headers/header-list.ts";

/** In place. Gives the name of a header whose value cannot stand in one. */
export type ChangeHeaders = (flat: string[], values: TemplateValues) => string | undefined;

type Change = { name: string; template: Template; replaces: boolean };

export function headerChanges({ set, add, remove }: HeaderChanges): ChangeHeaders | undefined {
  const changes: Change[] = [
    ...Object.entries(set).map(([name, text]) => ({ name, template: compiled(text), replaces: true })),
    ...Object.entries(add).map(([name, text]) => ({ name, template: compiled(text), replaces: false })),
  ];
  if (changes.length === 0 && remove.length === 0) return undefined;
  return (flat, values) => {
    for (const name of remove) removeAlike(flat, plainName(name));
    for (const { name, template, replaces } of changes) {
      const text = renderTemplate(template, values);
      if (replaces) removeAlike(flat, plainName(name));
      // A place that the call does not fill leaves no header.
      if (text === undefined) continue;
      const value = headerValue(text);
      if (value === undefined) return name;
      flat.push(name, value);
    }
    return undefined;
  };
}

/** The control plane compiled the same before the plan was made. */
export function compiled(text: string): Template {
  const template = parseTemplate(text);
  if (!template.ok) throw new Error(template.error);
  return template.value;
}
