// An action in words: the shares that it set, or what it switched.
import { useTranslation } from "react-i18next";
import type { Action } from "../api/types.ts";
import { share } from "../format/numbers.ts";
import { shortSubject } from "../parts/subject.ts";

export function useActionWords(): (action: Action) => string {
  const { t } = useTranslation();
  return ({ subject, enabled, after }) => {
    const shares = () => Object.entries(after).map(([name, weight]) => `${name} ${share(weight)}`);
    const what = enabled === null ? shares().join(", ") : t(enabled ? "switch.on" : "switch.off");
    return `${shortSubject(subject)}: ${what}`;
  };
}
