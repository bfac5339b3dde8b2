// The commands and their flags. Each command is a file; this only reads what was written and passes it on.
import { Command, CommanderError } from "commander";
import type { DemoFlags } from "./demo/command.ts";
import type { Flags } from "./environment.ts";
import { flagOf, isSecret, OPTION_NAMES, OPTIONS, variableOf } from "./options.ts";
import { version } from "./version.ts";

const EXIT_USAGE = 2;

/** Runs one command to its end; the result is the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const ends = (with_code: number): void => {
    code = with_code;
  };
  const program = new Command("holdfast")
    .description(
      "Carries a launch from go-live to business as usual: gateway, feedback hub, and the loop between them.",
    )
    .version(version())
    .exitOverride()
    .showSuggestionAfterError();
  addStart(program, ends);
  addDemo(program, ends);
  addCheck(program, ends);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return code;
}

type Ends = (code: number) => void;

function addStart(program: Command, ends: Ends): void {
  withOptions(program.command("start", { isDefault: true }))
    .description("start everything (the default)")
    .option("--take-over", "in place of a Holdfast that runs on the same data, without failing a call: an upgrade")
    .action(async (flags: { takeOver?: true }) => {
      const { start } = await import("./start/command.ts");
      ends(await start(flagsOf(flags), { take_over: flags.takeOver === true }));
    });
}

function addDemo(program: Command, ends: Ends): void {
  withOptions(program.command("demo"))
    .description("start everything with a sample shop, visitors and a release that goes bad")
    .option("--keep", "keep the data of the last demo")
    .option("--bad-after <duration>", "when v2 of the shop goes bad", "20s")
    .option("--visitors-per-second <number>", "calls of the shop's visitors", "20")
    .option("--seed <number>", "seed of everything random in the demo", "1")
    .option("--shop-port <port>", "port of the sample shop", "8082")
    .action(async (flags: object) => {
      const { demo } = await import("./demo/command.ts");
      ends(await demo(flagsOf(flags), flags as DemoFlags));
    });
}

function addCheck(program: Command, ends: Ends): void {
  program
    .command("check")
    .description("check a settings file without starting anything")
    .argument("<file>", "the settings file")
    .option("--json", "print problems as JSON")
    .action(async (file: string, flags: { json?: true }) => {
      const { check } = await import("./check.ts");
      ends(await check(file, { json: flags.json === true }));
    });
}

function withOptions(command: Command): Command {
  for (const name of OPTION_NAMES) {
    const value = isSecret(name) ? "<path>" : "<value>";
    command.option(
      `${flagOf(name)} ${value}`,
      `${OPTIONS[name].means} [${variableOf(name)}${isSecret(name) ? ", …_FILE" : ""}]`,
    );
  }
  return command;
}

/** Commander names flags in camel case: `--master-key-file` arrives as `masterKeyFile`. */
function flagsOf(parsed: object): Flags {
  const flags: Flags = {};
  for (const name of OPTION_NAMES) {
    const key = flagOf(name)
      .slice(2)
      .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = (parsed as Record<string, unknown>)[key];
    if (typeof value === "string") flags[name] = value;
  }
  return flags;
}
