// One answer made of several: named steps that call services, and an expression over what they said.
import { LIMITS } from "@holdfast/base";
import { z } from "zod";
import { deadline, Name, size } from "./quantities.ts";
import { SplitSettings } from "./releases.ts";
import { HeaderField, isReservedHeader, TemplateText } from "./transform.ts";

/** Names of steps stand in expressions. */
export const StepName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, "use lower-case letters, digits and underscores, beginning with a letter");

const StepHeader = HeaderField.refine((name) => !isReservedHeader(name), {
  error: "is a header of the connection, of the framing or of the gateway itself, and cannot be set",
});

export const StepSettings = z
  .strictObject({
    to: Name.meta({ description: "The service that is called" }),
    split: SplitSettings.optional(),
    method: z
      .enum(["GET", "POST", "PUT", "PATCH", "DELETE"])
      .default("GET")
      .meta({ description: "Method of the step's request" }),
    path: TemplateText.refine((path) => path.startsWith("/"), "begins with /").meta({
      description: "Path with places such as {param.id}, or {step.user.id} of a step that it comes after",
    }),
    query: z
      .record(z.string().min(1).max(200), TemplateText)
      .default({})
      .meta({ description: "Query, value by value" }),
    headers: z.record(StepHeader, TemplateText).default({}).meta({ description: "Headers of the step's request" }),
    body: z.string().min(1).optional().meta({
      description: "JSONata that makes the JSON body, over { request, <step>… } of the steps that it comes after",
    }),
    after: z
      .array(StepName)
      .default([])
      .meta({ description: "Steps that must be done before; without, it begins at once" }),
    required: z
      .boolean()
      .default(true)
      .meta({ description: "The whole fails when this step fails; otherwise `default` stands in" }),
    default: z
      .json()
      .optional()
      .meta({ description: "What a failed step that is not required counts as; default: null" }),
    timeout: deadline.prefault("5s").meta({ description: "The whole step" }),
  })
  .meta({ description: "One call of a service, under the name that expressions and `after` know" });

export const ComposeSettings = z.strictObject({
  steps: z
    .record(StepName, StepSettings)
    .refine((steps) => Object.keys(steps).length > 0, "needs at least one step")
    .refine(
      (steps) => Object.keys(steps).length <= LIMITS.compose_steps_max,
      `has more than ${LIMITS.compose_steps_max} steps`,
    )
    .meta({ description: `Calls of services that the answer is made of; at most ${LIMITS.compose_steps_max}` }),
  result: z
    .union([
      z.string().min(1),
      z.record(
        z.string(),
        z.json().meta({
          description: "JSONata where it is a text, also inside of lists and mappings; all else stands as it is",
        }),
      ),
    ])
    .meta({
      description: "JSONata over { request, <step>… }; or a mapping whose texts are expressions",
    }),
  bytes_most: size
    .prefault("4MiB")
    .refine((bytes) => bytes <= LIMITS.compose_bytes_max * 4, "is more than 16MiB")
    .meta({ description: "Answers of all steps together" }),
});

export type StepSettings = z.output<typeof StepSettings>;
export type ComposeSettings = z.output<typeof ComposeSettings>;
