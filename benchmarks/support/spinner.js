/**
 * Processes that do nothing but spin, one pinned to each core but one: what a run on several threads finds on a machine
 * that others use too. On two cores it is one process. Needs Linux with taskset; without it a benchmark says so and fails.
 */
import { spawn } from "node:child_process";
import { cpus } from "node:os";

/** Starts them and waits until each spins; the function that it returns ends them. */
export async function startSpinners() {
  const cores = Array.from({ length: Math.max(1, cpus().length - 1) }, (_, core) => core);
  const program = "process.stdout.write('x'); for (;;);";
  const spinners = cores.map((core) =>
    spawn("taskset", ["-c", String(core), process.execPath, "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  const stop = () => {
    for (const spinner of spinners) spinner.kill("SIGKILL");
  };
  process.once("exit", stop);
  await Promise.all(
    spinners.map(
      (spinner) =>
        new Promise((resolve, reject) => {
          spinner.once("error", reject);
          spinner.stdout.once("data", resolve);
        }),
    ),
  );
  return stop;
}
