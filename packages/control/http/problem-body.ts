// The shape of an error answer, for the API's documentation; the documents themselves are made in base/problem-document.ts.
import { PROBLEMS, type ProblemCode } from "@holdfast/base";
import { z } from "zod";

const FieldError = z.object({
  path: z.string(),
  message: z.string(),
  line: z.int().optional(),
  suggestion: z.string().optional(),
});

export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string().optional(),
  advice: z.string(),
  request_id: z.string().optional(),
  errors: z.array(FieldError).optional(),
});
