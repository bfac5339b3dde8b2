// The only reader of the process environment: options of the command, and the variables that settings refer to.
import { readFileSync } from "node:fs";
import { closest, failed, ok, type Result } from "@holdfast/base";
import { isSecret, OPTION_NAMES, OPTIONS, type OptionName, type Options, variableOf } from "./options.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
/** Values of flags by option name; for secrets, the path of the file. */
export type Flags = Partial<Record<OptionName, string>>;

export function processEnvironment(): Environment {
  return process.env;
}

/** Flags win over the environment. Every problem is reported, each naming the flag or variable that it comes from. */
export function readOptions(flags: Flags, environment: Environment): Result<Options, string[]> {
  const problems = misspelt(environment);
  const options: Partial<Options> = {};
  const places: Places = {};
  for (const name of OPTION_NAMES) {
    const written = writtenValue(name, flags[name], environment);
    const text = written.ok ? written.value : undefined;
    if (!written.ok) problems.push(written.error);
    if (text) places[name] = text.from;
    const parsed = OPTIONS[name].schema.safeParse(text?.value);
    if (parsed.success) Object.assign(options, { [name]: parsed.data });
    else problems.push(`${text?.from ?? variableOf(name)}: ${parsed.error.issues[0]?.message}`);
  }
  problems.push(...trustedTwice(options, places));
  return problems.length > 0 ? failed(problems) : ok(options as Options);
}

/** The flag or variable that each option was written in. */
type Places = Partial<Record<OptionName, string>>;

/** Both say how far `X-Forwarded-For` is believed. An empty list of proxies says nothing: so a flag takes back what a variable says. */
function trustedTwice({ trusted_proxies = [], trusted_hops }: Partial<Options>, places: Places): string[] {
  if (trusted_proxies.length === 0 || trusted_hops === undefined) return [];
  const [hops, proxies] = [places.trusted_hops, places.trusted_proxies];
  return [`${hops}: cannot stand beside ${proxies}: say how many proxies are trusted, or which`];
}

type Written = { value: string; from: string };

function writtenValue(
  name: OptionName,
  flag: string | undefined,
  environment: Environment,
): Result<Written | undefined, string> {
  const variable = variableOf(name);
  if (!isSecret(name)) {
    const from = flag === undefined ? variable : `--${name.replaceAll("_", "-")}`;
    const value = flag ?? (environment[variable] || undefined);
    return ok(value === undefined ? undefined : { value, from });
  }
  const file_variable = `${variable}_FILE`;
  const path = flag ?? (environment[file_variable] || undefined);
  if (path === undefined) {
    const value = environment[variable] || undefined;
    return ok(value === undefined ? undefined : { value, from: variable });
  }
  try {
    return ok({ value: readFileSync(path, "utf8").trim(), from: file_variable });
  } catch (error) {
    return failed(`${file_variable}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** A variable that is nearly one of ours was meant to be one. `HOLDFAST_SECRET_…` belongs to settings. */
function misspelt(environment: Environment): string[] {
  const known = OPTION_NAMES.flatMap((name) => [
    variableOf(name),
    ...(isSecret(name) ? [`${variableOf(name)}_FILE`] : []),
  ]);
  return Object.keys(environment)
    .filter((name) => name.startsWith("HOLDFAST_") && !name.startsWith("HOLDFAST_SECRET_") && !known.includes(name))
    .flatMap((name) => {
      const near = closest(
        name.slice("HOLDFAST_".length),
        known.map((other) => other.slice("HOLDFAST_".length)),
      );
      return near ? [`${name}: is not known; did you mean HOLDFAST_${near}?`] : [];
    });
}
