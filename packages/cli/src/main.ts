/**
 * Entry of the `undertow` command. Sets the exit code and lets the process end by itself, so that output
 * on pipes is never cut off.
 */
import { toleratePipesThatClose } from "./command/output.ts";
import { execute } from "./command/program.ts";

toleratePipesThatClose();
process.exitCode = await execute(process.argv.slice(2));
