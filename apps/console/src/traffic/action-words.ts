// An action in words: the shares that it set.
import type { Action } from "../api/types.ts";
import { share } from "../format/numbers.ts";
import { shortSubject } from "../parts/subject.ts";

export function actionWords(action: Action): string {
  const shares = Object.entries(action.after)
    .map(([name, weight]) => `${name} ${share(weight)}`)
    .join(", ");
  return `${shortSubject(action.subject)}: ${shares}`;
}
