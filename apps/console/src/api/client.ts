// The typed client of the control API. Its types are generated from the routes themselves, so that a page cannot ask wrongly.
import createClient from "openapi-fetch";
import type { paths } from "../../generated/api.d.ts";
import { ApiProblem, asProblem } from "./problem.ts";

export const client = createClient<paths>({ baseUrl: "", credentials: "same-origin" });

type Asked<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** The answer, or an ApiProblem thrown. */
export async function answer<T>(asked: Asked<T>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new ApiProblem(asProblem(error, response.status));
  return data as T;
}

/** Leaves out what is not given: the API wants a value or nothing. */
export function given<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
