// A call's outcome in words; a code that has none yet is shown as it is.
import { useTranslation } from "react-i18next";
import { calls } from "../texts/en/calls.ts";

type Known = keyof typeof calls.outcome;

export function useOutcome(): (code: string) => string {
  const { t } = useTranslation();
  return (code) =>
    Object.hasOwn(calls.outcome, code) ? t(`calls.outcome.${code as Known}`) : code.replaceAll("_", " ");
}
