/**
 * Schema of a scenario's `record`: what is kept beside the series, which changes no result.
 */
import { MICROS_PER_MINUTE } from "@undertow/core";
import * as z from "zod";
import { quantity } from "./leaves.ts";

/** The section. */
export const record = z.strictObject({
  tape: z
    .enum(["none", "orders", "fills", "both"])
    .default("none")
    .meta({ description: "Record every order that arrives, every fill, or both. Changes no result." }),
  books: z
    .strictObject({
      every: quantity("duration", { description: "Time between snapshots.", min: 1000 }).default(
        MICROS_PER_MINUTE,
      ),
      levels: quantity("count", {
        description: "Levels of each side of a book, the best ones.",
        min: 1,
        max: 1000,
        whole: true,
      }).default(20),
    })
    .optional()
    .meta({ description: "Record snapshots of all books; left out: none." }),
});
