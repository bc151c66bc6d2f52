import { z } from "zod";
import { emailSchema, identityIdSchema } from "./id.ts";

/** Somebody who runs the deployment. */
export const operatorSchema = z
  .object({ id: identityIdSchema, name: z.string(), email: z.string() })
  .meta({ id: "Operator" });
export type Operator = z.infer<typeof operatorSchema>;

/** Answer of `GET /v1/operators`, by address. */
export const operatorsSchema = z
  .object({ operators: z.array(operatorSchema) })
  .meta({ id: "Operators" });

/** Body of `POST /v1/operators`: the address of an account that exists. */
export const addOperatorSchema = z.object({ email: emailSchema }).meta({ id: "AddOperator" });
